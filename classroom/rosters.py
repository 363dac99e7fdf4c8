"""A school's list of pupils, pasted or sent as a file: of each row the name and the class alone."""

import re
from dataclasses import dataclass

from imports import reading, values
from imports.columns import PERSON_NAME, Column, SheetKind
from imports.headers import Dropped
from imports.headings import any_of
from imports.values import Unusable
from vietnamese import normalise

CLASS = any_of("Lớp; Tên lớp; Lớp học; Lớp hành chính")
PUPIL_NAME = Column(
    "name",
    "Họ và tên",
    (
        *PERSON_NAME.aliases,
        *any_of(
            "Họ tên học sinh; Họ và tên học sinh; Tên học sinh; Họ tên HS; Họ và tên HS; Học sinh; HS"
        ),
    ),
    required=True,
    reads=values.person_name,
    parts=PERSON_NAME.parts,
)
KIND = SheetKind("pupils", "Học sinh", (PUPIL_NAME, Column("class", "Lớp", CLASS)), ())
ORDINAL = re.compile(r"^\s*\d{1,3}\s*[.)\-–:\t]?\s*")
MOST_NAMES = 2000


class Unreadable(Exception):
    """A list cannot be read: the message says why, in the reader's language."""


@dataclass(frozen=True)
class Listed:
    """A row of a list: its number, the name, and the class, "" where none is said."""

    row: int
    name: str
    class_name: str


@dataclass(frozen=True)
class Roster:
    """What a list says. `wrong` are rows whose name cannot be one, `dropped` columns not even read on."""

    listed: tuple[Listed, ...]
    wrong: tuple[tuple[int, str], ...]
    dropped: tuple[Dropped, ...]

    @property
    def classes(self) -> list[str]:
        """The classes that are named, in the order in which they come."""
        return list(dict.fromkeys(one.class_name for one in self.listed if one.class_name))


def read_file(content: bytes, *, filename: str) -> Roster:
    """Return what a spreadsheet says. Raises Unreadable."""
    try:
        table = reading.read(content, filename=filename, kind=KIND)
    except reading.UnreadableSheet as error:
        raise Unreadable(str(error)) from error
    rows = [
        (row.number, row.cells.get("name", ""), row.cells.get("class", "")) for row in table.rows
    ]
    return _roster(rows, table.dropped)


def read_text(text: str) -> Roster:
    """Return what was pasted: cells of a spreadsheet with their header, or a name on each line."""
    lines = normalise_lines(text)
    if not lines:
        return Roster((), (), ())
    if any("\t" in line for line in lines):
        try:
            return read_file("\n".join(lines).encode(), filename="dan.csv")
        except Unreadable:
            pass  # cells without a header: the longest of each row is the name
        return _roster([(n, _longest(line), "") for n, line in enumerate(lines, start=1)], ())
    return _roster([(n, ORDINAL.sub("", line), "") for n, line in enumerate(lines, start=1)], ())


def normalise_lines(text: str) -> list[str]:
    """Return the lines on which something stands, their letters composed."""
    import unicodedata

    lines = unicodedata.normalize("NFC", text).replace("\r", "\n").split("\n")
    return [line.strip(" ") for line in lines if line.strip()]


def _longest(line: str) -> str:
    cells = [cell.strip() for cell in line.split("\t")]
    named = [cell for cell in cells if cell and not any(letter.isdigit() for letter in cell)]
    return max(named, key=len, default="")


def _roster(rows: list[tuple[int, str, str]], dropped: tuple[Dropped, ...]) -> Roster:
    listed, wrong = [], []
    for number, name, class_name in rows[:MOST_NAMES]:
        try:
            said = values.person_name(normalise(name)).value if name.strip() else None
        except Unusable as error:
            wrong.append((number, str(error)))
            continue
        if said:
            listed.append(Listed(number, said[:80], normalise(class_name)[:20]))
    return Roster(tuple(listed), tuple(wrong), dropped)
