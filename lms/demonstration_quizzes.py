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
HALF_A_YEAR = timedelta(days=200)
LEFT_FOR_MORE = timedelta(days=11)  # at the end, for whoever tries again
PACE = {2: 0.6, 6: 0.4, 7: 0.2, 8: 0.4}  # of a month: Tết, and the summer in which schools rest


@dataclass(frozen=True)
class Pattern:
    """All rows of one attempt; `answers` stand beside the items that they answer."""

    attempt: Attempt
    items: Sequence[AttemptItem]
    answers: Sequence[list[Answer]]
    grades: Sequence[Grade]
    events: Sequence[AttemptEvent]
    mastery: Sequence[MasteryRecord]


@dataclass(frozen=True)
class Copy:
    """A pattern to be copied for somebody, as which of their attempts, and how much later it was."""

    person: Person
    pattern: Pattern
    number: int
    later: timedelta


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
    people: Sequence[Person],
    quiz: Quiz,
    *,
    share_passing: float,
    share_failing_first: float = 0,
    share_taking_again: float = 0,
    within: timedelta = HALF_A_YEAR,
    at: datetime,
    dice: random.Random,
) -> int:
    """Let people take a quiz within some time before `at`; return how many attempts that made.

    `share_passing` of them pass, and `share_failing_first` of these only when they try again;
    `share_taking_again` of these take it once more later, to do better.
    """
    first, rest = people[:PATTERNS], people[PATTERNS:]
    passing: list[Pattern] = []
    failing: list[Pattern] = []
    for number, person in enumerate(first):
        fails = number % 4 == 0
        made = take(person, quiz, knows=0.4 if fails else 0.95, at=at - within, dice=dice)
        (failing if fails else passing).append(_pattern(made))
    count = len(first)
    for start in range(0, len(rest), AT_ONCE):
        copies = []
        for person in rest[start : start + AT_ONCE]:
            later = _some_time(within - LEFT_FOR_MORE, before=at, dice=dice)
            outcomes = [dice.random() < share_passing]
            if outcomes == [True]:
                if dice.random() < share_failing_first:
                    outcomes.insert(0, False)
                if dice.random() < share_taking_again:
                    outcomes.append(True)
            for number, passes in enumerate(outcomes, start=1):
                pattern = dice.choice(passing if passes else failing)
                copies.append(Copy(person, pattern, number, later))
                later += timedelta(minutes=dice.randrange(30, 60 * 24 * 5))
        _write(copies, dice)
        count += len(copies)
    return count


def _some_time(within: timedelta, *, before: datetime, dice: random.Random) -> timedelta:
    """Return some time after the beginning of a span that ends at `before`; less often one when schools rest."""
    minutes = within // timedelta(minutes=1)
    while True:
        later = timedelta(minutes=dice.randrange(minutes))
        month = (before - within + later).month
        if dice.random() < PACE.get(month, 1):
            return later


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
def _write(copies: Sequence[Copy], dice: random.Random) -> None:
    made = Attempt.objects.bulk_create(
        _copy(one.pattern.attempt, one.later, person=one.person, number=one.number)
        for one in copies
    )
    rows = list(zip(made, copies, strict=True))
    items = AttemptItem.objects.bulk_create(
        _copy(item, one.later, attempt=attempt)
        for attempt, one in rows
        for item in one.pattern.items
    )
    given = [(answers, one.later) for one in copies for answers in one.pattern.answers]
    Answer.objects.bulk_create(
        _copy(answer, later, item=item, key=new_key(dice))
        for item, (answers, later) in zip(items, given, strict=True)
        for answer in answers
    )
    grades = Grade.objects.bulk_create(
        _copy(grade, one.later, attempt=attempt)
        for attempt, one in rows
        for grade in one.pattern.grades
    )
    by_attempt = {grade.attempt_id: grade for grade in grades}
    AttemptEvent.objects.bulk_create(
        _copy(event, one.later, attempt=attempt, by=event.by and one.person.pk)
        for attempt, one in rows
        for event in one.pattern.events
    )
    MasteryRecord.objects.bulk_create(
        _copy(
            record,
            one.later,
            person=one.person,
            attempt=attempt,
            grade=by_attempt[attempt.pk],
            card=_moved_card(record.card, one.later),
        )
        for attempt, one in rows
        for record in one.pattern.mastery
    )


def _moved_card(card: dict | None, later: timedelta) -> dict | None:
    """Return the card of a spaced repetition with its days so much later."""
    if card is None:
        return None
    return card | {
        name: (datetime.fromisoformat(card[name]) + later).isoformat()
        for name in ("due", "last_review")
        if card.get(name)
    }


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
