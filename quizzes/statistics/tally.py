"""What is kept of attempts, so that every statistic can be had from it without the attempts.

Marks are counted, not summed: for each question at each position, how many attempts earned this mark
in it and that total over all. Discriminative efficiency and the thirds need the distributions, and
all sums follow from them. As marks are whole numbers of 1/SCALE points, all arithmetic on them is exact,
so that neither the order of attempts nor a detour over merged tallies can change a digit.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple, TypeVar

# What one point is divided into. Holds exactly every n-th up to tenths, twelfths, 14ths, 15ths and 16ths
# and whole per cents; Moodle's 33.33333 % becomes a third. Anything else is rounded, by at most 1/50,400.
SCALE = 25_200
# Longer at one question counts as this: the learner had gone away.
LONGEST_SECONDS = 3600
# Stands among the options for those who chose none.
BLANK = -1
FORMAT = 1

Key = int | str
K = TypeVar("K", int, int | str)


class Asked(NamedTuple):
    """One question in one attempt.

    `question` names what was asked (a version of a question). `mark` is the share of `points` that was
    earned, from -1 to 1; a question left blank has mark 0. `chosen` are the original places of the chosen
    options: empty where none was, None where the question has no options to choose from.
    """

    question: Key
    mark: float | Fraction
    points: float | Fraction = 1
    chosen: Sequence[int] | None = None
    seconds: int | None = None


@lru_cache(maxsize=65_536)
def _in_units(mark: float | Fraction, points: float | Fraction) -> tuple[int, int]:
    """Return what was earned and what could have been, in 1/SCALE points."""
    if not (-1 <= mark <= 1 and 0 <= points < 1_000_000):
        raise ValueError(f"No mark: {mark} of {points} points")
    return round(mark * points * SCALE), round(points * SCALE)


def add_counts(counts: dict, more: Mapping) -> None:
    """Add `more` to `counts`, key by key."""
    for key, count in more.items():
        counts[key] = counts.get(key, 0) + count


class Place:
    """What is kept of one question at one position.

    `marks`: attempts by (mark, total). `chosen`: attempts by (option, total). `seconds`: attempts by
    whole seconds. `most`: the sum of what could have been earned. Marks are in 1/SCALE points.
    """

    __slots__ = ("chosen", "marks", "most", "seconds")

    def __init__(self) -> None:
        self.most = 0
        self.marks: dict[tuple[int, int], int] = {}
        self.chosen: dict[tuple[int, int], int] = {}
        self.seconds: dict[int, int] = {}

    def merge(self, other: "Place") -> None:
        self.most += other.most
        for name in ("marks", "chosen", "seconds"):
            add_counts(getattr(self, name), getattr(other, name))

    def add(self, one: Asked, mark: int, most: int, total: int) -> None:
        self.most += most
        marks = self.marks
        marks[mark, total] = marks.get((mark, total), 0) + 1
        if one.chosen is not None:
            chosen = self.chosen
            for option in set(one.chosen) or (BLANK,):
                chosen[option, total] = chosen.get((option, total), 0) + 1
        if one.seconds is not None:
            taken = min(max(one.seconds, 0), LONGEST_SECONDS)
            self.seconds[taken] = self.seconds.get(taken, 0) + 1

    def as_json(self) -> list:
        return [self.most, _pairs(self.marks), _pairs(self.chosen), sorted(self.seconds.items())]

    @classmethod
    def from_json(cls, kept: Sequence) -> "Place":
        place = cls()
        place.most = kept[0]
        place.marks, place.chosen = _from_pairs(kept[1]), _from_pairs(kept[2])
        place.seconds = dict(kept[3])
        return place

    def same_as(self, other: "Place") -> bool:
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)


def _pairs(counts: Mapping[tuple[int, int], int]) -> list[list[int]]:
    return [[first, second, count] for (first, second), count in sorted(counts.items())]


def _from_pairs(kept: Iterable[Sequence[int]]) -> dict[tuple[int, int], int]:
    return {(first, second): count for first, second, count in kept}


def _merged(places: Iterable[Place]) -> Place:
    together = Place()
    for place in places:
        together.merge(place)
    return together


class Tally:
    """Attempts at one quiz, added one at a time.

    `scores`: attempts by (total, what could have been earned). `places`: by (position, question).
    """

    def __init__(self) -> None:
        self.scores: dict[tuple[int, int], int] = {}
        self.places: dict[tuple[int, Key], Place] = {}

    @property
    def attempts(self) -> int:
        return sum(self.scores.values())

    def add(self, asked: Sequence[Asked | None]) -> None:
        """Add one attempt: what was asked at each position, None where nothing was."""
        total = maximum = 0
        worked: list[tuple[int, Asked, int, int]] = []
        for position, one in enumerate(asked):
            if one is not None:
                mark, most = _in_units(one.mark, one.points)
                total += mark
                maximum += most
                worked.append((position, one, mark, most))
        if not worked:
            raise ValueError("An attempt that asked nothing says nothing")
        self.scores[total, maximum] = self.scores.get((total, maximum), 0) + 1
        places = self.places
        for position, one, mark, most in worked:
            place = places.get((position, one.question))
            if place is None:
                place = places[position, one.question] = Place()
            place.add(one, mark, most, total)

    def __add__(self, other: "Tally") -> "Tally":
        both = Tally()
        for tally in (self, other):
            add_counts(both.scores, tally.scores)
            for where, place in tally.places.items():
                both.places.setdefault(where, Place()).merge(place)
        return both

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tally):
            return NotImplemented
        return (
            self.scores == other.scores
            and self.places.keys() == other.places.keys()
            and all(place.same_as(other.places[where]) for where, place in self.places.items())
        )

    __hash__ = None  # type: ignore[assignment]  # it changes

    def by_position(self) -> dict[int, Place]:
        """Return all that was asked at each position as one, whichever questions were drawn. To be read only."""
        return self._together((position, place) for (position, _q), place in self.places.items())

    def by_question(self) -> dict[Key, Place]:
        """Return all that is known of each question, wherever it stood. To be read only."""
        return self._together((question, place) for (_p, question), place in self.places.items())

    @staticmethod
    def _together(places: Iterable[tuple[K, Place]]) -> dict[K, Place]:
        groups: dict[K, list[Place]] = {}
        for key, place in places:
            groups.setdefault(key, []).append(place)
        return {
            key: group[0] if len(group) == 1 else _merged(group)
            for key, group in sorted(
                groups.items(), key=lambda entry: (str(type(entry[0])), entry[0])
            )
        }

    def as_json(self) -> dict:
        """Return plain values for a JSON field; `from_json` reads them back."""
        places = sorted(self.places.items(), key=lambda entry: (entry[0][0], str(entry[0][1])))
        return {
            "format": FORMAT,
            "scale": SCALE,
            "scores": _pairs(self.scores),
            "places": [
                [position, question, *place.as_json()] for (position, question), place in places
            ],
        }

    @classmethod
    def from_json(cls, kept: Mapping) -> "Tally":
        """Read what `as_json` returned. Refuses (ValueError) another format: count afresh then."""
        if (kept.get("format"), kept.get("scale")) != (FORMAT, SCALE):
            raise ValueError("A tally of another format")
        tally = cls()
        tally.scores = _from_pairs(kept["scores"])
        for position, question, *place in kept["places"]:
            tally.places[position, question] = Place.from_json(place)
        return tally
