"""A spreadsheet as it really comes, made a table of the columns that are kept.

Title rows stand above the header, groups above headings, signatures at the foot, and a commune is
merged over the rows of its people. Only the columns that `columns` lists leave this module: what
stands under any other heading is not even handed on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imports.columns import EXAMPLE, SheetKind, squash
from imports.grids import Grid, UnreadableSheet, open_grids
from imports.headers import HEADER_WITHIN, Dropped, FoundColumn, Header, find_header, no_header
from vietnamese import fold

__all__ = ["Dropped", "FoundColumn", "Row", "Table", "UnreadableSheet", "read"]

TOTAL = _("a total")
SIGNATURE = _("the foot of the sheet, with date and signatures")
HEADER_AGAIN = _("the header once more")
NUMBERS = _("the numbering of the columns")
GROUP = _("the heading of a group")
SAMPLE = _("an example of the template")
SECOND_LINE = _("the second line of the row above")
ELSEWHERE = _("nothing in the columns that are kept")

ORDINAL = re.compile(r"\d+[.)]?")
ROMAN = re.compile(r"[IVXLC]+[.)]?|[A-ZĐ][.)/]?")
NUMBERED_GROUP = re.compile(r"(?:[IVXLC]+|[A-ZĐ])\s*[.)/:-]\s*\S|[IVXLC]{2,}\s+\S")
COLUMN_NUMBER = re.compile(r"\(?(?:\d{1,3}|[A-Za-z])\)?")
A_TOTAL = re.compile(
    r"(?:tổng cộng|tổng số|tong cong|tong so)\b|(?:tổng|cộng|tong|cong)\s*(?::|\d|$)", re.IGNORECASE
)
# Without accents, from the start of a cell.
A_SIGNATURE = re.compile(
    r"nguoi (?:lap|tong hop)\b|can bo lap\b|thu truong (?:don vi|co quan)|xac nhan cua\b"
    r"|(?:tm|kt|tl|tuq)\.|\(?ky\b.*\b(?:ten|dau)\b|\(?danh sach (?:nay )?(?:co|gom)\b"
    r"|\D{0,60}\bngay\b[\s.…\d]*\bthang\b[\s.…\d]*\bnam\b[\s.…\d]*$"
)
PLACES = {
    "villages": r"xã|phường|thị trấn|huyện|thành phố|thị xã|ubnd",
    "schools": r"xã|phường|thị trấn|huyện|thành phố|thị xã|ubnd|phòng|sở|cấp|bậc|khối|trung tâm",
}
PLACES_OF_PEOPLE = (
    r"xã|phường|thị trấn|huyện|thành phố|thị xã|ubnd|thôn|tổ dân phố|tdp|tổ|khu|khối|xóm|trường"
    r"|phòng|sở|tổ cnscđ"
)


@dataclass(frozen=True)
class Row:
    """A row under its number in the sheet; `cells` holds a text, perhaps "", for each column found."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """What a sheet says. Row numbers are those that Excel shows; of two header rows the lower one.

    `skipped` holds (row number, reason), the reason lazily translated. Blank rows are not listed, nor
    are columns that merely number the rows.
    """

    sheet: str
    header_row: int
    columns: tuple[FoundColumn, ...]
    dropped: tuple[Dropped, ...]
    skipped: tuple[tuple[int, str | Promise], ...]
    rows: tuple[Row, ...]


def read(content: bytes, *, filename: str, kind: SheetKind) -> Table:
    """Return the table of a kind that an xlsx, xls, ods or CSV file holds, on its first such sheet.

    Raises UnreadableSheet, in the language that is active, for anything else.
    """
    seen: list[tuple[Grid, list[list[str]]]] = []
    for grid in open_grids(content, filename=filename):
        rows = grid.rows()
        top = list(islice(rows, HEADER_WITHIN + 1))
        header = find_header(top, grid, kind)
        if header:
            return _table(grid, header, chain(top, rows), kind)
        seen.append((grid, top))
    raise no_header(seen, kind)


def _table(grid: Grid, header: Header, rows: Iterator[list[str]], kind: SheetKind) -> Table:
    reader = _Reader(grid, header, kind)
    for number, row in enumerate(rows):
        if number > header.last:
            reader.take(number, row)
    return Table(
        sheet=grid.name,
        header_row=header.last + 1,
        columns=header.columns,
        dropped=header.dropped,
        skipped=tuple(reader.skipped),
        rows=tuple(reader.rows),
    )


@dataclass(frozen=True)
class _Taken:
    """A row to be judged: its filled cells by place, those that are kept, and how it is numbered."""

    number: int
    filled: dict[int, str]
    cells: dict[str, str]
    rank: str

    @property
    def name(self) -> str:
        return self.cells["name"]


@dataclass
class _Reader:
    """Takes the rows below a header one by one: keeps what is data, says why of the rest."""

    grid: Grid
    header: Header
    kind: SheetKind
    rows: list[Row] = field(default_factory=list)
    skipped: list[tuple[int, str | Promise]] = field(default_factory=list)
    at_foot: bool = False

    def __post_init__(self):
        self.sources = self.header.sources
        self.kept = {place for source in self.sources.values() for place, _joint in source}
        self.name = {place for place, _joint in self.sources["name"]}
        words = PLACES.get(self.kind.key, PLACES_OF_PEOPLE)
        self.place_words = re.compile(rf"(?:{words})\b", re.IGNORECASE)
        # Merged downwards: where each begins, and how far it reaches.
        self.spans: dict[int, list[tuple[int, int]]] = {}
        for (top, left), (bottom, _right) in self.grid.merged or ():
            if bottom > top > self.header.last and left in self.kept:
                self.spans.setdefault(top, []).append((left, bottom))
        self.held: dict[int, tuple[int, str]] = {}

    def take(self, number: int, row: list[str]) -> None:
        """Keep a row, or note why it is skipped. `number` counts from 0."""
        filled = {place: text for place, text in enumerate(row) if text}
        self._fill_down(number, row)
        rank = filled.get(self.header.numbering, "") if self.header.numbering is not None else ""
        if ORDINAL.fullmatch(rank) and self.header.numbering is not None:
            del filled[self.header.numbering]
        if not filled:
            return
        cells = {key: self._cell(row, source) for key, source in self.sources.items()}
        reason = self._why_not(_Taken(number, filled, cells, rank))
        if reason:
            self.skipped.append((number + 1, reason))
            self.at_foot = reason is SIGNATURE
        else:
            self.at_foot = False
            self.rows.append(Row(number + 1, cells))

    def _fill_down(self, number: int, row: list[str]) -> None:
        """Put what is merged over rows into each of them, but no name: that is one person."""
        for place, (bottom, text) in list(self.held.items()):
            if number > bottom:
                del self.held[place]
            elif place < len(row) and place not in self.name:
                row[place] = row[place] or text
        for place, bottom in self.spans.get(number, ()):
            self.held[place] = bottom, row[place] if place < len(row) else ""

    @staticmethod
    def _cell(row: list[str], source: tuple[tuple[int, str], ...]) -> str:
        texts = [row[place] if place < len(row) else "" for place, _joint in source]
        return source[-1][1].join(text for text in texts if text)

    def _why_not(self, taken: _Taken) -> str | Promise:
        """Return why a row holds nothing to keep, "" where it does."""
        reasons = (
            (SAMPLE, self._is_sample),
            (HEADER_AGAIN, self._is_header),
            (NUMBERS, self._is_numbering),
            (TOTAL, self._is_total),
            (SIGNATURE, self._is_foot),
            (GROUP, self._is_group),
            (SECOND_LINE, self._is_second_line),
            (ELSEWHERE, self._is_elsewhere),
        )
        return next((reason for reason, is_so in reasons if is_so(taken)), "")

    def _is_sample(self, taken: _Taken) -> bool:
        return "(" in taken.name and squash(EXAMPLE) in squash(taken.name)

    def _is_header(self, taken: _Taken) -> bool:
        labels = self.header.labels
        return all(squash(text) in labels for text in taken.filled.values())

    def _is_numbering(self, taken: _Taken) -> bool:
        below = taken.number == self.header.last + 1
        return below and all(map(COLUMN_NUMBER.fullmatch, taken.filled.values()))

    def _is_total(self, taken: _Taken) -> bool:
        first = next(iter(taken.filled.values()))
        return bool(A_TOTAL.match(first) or A_TOTAL.match(taken.name))

    def _is_foot(self, taken: _Taken) -> bool:
        # Beside a name, "ngày 15 tháng 3 năm 1980" is a birthday.
        suspect = [taken.name] if taken.name else list(taken.filled.values())
        if any(A_SIGNATURE.match(fold(text)) for text in suspect):
            return True
        if not self.at_foot:
            return False
        complete = all(taken.cells[column.key] for column in self.kind.required)
        if self.header.numbering is not None:
            return not (complete and ORDINAL.fullmatch(taken.rank))
        return not (complete and len(self.kept & taken.filled.keys()) >= min(3, len(self.kept)))

    def _is_group(self, taken: _Taken) -> bool:
        texts = set(taken.filled.values())
        if taken.rank and ROMAN.fullmatch(taken.rank):
            texts.discard(taken.rank)
            if len(texts) == 1 or self.place_words.match(taken.name):
                return True
        if len(texts) != 1:
            return False
        (text,) = texts
        heads = bool(NUMBERED_GROUP.match(text) or self.place_words.match(text))
        return heads or text != taken.name

    def _is_second_line(self, taken: _Taken) -> bool:
        return not taken.name and any(place in self.held for place in self.name)

    def _is_elsewhere(self, taken: _Taken) -> bool:
        return not self.kept & taken.filled.keys()
