"""Reading a lesson file into the values of a lesson page. The format: docs/content.md."""

import re
import tomllib
import unicodedata
from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from courses.facts import NAMED
from courses.lesson_blocks import BodyReader
from courses.mistakes import Notebook

NAME = re.compile(r"\d+-[a-z0-9-]+")
CITATION = re.compile(r"\[([a-z]\d{1,3})\]")
NEEDED = {"title", "summary", "minutes", "outcomes", "checked_on"}


@dataclass(frozen=True)
class LessonFile:
    """A lesson as its file says. `body` is raw StreamField data in which pictures and documents
    stand by file name."""

    path: Path
    slug: str
    title: str
    summary: str
    minutes: int
    outcomes: list[str]
    checked_on: date
    body: list[dict]
    pictures: list[str]
    documents: list[str]


def read_lesson(
    path: Path, *, outcomes: set[str], facts: set[str], notebook: Notebook
) -> LessonFile | None:
    """Read one lesson; what is wrong is noted, with its line, in `notebook`.

    `outcomes` and `facts` are the keys that exist. Returns None where the front matter is unusable.
    """
    try:
        # Not read_text(), which would hide Windows line endings.
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        notebook.note(1 + error.object[: error.start].count(b"\n"), "the file is not in UTF-8")
        return None
    if not NAME.fullmatch(path.stem):
        notebook.note(1, "the file of a lesson is named 01-ten-bai.md, without accents")
    if text != unicodedata.normalize("NFC", text):
        notebook.note(1, "the file is not in Unicode NFC")
    if "\r" in text:
        notebook.note(1, "the file has Windows line endings")
    lines = text.splitlines()
    note_unknown_facts(text, facts, notebook)
    front = _front_matter(lines, outcomes=outcomes, notebook=notebook)
    if front is None:
        return None
    values, first = front
    reader = BodyReader(path=path, notebook=notebook)
    body = reader.read(lines[first:], first_line=first + 1)
    _check_citations(lines, body=body, notebook=notebook)
    return LessonFile(
        path=path,
        slug=re.sub(r"^\d+-", "", path.stem),
        title=values["title"],
        summary=values["summary"],
        minutes=values["minutes"],
        outcomes=values["outcomes"],
        checked_on=values["checked_on"],
        body=body,
        pictures=reader.pictures,
        documents=reader.documents,
    )


def _check_citations(lines: list[str], *, body: list[dict], notebook: Notebook) -> None:
    """Note every citation, such as [s17], that the lesson's sources do not list."""
    listed = {
        source["value"]["tag"]
        for block in body
        if block["type"] == "sources"
        for source in block["value"]["sources"]
    }
    for number, line in enumerate(lines, start=1):
        for tag in CITATION.findall(line):
            if tag not in listed:
                notebook.note(number, f"[{tag}] is not among the sources of the lesson")


def note_unknown_facts(text: str, facts: Set[str], notebook: Notebook) -> None:
    """Note each [[key]] of a text that no fact has, with its line."""
    for number, line in enumerate(text.splitlines(), start=1):
        for key in NAMED.findall(line):
            if key not in facts:
                notebook.note(number, f"no fact “{key}” in facts.toml")


def _front_matter(lines, *, outcomes, notebook):
    """Return the checked values and the index of the first line of the body."""
    if not lines or lines[0].strip() != "+++" or "+++" not in [x.strip() for x in lines[1:]]:
        notebook.note(1, "a lesson begins with TOML between two lines of +++")
        return None
    end = [x.strip() for x in lines].index("+++", 1)
    try:
        values = tomllib.loads("\n".join([*lines[1:end], ""]))
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        notebook.note(1 + int(found[1]) if found else 1, f"TOML: {error}")
        return None

    def line_of(key):
        return next((n for n, x in enumerate(lines, 1) if key and x.startswith(f"{key} ")), 1)

    fine = notebook.check_keys(values, needed=NEEDED, line_of=line_of)
    kinds = {"title": str, "summary": str, "minutes": int, "outcomes": list, "checked_on": date}
    for key, kind in kinds.items():
        value = values.get(key)
        if key in values and (not isinstance(value, kind) or isinstance(value, bool | datetime)):
            notebook.note(line_of(key), f"“{key}” must be {_KIND_NAMES[kind]}")
            fine = False
    if not fine:
        return None
    for key, most in (("title", 120), ("summary", 300)):
        if not 0 < len(values[key].strip()) <= most:
            notebook.note(line_of(key), f"“{key}” must have 1 to {most} characters")
    if not 1 <= values["minutes"] <= 60:
        notebook.note(line_of("minutes"), "“minutes” must be from 1 to 60")
    if not values["outcomes"]:
        notebook.note(line_of("outcomes"), "a lesson teaches at least one outcome")
    for key in values["outcomes"]:
        if not isinstance(key, str) or key not in outcomes:
            notebook.note(line_of("outcomes"), f"no outcome “{key}” of this skill in skills.toml")
    return values, end + 1


_KIND_NAMES = {
    str: "a text in quotation marks",
    int: "a whole number",
    list: "a list",
    date: "a date like 2026-11-23",
}
