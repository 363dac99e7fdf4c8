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


def of_file(content: bytes) -> Certificate:
    """Return the certificate that a file is. Raises NotOurs.

    It is found by the digest of the whole file, or by the number in a file whose signature is ours
    and whole: so nobody learns of a certificate by making up a file. What is not known by its digest is
    read in a process of its own; here only what we have signed is opened.
    """
    digest = hashlib.sha256(content).hexdigest()
    found = _attested().filter(pdf_sha256=digest).first()
    if found:
        return found
    try:
        finding = apart.check(content, trusted=signers.trusted())
    except BrokenKey as error:
        log.exception("files cannot be checked")
        raise NotOurs(NO_KEY) from error
    if finding.flaw is not None:
        raise NotOurs(finding.flaw)
    named = printing.number_in_title(content)
    if named:
        number, year = named
        found = _attested().filter(running_number=number, year=year).first()
    if found is None:
        raise NotOurs(Flaw.FOREIGN)
    return found


def _attested() -> QuerySet[Certificate]:
    return Certificate.objects.select_related("superseded_by")
