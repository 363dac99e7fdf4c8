"""Reading a lesson file into the values of a lesson page. The format: docs/content.md."""

import re
import tomllib
import unicodedata
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from courses import marks
from courses.markdown import NotOurMarkdown, rich_text
from courses.mistakes import Notebook

FENCE = re.compile(r"^:::\s*(?P<name>[a-z]+)?\s*(?P<title>.*?)\s*$")
PICTURE = re.compile(r"^!\[(?P<alternative>.*)\]\((?P<file>[\w.-]+)\)$", re.DOTALL)
ANSWER = re.compile(r"^- \[(?P<mark>[ x])\] (?P<text>.+?) \| (?P<feedback>.+)$")
SPEECH = re.compile(r"^(?P<name>[^:]{1,60}): (?P<text>.+)$")
SOURCE = re.compile(r"^- (?:\[(?P<tag>[\w-]+)\] )?(?P<text>.+?)(?: — (?P<address>\S+))?$")
CITATION = re.compile(r"\[([a-z]\d{1,3})\]")
FACT = re.compile(r"\[\[([a-z0-9-]+)\]\]")
CALLOUTS = {"warning", "tip", "remember", "neighbour"}
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


@dataclass
class _Fenced:
    """The lines of one block, with the number of its first inner line."""

    name: str
    title: str
    line: int
    lines: list[str] = field(default_factory=list)

    def text(self) -> str:
        return "\n".join(self.lines).strip("\n")

    def parts(self) -> list[tuple[int, str]]:
        """Split at lines of `---`: (line number, text) each."""
        parts: list[tuple[int, str]] = []
        start = self.line
        current: list[str] = []
        for offset, line in enumerate(self.lines):
            if line.strip() == "---":
                parts.append((start, "\n".join(current).strip()))
                start, current = self.line + offset + 1, []
            else:
                current.append(line)
        parts.append((start, "\n".join(current).strip()))
        return parts


def read_lesson(
    path: Path, *, outcomes: set[str], facts: set[str], notebook: Notebook
) -> LessonFile | None:
    """Read one lesson; what is wrong is noted, with its line, in `notebook`.

    `outcomes` and `facts` are the keys that exist. Returns None where the front matter is unusable.
    """
    text = path.read_text(encoding="utf-8")
    if text != unicodedata.normalize("NFC", text):
        notebook.note(1, "the file is not in Unicode NFC")
    if "\r" in text:
        notebook.note(1, "the file has Windows line endings")
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        for key in FACT.findall(line):
            if key not in facts:
                notebook.note(number, f"no fact “{key}” in facts.toml")
    front = _front_matter(lines, outcomes=outcomes, notebook=notebook)
    if front is None:
        return None
    values, first = front
    reader = _BodyReader(path=path, notebook=notebook)
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


def _front_matter(lines, *, outcomes, notebook):
    """Return the checked values and the index of the first line of the body."""
    if not lines or lines[0].strip() != "+++" or "+++" not in [x.strip() for x in lines[1:]]:
        notebook.note(1, "a lesson begins with TOML between two lines of +++")
        return None
    end = [x.strip() for x in lines].index("+++", 1)
    try:
        values = tomllib.loads("\n".join(lines[1:end]))
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
        if key not in outcomes:
            notebook.note(line_of("outcomes"), f"no outcome “{key}” of this skill in skills.toml")
    return values, end + 1


_KIND_NAMES = {
    str: "a text in quotation marks",
    int: "a whole number",
    list: "a list",
    date: "a date like 2026-11-23",
}


