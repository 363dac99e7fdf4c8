"""Binding certificates into one file for a printer: a page for each, tagged, in little memory."""

import hashlib
import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import pikepdf

from certificates.press import files, metadata

# Strings come first in it, so that what looks like a reference inside of one stays as it is.
REFERENCE = re.compile(rb"\((?:\\.|[^\\()])*\)|<[0-9a-fA-F]*>|\b(\d+) 0 R\b", re.DOTALL)
PAGES, CATALOG, TREE, DOCUMENT, PARENTS, INFO, METADATA, FIRST_FREE = range(1, 9)


class NotTagged(ValueError):
    """A file to be bound is not a tagged PDF, such as the press draws."""


def bind(pdfs: Iterable[bytes | Path], target: Path, *, title: str, language: str = "vi") -> int:
    """Write the pages of all files to `target`, in their order, and return how many there are.

    One file is open at a time, and kept is only where each object went: some 2 kB a certificate.
    The result is tagged, and PDF/A-3a and PDF/UA-1 as the certificates are. Outlines are left out.
    """
    with target.open("wb") as output:
        binder = _Binder(output)
        for pdf in pdfs:
            with pikepdf.open(io.BytesIO(pdf) if isinstance(pdf, bytes) else pdf) as source:
                binder.add(source)
        binder.close(title=title, language=language)
    return len(binder.pages)


class _Binder:
    """A file being written: where objects are, and the ends of its trees that are still open."""

    def __init__(self, output: BinaryIO) -> None:
        self.pages: list[int] = []
        self._output = output
        self._table = bytearray(files.FREE)
        self._next = FIRST_FREE
        self._parts: list[int] = []
        self._parents: list[bytes] = []
        self._intents = b""
        self._digest = hashlib.sha256()
        self._at = 0
        self._write(files.HEAD)

    def add(self, source: pikepdf.Pdf) -> None:
        """Copy a file's objects under new numbers, its pages and tags hung on the new trees."""
        if "/StructTreeRoot" not in source.Root:
            raise NotTagged
        tree = source.Root.StructTreeRoot
        base = self._next - 1
        left_out = {
            item.objgen[0]
            for item in (
                source.Root,
                source.Root.Pages,
                tree,
                tree.ParentTree,
                source.Root.Metadata,
            )
        }
        left_out |= {0, source.trailer.Info.objgen[0]}
        keys = len(self._parents)
        for page in source.pages:
            page.obj.Parent = source.Root.Pages
            page.obj.StructParents = int(page.obj.StructParents) + keys
            self.pages.append(base + page.obj.objgen[0])
            for note in page.obj.get("/Annots", []):
                note.StructParent = int(note.StructParent) + keys
        moved = {source.Root.Pages.objgen[0]: PAGES, tree.objgen[0]: DOCUMENT}

        def renumber(body: bytes) -> bytes:
            return REFERENCE.sub(
                lambda match: (
                    b"%d 0 R" % moved.get(int(match[1]), base + int(match[1]))
                    if match[1]
                    else match[0]
                ),
                body,
            )

        for element in tree.K:
            element.S = pikepdf.Name("/Part")
            self._parts.append(base + element.objgen[0])
        nums = list(tree.ParentTree.Nums)
        self._parents += [renumber(item.unparse()) for item in nums[1::2]]
        self._intents = self._intents or renumber(source.Root.OutputIntents.unparse(resolved=True))
        objects = {}
        for item in source.objects:
            number = item.objgen[0]
            if number in left_out or item.get("/Type") in ("/XRef", "/ObjStm", "/Outlines"):
                continue
            if isinstance(item, pikepdf.Stream):
                extra = renumber(item.stream_dict.unparse(resolved=True))
                data = item.read_raw_bytes()
                self._put(base + number, b"%b\nstream\n%b\nendstream" % (extra, data))
            else:
                objects[base + number] = renumber(item.unparse(resolved=True))
        self._next = base + len(source.objects) + 1
        self._put_packed(objects)

    def close(self, *, title: str, language: str) -> None:
        """Write the trees, what the file says of itself, and the table of its objects."""
        known = {"Producer": metadata.PRODUCER, "Title": title}
        self._put(METADATA, files.stream_of(metadata.xmp(known), b"/Type /Metadata /Subtype /XML"))
        nums = b" ".join(b"%d %b" % pair for pair in enumerate(self._parents))
        self._put_packed(
            {
                PAGES: b"<</Type /Pages /Count %d /Kids [%b]>>"
                % (len(self.pages), _references(self.pages)),
                CATALOG: b"<</Type /Catalog /Pages %d 0 R /StructTreeRoot %d 0 R /Metadata %d 0 R"
                b" /MarkInfo <</Marked true>> /ViewerPreferences <</DisplayDocTitle true>>"
                b" /Lang %b /OutputIntents %b>>"
                % (PAGES, TREE, METADATA, files.text_string(language), self._intents),
                TREE: b"<</Type /StructTreeRoot /ParentTree %d 0 R /K [%b]>>"
                % (PARENTS, _references([DOCUMENT])),
                DOCUMENT: b"<</Type /StructElem /S /Document /P %d 0 R /K [%b]>>"
                % (TREE, _references(self._parts)),
                PARENTS: b"<</Nums [%b]>>" % nums,
                INFO: files.dictionary(metadata.info(known)),
            }
        )
        start, identity = self._at, self._digest.hexdigest()[:32]
        self._enter(self._next, files.at(start))
        self._write(
            files.closing(
                bytes(self._table), start=start, root=CATALOG, info=INFO, identity=identity
            )
        )

    def _enter(self, number: int, row: bytes) -> None:
        """Write down where an object is; numbers passed over are free."""
        place = number * files.ENTRY
        missing = number + 1 - len(self._table) // files.ENTRY
        self._table += files.FREE * max(missing, 0)
        self._table[place : place + files.ENTRY] = row

    def _put(self, number: int, body: bytes) -> None:
        self._enter(number, files.at(self._at))
        self._write(files.numbered(number, body))

    def _put_packed(self, objects: dict[int, bytes]) -> None:
        packed = self._next
        self._next += 1
        self._put(packed, files.pack(objects))
        for place, number in enumerate(objects):
            self._enter(number, files.within(packed, place))

    def _write(self, data: bytes) -> None:
        self._output.write(data)
        self._digest.update(data)
        self._at += len(data)


def _references(numbers: Iterable[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)
