"""Taking a quiz: start, answer, hand in. The states are drawn in docs/attempts.md."""

import json
import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Max, OuterRef, Subquery

from quizzes import drawing, marking, mastery
from quizzes.models import Answer, Attempt, AttemptItem, Grade, MasteryRecord, Quiz

LARGEST_ANSWER = 4000  # characters of JSON; the longest honest answer is a short sentence


class Refused(Exception):
    """What was asked cannot be done. Nothing has changed."""


class MustWait(Refused):
    """The next attempt may begin only later."""

    def __init__(self, until: datetime):
        self.until = until
        super().__init__(f"wait until {until}")


class NoAttemptLeft(Refused):
    """All attempts that the quiz allows have been used."""


class NotOpen(Refused):
    """The attempt is not open any more, or is somebody else's."""


class TooLong(Refused):
    """An answer is far longer than any honest one."""


@dataclass(frozen=True)
class Permission:
    """Whether, and from when, somebody may begin a new attempt. `wait_until` is None for at once."""

    open_attempt: Attempt | None
    wait_until: datetime | None
    none_left: bool


def permission(quiz: Quiz, *, person, at: datetime) -> Permission:
    """Return whether a person may begin a quiz now. One query."""
    past = list(Attempt.objects.filter(quiz=quiz, person=person).exclude(state=Attempt.State.VOID))
    open_attempt = next((a for a in past if a.state == Attempt.State.OPEN), None)
    ended = [a.submitted_at for a in past if a.submitted_at]
    free_at = max(ended) + timedelta(minutes=quiz.wait_minutes) if ended else at
    allowed = quiz.attempts_allowed
    return Permission(
        open_attempt=open_attempt,
        wait_until=free_at if free_at > at else None,
        none_left=allowed is not None and len(past) >= allowed,
    )


def start(*, quiz: Quiz, by, at: datetime, dice: random.Random | None = None) -> Attempt:
    """Begin a quiz, or return the attempt that is already open.

    Of two starts at once one begins the attempt and the other gets it. Raises MustWait,
    NoAttemptLeft, or drawing.BankTooSmall.
    """
    may = permission(quiz, person=by, at=at)
    if may.open_attempt:
        return may.open_attempt
    if may.none_left:
        raise NoAttemptLeft
    if may.wait_until:
        raise MustWait(may.wait_until)
    drawn = drawing.draw(quiz, person=by, dice=dice or random.SystemRandom())
    try:
        with transaction.atomic():
            last = Attempt.objects.filter(quiz=quiz, person=by).aggregate(last=Max("number"))[
                "last"
            ]
            attempt = Attempt.objects.create(
                quiz=quiz,
                person=by,
                number=(last or 0) + 1,
                pass_mark=quiz.pass_mark,
                started_at=at,
            )
            AttemptItem.objects.bulk_create(
                AttemptItem(
                    attempt=attempt, position=position, version_id=one.version_id, order=one.order
                )
                for position, one in enumerate(drawn, start=1)
            )
    except IntegrityError:
        # Somebody pressed twice: the other request was first.
        return Attempt.objects.get(quiz=quiz, person=by, state=Attempt.State.OPEN)
    return attempt


def answer(*, item: int, given: dict, key: UUID, by, at: datetime) -> None:
    """Keep an answer to an item of one's own open attempt.

    Appended by one guarded statement, so that an answer and the handing-in cannot slip past each
    other, and sent twice under one key it is kept once. Raises NotOpen, TooLong.
    """
    written = json.dumps(given, ensure_ascii=False)
    if len(written) > LARGEST_ANSWER:
        raise TooLong
    with connection.cursor() as cursor:
        cursor.execute(
            _APPEND_ANSWER % {"lock": "FOR SHARE OF attempt" if _rows_are_locked() else ""},
            {
                "key": _uuid(key),
                "given": written,
                "at": connection.ops.adapt_datetimefield_value(at),
                "item": item,
                "person": by.pk,
            },
        )
        kept = cursor.rowcount
    if (
        not kept
        and not Answer.objects.filter(item=item, key=key, item__attempt__person=by).exists()
    ):
        raise NotOpen


# The update that hands an attempt in takes the same row's lock, so on PostgreSQL an answer waits
# for it and then finds the attempt closed; on SQLite writers follow one another anyhow.
_APPEND_ANSWER = """
    INSERT INTO quizzes_answer (item_id, "key", given, at)
    SELECT item.id, %%(key)s, %%(given)s, %%(at)s
    FROM quizzes_attemptitem item JOIN quizzes_attempt attempt ON attempt.id = item.attempt_id
    WHERE item.id = %%(item)s AND attempt.person_id = %%(person)s AND attempt.state = 'open'
    %(lock)s
    ON CONFLICT DO NOTHING
"""


