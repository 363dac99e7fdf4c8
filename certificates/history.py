"""The log of what happened to certificates: written with the act, in the same transaction."""

from collections.abc import Iterable
from datetime import datetime

from certificates.models import Certificate, CertificateEvent


def write(
    certificates: Iterable[Certificate],
    *,
    kind: CertificateEvent.Kind,
    by,
    at: datetime,
    reason: str = "",
) -> None:
    """Write down one act on certificates. `by` is a person, or None for the site itself."""
    CertificateEvent.objects.bulk_create(
        CertificateEvent(certificate=one, kind=kind, at=at, by=by.pk if by else None, reason=reason)
        for one in certificates
    )


def revocation(certificate: Certificate) -> CertificateEvent | None:
    """Return the entry that says when and why a certificate was revoked."""
    revoked = certificate.events.filter(kind=CertificateEvent.Kind.REVOKED)
    return revoked.order_by("pk").last()
