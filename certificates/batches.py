"""Issuing what has become due in a unit: previewed, then issued by the worker, turn by turn.

A turn takes the next people of the batch while it holds the register, so that numbers follow the
order of the preview without a gap, whoever works and however often a worker is killed: what a turn
has numbered it finds again when it is repeated, and draws.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone

from certificates import awards, files, issuing, printing
from certificates.awards import Award
from certificates.issuing import Recipient
from certificates.models import Batch, BatchItem
from courses.models import Audience
from jobs import queue
from jobs.models import JobItem
from organisation import tree
from organisation.models import Family, Placement, Unit
from people import access
from people.models import Person, Post
from people.roles import Action

WORK_OUT = "certificates.tasks.work_out_batch"
TAKE_TURN = "certificates.tasks.take_turns"
TURN = 100  # people in a turn: two thirds of a second
TURNS_AT_ONCE = 4  # which a worker that is killed holds up until their lease has run out
LONGEST_TURN = timedelta(seconds=30)
SPARE = 20  # turns that take the place of those which dead workers hold
HANDS = 2  # turns at the same time: one numbers while the other draws
PACE_OF = timedelta(seconds=60)  # the time left is reckoned from the turns of so long

State = BatchItem.State
OVER = (Batch.State.DONE, Batch.State.CANCELLED)
MOST_SAID = 400
AT_ONCE = 1_000  # rows written in one statement


class Refused(Exception):
    """The batch is not in a state in which this can be done. Nothing has changed."""


class NotYours(Refused):
    """Whoever asks may not issue certificates there."""


class InTheFuture(Refused):
    """The day has not come yet."""


# Preview


@transaction.atomic
def propose(*, award: Award, unit: Unit, day: date, by, at: datetime) -> Batch:
    """Begin a batch and have worked out who is in it. Raises NotYours or InTheFuture."""
    if day > timezone.localdate(at):
        raise InTheFuture
    if not access.may(by, to=Action.ISSUE_CERTIFICATES, on=timezone.localdate(at), unit=unit.pk):
        raise NotYours
    batch = Batch.objects.create(
        unit=unit,
        course_id=award.course_id,
        audience=Audience.objects.get(key=award.audience),
        day=day,
        by=by,
        proposed_at=at,
    )
    batch.job = queue.add(task=WORK_OUT, subjects=[batch.pk], by=by, at=at)
    batch.save(update_fields=["job"])
    return batch


def award_of(batch: Batch) -> Award:
    """Return what a batch issues certificates for. Raises Refused where there is no such course now."""
    for award in awards.everything():
        if (award.course_id, award.audience) == (batch.course_id, batch.audience.key):
            return award
    raise Refused


@transaction.atomic
def work_out(batch_id: int, *, at: datetime) -> None:
    """Write down who is in a batch: who gets a certificate, in the order of the numbers, and who does not.

    Those of `by` on the day of the batch, commune after commune, by name. Once: a batch that has
    been worked out stays as it is.
    """
    batch = _locked(batch_id)
    if batch.state != Batch.State.PREVIEWING:
        return
    award = award_of(batch)
    if batch.by is None:  # without whoever asked there are no rights to go by
        raise NotYours
    serving = _serving(batch, award, on=timezone.localdate(at))
    people = [one.person for one in serving]
    passed = awards.passed(people, award=award, by=batch.day).keys()
    tried = awards.tried(people, award=award)
    held = issuing.holders(people, award=award, on=batch.day)
    position = 0
    items: list[BatchItem] = []
    for one in serving:
        if one.person in held:
            state = State.HELD
        elif one.person in passed:
            state = State.WAITING
        elif one.person in tried:
            state = State.NOT_PASSED
        else:
            batch.not_begun += 1
            continue
        position += 1
        items.append(
            BatchItem(
                batch=batch,
                person_id=one.person,
                position=position,
                state=state,
                unit_id=one.unit,
                commune_id=one.commune,
            )
        )
        if len(items) == AT_ONCE:
            BatchItem.objects.bulk_create(items)
            items = []
    BatchItem.objects.bulk_create(items)
    batch.state = Batch.State.READY
    batch.save(update_fields=["state", "not_begun"])


class _Serving(NamedTuple):
    """Somebody who serves in the unit of a batch: 46,000 of them take 10 MB."""

    person: int
    unit: int
    commune: int | None


def _serving(batch: Batch, award: Award, *, on: date) -> list[_Serving]:
    """Return who serves in a batch's unit and learns for its award, commune after commune, by name.

    Where somebody serves twice, the latest post counts.
    """
    reached = access.posts(batch.by, to=Action.ISSUE_CERTIFICATES, on=on)
    posts = Post.objects.on(batch.day).filter(
        unit__in=tree.within([batch.unit_id], on=batch.day),
        role__in=awards.roles_for(award),
        person__erased_at=None,
        person__in=reached.values("person"),
    )
    rows = posts.order_by("since", "pk").values_list("person", "unit")
    unit_of = dict(rows.iterator(chunk_size=2000))
    communes = _communes(set(unit_of.values()), on=batch.day)
    places = {unit: (one.sort_key, one.unit_id) for unit, one in communes.items() if one}
    by_name = Person.objects.order_by("sort_key", "pk").values_list("pk", flat=True)
    ordered = [pk for pk in by_name.iterator(chunk_size=2000) if pk in unit_of]
    ordered.sort(
        key=lambda pk: places.get(unit_of[pk], ("", 0))
    )  # stable: by name within a commune
    found = []
    for pk in ordered:
        commune = communes.get(unit_of[pk])
        found.append(_Serving(pk, unit_of[pk], commune.unit_id if commune else None))
    return found


def _communes(units: Collection[int], *, on: date) -> dict[int, Placement | None]:
    """Return the commune that each unit is in, or None."""
    return {
        unit: next((one for one in way if one.kind.family == Family.COMMUNE), None)
        for unit, way in tree.paths(units, on=on).items()
    }


# Issue


@transaction.atomic
def start(*, batch: Batch, at: datetime) -> None:
    """Have a previewed batch issued by the worker. Raises Refused unless it waits for that with people in it."""
    if not batch.items.filter(state=State.WAITING).exists():
        raise Refused
    _move(batch, Batch.State.READY, to=Batch.State.ISSUING, started_at=at)
    _have_turns_taken(batch, at=at)


@transaction.atomic
def pause(*, batch: Batch) -> None:
    """Let the worker stop after the turn that it is at. Raises Refused unless it is being issued."""
    _move(batch, Batch.State.ISSUING, to=Batch.State.PAUSED)


@transaction.atomic
def resume(*, batch: Batch, at: datetime) -> None:
    """Go on after a pause, or after the turns failed. Raises Refused where there is nothing to go on with."""
    locked = _locked(batch.pk)
    if locked.job and _has_stopped(locked):
        queue.retry(job=locked.job)
        return
    _move(batch, Batch.State.PAUSED, to=Batch.State.ISSUING)
    _have_turns_taken(batch, at=at)


@transaction.atomic
def cancel(*, batch: Batch, at: datetime) -> None:
    """Issue to nobody else. What has been issued stands. Raises Refused where all is over."""
    locked = _locked(batch.pk)
    if locked.state in OVER:
        raise Refused
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.CANCELLED, ended_at=at)
    if locked.items.filter(state=State.ISSUED).exists():
        _have_turns_taken(locked, at=at)  # what has its number is still drawn
    else:
        files.order(locked, at=at)


@transaction.atomic
def repair(*, batch: Batch, at: datetime) -> int:
    """Try again what could not be drawn or printed; return how many. Raises Refused if there is nothing.

    A name is read anew for those who have no number yet.
    """
    locked = _locked(batch.pk)
    if locked.state not in OVER:
        raise Refused
    failed = locked.items.filter(state=State.FAILED).update(state=State.ISSUED)
    again = 0
    if locked.state == Batch.State.DONE:
        again = locked.items.filter(state=State.UNPRINTABLE).update(state=State.WAITING, problem="")
    if not failed + again:
        raise Refused
    if again:
        Batch.objects.filter(pk=batch.pk).update(state=Batch.State.ISSUING, ended_at=None)
    _have_turns_taken(locked, at=at)
    return failed + again


def _have_turns_taken(batch: Batch, *, at: datetime) -> None:
    """Put as many turns into a job as there is work left for, and let it begin."""
    batch.items.filter(state=State.ISSUED).update(turn=None)
    left = batch.items.filter(state__in=[State.WAITING, State.ISSUED]).count()
    last = batch.items.aggregate(last=Max("turn"))["last"] or 0
    turns = range(last + 1, last + 1 + left // TURN + SPARE)
    job = queue.add(task=TAKE_TURN, subjects=turns, by=batch.by, at=at, hands=HANDS)
    Batch.objects.filter(pk=batch.pk).update(job=job)


def take_turn(batch_id: int, turn: int, *, at: datetime) -> None:
    """Issue to the next people of a batch and draw what is theirs; end the batch where nobody is left.

    Done again, it draws what it has numbered and not drawn, and takes nobody else.
    """
    pages = _issue_next(batch_id, turn, at=at)
    drew = _draw(batch_id, turn, pages=pages)
    _end(batch_id, drew=drew, at=at)


@transaction.atomic
def _issue_next(batch_id: int, turn: int, *, at: datetime) -> dict[int, str]:
    """Number the next people; return the pages that are to be drawn, by person."""
    batch = _locked(batch_id)
    if batch.items.filter(turn=turn).exists():
        return {}  # begun before, by a worker that died
    undrawn = batch.items.filter(state=State.ISSUED, turn=None).order_by("position")[:TURN]
    if batch.items.filter(pk__in=list(undrawn.values_list("pk", flat=True))).update(turn=turn):
        return {}
    if batch.state != Batch.State.ISSUING:
        return {}
    waiting = batch.items.filter(state=State.WAITING).select_related("person")
    items = list(waiting.order_by("position")[:TURN])
    if not items:
        return {}
    award = award_of(batch)
    passed = awards.passed([item.person_id for item in items], award=award, by=batch.day)
    recipients = [
        Recipient(item.person, unit=item.unit_id, passed=passed[item.person_id])
        for item in items
        if item.person_id in passed and item.person.erased_at is None
    ]
    issued = issuing.issue_all(
        award=award, recipients=recipients, day=batch.day, by=batch.by, at=at
    )
    for item in items:
        item.turn = turn
        _note(item, issued)
    _save(items, ["turn", "state", "certificate", "problem"])
    return issued.pages


def _save(items: Sequence[BatchItem], fields: Sequence[str]) -> None:
    """Save some fields of items. As an upsert, which costs a tenth of `bulk_update`."""
    BatchItem.objects.bulk_create(
        items, update_conflicts=True, unique_fields=["id"], update_fields=fields
    )


def _note(item: BatchItem, issued: issuing.Issued) -> None:
    """Write down in somebody's item what has come of it."""
    if certificate := issued.certificates.get(item.person_id):
        item.state, item.certificate = State.ISSUED, certificate
    elif item.person_id in issued.held:
        item.state = State.HELD
    elif problem := issued.problems.get(item.person_id):
        item.state, item.problem = State.UNPRINTABLE, problem
    else:  # what they had passed was marked anew since the preview
        item.state = State.NOT_PASSED


