"""From a question to the cells of a row, and what of it no cell can say."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from quizzes.exchange.parsed import Parsed
from quizzes.exchange.sheet_columns import (
    COLUMNS,
    DIFFICULTIES,
    FALSE,
    KINDS,
    LETTERS,
    OVERALL,
    POINTS,
    SETTINGS,
    TRUE,
    escaped,
    with_worth,
)
from quizzes.exchange.sheets_reading import Row, question_of

LONGEST_CELL = 32_767
# Lost without making another question of it; anything else that differs is no longer the question.
MAY_BE_LOST = ("hints", "penalty", "feedback_right", "feedback_partial", "feedback_wrong")


def cells_of(question: Parsed) -> tuple[dict[str, str] | None, list[str]]:
    """Return the cells of a question by the keys of their columns, and what they cannot say.

    No cells at all where the row would be another question, or none.
    """
    content = question.content
    try:
        cells = _cells(question)
    except _Unsayable:
        return None, []
    if any(len(text) > LONGEST_CELL for text in cells.values()):
        return None, []
    places = {column.key: place for place, column in enumerate(COLUMNS)}
    read = question_of(Row(1, {key: text.strip() for key, text in cells.items()}, places))
    if read is None or read.kind != question.kind:
        return None, []
    keys = [*content, *(key for key in read.content if key not in content)]
    lost = [key for key in keys if content.get(key) != read.content.get(key)]
    if not set(lost) <= set(MAY_BE_LOST) or any(key in read.content for key in lost):
        return None, []
    for key in ("name", "category", "tags", "difficulty"):
        if getattr(read, key) != getattr(question, key):
            lost.append(key)
    return cells, lost


class _Unsayable(Exception):
    """A sheet has no way to say this."""


def _cells(question: Parsed) -> dict[str, str]:
    content = question.content
    if content.get("markup") or question.kind not in WRITERS:
        raise _Unsayable
    cells = {
        "name": question.name,
        "outcome": question.category[0] if question.category else "",
        "kind": KINDS[question.kind],
        "difficulty": DIFFICULTIES.get(question.difficulty or 0, ""),
        "stem": content["stem"],
        "explanation": content.get("explanation", ""),
        "settings": "; ".join(_settings(content)),
        "tags": ", ".join(question.tags),
        **{key: content.get(key, "") for key in OVERALL},
        **WRITERS[question.kind](content),
    }
    if message := content.get("message"):
        cells |= {"from": message.get("from", ""), "message": message.get("text", "")}
    return {key: text for key, text in cells.items() if text}


def _settings(content: Mapping) -> list[str]:
    found = [title for key, title in SETTINGS.items() if content.get(key)]
    if "points" in content:
        found.append(f"{POINTS} {content['points']:g}")
    return found


def _lettered(prefix: str, texts: Sequence[str]) -> dict[str, str]:
    if len(texts) > len(LETTERS) and any(texts[len(LETTERS) :]):
        raise _Unsayable
    pairs = zip(LETTERS, texts, strict=False)
    return {f"{prefix}_{letter}": text for letter, text in pairs}


def _choice(content: Mapping) -> dict[str, str]:
    options = content["options"]
    cells = _lettered("option", [option["text"] for option in options])
    cells |= _lettered("feedback", [option["feedback"] for option in options])
    weighs = any("worth" in option for option in options)
    said = []
    for letter, option in zip(LETTERS, options, strict=False):
        worth = option.get("worth")
        if worth is not None:
            said.append(f"{letter} {_number(worth)}%")
        elif option["correct"]:
            said.append(letter)
    return cells | {"answer": ("; " if weighs else ", ").join(said)}


def _number(value: float) -> str:
    return f"{value:.5f}".rstrip("0").rstrip(".")


def _true_false(content: Mapping) -> dict[str, str]:
    return {"answer": TRUE if content["answer"] else FALSE}


def _matching(content: Mapping) -> dict[str, str]:
    texts = [f"{escaped(p['left'], '=~')} = {escaped(p['right'], '=')}" for p in content["pairs"]]
    texts += [f"~ {escaped(text, '=~')}" for text in content.get("distractors", [])]
    return _lettered("option", texts)


def _ordering(content: Mapping) -> dict[str, str]:
    return _lettered("option", content["items"])


def _accepted(accepted: Sequence[Any]) -> tuple[list[str], list[str]]:
    texts, said = [], []
    for entry in accepted:
        whole = entry if isinstance(entry, Mapping) else {"text": entry}
        worth = whole.get("worth")
        if worth == 100 and whole.get("feedback"):
            worth = None
        texts.append(with_worth(escaped(whole["text"], "|"), worth))
        said.append(whole.get("feedback", ""))
    return texts, said


def _short_answer(content: Mapping) -> dict[str, str]:
    texts, said = _accepted(content["accepted"])
    cells = {"answer": "\n".join(texts), "hint": content.get("hint", "")}
    return cells | _lettered("feedback", said)


def _amounts(answers: Sequence[Mapping]) -> list[str]:
    found = []
    for answer in answers:
        tolerance = answer["tolerance"]
        text = answer["value"] if tolerance == "0" else f"{answer['value']} ± {tolerance}"
        found.append(with_worth(text, answer.get("worth")))
    return found


def _numerical(content: Mapping) -> dict[str, str]:
    cells = {"answer": "\n".join(_amounts(content["answers"])), "unit": content.get("unit", "")}
    said = [answer.get("feedback", "") for answer in content["answers"]]
    return cells | _lettered("feedback", said)


def _cloze(content: Mapping) -> dict[str, str]:
    stem = escaped(content["stem"], "{}")
    for number, gap in enumerate(content["gaps"], start=1):
        marker = f"[[{number}]]"
        if stem.count(marker) != 1:
            raise _Unsayable
        stem = stem.replace(marker, "{" + _gap(gap) + "}")
    return {"stem": stem}


def _gap(gap: Mapping) -> str:
    if gap["kind"] == "numerical":
        return "#" + "|".join(_amounts(gap["answers"]))
    if gap["kind"] == "short_answer":
        texts, said = _accepted(gap["accepted"])
        if any(said):
            raise _Unsayable
        return "|".join(f"={text}" for text in texts).replace("{", "\\{").replace("}", "\\}")
    found = []
    for option in gap["options"]:
        mark = "=" if option["correct"] else "~"
        found.append(mark + with_worth(escaped(option["text"], "|{}"), option.get("worth")))
    return "|".join(found)


def _spot(content: Mapping) -> dict[str, str]:
    if "picture" in content:
        raise _Unsayable
    parts = content["parts"]
    marked = [part["feedback"] for part in parts if part["suspicious"]]
    message, was_marked = "", True
    for part in parts:
        text = escaped(part["text"], "|")
        if part["suspicious"]:
            message += f"[[{text}]]"
        else:
            message += text if was_marked else f"|{text}"
        was_marked = part["suspicious"]
    return {"message": message, **_lettered("feedback", marked)}


WRITERS: dict[str, Callable[[Mapping], dict[str, str]]] = {
    "single_choice": _choice,
    "multiple_choice": _choice,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_answer": _short_answer,
    "numerical": _numerical,
    "cloze": _cloze,
    "spot": _spot,
}
