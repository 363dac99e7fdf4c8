"""The first screen of everybody who serves somewhere, and how far the people of a unit are."""

from dataclasses import dataclass

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from desks import figures, reminders, today
from desks import progress as progress_of
from desks.figures import FILTERS
from desks.goals import Goal, all_goals
from organisation import tree
from organisation.models import Family, Placement
from people import access
from people.access import needs, signed_in
from people.roles import SCHOOL, TEAM, Action, Role
from people.units import crumbs
from reports.figures import Figure, by_child
from reports.reach import Seen, seen_at
from training import programmes, refreshing
from training.models import Spell

PER_PAGE = 50
BY_NAME = "ten"
# Who ought to serve at a unit of a family.
EXPECTED: dict[Family, frozenset[Role]] = {
    Family.COMMUNE: TEAM,
    Family.VILLAGE: TEAM,
    Family.SCHOOL: SCHOOL,
}


@dataclass(frozen=True)
class Filter:
    """A choice above the list of people."""

    query: str
    text: object
    count: int
    chosen: bool


@dataclass(frozen=True)
class Child:
    """A unit in the table of those below another."""

    name: str
    url: str
    figure: Figure


@never_cache
@signed_in
@require_safe
def desk(request) -> HttpResponse:
    """Show what there is to do today, for each post that somebody holds."""
    now = timezone.now()
    context = today.context(request.user, on=timezone.localdate(now), at=now)
    return render(request, "desks/desk.html", context)


@never_cache
@needs(Action.SEE_PROGRESS)
@require_safe
def progress(request, unit: int) -> HttpResponse:
    """Show how far those are who serve at a unit: person by person, or unit by unit below it."""
    now = timezone.now()
    day = timezone.localdate(now)
    reach = access.units(request.user, to=Action.SEE_PROGRESS, on=day)
    way = tree.path(unit, on=day)
    if not way or not reach.filter(pk=unit).exists():
        raise Http404
    seen = seen_at(request.user, way, on=day)
    context = {
        "placement": way[0],
        "crumbs": crumbs(way, reach=reach, route="desks:progress"),
        "as_of": refreshing.as_of(),
    }
    children = list(tree.children(unit, on=day))
    if children and "nguoi" not in request.GET:
        below = by_child(unit, figures.by_unit(seen, on=day), on=day)
        context |= _units(request, way[0], children, below, seen=seen)
        return render(request, "desks/units.html", context)
    context |= _people(request, unit, seen, goals=all_goals(), at=now)
    if children:
        context |= {"part": "nguoi&", "query": f"nguoi&{context['query']}".rstrip("&")}
    return render(request, "desks/people.html", context)


def _units(
    request,
    here: Placement,
    children: list[Placement],
    below: dict[int, Figure],
    *,
    seen: list[Seen],
) -> dict:
    """The units below, those furthest behind first; where nobody serves yet is only counted."""
    shown = [
        Child(one.name, reverse("desks:progress", args=[one.unit_id]), below[one.unit_id])
        for one in children
        if one.unit_id in below
    ]
    by_name = request.GET.get("xep") == BY_NAME
    if not by_name:
        shown.sort(key=lambda child: child.figure.per_mille)
    own = below.get(here.unit_id)
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("trang"))
    whose: set[Role] = set()
    for one in seen:
        whose |= one.scope.roles or programmes.roles_of(one.version)
    return {
        "page": page,
        "by_name": by_name,
        "query": f"xep={BY_NAME}" if by_name else "",
        "own": Child(here.name, "?nguoi", own) if own else None,
        "total": figures.summed(below),
        "empty_units": sum(
            one.unit_id not in below
            and bool(EXPECTED.get(Family(one.kind.family), frozenset()) & whose)
            for one in children
        ),
    }


def _people(request, unit: int, seen: list[Seen], *, goals: list[Goal], at) -> dict:
    day = timezone.localdate(at)
    standings = figures.people(seen, unit, on=day, at=at)
    figure = figures.by_unit(seen, on=day).get(unit, Figure())
    counts = figures.counts(standings)
    chosen = request.GET.get("loc", "")
    chosen = chosen if chosen in FILTERS else ""
    number = counts[chosen]

    page = Paginator(range(number), PER_PAGE).get_page(request.GET.get("trang"))
    measured = figures.page(
        standings,
        seen,
        goals=goals,
        chosen=chosen,
        first=page.start_index() - 1 if number else 0,
        most=PER_PAGE,
    )
    rows = progress_of.rows(measured, goals=goals)
    return {
        "figure": figure,
        "page": page,
        "rows": rows,
        "filters": _filters(counts, chosen),
        "chosen": chosen,
        "query": f"loc={chosen}" if chosen else "",
        "reminder": _reminder(
            # The first page begins with those who have something left to do.
            rows if page.number == 1 and not chosen else None,
            standings,
            seen,
            figure,
            goals=goals,
        ),
    }


def _filters(counts: dict[str, int], chosen: str) -> list[Filter]:
    return [
        Filter(query, text, counts[query], query == chosen)
        for query, (text, _states) in FILTERS.items()
        if counts[query] or query in ("", chosen)
    ]


def _reminder(
    rows: list[progress_of.Row] | None,
    standings: QuerySet[Spell],
    seen: list[Seen],
    figure: Figure,
    *,
    goals: list[Goal],
) -> str:
    """The text to send: it names the same people whatever the list is narrowed to."""
    if not figure.missing:
        return ""
    if rows is None:
        measured = figures.page(
            standings, seen, goals=goals, chosen="chua-xong", most=reminders.MOST_NAMED
        )
        rows = progress_of.rows(measured, goals=goals)
    return reminders.written(rows, figure=figure, address=f"{settings.BASE_URL}/")
