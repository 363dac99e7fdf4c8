"""Requests of people about their own data, and the terms in which the law wants them answered.

Luật Bảo vệ dữ liệu cá nhân 91/2025 and Nghị định 356/2025: a request is confirmed within 2 working
days and acted on within 10 to 20 days. The exact counts are settings (DATA_REQUEST_DAYS): 10 for a correction, 20 for an erasure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from people import access, audit, erasing, working_days
from people.models import DataRequest, Person, Post
from people.roles import Action, Column
from people.working_days import Holidays

Kind = DataRequest.Kind
Outcome = DataRequest.Outcome

# What an officer may put right, by what they must be allowed to see for it.
CORRECTABLE = {
    None: ("name",),
    Column.BIRTH: ("born_on", "birth_year"),
    Column.CONTACT: ("phone", "email"),
}


class Refused(Exception):
    """Nothing has changed."""


class AlreadyOpen(Refused):
    """A request of this kind is waiting for its answer."""


class NotWaiting(Refused):
    """Somebody else has been quicker, or the person has taken the request back."""


class OwnRequest(Refused):
    """Nobody answers their own request."""


class NothingSaid(Refused):
    """Whoever refuses says why, and whoever asks for a correction what is wrong."""


# Terms


@dataclass(frozen=True)
class Terms:
    """The last days on which a request may be confirmed and acted on."""

    acknowledge: date
    act: date


@dataclass(frozen=True)
class Due:
    """What is to be done next, until the end of which day, and how that stands today.

    `left` are the working days after today, `late` the days since the last one: 0 while there is time.
    """

    day: date
    acknowledging: bool
    left: int
    late: int


def terms(*, kind: str, made_on: date, days: Mapping[str, int], holidays: Holidays) -> Terms:
    """Return the terms of a request; the day on which it is made counts for none of them.

    Days to act are days of the calendar. What ends on a day off is not put off, though the Civil Code (Điều
    148) would: so nobody is late who keeps to it.
    """
    return Terms(
        acknowledge=working_days.after(made_on, days["acknowledge"], holidays=holidays),
        act=made_on + timedelta(days=days[kind]),
    )


def due(*, of: Terms, acknowledged: bool, today: date, holidays: Holidays) -> Due:
    """Return what is due next of an open request."""
    day = of.act if acknowledged else of.acknowledge
    return Due(
        day=day,
        acknowledging=not acknowledged,
        left=working_days.between(today, day, holidays=holidays),
        late=max(0, (today - day).days),
    )


def terms_of(request: DataRequest) -> Terms:
    """Return the terms of a request by the settings and the holidays on file."""
    return terms(
        kind=request.kind,
        made_on=localdate(request.made_at),
        days=settings.DATA_REQUEST_DAYS,
        holidays=working_days.holidays(),
    )


def due_of(request: DataRequest, *, today: date) -> Due | None:
    """Return what is due next of a request; nothing, once it is decided."""
    if request.decided_at:
        return None
    return due(
        of=terms_of(request),
        acknowledged=request.acknowledged_at is not None,
        today=today,
        holidays=working_days.holidays(),
    )


# Asking


@transaction.atomic
def make(*, person: Person, kind: Kind, text: str, at: datetime) -> DataRequest:
    """Let a person ask. Raises AlreadyOpen, and NothingSaid for a correction that does not say of what."""
    if kind == Kind.CORRECTION and not text.strip():
        raise NothingSaid
    try:
        with transaction.atomic():
            request = DataRequest.objects.create(
                person=person, kind=kind, text=text.strip(), made_at=at
            )
    except IntegrityError:
        raise AlreadyOpen from None
    audit.write(did=audit.Did.REQUEST_MADE, by=person, subject=person.pk, at=at, kind=kind)
    return request


@transaction.atomic
def withdraw(*, request: int, by: Person, at: datetime) -> None:
    """Let a person take a request of theirs back. Raises NotWaiting."""
    mine = DataRequest.objects.filter(pk=request, person=by)
    _decide(mine, outcome=Outcome.WITHDRAWN, decided_at=at)
    audit.write(
        did=audit.Did.REQUEST_DECIDED, by=by, subject=by.pk, at=at, outcome=Outcome.WITHDRAWN
    )


# Answering


def answered_by(officer: Person, *, on: date) -> QuerySet[DataRequest]:
    """Return the requests that somebody may answer on a day, or has answered; never their own.

    Whose subject is in nobody's area is left to the administrator, who sees all.
    """
    theirs = access.people(officer, to=Action.ANSWER_REQUESTS, on=on)
    return (
        DataRequest.objects.filter(Q(person__in=theirs) | Q(decided_by=officer))
        .exclude(person=officer)
        .order_by("made_at", "pk")
    )


def most_urgent_first(requests: QuerySet[DataRequest], *, today: date) -> list[DataRequest]:
    """Return open requests by the day on which something is due next. Reads them all."""
    found = list(requests.filter(decided_at=None))
    days = {request.pk: one.day for request in found if (one := due_of(request, today=today))}
    return sorted(found, key=lambda request: (days[request.pk], request.made_at, request.pk))


@transaction.atomic
def acknowledge(*, request: DataRequest, by: Person, at: datetime) -> None:
    """Confirm that a request has come in. Raises OwnRequest or NotWaiting."""
    _refuse_own(request, by)
    waiting = DataRequest.objects.filter(pk=request.pk, acknowledged_at=None, decided_at=None)
    if not waiting.update(acknowledged_at=at, acknowledged_by=by):
        raise NotWaiting
    audit.write(did=audit.Did.REQUEST_ACKNOWLEDGED, by=by, subject=request.person_id, at=at)


@transaction.atomic
def refuse(*, request: DataRequest, answer: str, by: Person, at: datetime) -> None:
    """Refuse a request and say why. Raises OwnRequest, NothingSaid or NotWaiting."""
    _refuse_own(request, by)
    if not answer.strip():
        raise NothingSaid
    _answer(request, outcome=Outcome.REFUSED, answer=answer, by=by, at=at)


@transaction.atomic
def grant(
    *,
    request: DataRequest,
    by: Person,
    at: datetime,
    answer: str = "",
    corrected: Mapping[str, object] | None = None,
) -> None:
    """Do what is asked, and say so, as one act.

    `corrected` are the fields of the person that are put right, as they are to be stored. An
    erasure takes the texts of the person's requests with it. Raises OwnRequest, NotWaiting, or what erasing.erase raises.
    """
    _refuse_own(request, by)
    _answer(request, outcome=Outcome.GRANTED, answer=answer, by=by, at=at)
    if request.kind == Kind.ERASURE:
        erasing.erase(person=request.person, by=by, at=at)
    elif corrected:
        _correct(request.person_id, corrected, by=by, at=at)


def columns(person: Person, *, seen_by: Person, on: date) -> frozenset[Column]:
    """Return what somebody may see of a person on a day, wherever that person serves."""
    if seen_by.is_superuser:
        return frozenset(Column)
    shown: frozenset[Column] = frozenset()
    for role, unit in Post.objects.on(on).filter(person=person).values_list("role", "unit"):
        shown |= access.columns(seen_by, unit=unit, on=on).get(role, frozenset())
    return shown


def _refuse_own(request: DataRequest, by: Person) -> None:
    if request.person_id == by.pk:
        raise OwnRequest


def _answer(request: DataRequest, *, outcome: Outcome, answer: str, by: Person, at) -> None:
    here = DataRequest.objects.filter(pk=request.pk)
    _decide(here, outcome=outcome, decided_at=at, decided_by=by, answer=answer.strip())
    # An answer confirms as well that the request has come in.
    here.filter(acknowledged_at=None).update(acknowledged_at=at, acknowledged_by=by)
    audit.write(
        did=audit.Did.REQUEST_DECIDED,
        by=by,
        subject=request.person_id,
        at=at,
        kind=request.kind,
        outcome=outcome,
    )


def _decide(requests: QuerySet[DataRequest], **fields) -> None:
    if not requests.filter(decided_at=None).update(**fields):
        raise NotWaiting


def _correct(pk: int, corrected: Mapping[str, object], *, by: Person, at: datetime) -> None:
    """Write what differs. The log names the fields and never what was in them: it cannot be erased."""
    person = Person.objects.select_for_update().get(pk=pk)
    changed = [name for name, value in corrected.items() if getattr(person, name) != value]
    for name in changed:
        if name == "name":
            person.rename(str(corrected[name]))
        else:
            setattr(person, name, corrected[name])
    if changed:
        person.save(update_fields=[*changed, "sort_key", "folded_name"])
        audit.write(did=audit.Did.CHANGED, by=by, subject=pk, at=at, fields=sorted(changed))
