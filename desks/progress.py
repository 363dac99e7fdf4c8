"""How far each of some people is, for those who look after them: skill by skill, and what comes next."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.utils.timezone import localdate

from certificates.models import Certificate
from courses.models import Completion, LearningOutcome
from desks.figures import Measured, State
from desks.goals import Goal, Skill
from people.models import Person
from quizzes.mastery import Level
from quizzes.models import Attempt, Grade, MasteryRecord

_TONES = {State.FINISHED: "good", State.INACTIVE: "warm"}


@dataclass(frozen=True)
class SkillProgress:
    """How far somebody is in a skill. `best` is the best per cent of its quiz so far, or None.

    `held` is what their programme counts, by whatever shows it: a quiz that was passed no longer
    does where it is to be refreshed, and a training session does without one.
    """

    skill: Skill
    read: int
    mastered: int
    outcomes: int
    best: int | None
    passed: bool
    held: bool

    @property
    def lessons(self) -> int:
        return len(self.skill.lessons)

    @property
    def begun(self) -> bool:
        return bool(self.read) or self.best is not None

    @property
    def tried(self) -> bool:
        """The quiz was taken, and has not been passed: somebody may want help."""
        return self.best is not None and not self.passed and not self.held


@dataclass(frozen=True)
class Row:
    """Somebody, and how far they are. `next` is what to do next: where they are stuck, if anywhere."""

    person: int
    name: str
    state: State
    skills: tuple[SkillProgress, ...]
    certified: bool
    last_active: date | None

    @property
    def lessons_read(self) -> int:
        return sum(skill.read for skill in self.skills)

    @property
    def lessons(self) -> int:
        return sum(skill.lessons for skill in self.skills)

    @property
    def finished(self) -> bool:
        return self.state == State.FINISHED

    @property
    def tone(self) -> str:
        """The badge of the state; stopping is no fault, so nothing is red."""
        return _TONES.get(self.state, "")

    @property
    def next(self) -> SkillProgress | None:
        over = self.state in (State.FINISHED, State.EXEMPT)
        return None if over else next_skill(self.skills)


def next_skill(skills: Iterable[SkillProgress]) -> SkillProgress | None:
    """Return the skill to go on with: tried in vain, else begun, else the first that is not held."""
    open_ones = [skill for skill in skills if not skill.held]
    return min(open_ones, key=lambda skill: (not skill.tried, not skill.begun), default=None)


def rows(measured: Sequence[Measured], *, goals: Sequence[Goal]) -> list[Row]:
    """Return in their order how far some people are, in a fixed number of queries.

    For a page of them, which figures.page returns.
    """
    asked = {one.person for one in measured}
    people = Person.objects.in_bulk(asked)
    reading = _read(asked)
    trying = _tried(asked)
    best = _best(asked)
    mastered, outcomes = _mastered(asked)
    certified = set(
        Certificate.objects.filter(
            person__in=asked, course=None, state=Certificate.State.LIVE
        ).values_list("person", flat=True)
    )
    found = []
    for one in measured:
        read, last_read = reading.get(one.person, (set(), None))
        skills = tuple(
            SkillProgress(
                skill=skill,
                read=len(read.intersection(skill.lessons)),
                mastered=mastered[one.person, skill.key],
                outcomes=outcomes[skill.key],
                best=grade[1] if grade else None,
                passed=bool(grade and grade[0]),
                held=skill.key in one.held,
            )
            for skill in goals[one.goal].skills
            for grade in [best.get((one.person, skill.quiz))]
        )
        person = people[one.person]
        found.append(
            Row(
                person=one.person,
                name=person.name,
                state=one.state,
                skills=skills,
                certified=one.person in certified,
                last_active=_latest(last_read, trying.get(one.person), person.last_login),
            )
        )
    return found


def _latest(*times: datetime | None) -> date | None:
    known = [time for time in times if time]
    return localdate(max(known)) if known else None


def _read(people: Collection[int]) -> dict[int, tuple[set, datetime]]:
    """The lessons that each has read, and when the last of them."""
    found: dict[int, tuple[set, datetime]] = {}
    for person, lesson, at in (
        Completion.objects.filter(person__in=people)
        .order_by("person", "at", "pk")
        .values_list("person", "lesson", "at")
    ):
        lessons, _before = found.get(person, (set(), at))
        found[person] = (lessons | {lesson}, at)
    return found


def _tried(people: Collection[int]) -> dict[int, datetime]:
    last = Attempt.objects.filter(person__in=people).order_by("person").values("person")
    return dict(last.annotate(last=Max("started_at")).values_list("person", "last"))


def _best(people: Collection[int]) -> dict[tuple[int, int | None], tuple[bool, int]]:
    """Whether each has passed each quiz, and the best per cent; as quizzes.grading.best_grades."""
    grades: QuerySet[Grade] = (
        Grade.objects.filter(attempt__person__in=people, attempt__state=Attempt.State.MARKED)
        .that_count()
        .order_by("passed", "per_cent", "pk")
    )
    return {
        (person, quiz): (passed, per_cent)
        for person, quiz, passed, per_cent in grades.values_list(
            "attempt__person", "attempt__quiz", "passed", "per_cent"
        )
    }


def _mastered(people: Collection[int]) -> tuple[dict[tuple[int, str], int], dict[str, int]]:
    """How many outcomes of each skill each has mastered, and how many there are."""
    skills = dict(LearningOutcome.objects.values_list("pk", "skill__key"))
    outcomes: dict[str, int] = defaultdict(int)
    for skill in skills.values():
        outcomes[skill] += 1
    newest = (
        MasteryRecord.objects.filter(person=OuterRef("person"), outcome=OuterRef("outcome"))
        .order_by("-pk")
        .values("pk")[:1]
    )
    records = MasteryRecord.objects.filter(
        person__in=people, level=Level.MASTERED, pk=Subquery(newest)
    ).order_by("pk")
    mastered: dict[tuple[int, str], int] = defaultdict(int)
    for person, outcome in records.values_list("person", "outcome"):
        mastered[person, skills[outcome]] += 1
    return mastered, outcomes
