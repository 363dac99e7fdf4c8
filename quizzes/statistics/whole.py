"""Statistics of a quiz as a whole."""

from dataclasses import dataclass
from math import sqrt

from quizzes.statistics.items import counts_of, mean_maximum, median, moments
from quizzes.statistics.tally import SCALE, Tally


@dataclass(frozen=True)
class QuizStatistics:
    """Over the totals t of n attempts, as shares of the `maximum` (in points; the mean, where attempts could
    earn different ones). With m_r the r-th central moment, dividing by n:

    - `average`, `median`; `deviation`: the standard deviation, dividing by n - 1; n > 1.
    - `skewness`: k3 / k2^(3/2) with k2 = n m2 / (n-1), k3 = n² m3 / ((n-1)(n-2)); n > 2.
    - `kurtosis`: k4 / k2² with k4 = n² ((n+1) m4 - 3 (n-1) m2²) / ((n-1)(n-2)(n-3)); n > 3.
      Zero for a normal distribution.
    - `alpha`: Cronbach's coefficient of internal consistency, p/(p-1) (1 - sum of the variances of the p
      positions / variance of t); n > 2, p > 1. Not above 1; below 0 where questions pull apart.
    - `error_ratio`: sqrt(1 - alpha), the part of the deviation that is chance.
    - `standard_error`: error ratio times deviation, of one attempt's total.

    All of the last five are None where all totals are the same. The last three are None too where some
    attempts were not asked at every position: totals of other sets of positions do not compare.

    Source: Moodle developer documentation, "Quiz statistics calculations", Test statistics; alpha: L. J.
    Cronbach, Psychometrika 16 (1951) 297-334.
    """

    attempts: int
    maximum: float
    average: float | None = None
    median: float | None = None
    deviation: float | None = None
    skewness: float | None = None
    kurtosis: float | None = None
    alpha: float | None = None
    error_ratio: float | None = None
    standard_error: float | None = None


def quiz_statistics(tally: Tally) -> QuizStatistics:
    """Return the statistics of all attempts in the tally."""
    maximum = mean_maximum(tally)
    totals = counts_of((total, count) for (total, _most), count in tally.scores.items())
    n = tally.attempts
    if not n or not maximum:
        return QuizStatistics(n, maximum)
    unit = SCALE * maximum
    middle = median(totals)
    assert middle is not None
    total = sum(value * count for value, count in totals.items())
    powers = [
        sum(count * (n * value - total) ** power for value, count in totals.items())
        for power in (2, 3, 4)
    ]
    deviation = sqrt(powers[0] / (n**2 * (n - 1))) / unit if n > 1 else None
    alpha = _alpha(tally, powers[0] / (n**2 * (n - 1)) / SCALE**2) if n > 2 else None
    error_ratio = None if alpha is None else sqrt(max(0.0, 1 - alpha))
    return QuizStatistics(
        attempts=n,
        maximum=maximum,
        average=total / n / unit,
        median=middle / unit,
        deviation=deviation,
        skewness=_skewness(n, powers),
        kurtosis=_kurtosis(n, powers),
        alpha=alpha,
        error_ratio=error_ratio,
        standard_error=None
        if error_ratio is None or deviation is None
        else error_ratio * deviation,
    )


def _skewness(n: int, powers: list[int]) -> float | None:
    """`powers` are the sums of (n t - sum of t)^r for r = 2, 3, 4: whole numbers, n^r times too large."""
    if n <= 2 or not powers[0]:
        return None
    k2 = powers[0] / (n**2 * (n - 1))
    k3 = powers[1] / (n**2 * (n - 1) * (n - 2))
    return k3 / k2**1.5


def _kurtosis(n: int, powers: list[int]) -> float | None:
    if n <= 3 or not powers[0]:
        return None
    k2 = powers[0] / (n**2 * (n - 1))
    # n m4 = powers[2] / n^4 and (n m2)² = powers[0]² / n^4, over one denominator to stay whole.
    above = n * (n + 1) * powers[2] - 3 * (n - 1) * powers[0] ** 2
    k4 = above / (n**4 * (n - 1) * (n - 2) * (n - 3))
    return k4 / k2**2


def _alpha(tally: Tally, variance: float) -> float | None:
    """`variance` of the totals, in points squared."""
    of_positions = [moments(place.marks) for place in tally.by_position().values()]
    p = len(of_positions)
    if p < 2 or not variance or any(one.n != tally.attempts for one in of_positions):
        return None
    parts = sum(one.variance or 0.0 for one in of_positions)
    return p / (p - 1) * (1 - parts / variance)
