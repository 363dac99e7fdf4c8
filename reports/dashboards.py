"""What an address of the figures asks for, and what a dashboard and its tables say of it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import urlencode

from organisation import tree
from organisation.models import Placement
from people.roles import Role
from reports import charts, figures, reach
from reports.figures import Figure, Scope
from training import programmes
from training.models import Programme, ProgrammeVersion

WEEKS = 26
FIRST_DAY = date(2023, 8, 17)  # of the directive: before it there is nothing to tell


@dataclass(frozen=True)
class Asked:
    """What an address asks for: a programme at a unit on a day, and the units by which it is told."""

    scope: Scope
    version: ProgrammeVersion
    on: date
    today: date
    way: list[Placement]
    role: Role | None
    by_today: bool

    @property
    def here(self) -> Placement:
        return self.way[0]

    @property
    def standing(self) -> date:
        """The day as of which units stand where they do."""
        return self.today if self.by_today else self.on

    def query(self, **more: str) -> str:
        """Return what goes on in every address of the page."""
        said = {
            "ngay": "" if self.on == self.today else f"{self.on:%Y-%m-%d}",
            "vai": self.role or "",
            "theo": "hom-nay" if self.by_today and self.on != self.today else "",
            **more,
        }
        found = urlencode({name: value for name, value in said.items() if value})
        return f"?{found}" if found else ""


def asked(request, programme: str, unit: int) -> Asked:
    """Return what an address asks for. What somebody may not see does not exist: raises Http404."""
    today = timezone.localdate()
    on = _day(request.GET.get("ngay", ""), today=today)
    by_today = request.GET.get("theo") == "hom-nay"
    way = tree.path(unit, on=today if by_today else on)
    if not way and not by_today:  # on that day it did not stand yet
        way, by_today = tree.path(unit, on=today), True
    found = get_object_or_404(Programme, key=programme)
    version = programmes.in_force(found, on=on) or programmes.in_force(found, on=today)
    scope = version and reach.scope(request.user, version, unit, today=today)
    if not way or not version or not scope:
        raise Http404
    role = _role(request.GET.get("vai", ""), scope, version)
    if role is not None:
        scope = reach.narrowed(scope, [role])
    if by_today and on != today:
        scope = scope.by_lineage()
    return Asked(scope, version, on, today, way, role, by_today)


def _day(text: str, *, today: date) -> date:
    try:
        wanted = date.fromisoformat(text)
    except ValueError:
        return today
    return min(max(wanted, FIRST_DAY), today)


def _role(text: str, scope: Scope, version: ProgrammeVersion) -> Role | None:
    there = programmes.roles_of(version)
    return Role(text) if text in there and (scope.roles is None or text in scope.roles) else None


@dataclass(frozen=True)
class UnitByUnit:
    """The figure of a unit, and what it is made of: `own` counts at the unit itself, `apart` nowhere of today."""

    counted: dict[int, Figure]
    children: list[tuple[Placement, Figure]]
    total: Figure
    own: Figure | None
    apart: Figure | None


def unit_by_unit(ask: Asked) -> UnitByUnit:
    """Return the figure of a unit by its children, those with nobody left out."""
    unit = ask.here.unit_id
    counted = figures.by_unit(ask.scope, on=ask.on, standing=ask.standing)
    apart = Figure()
    if ask.scope.lineage:
        counted, apart = figures.by_units_of(ask.today, counted)
    below = figures.by_child(unit, counted, on=ask.standing)
    children = [
        (one, below[one.unit_id])
        for one in tree.children(unit, on=ask.standing)
        if one.unit_id in below
    ]
    total = sum(below.values(), Figure()) + apart
    return UnitByUnit(
        counted,
        children,
        total,
        own=below.get(unit) if children else None,
        apart=apart if apart != Figure() else None,
    )


def in_time(ask: Asked, total: Figure) -> dict:
    """Return how the figure of the day came to be what it is, week by week, and where it leads."""
    begins = max(FIRST_DAY, ask.on - timedelta(weeks=WEEKS))
    days = [ask.on - timedelta(weeks=week) for week in range((ask.on - begins).days // 7, -1, -1)]
    scope = ask.scope.by_lineage()
    points = figures.series(scope, days=days, last=total) if len(days) > 1 else []
    changes = figures.reorganised(ask.scope.unit, since=begins, until=ask.on) if points else {}
    quarter = date(ask.on.year, (ask.on.month - 1) // 3 * 3 + 1, 1)
    since = max(quarter - timedelta(days=1), FIRST_DAY)
    return {
        "points": points,
        "line": charts.line(points, changes=changes),
        "changes": changes,
        "forecast": figures.forecast(points),
        "movement": figures.movement(scope, since=since, until=ask.on) if ask.on > since else None,
        "moved_since": since,
    }
