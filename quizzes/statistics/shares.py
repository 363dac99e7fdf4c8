"""Who chose what, and how scores are spread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from django.utils.translation import gettext as _

from quizzes.statistics.tally import BLANK, Key, Tally

LOWER, MIDDLE, TOP = range(3)


@dataclass(frozen=True)
class OptionShares:
    """How many chose an option.

    `option` is its original place, or BLANK for those who chose none. `chosen` counts attempts, `share` is
    that of all in which the question was asked, `thirds` those of the lower, middle and top third.
    """

    option: int
    chosen: int
    share: float
    thirds: tuple[float, float, float]


def option_worths(kind: str, content: Mapping) -> list[float] | None:
    """Return what each option of a question is worth, -1 to 1, or None where there are none to choose from.

    The options of a true-or-false question are true and false, in that order; those of a "spot" question its
    parts. Where options have no worth of their own, 1 is right and 0 is wrong.
    """
    if kind == "true_false":
        return [1.0, 0.0] if content["answer"] else [0.0, 1.0]
    if kind == "spot":
        return [1.0 if part.get("suspicious") else 0.0 for part in content["parts"]]
    if kind in ("single_choice", "multiple_choice"):
        return [
            option.get("worth", 100 if option.get("correct") else 0) / 100
            for option in content["options"]
        ]
    return None


def option_shares(tally: Tally, question: Key, options: int) -> list[OptionShares]:
    """Return the shares of each of `options` places, and last of BLANK.

    Thirds are thirds of those who were asked this question, by their total. Where many have the total at
    which two thirds meet, each of them belongs to both in the proportion that fills the lower one: so
    each third weighs the same, and no order of attempts decides.
    """
    place = tally.by_question()[question]
    by_total: dict[int, int] = {}
    for (_mark, total), count in place.marks.items():
        by_total[total] = by_total.get(total, 0) + count
    asked = sum(by_total.values())
    parts = thirds(by_total)
    return [_shares(place.chosen, option, asked, parts) for option in (*range(options), BLANK)]


def thirds(by_total: Mapping[int, int]) -> dict[int, tuple[float, float, float]]:
    """Return for each total what part of those who have it belongs to the lower, middle and top third."""
    n = sum(by_total.values())
    below = 0
    parts = {}
    for total, count in sorted(by_total.items()):
        # In thirds of attempts, so that all bounds are whole: this total spans [3 below, 3 (below + count)).
        start, end = 3 * below, 3 * (below + count)
        low, middle, top = (
            max(0, min(end, (third + 1) * n) - max(start, third * n)) / (end - start)
            for third in (LOWER, MIDDLE, TOP)
        )
        parts[total] = (low, middle, top)
        below += count
    return parts


def _shares(
    chosen: Mapping[tuple[int, int], int],
    option: int,
    asked: int,
    parts: Mapping[int, tuple[float, float, float]],
) -> OptionShares:
    of_thirds = [0.0, 0.0, 0.0]
    number = 0
    for (one, total), count in chosen.items():
        if one == option:
            number += count
            for third, part in enumerate(parts[total]):
                of_thirds[third] += part * count
    low, middle, top = (3 * weight / asked if asked else 0.0 for weight in of_thirds)
    return OptionShares(option, number, number / asked if asked else 0.0, (low, middle, top))


def score_bins(tally: Tally, bins: int = 10) -> list[int]:
    """Return how many attempts scored in each of `bins` equal ranges from 0 to 100 per cent.

    A range holds its lower bound; the last one holds 100 per cent too. Scores below zero stand in the first.
    Attempts that could earn nothing are left out.
    """
    counts = [0] * bins
    for (total, maximum), count in tally.scores.items():
        if maximum:
            counts[max(0, min(bins - 1, total * bins // maximum))] += count
    return counts


def right_options(kind: str, worths: Sequence[float]) -> set[int]:
    """Return the places of the right options: where only one can be chosen, those that earn most."""
    several = kind in ("multiple_choice", "spot")
    best = max(worths, default=0.0)
    return {place for place, worth in enumerate(worths) if worth > 0 and (several or worth == best)}


def option_name(kind: str, option: int) -> str:
    """Return what an option is called in tables and drawings: true, false, or a letter."""
    if option == BLANK:
        return _("No answer")
    if kind == "true_false":
        return _("False") if option else _("True")
    return ascii_uppercase[option] if option < len(ascii_uppercase) else str(option + 1)
