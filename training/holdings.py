"""What corrections of training sessions hold of a person: they name whoever made them by number."""

from django.db.models import QuerySet

from people.holdings import NAMED, Named
from people.models import Person
from training.models import SheetCorrection


def corrected_of(person: Person) -> QuerySet[SheetCorrection]:
    """Return what was corrected for a person in sessions that were closed."""
    return SheetCorrection.objects.filter(participant__person=person).order_by("pk")


def corrected_for_others(person: Person) -> QuerySet[SheetCorrection]:
    """Return what a person has corrected for others."""
    done = SheetCorrection.objects.filter(by=person.pk).exclude(participant__person=person)
    return done.order_by("pk")


def register() -> None:
    """Let people be given what was corrected for them, and by them."""
    NAMED["training.SheetCorrection.participant"] = Named(
        corrected_of, ("id", "participant", "at", "reason", "before", "after")
    )
    NAMED["training.SheetCorrection.by"] = Named(
        corrected_for_others, ("id", "at", "reason"), is_act=True
    )
