"""The tree of units as of a day. Everything that asks about places asks here."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from organisation.models import Family, Placement, Succession, Unit, UnitKind
from vietnamese import fold, normalise, place_sort_key

DEEPEST = 8
MOST_CHANGES_IN_A_ROW = 30  # from predecessor to successor; nothing real comes near


class Overlaps(Exception):
    """Something is written down already for that day or a later one. Nothing has changed."""


# Writing down


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
    # One at a time: of two who place a unit at once, the second sees what the first has written.
    Unit.objects.select_for_update().get(pk=unit.pk)
    later = Q(valid_from__gte=valid_from) | Q(valid_until__gt=valid_from)
    if Placement.objects.filter(later, unit=unit).exists():
        raise Overlaps
    Placement.objects.filter(unit=unit, valid_until=None, valid_from__lt=valid_from).update(
        valid_until=valid_from
    )
    return Placement.objects.create(
        **named(name), unit=unit, kind=kind, parent=parent, code=code, valid_from=valid_from
    )


def named(name: str) -> dict[str, str]:
    """Return the fields of a placement that follow from its name: what it is found and sorted by."""
    name = normalise(name)
    return {"name": name, "sort_key": place_sort_key(name), "folded_name": fold(name)[:450]}


# Up and down


def path(unit: Unit | int, *, on: date) -> list[Placement]:
    """Return the placements from the unit itself up to the province, as of a day.

    One query a level. A unit that does not stand on that day has an empty path.
    """
    pk = unit if isinstance(unit, int) else unit.pk
    return paths([pk], on=on).get(pk, [])


def paths(units: Iterable[int], *, on: date) -> dict[int, list[Placement]]:
    """Return the path of each of some units, by its key, as of a day: one query a level in all.

    Units that do not stand on that day are left out.
    """
    placements: dict[int, Placement] = {}
    wanted = set(units)
    asked = set(wanted)
    for _level in range(DEEPEST):
        if not asked:
            break
        found = Placement.objects.on(on).filter(unit__in=asked).select_related("kind")
        placements |= {placement.unit_id: placement for placement in found}
        above = {placements[pk].parent_id for pk in asked if pk in placements}
        asked = {pk for pk in above if pk is not None and pk not in placements}
    return {pk: _up(pk, placements) for pk in wanted if pk in placements}


def _up(pk: int, placements: dict[int, Placement]) -> list[Placement]:
    way: list[Placement] = []
    step: int | None = pk
    while step in placements and len(way) < DEEPEST:
        way.append(placements[step])
        step = placements[step].parent_id
    return way


def written(placements: Sequence[Placement]) -> str:
    """Return a path as an address is written: "Thôn Đồi Chè, Xã Tân Sơn, Tỉnh …"."""
    return ", ".join(placement.name for placement in placements)


def children(unit: Unit | int, *, on: date):
    """Return the placements directly under a unit as of a day, by name."""
    return Placement.objects.on(on).filter(parent=unit).select_related("kind", "unit")


# UNION, not UNION ALL: even a circle in the data would come to an end.
_BELOW = """
    below(unit_id) AS (
        SELECT unit_id FROM organisation_placement
        WHERE unit_id IN ({marks})
          AND valid_from <= %s AND (valid_until IS NULL OR valid_until > %s)
        UNION
        SELECT placement.unit_id FROM organisation_placement placement
        JOIN below ON placement.parent_id = below.unit_id
        WHERE placement.valid_from <= %s
          AND (placement.valid_until IS NULL OR placement.valid_until > %s)
    )"""
_WITHIN = f"WITH RECURSIVE {_BELOW} SELECT unit_id FROM below"  # noqa: S608 - constant SQL
_PREDECESSORS = """
    line(unit_id) AS (
        SELECT unit_id FROM below
        UNION
        SELECT succession.predecessor_id FROM organisation_succession succession
        JOIN line ON succession.successor_id = line.unit_id
        WHERE succession.day <= %s
    )"""
_LINEAGE = f"WITH RECURSIVE {_BELOW}, {_PREDECESSORS} SELECT unit_id FROM line"  # noqa: S608 - constant SQL


def within(roots: Collection[int], *, on: date) -> QuerySet[Unit]:
    """Return the units that stand somewhere under some units, and these, as of a day.

    Whoever asks filters by it (`unit__in=tree.within(…)`): one recursive query, whatever the size.
    """
    return _found(_WITHIN, roots, [on] * 4)


def lineage(roots: Collection[int], *, on: date) -> QuerySet[Unit]:
    """Return the units `within` some as of a day, and all that have become part of these by then.

    To filter by, as `within`: it finds what is told of earlier days by the units of one.
    """
    return _found(_LINEAGE, roots, [on] * 5)


def _found(sql: str, roots: Collection[int], days: list[date]) -> QuerySet[Unit]:
    if not roots:
        return Unit.objects.none()
    marks = ", ".join(["%s"] * len(roots))
    return Unit.objects.filter(pk__in=RawSQL(sql.format(marks=marks), [*roots, *days]))  # noqa: S611 - marks alone


def among(units: Collection[int]) -> RawSQL:
    """Return some units to filter by (`unit__in=tree.among(…)`) as one parameter, however many they are."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [list(units)])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(units))])


