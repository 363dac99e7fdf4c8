"""What questions of each type say in their files, as plain data. The format: docs/content.md."""

import re

from courses import marks
from courses.mistakes import Notebook
from quizzes import numbers
from quizzes.blocks import GAP

FEEDBACK = ("feedback_right", "feedback_partial", "feedback_wrong")
TO_RIGHT_AND_WRONG = {"feedback_right", "feedback_wrong"}
OWN: dict[str, tuple[set[str], set[str]]] = {  # the keys that a type needs, and those it may have
    "single_choice": ({"options"}, set()),
    "multiple_choice": ({"options"}, set()),
    "true_false": ({"answer", *TO_RIGHT_AND_WRONG}, set()),
    "matching": ({"pairs", *TO_RIGHT_AND_WRONG}, {"distractors"}),
    "ordering": ({"items", *TO_RIGHT_AND_WRONG}, set()),
    "short_answer": ({"accepted", *TO_RIGHT_AND_WRONG}, {"hint"}),
    "numerical": ({"answers", *TO_RIGHT_AND_WRONG}, {"unit"}),
    "cloze": ({"gaps"}, set(FEEDBACK)),
    "spot": ({"text", "signs"}, {"harmless", *FEEDBACK}),
}
GAPS = {"single_choice": "options", "short_answer": "accepted", "numerical": "answers"}
SIZES = {  # how many entries each list may have
    ("single_choice", "options"): (3, 5),
    ("multiple_choice", "options"): (4, 6),
    ("matching", "pairs"): (3, 5),
    ("matching", "distractors"): (0, 2),
    ("ordering", "items"): (3, 6),
    ("short_answer", "accepted"): (1, 8),
    ("numerical", "answers"): (1, 5),
    ("cloze", "gaps"): (1, 8),
    ("spot", "signs"): (1, 6),
    ("spot", "harmless"): (1, 8),
}
OPTIONS_OF_A_GAP = (2, 5)
MOST_PARTS = 12
WEIGHTS = (0.01, 100)
# Harmless text falls into sentences; a bar cuts where no sentence ends.
CUT = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…]”))\s+|\|")
CLOSING = re.compile(r"[.,;:!?…”’)]+")


class Lined(dict):
    """A mapping that knows on which line it and each of its keys stand."""

    line = 1
    lines: dict

    def line_of(self, key=None) -> int:
        return self.lines.get(key, self.line)


def read_own(entry: Lined, notebook: Notebook) -> dict:
    """Return what only questions of the entry's type say; what is wrong is noted."""
    return _READERS[entry["type"]](entry, notebook)


def check_text(entry: Lined, key: str, notebook: Notebook, most: int = 1500) -> None:
    """Note what is no text, empty, or longer than an editor's field holds."""
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        notebook.note(entry.line_of(key), f"“{key}” must be a text")
    elif len(value) > most:
        notebook.note(entry.line_of(key), f"“{key}” is longer than {most} characters")


def _list(entry, key, notebook, size=None) -> list:
    """Return a list of the right size; what is wrong is noted."""
    value = entry.get(key, [])
    least, most = size or SIZES[entry["type"], key]
    if not isinstance(value, list) or not least <= len(value) <= most:
        notebook.note(entry.line_of(key), f"“{key}” must list {least} to {most} entries")
        return []
    return value


def _texts(entry, key, notebook) -> list[str]:
    texts = _list(entry, key, notebook)
    if not all(isinstance(text, str) and text.strip() for text in texts):
        notebook.note(
            entry.line_of(key), f"each entry of “{key}” must be a text (put it in quotes)"
        )
        return []
    if len(set(texts)) < len(texts):
        notebook.note(entry.line_of(key), f"an entry of “{key}” stands twice")
    return texts


