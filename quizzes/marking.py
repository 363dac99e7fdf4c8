"""Marking: what an answer is worth. Pure functions over plain values; rule `RULE`.

A question's content is plain data as in docs/content.md. `order` says which part of the content
stands at each shown place (``order[shown] == original``), so an answer, which speaks of shown
places, gives nothing away. Every mark is a Fraction from 0 to 1.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from vietnamese import fold, normalise

RULE = "marking-1"
NOTHING = Fraction(0)
FULL = Fraction(1)


def mark(kind: str, content: Mapping, order: Sequence[int], given: Mapping | None) -> Fraction:
    """Return what `given` is worth; no answer, or one out of shape, is worth nothing."""
    if not given:
        return NOTHING
    return _RULES[kind](content, order, given)


def _original(order: Sequence[int], shown) -> int | None:
    """Return the original place of a shown one, or None where there is no such place."""
    if isinstance(shown, int) and not isinstance(shown, bool) and 0 <= shown < len(order):
        return order[shown]
    return None


def _single_choice(content, order, given) -> Fraction:
    original = _original(order, given.get("choice"))
    right = original is not None and content["options"][original].get("correct", False)
    return FULL if right else NOTHING


def _multiple_choice(content, order, given) -> Fraction:
    """Each right choice earns its share, each wrong one takes a share away, never below zero."""
    shown = given.get("choices")
    chosen = {_original(order, place) for place in shown} if isinstance(shown, list) else set()
    right = {place for place, option in enumerate(content["options"]) if option.get("correct")}
    hits, misses = len(chosen & right), len(chosen - right - {None})
    return max(NOTHING, Fraction(hits - misses, len(right)))


def _true_false(content, order, given) -> Fraction:
    return FULL if given.get("value") is content["answer"] else NOTHING


def _matching(content, order, given) -> Fraction:
    """Each pair that is right earns its share. The right sides are shown shuffled."""
    shown = given.get("choices")
    pairs = len(content["pairs"])
    if not isinstance(shown, list):
        return NOTHING
    hits = sum(_original(order, place) == left for left, place in enumerate(shown[:pairs]))
    return Fraction(hits, pairs)


def _ordering(content, order, given) -> Fraction:
    """All in the right order, or nothing: half a procedure is no procedure.

    `places` gives for each shown item the place, from 1, that the learner put it at.
    """
    places = given.get("places")
    wanted = [original + 1 for original in order]
    return FULL if places == wanted else NOTHING


def comparable(text: str) -> str:
    """Return a short answer as it is compared: without accents, case, extra spaces and end marks."""
    return fold(normalise(text)).strip(" .,;:!?\"'“”‘’")


def _short_answer(content, order, given) -> Fraction:
    text = given.get("text")
    if not isinstance(text, str) or not comparable(text):
        return NOTHING
    return FULL if comparable(text) in {comparable(a) for a in content["accepted"]} else NOTHING


_RULES = {
    "single_choice": _single_choice,
    "multiple_choice": _multiple_choice,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_answer": _short_answer,
}


def right_answer(kind: str, content: Mapping, order: Sequence[int]) -> dict:
    """Return an answer that is worth everything, in shown places."""
    if kind == "true_false":
        return {"value": content["answer"]}
    if kind == "short_answer":
        return {"text": content["accepted"][0]}
    if kind == "matching":
        return {"choices": [order.index(left) for left in range(len(content["pairs"]))]}
    if kind == "ordering":
        return {"places": [original + 1 for original in order]}
    right = [
        place for place, original in enumerate(order) if content["options"][original].get("correct")
    ]
    return {"choice": right[0]} if kind == "single_choice" else {"choices": right}


def places_to_shuffle(kind: str, content: Mapping) -> int:
    """Return how many parts of a question are shown in an order of their own."""
    if kind in ("single_choice", "multiple_choice"):
        return len(content["options"])
    if kind == "matching":
        return len(content["pairs"]) + len(content.get("distractors", []))
    if kind == "ordering":
        return len(content["items"])
    return 0


def per_cent(marks: Sequence[Fraction]) -> int:
    """Return the mean of some marks as a whole percentage, rounded down.

    Down, so that nobody reads "80 %" beside "not passed".
    """
    return int(100 * sum(marks, NOTHING) / len(marks)) if marks else 0


def passed(marks: Sequence[Fraction], *, pass_mark: int) -> bool:
    """Whether the mean reaches the pass mark (whole per cent), compared exactly."""
    return bool(marks) and 100 * sum(marks, NOTHING) >= pass_mark * len(marks)
