"""Mastery of an outcome: an estimate from all evidence, and when to refresh it. Pure; the rule `RULE`.

The estimate is Bayesian knowledge tracing (Corbett and Anderson 1995, "Knowledge tracing: Modeling
the acquisition of procedural knowledge"): how likely it is that somebody masters an outcome, given
what they answered. In words, for officials: docs/mastery.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from fractions import Fraction
from math import comb, factorial

from fsrs import Card, Rating, Scheduler

RULE = "mastery-2"


@dataclass(frozen=True)
class Parameters:
    """The numbers of the rule, each a probability.

    `known`: that whoever takes a quiz for the first time masters an outcome; they have read the
    lessons. `learned`: that somebody learns it from one look at the answers with their explanations.
    `slip`: that somebody who masters it answers wrongly. `mastered`: from which estimate on we say
    so. `remembered`: how likely it may have become that it is still remembered, before we ask anew.
    """

    known: float = 0.4
    learned: float = 0.1
    slip: float = 0.1
    mastered: float = 0.9
    remembered: float = 0.7


PARAMETERS = Parameters()
LEAST_EVIDENCE = 2  # answers; one alone is never enough
# Nobody guesses less often than this: there are hints in every question.
LEAST_GUESS = 0.05


class Level(StrEnum):
    NOT_LEARNED = "not_learned"
    LEARNING = "learning"
    MASTERED = "mastered"


@dataclass(frozen=True)
class Evidence:
    """One answer: its mark from 0 to 1, and how likely its mark is by guessing alone."""

    mark: Fraction
    guess: float


def guess(kind: str, content: Mapping) -> float:
    """Return how likely somebody who knows nothing answers a question rightly, by its type."""
    return max(LEAST_GUESS, _GUESSES[kind](content))


def _one_of_the_options(content) -> float:
    return 1 / len(content["options"])


def _so_many_of(total: int, right: int) -> float:
    # Whoever guesses is taken to guess how many there are.
    return 1 / comb(total, right)


def _gap_guess(gap) -> float:
    return guess(gap["kind"], gap)


_GUESSES = {
    "single_choice": _one_of_the_options,
    "multiple_choice": lambda content: _so_many_of(
        len(content["options"]), sum(bool(option.get("correct")) for option in content["options"])
    ),
    "true_false": lambda content: 0.5,
    "matching": lambda content: 1 / (len(content["pairs"]) + len(content.get("distractors", []))),
    "ordering": lambda content: 1 / factorial(len(content["items"])),
    "short_answer": lambda content: LEAST_GUESS,
    "numerical": lambda content: LEAST_GUESS,
    "cloze": lambda content: sum(map(_gap_guess, content["gaps"])) / len(content["gaps"]),
    "spot": lambda content: _so_many_of(
        len(content["parts"]), sum(part["suspicious"] for part in content["parts"])
    ),
}


def after(known: float, answers: Iterable[Evidence], *, by: Parameters = PARAMETERS) -> float:
    """Return the estimate after some answers given together, and after their explanations were seen.

    ``P(known | answer) = P(known) P(answer | known) / P(answer)`` for each answer, in any order, then
    once ``P(known) + (1 - P(known)) P(learned)``. Part of a mark counts as that part of a right answer.
    """
    for answer in answers:
        mark = float(answer.mark)
        if_known = mark * (1 - by.slip) + (1 - mark) * by.slip
        if_not = mark * answer.guess + (1 - mark) * (1 - answer.guess)
        known = known * if_known / (known * if_known + (1 - known) * if_not)
    return known + (1 - known) * by.learned


def estimate(sessions: Iterable[Sequence[Evidence]], *, by: Parameters = PARAMETERS) -> float:
    """Return the estimate after all that somebody answered, a session after the other."""
    known = by.known
    for answers in sessions:
        known = after(known, answers, by=by)
    return known


def level(known: float, *, answers: int, by: Parameters = PARAMETERS) -> Level:
    """Return what an estimate after so many answers means. It may fall again."""
    if known >= by.mastered and answers >= LEAST_EVIDENCE:
        return Level.MASTERED
    return Level.NOT_LEARNED if known < by.known else Level.LEARNING


# When to refresh it


def review(card: Mapping | None, answers: Sequence[Evidence], *, at: datetime) -> dict:
    """Return the memory of an outcome after some answers, to be kept; None before the first.

    FSRS reads one rating from each session: all right "good", something wrong "hard", more wrong than
    right "again". Its `due` is when the outcome should be refreshed.
    """
    mean = sum((answer.mark for answer in answers), Fraction(0)) / len(answers)
    rating = Rating.Good if mean == 1 else Rating.Hard if mean >= Fraction(1, 2) else Rating.Again
    # A card has a number from the clock, which would make it another one each time.
    kept = Card.from_dict(dict(card)) if card else Card(card_id=0, due=at)  # type: ignore[arg-type]
    reviewed, _log = _SCHEDULER.review_card(kept, rating, review_datetime=at.astimezone(UTC))
    return dict(reviewed.to_dict())


_SCHEDULER = Scheduler(
    desired_retention=PARAMETERS.remembered,
    learning_steps=(),
    relearning_steps=(),
    maximum_interval=365,  # days: how people are deceived changes within a year
    enable_fuzzing=False,  # the same answers give the same day
)


def due_at(card: Mapping) -> datetime:
    """Return when what a card is about should be refreshed."""
    return datetime.fromisoformat(card["due"])
