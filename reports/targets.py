"""Targets: what a unit is to reach in each indicator by the end of a year, and how far it is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from organisation import tree
from people import access
from people.models import Person
from people.roles import Action
from reports import figures, indicators
from reports.figures import Figure, Scope
from reports.indicators import CERTIFICATES, LESSONS, TRAINED
from reports.models import Target
from training import programmes
from training.models import Programme

MOST = 1_000_000


class Refused(Exception):
    """A target cannot be set so: says why."""


@dataclass(frozen=True)
class Indicator:
    """What a target is set for: a programme, or what is counted over the year."""

    key: str
    title: str
    programme: Programme | None = None

    @property
    def is_share(self) -> bool:
        return self.programme is not None

    @property
    def name(self) -> str:
        """What it is called in addresses and forms."""
        return f"{self.key}-{self.programme.key}" if self.programme else self.key


@dataclass(frozen=True)
class Actual:
    """How far a unit is in an indicator: the share of a programme, or what was done since the year began."""

    indicator: Indicator
    target: int | None
    figure: Figure | None = None
    number: int = 0

    @property
    def text(self) -> str:
        return self.figure.share if self.figure else str(self.number)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell: no target, nobody to be trained, nothing done."""
        return not (self.target or self.number or (self.figure and self.figure.obliged))

    @property
    def is_reached(self) -> bool:
        if self.target is None:
            return False
        return (self.figure.per_mille if self.figure else 10 * self.number) >= 10 * self.target


def asked_for(*, on: date) -> list[Indicator]:
    """Return the indicators for which targets are set: each programme in force, lessons, certificates."""
    found = [
        Indicator(TRAINED, programme.title, programme)
        for programme in Programme.objects.all()
        if programmes.in_force(programme, on=on) is not None
    ]
    found.append(Indicator(LESSONS, _("Lessons given to classes in the year")))
    found.append(Indicator(CERTIFICATES, _("Certificates issued in the year")))
    return found


def set_target(
    *,
    unit: int,
    year: int,
    value: int,
    by: Person,
    at: datetime,
    programme: Programme | None = None,
    indicator: str = TRAINED,
) -> Target:
    """Set the target of a unit for a year; one set before stays written down beside it. Raises Refused.

    `value` is a share in per cent for a programme, and else a number. Whoever reports for the unit, or
    for one above it, sets it.
    """
    if not access.may(by, to=Action.REPORT, on=timezone.localdate(at), unit=unit):
        raise Refused(_("The targets of this unit are not yours to set."))
    if programme is not None and not 1 <= value <= 100:
        raise Refused(_("A target is a share from 1 to 100."))
    if not 1 <= value <= MOST:
        raise Refused(_("A target is a number from 1 on."))
    if not 2023 <= year <= 2100:
        raise Refused(_("Say for which year."))
    return Target.objects.create(
        unit_id=unit, indicator=indicator, programme=programme, year=year, value=value, by=by, at=at
    )


def of_units(units: Collection[int], programme: Programme, *, year: int) -> dict[int, int]:
    """Return the targets of some units in a programme, in per cent, the last set of each; one query."""
    found = Target.objects.filter(unit__in=units, programme=programme, year=year).order_by("pk")
    return dict(found.values_list("unit", "value"))


def of_year(unit: int, *, year: int, on: date) -> tuple[list[Indicator], dict[int, list[Actual]]]:
    """Return the indicators, and how far a unit and each below it is in them on a day of a year.

    A fixed number of queries for each programme, however many units there are.
    """
    asked = asked_for(on=on)
    children = [one.unit_id for one in tree.children(unit, on=on)]
    units = [unit, *children]
    told = Target.objects.filter(unit__in=units, year=year).order_by("pk")
    wanted: dict[tuple[int, str, int | None], int] = {
        (at, key, programme): value
        for at, key, programme, value in told.values_list("unit", "indicator", "programme", "value")
    }
    counted = indicators.counted(unit, since=date(year, 1, 1), until=on, below=children)
    numbers = {(said.unit, said.indicator): said.numerator for said in counted}
    shares: dict[Indicator, dict[int, Figure]] = {}
    for one in asked:
        if one.programme is not None:
            by_unit = figures.by_unit(Scope(one.programme, unit), on=on)
            below = figures.by_child(unit, by_unit, on=on)
            shares[one] = below | {unit: sum(below.values(), Figure())}
    return asked, {
        at: [
            Actual(
                indicator=one,
                target=wanted.get((at, one.key, one.programme.pk if one.programme else None)),
                figure=shares[one].get(at, Figure()) if one.is_share else None,
                number=numbers.get((at, one.key), 0),
            )
            for one in asked
        ]
        for at in units
    }
