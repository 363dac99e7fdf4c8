"""The tree of units as of a day. Everything that asks about places asks here."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q

from organisation.models import Placement, Unit, UnitKind
from vietnamese import normalise, place_sort_key

DEEPEST = 8


class Overlaps(Exception):
    """Something is written down already for that day or a later one. Nothing has changed."""


@transaction.atomic
def place(
    *,
    unit: Unit,
    name: str,
    kind: UnitKind,
    parent: Unit | None,
    valid_from: date,
    code: str = "",
) -> Placement:
    """Write down what a unit is called and where it stands from a day on.

    What has held until now ends on that day. Raises Overlaps where something has begun on that day
    or later, or ended later.
    """
    name = normalise(name)
    # One at a time: of two who place a unit at once, the second sees what the first has written.
    Unit.objects.select_for_update().get(pk=unit.pk)
    later = Q(valid_from__gte=valid_from) | Q(valid_until__gt=valid_from)
    if Placement.objects.filter(later, unit=unit).exists():
        raise Overlaps
    Placement.objects.filter(unit=unit, valid_until=None, valid_from__lt=valid_from).update(
        valid_until=valid_from
    )
    return Placement.objects.create(
        unit=unit,
        name=name,
        sort_key=place_sort_key(name),
        kind=kind,
        parent=parent,
        code=code,
        valid_from=valid_from,
    )


def path(unit: Unit, *, on: date) -> list[Placement]:
    """Return the placements from the unit itself up to the province, as of a day.

    One query a level. A unit that does not stand on that day has an empty path.
    """
    placements: list[Placement] = []
    unit_id: int | None = unit.pk
    while unit_id and len(placements) < DEEPEST:
        placement = Placement.objects.on(on).filter(unit=unit_id).first()
        if placement is None:
            break
        placements.append(placement)
        unit_id = placement.parent_id
    return placements


def written(placements: Sequence[Placement]) -> str:
    """Return a path as an address is written: "Thôn Đồi Chè, Xã Tân Sơn, Tỉnh …"."""
    return ", ".join(placement.name for placement in placements)


def children(unit: Unit, *, on: date):
    """Return the placements directly under a unit as of a day, by name."""
    return Placement.objects.on(on).filter(parent=unit).select_related("kind", "unit")


def of_kinds(*keys: str, on: date):
    """Return the placements of some kinds as of a day, by kind, then by name."""
    return (
        Placement.objects.on(on)
        .filter(kind__key__in=keys)
        .select_related("kind", "unit")
        .order_by("kind__level", "sort_key", "pk")
    )
