"""What a change of units does to the people there: they serve on in the unit that succeeds theirs.

Posts and teams of a unit that ends, end with it. Posts go on in the successor; of a split, in its first one. Officers go
on only where the successor is of the same family: nobody comes to see a province because a district
was merged into it. An abolished unit has no successor, and its posts end.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from organisation import changes
from organisation.changes import Effect, Plan
from organisation.models import Change, Placement
from people import access, audit
from people.models import CARRIED_ON, Post, Reorganisation, Team
from people.roles import TEAM, Action, Role


@dataclass
class Consequences:
    """What follows for people: how many posts go on elsewhere, end, and which teams end or begin.

    `vacant` are (unit, slot) that two or more people would hold after a merger, and so nobody does.
    """

    moved: int = 0
    ended: int = 0
    teams_ended: int = 0
    teams_begun: int = 0
    vacant: list[tuple[int, str]] = field(default_factory=list)
    record: list[dict] = field(default_factory=list)
    people: set[int] = field(default_factory=set)


def may_record(by, plan: Plan, *, on: date) -> bool:
    """Whether every unit that a plan names is in somebody's area."""
    said = {pk for step in plan.steps for pk in (step.unit, step.into, step.parent)}
    named = {pk for pk in said if pk is not None and pk > 0}
    mine = access.units(by, to=Action.CHANGE_UNITS, on=on)
    return mine.filter(pk__in=named).count() == len(named)


def may_undo(by, change: Change, *, on: date) -> bool:
    """Whether what a change names, and still stands, is in somebody's area; something must stand."""
    said = {step[key] for step in change.plan for key in ("unit", "into", "parent")}
    named = {pk for pk in said if pk is not None and pk > 0}
    standing = Placement.objects.on(on).filter(unit__in=named).values("unit")
    mine = access.units(by, to=Action.CHANGE_UNITS, on=on).filter(pk__in=standing)
    count = standing.count()
    return count > 0 and mine.count() == count


def rehearse(plan: Plan) -> tuple[Effect, Consequences]:
    """Return what a plan would do, to units and to people, and leave all as it is.

    Raises changes.Impossible.
    """
    consequences = Consequences()

    def then(effect: Effect) -> None:
        nonlocal consequences
        consequences = _follow(effect, day=plan.day)

    effect = changes.rehearse(plan, then=then)
    return effect, consequences


@transaction.atomic
def apply(plan: Plan, *, by, at: datetime) -> Change:
    """Carry out a plan, for units and for people, as one act. Raises changes.Impossible."""
    change, effect = changes.apply(plan, at=at)
    consequences = _follow(effect, day=plan.day)
    Reorganisation.objects.create(change=change, by=by, record=consequences.record)
    audit.write_all(
        did=audit.Did.MOVED_BY_CHANGE,
        by=by,
        subjects=sorted(consequences.people),
        at=at,
        change=change.pk,
    )
    return change


@transaction.atomic
def undo(change: Change, *, source: str, by, at: datetime) -> Change:
    """Undo an act, for units and for people. Raises changes.Impossible where later things build on it."""
    reorganisation = Reorganisation.objects.select_for_update().filter(change=change).first()
    people: set[int] = set()
    if reorganisation and not Change.objects.filter(undoes=change).exists():
        for entry in reversed(reorganisation.record):
            people |= _restore(entry)
    undoing = changes.undo(change, source=source, at=at)
    audit.write_all(
        did=audit.Did.MOVED_BY_CHANGE, by=by, subjects=sorted(people), at=at, change=undoing.pk
    )
    return undoing


# Following


def _follow(effect: Effect, *, day: date) -> Consequences:
    done = Consequences()
    first: dict[int, int] = {}
    for one, other in effect.successions:
        first.setdefault(one, other)
    families = _families([*first, *first.values()])
    posts = list(
        Post.objects.filter(Q(until=None) | Q(until__gt=day), unit__in=effect.ended).order_by("pk")
    )
    contested = _contested(posts, first)
    for unit in effect.ended:
        into = first.get(unit)
        alike = into is not None and families.get(unit) == families.get(into)
        here = [post for post in posts if post.unit_id == unit]
        _follow_posts(here, into if alike else None, day=day, contested=contested, done=done)
    _follow_teams(effect.ended, first, day=day, done=done)
    done.vacant = sorted(contested)
    return done


def _families(units: Iterable[int]) -> dict[int, str]:
    """Return of what family each unit is, or was last."""
    placements = Placement.objects.filter(unit__in=list(units)).order_by("valid_from")
    return dict(placements.values_list("unit", "kind__family"))


