"""Zip files from strangers: refused where they would do harm, and never written to disk.

A name in a zip may climb out of a folder, a few kilobytes may hold gigabytes, and what a member says
of its own size may be a lie. All of that is looked at once, when the package is opened.
"""

import io
import posixpath
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from quizzes.exchange.parsed import Refused

MOST_MEMBERS = 5_000
MOST_INFLATED = 200_000_000  # bytes, of all members together
MOST_RATIO = 100  # of a member's size to what it takes in the zip
RATIO_MATTERS_FROM = 10_000_000  # bytes; a short text of spaces may well shrink to a hundredth
CHUNK = 1 << 16

DRIVE = re.compile(r"[A-Za-z]:")
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 0x1  # bit of a member's flags
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    ValueError,
    NotImplementedError,
)


@dataclass(frozen=True)
class Package:
    """A zip whose members have all been unpacked once, to nowhere, and found harmless."""

    raw: bytes
    members: Mapping[str, str]  # names as they are asked for, and as they stand in the zip

    def names(self) -> tuple[str, ...]:
        """Return the names of the files, in the order of the zip."""
        return tuple(self.members)

    def read(self, name: str) -> bytes:
        """Return the bytes of a file; KeyError where there is none of that name."""
        with zipfile.ZipFile(io.BytesIO(self.raw)) as archive:
            return archive.read(self.members[posixpath.normpath(name)])


def looks_like_zip(raw: bytes) -> bool:
    """Whether a file begins as zip files do."""
    return raw[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def open_package(raw: bytes) -> Package:
    """Return the package that `raw` is. Raises Refused, with a reason for whoever sent it."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_MEMBERS:
                raise Refused(
                    _("The package holds more than %(most)s files.") % {"most": MOST_MEMBERS}
                )
            members = _members(entries)
            if sum(entry.file_size for entry in entries) > MOST_INFLATED:
                raise _too_large()
            _unpack(archive, entries)
    except BROKEN as error:
        raise Refused(_("The package is damaged or is no zip file.")) from error
    return Package(raw, members)


def _too_large() -> Refused:
    return Refused(
        _("The package unpacks to more than %(most)s MB.") % {"most": MOST_INFLATED // 1_000_000}
    )


def _members(entries: list[zipfile.ZipInfo]) -> dict[str, str]:
    """Return the files among the entries by the name to ask for; what no package needs is refused."""
    members: dict[str, str] = {}
    for entry in entries:
        name = entry.orig_filename
        _refuse_name(name)
        _refuse_kind(entry)
        plain = posixpath.normpath(name)
        if plain in members:
            raise Refused(_("The package holds “%(name)s” twice.") % {"name": name})
        if not entry.is_dir():
            members[plain] = entry.filename
    return members


def _refuse_name(name: str) -> None:
    climbs = ".." in name.split("/")
    if not name or climbs or name.startswith("/") or "\\" in name or "\0" in name:
        raise Refused(
            _("A file in the package would be put outside its folder: “%(name)s”.")
            % {"name": name.replace("\0", "")}
        )
    if DRIVE.match(name):
        raise Refused(
            _("A file in the package would be put outside its folder: “%(name)s”.") % {"name": name}
        )


def _refuse_kind(entry: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refused(
            _("“%(name)s” in the package is a link or a device, not a file.")
            % {"name": entry.filename}
        )
    if entry.flag_bits & ENCRYPTED:
        raise Refused(_("The package is protected by a password."))
    if entry.compress_type not in METHODS:
        raise Refused(
            _("“%(name)s” in the package is packed in a way that is not read here.")
            % {"name": entry.filename}
        )


def _unpack(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    left = MOST_INFLATED
    for entry in entries:
        declared = entry.file_size
        # How much zipfile reads at most: past the limit, so that we notice before it stops.
        entry.file_size = MOST_INFLATED + 2 * CHUNK
        size = 0
        with archive.open(entry) as member:
            while chunk := member.read(CHUNK):
                size += len(chunk)
                left -= len(chunk)
                if left < 0:
                    raise _too_large()
                if size > RATIO_MATTERS_FROM and size > MOST_RATIO * entry.compress_size:
                    raise Refused(
                        _("“%(name)s” unpacks to more than a hundred times its size.")
                        % {"name": entry.filename}
                    )
        if size != declared:
            raise Refused(
                _("“%(name)s” in the package has another size than it says.")
                % {"name": entry.filename}
            )