def child_of_each(unit: int, *, on: date) -> dict[int, int]:
    """Return for each unit that stands somewhere under a unit which of its children that is under.

    The unit itself is under itself. One recursive query, whatever the size.
    """
    day = connection.ops.adapt_datefield_value(on)
    sql = """
        WITH RECURSIVE below(child, unit_id) AS (
            SELECT unit_id, unit_id FROM organisation_placement
            WHERE parent_id = %s AND valid_from <= %s AND (valid_until IS NULL OR valid_until > %s)
            UNION
            SELECT below.child, placement.unit_id FROM organisation_placement placement
            JOIN below ON placement.parent_id = below.unit_id
            WHERE placement.valid_from <= %s
              AND (placement.valid_until IS NULL OR placement.valid_until > %s)
        ) SELECT unit_id, child FROM below
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [unit, day, day, day, day])
        return {**dict(cursor.fetchall()), unit: unit}


def subtree(unit: Unit | int, *, on: date):
    """Return the placements of a unit and of all that stand under it, as of a day, by kind and name."""
    pk = unit if isinstance(unit, int) else unit.pk
    return (
        Placement.objects.on(on)
        .filter(unit__in=within([pk], on=on))
        .select_related("kind", "unit")
        .order_by("kind__level", "sort_key", "pk")
    )


def of_families(*families: Family, on: date):
    """Return the placements of some families as of a day, by level, then by name."""
    return (
        Placement.objects.on(on)
        .of(*families)
        .select_related("kind", "unit")
        .order_by("kind__level", "sort_key", "pk")
    )


def find(text: str, *, on: date, families: Collection[Family], most: int = 20) -> list[Placement]:
    """Return placements whose name has all words of a text, accents or none, as of a day.

    Words separated by a comma are looked for in the units above: "đồi chè, tân sơn" finds the
    village in that commune. Those whose name begins with the text come first.
    """
    parts = [part for part in map(fold, map(normalise, text.split(","))) if part]
    if not parts:
        return []
    found = Placement.objects.on(on).of(*families).select_related("kind")
    for word in parts[0].split():
        found = found.filter(folded_name__contains=word)
    if parts[1:]:
        above = Placement.objects.on(on)
        for word in " ".join(parts[1:]).split():
            above = above.filter(folded_name__contains=word)
        found = found.filter(unit__in=within(list(above.values_list("unit", flat=True)), on=on))
    first = list(found[: most * 5])
    first.sort(key=lambda placement: (parts[0] not in placement.folded_name, placement.sort_key))
    return first[:most]


# Through time


def last_names(units: Collection[int]) -> dict[int, str]:
    """Return what units are called, those that have ended too by their last name; one query."""
    found = Placement.objects.filter(unit__in=units).order_by("valid_from")
    return dict(found.values_list("unit", "name"))


def successors(units: Collection[int], *, on: date) -> dict[int, set[int]]:
    """Return for each unit those that stand for it on a day: itself, or what it has become by then.

    One that ended with nothing after it leads to none.
    """
    return _reached(units, on=on, forward=True)


def predecessors(units: Collection[int], *, on: date) -> dict[int, set[int]]:
    """Return for each unit those that stood on an earlier day and are part of it since: itself too."""
    return _reached(units, on=on, forward=False)


def _reached(units: Collection[int], *, on: date, forward: bool) -> dict[int, set[int]]:
    here, there = ("predecessor", "successor") if forward else ("successor", "predecessor")
    between = Q(day__lte=on) if forward else Q(day__gt=on)
    edges: dict[int, set[int]] = {}
    asked, seen = set(units), set(units)
    for _step in range(MOST_CHANGES_IN_A_ROW):
        if not asked:
            break
        found = Succession.objects.filter(between, **{f"{here}__in": asked})
        new: set[int] = set()
        for one, other in found.values_list(here, there):
            edges.setdefault(one, set()).add(other)
            new.add(other)
        asked = new - seen
        seen |= new
    standing = set(Placement.objects.on(on).filter(unit__in=seen).values_list("unit", flat=True))
    return {unit: _all_from(unit, edges) & standing for unit in units}


def _all_from(unit: int, edges: dict[int, set[int]]) -> set[int]:
    reached, open_ = {unit}, {unit}
    while open_:
        new = edges.get(open_.pop(), set()) - reached
        open_ |= new
        reached |= new
    return reached
