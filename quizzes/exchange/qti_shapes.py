"""Whether data from a stranger has the shape of a content (docs/content.md) and is safe to show."""

from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from math import isfinite
from typing import Any

from quizzes.exchange.qti_rules import MARKER
from quizzes.exchange.qti_xml import NUMBER
from quizzes.exchange.texts import from_html, with_pictures

Find = Callable[[str], bytes | None]
MOST_PARTS = 500  # of any list


class _Number:
    """A number of JSON."""


class _Decimal:
    """A number in a string."""


class _Typed:
    """A text that is compared, or shown without any formatting; it is never HTML."""


OPTION = {"text": str, "correct": bool, "feedback": str, "worth?": _Number}
ACCEPTED = (_Typed, {"text": _Typed, "worth?": _Number, "feedback?": str})
ANSWER = {"value": _Decimal, "tolerance": _Decimal, "worth?": _Number, "feedback?": str}
SAID = {"feedback_right": str, "feedback_wrong": str, "feedback_partial?": str}
MAY_SAY = {"feedback_right?": str, "feedback_wrong?": str, "feedback_partial?": str}
TEXT_GAP = {"accepted": [ACCEPTED], "exact?": bool, "wildcards?": bool}
PART = {"text": str, "suspicious": bool, "feedback": str, "area?": [_Number]}
CHOICE = {"options": [OPTION], "keep_order?": bool, **MAY_SAY}
GAP = (
    {"kind": "single_choice", "options": [OPTION], "weight?": _Number, **MAY_SAY},
    {"kind": "short_answer", "weight?": _Number, **TEXT_GAP, **MAY_SAY},
    {"kind": "numerical", "answers": [ANSWER], "weight?": _Number, **MAY_SAY},
)
COMMON = {
    "stem": str,
    "explanation?": str,
    "message?": {"from": str, "text": str},
    "markup?": "html",
    "points?": _Number,
    "hints?": [str],
    "penalty?": _Number,
}
SHAPES: Mapping[str, Mapping[str, Any]] = {
    "single_choice": CHOICE,
    "multiple_choice": CHOICE,
    "true_false": {"answer": bool, **SAID},
    "matching": {
        "pairs": [{"left": str, "right": str}],
        "distractors?": [str],
        "keep_order?": bool,
        **SAID,
    },
    "ordering": {"items": [str], **SAID},
    "short_answer": {"hint?": str, **TEXT_GAP, **SAID},
    "numerical": {"answers": [ANSWER], "unit?": _Typed, **SAID},
    "cloze": {"gaps": [GAP], **MAY_SAY},
    "spot": {"parts": [PART], "picture?": _Typed, **MAY_SAY},
}


def fits(kind: str, content: Mapping, pictures: Mapping[str, bytes]) -> bool:
    """Whether a content has the shape of its kind, and only texts that are safe."""
    if kind not in SHAPES:
        return False
    is_html = content.get("markup") == "html"
    if not _fits(content, {**COMMON, **SHAPES[kind]}, pictures.get if is_html else None):
        return False
    if kind == "cloze":
        return Counter(map(int, MARKER.findall(content["stem"]))) == Counter(
            range(1, len(content["gaps"]) + 1)
        )
    if kind == "spot" and "picture" in content:
        areas = [len(part.get("area", ())) == 4 for part in content["parts"]]
        return content["picture"] in pictures and all(areas)
    return True


def _fits(value: Any, shape: Any, find: Find | None) -> bool:
    if isinstance(shape, tuple):
        return any(_fits(value, one, find) for one in shape)
    if isinstance(shape, list):
        few = isinstance(value, list) and len(value) <= MOST_PARTS
        return few and all(_fits(part, shape[0], find) for part in value)
    if isinstance(shape, Mapping):
        return isinstance(value, Mapping) and _fits_mapping(value, shape, find)
    if isinstance(shape, str):
        return value == shape
    return _fits_one(value, shape, find)


def _fits_one(value: Any, shape: Any, find: Find | None) -> bool:
    if shape is str:
        return isinstance(value, str) and (find is None or is_safe(value, find))
    if shape is _Number:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and isfinite(value) and abs(value) <= 10**6
    if shape is _Decimal:
        return isinstance(value, str) and NUMBER.fullmatch(value) is not None and _is_decimal(value)
    return isinstance(value, str if shape is _Typed else shape)


def _fits_mapping(value: Mapping, shape: Mapping[str, Any], find: Find | None) -> bool:
    known = {key.rstrip("?"): part for key, part in shape.items()}
    needed = {key for key in shape if not key.endswith("?")}
    if not needed <= set(value) <= set(known):
        return False
    return all(_fits(part, known[key], find) for key, part in value.items())


def _is_decimal(text: str) -> bool:
    return Decimal(text).is_finite()


def is_safe(html: str, resolve: Find) -> bool:
    """Whether HTML is as the reader of HTML would have left it."""
    bold = "<b></b>"  # so that it stays HTML, whatever else is in it
    named = with_pictures(html, lambda key: key)  # as a file would have them
    return from_html(named + bold, resolve=resolve).text == html + bold
