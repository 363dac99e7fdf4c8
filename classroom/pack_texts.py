"""The text of a lesson pack: one source for the page, the slides, the plan and the pupils' sheet.

The format is told in docs/lesson-packs.md. Reading knows nothing of the database.
"""

import re
import tomllib
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe

from courses.markdown import NotOurMarkdown, rich_text
from courses.mistakes import ContentMistakes, Notebook

LESSON = 45  # minutes
FEWEST_SLIDES = 4
QUESTIONS = (4, 8)  # for the class: the fewest and the most
LEVELS = {"lower-secondary": "THCS", "upper-secondary": "THPT"}
SECTIONS = (
    "Mục tiêu",
    "Chuẩn bị",
    "Tiến trình",
    "Hoạt động với thiết bị",
    "Câu hỏi cho lớp",
    "Phiếu học sinh",
    "Về nhà cùng gia đình",
    "Nguồn",
)
KEYS = {
    *("title", "skill", "audience", "number", "summary", "outcomes", "competences"),
    *("questions", "checked_on"),
}
ON_PAPER = "trên giấy"
STEP = re.compile(r"### (\d{1,2}) phút: (.+)")
BLANK_LINE = "…"  # in the pupils' sheet: a line to write on


@dataclass(frozen=True)
class Slide:
    """A page for the projector: a title and a text in HTML."""

    title: str
    body: str


@dataclass(frozen=True)
class Step:
    """A part of the lesson: how many minutes, what happens, what is shown meanwhile."""

    minutes: int
    title: str
    body: str
    slides: tuple[Slide, ...]


@dataclass(frozen=True)
class Line:
    """A piece of the pupils' sheet: a text in HTML, or so many lines to write on."""

    body: str = ""
    blanks: int = 0

    @property
    def lines(self) -> range:
        """As many as there are lines to write on, for templates."""
        return range(self.blanks)


@dataclass(frozen=True)
class PackText:
    """A lesson pack as it is shown. All texts are HTML of our own Markdown but titles, which are plain."""

    title: str
    skill: str
    audience: str
    number: int
    summary: str
    outcomes: tuple[str, ...]
    competences: tuple[str, ...]
    questions: tuple[str, ...]
    checked_on: date
    aims: str
    materials: str
    steps: tuple[Step, ...]
    with_devices: str
    for_the_class: str
    sheet: tuple[Line, ...]
    at_home: str
    sources: str

    @property
    def slides(self) -> list[Slide]:
        return [slide for step in self.steps for slide in step.slides]


@lru_cache(maxsize=128)
def read(text: str) -> PackText:
    """Return what a text says that has been checked before. Raises ContentMistakes."""
    notebook = Notebook(Path("bài dạy"))
    found = parse(text, notebook)
    if found is None:
        raise ContentMistakes(notebook.mistakes)
    return found


def parse(text: str, notebook: Notebook) -> PackText | None:
    """Return what a text says; what is wrong is noted with its line, and None is returned then."""
    head, lines, first = _front_matter(text, notebook)
    if head is None:
        return None
    sections = _sections(lines, first, notebook)
    if notebook.mistakes:
        return None
    reader = _Reader(notebook)
    steps = _steps(sections["Tiến trình"], reader)
    found = PackText(
        **head,
        aims=reader.html(sections["Mục tiêu"]),
        materials=reader.html(sections["Chuẩn bị"]),
        steps=steps,
        with_devices=reader.html(sections["Hoạt động với thiết bị"]),
        for_the_class=reader.html(sections["Câu hỏi cho lớp"]),
        sheet=_sheet(sections["Phiếu học sinh"], reader),
        at_home=reader.html(sections["Về nhà cùng gia đình"]),
        sources=reader.html(sections["Nguồn"]),
    )
    _check_steps(found, sections["Tiến trình"].first, notebook)
    return None if notebook.mistakes else found


def check_references(
    found: PackText,
    notebook: Notebook,
    *,
    outcomes: Set[str],
    kind_of: Callable[[str], tuple[str, str, int] | None],
) -> None:
    """Note outcomes and questions that there are not, or that do not fit.

    `outcomes` are those of the skill; `kind_of` gives a question's type, outcome and number of options.
    """
    for key in found.outcomes:
        if key not in outcomes:
            notebook.note(2, f"no outcome “{key}” in this skill")
    for key in found.questions:
        known = kind_of(key)
        if known is None:
            notebook.note(2, f"no question “{key}”")
            continue
        kind, outcome, options = known
        if outcome not in found.outcomes:
            notebook.note(2, f"“{key}” asks about {outcome}, which the lesson does not teach")
        if kind not in ("single_choice", "true_false") or options > 4:
            notebook.note(2, f"“{key}” cannot be answered with A, B, C or D")


# The head


def _front_matter(text: str, notebook: Notebook) -> tuple[dict | None, list[str], int]:
    lines = text.splitlines()
    ends = [number for number, line in enumerate(lines) if line == "+++"]
    if len(ends) < 2 or ends[0] != 0:
        notebook.note(1, "must begin with TOML between two lines of +++")
        return None, [], 0
    try:
        head = tomllib.loads("\n".join(lines[1 : ends[1]]))
    except tomllib.TOMLDecodeError as error:
        notebook.note(1, f"no TOML: {error}")
        return None, [], 0
    if not notebook.check_keys(head, needed=KEYS, line_of=lambda key: 1):
        return None, [], 0
    _check_head(head, notebook)
    if notebook.mistakes:
        return None, [], 0
    for key in ("outcomes", "competences", "questions"):
        head[key] = tuple(head[key])
    return head, lines[ends[1] + 1 :], ends[1] + 2


