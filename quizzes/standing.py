"""How a learner stands in the quizzes: what is passed, what is mastered, what to look at again."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.models import LearningOutcome
from courses.outlines import CourseOutline, Standing
from quizzes import grading
from quizzes.mastery import Level
from quizzes.models import Attempt, MasteryRecord, Quiz


@dataclass(frozen=True)
class OutcomeStanding:
    """An outcome, and how well it is mastered, as a key and in words."""

    key: str
    text: str
    level: str
    level_name: str
    # A word on what stands behind it: how many answers, and until when it holds.
    answers: int = 0
    due_at: datetime | None = None


@dataclass(frozen=True)
class QuizStanding:
    """What the page of a course shows of its quiz. `best` is the best per cent so far, or None."""

    title: str
    url: str
    pass_mark: int
    question_count: int
    best: int | None
    passed: bool
    open_url: str | None


@dataclass(frozen=True)
class SkillStanding:
    """A skill on a learner's first screen."""

    standing: Standing
    mastered: int
    outcomes_total: int
    best: int | None
    passed: bool
    quiz_url: str
    open_url: str | None
    # How many outcomes it is time to refresh, and where.
    due: int
    practice_url: str


REFRESH = "refresh"  # mastered, and not practised for so long that it may have been forgotten


def outcome_standings(
    person, outcomes: list[LearningOutcome], *, at: datetime
) -> list[OutcomeStanding]:
    """Return how well a person masters some outcomes now, in their order; one query."""
    records = (
        grading.latest_mastery(person.pk, outcomes=[outcome.pk for outcome in outcomes])
        if person.is_authenticated
        else {}
    )
    standings = []
    for outcome in outcomes:
        record = records.get(outcome.pk)
        level = level_of(record, at=at)
        standings.append(
            OutcomeStanding(
                key=outcome.key,
                text=outcome.text,
                level=level,
                level_name=level_name(level),
                answers=record.answers if record else 0,
                due_at=record.due_at if record else None,
            )
        )
    return standings


def level_of(record: MasteryRecord | None, *, at: datetime) -> str:
    """Return the level that a record shows now: what it says, or REFRESH once it is due."""
    if record is None:
        return Level.NOT_LEARNED
    if record.level == Level.MASTERED and record.due_at is not None and record.due_at <= at:
        return REFRESH
    return str(record.level)


def level_name(level: str) -> str:
    """Return a level in words."""
    return _("Time to refresh") if level == REFRESH else str(MasteryRecord.Level(level).label)


def quiz_standing(course: CourseOutline, person) -> QuizStanding | None:
    """Return a course's quiz and how a person stands in it, or None where it has no quiz."""
    quiz = Quiz.objects.filter(course=course.page_id, live=True).first()
    if quiz is None:
        return None
    best, open_attempt = None, None
    if person.is_authenticated:
        best = grading.best_grades(person).get(quiz.pk)
        open_attempt = Attempt.objects.filter(
            quiz=quiz, person=person, state=Attempt.State.OPEN
        ).first()
    return QuizStanding(
        title=quiz.title,
        url=reverse("quizzes:quiz", args=[quiz.slug]),
        pass_mark=quiz.pass_mark,
        question_count=sum(quiz.parts.values_list("count", flat=True)),
        best=best.per_cent if best else None,
        passed=bool(best and best.passed),
        open_url=reverse("quizzes:review", args=[open_attempt.pk]) if open_attempt else None,
    )


def skill_standings(person, standings: list[Standing], *, at: datetime) -> list[SkillStanding]:
    """Return the skills of a learner's first screen; five queries whatever their number."""
    quizzes = {quiz.course_id: quiz for quiz in Quiz.objects.filter(live=True)}
    open_attempts = {
        attempt.quiz_id: attempt.pk
        for attempt in Attempt.objects.filter(person=person, state=Attempt.State.OPEN)
    }
    best = grading.best_grades(person)
    mastered: dict[str, int] = defaultdict(int)
    total: dict[str, int] = defaultdict(int)
    due: dict[str, int] = defaultdict(int)
    records = grading.latest_mastery(person.pk)
    for outcome in LearningOutcome.objects.select_related("skill"):
        total[outcome.skill.key] += 1
        record = records.get(outcome.pk)
        mastered[outcome.skill.key] += bool(record and record.level == Level.MASTERED)
        due[outcome.skill.key] += level_of(record, at=at) == REFRESH
    shown = []
    for standing in standings:
        quiz = quizzes.get(standing.course.page_id)
        grade = best.get(quiz.pk) if quiz else None
        open_attempt = open_attempts.get(quiz.pk) if quiz else None
        shown.append(
            SkillStanding(
                standing=standing,
                mastered=mastered[standing.course.skill_key],
                outcomes_total=total[standing.course.skill_key],
                best=grade.per_cent if grade else None,
                passed=bool(grade and grade.passed),
                quiz_url=reverse("quizzes:quiz", args=[quiz.slug]) if quiz else "",
                open_url=reverse("quizzes:review", args=[open_attempt]) if open_attempt else None,
                due=due[standing.course.skill_key],
                practice_url=reverse("quizzes:practice_skill", args=[standing.course.skill_key]),
            )
        )
    return shown
