"""Obstacles: raised where they are met, handed up by whoever cannot solve them, answered with a day."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from organisation import tree
from organisation.models import Family, Unit
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


def _open(obstacle: Obstacle) -> Obstacle:
    locked = Obstacle.objects.select_for_update().get(pk=obstacle.pk)
    if locked.state != State.OPEN:
        raise Refused(_("It is answered already."))
    return locked


def _step(obstacle: Obstacle, kind: str, text: str, *, by: Person, at: datetime) -> None:
    ObstacleStep.objects.create(
        obstacle=obstacle, kind=kind, unit_id=obstacle.at_unit_id, text=text.strip()[:2000], by=by,
        at=at,
    )  # fmt: skip


def seen_by(person, *, on: date) -> QuerySet[Obstacle]:
    """Return the obstacles of the units that somebody looks after, the open ones first."""
    units = access.units(person, to=Action.SEE_PROGRESS, on=on)
    found = Obstacle.objects.filter(unit__in=units) | Obstacle.objects.filter(at_unit__in=units)
    return found.order_by("-state", "-raised_at", "-pk").distinct()


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
    return f"{answers[-1].rstrip('.')} (hạn {one.solved_by:%d/%m/%Y})."
