"""What was read from a file, as plain data for whoever asks from a shell or a program."""

from typing import Any

from quizzes import marking
from quizzes.exchange.parsed import Left, Parsed


def told(question: Parsed) -> dict[str, Any]:
    """Return a question as plain data: type, stem, options with fractions from -1 to 1, feedback."""
    content = question.content
    found: dict[str, Any] = {
        "type": question.kind,
        "name": question.name,
        "line": question.line,
        "stem": content["stem"],
        "markup": content.get("markup", "plain"),
        "category": list(question.category),
        "tags": list(question.tags),
        "options": options(question.kind, content),
        "feedback": {
            "general": content.get("explanation", ""),
            "right": content.get("feedback_right", ""),
            "partial": content.get("feedback_partial", ""),
            "wrong": content.get("feedback_wrong", ""),
        },
        "pictures": sorted(question.pictures),
        "notes": list(question.notes),
    }
    if question.kind == "cloze":
        found["gaps"] = [
            {
                "type": gap["kind"],
                "weight": gap.get("weight", 1),
                "options": options(gap["kind"], gap),
            }
            for gap in content["gaps"]
        ]
    return found | {key: content[key] for key in _AS_THEY_ARE if key in content}


_AS_THEY_ARE = (
    "points",
    "penalty",
    "hints",
    "unit",
    "exact",
    "wildcards",
    "keep_order",
    "hint",
    "message",
)


def options(kind: str, content: dict) -> list[dict[str, Any]]:
    """Return what can be answered, each with its text, its fraction and what is said to it."""
    return _OPTIONS[kind](content)


def _option(text: str, fraction, feedback: str = "", **more) -> dict[str, Any]:
    return {"text": text, "fraction": round(float(fraction), 7), "feedback": feedback, **more}


def _choices(content) -> list[dict]:
    has_worths = any("worth" in option for option in content["options"])
    right = sum(bool(option.get("correct")) for option in content["options"])
    return [
        _option(one["text"], _fraction(one, right, has_worths), one.get("feedback", ""))
        for one in content["options"]
    ]


def _fraction(option: dict, right: int, has_worths: bool) -> float:
    """Return what choosing an option adds; where none says so, by the rule of multiple choice."""
    if has_worths or right <= 1:
        return float(marking.worth(option))
    return (1 if option.get("correct") else -1) / right


def _true_false(content) -> list[dict]:
    said = {True: content.get("feedback_right", ""), False: content.get("feedback_wrong", "")}
    return [
        _option(text, value is content["answer"], said[value is content["answer"]])
        for text, value in (("true", True), ("false", False))
    ]


def _accepted(content) -> list[dict]:
    return [
        _option(one, 1)
        if isinstance(one, str)
        else _option(one["text"], marking.accepted_worth(one), one.get("feedback", ""))
        for one in content["accepted"]
    ]


def _numbers(content) -> list[dict]:
    return [
        _option(
            one["value"],
            marking.accepted_worth(one),
            one.get("feedback", ""),
            tolerance=one.get("tolerance") or "0",
        )
        for one in content["answers"]
    ]


def _pairs(content) -> list[dict]:
    pairs = content["pairs"]
    found = [_option(one["left"], 1 / len(pairs), match=one["right"]) for one in pairs]
    return found + [_option("", 0, match=text) for text in content.get("distractors", [])]


def _parts(content) -> list[dict]:
    right = sum(part["suspicious"] for part in content["parts"])
    return [
        _option(one["text"], (1 if one["suspicious"] else -1) / right, one.get("feedback", ""))
        for one in content["parts"]
    ]


_OPTIONS = {
    "single_choice": _choices,
    "multiple_choice": _choices,
    "true_false": _true_false,
    "matching": _pairs,
    "ordering": lambda content: [
        _option(text, 1, position=at) for at, text in enumerate(content["items"], start=1)
    ],
    "short_answer": _accepted,
    "numerical": _numbers,
    "cloze": lambda content: [],
    "spot": _parts,
}


def left_told(left: Left) -> dict[str, Any]:
    """Return what was left out as plain data: the line, what stood there, and why."""
    return {"line": left.line, "what": left.what, "why": left.why}
