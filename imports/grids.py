"""The cells of a spreadsheet of any make, row by row, as text; and files that would do harm refused.

A file comes from anybody who may import. Before calamine sees it, what it would grow to is measured:
a few kilobytes can announce a cell a million rows down, or one long text in a million cells.
"""

import csv
import io
import posixpath
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache, partial
from itertools import islice, pairwise
from typing import Any
from unicodedata import is_normalized
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import unescape

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _
from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from vietnamese import normalise

MOST_ROWS = 50_000
MOST_COLUMNS = 200
MOST_CELLS = 4_000_000  # room that calamine takes for a sheet: 32 bytes for each
MOST_TEXT = 100_000_000  # characters in all cells of a sheet
MOST_BYTES = 50_000_000
MOST_UNPACKED = 300_000_000
MOST_ENTRIES = 2_000
CHUNK = 1 << 16

CELL_LENGTH = 32_767  # of Excel; longer text is cut
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DELIMITERS = (";", "\t", ",", "|")
SNIFFED_ROWS = 200


class UnreadableSheet(Exception):
    """A file cannot be read; its message, in the reader's language, says what is wrong and where."""


@dataclass(frozen=True)
class Grid:
    """A sheet. `rows` begins anew at row 1 each time it is called; a cell is text, "" where empty.

    `merged` holds ((top, left), (bottom, right)), counted from 0, or is None where the file's make
    does not tell.
    """

    name: str
    rows: Callable[[], Iterator[list[str]]]
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] | None = None


def open_grids(content: bytes, *, filename: str) -> Iterator[Grid]:
    """Yield the sheets of a file that can be seen, in order; a CSV once for each way to read it.

    Raises UnreadableSheet, also while rows are read.
    """
    if not content.strip(b"\0 \t\r\n"):
        raise UnreadableSheet(_("The file is empty."))
    if len(content) > MOST_BYTES:
        raise UnreadableSheet(
            _("The file is too large: at most %(most)s MB.") % {"most": MOST_BYTES // 1_000_000}
        )
    if content.startswith(b"PK"):
        yield from _workbook(content, _measure(content))
    elif content.startswith(OLE):
        if ENCRYPTED in content:
            raise _encrypted()
        yield from _workbook(content, None)
    else:
        yield from _csv(content, filename=filename)


def _not_a_spreadsheet() -> UnreadableSheet:
    return UnreadableSheet(
        _("This is not a spreadsheet. Save it as an Excel workbook (.xlsx) and send that.")
    )


def _encrypted() -> UnreadableSheet:
    return UnreadableSheet(
        _("The file is protected by a password. Remove the password in Excel and save it again.")
    )


def _too_large(sheet: str, *, rows: int = 0, columns: int = 0) -> UnreadableSheet:
    if rows > MOST_ROWS:
        message = _("Sheet “%(sheet)s” reaches to row %(reached)s: at most %(most)s rows.")
        return UnreadableSheet(message % {"sheet": sheet, "reached": rows, "most": MOST_ROWS})
    if columns > MOST_COLUMNS:
        message = _("Sheet “%(sheet)s” reaches to column %(reached)s: at most %(most)s columns.")
        return UnreadableSheet(message % {"sheet": sheet, "reached": columns, "most": MOST_COLUMNS})
    message = _("Sheet “%(sheet)s” holds too much. Keep only the rows and columns that are needed.")
    return UnreadableSheet(message % {"sheet": sheet})


# ── Measuring what a zip would grow to ──────────────────────────────────────────────────────────


@dataclass
class Extent:
    """How far the filled cells of a sheet reach, how much text they hold, which show errors."""

    rows: int = 0
    columns: int = 0
    text: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)

    def refuse_if_too_large(self, sheet: str) -> None:
        """Raise UnreadableSheet for a sheet that would take too much room."""
        if (
            self.rows > MOST_ROWS
            or self.columns > MOST_COLUMNS
            or self.rows * self.columns > MOST_CELLS
            or self.text > MOST_TEXT
        ):
            raise _too_large(sheet, rows=self.rows, columns=self.columns)


