"""The log of acts on other people's data: written in the same transaction as the act, never changed."""

from collections.abc import Iterable
from datetime import datetime

from people.models import AuditEntry

Did = AuditEntry.Did


def write(*, did: Did, by, subject: int, at: datetime, unit: int | None = None, **details) -> None:
    """Write down one act. `by` is a person, or None for the site itself; `details` hold plain values."""
    write_all(did=did, by=by, subjects=[subject], at=at, unit=unit, **details)


def write_all(
    *, did: Did, by, subjects: Iterable[int], at: datetime, unit: int | None = None, **details
) -> None:
    """Write down one act on many people, with the same details, in few statements."""
    AuditEntry.objects.bulk_create(
        (
            AuditEntry(
                did=did,
                actor=by.pk if by else None,
                subject=subject,
                at=at,
                unit=unit,
                details=details,
            )
            for subject in subjects
        ),
        batch_size=500,
    )
