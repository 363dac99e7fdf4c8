"""Papers that people hand in, as a PDF or a photo: looked into before they are kept, there as long as their row is."""

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
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from people import files, pdfs, photos

LARGEST = 10 * 1024 * 1024
MOST_PAGES = 10
PICTURE, WORD = "jpg", "docx"
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


def read(
    content: bytes, *, name: str, most_pages: int = MOST_PAGES, or_word: bool = False
) -> Paper:
    """Look into a PDF or picture that somebody hands in, `or_word` a Word document. Raises Refused.

    A PDF is kept as it is, and a document without macros; a picture is drawn anew.
    """
    ending = files.ending_of(content)
    if ending is None and or_word:
        raise Refused(_("This is no PDF, Word document or picture."))
    if ending is None or (ending == WORD and not or_word):
        raise Refused(_("This is no PDF and no picture."))
    if len(content) > LARGEST:
        raise Refused(_("The file is larger than 10 MB."))
    if ending == "pdf":
        _refuse_unless_short_and_open(content, most_pages)
    elif ending != WORD:
        ending = PICTURE
        try:
            content = photos.plain_jpeg(content)
        except photos.Unreadable as error:
            raise Refused(
                _("The picture cannot be read, or is too large. Photograph the paper anew.")
            ) from error
    return Paper(content, f"{PurePath(name).stem[:140]}.{ending}", ending)


def _refuse_unless_short_and_open(content: bytes, most_pages: int) -> None:
    try:
        seen = pdfs.look(content)
    except pdfs.Unreadable as error:
        raise Refused(
            _("This PDF cannot be read. Save it anew, or photograph the paper.")
        ) from error
    if seen.encrypted:
        raise Refused(_("This PDF is locked. Save it without a password, or photograph the paper."))
    if seen.pages > most_pages:
        raise Refused(
            _("This PDF has %(pages)s pages, and at most %(most)s are taken. Hand in only those that are needed.")
            % {"pages": seen.pages, "most": most_pages}
        )  # fmt: skip


@contextmanager
def kept(paper: Paper, *, folder: str) -> Iterator[str]:
    """Keep a file for the row that the block writes, and give its path: there are both, or neither.

    The outermost transaction: where it fails, at its very end too, the file goes again.
    """
    path = f"{folder}/{secrets.token_hex(16)}.{paper.ending}"
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


def sweep(folder: str, *, named: QuerySet, at: datetime) -> int:
    """Delete the files of a folder that no row names and that are older than SETTLED; return how many.

    `named` gives the paths of those that are to stay. What the process died over, between a file and
    its row, is left behind otherwise.
    """
    storage = storages["private"]
    if not storage.exists(folder):
        return 0
    paths = {f"{folder}/{name}" for name in storage.listdir(folder)[1]} - set(named)
    left = [path for path in sorted(paths) if storage.get_modified_time(path) < at - SETTLED]
    for path in left:
        storage.delete(path)
    if left:
        log.warning("%s files in %s had no row and were deleted", len(left), folder)
    return len(left)