def _options(entry, notebook, size=None) -> dict:
    options = []
    for option in _list(entry, "options", notebook, size):
        if not isinstance(option, Lined):
            notebook.note(entry.line_of("options"), "an option has “text” and “feedback”")
            continue
        if notebook.check_keys(
            option, needed={"text", "feedback"}, optional={"correct"}, line_of=option.line_of
        ):
            check_text(option, "text", notebook, most=400)
            check_text(option, "feedback", notebook)
            correct = option.get("correct", False)
            if not isinstance(correct, bool):
                notebook.note(option.line_of("correct"), "“correct” is true or false")
            options.append({**option, "correct": correct})
    right = sum(option["correct"] is True for option in options)
    if entry["type"] == "single_choice" and right != 1:
        notebook.note(entry.line_of("options"), f"{right} options are right; there must be one")
    if entry["type"] == "multiple_choice" and not 2 <= right < len(options):
        notebook.note(
            entry.line_of("options"),
            f"{right} of {len(options)} options are right; two or more, not all",
        )
    if len({str(option["text"]) for option in options}) < len(options):
        notebook.note(entry.line_of("options"), "an option stands twice")
    return {"options": options}


def _feedback(entry) -> dict:
    return {key: entry[key] for key in FEEDBACK if key in entry}


def _true_false(entry, notebook) -> dict:
    if not isinstance(entry["answer"], bool):
        notebook.note(entry.line_of("answer"), "“answer” is true or false")
    return {"answer": entry["answer"], **_feedback(entry)}


def _matching(entry, notebook) -> dict:
    pairs = []
    for pair in _list(entry, "pairs", notebook):
        if not isinstance(pair, Lined):
            notebook.note(entry.line_of("pairs"), "a pair has “left” and “right”")
        elif notebook.check_keys(pair, needed={"left", "right"}, line_of=pair.line_of):
            check_text(pair, "left", notebook, most=300)
            check_text(pair, "right", notebook, most=300)
            pairs.append(dict(pair))
    distractors = _texts(entry, "distractors", notebook)
    rights = [pair["right"] for pair in pairs] + distractors
    if len(set(map(str, rights))) < len(rights):
        notebook.note(entry.line_of("pairs"), "a right side stands twice")
    return {"pairs": pairs, "distractors": distractors, **_feedback(entry)}


def _ordering(entry, notebook) -> dict:
    return {"items": _texts(entry, "items", notebook), **_feedback(entry)}


def _short_answer(entry, notebook) -> dict:
    if "hint" in entry:
        check_text(entry, "hint", notebook, most=150)
    accepted = _texts(entry, "accepted", notebook)
    return {"accepted": accepted, "hint": entry.get("hint", ""), **_feedback(entry)}


def _numerical(entry, notebook) -> dict:
    unit = {}
    if "unit" in entry:
        check_text(entry, "unit", notebook, most=20)
        unit = {"unit": entry["unit"]}
    return {**_answers(entry, notebook), **unit, **_feedback(entry)}


def _answers(entry, notebook) -> dict:
    """Return the numbers that are accepted; one of them, at least, is worth everything."""
    answers = []
    for answer in _list(entry, "answers", notebook):
        if not isinstance(answer, Lined):
            notebook.note(entry.line_of("answers"), "a number has “value” and perhaps “tolerance”")
        elif notebook.check_keys(
            answer,
            needed={"value"},
            optional={"tolerance", "worth", "feedback"},
            line_of=answer.line_of,
        ):
            answers.append(_answer(answer, notebook))
    if answers and not any(answer.get("worth", 100) == 100 for answer in answers):
        notebook.note(entry.line_of("answers"), "no number is worth 100")
    if len({str(answer["value"]) for answer in answers}) < len(answers):
        notebook.note(entry.line_of("answers"), "a number stands twice")
    return {"answers": answers}


def _answer(answer: Lined, notebook) -> dict:
    read = {"tolerance": "0", **answer}
    for key in ("value", "tolerance"):
        try:
            read[key] = read[key].strip()
            fine = numbers.exact(read[key]) >= 0 or key == "value"
        except (AttributeError, ValueError):
            fine = False
        if not fine:
            notebook.note(answer.line_of(key), f'“{key}” must be a number in quotes, such as "3.5"')
    if "worth" in answer and not _is_number(answer["worth"], 0, 100):
        notebook.note(answer.line_of("worth"), "“worth” is a number from 0 to 100")
    if "feedback" in answer:
        check_text(answer, "feedback", notebook)
    return read


def _is_number(value, least, most) -> bool:
    return isinstance(value, int | float) and type(value) is not bool and least <= value <= most