def _contested(posts: list[Post], first: dict[int, int]) -> set[tuple[int, str]]:
    """Return the slots of successors that more than one person would come to hold."""
    holders: dict[tuple[int, str], int] = {}
    standing = Post.objects.filter(unit__in=set(first.values()), until=None).exclude(slot="")
    for unit, slot in standing.values_list("unit", "slot"):
        holders[unit, slot] = 1
    for post in posts:
        if post.slot and post.until is None and post.unit_id in first:
            key = (first[post.unit_id], post.slot)
            holders[key] = holders.get(key, 0) + 1
    return {key for key, count in holders.items() if count > 1}


def _follow_posts(
    posts: list[Post], into: int | None, *, day: date, contested: set, done: Consequences
) -> None:
    held = set()
    if into is not None:
        people = [post.person_id for post in posts]
        already = Post.objects.filter(unit=into, until=None, person__in=people)
        held = set(already.values_list("person", "role"))
    begun: list[Post] = []
    for post in posts:
        done.people.add(post.person_id)
        goes_on = into is not None and (post.person_id, post.role) not in held
        if goes_on:
            assert into is not None
            begun.append(_continued(post, into, day=day, contested=contested))
            held.add((post.person_id, post.role))
            done.moved += 1
        else:
            done.ended += 1
        # A post that was to begin later never was at the unit that ends.
        if post.since >= day:
            done.record.append({"what": "taken away", "post": _frozen(post)})
        else:
            until = post.until.isoformat() if post.until else None
            done.record.append({"what": "ended", "post": post.pk, "until": until})
    gone = [post.pk for post in posts if post.since >= day]
    Post.objects.filter(pk__in=gone).delete()
    kept = [post.pk for post in posts if post.since < day]
    Post.objects.filter(pk__in=kept).update(until=day)
    for post in Post.objects.bulk_create(begun):
        until = post.until.isoformat() if post.until else None
        done.record.append(
            {"what": "began", "post": post.pk, "person": post.person_id, "until": until}
        )
    done.record.extend(
        {"what": "vacated", "post": pk, "slot": slot} for pk, slot in _vacate(into, contested)
    )


def _vacate(unit: int | None, contested: set) -> list[tuple[int, str]]:
    """Take contested slots from whoever holds them at the successor already: somebody must decide anew."""
    slots = [slot for at, slot in contested if at == unit]
    holders = Post.objects.filter(unit=unit, until=None, slot__in=slots)
    taken = list(holders.values_list("pk", "slot"))
    holders.update(slot="")
    return taken


def _continued(post: Post, into: int, *, day: date, contested: set) -> Post:
    slot = "" if (into, post.slot) in contested else post.slot
    role = post.role
    if post.slot and not slot and role in TEAM:
        # Who leads the new team is for the new unit to say; until then all of them are members.
        role = Role.TEAM_MEMBER
    return post.going_on(unit_id=into, role=role, slot=slot, since=max(post.since, day))


def _follow_teams(
    ended: list[int], first: dict[int, int], *, day: date, done: Consequences
) -> None:
    teams = list(Team.objects.filter(unit__in=ended, until=None).order_by("pk"))
    for team in teams:
        done.record.append({"what": "team ended", "team": team.pk, "since": team.since.isoformat()})
        # A team that was to begin later has had no day; it keeps its one day for its papers' sake.
        Team.objects.filter(pk=team.pk).update(until=day, since=min(team.since, _before(day)))
        done.teams_ended += 1
    for into in sorted({first[team.unit_id] for team in teams if team.unit_id in first}):
        team, new = Team.objects.get_or_create(unit_id=into, until=None, defaults={"since": day})
        if new:
            done.record.append({"what": "team began", "team": team.pk})
            done.teams_begun += 1


def _before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def _frozen(post: Post) -> dict:
    fields = {name: getattr(post, name) for name in CARRIED_ON}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in fields.items()
    }


# Undoing


def _restore(entry: dict) -> set[int]:
    """Undo one entry of a record; return whom it concerned."""
    match entry["what"]:
        case "vacated":
            _restore_or_refuse(Post.objects.filter(pk=entry["post"], slot=""), slot=entry["slot"])
        case "began":
            if not Post.objects.filter(pk=entry["post"], until=entry["until"]).delete()[0]:
                raise changes.Impossible(_changed())
            return {entry["person"]}
        case "ended":
            posts = Post.objects.filter(pk=entry["post"])
            _restore_or_refuse(posts, until=entry["until"])
            return set(posts.values_list("person", flat=True))
        case "taken away":
            Post.objects.create(**entry["post"])
            return {entry["post"]["person_id"]}
        case "team ended":
            teams = Team.objects.filter(pk=entry["team"])
            _restore_or_refuse(teams, until=None, since=entry["since"])
        case "team began":
            team = Team.objects.filter(pk=entry["team"], until=None).first()
            if team is None or team.documents.exists():
                raise changes.Impossible(_changed())
            team.delete()
    return set()


def _restore_or_refuse(rows, **fields) -> None:
    if not rows.update(**fields):
        raise changes.Impossible(_changed())


def _changed() -> str:
    return str(_("Posts or teams there have been changed since. Put those right first."))
