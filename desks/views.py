"""The first screen of everybody who serves somewhere, and how far the people of a unit are."""

from dataclasses import dataclass

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from desks import figures, reminders, today
from desks import progress as progress_of
from desks.figures import Counts, State
from desks.goals import Goal, all_goals
from organisation import tree
from organisation.models import Family, Placement
from people import access
from people.access import needs, signed_in
from people.models import Post
from people.roles import Action
from people.units import crumbs

PER_PAGE = 50
# What the list of people can be narrowed to, by what stands in the address.
FILTERS: dict[str, tuple[object, tuple[State, ...]]] = {
    "": (_("Everybody"), tuple(State)),
    "chua-xong": (_("Not finished"), (State.NOT_BEGUN, State.INACTIVE, State.LEARNING)),
    "chua-bat-dau": (State.NOT_BEGUN.label, (State.NOT_BEGUN,)),
    "dung-lau": (State.INACTIVE.label, (State.INACTIVE,)),
    "da-xong": (State.FINISHED.label, (State.FINISHED,)),
}
BY_NAME = "ten"
# Where somebody ought to serve: who serves at a unit of a family belongs to this part.
PART_OF = {Family.COMMUNE: "team", Family.VILLAGE: "team", Family.SCHOOL: "school"}


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
    counts: Counts


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
    posts = access.posts(request.user, to=Action.SEE_PROGRESS, on=day)
    goals = all_goals()
    context = {"placement": way[0], "crumbs": crumbs(way, reach=reach, route="desks:progress")}
    children = list(tree.children(unit, on=day))
    if children and "nguoi" not in request.GET:
        counted, as_of = today.counted(request.user, way, goals=goals, on=day, at=now)
        below = figures.by_child(unit, counted, on=day)
        parts = today.parts(request.user, way, on=day)
        context |= _units(request, way[0], children, below, parts=parts) | {"as_of": as_of}
        return render(request, "desks/units.html", context)
    posts = posts.filter(unit=unit)
    context |= _people(request, posts, goals=goals, at=now)
    if children:
        context |= {"part": "nguoi&", "query": f"nguoi&{context['query']}".rstrip("&")}
    return render(request, "desks/people.html", context)


def _units(
    request,
    here: Placement,
    children: list[Placement],
    below: dict[int, Counts],
    *,
    parts: set[str],
) -> dict:
    """The units below, those furthest behind first; where nobody serves yet is only counted."""
    shown = [
        Child(one.name, reverse("desks:progress", args=[one.unit_id]), below[one.unit_id])
        for one in children
        if one.unit_id in below
    ]
    by_name = request.GET.get("xep") == BY_NAME
    if not by_name:
        shown.sort(key=lambda child: child.counts.share)
    own = below.get(here.unit_id)
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("trang"))
    return {
        "page": page,
        "by_name": by_name,
        "query": f"xep={BY_NAME}" if by_name else "",
        "own": Child(here.name, "?nguoi", own) if own else None,
        "total": sum(below.values(), Counts()),
        "empty_units": sum(
            one.unit_id not in below and PART_OF.get(Family(one.kind.family)) in parts
            for one in children
        ),
    }


def _people(request, posts: QuerySet[Post], *, goals: list[Goal], at) -> dict:
    counts = figures.counts(posts, goals=goals, at=at)
    chosen = request.GET.get("loc", "")
    chosen = chosen if chosen in FILTERS else ""
    states = FILTERS[chosen][1]
    number = sum(counts.of(state) for state in states)

    page = Paginator(range(number), PER_PAGE).get_page(request.GET.get("trang"))
    measured = figures.page(
        posts,
        goals=goals,
        at=at,
        states=states,
        first=page.start_index() - 1 if number else 0,
        most=PER_PAGE,
    )
    rows = progress_of.rows(measured, goals=goals)
    return {
        "counts": counts,
        "page": page,
        "rows": rows,
        "filters": _filters(counts, chosen),
        "chosen": chosen,
        "query": f"loc={chosen}" if chosen else "",
        "reminder": _reminder(rows, posts, counts=counts, goals=goals, at=at, all_shown=not chosen),
    }


def _filters(counts: Counts, chosen: str) -> list[Filter]:
    found = []
    for query, (text, states) in FILTERS.items():
        count = sum(counts.of(state) for state in states)
        if count or query in ("", chosen):
            found.append(Filter(query, text, count, query == chosen))
    return found


def _reminder(rows, posts, *, counts: Counts, goals: list[Goal], at, all_shown: bool) -> str:
    """The text to send: it names the same people whatever the list is narrowed to."""
    if not counts.unfinished:
        return ""
    if not all_shown or rows[0].finished or len(rows) < min(counts.people, PER_PAGE):
        unfinished = FILTERS["chua-xong"][1]
        measured = figures.page(
            posts, goals=goals, at=at, states=unfinished, most=reminders.MOST_NAMED
        )
        rows = progress_of.rows(measured, goals=goals)
    return reminders.written(rows, counts=counts, address=f"{settings.BASE_URL}/")
