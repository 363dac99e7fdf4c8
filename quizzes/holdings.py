"""What the log of attempts holds of a person: given to them; it names nobody but by number."""

from django.db.models import QuerySet

from people.holdings import NAMED, Named
from people.models import Person
from quizzes.models import AttemptEvent


def happened_to(person: Person) -> QuerySet[AttemptEvent]:
    """Return what happened to a person's attempts."""
    return AttemptEvent.objects.filter(attempt__person=person).order_by("pk")


def done_to_others(person: Person) -> QuerySet[AttemptEvent]:
    """Return what a person did to attempts of others."""
    return AttemptEvent.objects.filter(by=person.pk).exclude(attempt__person=person).order_by("pk")


def register() -> None:
    """Let people be given the log of their attempts."""
    NAMED["quizzes.AttemptEvent.attempt"] = Named(
        happened_to, ("id", "attempt", "kind", "at", "details")
    )
    NAMED["quizzes.AttemptEvent.by"] = Named(done_to_others, ("id", "kind", "at"), is_act=True)