def _measure(content: bytes) -> dict[str, Extent]:
    """Return the extent of each sheet of a zipped workbook, by its name."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise UnreadableSheet(_("The file unpacks to more parts than a spreadsheet has."))
            _unpack(archive, entries)
            names = {entry.filename for entry in entries}
            if "xl/workbook.xml" in names:
                return _measure_xlsx(archive)
            if "content.xml" in names:
                return _measure_ods(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError) as error:
        raise UnreadableSheet(_("The file is damaged: it cannot be unpacked.")) from error
    except RuntimeError as error:  # how zipfile says that a part is encrypted
        raise _encrypted() from error
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise UnreadableSheet(_("The file is damaged: its list of sheets is unusable.")) from error
    raise _not_a_spreadsheet()


def _unpack(archive: zipfile.ZipFile, entries: Iterable[zipfile.ZipInfo]) -> None:
    """Unpack everything once, to nowhere: what an entry says of its own size may be a lie."""
    left = MOST_UNPACKED
    for entry in entries:
        # How much zipfile reads at most: past the limit, so that we notice before it checks the sum.
        entry.file_size = MOST_UNPACKED + 2 * CHUNK
        with archive.open(entry) as part:
            while chunk := part.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise UnreadableSheet(
                        _("The file unpacks to more than %(most)s MB.")
                        % {"most": MOST_UNPACKED // 1_000_000}
                    )


ATTRIBUTES = rb"""((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(/?)>"""
XLSX_TOKEN = re.compile(
    rb"<(?:[\w.-]+:)?(row|c)"
    + ATTRIBUTES
    + rb"(?:\s*<(?:[\w.-]+:)?f\b[^>]*>(?:[^<]*</(?:[\w.-]+:)?f>)?)?"
    + rb"(?:\s*<(?:[\w.-]+:)?v[^>]*>([^<]*)<)?"
)
PLACE = re.compile(rb"""\sr\s*=\s*["']\s*([A-Za-z]*)([0-9]+)""")
TYPE = re.compile(rb"""\st\s*=\s*["'](\w+)""")
SHARED_STRING = re.compile(rb"<(?:[\w.-]+:)?si[\s>/]")
ODS_TOKEN = re.compile(rb"<table:(table|table-row|table-cell|covered-table-cell)" + ATTRIBUTES)
REPEATED = re.compile(rb"""number-(?:rows|columns)-repeated\s*=\s*["'](\d{1,9})""")
ODS_NAME = re.compile(rb"""\stable:name\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def _measure_xlsx(archive: zipfile.ZipFile) -> dict[str, Extent]:
    parts = {entry.filename.replace("\\", "/").lower(): entry for entry in archive.infolist()}

    def read(path: str) -> bytes:
        return archive.read(parts[path.lower()])

    targets = {}
    for relation in fromstring(read("xl/_rels/workbook.xml.rels"), forbid_dtd=True):
        target = relation.get("Target", "").replace("\\", "/").lstrip("/")
        targets[relation.get("Id", "")] = target if target.startswith("xl/") else f"xl/{target}"
    strings: list[int] = []
    if "xl/sharedstrings.xml" in parts:
        content = read("xl/sharedStrings.xml")
        starts = [found.start() for found in SHARED_STRING.finditer(content)]
        strings = [end - start for start, end in pairwise([*starts, len(content)])]
    extents = {}
    for element in fromstring(read("xl/workbook.xml"), forbid_dtd=True).iter():
        if element.tag.rpartition("}")[2] != "sheet":
            continue
        key = next((v for k, v in element.items() if k.rpartition("}")[2] == "id"), "")
        path = posixpath.normpath(targets.get(key, ""))
        if path.lower() in parts:
            extents[element.get("name", "")] = _xlsx_extent(read(path), strings)
    return extents


def _xlsx_extent(content: bytes, strings: list[int]) -> Extent:
    extent = Extent()
    longest = max(strings, default=0)
    row = column = 0
    for token in XLSX_TOKEN.finditer(content):
        tag, attributes, closed, value = token.groups()
        place = PLACE.search(attributes)
        if tag == b"row":
            row, column = (int(place[2]) if place else row + 1), 0
            continue
        column += 1
        if place:
            row, column = int(place[2]), _column_number(place[1])
        if closed or content.startswith(b"</", token.end(3) + 1):
            continue
        extent.rows, extent.columns = max(extent.rows, row), max(extent.columns, column)
        kind = TYPE.search(attributes)
        if kind and kind[1] == b"s":
            index = int(value) if value and value.strip().isdigit() else len(strings)
            extent.text += strings[index] if index < len(strings) else longest
        elif kind and kind[1] == b"e" and value:
            extent.errors[row - 1, column - 1] = value.decode("ascii", "replace").strip()
    return extent


@lru_cache(maxsize=1024)
def _column_number(letters: bytes) -> int:
    """Return the number of a column, from 1: "AA" is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _measure_ods(archive: zipfile.ZipFile) -> dict[str, Extent]:
    content = archive.read("content.xml")
    extents: dict[str, Extent] = {}
    extent = Extent()
    row = rows = column = 0
    for token in ODS_TOKEN.finditer(content):
        tag, attributes, closed = token.groups()
        repeated = REPEATED.search(attributes)
        times = max(int(repeated[1]), 1) if repeated else 1
        if tag == b"table":
            name = ODS_NAME.search(attributes)
            extent = Extent()
            extents[unescape((name[1] or name[2] or b"").decode()) if name else ""] = extent
            row = rows = column = 0
        elif tag == b"table-row":
            row, rows, column = row + rows, times, 0
        else:
            column += times
            filled = not closed and not content.startswith(b"</", token.end())
            if filled or b":value" in attributes:
                extent.rows, extent.columns = (
                    max(extent.rows, row + rows),
                    max(extent.columns, column),
                )
                end = content.find(b"</table:table-cell", token.end()) if filled else token.end()
                extent.text += (end - token.start()) * times * rows
    return extents


# ── Workbooks ───────────────────────────────────────────────────────────────────────────────────


def _workbook(content: bytes, extents: dict[str, Extent] | None) -> Iterator[Grid]:
    """Yield the sheets of a workbook; without `extents` they are measured once they are read."""
    book = _calamine(lambda: CalamineWorkbook.from_object(io.BytesIO(content)))
    for sheet in book.sheets_metadata:
        if sheet.visible != SheetVisibleEnum.Visible or sheet.typ != SheetTypeEnum.WorkSheet:
            continue
        if extents is not None and sheet.name not in extents:
            continue
        extent = extents[sheet.name] if extents is not None else Extent()
        extent.refuse_if_too_large(sheet.name)
        found = _calamine(partial(book.get_sheet_by_name, sheet.name))
        if found.end is None:
            continue
        reach = Extent(rows=found.end[0] + 1, columns=found.end[1] + 1)
        reach.refuse_if_too_large(sheet.name)
        merged = found.merged_cell_ranges
        yield Grid(
            name=sheet.name,
            rows=partial(_rows, found, _by_row(extent.errors)),
            merged=None if merged is None else tuple(merged),
        )


def _calamine(read: Callable[[], Any]) -> Any:
    """Return what calamine reads, its complaints told in our words."""
    try:
        return read()
    except PasswordError as error:
        raise _encrypted() from error
    except CalamineError as error:
        raise _not_a_spreadsheet() from error
    except BaseException as error:
        # Rust's own alarm is no Exception; a file that raises it is damaged, and no more than that.
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableSheet(_("The file is damaged: it cannot be read.")) from error


def _by_row(errors: dict[tuple[int, int], str]) -> dict[int, dict[int, str]]:
    rows: dict[int, dict[int, str]] = {}
    for (row, column), error in errors.items():
        rows.setdefault(row, {})[column] = error
    return rows


def _rows(sheet, errors: dict[int, dict[int, str]]) -> Iterator[list[str]]:
    """Yield the rows of a sheet from row 1 on; calamine leaves cells with an error empty."""
    margin = [""] * sheet.start[1]
    for number, values in enumerate(sheet.iter_rows()):
        row = margin + [text_of(value) for value in values]
        for column, error in errors.get(number, {}).items():
            if column < len(row):
                row[column] = error
        yield row


def text_of(value: object) -> str:
    """Return a cell as text: in NFC with single spaces, dates as ISO, whole numbers without ".0"."""
    if isinstance(value, str):
        # `normalise` looks at each letter; most cells have nothing to normalise.
        plain = value.isprintable() and "  " not in value and is_normalized("NFC", value)
        return (value.strip() if plain else normalise(value))[:CELL_LENGTH]
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return format(value, ".15g" if abs(value) < 1e15 else "g")
    if isinstance(value, datetime):
        return str(value.date() if value.time() == time() else value)
    if isinstance(value, date | time):
        return value.isoformat()
    return normalise(str(value))


# ── CSV ─────────────────────────────────────────────────────────────────────────────────────────

CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
MARKUP = re.compile(r"\s*<(?:!doctype|html|table|\?xml|meta|head|body|style)\b", re.IGNORECASE)
DOCUMENTS = ("%PDF", "{\\rtf", "GIF8")
MANY_LINES = 50  # in one cell: a quotation mark has been left open


def _decode(content: bytes) -> str:
    """Return the text of a CSV: UTF-8 or UTF-16 with or without a mark, or Windows-1258."""
    encodings = ["utf-8-sig", "cp1258"]
    head = content[:4000]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif head[1::2].count(0) > len(head) // 4:
        encodings = ["utf-16-le"]
    elif head[::2].count(0) > len(head) // 4:
        encodings = ["utf-16-be"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not CONTROLS.search(text):
            return text
    raise _not_a_spreadsheet()


def _csv(content: bytes, *, filename: str) -> Iterator[Grid]:
    text = _decode(content)
    if MARKUP.match(text):
        raise UnreadableSheet(
            _(
                "This is a web page under a spreadsheet's name. Open it in Excel and save it as .xlsx."
            )
        )
    if text.startswith(DOCUMENTS):
        raise _not_a_spreadsheet()
    if said := re.match(r"sep=(.)\r?\n", text):
        delimiters = [said[1]]
        text = text[said.end() :]
    else:
        delimiters = sorted(
            (mark for mark in DELIMITERS if mark in text),
            key=lambda mark: -_evenness(text, mark),
        )
    for delimiter in delimiters or [","]:
        yield Grid(name=filename, rows=partial(_csv_rows, text, delimiter))


def _evenness(text: str, delimiter: str) -> int:
    """Return how many of the first rows a delimiter splits into the same number of cells."""
    widths: Counter[int] = Counter()
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        widths.update(len(row) for row in islice(reader, SNIFFED_ROWS))
    except csv.Error:
        return 0
    widths.pop(1, None)
    return max(widths.values(), default=0)


def _csv_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    # Comes out as a row of its own unless a quotation mark is still open.
    end = "\x1e"
    number = 1
    reader = csv.reader(io.StringIO(f"{text}\n{end}", newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, start=1):
            if cells == [end]:
                return
            row = [text_of(cell) for cell in cells[:MOST_COLUMNS]]
            if any(cell.count("\n") > MANY_LINES for cell in cells[:MOST_COLUMNS]):
                break
            if len(cells) > MOST_COLUMNS and any(map(str.strip, cells[MOST_COLUMNS:])):
                raise _too_large("CSV", columns=len(cells))
            if number > MOST_ROWS and any(row):
                raise _too_large("CSV", rows=number)
            yield row
    except csv.Error:
        pass
    raise UnreadableSheet(
        _("Row %(row)s cannot be read: a quotation mark seems to be left open there.")
        % {"row": number}
    )
