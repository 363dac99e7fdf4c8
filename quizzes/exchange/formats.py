"""The formats of question files by name, and which of them a file is in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from quizzes.exchange import aiken, gift, moodle_xml, packages, qti, qti_writing, sheets
from quizzes.exchange.parsed import Left, Parsed, Read, Refused
from quizzes.exchange.texts import LARGEST_FILE, decode
from quizzes.exchange.written import marked, unmarked


@dataclass(frozen=True)
class File:
    """A file that was written: its bytes, and what the format could not say."""

    content: bytes
    left: tuple[Left, ...]


@dataclass(frozen=True)
class Format:
    """A format of question files: how it is called and read, and how it is written, if it is."""

    key: str
    name: str
    ending: str
    media_type: str
    read: Callable[[bytes], Read]
    write: Callable[[Sequence[Parsed]], File]


def _text(write) -> Callable[[Sequence[Parsed]], File]:
    def written(questions: Sequence[Parsed]) -> File:
        made = write(questions)
        return File(made.text.encode(), made.left)

    return written


def _marked_text(write) -> Callable[[Sequence[Parsed]], File]:
    return lambda questions: _text(write)([marked(question) for question in questions])


def _unmarked(read) -> Callable[[bytes], Read]:
    def unmarked_read(raw: bytes) -> Read:
        found = read(raw)
        return Read(tuple(unmarked(question) for question in found.questions), found.left)

    return unmarked_read


_read_gift, _read_moodle = _unmarked(gift.read), _unmarked(moodle_xml.read)


def _package(version: qti_writing.Version) -> Callable[[Sequence[Parsed]], File]:
    return lambda questions: File(qti_writing.write(questions, version=version), ())


def _sheet(questions: Sequence[Parsed]) -> File:
    made = sheets.write(questions)
    return File(made.raw, made.left)


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {
    one.key: one
    for one in (
        Format("gift", "GIFT", "gift.txt", "text/plain", _read_gift, _marked_text(gift.write)),
        Format(
            "moodle",
            "Moodle XML",
            "xml",
            "application/xml",
            _read_moodle,
            _marked_text(moodle_xml.write),
        ),
        Format("aiken", "Aiken", "aiken.txt", "text/plain", aiken.read, _text(aiken.write)),
        Format("qti21", "QTI 2.1", "zip", "application/zip", qti.read, _package("2.1")),
        Format("qti30", "QTI 3.0", "zip", "application/zip", qti.read, _package("3.0")),
        Format("xlsx", "Excel", "xlsx", XLSX, sheets.read, _sheet),
    )
}


def by_ending(name: str) -> str:
    """Return the key of the format that a file's name leaves no doubt of, or nothing."""
    return "xlsx" if name.lower().endswith(".xlsx") else ""


def recognise(raw: bytes) -> str:
    """Return the key of the format that a file is in, by what stands in it. Raises Refused.

    A package is called "qti21" whatever its version: they are read by the same reader.
    """
    if packages.looks_like_zip(raw):
        return "xlsx" if b"xl/workbook.xml" in raw else "qti21"
    if len(raw) > LARGEST_FILE:
        raise Refused(_("The file is larger than 20 MB."))
    start = decode(raw).lstrip()
    if start.startswith("<"):
        return "moodle" if "<quiz" in start[:5000] else "qti21"
    if not start:
        raise Refused(_("The file is empty."))
    lines = [line.strip() for line in start.splitlines()]
    has_answers = any(line.upper().startswith("ANSWER:") for line in lines)
    return "aiken" if has_answers and not any("{" in line for line in lines) else "gift"


def read(raw: bytes, *, key: str = "") -> tuple[str, Read]:
    """Return the format of a file and what it says; by its key, or recognised. Raises Refused."""
    key = key or recognise(raw)
    return key, FORMATS[key].read(raw)
