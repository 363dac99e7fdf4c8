"""Who may do what, and with whose data: one rule answers both, for every page.

A view says with `public`, `signed_in` or `needs` who may open its address; a guard test lists them all. `LoginRequiredMiddleware` refuses whatever says nothing, so that a
forgotten rule locks a page instead of opening it.

"May this person?" and "which rows?" are asked of the same querysets (`units`, `posts`, `people`): `may`
only asks whether the row is among them.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from functools import wraps

from django.contrib.auth.decorators import login_not_required, login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from organisation import tree
from organisation.models import Family, Placement, Unit
from people import two_factor
from people.middleware import to_second_factor
from people.models import Person, Post
from people.roles import EVERYTHING, Action, Column, Grant, Role, grant_of

PUBLIC = "public"
SIGNED_IN = "signed in"


def public(view: Callable) -> Callable:
    """Anybody may open this address."""
    view = login_not_required(view)
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def signed_in(view: Callable) -> Callable:
    """Whoever is signed in may open this address; the view itself looks only at their own data."""
    view = login_required(view)
    view.access = SIGNED_IN  # type: ignore[attr-defined]
    return view


def needs(action: Action) -> Callable[[Callable], Callable]:
    """Whoever may do this somewhere may open the address; others are refused.

    The view itself takes its rows from `units`, `posts` or `people`: what is not among them does not exist for whoever asks.
    """

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def checked(request, *args, **kwargs):
            if not may(request.user, to=action, on=timezone.localdate()):
                raise PermissionDenied
            # A right that was given today is used with a second factor from today.
            if not two_factor.is_settled(request):
                return to_second_factor(request)
            return view(request, *args, **kwargs)

        checked = login_required(checked)
        checked.access = action  # type: ignore[attr-defined]
        return checked

    return decorate


# The rule


@dataclass(frozen=True)
class Held:
    """A grant that somebody holds, and the unit that it reaches down from; None is everywhere."""

    grant: Grant
    root: int | None


def held(person, *, on: date) -> list[Held]:
    """Return the grants that a person holds on a day; one query, remembered with the person.

    What somebody has only said about themselves grants nothing.
    """
    if not person.is_authenticated or not person.is_active:
        return []
    remembered = person.__dict__.setdefault("_held", {})
    if on not in remembered:
        remembered[on] = _held(person, on)
    return remembered[on]


def _held(person, on: date) -> list[Held]:
    posts = Post.objects.on(on).filter(person=person, self_declared=False)
    placed = Placement.objects.on(on).filter(unit__in=posts.values("unit"))
    places = {
        unit: (family, kind, parent)
        for unit, family, kind, parent in placed.values_list(
            "unit", "kind__family", "kind__key", "parent"
        )
    }
    grants = [Held(EVERYTHING, None)] if person.is_superuser else []
    for role, unit in posts.values_list("role", "unit"):
        if unit not in places:
            continue
        family, kind, parent = places[unit]
        grant = grant_of(role, family=family, kind=kind)
        root = parent if grant and grant.from_above else unit
        if grant and root:
            grants.append(Held(grant, root))
    return grants


def _reaching(person, *, to: Action, on: date) -> list[tuple[Grant, set[int] | None]]:
    """Return the grants for an action with the units that each reaches down from."""
    roots: dict[Grant, set[int] | None] = {}
    for one in held(person, on=on):
        if to not in one.grant.actions:
            continue
        so_far = roots.get(one.grant, set())
        roots[one.grant] = None if one.root is None or so_far is None else so_far | {one.root}
    return list(roots.items())


def units(person, *, to: Action, on: date) -> QuerySet[Unit]:
    """Return the units in which a person may do something on a day."""
    reach = [roots for _grant, roots in _reaching(person, to=to, on=on)]
    if any(roots is None for roots in reach):
        return Unit.objects.all()
    return tree.within(set().union(*[roots for roots in reach if roots]), on=on)


def roots(person, *, to: Action, on: date) -> list[Placement]:
    """Return the topmost units from which a person may do something, by level and name.

    Whoever may everywhere looks down from the provinces.
    """
    held_at = {one.root for one in held(person, on=on) if to in one.grant.actions}
    return topmost(held_at, on=on)


def topmost(units: Collection[int | None], *, on: date) -> list[Placement]:
    """Return those of some units that stand under no other of them; None among them is everywhere."""
    if None in units:
        return list(tree.of_families(Family.PROVINCE, on=on))
    ways = tree.paths([unit for unit in units if unit is not None], on=on)
    top = [way[0] for way in ways.values() if not any(up.unit_id in units for up in way[1:])]
    return sorted(top, key=lambda one: (one.kind.level, one.sort_key, one.pk))


def posts(person, *, to: Action, on: date) -> QuerySet[Post]:
    """Return the posts, held on a day, with which a person may do something."""
    reached = Q(pk__in=())
    for grant, roots in _reaching(person, to=to, on=on):
        here = Q(role__in=grant.over)
        if roots is not None:
            here &= Q(unit__in=tree.within(roots, on=on))
        reached |= here
    return Post.objects.on(on).filter(reached)


def people(person, *, to: Action, on: date) -> QuerySet[Person]:
    """Return the people with whose data a person may do something on a day."""
    found = Person.objects.filter(erased_at=None)
    if any(roots is None for _grant, roots in _reaching(person, to=to, on=on)):
        return found
    theirs = posts(person, to=to, on=on).filter(person=OuterRef("pk"))
    return found.filter(Exists(theirs))


def may(
    person,
    *,
    to: Action,
    on: date,
    unit: int | None = None,
    subject: int | None = None,
) -> bool:
    """Whether a person may do something on a day: in a unit, with somebody's data, or at all."""
    if not any(to in one.grant.actions for one in held(person, on=on)):
        return False
    if unit is not None and not units(person, to=to, on=on).filter(pk=unit).exists():
        return False
    return subject is None or people(person, to=to, on=on).filter(pk=subject).exists()


def columns(person, *, unit: int, on: date) -> dict[Role, frozenset[Column]]:
    """Return what a person may see, on a day, of those who serve at a unit: by their role."""
    above = {placement.unit_id for placement in tree.path(unit, on=on)}
    shown: dict[Role, frozenset[Column]] = {}
    for one in held(person, on=on):
        if Action.SEE_PEOPLE not in one.grant.actions:
            continue
        if one.root is None or one.root in above:
            for role in one.grant.over:
                shown[role] = shown.get(role, frozenset()) | one.grant.columns
    return shown


def onward(request) -> str:
    """Return where to go next: what the form or the address says as `next`, if it is on this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else "/"