def _draw(batch_id: int, turn: int, *, pages: Mapping[int, str]) -> bool:
    """Draw what a turn has numbered; what cannot be drawn says why, and can be repaired.

    Return whether there was anything to draw.
    """
    items = list(
        BatchItem.objects.filter(batch=batch_id, turn=turn, state=State.ISSUED)
        .select_related("certificate__template_version")
        .order_by("position")
    )
    certificates = [item.certificate for item in items if item.certificate]
    problems = printing.keep_pdfs(certificates, pages=pages)
    for item in items:
        item.problem = problems.get(item.certificate_id or 0, "")[:MOST_SAID]
        item.state = State.FAILED if item.problem else State.DRAWN
    _save(items, ["state", "problem"])
    return bool(items)


@transaction.atomic
def _end(batch_id: int, *, drew: bool, at: datetime) -> None:
    """Call a batch done, once, when nobody is left in it; and have its files made."""
    batch = _locked(batch_id)
    if batch.items.filter(state=State.ISSUED).exists():
        return
    if batch.state == Batch.State.ISSUING and not batch.items.filter(state=State.WAITING).exists():
        batch.state, batch.ended_at = Batch.State.DONE, at
        batch.save(update_fields=["state", "ended_at"])
        drew = True
    if drew and batch.state in OVER:
        files.order(batch, at=at)


