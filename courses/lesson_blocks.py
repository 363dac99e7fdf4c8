"""Reading the body of a lesson file, block by block, into raw StreamField data: docs/content.md."""

import re
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from courses import marks
from courses.markdown import NotOurMarkdown, rich_text
from courses.mistakes import Notebook

FENCE = re.compile(r"^:::\s*(?P<name>[a-z]+)?\s*(?P<title>.*?)\s*$")
PICTURE = re.compile(r"^!\[(?P<alternative>.*)\]\((?P<file>[\w.-]+)\)$", re.DOTALL)
ANSWER = re.compile(r"^- \[(?P<mark>[ x])\] (?P<text>.+?) \| (?P<feedback>.+)$")
SPEECH = re.compile(r"^(?P<name>[^:]{1,60}): (?P<text>.+)$")
SOURCE = re.compile(r"^- (?:\[(?P<tag>[\w-]+)\] )?(?P<text>.+?)(?: — (?P<address>\S+))?$")
CALLOUTS = {"warning", "tip", "remember", "neighbour"}


@dataclass
class _Fenced:
    """The lines of one block, with the number of its first inner line."""

    name: str
    title: str
    line: int
    lines: list[str] = field(default_factory=list)

    def text(self) -> str:
        return "\n".join(self.lines)

    def parts(self) -> list[tuple[int, str]]:
        """Split at lines of `---`: (line number, text) each."""
        parts: list[tuple[int, str]] = []
        start = self.line
        current: list[str] = []
        for offset, line in enumerate(self.lines):
            if line.strip() == "---":
                parts.append((start, "\n".join(current).strip()))
                start, current = self.line + offset + 1, []
            elif line.strip() or current:
                current.append(line)
            else:
                start += 1
        parts.append((start, "\n".join(current).strip()))
        return parts


class BodyReader:
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

    def _limit(self, text: str, most: int, line: int) -> None:
        """Note what an editor, whose field holds no more, could not save again."""
        if len(text) > most:
            self.notebook.note(line, f"longer than {most} characters: {text[:30]}…")

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
        if block.name != "check":
            self._limit(block.title, 150, block.line - 1)
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
            self._limit(title, 150, number)
            pictures = [(n, x) for n, x in enumerate(lines) if x.startswith("![")]
            for offset, _extra in pictures[1:]:
                self.notebook.note(number + 1 + offset, "a step has at most one picture")
            picture: dict | None = {"picture": None, "text_alternative": ""}
            if pictures:
                picture = self._picture(pictures[0][1], number + 1 + pictures[0][0])
            # A picture leaves an empty line behind, so that mistakes after it keep their lines.
            text = "\n".join("" if x.startswith("![") else x for x in lines)
            values.append(
                {"title": title, "text": self._rich(text, number + 1), "picture": picture}
            )
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
        sender = sender.removeprefix("from: ")
        self._limit(sender, 100, block.line)
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
                "sender": sender,
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
                "rows": [
                    {"values": [self._rich(cell, number) if cell else "" for cell in row]}
                    for number, row in rows[1:]
                ],
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
            name, line, text = read
            self._limit(text, 250, line)
            self._add("download", {"title": block.title, "file": name, "description": text})

    def _sources(self, block: _Fenced) -> None:
        sources = []
        for line, item in _numbered_items(block, r"^- "):
            if found := SOURCE.match(item):
                source = {key: found[key] or "" for key in ("tag", "text", "address")}
                for key, most in (("tag", 10), ("text", 300), ("address", 400)):
                    self._limit(source[key], most, line)
                sources.append(source)
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
