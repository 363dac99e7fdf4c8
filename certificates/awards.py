"""What a certificate can be issued for: a course passed, or all courses of an audience; and who has earned it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from courses import audiences, outlines
from courses.models import Completion, Skill
from courses.outlines import CourseOutline
from people.roles import LEARNERS, Role
from quizzes.models import Attempt, Grade, Quiz

ALL_COURSES = "nam-ky-nang"  # in addresses, where the slug of a course stands
TITLE_OF_ALL = "Năm kỹ năng số cơ bản"
AT_ONCE = 500  # people asked about in one query


@dataclass(frozen=True)
class Award:
    """Something a certificate can be issued for. `course` is None for all courses of an audience.

    `quizzes` are those that have to be passed; a course that has none yet stands there as None.
    """

    slug: str
    title: str
    course: CourseOutline | None
    audience: str
    audience_title: str
    quizzes: tuple[int | None, ...]
    lessons: frozenset[UUID]

    @property
    def course_id(self) -> int | None:
        return self.course.page_id if self.course else None


@dataclass(frozen=True)
class Passed:
    """That somebody has earned something: the score, and from when until when they learned."""

    per_cent: int
    began: date
    ended: date


@dataclass(frozen=True)
class Earned:
    """An award beside what one person has to show for it: `passed` is None until it is earned."""

    award: Award
    passed: Passed | None
    per_cent: int | None  # the best so far, earned or not


def of_audience(audience: str) -> list[Award]:
    """Return what the members of an audience can earn: each of its courses, then all of them.

    The one for all exists only where there is a course for every skill.
    """
    courses = outlines.courses_for(audience)
    quizzes = {quiz.course_id: quiz.pk for quiz in Quiz.objects.filter(live=True)}
    awards = [
        Award(
            slug=course.slug,
            title=course.title,
            course=course,
            audience=course.audience,
            audience_title=course.audience_title,
            quizzes=(quizzes.get(course.page_id),),
            lessons=frozenset(line.key for line in course.lessons),
        )
        for course in courses
    ]
    if is_for_all_skills(courses):
        awards.append(_all_of(awards))
    return awards


def is_for_all_skills(courses: Iterable[CourseOutline]) -> bool:
    """Whether some courses leave no skill out, so that there is a certificate for all of them."""
    skills = set(Skill.objects.values_list("key", flat=True))
    return bool(skills) and skills <= {course.skill_key for course in courses}


def _all_of(awards: Sequence[Award]) -> Award:
    return Award(
        slug=ALL_COURSES,
        title=TITLE_OF_ALL,
        course=None,
        audience=awards[0].audience,
        audience_title=awards[0].audience_title,
        quizzes=tuple(quiz for award in awards for quiz in award.quizzes),
        lessons=frozenset().union(*[award.lessons for award in awards]),
    )


def find(*, slug: str, audience: str) -> Award | None:
    """Return what a slug stands for: a course of any audience, or all courses of this one."""
    course = outlines.course_of(slug)
    if course is not None:
        audience = course.audience
    return next((award for award in of_audience(audience) if award.slug == slug), None)


def everything() -> list[Award]:
    """Return all that can be earned by those to whom others issue, by audience: the choice of whoever issues."""
    found = {
        (award.slug, award.audience): award
        for role in sorted(LEARNERS)
        for award in of_audience(_audience_of(role))
    }
    return list(found.values())


def roles_for(award: Award) -> list[Role]:
    """Return the roles whose holders learn for an award. Pupils, and whoever only administers, are in no list."""
    return [
        role
        for role in sorted(LEARNERS)
        if any(
            (one.slug, one.audience) == (award.slug, award.audience)
            for one in of_audience(_audience_of(role))
        )
    ]


def _audience_of(role: Role) -> str:
    return audiences.OF_ROLE.get(role, audiences.DEFAULT)


# Who has earned it


def of_person(person, *, audience: str) -> list[Earned]:
    """Return what a person can earn as a member of an audience, with what they have earned."""
    awards = of_audience(audience)
    standing = _Standing([person.pk], awards, until=None)
    return [
        Earned(
            award,
            passed=standing.passed(person.pk, award),
            per_cent=standing.per_cent(person.pk, award),
        )
        for award in awards
    ]


def passed(people: Collection[int], *, award: Award, by: date | None = None) -> dict[int, Passed]:
    """Return who of some people has earned an award, by person.

    What was handed in after the day `by` does not count. Two queries for each AT_ONCE people.
    """
    found: dict[int, Passed] = {}
    for some in _in_parts(people):
        standing = _Standing(some, [award], until=by)
        results = ((person, standing.passed(person, award)) for person in some)
        found |= {person: result for person, result in results if result}
    return found


def tried(people: Collection[int], *, award: Award) -> set[int]:
    """Return who of some people has begun a quiz of an award."""
    found: set[int] = set()
    for some in _in_parts(people):
        attempts = Attempt.objects.filter(person__in=some, quiz__in=_quizzes([award]))
        found |= set(attempts.order_by().values_list("person", flat=True))
    return found


def _in_parts(people: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(people)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]


def _quizzes(awards: Iterable[Award]) -> set[int]:
    return {quiz for award in awards for quiz in award.quizzes if quiz is not None}


class _Standing:
    """The best grades of some people, and when they learned, in two queries.

    Of a regraded attempt the last grade counts, as in `quizzes.grading.best_grades`.
    """

    def __init__(
        self, people: Sequence[int], awards: Sequence[Award], *, until: date | None
    ) -> None:
        grades = Grade.objects.filter(
            attempt__person__in=people,
            attempt__quiz__in=_quizzes(awards),
            attempt__state=Attempt.State.MARKED,
        )
        if until is not None:
            grades = grades.filter(attempt__submitted_at__lt=_end_of(until))
        rows = (
            grades.that_count()
            .annotate(person=F("attempt__person"), quiz=F("attempt__quiz"))
            .order_by("passed", "per_cent", "-pk")
            .values_list(
                *["person", "quiz", "passed", "per_cent"],
                *["attempt__started_at", "attempt__submitted_at"],
            )
        )
        self._best: dict[tuple[int, int], tuple[bool, int, datetime]] = {}
        self._began: dict[tuple[int, int], datetime] = {}
        for person, quiz, has_passed, per_cent, began, ended in rows:
            self._best[person, quiz] = (has_passed, per_cent, ended)
            earlier = self._began.get((person, quiz), began)
            self._began[person, quiz] = min(began, earlier)
        self._read: dict[int, list[tuple[UUID, datetime]]] = defaultdict(list)
        lessons = frozenset().union(*[award.lessons for award in awards])
        read = Completion.objects.filter(person__in=people, lesson__in=lessons)
        for person, lesson, at in read.order_by().values_list("person", "lesson", "at"):
            self._read[person].append((lesson, at))

    def per_cent(self, person: int, award: Award) -> int | None:
        """Return the score of the best attempts: their mean, rounded down; None where one is missing."""
        scores = []
        for quiz in award.quizzes:
            best = self._best.get((person, quiz or 0))
            if best is None:
                return None
            scores.append(best[1])
        return sum(scores) // len(scores) if scores else None

    def passed(self, person: int, award: Award) -> Passed | None:
        best = [self._best.get((person, quiz or 0)) for quiz in award.quizzes]
        per_cent = self.per_cent(person, award)
        if per_cent is None or not all(one and one[0] for one in best):
            return None
        ended = timezone.localdate(max(one[2] for one in best if one))
        starts = [self._began[person, quiz or 0] for quiz in award.quizzes]
        starts += [at for lesson, at in self._read[person] if lesson in award.lessons]
        # A lesson may have been marked as read after the quiz: learning ends with the quiz.
        return Passed(per_cent, began=min(ended, timezone.localdate(min(starts))), ended=ended)


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
