"""Taking a quiz: start, answer, hand in. The states are drawn in docs/attempts.md."""

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from people import audit
from quizzes import drawing, grading
from quizzes.models import Answer, Attempt, AttemptEvent, AttemptItem, ExtraTime, Quiz
from quizzes.timing import Times, times

LARGEST_ANSWER = 4000  # characters of JSON; the longest honest answer is a short sentence
LONGEST_AGO = timedelta(days=1)  # an answer that has waited longer in a page counts as from then
State, Kind = Attempt.State, AttemptEvent.Kind


class Refused(Exception):
    """What was asked cannot be done. Nothing has changed."""


class MustWait(Refused):
    """The next attempt may begin only later."""

    def __init__(self, until: datetime):
        self.until = until
        super().__init__(f"wait until {until}")


class NoAttemptLeft(Refused):
    """All attempts that the quiz allows have been used."""


class NotYetOpen(Refused):
    """The quiz opens later."""


class HasClosed(Refused):
    """The quiz has closed."""


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
    opens_at: datetime | None = None
    has_closed: bool = False


def permission(quiz: Quiz, *, person, at: datetime) -> Permission:
    """Return whether a person may begin a quiz now. One query.

    An attempt whose time has run out counts as ended, whether the sweep has seen it or not.
    """
    past = list(Attempt.objects.filter(quiz=quiz, person=person).exclude(state=State.VOID))
    open_attempt = next((a for a in past if a.state == State.OPEN and not _is_over(a, at)), None)
    ended = [a.submitted_at or a.ends_at for a in past if a != open_attempt]
    free_at = max(
        (end + timedelta(minutes=quiz.wait_minutes) for end in ended if end is not None), default=at
    )
    allowed = quiz.attempts_allowed
    return Permission(
        open_attempt=open_attempt,
        wait_until=free_at if free_at > at else None,
        none_left=allowed is not None and len(past) >= allowed,
        opens_at=quiz.opens_at if quiz.opens_at and quiz.opens_at > at else None,
        has_closed=bool(quiz.closes_at and quiz.closes_at <= at),
    )


def _is_over(attempt: Attempt, at: datetime) -> bool:
    return attempt.ends_at is not None and attempt.ends_at < at


def start(*, quiz: Quiz, by, at: datetime, dice: random.Random | None = None) -> Attempt:
    """Begin a quiz, or return the attempt that is already open.

    Of two starts at once one begins the attempt and the other gets it. Raises NotYetOpen, HasClosed,
    MustWait, NoAttemptLeft, or drawing.BankTooSmall.
    """
    may = permission(quiz, person=by, at=at)
    if may.open_attempt:
        return may.open_attempt
    _refuse(may)
    _hand_in_what_is_over(quiz, by=by, at=at)
    drawn = drawing.draw(quiz, person=by, dice=dice or random.SystemRandom())
    allowed = _times(quiz, person=by, at=at)
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
                due_at=allowed.due_at,
                ends_at=allowed.ends_at,
            )
            AttemptItem.objects.bulk_create(
                AttemptItem(
                    attempt=attempt, position=position, version_id=one.version_id, order=one.order
                )
                for position, one in enumerate(drawn, start=1)
            )
            _log(attempt, Kind.STARTED, by=by, at=at)
    except IntegrityError:
        # Somebody pressed twice: the other request was first.
        return Attempt.objects.get(quiz=quiz, person=by, state=State.OPEN)
    return attempt


def _refuse(may: Permission) -> None:
    if may.opens_at:
        raise NotYetOpen
    if may.has_closed:
        raise HasClosed
    if may.none_left:
        raise NoAttemptLeft
    if may.wait_until:
        raise MustWait(may.wait_until)


def _hand_in_what_is_over(quiz: Quiz, *, by, at: datetime) -> None:
    # The next attempt does not wait for the sweep: only one may be open.
    for attempt in Attempt.objects.filter(quiz=quiz, person=by, state=State.OPEN, ends_at__lt=at):
        expire(attempt=attempt.pk, at=at)


def _times(quiz: Quiz, *, person, at: datetime) -> Times:
    extra = 0
    if quiz.minutes_allowed:
        given = ExtraTime.objects.filter(quiz=quiz, person=person)
        extra = given.values_list("minutes", flat=True).first() or 0
    return times(
        started_at=at,
        minutes_allowed=quiz.minutes_allowed,
        extra_minutes=extra,
        closes_at=quiz.closes_at,
        grace_seconds=quiz.grace_seconds,
    )


def _log(attempt: Attempt, kind: AttemptEvent.Kind, *, by, at: datetime, **details) -> None:
    AttemptEvent.objects.create(attempt=attempt, kind=kind, at=at, by=by and by.pk, details=details)


