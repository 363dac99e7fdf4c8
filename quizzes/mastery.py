"""Mastery of an outcome, from marks alone. The rule in words: docs/mastery.md."""

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction

RULE = "mastery-1"
LOOKED_AT = 4
RIGHT = Fraction(1)
SHARE = Fraction(3, 4)
LEAST = 2


class Level(StrEnum):
    NOT_LEARNED = "not_learned"
    LEARNING = "learning"
    MASTERED = "mastered"


def level(marks: Sequence[Fraction]) -> Level:
    """Return how well an outcome is mastered, from the marks of its questions, newest first.

    Looked at are the latest LOOKED_AT. Mastered: at least LEAST questions, the latest LEAST fully
    right, and on average at least SHARE. Learning: something was right. Otherwise not learned.
    """
    latest = list(marks[:LOOKED_AT])
    if not latest or not any(latest):
        return Level.NOT_LEARNED
    enough = len(latest) >= LEAST and all(mark == RIGHT for mark in latest[:LEAST])
    if enough and sum(latest, Fraction(0)) / len(latest) >= SHARE:
        return Level.MASTERED
    return Level.LEARNING
