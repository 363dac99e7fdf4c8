"""What guessing earns."""

from collections.abc import Mapping
from math import factorial

from quizzes.statistics.shares import option_worths


def guess_score(kind: str, content: Mapping) -> float | None:
    """Return the share of the points that somebody who guesses earns on average, or None.

    As Moodle's types have it: a single choice the mean worth of its options, true or false a half, matching
    one in the number of right sides to choose from, typed answers nothing (unless anything is accepted),
    a cloze the weighted mean of its gaps. Several choices have none: it depends on how many the guesser
    ticks. Ordering, which here must be right as a whole, one in the number of orders.
    """
    return _RULES[kind](content)


def _single_choice(content: Mapping) -> float | None:
    worths = option_worths("single_choice", content)
    return sum(worths) / len(worths) if worths else None


def _true_false(content: Mapping) -> float:
    return 0.5


def _several(content: Mapping) -> None:
    return None


def _matching(content: Mapping) -> float:
    rights = {pair["right"] for pair in content["pairs"]} | set(content.get("distractors", []))
    return 1 / len(rights)


def _ordering(content: Mapping) -> float:
    return 1 / factorial(len(content["items"]))


def _short_answer(content: Mapping) -> float:
    """Nothing, unless a wildcard accepts any text; then what the first such is worth."""
    if content.get("wildcards"):
        for accepted in content["accepted"]:
            text, worth = (
                (accepted, 100)
                if isinstance(accepted, str)
                else (accepted["text"], accepted.get("worth", 100))
            )
            if text.strip() == "*":
                return worth / 100
    return 0.0


def _numerical(content: Mapping) -> float:
    return 0.0


def _cloze(content: Mapping) -> float | None:
    weights = weighted = 0.0
    for gap in content["gaps"]:
        score = guess_score(gap["kind"], gap)
        if score is None:
            return None
        weight = gap.get("weight", 1)
        weights += weight
        weighted += weight * score
    return weighted / weights if weights else None


_RULES = {
    "single_choice": _single_choice,
    "multiple_choice": _several,
    "spot": _several,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_answer": _short_answer,
    "numerical": _numerical,
    "cloze": _cloze,
}