def answer(
    *,
    item: int,
    given: dict,
    key: UUID,
    by,
    at: datetime,
    ago: timedelta = timedelta(0),
    device: str = "",
    sequence: int = 0,
) -> None:
    """Keep an answer to an item of one's own open attempt, which was given some time `ago`.

    `device` names the browser, `sequence` is the number that it gives the answer: the later the higher.

    Appended by one guarded statement, so that an answer and the handing-in cannot slip past each
    other, and sent twice under one key it is kept once. Of several the one that was given last
    counts, in whatever order they come. Raises NotOpen, TooLong.
    """
    written = json.dumps(given, ensure_ascii=False)
    if len(written) > LARGEST_ANSWER:
        raise TooLong
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(
            _APPEND_ANSWER % {"lock": "FOR SHARE OF attempt" if _rows_are_locked() else ""},
            {
                "key": _uuid(key),
                "given": written,
                "device": device[:36],
                "sequence": sequence,
                "given_at": adapt(at - min(max(ago, timedelta(0)), LONGEST_AGO)),
                "at": adapt(at),
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
    INSERT INTO quizzes_answer (item_id, "key", given, device, sequence, given_at, at)
    SELECT item.id, %%(key)s, %%(given)s, %%(device)s, %%(sequence)s,
           CASE WHEN attempt.started_at > %%(given_at)s THEN attempt.started_at ELSE %%(given_at)s END,
           %%(at)s
    FROM quizzes_attemptitem item JOIN quizzes_attempt attempt ON attempt.id = item.attempt_id
    WHERE item.id = %%(item)s AND attempt.person_id = %%(person)s AND attempt.state = 'open'
      AND (attempt.ends_at IS NULL OR attempt.ends_at >= %%(at)s)
    %(lock)s
    ON CONFLICT DO NOTHING
"""


def last_device(item: int) -> str:
    """Return which device has answered an item last, or nothing. In SQL: asked before each answer is kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT device FROM quizzes_answer WHERE item_id = %s"
            " ORDER BY given_at DESC, id DESC LIMIT 1",
            [item],
        )
        found = cursor.fetchone()
    return found[0] if found else ""


def _rows_are_locked() -> bool:
    return connection.features.has_select_for_update


def _uuid(key: UUID) -> str | UUID:
    return key if connection.features.has_native_uuid_field else key.hex


def items_with_answers(attempt: Attempt, *also: str) -> list[Any]:
    """Return an attempt's items in order, each with its version and the answer that counts as `given`.

    `also` names what else is selected with them. Two plain queries: one with a query for each item in it
    takes twice the time to be made and run, and this stands behind every question that is shown.
    """
    answers: dict[int, list[Any]] = defaultdict(list)
    rows = Answer.objects.filter(item__attempt=attempt).order_by()
    for answer in rows.values_list(*_COUNTS_BY, "item_id", "given", named=True):
        answers[answer.item_id].append(answer)
    items: list[Any] = list(attempt.items.select_related("version", *also))
    for item in items:
        item.given = last_of(answers[item.pk]).given if item.pk in answers else None
    return items


def submit(*, attempt: int, by, at: datetime) -> Attempt:
    """Hand in one's own open attempt and mark it; return it.

    Handed in twice, or from two devices at once, it is marked once. After its end it is handed in as
    it was then. Raises NotOpen where it is somebody else's.
    """
    with transaction.atomic():
        found = Attempt.objects.filter(pk=attempt, person=by).select_related("quiz").first()
        if found is None:
            raise NotOpen
        if _is_over(found, at):
            expire(attempt=attempt, at=at)
        elif _move(found, {State.OPEN}, to=State.SUBMITTED, submitted_at=at):
            _log(found, Kind.SUBMITTED, by=by, at=at)
            _mark(found, at=at)
        found.refresh_from_db()
    return found


def _move(attempt: Attempt, from_: set[Attempt.State], *, to: Attempt.State, **fields) -> bool:
    """Move an attempt to a state, if it is in one of some others still; return whether it was."""
    moved = Attempt.objects.filter(pk=attempt.pk, state__in=from_).update(state=to, **fields)
    if moved:
        attempt.state = to
        for name, value in fields.items():
            setattr(attempt, name, value)
    return bool(moved)


def _mark(attempt: Attempt, *, at: datetime) -> None:
    grading.mark(attempt, items_with_answers(attempt, "version__question"), at=at)
    _move(attempt, {State.SUBMITTED}, to=State.MARKED)
    _log(attempt, Kind.MARKED, by=None, at=at)


def expire(*, attempt: int, at: datetime) -> bool:
    """End an attempt whose time has run out; return whether it was open.

    It is handed in with what was answered, as of its end. One without any answer is EXPIRED: it
    counts as an attempt and has no grade.
    """
    with transaction.atomic():
        found = Attempt.objects.filter(pk=attempt, state=State.OPEN, ends_at__lt=at).first()
        if found is None:
            return False
        # First the state, whose row answers wait for: what comes meanwhile is in time or refused.
        if not _move(found, {State.OPEN}, to=State.SUBMITTED, submitted_at=found.ends_at):
            return False
        _log(found, Kind.EXPIRED, by=None, at=at)
        if Answer.objects.filter(item__attempt=found).exists():
            _mark(found, at=at)
        else:
            _move(found, {State.SUBMITTED}, to=State.EXPIRED)
    return True


def expire_if_over(attempt: Attempt, *, at: datetime) -> bool:
    """End an attempt that has been read, if its time has run out; return whether it was open still."""
    return (
        attempt.state == State.OPEN and _is_over(attempt, at) and expire(attempt=attempt.pk, at=at)
    )


def sweep(*, at: datetime, most: int = 500) -> int:
    """End the attempts whose time has run out, the oldest first; return how many."""
    over = Attempt.objects.filter(state=State.OPEN, ends_at__lt=at).order_by("ends_at", "pk")
    return sum(expire(attempt=pk, at=at) for pk in over.values_list("pk", flat=True)[:most])


def void(*, attempt: int, reason: str, by, at: datetime) -> None:
    """Take an attempt out of account: it neither passes nor counts. Raises NotOpen if it is so already."""
    with transaction.atomic():
        found = Attempt.objects.select_related("quiz").get(pk=attempt)
        before = found.state
        if not _move(found, set(State) - {State.VOID}, to=State.VOID):
            raise NotOpen
        _log(found, Kind.VOIDED, by=by, at=at, reason=reason, before=before)
        grading.forget(found, at=at)
        if found.person_id is not None:
            audit.write(
                did=audit.Did.ATTEMPT_VOIDED,
                by=by,
                subject=found.person_id,
                at=at,
                quiz=found.quiz.title,
                reason=reason,
            )


def give_time(*, quiz: Quiz, person, minutes: int, reason: str, by, at: datetime) -> None:
    """Give somebody so many minutes more for a quiz, from their next attempt on; none takes them away."""
    with transaction.atomic():
        if minutes:
            ExtraTime.objects.update_or_create(
                quiz=quiz, person=person, defaults={"minutes": minutes, "reason": reason}
            )
        else:
            ExtraTime.objects.filter(quiz=quiz, person=person).delete()
        audit.write(
            did=audit.Did.TIME_GIVEN,
            by=by,
            subject=person.pk,
            at=at,
            quiz=quiz.title,
            minutes=minutes,
        )


# Telling it again


@dataclass
class Replayed:
    """What an attempt is, as its log and its answers tell it: answers by item."""

    state: str = ""
    started_at: datetime | None = None
    submitted_at: datetime | None = None
    given: dict[int, dict] = field(default_factory=dict)


_STATE_AFTER = {
    Kind.STARTED: State.OPEN,
    Kind.SUBMITTED: State.SUBMITTED,
    Kind.EXPIRED: State.EXPIRED,
    Kind.MARKED: State.MARKED,
    Kind.REGRADED: State.MARKED,
    Kind.VOIDED: State.VOID,
}


def replay(
    events: Iterable[AttemptEvent], answers: Iterable[Answer], *, ends_at: datetime | None = None
) -> Replayed:
    """Return what an attempt is, from its events and answers alone, in whatever order they are given."""
    told = Replayed()
    for event in sorted(events, key=lambda one: one.pk):
        told.state = _STATE_AFTER[Kind(event.kind)]
        if event.kind == Kind.STARTED:
            told.started_at = event.at
        elif event.kind == Kind.SUBMITTED:
            told.submitted_at = event.at
        elif event.kind == Kind.EXPIRED:
            told.submitted_at = ends_at
    by_item: dict[int, list[Answer]] = defaultdict(list)
    for one in answers:
        by_item[one.item_id].append(one)
    told.given = {item: last_of(several).given for item, several in by_item.items()}
    return told


_COUNTS_BY = ("device", "sequence", "given_at", "pk")


def last_of(answers: Sequence[Any]) -> Any:
    """Return the answer to an item that counts, as `Answer.objects.last_first` does in the database.

    `answers` are answers, or rows with the fields by which one of them counts.
    """
    newest: dict[str, int] = defaultdict(int)
    for one in answers:
        newest[one.device] = max(newest[one.device], one.sequence)
    standing = [one for one in answers if not one.device or one.sequence == newest[one.device]]
    return max(standing, key=lambda one: (one.given_at, one.pk))
