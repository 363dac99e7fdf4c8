"""What the log of certificates holds of a person: given to them; it names nobody but by number."""

from django.db.models import QuerySet

from certificates.models import CertificateEvent, Review
from people.holdings import NAMED, Named
from people.models import Person


def happened_to(person: Person) -> QuerySet[CertificateEvent]:
    """Return what happened to a person's certificates."""
    return CertificateEvent.objects.filter(certificate__person=person).order_by("pk")


def done_to_others(person: Person) -> QuerySet[CertificateEvent]:
    """Return what a person did to certificates of others."""
    done = CertificateEvent.objects.filter(by=person.pk).exclude(certificate__person=person)
    return done.order_by("pk")


def reviews_of(person: Person) -> QuerySet[Review]:
    """Return what has been, or is to be, decided on a person's certificates."""
    return Review.objects.filter(certificate__person=person).order_by("pk")


def register() -> None:
    """Let people be given the log of their certificates."""
    NAMED["certificates.CertificateEvent.certificate"] = Named(
        happened_to, ("id", "certificate", "kind", "at", "reason")
    )
    NAMED["certificates.CertificateEvent.by"] = Named(
        done_to_others, ("id", "kind", "at"), is_act=True
    )
    NAMED["certificates.Review.certificate"] = Named(
        reviews_of, ("id", "certificate", "state", "opened_at", "decided_at")
    )
