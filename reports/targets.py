"""Targets: which share of its people a unit is to have trained by the end of a year."""

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from people import access
from people.models import Person
from people.roles import Action
from reports.models import Target
from training.models import Programme


class Refused(Exception):
    """A target cannot be set so: says why."""


def set_target(
    *, unit: int, programme: Programme, year: int, per_cent: int, by: Person, at: datetime
) -> Target:
    """Set the target of a unit for a year; one set before stays written down beside it. Raises Refused.

    Whoever reports for the unit, or for one above it, sets it.
    """
    if not access.may(by, to=Action.REPORT, on=timezone.localdate(at), unit=unit):
        raise Refused(_("The targets of this unit are not yours to set."))
    if not 1 <= per_cent <= 100:
        raise Refused(_("A target is a share from 1 to 100."))
    if not 2023 <= year <= 2100:
        raise Refused(_("Say for which year."))
    return Target.objects.create(
        unit_id=unit, programme=programme, year=year, per_cent=per_cent, by=by, at=at
    )


def of_units(units: Collection[int], programme: Programme, *, year: int) -> dict[int, int]:
    """Return the targets of some units for a year, in per cent, the last set of each; one query."""
    found = Target.objects.filter(unit__in=units, programme=programme, year=year).order_by("pk")
    return dict(found.values_list("unit", "per_cent"))
