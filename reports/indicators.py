"""What a quarterly report says in figures: each indicator for a unit, and in a roll-up for those below it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from certificates.models import Certificate
from classroom.models import Delivery
from organisation import tree
from people.models import Post
from people.roles import Role
from reports import figures
from reports.figures import DEFINITION, Figure, Scope
from reports.models import Snapshot
from training import programmes
from training.models import Programme

TRAINED, LESSONS, CERTIFICATES = "trained", "lessons", "certificates"
STATES = ("done", "learning", "not_begun", "exempt")
__all__ = ["DEFINITION", "Said", "title", "work_out"]


@dataclass(frozen=True)
class Said:
    """A figure as a report says it, before it is written down (reports.models.Snapshot)."""

    unit: int
    indicator: str
    programme: int | None
    numerator: int
    denominator: int | None
    details: Mapping[str, int] = field(default_factory=dict)
    people: Mapping[str, list[int]] = field(default_factory=dict)

    @property
    def key(self) -> tuple[int, str, int | None]:
        return self.unit, self.indicator, self.programme


def title(indicator: str, programme: Programme | None) -> str:
    """Return what an indicator is called."""
    if indicator == TRAINED and programme is not None:
        return programme.title
    return {
        LESSONS: _("Lessons given to classes in the quarter"),
        CERTIFICATES: _("Certificates issued in the quarter"),
    }[indicator]


@dataclass(frozen=True)
class Places:
    """For whom figures are said: a unit, and some of its children; `child_of` has all that stands below it."""

    unit: int
    child_of: Mapping[int, int]
    below: frozenset[int]

    @property
    def all(self) -> list[int]:
        return [self.unit, *sorted(self.below)]

    def of(self, at: int) -> list[int]:
        """Return whose figures something at a unit belongs to: the whole, and the child that it is under."""
        child = self.child_of.get(at, self.unit)
        return [self.unit, child] if child in self.below else [self.unit]


def work_out(unit: int, *, since: date, until: date, below: Iterable[int] = ()) -> list[Said]:
    """Return all figures of a unit as of the day `until`, counting what was done from `since` on.

    `below` are children for which the same is said, as a roll-up does. However many there are, the
    database is asked as often.
    """
    places = _places(unit, below, on=until)
    found: list[Said] = []
    for programme in Programme.objects.all():
        if programmes.in_force(programme, on=until) is not None:
            found += _trained(Scope(programme, unit), places, since, until)
    return found + _counted(places, since, until)


def counted(unit: int, *, since: date, until: date, below: Iterable[int] = ()) -> list[Said]:
    """Return what was done at a unit from a day to another: the lessons given, the certificates issued."""
    return _counted(_places(unit, below, on=until), since, until)


def _places(unit: int, below: Iterable[int], *, on: date) -> Places:
    return Places(unit, tree.child_of_each(unit, on=on), frozenset(below) - {unit})


def _counted(places: Places, since: date, until: date) -> list[Said]:
    return [*_lessons(places, since, until), *_certificates(places, since, until)]


def _trained(scope: Scope, places: Places, since: date, until: date) -> list[Said]:
    people: dict[int, dict[str, list[int]]] = defaultdict(lambda: {name: [] for name in STATES})
    overdue: dict[int, int] = defaultdict(int)
    rows = scope.spells(on=until).order_by("person")
    for person, at, state, due in rows.values_list("person", "unit", "state", "due").iterator():
        for place in places.of(at):
            people[place][state].append(person)
            overdue[place] += state in figures.MISSING and due < until
    before = _there(scope, places, on=since, standing=until)
    after = _there(scope, places, on=until, standing=until)
    found = []
    for place in places.all:
        numbers = {name: len(people[place][name]) for name in STATES}
        figure = Figure(**numbers, overdue=overdue[place])
        moved = {
            "joined": len(after[place] - before[place]),
            "left": len(before[place] - after[place]),
        }
        found.append(
            Said(
                unit=place,
                indicator=TRAINED,
                programme=scope.programme.pk,
                numerator=figure.done,
                denominator=figure.obliged,
                details={**numbers, "overdue": figure.overdue, **moved},
                people={name: some for name, some in people[place].items() if some},
            )
        )
    return found


def _there(scope: Scope, places: Places, *, on: date, standing: date) -> dict[int, set[int]]:
    """Return who is in a programme on a day, by place, at the units as they stand on a later one.

    Who served at a unit that has become another by then is there at that one.
    """
    found: dict[int, set[int]] = defaultdict(set)
    told = scope.by_lineage()
    rows = list(told.spells(on=on, standing=standing).values_list("person", "unit"))
    gone = tree.successors({at for _person, at in rows} - places.child_of.keys(), on=standing)
    for person, at in rows:
        now = gone.get(at, {at})
        for place in places.of(min(now)) if now else [places.unit]:
            found[place].add(person)
    return found


def _lessons(places: Places, since: date, until: date) -> list[Said]:
    rows = (
        Delivery.objects.that_count()
        .filter(
            on__gte=since,
            on__lte=until,
            school_class__school__in=tree.within([places.unit], on=until),
        )
        .order_by()
        .values("school_class__school")
        .annotate(number=Count("pk"), pupils=Sum("pupils"))
    )
    lessons: dict[int, int] = defaultdict(int)
    pupils: dict[int, int] = defaultdict(int)
    for row in rows:
        for place in places.of(row["school_class__school"]):
            lessons[place] += row["number"]
            pupils[place] += row["pupils"]
    return [
        Said(place, LESSONS, None, lessons[place], None, {"pupils": pupils[place]})
        for place in places.all
    ]


def _certificates(places: Places, since: date, until: date) -> list[Said]:
    """Certificates count where their holder serves on the last day; reissued ones are no new ones."""
    issued = Certificate.objects.filter(
        issued_on__gte=since, issued_on__lte=until, supersedes=None
    ).exclude(state=Certificate.State.REVOKED)
    posts = (
        Post.objects.on(until)
        .filter(
            person__in=issued.order_by().values("person"),
            unit__in=tree.within([places.unit], on=until),
        )
        .exclude(role__in=[Role.PUPIL_LOWER, Role.PUPIL_UPPER])
        .order_by("person", "-since", "-pk")
        .values_list("person", "unit")
    )
    serves = dict(posts)  # of several the one held longest, which comes last
    counts: dict[int, int] = defaultdict(int)
    people: dict[int, set[int]] = defaultdict(set)
    for person, number in (
        issued.order_by()
        .values("person")
        .annotate(count=Count("pk"))
        .values_list("person", "count")
    ):
        if person in serves:
            for place in places.of(serves[person]):
                counts[place] += number
                people[place].add(person)
    return [
        Said(
            place, CERTIFICATES, None, counts[place], None, {"people": len(people[place])},
            {"holders": sorted(people[place])} if people[place] else {},
        )
        for place in places.all
    ]  # fmt: skip


def differences(signed: Iterable[Snapshot], now: Iterable[Said]) -> list[dict]:
    """Return the figures that are another now than they were signed, each with both."""
    known = {one.key: one for one in now}
    found = []
    for one in signed:
        new = known.get((one.unit_id, one.indicator, one.programme_id))
        before: list[int | None] = [one.numerator, one.denominator]
        after: list[int | None] = [new.numerator, new.denominator] if new else [0, None]
        same_people = new is not None and one.people == {k: list(v) for k, v in new.people.items()}
        if before != after or not same_people:
            found.append(
                {
                    "unit": one.unit_id,
                    "unit_name": one.unit_name,
                    "indicator": one.indicator,
                    "programme": one.programme_id,
                    "title": title(one.indicator, one.programme),
                    "signed": before,
                    "now": after,
                    "came": _came(one.people, new.people if new else {}),
                    "went": _came(new.people if new else {}, one.people),
                }
            )
    return found


def _came(before: Mapping[str, list[int]], after: Mapping[str, list[int]]) -> list[int]:
    """Return who is done, or holds a certificate, in one and not in the other."""
    return sorted(
        {*after.get("done", []), *after.get("holders", [])}
        - {*before.get("done", []), *before.get("holders", [])}
    )
