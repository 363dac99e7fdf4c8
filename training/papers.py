"""The files of outside certificates: looked into before they are kept, and there as long as their row is."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils.translation import gettext as _

from people import files, pdfs, photos
from training.models import OutsideCertificate

LARGEST = 10 * 1024 * 1024
MOST_PAGES = 10
FOLDER = "outside"
PICTURE = "jpg"
SETTLED = timedelta(days=1)  # after which a file has its row, or nobody will write it any more
log = logging.getLogger(__name__)


class Refused(Exception):
    """A file is none that is kept: says why."""


@dataclass(frozen=True)
class Paper:
    """A file as it will be kept, and what it is called."""

    content: bytes
    name: str
    ending: str


def read(content: bytes, *, name: str) -> Paper:
    """Look into a PDF or picture that somebody brings. Raises Refused.

    A PDF is kept as it is; a picture is drawn anew.
    """
    ending = files.ending_of(content)
    if ending not in ("pdf", "png", "jpg"):
        raise Refused(_("This is no PDF and no picture."))
    if len(content) > LARGEST:
        raise Refused(_("The file is larger than 10 MB."))
    if ending == "pdf":
        _refuse_unless_short_and_open(content)
    else:
        ending = PICTURE
        try:
            content = photos.plain_jpeg(content)
        except photos.Unreadable as error:
            raise Refused(
                _("The picture cannot be read, or is too large. Photograph the certificate anew.")
            ) from error
    return Paper(content, f"{PurePath(name).stem[:140]}.{ending}", ending)


def _refuse_unless_short_and_open(content: bytes) -> None:
    try:
        seen = pdfs.look(content)
    except pdfs.Unreadable as error:
        raise Refused(
            _("This PDF cannot be read. Save it anew, or photograph the certificate.")
        ) from error
    if seen.encrypted:
        raise Refused(
            _("This PDF is locked. Save it without a password, or photograph the certificate.")
        )
    if seen.pages > MOST_PAGES:
        raise Refused(
            _("This PDF has %(pages)s pages, and at most %(most)s are taken. Hand in only those of the certificate.")
            % {"pages": seen.pages, "most": MOST_PAGES}
        )  # fmt: skip


@contextmanager
def kept(paper: Paper) -> Iterator[str]:
    """Keep a file for the row that the block writes, and give its path: there are both, or neither.

    The outermost transaction: where it fails, at its very end too, the file goes again.
    """
    path = f"{FOLDER}/{secrets.token_hex(16)}.{paper.ending}"
    try:
        with transaction.atomic(durable=True):
            storages["private"].save(path, ContentFile(paper.content))
            yield path
    except BaseException:
        storages["private"].delete(path)
        raise


def drop(path: str) -> None:
    """Delete a file once it is certain that its row is gone. Should that fail, `sweep` comes by."""
    if path:
        transaction.on_commit(partial(storages["private"].delete, path), robust=True)


def sweep(*, at: datetime) -> int:
    """Delete the files that no row names and that are older than SETTLED; return how many.

    What the process died over, between a file and its row, is left behind otherwise.
    """
    storage = storages["private"]
    if not storage.exists(FOLDER):
        return 0
    paths = {f"{FOLDER}/{name}" for name in storage.listdir(FOLDER)[1]}
    paths -= set(OutsideCertificate.objects.exclude(file="").values_list("file", flat=True))
    left = [path for path in sorted(paths) if storage.get_modified_time(path) < at - SETTLED]
    for path in left:
        storage.delete(path)
    if left:
        log.warning("%s files of outside certificates had no row and were deleted", len(left))
    return len(left)
