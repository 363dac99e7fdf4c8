"""Obstacles: raised where they are met, handed up by whoever cannot solve them, answered with a day."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import Case, Count, IntegerField, Q, QuerySet, When
from django.utils import timezone
from django.utils.translation import gettext as _

from organisation import tree
from organisation.models import Family, Placement, Unit
from people import access
from people.models import Person
from people.roles import Action
from reports.models import Obstacle, ObstacleStep

State = Obstacle.State
LEVELS = (Family.VILLAGE, Family.SCHOOL, Family.COMMUNE, Family.DISTRICT, Family.PROVINCE)


class Refused(Exception):
    """An obstacle cannot be dealt with so: says why."""


def raise_one(unit: int, text: str, *, by: Person, at: datetime) -> Obstacle:
    """Write down what stands in the way at a unit. Raises Refused for no text."""
    if not text.strip():
        raise Refused(_("Say what stands in the way."))
    return Obstacle.objects.create(
        unit_id=unit, at_unit_id=unit, text=text.strip()[:2000], raised_by=by, raised_at=at
    )


@transaction.atomic
def escalate(obstacle: Obstacle, *, text: str, by: Person, at: datetime) -> None:
    """Hand an obstacle up to the unit above. Raises Refused where there is none, or it is answered."""
    locked = _open(obstacle)
    way = tree.path(locked.at_unit_id, on=timezone.localdate(at))
    above = next((one for one in way[1:] if Family(one.kind.family) in LEVELS), None)
    if above is None:
        raise Refused(_("There is nobody above to hand it to."))
    _step(locked, ObstacleStep.Kind.ESCALATED, text, by=by, at=at)
    Obstacle.objects.filter(pk=locked.pk).update(at_unit=above.unit_id)


@transaction.atomic
def answer(obstacle: Obstacle, *, text: str, solved_by: date, by: Person, at: datetime) -> None:
    """Answer an obstacle with the day by which it is solved. Raises Refused."""
    locked = _open(obstacle)
    if not text.strip():
        raise Refused(_("Say what is done about it."))
    if solved_by < timezone.localdate(at):
        raise Refused(_("This day is over."))
    _step(locked, ObstacleStep.Kind.ANSWERED, text, by=by, at=at)
    Obstacle.objects.filter(pk=locked.pk).update(state=State.ANSWERED, solved_by=solved_by)


@transaction.atomic
def close(obstacle: Obstacle, *, text: str, by: Person, at: datetime) -> None:
    """Say that what was answered is solved. Raises Refused for what is not answered."""
    locked = _answered(obstacle)
    _step(locked, ObstacleStep.Kind.SOLVED, text, by=by, at=at)
    Obstacle.objects.filter(pk=locked.pk).update(state=State.SOLVED)


@transaction.atomic
def reopen(obstacle: Obstacle, *, text: str, by: Person, at: datetime) -> None:
    """Ask whoever answered once more, since it still stands in the way. Raises Refused."""
    locked = _answered(obstacle)
    if not text.strip():
        raise Refused(_("Say what still stands in the way."))
    _step(locked, ObstacleStep.Kind.REOPENED, text, by=by, at=at)
    Obstacle.objects.filter(pk=locked.pk).update(state=State.OPEN, solved_by=None)


def _open(obstacle: Obstacle) -> Obstacle:
    locked = Obstacle.objects.select_for_update().get(pk=obstacle.pk)
    if locked.state != State.OPEN:
        raise Refused(_("It is answered already."))
    return locked


def _answered(obstacle: Obstacle) -> Obstacle:
    locked = Obstacle.objects.select_for_update().get(pk=obstacle.pk)
    if locked.state != State.ANSWERED:
        raise Refused(_("It is not answered, or solved already."))
    return locked


def _step(obstacle: Obstacle, kind: str, text: str, *, by: Person, at: datetime) -> None:
    ObstacleStep.objects.create(
        obstacle=obstacle, kind=kind, unit_id=obstacle.at_unit_id, text=text.strip()[:2000], by=by,
        at=at,
    )  # fmt: skip


def own_units(person: Person, *, on: date) -> list[Placement]:
    """Return the units for which somebody speaks: each that a right of theirs reaches down from."""
    held = {
        one.root
        for one in access.held(person, on=on)
        if Action.SEE_PROGRESS in one.grant.actions and one.root is not None
    }
    ways = tree.paths(held, on=on)
    return sorted((way[0] for way in ways.values()), key=lambda one: (one.kind.level, one.sort_key))


def seen_by(person, *, on: date) -> QuerySet[Obstacle]:
    """Return the obstacles of the units that somebody looks after: what runs late or waits, first."""
    units = access.units(person, to=Action.SEE_PROGRESS, on=on)
    found = Obstacle.objects.filter(unit__in=units) | Obstacle.objects.filter(at_unit__in=units)
    turn = Case(
        When(overdue(on), then=0),
        When(state=State.OPEN, then=1),
        When(state=State.ANSWERED, then=2),
        default=3,
        output_field=IntegerField(),
    )
    return found.order_by(turn, "solved_by", "-raised_at", "-pk")


def overdue(on: date) -> Q:
    """Return the condition on obstacles that were to be solved before a day, and are not."""
    return Q(state=State.ANSWERED, solved_by__lt=on)


def to_do(person: Person, *, on: date) -> tuple[int, int]:
    """Return how many obstacles wait for an answer of somebody's own units, and how many run late there."""
    at = Obstacle.objects.filter(at_unit__in=[one.unit_id for one in own_units(person, on=on)])
    found = at.aggregate(
        waiting=Count("pk", filter=Q(state=State.OPEN)), late=Count("pk", filter=overdue(on))
    )
    return found["waiting"], found["late"]


def of_report(unit: int, *, since: date, until: date) -> list[dict[str, str]]:
    """Return the obstacles that a report of a unit tells of, as it keeps them: text and answer.

    Those that are open, and those raised below the unit from the first counted day on.
    """
    within: Collection[int] | QuerySet[Unit] = tree.within([unit], on=until)
    found = Obstacle.objects.filter(unit__in=within, raised_at__date__lte=until)
    told = found.filter(raised_at__date__gte=since) | found.filter(state=State.OPEN)
    return [
        {"text": one.text, "answer": _answer(one)}
        for one in told.order_by("raised_at", "pk").prefetch_related("steps")
    ]


def _answer(one: Obstacle) -> str:
    answers = [step.text for step in one.steps.all() if step.kind == ObstacleStep.Kind.ANSWERED]
    if not answers or one.solved_by is None:
        return ""
    if one.state == State.SOLVED:
        return f"{answers[-1].rstrip('.')} (đã giải quyết)."
    return f"{answers[-1].rstrip('.')} (hạn {one.solved_by:%d/%m/%Y})."
