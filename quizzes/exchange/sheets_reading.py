"""Reading questions from a sheet: what each cell says, and where a cell is wrong."""

import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineWorkbook
from xlsxwriter.utility import xl_col_to_name

from imports import grids
from quizzes.exchange import answers
from quizzes.exchange.parsed import Left, Parsed, Read, Refused
from quizzes.exchange.sheet_columns import (
    COLUMNS,
    COMMON,
    DIFFICULTIES,
    FALSE,
    KIND_ALIASES,
    KINDS,
    LETTERS,
    NEEDED,
    POINTS,
    SETTINGS,
    SETTINGS_OF,
    TRUE,
    USED,
    bare,
    split,
    unescaped,
    weighed,
)
from quizzes.exchange.texts import one_line

MOST_HEADER_ROWS = 30
INSTRUCTIONS = "huongdan"  # how the sheet that only explains is called, folded
GAP = re.compile(r"\{((?:\\.|[^{}\\])*)\}", re.DOTALL)
MARKED = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
LETTER = re.compile(r"([A-Ha-h])\s*(?:\[?\s*([+-]?\d{1,3}(?:[.,]\d{1,5})?)\s*%\s*\]?)?")
AROUND = re.compile(r"\s*(?:±|\+/-|\+-)\s*")


class Wrong(Exception):
    """A cell is wrong: which column it is in, and why."""

    def __init__(self, key: str, why: str):
        super().__init__(why)
        self.key = key


@dataclass
class Row:
    """A row of a sheet: its cells by the keys of their columns, and where they stand."""

    number: int
    cells: Mapping[str, str]
    places: Mapping[str, int]
    wrong: list[Wrong] = field(default_factory=list)

    def __getitem__(self, key: str) -> str:
        return self.cells.get(key, "")

    def cell(self, key: str) -> str:
        """Return the name of a cell as Excel says it; of the row, if it has no such column."""
        if key not in self.places:
            return str(self.number)
        return f"{xl_col_to_name(self.places[key])}{self.number}"

    def listed(self, prefix: str) -> list[str]:
        """Return the filled cells of lettered columns up to the last one that is filled."""
        texts = [self[f"{prefix}_{letter}"] for letter in LETTERS]
        while texts and not texts[-1]:
            texts.pop()
        return texts

    def options(self) -> list[str]:
        """Return the options; a hole among them is a mistake."""
        texts = self.listed("option")
        for letter, text in zip(LETTERS, texts, strict=False):
            if not text:
                raise Wrong(f"option_{letter}", _("it is empty, though one after it is not"))
        return texts

    def feedback(self, place: int) -> str:
        return self[f"feedback_{LETTERS[place]}"] if place < len(LETTERS) else ""


def read(raw: bytes) -> Read:
    """Return the questions of a workbook (or a CSV). Raises Refused."""
    try:
        found = next((rows for rows in _sheets(raw) if _header(rows) is not None), None)
    except grids.UnreadableSheet as error:
        raise Refused(str(error)) from error
    if found is None:
        raise Refused(
            _("No sheet has the headings “%(kind)s” and “%(stem)s”.")
            % {"kind": "Loại", "stem": "Câu hỏi"}
        )
    number, places = _header(found) or (0, {})
    questions: list[Parsed] = []
    left: list[Left] = []
    for at, texts in enumerate(found[number + 1 :], start=number + 2):
        cells = {key: texts[place] for key, place in places.items() if place < len(texts)}
        if not any(cells.values()):
            continue
        row = Row(at, cells, places)
        question = question_of(row)
        if question is None:
            what = row["name"] or one_line(row["stem"])[:80]
            left += [
                Left(at, what, _("Cell %(cell)s: %(why)s.") % {"cell": row.cell(w.key), "why": w})
                for w in row.wrong
            ]
        else:
            questions.append(question)
    return Read(tuple(questions), tuple(left))


