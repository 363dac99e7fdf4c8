"""The places where somebody may say that they serve or learn, found by typing a part of their name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from organisation import tree
from organisation.models import Family, Placement
from vietnamese import fold, normalise

FAMILIES = (Family.COMMUNE, Family.VILLAGE, Family.SCHOOL)
MOST_FOUND = 20
MOST_INSIDE = 200  # villages and schools of one commune; the largest of today has some sixty
LONGEST = 200  # of what is typed
_ORDER = {str(family): place for place, family in enumerate(FAMILIES)}


@dataclass(frozen=True)
class Place:
    """A place to choose: its name, the address that it stands under, and how many stand under it."""

    unit: int
    name: str
    above: str
    below: int


def standing(unit: str | int | None, *, on: date) -> Placement | None:
    """Return the place of a key that came from a page, or None where nobody may serve on that day."""
    key = key_of(unit)
    placed = Placement.objects.on(on).of(*FAMILIES).select_related("unit")
    return placed.filter(unit=key).first() if key else None


def key_of(unit: str | int | None) -> int | None:
    """Return a key that came from a page as a number, or None for what is none."""
    text = str(unit or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def find(text: str, *, on: date) -> tuple[list[Place], bool]:
    """Return places whose name has all words of a text, and whether there are more than these.

    Accents do not matter; "đồi chè, tân sơn" looks in that commune. Some five queries, whatever the
    number of units.
    """
    found = tree.find(text[:LONGEST], on=on, families=FAMILIES, most=MOST_FOUND + 1)
    shown = sorted(found[:MOST_FOUND], key=lambda placement: _ORDER[placement.kind.family])
    return _places(shown, on=on), len(found) > MOST_FOUND


class NoSuchPlace(Exception):
    """A text names no place, or several."""

    def __init__(self, *, several: bool):
        self.several = several


def the_one(text: str, *, on: date, families: Sequence[Family]) -> Placement:
    """Return the place that a text names, accents or none; its commune may follow after a comma.

    Of several that begin alike the one of exactly this name is meant. Raises NoSuchPlace.
    """
    found = tree.find(text[:LONGEST], on=on, families=families)
    name = fold(normalise(text.split(",", maxsplit=1)[0]))
    exact = [one for one in found if one.folded_name == name]
    found = exact or found
    if len(found) != 1:
        raise NoSuchPlace(several=bool(found))
    return found[0]


def all_if_few(*, on: date) -> list[Place]:
    """Return every place where one page can show them all, else none of them.

    It costs the same for twenty-one places as for any number: no more are read.
    """
    placed = Placement.objects.on(on).of(*FAMILIES).select_related("kind").order_by("pk")
    read = list(placed[: MOST_FOUND + 1])
    if len(read) > MOST_FOUND:
        return []
    read.sort(key=lambda placement: (_ORDER[placement.kind.family], placement.sort_key))
    return _places(read, on=on)


def inside(unit: str | int | None, *, on: date) -> list[Place]:
    """Return a commune and the villages and schools in it; empty for what is no commune."""
    commune = standing(unit, on=on)
    if commune is None:
        return []
    below = tree.children(commune.unit_id, on=on).of(Family.VILLAGE, Family.SCHOOL)
    ordered = below.order_by("-kind__family", "sort_key", "pk")[:MOST_INSIDE]  # villages first
    return _places([commune, *ordered], on=on)


def _places(found: Sequence[Placement], *, on: date) -> list[Place]:
    parents = {placement.parent_id for placement in found if placement.parent_id}
    paths = tree.paths(parents, on=on)
    below = dict(
        Placement.objects.on(on)
        .of(Family.VILLAGE, Family.SCHOOL)
        .filter(parent__in=[placement.unit_id for placement in found])
        .order_by("parent")
        .values_list("parent")
        .annotate(Count("pk"))
    )
    return [
        Place(
            unit=placement.unit_id,
            name=placement.name,
            above=tree.written(paths.get(placement.parent_id or 0, [])),
            below=below.get(placement.unit_id, 0),
        )
        for placement in found
    ]