def _cloze(entry, notebook) -> dict:
    listed = _list(entry, "gaps", notebook)
    wanted = [str(number) for number in range(1, len(listed) + 1)]
    if listed and isinstance(entry["stem"], str) and GAP.findall(entry["stem"]) != wanted:
        names = " ".join(f"[[{number}]]" for number in wanted)
        notebook.note(
            entry.line_of("stem"), f"“stem” must name its gaps in order, each once: {names}"
        )
    gaps = [_gap(gap, entry, notebook) for gap in listed]
    return {"gaps": gaps, **_feedback(entry)}


def _gap(gap, entry, notebook) -> dict:
    if not isinstance(gap, Lined):
        notebook.note(entry.line_of("gaps"), "a gap has “type” and what is accepted in it")
        return {}
    kind = gap.get("type")
    if not isinstance(kind, str) or kind not in GAPS:
        notebook.note(gap.line_of("type"), f"no type of gap is called “{kind}”")
        return {}
    if not notebook.check_keys(
        gap, needed={"type", GAPS[kind]}, optional={"weight"}, line_of=gap.line_of
    ):
        return {}
    own = {
        "single_choice": lambda: _options(gap, notebook, OPTIONS_OF_A_GAP),
        "short_answer": lambda: {"accepted": _texts(gap, "accepted", notebook)},
        "numerical": lambda: _answers(gap, notebook),
    }[kind]()
    if "weight" not in gap:
        return {"kind": kind, **own}
    if not _is_number(gap["weight"], *WEIGHTS):
        notebook.note(
            gap.line_of("weight"), f"“weight” is a number from {WEIGHTS[0]} to {WEIGHTS[1]}"
        )
    return {"kind": kind, **own, "weight": gap["weight"]}


def _spot(entry, notebook) -> dict:
    """Return a message as its parts. Those in braces are suspicious; each has its sign."""
    signs = _texts(entry, "signs", notebook)
    if not isinstance(entry["text"], str):
        return {}
    try:
        pieces = marks.split_message(entry["text"])
    except marks.UnbalancedBraces as error:
        notebook.note(entry.line_of("text"), f"braces: {error}")
        return {}
    parts = _parts(pieces)
    suspicious = [part for part in parts if part["suspicious"]]
    harmless = [part for part in parts if not part["suspicious"]]
    _say_to(suspicious, signs, "signs", entry, notebook)
    if "harmless" in entry:
        _say_to(harmless, _texts(entry, "harmless", notebook), "harmless", entry, notebook)
    _check_parts(parts, entry, notebook)
    return {"parts": parts, **_feedback(entry)}


def _parts(pieces: list[marks.Part]) -> list[dict]:
    parts: list[dict] = []
    for piece in pieces:
        rest = piece.text
        if not piece.sign and parts and (closing := CLOSING.match(rest)):
            # The full stop behind a brace belongs to what it ends.
            parts[-1]["text"] += closing[0]
            rest = rest[closing.end() :]
        for text in [rest] if piece.sign else CUT.split(rest):
            if text.strip():
                parts.append(
                    {
                        "text": " ".join(text.split()),
                        "suspicious": bool(piece.sign),
                        "feedback": "",
                    }
                )
    return parts


def _say_to(parts: list[dict], said: list[str], key: str, entry, notebook) -> None:
    if len(said) != len(parts):
        shown = " / ".join(part["text"] for part in parts)
        notebook.note(
            entry.line_of(key), f"“{key}” has {len(said)} entries for {len(parts)} parts: {shown}"
        )
    for part, feedback in zip(parts, said, strict=False):
        part["feedback"] = feedback


def _check_parts(parts: list[dict], entry, notebook) -> None:
    line = entry.line_of("text")
    if not any(part["suspicious"] for part in parts):
        notebook.note(line, "no part in braces is suspicious")
    if all(part["suspicious"] for part in parts):
        notebook.note(line, "no part is harmless")
    if len(parts) > MOST_PARTS:
        notebook.note(line, f"the message has {len(parts)} parts, more than {MOST_PARTS}")
    for part in parts:
        if not any(letter.isalnum() for letter in part["text"]):
            notebook.note(line, f"the part “{part['text']}” has no word in it")
        elif len(part["text"]) > 500:
            notebook.note(line, f"a part is longer than 500 characters: {part['text'][:30]}…")


_READERS = {
    "single_choice": _options,
    "multiple_choice": _options,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_answer": _short_answer,
    "numerical": _numerical,
    "cloze": _cloze,
    "spot": _spot,
}
