"""Quizzes that thousands of made-up people have taken.

A few take theirs through the real rules; what that wrote is then copied for the others, with their own
times. So every row is one that the rules would write, in a minute instead of an hour.
"""

import random
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.db import models, transaction

from people.models import Person
from quizzes import attempts, marking
from quizzes.models import Answer, Attempt, AttemptEvent, AttemptItem, Grade, MasteryRecord, Quiz

Row = TypeVar("Row", bound=models.Model)

AT_ONCE = 250
PATTERNS = 24  # attempts that are copied
LONG_AGO = timedelta(days=200)


@dataclass(frozen=True)
class Pattern:
    """All rows of one attempt; `answers` stand beside the items that they answer."""

    attempt: Attempt
    items: Sequence[AttemptItem]
    answers: Sequence[list[Answer]]
    grades: Sequence[Grade]
    events: Sequence[AttemptEvent]
    mastery: Sequence[MasteryRecord]


def new_key(dice: random.Random) -> UUID:
    """Return what an answer is sent under, the same for the same dice."""
    return UUID(int=dice.getrandbits(128), version=4)


def take(person: Person, quiz: Quiz, *, knows: float, at: datetime, dice: random.Random) -> Attempt:
    """Take a quiz through the real rules, as somebody who knows that share of the answers."""
    attempt = attempts.start(quiz=quiz, by=person, at=at, dice=dice)
    items = attempts.items_with_answers(attempt)
    known = dice.sample(range(len(items)), round(knows * len(items)))
    for place in sorted(known):
        item = items[place]
        right = marking.right_answer(item.version.kind, item.version.content, item.order)
        attempts.answer(item=item.pk, given=right, key=new_key(dice), by=person, at=at)
    return attempts.submit(attempt=attempt.pk, by=person, at=at + timedelta(minutes=12))


def let_take(
    people: Sequence[Person], quiz: Quiz, *, share_passing: float, at: datetime, dice: random.Random
) -> None:
    """Let people take a quiz within the half year before `at`; that share of them passes."""
    first, rest = people[:PATTERNS], people[PATTERNS:]
    passing: list[Pattern] = []
    failing: list[Pattern] = []
    for number, person in enumerate(first):
        fails = number % 4 == 0
        made = take(person, quiz, knows=0.4 if fails else 0.95, at=at - LONG_AGO, dice=dice)
        (failing if fails else passing).append(_pattern(made))
    for start in range(0, len(rest), AT_ONCE):
        copies = [
            (person, dice.choice(passing if dice.random() < share_passing else failing))
            for person in rest[start : start + AT_ONCE]
        ]
        _write(copies, dice)


def _pattern(attempt: Attempt) -> Pattern:
    items = list(attempt.items.order_by("position"))
    return Pattern(
        attempt=attempt,
        items=items,
        answers=[list(item.answers.order_by("pk")) for item in items],
        grades=list(attempt.grades.order_by("pk")),
        events=list(attempt.events.order_by("pk")),
        mastery=list(attempt.mastery.order_by("pk")),
    )


@transaction.atomic
def _write(copies: Sequence[tuple[Person, Pattern]], dice: random.Random) -> None:
    later = [timedelta(minutes=dice.randrange(60 * 24 * 190)) for _copy in copies]
    made = Attempt.objects.bulk_create(
        _copy(pattern.attempt, moved, person=person)
        for (person, pattern), moved in zip(copies, later, strict=True)
    )
    rows = list(zip(made, copies, later, strict=True))
    items = AttemptItem.objects.bulk_create(
        _copy(item, moved, attempt=attempt)
        for attempt, (_person, pattern), moved in rows
        for item in pattern.items
    )
    given = [
        answers for _attempt, (_person, pattern), _moved in rows for answers in pattern.answers
    ]
    moves = [moved for _attempt, (_person, pattern), moved in rows for _item in pattern.items]
    Answer.objects.bulk_create(
        _copy(answer, moved, item=item, key=new_key(dice))
        for item, answers, moved in zip(items, given, moves, strict=True)
        for answer in answers
    )
    grades = Grade.objects.bulk_create(
        _copy(grade, moved, attempt=attempt)
        for attempt, (_person, pattern), moved in rows
        for grade in pattern.grades
    )
    by_attempt = {grade.attempt_id: grade for grade in grades}
    AttemptEvent.objects.bulk_create(
        _copy(event, moved, attempt=attempt, by=event.by and person.pk)
        for attempt, (person, pattern), moved in rows
        for event in pattern.events
    )
    MasteryRecord.objects.bulk_create(
        _copy(record, moved, person=person, attempt=attempt, grade=by_attempt[attempt.pk])
        for attempt, (person, pattern), moved in rows
        for record in pattern.mastery
    )


def _copy(row: Row, later: timedelta, **changed) -> Row:
    """Return an unsaved copy of a row, its times so much later."""
    new = copy(row)
    new._state = copy(row._state)
    new._state.adding, new._state.fields_cache = True, {}
    new.pk = None
    for name, value in (dict(_moved(row, later)) | changed).items():
        setattr(new, name, value)
    return new


def _moved(row: models.Model, later: timedelta) -> Iterator[tuple[str, datetime]]:
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(field, models.DateTimeField) and value is not None:
            yield field.attname, value + later
