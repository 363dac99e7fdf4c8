"""The figures of a programme on a day: how many must be trained, how many are, and who.

Every page, table, export and report counts here, so that a number is the same wherever it stands.
What is counted is given by a `Scope`; on a day a person counts once in a programme, at one unit
(training.models.Spell), so that the figures of units add up to that of the unit above.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet

from organisation import tree
from organisation.models import Succession
from people.roles import Role
from training.models import Programme, Spell

State = Spell.State
MISSING = (State.NOT_BEGUN, State.LEARNING)
DEFINITION = 1
"""The version of what is counted and how; it stands beside every figure that is signed."""


@dataclass(frozen=True)
class Figure:
    """How many there are in each state on a day. `overdue` are among those on the way or not begun."""

    done: int = 0
    learning: int = 0
    not_begun: int = 0
    exempt: int = 0
    overdue: int = 0

    def __add__(self, other: "Figure") -> "Figure":
        return Figure(
            self.done + other.done,
            self.learning + other.learning,
            self.not_begun + other.not_begun,
            self.exempt + other.exempt,
            self.overdue + other.overdue,
        )

    @property
    def obliged(self) -> int:
        """All who have to be done: the denominator. Whoever is exempt is not in it."""
        return self.done + self.learning + self.not_begun

    @property
    def missing(self) -> int:
        return self.learning + self.not_begun

    @property
    def per_mille(self) -> int:
        """Which part is done, in thousandths rounded down, so that 1000 is all of them; of nobody, 1000."""
        return 1000 * self.done // self.obliged if self.obliged else 1000

    @property
    def share(self) -> str:
        """The part that is done as it is written: "62,4%", and a dash where nobody has to be."""
        if not self.obliged:
            return "–"
        whole, tenth = divmod(self.per_mille, 10)
        return f"{whole},{tenth}%" if tenth else f"{whole}%"


@dataclass(frozen=True)
class Scope:
    """Whom figures are about: a programme, some of its roles, and the units that stand under one.

    `unit` None is everywhere, `roles` None all roles of the programme. `lineage` counts also at the
    units that have become part of these since: for figures of other days told by the units of one.
    """

    programme: Programme
    unit: int | None = None
    roles: frozenset[Role] | None = None
    lineage: bool = False
    _units: dict[date, list[int]] = field(default_factory=dict, compare=False, repr=False)

    def by_lineage(self) -> "Scope":
        """Return the same people, told also at the units that have become part of these."""
        if self.lineage:
            return self
        return Scope(self.programme, self.unit, self.roles, lineage=True)

    def units(self, standing: date) -> list[int]:
        """Return the units that it counts at, as they stand on a day; one query, remembered.

        As a list, because PostgreSQL takes a recursive query for a handful of rows and plans accordingly.
        """
        assert self.unit is not None
        if standing not in self._units:
            within = tree.lineage if self.lineage else tree.within
            found = within([self.unit], on=standing).values_list("pk", flat=True)
            self._units[standing] = list(found)
        return self._units[standing]

    def spells(self, *, on: date, standing: date | None = None) -> QuerySet[Spell]:
        """Return how things stood on a day, at the units as they stood on that day, or on `standing`."""
        return self.anytime(standing=standing or on).on(on)  # type: ignore[attr-defined]

    def anytime(self, *, standing: date) -> QuerySet[Spell]:
        """Return how things stood on any day, at the units as they stood on one."""
        found = Spell.objects.filter(programme=self.programme).order_by()
        if self.roles is not None:
            found = found.filter(role__in=sorted(self.roles))
        if self.unit is not None:
            found = found.filter(unit__in=tree.among(self.units(standing)))
        return found


COUNTS = {
    "done": Count("state", filter=Q(state=State.DONE)),
    "learning": Count("state", filter=Q(state=State.LEARNING)),
    "not_begun": Count("state", filter=Q(state=State.NOT_BEGUN)),
    "exempt": Count("state", filter=Q(state=State.EXEMPT)),
}


FIELDS = (*COUNTS, "overdue")  # as Figure has them


def _counts(on: date) -> dict[str, Count]:
    return COUNTS | {"overdue": Count("state", filter=Q(state__in=MISSING, due__lt=on))}


def total(scope: Scope, *, on: date) -> Figure:
    """Return the figure of a scope on a day; one query."""
    return Figure(**scope.spells(on=on).aggregate(**_counts(on)))


def by_unit(scope: Scope, *, on: date, standing: date | None = None) -> dict[int, Figure]:
    """Return the figure of each unit where somebody counts on a day; one query."""
    rows = scope.spells(on=on, standing=standing).values("unit").annotate(**_counts(on))
    return {unit: Figure(*numbers) for unit, *numbers in rows.values_list("unit", *FIELDS)}


def by_child(unit: int, counted: Mapping[int, Figure], *, on: date) -> dict[int, Figure]:
    """Add up the figures of units for each child of a unit that they stand under; one query.

    What counts at the unit itself stands under its own key.
    """
    found: dict[int, Figure] = {}
    for below, child in tree.child_of_each(unit, on=on).items():
        if below in counted:
            found[child] = found.get(child, Figure()) + counted[below]
    return found


def by_units_of(day: date, counted: Mapping[int, Figure]) -> tuple[dict[int, Figure], Figure]:
    """Return figures of units that stood on an earlier day under what these have become by `day`.

    What cannot be told, since a unit has become several or none, is returned apart. A few queries.
    """
    found: dict[int, Figure] = {}
    apart = Figure()
    for unit, now in tree.successors(list(counted), on=day).items():
        if len(now) == 1:
            [one] = now
            found[one] = found.get(one, Figure()) + counted[unit]
        else:
            apart += counted[unit]
    return found, apart


# Between two days


@dataclass(frozen=True)
class Movement:
    """How many came into a scope between two days, and how many went."""

    joined: int
    left: int


def movement(scope: Scope, *, since: date, until: date) -> Movement:
    """Return how many are in the scope on `until` who were not on `since`, and the other way; two queries.

    Told on both days by the units of the later, so that who only came into another unit has not moved.
    Whoever stands on both days as before is not looked at.
    """
    told = scope.by_lineage().anytime(standing=until)
    came = told.on(until).filter(since__gt=since)  # type: ignore[attr-defined]
    went = told.on(since).filter(until__lte=until)  # type: ignore[attr-defined]
    after, before = (set(found.values_list("person", flat=True)) for found in (came, went))
    return Movement(joined=len(after - before), left=len(before - after))


@dataclass(frozen=True)
class Point:
    """The figure of one day in a series; `overdue` is not counted in it."""

    on: date
    figure: Figure


def series(scope: Scope, *, days: Sequence[date], last: Figure) -> list[Point]:
    """Return the figures of some days, the earliest first, by the units of the last; two queries.

    `last` is the figure of the last day: from there what changed is taken back, so that the series
    ends with the number that stands beside it.
    """
    first, until = days[0], days[-1]
    spells = scope.by_lineage().anytime(standing=until)
    changes: list[tuple[date, str, int]] = []
    for name, sign in (("since", 1), ("until", -1)):
        within = {f"{name}__gt": first, f"{name}__lte": until}
        rows = spells.filter(**within).values("state", day=F(name)).annotate(number=Count("*"))
        changes += [(row["day"], row["state"], sign * row["number"]) for row in rows]
    changes.sort()
    running = {state: getattr(last, state) for state in COUNTS}
    found = []
    for day in reversed(days):
        while changes and changes[-1][0] > day:
            _on, state, number = changes.pop()
            running[state] -= number
        found.append(Point(day, Figure(**running)))
    return found[::-1]


def reorganised(unit: int | None, *, since: date, until: date) -> dict[date, int]:
    """Return the days between two on which units became others, below a unit as it stands on the later, with how many."""
    found = Succession.objects.filter(day__gt=since, day__lte=until)
    if unit is not None:
        found = found.filter(successor__in=tree.lineage([unit], on=until))
    rows = found.order_by("day").values("day").annotate(number=Count("predecessor", distinct=True))
    return {row["day"]: row["number"] for row in rows}


PACE_WEEKS = 8


@dataclass(frozen=True)
class Forecast:
    """How many become done in a week at the present pace, in tenths, and the day on which all are; None if never."""

    per_week_tenths: int
    day: date | None

    @property
    def per_week(self) -> str:
        whole, tenth = divmod(self.per_week_tenths, 10)
        return f"{whole},{tenth}" if tenth else str(whole)


def forecast(points: Sequence[Point]) -> Forecast | None:
    """Return when 100 % is reached if it goes on as over the last weeks of a weekly series.

    The pace is that of those who are missing, so that who leaves undone, or joins, counts as well.
    None with fewer than two points, or where nobody is missing.
    """
    recent = points[-PACE_WEEKS - 1 :]
    if len(recent) < 2 or not recent[-1].figure.missing:
        return None
    weeks = len(recent) - 1
    fewer = recent[0].figure.missing - recent[-1].figure.missing
    if fewer <= 0:
        return Forecast(0, None)
    days = -(-recent[-1].figure.missing * weeks * 7 // fewer)
    ends = None if days > 3660 else recent[-1].on + timedelta(days=days)
    return Forecast(10 * fewer // weeks, ends)


# By name


FILTERS: dict[str, Q] = {
    "": Q(),
    "chua-xong": Q(state__in=MISSING),
    "qua-han": Q(state__in=MISSING),  # and due before the day
    "chua-bat-dau": Q(state=State.NOT_BEGUN),
    "dang-hoc": Q(state=State.LEARNING),
    "da-xong": Q(state=State.DONE),
    "duoc-mien": Q(state=State.EXEMPT),
    "khong-lien-lac-duoc": Q(
        state__in=MISSING, person__phone="", person__email="", person__last_login=None
    ),
}


def people(scope: Scope, *, on: date, chosen: str = "") -> QuerySet[Spell]:
    """Return the standings of all whom a figure counts, by given name; `chosen` is one of FILTERS."""
    found = scope.spells(on=on).filter(FILTERS[chosen])
    if chosen == "qua-han":
        found = found.filter(due__lt=on)
    return found.select_related("person").order_by("person__sort_key", "person_id")


def unreachable(scope: Scope, *, on: date) -> int:
    """Return how many are missing who have no telephone, no e-mail and have never signed in."""
    return scope.spells(on=on).filter(FILTERS["khong-lien-lac-duoc"]).count()


@dataclass(frozen=True)
class Behind:
    """A unit at which people count, and its figure."""

    unit: int
    figure: Figure


def furthest_behind(counted: Mapping[int, Figure], *, most: int) -> list[Behind]:
    """Return the units with the most people missing, those with the most overdue first."""
    behind = [Behind(unit, figure) for unit, figure in counted.items() if figure.missing]
    behind.sort(key=lambda one: (-one.figure.overdue, -one.figure.missing, one.unit))
    return behind[:most]
