"""Whose figures somebody may see: where they look after people, of the roles that they look after."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from organisation import tree
from organisation.models import Placement
from people import access
from people.roles import Action, Role
from reports.figures import Scope
from training import programmes
from training.models import Programme, ProgrammeVersion

TO = Action.SEE_PROGRESS


@dataclass(frozen=True)
class Followed:
    """A programme that somebody follows, what it asks, and the topmost units where they do."""

    programme: Programme
    version: ProgrammeVersion
    roots: list[Placement]


def followed(person, *, on: date) -> list[Followed]:
    """Return the programmes that somebody may follow, each with the units from which they look down."""
    held = [one for one in access.held(person, on=on) if TO in one.grant.actions]
    found = []
    for programme in Programme.objects.all():
        version = programmes.in_force(programme, on=on)
        if version is None:
            continue
        asked = programmes.roles_of(version)
        roots = {one.root for one in held if one.grant.over & asked}
        if roots:
            found.append(Followed(programme, version, access.topmost(roots, on=on)))
    return found


def scope(person, version: ProgrammeVersion, unit: int, *, today: date) -> Scope | None:
    """Return what somebody may see of a programme at a unit, whenever it stood; None for nothing.

    A unit that is no more is seen by whoever looks after what it has become.
    """
    roles = roles_seen(person, version, _above(unit, today=today), today=today)
    if not roles:
        return None
    asked = programmes.roles_of(version)
    return Scope(version.programme, unit, None if roles == asked else roles)


@dataclass(frozen=True)
class Seen:
    """What somebody may see of a programme at a unit, and what it asks there."""

    scope: Scope
    version: ProgrammeVersion


def seen_at(person, way: Sequence[Placement], *, on: date) -> list[Seen]:
    """Return what somebody may see today of each programme at a unit, from which a way leads up.

    A query for the programmes and one for the version of each; they share where they count.
    """
    above = {one.unit_id for one in way}
    units: dict[date, list[int]] = {}
    found = []
    for programme in Programme.objects.all():
        version = programmes.in_force(programme, on=on)
        roles = roles_seen(person, version, above, today=on) if version else None
        if version and roles:
            asked = None if roles == programmes.roles_of(version) else roles
            scope = Scope(programme, way[0].unit_id, asked, _units=units)
            found.append(Seen(scope, version))
    return found


def roles_seen(
    person, version: ProgrammeVersion, above: Collection[int], *, today: date
) -> frozenset[Role]:
    """Return whose figures somebody may see at a unit, given it and the units that it stands under."""
    asked = programmes.roles_of(version)
    return frozenset(
        role
        for one in access.held(person, on=today)
        if TO in one.grant.actions and (one.root is None or one.root in above)
        for role in one.grant.over & asked
    )


def narrowed(found: Scope, roles: Iterable[Role]) -> Scope:
    """Return a scope of some roles alone; of those that it does not hold, none."""
    wanted = frozenset(roles)
    kept = wanted if found.roles is None else wanted & found.roles
    return Scope(found.programme, found.unit, kept, lineage=found.lineage)


def _above(unit: int, *, today: date) -> set[int]:
    """Return the units that a unit, or all that it has become, stands under today, and these."""
    now = tree.successors([unit], on=today)[unit]
    ways = tree.paths(now, on=today)
    if not ways:
        return set()
    return set.intersection(*[{one.unit_id for one in way} for way in ways.values()])
