"""Scans of reports as they were signed and stamped on paper: kept beside what was signed here."""

import hashlib
from datetime import datetime

from django.utils.translation import gettext as _

from people import papers
from people.models import Person
from reports.models import Report, SignedCopy

FOLDER = "reports"  # of their files
MOST_PAGES = 60  # a province's report with the tables of all its communes


class Refused(Exception):
    """A scan cannot be kept: says why."""


def add(report: Report, *, content: bytes, name: str, by: Person, at: datetime) -> SignedCopy:
    """Keep a scan of a signed report, a PDF or a picture, beside those there are. Raises Refused.

    Only of a report that is signed here: before that its figures may still change.
    """
    if report.state != Report.State.SIGNED:
        raise Refused(_("Sign the report first: until then its figures may still change."))
    try:
        paper = papers.read(content, name=name, most_pages=MOST_PAGES)
    except papers.Refused as refusal:
        raise Refused(str(refusal)) from refusal
    digest = hashlib.sha256(paper.content).hexdigest()
    if report.copies.filter(digest=digest).exists():
        raise Refused(_("This very file is kept already."))
    with papers.kept(paper, folder=FOLDER) as path:
        return SignedCopy.objects.create(
            report=report, file=path, file_name=paper.name, digest=digest, by=by, at=at
        )


def sweep(*, at: datetime) -> int:
    """Delete the files that no scan names; return how many."""
    return papers.sweep(FOLDER, named=SignedCopy.objects.values_list("file", flat=True), at=at)
