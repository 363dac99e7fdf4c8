"""Statistics of one question, or of one position in a quiz whose questions are drawn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from quizzes.statistics.tally import SCALE, Key, Place, Tally, add_counts


@dataclass(frozen=True)
class ItemStatistics:
    """With x an attempt's mark in the item, y its mark in the rest of the quiz (total less x), n attempts
    in which the item was asked, and X its points; variances and covariances divide by n - 1:

    - `facility`: mean(x) / X. None where it is worth no points.
    - `deviation`: standard deviation of x / X; from two attempts on.
    - `intended_weight`: X / points of the whole quiz.
    - `effective_weight`: sqrt(cov(x, total)) / the sum of that over all positions whose covariance is not
      negative. How much of the spread of totals the position makes. None where it is negative, and for single
      questions: weights are shared among positions.
    - `discrimination`: cov(x, y) / sqrt(var(x) var(y)), the correlation with the rest. None where either
      does not vary. (Of a drawn question Moodle correlates with the total that holds x itself, which
      flatters it; here it is the rest for drawn ones too.)
    - `efficiency`: cov(x, y) / the greatest covariance that the same marks could have, which is when both
      are sorted alike. How near the discrimination comes to what so hard a question can have.
    - `mean_seconds`, `median_seconds`: time taken, an hour at most; None where no time is known.

    Source: Moodle developer documentation, "Quiz statistics calculations", Position statistics.
    """

    attempts: int
    facility: float | None
    deviation: float | None
    intended_weight: float | None
    effective_weight: float | None
    discrimination: float | None
    efficiency: float | None
    mean_seconds: float | None
    median_seconds: float | None


@dataclass(frozen=True)
class Moments:
    """Sums over attempts of a mark x and the rest y, as whole numbers of 1/SCALE points.

    What is named `…_n2` is the (co)variance times n (n - 1): whole, and therefore exactly zero when zero.
    """

    n: int
    x: int
    xx_n2: int
    yy_n2: int
    xy_n2: int
    most_xy_n2: int

    @property
    def variance(self) -> float | None:
        """Of x, in points squared."""
        return self._divided(self.xx_n2)

    @property
    def covariance_with_total(self) -> float | None:
        """Of x with x + y, in points squared."""
        return self._divided(self.xx_n2 + self.xy_n2)

    def _divided(self, n2: int) -> float | None:
        return n2 / (self.n * (self.n - 1) * SCALE**2) if self.n > 1 else None


def moments(marks: Mapping[tuple[int, int], int]) -> Moments:
    """Return the sums over attempts counted by (mark, total)."""
    n = x = y = xx = yy = xy = 0
    of_x: dict[int, int] = {}
    of_y: dict[int, int] = {}
    for (mark, total), count in marks.items():
        rest = total - mark
        n += count
        x += count * mark
        y += count * rest
        xx += count * mark * mark
        yy += count * rest * rest
        xy += count * mark * rest
        of_x[mark] = of_x.get(mark, 0) + count
        of_y[rest] = of_y.get(rest, 0) + count
    most_xy = _sorted_product(of_x, of_y)
    return Moments(n, x, n * xx - x * x, n * yy - y * y, n * xy - x * y, n * most_xy - x * y)


def _sorted_product(of_x: Mapping[int, int], of_y: Mapping[int, int]) -> int:
    """Return the sum of products when the least x stands with the least y, and so on upwards."""
    rests = iter(sorted(of_y.items()))
    rest = left = product = 0
    for mark, count in sorted(of_x.items()):
        wanted = count
        while wanted:
            if not left:
                rest, left = next(rests)
            pairs = min(wanted, left)
            product += pairs * mark * rest
            wanted -= pairs
            left -= pairs
    return product


def mean_maximum(tally: Tally) -> float:
    """Return how many points an attempt could earn: the mean, where attempts differ."""
    total = sum(maximum * count for (_total, maximum), count in tally.scores.items())
    return total / tally.attempts / SCALE if tally.scores else 0.0


def by_position(tally: Tally) -> list[ItemStatistics]:
    """Return the statistics of each position at which something was asked, in their order."""
    places = list(tally.by_position().values())
    sums = [moments(place.marks) for place in places]
    roots = [_root(one.covariance_with_total) for one in sums]
    whole = sum(root for root in roots if root is not None)
    maximum = mean_maximum(tally)
    return [
        _statistics(place, one, maximum, root / whole if whole and root is not None else None)
        for place, one, root in zip(places, sums, roots, strict=True)
    ]


def by_question(tally: Tally) -> dict[Key, ItemStatistics]:
    """Return the statistics of each question, over the attempts in which it was asked."""
    maximum = mean_maximum(tally)
    return {
        question: _statistics(place, moments(place.marks), maximum, None)
        for question, place in tally.by_question().items()
    }


def _root(covariance: float | None) -> float | None:
    return None if covariance is None or covariance < 0 else sqrt(covariance)


def _statistics(
    place: Place, sums: Moments, maximum: float, effective_weight: float | None
) -> ItemStatistics:
    points = place.most / sums.n / SCALE
    spread = sqrt(sums.xx_n2) * sqrt(sums.yy_n2)
    return ItemStatistics(
        attempts=sums.n,
        facility=sums.x / place.most if place.most else None,
        deviation=sqrt(sums.variance) / points if sums.variance is not None and points else None,
        intended_weight=points / maximum if maximum else None,
        effective_weight=effective_weight,
        discrimination=sums.xy_n2 / spread if spread else None,
        efficiency=sums.xy_n2 / sums.most_xy_n2 if sums.most_xy_n2 else None,
        mean_seconds=_mean(place.seconds),
        median_seconds=median(place.seconds),
    )


def _mean(counts: Mapping[int, int]) -> float | None:
    n = sum(counts.values())
    return sum(value * count for value, count in counts.items()) / n if n else None


def median(counts: Mapping[int, int]) -> float | None:
    """Return the middle of counted values; of an even number the mean of the middle two."""
    n = sum(counts.values())
    if not n:
        return None
    low, high = _nth(counts, (n - 1) // 2), _nth(counts, n // 2)
    return (low + high) / 2


def _nth(counts: Mapping[int, int], place: int) -> int:
    ordered = sorted(counts.items())
    for value, count in ordered:
        if place < count:
            return value
        place -= count
    raise IndexError(place)


def counts_of(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return counted values as one mapping, where a value may come more than once."""
    counts: dict[int, int] = {}
    for value, count in pairs:
        add_counts(counts, {value: count})
    return counts
