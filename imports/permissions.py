"""Who may bring in which sheet where: asked of the rights in people.roles, nothing of its own.

A sheet gives no other roles than those of teams and schools. A leader of a team or the head of a school
has rights over their own unit alone, so whoever keeps that unit may name them by a sheet.
"""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from imports.columns import KINDS
from imports.models import Import
from organisation import tree
from organisation.models import Family, Placement
from people import access
from people.models import Person, Post
from people.roles import GRANTS, SCHOOL, TEAM, Action, Column, Role

# Whoever may bring in a kind keeps people of these roles.
WRITES: dict[str, frozenset[Role]] = {
    "team_members": TEAM,
    "teachers": SCHOOL,
    "villages": TEAM,
    "schools": SCHOOL,
}
_AREAS = frozenset({Family.PROVINCE, Family.DISTRICT, Family.COMMUNE})
FAMILIES: dict[str, frozenset[Family]] = {
    "team_members": _AREAS,
    "teachers": _AREAS | {Family.SCHOOL},
    "villages": _AREAS,
    "schools": _AREAS,
}
# Whoever serves so has rights over others, or over the lessons.
_WITH_RIGHTS = frozenset({Role.OFFICER, Role.AUTHOR, Role.APPROVER}) | {
    role for (role, _family), grant in GRANTS.items() if Action.KEEP_PEOPLE in grant.actions
}


def may_import(person, *, kind: str, unit: int, on: date) -> bool:
    """Whether a person may, on a day, bring in a sheet of a kind for a unit."""
    return kind in kinds_for(person, unit=unit, on=on)


def kinds_for(person, *, unit: int, on: date) -> list[str]:
    """Return the kinds that a person may bring in for a unit on a day."""
    above = tree.path(unit, on=on)
    if not above:
        return []
    keys = {one.unit_id for one in above}
    reach = {kind: _reach(person, kind=kind, on=on) for kind in KINDS}
    return [
        kind
        for kind, units in reach.items()
        if above[0].kind.family in FAMILIES[kind] and (units is None or units & keys)
    ]


def _reach(person, *, kind: str, on: date) -> frozenset[int] | None:
    """Return the units under which a person may bring in a kind; None is everywhere."""
    held = [
        one.root
        for one in access.held(person, on=on)
        if Action.IMPORT in one.grant.actions and WRITES[kind] <= one.grant.over
    ]
    return None if None in held else frozenset(root for root in held if root is not None)


def roots(person, *, on: date) -> dict[str, list[Placement]]:
    """Return for each kind the topmost units for which a person may bring it in, by level and name.

    What stands under them may be chosen too: see `search`. A kind for which there is none is left out.
    """
    reach = {kind: _reach(person, kind=kind, on=on) for kind in KINDS}
    named = frozenset().union(*[units for units in reach.values() if units])
    ways = tree.paths(named, on=on)
    provinces = list(tree.of_families(Family.PROVINCE, on=on)) if None in reach.values() else []
    found = {
        kind: provinces if units is None else _topmost(kind, units, ways)
        for kind, units in reach.items()
    }
    return {kind: places for kind, places in found.items() if places}


def _topmost(
    kind: str, units: Collection[int], ways: dict[int, list[Placement]]
) -> list[Placement]:
    places = [
        way[0]
        for unit, way in ways.items()
        if unit in units
        and way[0].kind.family in FAMILIES[kind]
        and not any(above.unit_id in units for above in way[1:])
    ]
    return sorted(places, key=lambda one: (one.kind.level, one.sort_key, one.pk))


def search(person, text: str, *, on: date, most: int = 20) -> list[Placement]:
    """Return places of a name for which a person may bring in some kind."""
    families = frozenset().union(*FAMILIES.values())
    found = tree.find(text, on=on, families=families, most=most * 10)
    reach = [_reach(person, kind=kind, on=on) for kind in KINDS]
    if None not in reach:
        mine = tree.within(frozenset().union(*[units for units in reach if units]), on=on)
        there = set(mine.filter(pk__in=[one.unit_id for one in found]).values_list("pk", flat=True))
        found = [one for one in found if one.unit_id in there]
    return found[:most]


def visible(person, *, on: date) -> QuerySet[Import]:
    """Return the imports that a person may see, apply and undo: those that they might have made."""
    kinds: dict[frozenset[int] | None, list[str]] = {}
    for kind in KINDS:
        kinds.setdefault(_reach(person, kind=kind, on=on), []).append(kind)
    seen = Q(pk__in=())
    for units, theirs in kinds.items():
        here = Q() if units is None else Q(unit__in=tree.within(units, on=on))
        seen |= Q(kind__in=theirs) & here
    return Import.objects.filter(seen)


def out_of_reach(person, people: Collection[int], *, on: date) -> set[int]:
    """Return those of some people who have rights of their own and are not in a person's reach.

    No row may turn out to be one of them. Else somebody could make an officer a member of a team,
    and then do with that account what may be done with members: print a card to sign in with.
    """
    if person is not None and person.is_superuser:
        return set()
    serving = Post.objects.on(on).filter(
        person=OuterRef("pk"), role__in=_WITH_RIGHTS, self_declared=False
    )
    mighty = Person.objects.filter(
        Q(Exists(serving)) | Q(is_superuser=True) | Q(groups__isnull=False), pk__in=people
    )
    if person is not None:
        mine = access.people(person, to=Action.IMPORT, on=on).filter(is_superuser=False)
        mighty = mighty.exclude(pk__in=mine.values("pk"))
    return set(mighty.order_by().values_list("pk", flat=True))


def columns(person, posts: Iterable[Post], *, on: date) -> dict[int, frozenset[Column]]:
    """Return what a person may see of those who hold some posts, by who holds them: one query a level."""
    posts = list(posts)
    ways = tree.paths({post.unit_id for post in posts}, on=on)
    above = {unit: {one.unit_id for one in way} for unit, way in ways.items()}
    shown: dict[int, frozenset[Column]] = {}
    for post in posts:
        for one in access.held(person, on=on):
            if Action.SEE_PEOPLE not in one.grant.actions or post.role not in one.grant.over:
                continue
            if one.root is None or one.root in above.get(post.unit_id, ()):
                shown[post.person_id] = shown.get(post.person_id, frozenset()) | one.grant.columns
    return shown
