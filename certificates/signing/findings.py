"""What the check of a file can find. Apart from the check itself, which takes long to load."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LARGEST = 2_000_000  # bytes: a certificate has some 30,000


class Flaw(StrEnum):
    """Why a file is not, or not wholly, what we signed."""

    TOO_LARGE = "too large"
    NO_PDF = "no PDF"
    UNREAD = "unread"  # takes more memory or time than a certificate ever does
    UNSIGNED = "unsigned"
    ALTERED = "altered"  # what was signed is not what is there
    ADDED_TO = "added to"  # something was written behind what was signed
    FOREIGN = "foreign"  # signed, but not with a key of ours


@dataclass(frozen=True)
class Finding:
    """What was found: no flaw means signed by us and unchanged. `at` is when it says that it was signed."""

    flaw: Flaw | None
    at: datetime | None = None


def at_first_sight(pdf: bytes) -> Flaw | None:
    """Return what is wrong with a file by its size and first bytes alone."""
    if len(pdf) > LARGEST:
        return Flaw.TOO_LARGE
    return None if pdf.startswith(b"%PDF-") else Flaw.NO_PDF
