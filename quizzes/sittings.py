"""What a class answered together, on phones, with cards or on paper: attempts like any other.

Everybody is asked the same. Statistics, marking anew and mastery read these attempts as they read
those of people who study by themselves; `Attempt.mode` tells them apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import uuid4

from django.db import transaction
from django.db.models import Max

from quizzes import grading, marking
from quizzes.models import Answer, Attempt, AttemptEvent, AttemptItem, QuestionVersion, Quiz

State, Kind = Attempt.State, AttemptEvent.Kind


@dataclass(frozen=True)
class Posed:
    """A question as the class saw it: its version, and the order of its options (quizzes.marking)."""

    version: QuestionVersion
    order: list[int]


@dataclass(frozen=True)
class Given:
    """An answer, as quizzes.marking reads it, and when it was given."""

    said: dict
    at: datetime


@dataclass(frozen=True)
class Sheet:
    """What one taker answered, by the place of the question among what was posed, from 0."""

    taker: int
    answers: Mapping[int, Given]


@transaction.atomic
def record(
    *,
    quiz: Quiz,
    mode: Attempt.Mode,
    posed: Sequence[Posed],
    sheets: Iterable[Sheet],
    began: datetime,
    at: datetime,
    by,
    blank_is_wrong: bool,
) -> dict[int, Attempt]:
    """Write down what a class answered; return the attempts by taker.

    A question without an answer counts as wrong, or, where a pupil may have come late, not at all.
    Whoever answered nothing has no attempt. Some ten statements for each taker.
    """
    made = {}
    for sheet in sheets:
        if sheet.answers:
            made[sheet.taker] = _record(
                sheet, quiz, mode, posed, began=began, at=at, by=by, blank_is_wrong=blank_is_wrong
            )
    return made


def _record(
    sheet: Sheet,
    quiz: Quiz,
    mode: Attempt.Mode,
    posed: Sequence[Posed],
    *,
    began: datetime,
    at: datetime,
    by,
    blank_is_wrong: bool,
) -> Attempt:
    earlier = Attempt.objects.filter(quiz=quiz, taker=sheet.taker)
    attempt = Attempt.objects.create(
        quiz=quiz,
        taker_id=sheet.taker,
        mode=mode,
        number=(earlier.aggregate(last=Max("number"))["last"] or 0) + 1,
        pass_mark=quiz.pass_mark,
        state=State.MARKED,
        started_at=began,
        submitted_at=at,
    )
    items = AttemptItem.objects.bulk_create(
        AttemptItem(attempt=attempt, position=place, version=one.version, order=one.order)
        for place, one in enumerate(posed, start=1)
    )
    Answer.objects.bulk_create(
        Answer(item=items[place], key=uuid4(), given=given.said, given_at=given.at, at=at)
        for place, given in sheet.answers.items()
    )
    marks = [
        _mark(one, sheet.answers.get(place), blank_is_wrong=blank_is_wrong)
        for place, one in enumerate(posed)
    ]
    grade = grading.append_grade(attempt, marks, rule=marking.RULE, at=at)
    grading.record(
        attempt.whose, grading.by_outcome(items, marks), at=at, attempt=attempt, grade=grade
    )
    for kind in (Kind.STARTED, Kind.SUBMITTED, Kind.MARKED):
        when = began if kind == Kind.STARTED else at
        AttemptEvent.objects.create(attempt=attempt, kind=kind, at=when, by=by and by.pk)
    return attempt


def _mark(one: Posed, given: Given | None, *, blank_is_wrong: bool) -> Fraction | None:
    if given is None:
        return Fraction(0) if blank_is_wrong else None
    return marking.mark(one.version.kind, one.version.content, one.order, given.said)
