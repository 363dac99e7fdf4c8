"""What is wrong with a question, from its statistics. For the author, who decides: nothing changes by itself."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from quizzes.statistics.guessing import guess_score
from quizzes.statistics.items import ItemStatistics
from quizzes.statistics.shares import (
    BLANK,
    TOP,
    OptionShares,
    option_name,
    option_worths,
    right_options,
)

# Below this nothing is said: with 30 attempts a correlation is still uncertain by some 0.18 either way.
ENOUGH_ATTEMPTS = 30
# A correlation with the rest of the quiz below 0.1 tells nobody apart: it explains 1 % of the spread.
LOW_DISCRIMINATION = 0.1
# Of 50 who guess one of five options, ten choose each; when not even one in 50 does, it is no temptation.
ENOUGH_FOR_OPTIONS = 50
UNUSED_SHARE = 0.02
# What more than 19 of 20 know need not be asked, unless it must be known by everybody.
EASY_FACILITY = 0.95
# Three times the usual time means reading it again and again; less than a minute is never slow.
SLOW_TIMES = 3
SLOW_SECONDS = 60


class Code(StrEnum):
    NEGATIVE_DISCRIMINATION = "negative_discrimination"
    LOW_DISCRIMINATION = "low_discrimination"
    WRONG_KEY = "wrong_key"
    TOO_HARD = "too_hard"
    TOO_EASY = "too_easy"
    UNUSED_OPTION = "unused_option"
    TOO_SLOW = "too_slow"


class Severity(StrEnum):
    """`serious`: people are probably marked wrongly. `doubtful`: look at it. `minor`: could be better."""

    SERIOUS = "serious"
    DOUBTFUL = "doubtful"
    MINOR = "minor"


_ORDER = list(Severity)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `figures` are what it was found from; shares from 0 to 1, options by place."""

    code: Code
    severity: Severity
    text: str
    figures: Mapping[str, float] = field(default_factory=dict)


def findings(
    *,
    kind: str,
    content: Mapping,
    item: ItemStatistics,
    options: Sequence[OptionShares] = (),
    usual_seconds: float | None = None,
) -> list[Finding]:
    """Return what is wrong with a question, the worst first. Empty with fewer than ENOUGH_ATTEMPTS.

    `usual_seconds` is what `usual_seconds()` says of the questions of the same quiz.
    """
    if item.attempts < ENOUGH_ATTEMPTS:
        return []
    found = [
        *_key(kind, content, options),
        *_discrimination(item),
        *_difficulty(kind, content, item),
        *_unused(kind, item, options),
        *_slowness(item, usual_seconds),
    ]
    return sorted(found, key=lambda finding: _ORDER.index(finding.severity))


def usual_seconds(items: Iterable[ItemStatistics]) -> float | None:
    """Return how long the question in the middle takes, of those of a quiz whose times are known."""
    times = [item.median_seconds for item in items if item.median_seconds is not None]
    return median(times) if times else None


def _discrimination(item: ItemStatistics) -> Iterator[Finding]:
    value = item.discrimination
    if value is None or value >= LOW_DISCRIMINATION:
        return
    shown = {"discrimination": number_format(value, 2)}
    if value < 0:
        yield Finding(
            Code.NEGATIVE_DISCRIMINATION,
            Severity.SERIOUS,
            _(
                "Those who did well in the rest of the quiz did worse here than the others "
                "(discrimination %(discrimination)s)."
            )
            % shown,
            {"discrimination": value},
        )
    else:
        yield Finding(
            Code.LOW_DISCRIMINATION,
            Severity.DOUBTFUL,
            _(
                "Those who did well in the rest of the quiz did hardly better here than the others "
                "(discrimination %(discrimination)s)."
            )
            % shown,
            {"discrimination": value},
        )


def _difficulty(kind: str, content: Mapping, item: ItemStatistics) -> Iterator[Finding]:
    facility, guess = item.facility, guess_score(kind, content)
    if facility is None:
        return
    if facility > EASY_FACILITY:
        yield Finding(
            Code.TOO_EASY,
            Severity.MINOR,
            _("Nearly everybody gets it right (%(facility)s%%).") % {"facility": _whole(facility)},
            {"facility": facility},
        )
    elif guess and facility < guess:
        yield Finding(
            Code.TOO_HARD,
            Severity.DOUBTFUL,
            _("It earns less (%(facility)s%% of its points) than guessing would (%(guess)s%%).")
            % {"facility": _whole(facility), "guess": _whole(guess)},
            {"facility": facility, "guess": guess},
        )


def _key(kind: str, content: Mapping, options: Sequence[OptionShares]) -> Iterator[Finding]:
    """A wrong option that those who know most prefer to a right one: is it the right one?

    Several right options: the one that is chosen least is what it is compared with, as two options
    whose marks were exchanged would show.
    """
    worths = option_worths(kind, content)
    if worths is None:
        return
    right = right_options(kind, worths)
    by_place = {one.option: one for one in options if one.option != BLANK}
    keys = [by_place[place] for place in sorted(right & by_place.keys())]
    wrong = [
        by_place[place] for place, worth in enumerate(worths) if worth <= 0 and place in by_place
    ]
    if not keys or not wrong:
        return
    key = min(keys, key=lambda one: one.thirds[TOP])
    rival = max(wrong, key=lambda one: one.thirds[TOP])
    if rival.thirds[TOP] > key.thirds[TOP]:
        yield Finding(
            Code.WRONG_KEY,
            Severity.SERIOUS,
            _(
                "Of the best third more chose %(wrong)s (%(wrong_share)s%%) than %(right)s, "
                "which counts as right (%(right_share)s%%). Is the right answer marked wrongly?"
            )
            % {
                "wrong": option_name(kind, rival.option),
                "wrong_share": _whole(rival.thirds[TOP]),
                "right": option_name(kind, key.option),
                "right_share": _whole(key.thirds[TOP]),
            },
            {
                "wrong": rival.option,
                "wrong_share": rival.thirds[TOP],
                "right": key.option,
                "right_share": key.thirds[TOP],
            },
        )


def _unused(kind: str, item: ItemStatistics, options: Sequence[OptionShares]) -> Iterator[Finding]:
    """Only where an author writes options to choose from: false, or the harmless parts of a message, are none."""
    if kind not in ("single_choice", "multiple_choice") or item.attempts < ENOUGH_FOR_OPTIONS:
        return
    for one in options:
        if one.option != BLANK and one.share < UNUSED_SHARE:
            yield Finding(
                Code.UNUSED_OPTION,
                Severity.MINOR,
                _("Hardly anybody chooses %(option)s (%(share)s%%).")
                % {"option": option_name(kind, one.option), "share": _whole(one.share)},
                {"option": one.option, "share": one.share},
            )


def _slowness(item: ItemStatistics, usual: float | None) -> Iterator[Finding]:
    taken = item.median_seconds
    if taken is None or not usual or taken < SLOW_SECONDS or taken < SLOW_TIMES * usual:
        return
    yield Finding(
        Code.TOO_SLOW,
        Severity.MINOR,
        _("It takes %(seconds)s seconds, where the questions of this quiz usually take %(usual)s.")
        % {"seconds": round(taken), "usual": round(usual)},
        {"seconds": taken, "usual": usual},
    )


def _whole(share: float) -> int:
    """Return a share as a whole percentage."""
    return round(100 * share)