def _sheets(raw: bytes) -> Iterator[list[list[str]]]:
    """Yield the rows of each sheet. Cells keep their line breaks, which `grids` does not care for.

    `grids` measures the file first: nothing is opened that would grow beyond measure.
    """
    names = []
    for grid in grids.open_grids(raw, filename="CSV"):
        if not raw.startswith((b"PK", grids.OLE)):
            yield list(grid.rows())
        elif bare(grid.name) != INSTRUCTIONS:
            names.append(grid.name)
    if names:
        book = CalamineWorkbook.from_object(io.BytesIO(raw))
        for name in names:
            sheet = book.get_sheet_by_name(name)
            margin = [""] * (sheet.start[1] if sheet.start else 0)
            yield [margin + [_text(value) for value in row] for row in sheet.iter_rows()]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        return grids.text_of(value)
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return text.replace("\0", "").strip()


def _header(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]] | None:
    """Return the row of the headings, and at which place each column stands."""
    names = {bare(name): c.key for c in COLUMNS for name in (c.title, *c.aliases)}
    for number, row in enumerate(rows[:MOST_HEADER_ROWS]):
        places: dict[str, int] = {}
        for place, text in enumerate(row):
            if key := names.get(bare(text)):
                places.setdefault(key, place)
        if all(key in places for key in NEEDED):
            return number, places
    return None


# ── A row ───────────────────────────────────────────────────────────────────────────────────────


def question_of(row: Row) -> Parsed | None:
    """Return the question of a row; None if cells of it are wrong, which it then tells."""
    kind = _tried(row, lambda: _kind(row))
    difficulty = _tried(row, lambda: _difficulty(row))
    if not row["stem"]:
        row.wrong.append(Wrong("stem", _("the question is missing")))
    if kind is None:
        return None
    for key in row.places:
        if row[key] and key not in COMMON and key not in USED[kind]:
            row.wrong.append(Wrong(key, _("this type of question has nothing there")))
    content: dict[str, Any] = {"stem": row["stem"]}
    if row["explanation"]:
        content["explanation"] = row["explanation"]
    if kind != "spot" and (row["message"] or row["from"]):
        content["message"] = {"from": row["from"], "text": row["message"]}
    content |= _tried(row, lambda: _settings(row, kind)) or {}
    content |= _tried(row, lambda: READERS[kind](row)) or {}
    for key in ("feedback_right", "feedback_wrong", "feedback_partial"):
        needed = kind in SAYS_ALWAYS and key != "feedback_partial"
        if needed or row[key]:
            content[key] = row[key]
    if row.wrong:
        return None
    outcome = row["outcome"].split(" – ")[0].strip()
    tags = (one_line(tag) for tag in re.split(r"[,;\n]", row["tags"]))
    return Parsed(
        kind,
        content,
        row.number,
        name=one_line(row["name"]),
        category=(outcome,) if outcome else (),
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
        difficulty=difficulty,
    )


def _tried(row: Row, read_: Callable[[], Any]) -> Any:
    try:
        return read_()
    except Wrong as error:
        row.wrong.append(error)
        return None


def _kind(row: Row) -> str:
    said = bare(row["kind"])
    for kind, title in KINDS.items():
        if said in {bare(kind), bare(title), *map(bare, KIND_ALIASES[kind])}:
            return kind
    names = ", ".join(KINDS.values())
    raise Wrong("kind", _("the type must be one of: %(names)s") % {"names": names})


def _difficulty(row: Row) -> int | None:
    said = bare(row["difficulty"])
    if not said:
        return None
    for number, title in DIFFICULTIES.items():
        if said in (str(number), bare(title)):
            return number
    names = ", ".join(DIFFICULTIES.values())
    raise Wrong("difficulty", _("the difficulty must be one of: %(names)s") % {"names": names})