# Reading


@dataclass(frozen=True)
class Standing:
    """How far a batch is: people by what has become of them, and the seconds left, or None."""

    counts: Mapping[str, int]
    stopped: bool
    seconds_left: int | None

    @property
    def done(self) -> int:
        return self.counts[State.DRAWN] + self.counts[State.FAILED]

    @property
    def left(self) -> int:
        return self.counts[State.WAITING] + self.counts[State.ISSUED]

    @property
    def total(self) -> int:
        return self.done + self.left

    @property
    def per_cent(self) -> int:
        return 100 * self.done // self.total if self.total else 100


def standing(batch: Batch, *, at: datetime) -> Standing:
    """Return how far a batch is; three queries."""
    rows = batch.items.order_by().values_list("state").annotate(count=Count("pk"))
    counts = dict.fromkeys(State.values, 0) | dict(rows)
    left = counts[State.WAITING] + counts[State.ISSUED]
    return Standing(
        counts=counts,
        stopped=_has_stopped(batch),
        seconds_left=_seconds(batch, left, at=at) if batch.state == Batch.State.ISSUING else None,
    )


def _seconds(batch: Batch, left: int, *, at: datetime) -> int | None:
    """Return how long the rest takes at the pace of the last minute; None before anything is done."""
    since = max(at - PACE_OF, batch.job.created_at) if batch.job else at
    ended = JobItem.objects.filter(job=batch.job_id, ended_at__gte=since).count()
    passed = (at - since).total_seconds()
    return round(left * passed / (ended * TURN)) if ended and passed > 0 else None


def _has_stopped(batch: Batch) -> bool:
    """Whether there is work left in a batch that nobody is to do any more: its turns have failed."""
    at_work = batch.state in Batch.UNDER_WAY or batch.items.filter(state=State.ISSUED).exists()
    if batch.job is None or not at_work:
        return False
    progress = queue.progress(job=batch.job)
    return progress.ended and progress.failed > 0


def _locked(batch_id: int) -> Batch:
    """Return a batch that nobody else moves until the end of the transaction."""
    batches = Batch.objects.select_for_update(of=("self",)).select_related("audience", "by", "job")
    return batches.get(pk=batch_id)


def _move(batch: Batch, state: Batch.State, *, to: Batch.State, **more) -> None:
    if not Batch.objects.filter(pk=batch.pk, state=state).update(state=to, **more):
        raise Refused
    batch.state = to
