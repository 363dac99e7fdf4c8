"""Whom somebody may decide on in a programme: of its roles, where they keep people."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from organisation import tree
from people import access
from people.models import Person, Post
from people.roles import Action, Role
from training import programmes
from training.models import Programme

TO = Action.KEEP_PEOPLE


def roles(person: Person, programme: Programme, *, unit: int, on: date) -> frozenset[Role]:
    """Return the roles of a programme whose holders somebody keeps at a unit."""
    version = programmes.in_force(programme, on=on)
    if version is None:
        return frozenset()
    above = {one.unit_id for one in tree.path(unit, on=on)}
    kept = {
        role
        for one in access.held(person, on=on)
        if TO in one.grant.actions and (one.root is None or one.root in above)
        for role in one.grant.over
    }
    return frozenset(kept & programmes.roles_of(version))


def kept_programmes(person: Person, *, on: date) -> list[int]:
    """Return the programmes in which somebody keeps people of any role, anywhere."""
    kept = {
        role
        for one in access.held(person, on=on)
        if TO in one.grant.actions
        for role in one.grant.over
    }
    found = []
    for programme in Programme.objects.all():
        version = programmes.in_force(programme, on=on)
        if version is not None and kept & programmes.roles_of(version):
            found.append(programme.pk)
    return found


def keeps(by: Person, person: Person, programme: Programme, *, on: date) -> bool:
    """Whether somebody keeps a person in one of the roles of a programme."""
    version = programmes.in_force(programme, on=on)
    if version is None:
        return False
    posts = access.posts(by, to=TO, on=on).filter(person=person)
    return posts.filter(role__in=version.roles).exists()


@dataclass(frozen=True)
class Place:
    """Where somebody serves: the unit, and it with the one above it, as it is written."""

    unit: int
    name: str


def places(people: Collection[int], *, on: date) -> dict[int, Place]:
    """Return where people serve on a day, at several where they have served longest; a few queries."""
    posts = Post.objects.on(on).filter(person__in=people).order_by("-since", "-pk")
    units = dict(
        posts.values_list("person", "unit")
    )  # the first of them is written last, and stands
    ways = tree.paths(set(units.values()), on=on)
    return {
        person: Place(unit, tree.written(ways[unit][:2]))
        for person, unit in units.items()
        if ways.get(unit)
    }