def _settings(row: Row, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in re.split(r"[;\n]", row["settings"]):
        word = bare(part)
        if not word:
            continue
        key = next((key for key, title in SETTINGS.items() if bare(title) == word), "")
        if key in SETTINGS_OF.get(kind, ()):
            found[key] = True
        elif said := re.fullmatch(rf"{POINTS}\s*=?\s*(\d{{1,4}}(?:[.,]\d{{1,4}})?)", part.strip()):
            points = float(said[1].replace(",", "."))
            if points != 1:
                found["points"] = int(points) if points == int(points) else points
        else:
            raise Wrong("settings", _("“%(word)s” is no setting of this type") % {"word": part})
    return found


# ── Types ───────────────────────────────────────────────────────────────────────────────────────


def _chosen(row: Row, count: int) -> dict[int, float | None]:
    """Return the right options by their place, each with its weight if it has one."""
    found: dict[int, float | None] = {}
    parts = re.split(r"[;\n]|,(?!\d)", row["answer"])
    for part in (part.strip() for part in parts):
        said = LETTER.fullmatch(part)
        place = -1 if said is None else LETTERS.index(said[1].upper())
        if said is None or place >= count:
            raise Wrong(
                "answer", _("“%(part)s” is not the letter of an option") % {"part": part[:40]}
            )
        found[place] = None if said[2] is None else _worth("answer", said[2])
    return found


def _worth(key: str, text: str) -> float:
    try:
        return answers.per_cent(text.replace(",", "."))
    except answers.Broken as error:
        raise Wrong(key, str(error).rstrip(".")) from error


def _options(row: Row) -> tuple[list[dict[str, Any]], dict[int, float | None]]:
    texts = row.options()
    if len(texts) < 2:
        raise Wrong("option_A", _("at least two options are needed"))
    chosen = _chosen(row, len(texts))
    said = [{"text": t, "correct": False, "feedback": row.feedback(n)} for n, t in enumerate(texts)]
    for letter in LETTERS[len(texts) :]:
        if row[f"feedback_{letter}"]:
            raise Wrong(f"feedback_{letter}", _("there is no option that this would be said to"))
    return said, chosen


def _single(row: Row) -> dict[str, Any]:
    options, chosen = _options(row)
    for place, worth in chosen.items():
        options[place]["correct"] = worth in (None, 100)
        if worth not in (None, 0, 100):
            options[place]["worth"] = worth
    if not any(option["correct"] for option in options):
        raise Wrong("answer", _("no option is wholly right"))
    return {"options": options}


def _multiple(row: Row) -> dict[str, Any]:
    options, chosen = _options(row)
    weighs = any(worth is not None for worth in chosen.values())
    for place, option in enumerate(options):
        worth = chosen.get(place, 0) if weighs else None
        if weighs and worth is None:
            raise Wrong("answer", _("either all letters have a weight or none"))
        option["correct"] = (worth or 0) > 0 if weighs else place in chosen
        if weighs:
            option["worth"] = worth
    if not any(option["correct"] for option in options):
        raise Wrong("answer", _("no option is wholly right"))
    return {"options": options}


def _true_false(row: Row) -> dict[str, Any]:
    said = bare(row["answer"])
    if said not in (bare(TRUE), bare(FALSE), "true", "false", "d", "s"):
        raise Wrong("answer", _("it must be “Đúng” or “Sai”"))
    return {"answer": said in (bare(TRUE), "true", "d")}


def _matching(row: Row) -> dict[str, Any]:
    pairs, distractors = [], []
    for letter, text in zip(LETTERS, row.options(), strict=False):
        if text.startswith("~"):
            distractors.append(unescaped(text[1:]).strip())
            continue
        parts = [unescaped(part).strip() for part in split(text, "=")]
        if len(parts) != 2 or not all(parts):
            raise Wrong(f"option_{letter}", _("it must read: left = right"))
        pairs.append({"left": parts[0], "right": parts[1]})
    if len(pairs) < 2:
        raise Wrong("option_A", _("at least two pairs are needed"))
    return {"pairs": pairs, "distractors": distractors}


def _ordering(row: Row) -> dict[str, Any]:
    items = row.options()
    if len(items) < 2:
        raise Wrong("option_A", _("at least two options are needed"))
    return {"items": items}


def _alternatives(text: str) -> list[tuple[str, float | None]]:
    parts = [weighed(part) for part in split(text, "|\n") if part.strip()]
    return [(unescaped(part), worth) for part, worth in parts]


def _short_answer(row: Row) -> dict[str, Any]:
    accepted: list[Any] = []
    for place, (text, worth) in enumerate(_alternatives(row["answer"])):
        said = row.feedback(place)
        if worth is None and not said:
            accepted.append(text)
        else:
            full = _worth("answer", str(100 if worth is None else worth))
            accepted.append({"text": text, "worth": full, "feedback": said})
    if not accepted:
        raise Wrong("answer", _("the right answer is missing"))
    return {"accepted": accepted} | ({"hint": row["hint"]} if row["hint"] else {})


def _numbers(text: str, key: str) -> list[dict[str, Any]]:
    found = []
    for part, worth in _alternatives(text):
        value, *around = AROUND.split(part.replace(",", "."))
        try:
            answer: dict[str, Any] = {
                "value": answers.number(value),
                "tolerance": answers.number(around[0] if around else "0"),
            }
        except answers.Broken as error:
            raise Wrong(key, str(error).rstrip(".")) from error
        if len(around) > 1 or answer["tolerance"].startswith("-"):
            raise Wrong(key, _("it must read: number ± tolerance"))
        if worth not in (None, 100):
            answer["worth"] = _worth(key, str(worth))
        found.append(answer)
    if not found:
        raise Wrong(key, _("the right answer is missing"))
    return found


def _numerical(row: Row) -> dict[str, Any]:
    found = _numbers(row["answer"], "answer")
    for place, answer in enumerate(found):
        if row.feedback(place):
            answer["feedback"] = row.feedback(place)
    return {"answers": found} | ({"unit": row["unit"]} if row["unit"] else {})


def _cloze(row: Row) -> dict[str, Any]:
    gaps: list[dict[str, Any]] = []

    def marker(found: re.Match) -> str:
        gaps.append(_gap(found[1]))
        return f"[[{len(gaps)}]]"

    stem = GAP.sub(marker, row["stem"])
    if not gaps or re.search(r"(?<!\\)[{}]", stem):
        raise Wrong("stem", _("it has no gap in braces, or a brace that is not closed"))
    return {"stem": unescaped(stem), "gaps": gaps}


def _gap(text: str) -> dict[str, Any]:
    """Return what a gap takes: {=right|~wrong}, {=one|=other}, {#number ± tolerance}."""
    if text.startswith("#"):
        return {"kind": "numerical", "answers": _numbers(text[1:], "stem")}
    found: list[tuple[bool, str, float | None]] = []
    for part in split(text, "|\n"):
        if part.strip()[:1] not in ("=", "~") or not part.strip()[1:].strip():
            raise Wrong("stem", _("in a gap each answer begins with = or ~"))
        said, worth = weighed(part.strip()[1:])
        worth = None if worth is None else _worth("stem", str(worth))
        found.append((part.strip().startswith("="), unescaped(said), worth))
    if not any(right for right, said, worth in found):
        raise Wrong("stem", _("a gap has no right answer"))
    if all(right for right, said, worth in found):
        return {
            "kind": "short_answer",
            "accepted": [
                said if worth is None else {"text": said, "worth": worth, "feedback": ""}
                for right, said, worth in found
            ],
        }
    options = []
    for right, said, worth in found:
        option = {"text": said, "correct": right, "feedback": ""}
        options.append(option if worth is None else option | {"worth": worth})
    return {"kind": "single_choice", "options": options}


def _spot(row: Row) -> dict[str, Any]:
    parts: list[dict[str, Any]] = []
    marked = 0
    for place, text in enumerate(MARKED.split(row["message"])):
        if place % 2:
            said = row.feedback(marked)
            parts.append({"text": unescaped(text), "suspicious": True, "feedback": said})
            marked += 1
        else:
            pieces = [unescaped(piece) for piece in split(text, "|") if piece]
            parts += [{"text": one, "suspicious": False, "feedback": ""} for one in pieces]
    if not marked or not all(part["text"] for part in parts):
        raise Wrong("message", _("put what is suspicious in double brackets: [[…]]"))
    return {"parts": parts}


SAYS_ALWAYS = ("true_false", "matching", "ordering", "short_answer", "numerical")
READERS: dict[str, Callable[[Row], dict[str, Any]]] = {
    "single_choice": _single,
    "multiple_choice": _multiple,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_answer": _short_answer,
    "numerical": _numerical,
    "cloze": _cloze,
    "spot": _spot,
}