def _rows_are_locked() -> bool:
    return connection.features.has_select_for_update


def _uuid(key: UUID) -> str | UUID:
    return key if connection.features.has_native_uuid_field else key.hex


def items_with_answers(attempt: Attempt):
    """Return an attempt's items in order, each with its version and its last answer as `given`."""
    last = Answer.objects.filter(item=OuterRef("pk")).order_by("-pk").values("given")[:1]
    return attempt.items.select_related("version", "version__question__outcome").annotate(
        given=Subquery(last)
    )


def submit(*, attempt: int, by, at: datetime) -> Attempt:
    """Hand in one's own open attempt and mark it; return it.

    Handed in twice, or from two devices at once, it is marked once. Raises NotOpen where it is
    somebody else's.
    """
    with transaction.atomic():
        moved = Attempt.objects.filter(pk=attempt, person=by, state=Attempt.State.OPEN).update(
            state=Attempt.State.SUBMITTED, submitted_at=at
        )
        found = Attempt.objects.filter(pk=attempt, person=by).select_related("quiz").first()
        if found is None:
            raise NotOpen
        if moved:
            _mark(found, at=at)
    return found


def _mark(attempt: Attempt, *, at: datetime) -> None:
    """Append the grade of a submitted attempt, and what it shows to be mastered."""
    items = list(items_with_answers(attempt))
    marks = [
        marking.mark(item.version.kind, item.version.content, item.order, item.given)
        for item in items
    ]
    Grade.objects.create(
        attempt=attempt,
        marks=[str(mark) for mark in marks],
        per_cent=marking.per_cent(marks),
        passed=marking.passed(marks, pass_mark=attempt.pass_mark),
        rule=marking.RULE,
        at=at,
    )
    Attempt.objects.filter(pk=attempt.pk, state=Attempt.State.SUBMITTED).update(
        state=Attempt.State.MARKED
    )
    attempt.state = Attempt.State.MARKED
    _record_mastery(attempt, items, marks, at=at)


def _record_mastery(attempt, items, marks, *, at) -> None:
    fresh = defaultdict(list)
    for item, mark in zip(items, marks, strict=True):
        fresh[item.version.question.outcome_id].append(mark)
    earlier = latest_mastery(attempt.person, outcomes=list(fresh))
    MasteryRecord.objects.bulk_create(
        _mastery_record(attempt, outcome, new, earlier.get(outcome), at=at)
        for outcome, new in fresh.items()
    )


def _mastery_record(attempt, outcome: int, new: list[Fraction], before, *, at) -> MasteryRecord:
    # Within an attempt the worst comes first: questions asked together have no order of their own,
    # and a wrong answer among them counts.
    evidence = sorted(new) + ([Fraction(mark) for mark in before.evidence] if before else [])
    evidence = evidence[: mastery.LOOKED_AT]
    return MasteryRecord(
        person=attempt.person,
        outcome_id=outcome,
        attempt=attempt,
        level=mastery.level(evidence),
        evidence=[str(mark) for mark in evidence],
        rule=mastery.RULE,
        at=at,
    )


def latest_mastery(person, *, outcomes: list[int] | None = None) -> dict[int, MasteryRecord]:
    """Return a person's latest mastery record for each outcome, by outcome id, in one query."""
    found = MasteryRecord.objects.filter(person=person)
    if outcomes is not None:
        found = found.filter(outcome__in=outcomes)
    newest = (
        MasteryRecord.objects.filter(person=person, outcome=OuterRef("outcome"))
        .order_by("-pk")
        .values("pk")[:1]
    )
    return {
        record.outcome_id: record for record in found.filter(pk=Subquery(newest)).order_by("pk")
    }


def best_grades(person) -> dict[int, Grade]:
    """Return a person's best grade for each quiz, by quiz id, in one query.

    Of a regraded attempt the last grade counts.
    """
    last = Grade.objects.filter(attempt=OuterRef("attempt")).order_by("-pk").values("pk")[:1]
    grades = (
        Grade.objects.filter(attempt__person=person, attempt__state=Attempt.State.MARKED)
        .filter(pk=Subquery(last))
        .annotate(quiz=F("attempt__quiz"))
        .order_by("passed", "per_cent", "-pk")
    )
    return {grade.quiz: grade for grade in grades}