class _BodyReader:
    """Turns the lines after the front matter into raw StreamField data."""

    def __init__(self, *, path: Path, notebook: Notebook):
        self.path = path
        self.notebook = notebook
        self.pictures: list[str] = []
        self.documents: list[str] = []
        self.body: list[dict] = []

    def read(self, lines: list[str], *, first_line: int) -> list[dict]:
        loose: list[str] = []
        loose_line = first_line
        fenced: _Fenced | None = None
        for number, line in enumerate(lines, start=first_line):
            fence = FENCE.match(line) if line.startswith(":::") else None
            if fence and fenced:
                if fence["name"]:
                    self.notebook.note(number, f"the block of line {fenced.line - 1} is not closed")
                self._block(fenced)
                fenced = None
                loose, loose_line = [], number + 1
                if fence["name"]:
                    fenced = _Fenced(fence["name"], fence["title"], number + 1)
            elif fence and fence["name"]:
                self._text(loose, loose_line)
                fenced = _Fenced(fence["name"], fence["title"], number + 1)
            elif fence:
                self.notebook.note(number, "“:::” closes nothing")
            elif fenced:
                fenced.lines.append(line)
            else:
                loose.append(line)
        if fenced:
            self.notebook.note(fenced.line - 1, "the block is not closed")
        else:
            self._text(loose, loose_line)
        return self.body

    def _add(self, kind: str, value) -> None:
        self.body.append({"type": kind, "value": value, "id": self._id(len(self.body))})

    def _id(self, *place) -> str:
        """An id that stays the same from load to load, so that revisions compare well."""
        return str(
            uuid.uuid5(uuid.NAMESPACE_URL, f"{self.path.parent.name}/{self.path.name}{place}")
        )

    def _items(self, values: list) -> list[dict]:
        block = len(self.body)
        return [
            {"type": "item", "value": value, "id": self._id(block, place)}
            for place, value in enumerate(values)
        ]

    def _rich(self, text: str, line: int, *, headings: bool = False) -> str:
        if not text.strip():
            self.notebook.note(line, "text is missing")
            return ""
        try:
            return rich_text(text, headings=headings)
        except NotOurMarkdown as error:
            self.notebook.note(line + error.line, str(error))
            return ""

    def _text(self, lines: list[str], line: int) -> None:
        while lines and not lines[0].strip():
            lines, line = lines[1:], line + 1
        if lines:
            for offset, text in enumerate(lines):
                if text.startswith(("![", "|", "> ")):
                    self.notebook.note(
                        line + offset, "pictures, tables and quotations stand in blocks"
                    )
            self._add("text", self._rich("\n".join(lines), line, headings=True))

    def _block(self, block: _Fenced) -> None:
        readers = {
            "steps": self._steps,
            "picture": self._picture_block,
            "scam": self._scam,
            "dialogue": self._dialogue,
            "table": self._table,
            "check": self._check,
            "media": self._media,
            "download": self._download,
            "sources": self._sources,
            **dict.fromkeys(CALLOUTS, self._callout),
        }
        reader = readers.get(block.name)
        if reader is None:
            self.notebook.note(block.line - 1, f"no block is called “{block.name}”")
            return
        if not block.title and block.name not in ("sources", "picture"):
            self.notebook.note(block.line - 1, "the block needs a title after its name")
        if len(block.title) > 150 and block.name != "check":
            self.notebook.note(block.line - 1, "the title is longer than 150 characters")
        reader(block)

    def _picture(self, text: str, line: int) -> dict | None:
        found = PICTURE.match(text.strip())
        if not found:
            self.notebook.note(line, "a picture is ![text alternative](file.svg)")
            return None
        if not 10 <= len(found["alternative"]) <= 500:
            self.notebook.note(line, "the text alternative must have 10 to 500 characters")
        if not (self.path.parent / "pictures" / found["file"]).is_file():
            self.notebook.note(line, f"no picture pictures/{found['file']}")
        self.pictures.append(found["file"])
        return {"picture": found["file"], "text_alternative": found["alternative"]}

    def _steps(self, block: _Fenced) -> None:
        steps: list[tuple[int, str, list[str]]] = []
        for offset, line in enumerate(block.lines):
            if line.startswith("### "):
                steps.append((block.line + offset, line[4:].strip(), []))
            elif steps:
                steps[-1][2].append(line)
            elif line.strip():
                self.notebook.note(block.line + offset, "steps begin with “### What to do”")
        if len(steps) < 2:
            self.notebook.note(block.line - 1, "there are fewer than two steps")
        values = []
        for number, title, lines in steps:
            if len(title) > 150:
                self.notebook.note(number, "the title of a step is longer than 150 characters")
            pictures = [(n, x) for n, x in enumerate(lines) if x.startswith("![")]
            for offset, _extra in pictures[1:]:
                self.notebook.note(number + 1 + offset, "a step has at most one picture")
            picture: dict | None = {"picture": None, "text_alternative": ""}
            if pictures:
                picture = self._picture(pictures[0][1], number + 1 + pictures[0][0])
            text = "\n".join(x for x in lines if not x.startswith("!["))
            values.append({"title": title, "text": self._rich(text, number), "picture": picture})
        self._add("steps", {"title": block.title, "steps": self._items(values)})

    def _picture_block(self, block: _Fenced) -> None:
        picture = self._picture(block.text(), block.line)
        if picture:
            self._add("picture", {**picture, "caption": block.title})

    def _callout(self, block: _Fenced) -> None:
        text = self._rich(block.text(), block.line)
        self._add("callout", {"kind": block.name, "title": block.title, "text": text})

    def _scam(self, block: _Fenced) -> None:
        parts = block.parts()
        if len(parts) != 3 or not parts[0][1].startswith("from: "):
            self.notebook.note(block.line, "a scam is “from: …”, ---, the message, ---, its signs")
            return
        (_line, sender), (message_line, message), (signs_line, listed) = parts
        signs = [re.sub(r"^\d+\. ", "", x) for x in _joined_items(listed, r"^\d+\. ")]
        try:
            found = len(marks.suspicious_parts(message))
        except marks.UnbalancedBraces as error:
            self.notebook.note(message_line, str(error))
            return
        if found != len(signs) or not found:
            self.notebook.note(signs_line, f"{found} parts in braces, but {len(signs)} signs")
        self._add(
            "spot_the_scam",
            {
                "title": block.title,
                "sender": sender.removeprefix("from: "),
                "message": message,
                "signs": self._items(signs),
            },
        )

    def _dialogue(self, block: _Fenced) -> None:
        lines = []
        for line, paragraph in _paragraphs(block):
            found = SPEECH.match(paragraph)
            if found:
                lines.append({"name": found["name"].strip("* "), "text": found["text"]})
            else:
                self.notebook.note(line, "a line of a dialogue is “Name: what is said”")
        if len(lines) < 2:
            self.notebook.note(block.line, "a dialogue has at least two lines")
        self._add("dialogue", {"title": block.title, "lines": self._items(lines)})

    def _table(self, block: _Fenced) -> None:
        rows = []
        for offset, line in enumerate(block.lines):
            if not line.strip() or re.fullmatch(r"[|\s:-]+", line):
                continue
            if not (line.strip().startswith("|") and line.strip().endswith("|")):
                self.notebook.note(block.line + offset, "a row of a table stands between | and |")
                continue
            rows.append((block.line + offset, [x.strip() for x in line.strip()[1:-1].split("|")]))
        if len(rows) < 2:
            self.notebook.note(block.line, "a table has a header and at least one row")
            return
        header = rows[0][1]
        for number, row in rows[1:]:
            if len(row) != len(header):
                self.notebook.note(number, f"{len(row)} cells, but {len(header)} headings")
        self._add(
            "table",
            {
                "columns": [{"type": "text", "heading": heading} for heading in header],
                "rows": [{"values": [rich_text(cell) for cell in row]} for _line, row in rows[1:]],
                "caption": block.title,
            },
        )

    def _check(self, block: _Fenced) -> None:
        answers = []
        for line, item in _numbered_items(block, r"^- \["):
            found = ANSWER.match(item)
            if found:
                answers.append(
                    {
                        "text": found["text"],
                        "correct": found["mark"] == "x",
                        "feedback": found["feedback"],
                    }
                )
            else:
                self.notebook.note(line, "an answer is “- [ ] answer | what to say to it”")
        if not 2 <= len(answers) <= 4:
            self.notebook.note(block.line, "a check has two to four answers")
        if sum(bool(answer["correct"]) for answer in answers) != 1:
            self.notebook.note(block.line, "exactly one answer of a check is right, marked [x]")
        self._add("check", {"question": block.title, "answers": self._items(answers)})

    def _file(self, block: _Fenced) -> tuple[str, int, str] | None:
        parts = block.parts()
        if len(parts) != 2 or not parts[0][1].startswith("file: "):
            self.notebook.note(block.line, "the block is “file: name”, ---, text")
            return None
        name = parts[0][1].removeprefix("file: ").strip()
        if not (self.path.parent / "files" / name).is_file():
            self.notebook.note(block.line, f"no file files/{name}")
        self.documents.append(name)
        return name, parts[1][0], parts[1][1]

    def _media(self, block: _Fenced) -> None:
        if read := self._file(block):
            name, line, text = read
            alternative = self._rich(text, line)
            self._add(
                "media", {"title": block.title, "file": name, "text_alternative": alternative}
            )

    def _download(self, block: _Fenced) -> None:
        if read := self._file(block):
            name, _line, text = read
            self._add("download", {"title": block.title, "file": name, "description": text})

    def _sources(self, block: _Fenced) -> None:
        sources = []
        for line, item in _numbered_items(block, r"^- "):
            if found := SOURCE.match(item):
                sources.append({key: found[key] or "" for key in ("tag", "text", "address")})
            else:
                self.notebook.note(line, "a source is “- [tag] who says what — address”")
        if not sources:
            self.notebook.note(block.line, "there are no sources")
        self._add("sources", {"sources": self._items(sources)})


def _numbered_items(block: _Fenced, opening: str) -> list[tuple[int, str]]:
    """Join the lines of each list item: (line number, text) each."""
    items: list[tuple[int, str]] = []
    for offset, line in enumerate(block.lines):
        if re.match(opening, line) or (line.strip() and not items):
            items.append((block.line + offset, line.strip()))
        elif line.strip():
            items[-1] = (items[-1][0], f"{items[-1][1]} {line.strip()}")
    return items


def _joined_items(text: str, opening: str) -> list[str]:
    return [item for _line, item in _numbered_items(_Fenced("", "", 0, text.splitlines()), opening)]


def _paragraphs(block: _Fenced) -> list[tuple[int, str]]:
    """Split at empty lines, or at a line that begins with a name: (line number, text) each."""
    paragraphs: list[tuple[int, str]] = []
    fresh = True
    for offset, line in enumerate(block.lines):
        if not line.strip():
            fresh = True
        elif fresh or SPEECH.match(line):
            paragraphs.append((block.line + offset, line.strip()))
            fresh = False
        else:
            paragraphs[-1] = (paragraphs[-1][0], f"{paragraphs[-1][1]} {line.strip()}")
    return paragraphs
