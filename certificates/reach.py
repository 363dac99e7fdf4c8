"""Whose certificates somebody may issue, see in the register, correct and revoke."""

from datetime import date

from django.db.models import QuerySet

from certificates.models import Batch, Certificate, Review
from organisation import tree
from organisation.models import Family, Placement
from people import access
from people.roles import Action

TO = Action.ISSUE_CERTIFICATES
# Under a body stands nobody, and a village is too small a place for an issue of its own.
FAMILIES = (Family.PROVINCE, Family.DISTRICT, Family.COMMUNE, Family.SCHOOL)


def batches(person, *, on: date) -> QuerySet[Batch]:
    """Return the batches of the units that somebody issues for."""
    return Batch.objects.filter(unit__in=access.units(person, to=TO, on=on))


def certificates(person, *, on: date) -> QuerySet[Certificate]:
    """Return the certificates of those to whom somebody may issue."""
    return Certificate.objects.filter(person__in=access.people(person, to=TO, on=on))


def reviews(person, *, on: date) -> QuerySet[Review]:
    """Return the open reviews that somebody may decide on."""
    return Review.objects.filter(
        state=Review.State.OPEN,
        certificate__person__in=access.people(person, to=TO, on=on),
    )


def roots(person, *, on: date) -> list[Placement]:
    """Return the topmost units that somebody issues for, by level and name."""
    return access.roots(person, to=TO, on=on)


def search(person, text: str, *, on: date, most: int = 20) -> list[Placement]:
    """Return units of a name for which somebody issues."""
    found = tree.find(text, on=on, families=FAMILIES, most=most * 10)
    mine = access.units(person, to=TO, on=on).filter(pk__in=[one.unit_id for one in found])
    there = set(mine.values_list("pk", flat=True))
    return [one for one in found if one.unit_id in there][:most]
