"""Whether a code, or a file, is a certificate of ours, and which one."""

import hashlib
import logging

from django.db.models import QuerySet

from certificates import codes, printing, signers
from certificates.models import Certificate
from certificates.signing import apart
from certificates.signing.findings import Flaw
from certificates.signing.keys import BrokenKey

log = logging.getLogger(__name__)

NO_KEY = "no key"  # beside the flaws that signing.findings names: nothing can be said just now


class NotOurs(Exception):
    """A file is not as we issued it. `flaw` is one of signing.findings.Flaw, or NO_KEY."""

    def __init__(self, flaw: str) -> None:
        super().__init__(flaw)
        self.flaw = flaw


def of_code(code: str) -> Certificate | None:
    """Return the certificate of a normalised code."""
    return _attested().filter(code=code).first() if codes.looks_like_one(code) else None


def of_digest(content: bytes) -> Certificate | None:
    """Return the certificate whose file this is, to the last byte; nothing of it is read."""
    return _attested().filter(pdf_sha256=hashlib.sha256(content).hexdigest()).first()


def of_signature(content: bytes) -> Certificate:
    """Return the certificate whose number a file bears that we have signed, and that is whole. Raises NotOurs.

    So nobody learns of a certificate by making up a file. It is read in a process of its own, which takes
    a second of the processor, or some more for what was made to take long; here only what we have signed
    is opened.
    """
    try:
        finding = apart.check(content, trusted=signers.trusted())
    except BrokenKey as error:
        log.exception("files cannot be checked")
        raise NotOurs(NO_KEY) from error
    if finding.flaw is not None:
        raise NotOurs(finding.flaw)
    found = None
    named = printing.number_in_title(content)
    if named:
        number, year = named
        found = _attested().filter(running_number=number, year=year).first()
    if found is None:
        raise NotOurs(Flaw.FOREIGN)
    return found


def _attested() -> QuerySet[Certificate]:
    return Certificate.objects.select_related("superseded_by")
