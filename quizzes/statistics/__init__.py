"""Classical test theory over plain values: what attempts say about a quiz and its questions.

The definitions are those of Moodle's quiz statistics report ("Quiz statistics calculations" in the
Moodle developer documentation; Tim Hunt and Jamie Pratt, The Open University), so that a figure here
is the figure there. Moodle prints per cent; here everything is a share from 0 to 1, and None where
a quantity is undefined. As there, what is counted should be everybody's first attempt: later attempts
build on earlier ones. Which attempts are added is the caller's choice.
"""

from quizzes.statistics.guessing import guess_score
from quizzes.statistics.items import ItemStatistics, by_position, by_question
from quizzes.statistics.shares import (
    OptionShares,
    option_name,
    option_shares,
    option_worths,
    right_options,
    score_bins,
)
from quizzes.statistics.tally import Asked, Key, Tally
from quizzes.statistics.whole import QuizStatistics, quiz_statistics

__all__ = [
    "Asked",
    "ItemStatistics",
    "Key",
    "OptionShares",
    "QuizStatistics",
    "Tally",
    "by_position",
    "by_question",
    "guess_score",
    "option_name",
    "option_shares",
    "option_worths",
    "quiz_statistics",
    "right_options",
    "score_bins",
]