def _check_head(head: dict, notebook: Notebook) -> None:
    for key, most in (("title", 90), ("summary", 250), ("skill", 50)):
        if not isinstance(head[key], str) or not 0 < len(head[key].strip()) <= most:
            notebook.note(1, f"“{key}” must be a text of 1 to {most} characters")
    if head["audience"] not in LEVELS:
        notebook.note(1, f"“audience” must be one of {', '.join(LEVELS)}")
    if not isinstance(head["number"], int) or not 1 <= head["number"] <= 20:
        notebook.note(1, "“number” must be a whole number from 1 to 20")
    for key in ("outcomes", "competences", "questions"):
        value = head[key]
        if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
            notebook.note(1, f"“{key}” must be a list of texts")
        elif len(set(value)) != len(value):
            notebook.note(1, f"“{key}” names something twice")
    fewest, most = QUESTIONS
    if isinstance(head["questions"], list) and not fewest <= len(head["questions"]) <= most:
        notebook.note(1, f"a class is asked {fewest} to {most} questions")
    if not isinstance(head["checked_on"], date):
        notebook.note(1, "“checked_on” must be a day")


# The sections


@dataclass(frozen=True)
class _Section:
    first: int  # the number of its first line in the file
    lines: list[str] = field(default_factory=list)


def _sections(lines: list[str], first: int, notebook: Notebook) -> dict[str, _Section]:
    found: dict[str, _Section] = {}
    section: _Section | None = None
    for number, line in enumerate(lines, start=first):
        if line.startswith("## "):
            name = line[3:].strip()
            if name not in SECTIONS or name in found:
                notebook.note(number, f"no section is called “{name}”, or it stands here twice")
            section = found[name] = _Section(number + 1)
        elif section is not None:
            section.lines.append(line)
        elif line.strip():
            notebook.note(number, "text before the first section")
    if not notebook.mistakes and list(found) != list(SECTIONS):
        missing = [name for name in SECTIONS if name not in found]
        why = f"missing: {', '.join(missing)}" if missing else "they stand in another order"
        notebook.note(first, f"the sections are {', '.join(SECTIONS)}; {why}")
    return found


class _Reader:
    """Turns parts of the text into HTML and notes what our Markdown does not have."""

    def __init__(self, notebook: Notebook) -> None:
        self.notebook = notebook

    def html(self, section: _Section) -> SafeString:
        text = "\n".join(section.lines)
        if not text.strip():
            self.notebook.note(section.first, "nothing stands here")
            return SafeString("")
        try:
            return mark_safe(rich_text(text))  # noqa: S308 - HTML is off in our Markdown
        except NotOurMarkdown as error:
            self.notebook.note(section.first + error.line, str(error))
            return SafeString("")


def _steps(section: _Section, reader: _Reader) -> tuple[Step, ...]:
    found: list[Step] = []
    heads = [place for place, line in enumerate(section.lines) if line.startswith("### ")]
    for start, end in zip(heads, [*heads[1:], len(section.lines)], strict=True):
        number = section.first + start
        match = STEP.fullmatch(section.lines[start])
        if not match:
            reader.notebook.note(number, "a step begins “### 10 phút: what happens”")
            continue
        body, slides = _without_slides(section.lines[start + 1 : end], number + 1, reader)
        found.append(Step(int(match[1]), match[2].strip(), reader.html(body), slides))
    return tuple(found)


def _without_slides(
    lines: list[str], first: int, reader: _Reader
) -> tuple[_Section, tuple[Slide, ...]]:
    """Return a step's text with empty lines where its slides stood, and the slides."""
    body: list[str] = []
    slides: list[Slide] = []
    title, inside = "", None
    for number, line in enumerate(lines, start=first):
        if line.startswith("::: slide "):
            title, inside = line.removeprefix("::: slide ").strip(), _Section(number + 1)
            body.append("")
        elif line == ":::" and inside is not None:
            slides.append(Slide(title, reader.html(inside)))
            inside = None
            body.append("")
        elif inside is not None:
            inside.lines.append(line)
            body.append("")
        else:
            body.append(line)
    if inside is not None:
        reader.notebook.note(inside.first - 1, "this slide does not end with :::")
    return _Section(first, body), tuple(slides)


def _sheet(section: _Section, reader: _Reader) -> tuple[Line, ...]:
    found: list[Line] = []
    part = _Section(section.first)
    for number, line in enumerate([*section.lines, BLANK_LINE], start=section.first):
        if line.strip() != BLANK_LINE:
            part.lines.append(line)
            continue
        if any(text.strip() for text in part.lines):
            found.append(Line(body=reader.html(part)))
        if found and found[-1].blanks:
            found[-1] = Line(blanks=found[-1].blanks + 1)
        else:
            found.append(Line(blanks=1))
        part = _Section(number + 1)
    last = found.pop()  # of the line that was put behind the last one
    return (*found, Line(blanks=last.blanks - 1)) if last.blanks > 1 else tuple(found)


def _check_steps(found: PackText, line: int, notebook: Notebook) -> None:
    total = sum(step.minutes for step in found.steps)
    if total != LESSON:
        notebook.note(line, f"the steps take {total} minutes instead of {LESSON}")
    if not any(ON_PAPER in step.title.lower() for step in found.steps):
        notebook.note(line, f"one step at least must be “{ON_PAPER}” and say so in its title")
    if len(found.slides) < FEWEST_SLIDES:
        notebook.note(line, f"a lesson has at least {FEWEST_SLIDES} slides")
    if not any(part.blanks for part in found.sheet):
        notebook.note(line, "the pupils' sheet has no line to write on")
