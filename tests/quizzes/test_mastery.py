from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.mastery import LOOKED_AT, Level, level

R, W, H = Fraction(1), Fraction(0), Fraction(1, 2)


@pytest.mark.parametrize(
    ("newest_first", "expected"),
    [
        ([], Level.NOT_LEARNED),
        ([W, W], Level.NOT_LEARNED),
        ([R], Level.LEARNING),  # one right answer may be luck
        ([H, H], Level.LEARNING),
        ([R, R], Level.MASTERED),
        ([R, R, W, R], Level.MASTERED),
        ([R, R, W, W], Level.LEARNING),  # half of the latest four
        ([W, R, R, R], Level.LEARNING),  # the latest was wrong
        ([R, R, R, R, W, W, W], Level.MASTERED),  # what lies further back is forgiven
    ],
)
def test_the_rule_as_docs_mastery_says_it(newest_first, expected):
    assert level(newest_first) == expected


marks = st.lists(st.sampled_from([R, W, H]), max_size=10)


@given(marks)
def test_only_the_latest_four_are_looked_at(newest_first):
    assert level(newest_first) == level(newest_first[:LOOKED_AT])


@given(marks)
def test_two_more_right_answers_never_lower_the_level(newest_first):
    order = list(Level)
    assert order.index(level([R, R, *newest_first])) >= order.index(level(newest_first))


@given(marks)
def test_whoever_has_just_been_wrong_has_not_mastered(newest_first):
    assert level([W, *newest_first]) != Level.MASTERED
