"""Marking: what an answer is worth. Pure functions over plain values; rule `RULE`.

A question's content is plain data as in docs/content.md. `order` says which part of the content
stands at each shown place (``order[shown] == original``), so an answer, which speaks of shown
places, gives nothing away. Every mark is a Fraction from 0 to 1.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from quizzes import numbers
from vietnamese import fold, normalise

RULE = "marking-2"
NOTHING = Fraction(0)
FULL = Fraction(1)
END_MARKS = " .,;:!?\"'“”‘’"
# Files round thirds, sixths and the like to five places: "33.33333" means a third.
ROUNDED = Fraction(1, 100_000)
LARGEST_PART = 20


def mark(kind: str, content: Mapping, order: Sequence[int], given: Mapping | None) -> Fraction:
    """Return what `given` is worth; no answer, or one out of shape, is worth nothing."""
    if not given:
        return NOTHING
    return min(FULL, max(NOTHING, _RULES[kind](content, order, given)))


def worth(option: Mapping) -> Fraction:
    """Return what choosing an option is worth, from -1 to 1: its own worth, else all or nothing."""
    if "worth" in option:
        return _share(option["worth"])
    return FULL if option.get("correct") else NOTHING


def accepted_worth(accepted: Mapping | str) -> Fraction:
    """Return what an accepted answer is worth: everything, where it does not say otherwise."""
    if isinstance(accepted, str) or "worth" not in accepted:
        return FULL
    return _share(accepted["worth"])


def _share(per_cent) -> Fraction:
    exact = Fraction(str(per_cent)) / 100
    near = exact.limit_denominator(LARGEST_PART)
    return near if abs(near - exact) < ROUNDED else exact


def _original(order: Sequence[int], shown) -> int | None:
    """Return the original place of a shown one, or None where there is no such place."""
    if isinstance(shown, int) and not isinstance(shown, bool) and 0 <= shown < len(order):
        return order[shown]
    return None


def _single_choice(content, order, given) -> Fraction:
    original = _original(order, given.get("choice"))
    return NOTHING if original is None else worth(content["options"][original])


def _chosen(order, given) -> set[int]:
    shown = given.get("choices")
    found = [_original(order, place) for place in shown] if isinstance(shown, list) else []
    return {place for place in found if place is not None}


def _multiple_choice(content, order, given) -> Fraction:
    """Add up what the chosen options are worth, never below zero.

    Where none says what it is worth, each right choice earns its share and each wrong one takes one.
    """
    options, chosen = content["options"], _chosen(order, given)
    if any("worth" in option for option in options):
        return sum((worth(options[place]) for place in chosen), NOTHING)
    return _hits_less_misses(
        chosen, {place for place, option in enumerate(options) if option.get("correct")}
    )


def _hits_less_misses(chosen: set[int], right: set[int]) -> Fraction:
    return Fraction(len(chosen & right) - len(chosen - right), len(right))


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
    return fold(normalise(text)).strip(END_MARKS)


def accepted_place(content: Mapping, text) -> int | None:
    """Return which of the accepted answers a text is: the first that fits, or None.

    Compared as `comparable`, or letter by letter where the content says `exact`. With `wildcards` a
    star stands for anything, and ``\\*`` for a star.
    """
    if not isinstance(text, str) or not comparable(text):
        return None
    for place, accepted in enumerate(content["accepted"]):
        wanted = accepted if isinstance(accepted, str) else accepted["text"]
        if _fits(wanted, text, exact=content.get("exact"), wildcards=content.get("wildcards")):
            return place
    return None


def _fits(wanted: str, text: str, *, exact, wildcards) -> bool:
    def said(part: str) -> str:
        return normalise(part) if exact else fold(normalise(part))

    if not wildcards:
        return (
            normalise(wanted) == normalise(text)
            if exact
            else comparable(wanted) == comparable(text)
        )
    pieces = [said(piece.replace("\0", "*")) for piece in wanted.replace("\\*", "\0").split("*")]
    given = normalise(text) if exact else comparable(text)
    if len(pieces) == 1:
        return given == pieces[0].strip("" if exact else END_MARKS)
    first, *middle, last = pieces
    # No regular expression: a row of stars would let one take for ever.
    if (
        len(given) < len(first) + len(last)
        or not given.startswith(first)
        or not given.endswith(last)
    ):
        return False
    at, end = len(first), len(given) - len(last)
    for piece in middle:
        found = given.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _short_answer(content, order, given) -> Fraction:
    place = accepted_place(content, given.get("text"))
    return NOTHING if place is None else accepted_worth(content["accepted"][place])


def number_place(content: Mapping, text) -> int | None:
    """Return which of the answers to a numerical question a text is: the first within its tolerance."""
    if not isinstance(text, str):
        return None
    found = numbers.readings(text, unit=content.get("unit", ""))
    for place, answer in enumerate(content["answers"]):
        value, tolerance = (
            numbers.exact(answer["value"]),
            numbers.exact(answer.get("tolerance") or "0"),
        )
        if any(abs(reading - value) <= tolerance for reading in found):
            return place
    return None


def _numerical(content, order, given) -> Fraction:
    place = number_place(content, given.get("text"))
    return NOTHING if place is None else accepted_worth(content["answers"][place])


def gap_given(gap: Mapping, said) -> dict:
    """Return what stands in a gap of a cloze as an answer to a question of the gap's own kind."""
    return {"choice": said} if gap["kind"] == "single_choice" else {"text": said}


