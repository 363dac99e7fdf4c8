"""Whose classes somebody may keep, and of which schools they may see the lessons given."""

from datetime import date

from django.db.models import Q, QuerySet

from classroom.models import SchoolClass
from organisation.models import Placement, Unit
from people import access
from people.roles import Action


def schools(person, *, on: date) -> list[Placement]:
    """Return the schools in which somebody gives lessons, by name."""
    found = Placement.objects.on(on).filter(
        unit__in=access.units(person, to=Action.TEACH, on=on), kind__family="school"
    )
    return list(found.select_related("kind").order_by("sort_key", "pk")[:50])


def classes(person, *, on: date) -> QuerySet[SchoolClass]:
    """Return the classes before which somebody may stand: all of the schools where they teach."""
    return SchoolClass.objects.filter(school__in=access.units(person, to=Action.TEACH, on=on))


def seen_schools(person, *, on: date) -> QuerySet[Unit]:
    """Return the schools whose lessons somebody may see: their own, or those of teachers they look after."""
    taught = access.units(person, to=Action.TEACH, on=on)
    looked_after = access.units(person, to=Action.SEE_PROGRESS, on=on)
    schools_now = Placement.objects.on(on).filter(kind__family="school").values("unit")
    return Unit.objects.filter(Q(pk__in=taught) | Q(pk__in=looked_after), pk__in=schools_now)