def gap_order(gap: Mapping) -> list[int]:
    """Return the order in which the options of a gap are shown: as they were written."""
    return list(range(len(gap.get("options", ()))))


def gap_mark(gap: Mapping, said) -> Fraction:
    """Return what one gap of a cloze is worth by itself, from 0 to 1."""
    return mark(gap["kind"], gap, gap_order(gap), gap_given(gap, said))


def _cloze(content, order, given) -> Fraction:
    """Each gap earns its weight's share."""
    said, gaps = given.get("gaps"), content["gaps"]
    if not isinstance(said, list):
        return NOTHING
    weights = [Fraction(str(gap.get("weight", 1))) for gap in gaps]
    earned = sum(
        (
            weight * gap_mark(gap, one)
            for gap, weight, one in zip(gaps, weights, said, strict=False)
        ),
        NOTHING,
    )
    return earned / sum(weights)


def _spot(content, order, given) -> Fraction:
    """Each suspicious part that is marked earns its share, each honest one takes a share away."""
    parts = content["parts"]
    return _hits_less_misses(
        _chosen(range(len(parts)), given),
        {place for place, part in enumerate(parts) if part["suspicious"]},
    )


_RULES = {
    "single_choice": _single_choice,
    "multiple_choice": _multiple_choice,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_answer": _short_answer,
    "numerical": _numerical,
    "cloze": _cloze,
    "spot": _spot,
}


def right_answer(kind: str, content: Mapping, order: Sequence[int]) -> dict:
    """Return the best answer, in shown places: worth everything, if anything is."""
    return _BEST[kind](content, order)


def _best_choice(content, order) -> dict:
    worths = [worth(content["options"][original]) for original in order]
    return {"choice": worths.index(max(worths))}


def _best_choices(content, order) -> dict:
    options = content["options"]
    return {"choices": [shown for shown, at in enumerate(order) if worth(options[at]) > 0]}


def _best_gaps(content, order) -> dict:
    best = (right_answer(gap["kind"], gap, gap_order(gap)) for gap in content["gaps"])
    return {"gaps": [next(iter(given.values())) for given in best]}


_BEST = {
    "single_choice": _best_choice,
    "multiple_choice": _best_choices,
    "true_false": lambda content, order: {"value": content["answer"]},
    "matching": lambda content, order: {
        "choices": [order.index(left) for left in range(len(content["pairs"]))]
    },
    "ordering": lambda content, order: {"places": [original + 1 for original in order]},
    "short_answer": lambda content, order: {"text": _best_text(content)},
    "numerical": lambda content, order: {
        "text": max(content["answers"], key=accepted_worth)["value"]
    },
    "cloze": _best_gaps,
    "spot": lambda content, order: {
        "choices": [place for place, part in enumerate(content["parts"]) if part["suspicious"]]
    },
}


def _best_text(content: Mapping) -> str:
    best = max(content["accepted"], key=accepted_worth)
    text = best if isinstance(best, str) else best["text"]
    if content.get("wildcards"):
        text = text.replace("\\*", "\0").replace("*", "").replace("\0", "*")
    return text


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
