"""Statistics against published figures, against the plain formulas, and against what must hold always."""

import json
import random
import statistics as plain
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.statistics import (
    Asked,
    Tally,
    by_position,
    by_question,
    guess_score,
    option_shares,
    option_worths,
    quiz_statistics,
    score_bins,
)
from quizzes.statistics.shares import thirds

DATA = Path(__file__).parent / "data"
PARTS = [Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(2, 3), Fraction(3, 4), Fraction(1)]


def rows(name):
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [line.split(",") for line in lines if not line.startswith(("#", "pattern"))]


def counted(matrix, points=None):
    """Count rows of marks in points, each column one question at its own position."""
    tally = Tally()
    for row in matrix:
        worth = points or [1] * len(row)
        tally.add(
            [
                Asked(place, Fraction(mark) / most if most else 0, most)
                for place, (mark, most) in enumerate(zip(row, worth, strict=True))
            ]
        )
    return tally


@cache
def law_school(section):
    column = {6: 1, 7: 2}[section]
    return counted(
        [[int(one) for one in row[0]] for row in rows("lsat.csv") for _ in range(int(row[column]))]
    )


@cache
def walkthrough():
    return counted([[Fraction(mark) for mark in row] for row in rows("moodle_walkthrough.csv")])


@cache
def states():
    matrix = [[Fraction(mark) for mark in row] for row in rows("moodle_states.csv")]
    return counted(matrix, points=[8] + [1] * 12)


def column(tally, name):
    return [getattr(item, name) for item in by_position(tally)]


@pytest.mark.parametrize(
    ("section", "facility", "discrimination", "alpha"),
    [
        # 6: as `descript` of R's ltm and `itemstats` of mirt have it; 7: as `itemstats` of mirt.
        (6, [0.924, 0.709, 0.553, 0.763, 0.870], [0.1128, 0.1532, 0.1728, 0.1444, 0.1216], 0.295),
        (7, [0.828, 0.658, 0.772, 0.606, 0.843], [0.246, 0.247, 0.313, 0.223, 0.175], 0.453),
    ],
)
def test_the_law_school_test_has_its_published_figures(section, facility, discrimination, alpha):
    tally = law_school(section)
    quiz = quiz_statistics(tally)
    assert quiz.attempts == 1000
    assert column(tally, "facility") == pytest.approx(facility, abs=1e-9)
    assert column(tally, "discrimination") == pytest.approx(
        discrimination, abs=5e-4 if section == 7 else 5e-5
    )
    assert quiz.alpha == pytest.approx(alpha, abs=5e-4)
    assert quiz.average == pytest.approx(sum(facility) / 5)


def test_a_quiz_has_the_figures_that_moodle_works_out_for_it():
    quiz = quiz_statistics(walkthrough())
    expected = {
        "median": 4.5 / 7,
        "average": 4.617333332 / 7,
        "deviation": 0.8117265554 / 7,
        "skewness": -0.092502502,
        "kurtosis": -0.7073968557,
        "alpha": -0.872230935542,
        "error_ratio": 1.368294900795,
        "standard_error": 1.1106813066 / 7,
    }
    assert (quiz.attempts, quiz.maximum) == (25, 7)
    assert {name: getattr(quiz, name) for name in expected} == pytest.approx(expected, rel=1.5e-5)


STATISTICS = ["facility", "deviation", "effective_weight", "discrimination", "efficiency"]


def expected(name):
    return json.loads((DATA / "moodle_expected.json").read_text(encoding="utf-8"))[name]


@pytest.mark.parametrize("name", STATISTICS)
def test_questions_have_the_figures_that_moodle_works_out_for_them(name):
    known = expected("moodle_walkthrough")[name]
    assert column(walkthrough(), name) == pytest.approx(known, rel=2e-5)


@pytest.mark.parametrize("name", STATISTICS)
def test_questions_of_different_points_have_the_figures_that_moodle_checks_itself_with(name):
    assert column(states(), name) == pytest.approx(expected("moodle_states")[name], rel=1e-7)
    assert by_position(states())[0].intended_weight == pytest.approx(8 / 20)


@st.composite
def matrices(draw, least=2):
    """Marks of some people in some questions, and what each question is worth."""
    questions = draw(st.integers(2, 5))
    points = draw(st.lists(st.sampled_from([1, 2, 0.5, 3]), min_size=questions, max_size=questions))
    row = st.lists(st.sampled_from(PARTS), min_size=questions, max_size=questions)
    return draw(st.lists(row, min_size=least, max_size=15)), points


def asked(row, points):
    return [
        Asked(f"q{place}", mark, worth, (int(3 * mark),), 7 + place)
        for place, (mark, worth) in enumerate(zip(row, points, strict=True))
    ]


def tally_of(matrix, points):
    tally = Tally()
    for row in matrix:
        tally.add(asked(row, points))
    return tally


def correlation(x, y):
    if len(set(x)) < 2 or len(set(y)) < 2:
        return None
    return plain.correlation([float(one) for one in x], [float(one) for one in y])


@given(matrices())
@settings(max_examples=60)
def test_what_is_counted_one_by_one_agrees_with_the_plain_formulas(drawn):
    matrix, points = drawn
    earned = [[mark * Fraction(p) for mark, p in zip(row, points, strict=True)] for row in matrix]
    totals = [sum(row) for row in earned]
    tally = tally_of(matrix, points)
    quiz = quiz_statistics(tally)
    maximum = sum(points)
    assert quiz.average == pytest.approx(float(plain.mean(totals)) / maximum)
    assert quiz.median == pytest.approx(float(plain.median(totals)) / maximum)
    assert quiz.deviation == pytest.approx(float(plain.variance(totals)) ** 0.5 / maximum)
    for place, item in enumerate(by_position(tally)):
        x = [row[place] for row in earned]
        y = [total - mark for total, mark in zip(totals, x, strict=True)]
        assert item.facility == pytest.approx(float(plain.mean(x)) / points[place])
        assert item.deviation == pytest.approx(float(plain.variance(x)) ** 0.5 / points[place])
        assert item.discrimination == pytest.approx(correlation(x, y), abs=1e-9)
        greatest = correlation(sorted(x), sorted(y))
        if greatest is not None:
            assert item.efficiency == pytest.approx(item.discrimination / greatest, abs=1e-9)
        assert item.mean_seconds == item.median_seconds == 7 + place


@given(matrices(least=3))
@settings(max_examples=60)
def test_alpha_is_that_of_the_plain_formula_and_never_above_one(drawn):
    matrix, points = drawn
    earned = [[mark * Fraction(p) for mark, p in zip(row, points, strict=True)] for row in matrix]
    spread = plain.variance([sum(row) for row in earned])
    parts = sum(plain.variance(list(marks)) for marks in zip(*earned, strict=True))
    quiz = quiz_statistics(tally_of(matrix, points))
    if not spread:
        assert quiz.alpha is None
        return
    p = len(points)
    assert quiz.alpha == pytest.approx(float(Fraction(p, p - 1) * (1 - parts / spread)), abs=1e-9)
    assert quiz.alpha <= 1 + 1e-12
    assert quiz.error_ratio == pytest.approx(max(0, 1 - quiz.alpha) ** 0.5)


@given(matrices(), st.integers(0, 15), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_merging_counts_as_adding_in_any_order(drawn, cut, chance):
    matrix, points = drawn
    whole = tally_of(matrix, points)
    assert tally_of(matrix[:cut], points) + tally_of(matrix[cut:], points) == whole
    shuffled = chance.sample(matrix, len(matrix))
    again = tally_of(shuffled, points)
    assert again == whole
    assert (by_position(again), quiz_statistics(again)) == (
        by_position(whole),
        quiz_statistics(whole),
    )


@given(matrices())
@settings(max_examples=60)
def test_a_tally_survives_being_kept_as_json(drawn):
    tally = tally_of(*drawn)
    assert Tally.from_json(json.loads(json.dumps(tally.as_json()))) == tally


def test_a_tally_kept_in_another_format_is_refused():
    with pytest.raises(ValueError, match="another format"):
        Tally.from_json({**law_school(6).as_json(), "format": 0})


@given(matrices(), st.sampled_from([2, 5, 0.5]))
@settings(max_examples=60)
def test_points_that_are_all_as_many_times_as_large_change_no_share(drawn, factor):
    matrix, points = drawn
    once, larger = (tally_of(matrix, [one * by for one in points]) for by in (1, factor))
    for before, after in zip(by_position(once), by_position(larger), strict=True):
        assert vars(after) == pytest.approx(vars(before))
    before, after = vars(quiz_statistics(once)), vars(quiz_statistics(larger))
    assert after.pop("maximum") == pytest.approx(factor * before.pop("maximum"))
    assert after == pytest.approx(before)


def test_nothing_is_claimed_of_what_is_undefined():
    alone = tally_of([[1, 1]], [1, 1])
    assert by_position(alone)[0].deviation is None
    assert by_position(alone)[0].discrimination is None
    assert quiz_statistics(alone).deviation is None
    same = quiz_statistics(tally_of([[1, 0]] * 5, [1, 1]))
    assert (same.deviation, same.skewness, same.kurtosis, same.alpha) == (0, None, None, None)
    assert by_position(tally_of([[1, 0]] * 5, [1, 1]))[0].efficiency is None
    assert quiz_statistics(Tally()).average is None
    worthless = by_position(tally_of([[1, 0], [0, 1]], [0, 1]))[0]
    assert (worthless.facility, worthless.deviation) == (None, None)


def test_a_position_that_pulls_against_the_total_has_no_effective_weight():
    against = tally_of([[1, 0, 0, 0], [0, 1, 1, 1], [0, 1, 1, 1], [0, 0, 1, 0]], [1] * 4)
    weights = column(against, "effective_weight")
    assert weights[0] is None
    assert sum(weights[1:]) == pytest.approx(1)


def drawn_attempts(number=200):
    """Attempts at two positions; each draws one of two questions, never both at once."""
    chance = random.Random(3)
    for _ in range(number):
        able = chance.random()
        yield [
            Asked(f"{place}{chance.choice('ab')}", int(chance.random() < able), seconds=20)
            for place in range(3)
        ]


def test_drawn_questions_are_counted_over_the_attempts_in_which_they_were_asked():
    attempts = list(drawn_attempts())
    tally = Tally()
    for attempt in attempts:
        tally.add(attempt)
    items = by_question(tally)
    assert len(items) == 6
    for question, item in items.items():
        with_it = [attempt for attempt in attempts if question in {one.question for one in attempt}]
        x = [next(one.mark for one in attempt if one.question == question) for attempt in with_it]
        y = [
            sum(one.mark for one in attempt) - mark
            for attempt, mark in zip(with_it, x, strict=True)
        ]
        assert item.attempts == len(with_it)
        assert item.facility == pytest.approx(plain.mean(x))
        assert item.discrimination == pytest.approx(correlation(x, y))
        assert item.effective_weight is None
    positions = by_position(tally)
    assert [item.attempts for item in positions] == [200, 200, 200]
    assert sum(item.attempts for item in items.values()) == 600


def test_alpha_is_not_claimed_of_attempts_that_were_asked_at_different_positions():
    tally = Tally()
    for able in (0, 1, 1, 0, 1):
        tally.add([Asked("a", able), Asked("b", able)])
    assert quiz_statistics(tally).alpha == pytest.approx(1)
    tally.add([Asked("a", 1), None])
    assert quiz_statistics(tally).alpha is None
    assert [item.attempts for item in by_position(tally)] == [6, 5]


def test_a_question_that_stands_at_two_positions_is_one_question():
    tally = Tally()
    tally.add([Asked("a", 1), Asked("b", 0)])
    tally.add([Asked("b", 1), Asked("a", 0)])
    assert {key: item.attempts for key, item in by_question(tally).items()} == {"a": 2, "b": 2}


def test_marks_of_moodle_with_five_digits_are_the_fractions_that_they_mean():
    rounded, exact = Tally(), Tally()
    for mark, meant in ((0.3333333, Fraction(1, 3)), (0.66667, Fraction(2, 3)), (-0.25, -0.25)):
        rounded.add([Asked("a", mark), Asked("b", 1)])
        exact.add([Asked("a", meant), Asked("b", 1)])
    assert rounded == exact


@pytest.mark.parametrize("mark", [1.01, -2, float("nan"), float("inf")])
def test_what_is_no_mark_is_refused_and_counts_nothing(mark):
    tally = Tally()
    with pytest.raises(ValueError, match="No mark"):
        tally.add([Asked("a", 1), Asked("b", mark)])
    assert tally == Tally()


def test_an_attempt_that_asked_nothing_is_refused():
    with pytest.raises(ValueError, match="nothing"):
        Tally().add([None, None])


def test_time_away_from_the_screen_counts_as_an_hour():
    tally = Tally()
    for seconds in (10, 20, 30, 90_000, None):
        tally.add([Asked("a", 1, seconds=seconds)])
    item = by_question(tally)["a"]
    assert item.median_seconds == 25
    assert item.mean_seconds == (10 + 20 + 30 + 3600) / 4


def test_shares_of_options_are_by_thirds_of_the_scores():
    tally = Tally()
    for score in range(9):
        chosen = () if score == 0 else (0,) if score < 6 else (1,)
        tally.add(
            [
                Asked("a", 0, chosen=chosen),
                *(Asked(place, int(place < score)) for place in range(8)),
            ]
        )
    first, second, third, blank = option_shares(tally, "a", 3)
    assert first.thirds == pytest.approx((2 / 3, 1, 0))
    assert second.thirds == pytest.approx((0, 0, 1))
    assert (third.chosen, third.thirds) == (0, (0, 0, 0))
    assert blank.thirds == pytest.approx((1 / 3, 0, 0))
    assert (first.chosen, first.share) == (5, pytest.approx(5 / 9))


def test_several_choices_of_one_attempt_each_count():
    tally = Tally()
    tally.add([Asked("a", 1, chosen=(0, 2, 2))])
    assert [one.chosen for one in option_shares(tally, "a", 3)] == [1, 0, 1, 0]


@given(st.dictionaries(st.integers(-5, 30), st.integers(1, 40), min_size=1, max_size=12))
def test_thirds_weigh_the_same_however_many_have_the_same_score(by_total):
    parts = thirds(by_total)
    n = sum(by_total.values())
    assert all(sum(part) == pytest.approx(1) for part in parts.values())
    for third in range(3):
        weight = sum(parts[total][third] * count for total, count in by_total.items())
        assert weight == pytest.approx(n / 3)
    ordered = [parts[total] for total in sorted(parts)]
    assert all(low[2] == 0 or high[2] == pytest.approx(1) for low, high in pairwise(ordered))


def test_a_score_stands_in_the_range_that_it_begins():
    tally = Tally()
    for right in (0, 1, 2, 5, 9, 10, 10):
        tally.add([Asked(place, int(place < right)) for place in range(10)])
    assert score_bins(tally) == [1, 1, 1, 0, 0, 1, 0, 0, 0, 3]
    tally.add([Asked("a", -1)])
    assert score_bins(tally)[0] == 2


OPTIONS = {"options": [{"text": "a", "correct": True}, {"text": "b"}, {"text": "c"}, {"text": "d"}]}
PARTLY = {
    "options": [
        {"correct": True},
        {"correct": False, "worth": 50},
        {"correct": False, "worth": -30},
    ]
}
PAIRS = {"pairs": [{"left": "a", "right": "1"}, {"left": "b", "right": "2"}], "distractors": ["3"]}
GAPS = {
    "gaps": [
        {"kind": "single_choice", **OPTIONS, "weight": 3},
        {"kind": "numerical", "answers": [{"value": "1", "tolerance": "0"}]},
    ]
}


@pytest.mark.parametrize(
    ("kind", "content", "score"),
    [
        ("single_choice", OPTIONS, 1 / 4),
        ("single_choice", PARTLY, 1.2 / 3),
        ("true_false", {"answer": False}, 1 / 2),
        ("multiple_choice", OPTIONS, None),
        ("spot", {"parts": [{"text": "a", "suspicious": True}]}, None),
        ("matching", PAIRS, 1 / 3),
        ("ordering", {"items": ["a", "b", "c"]}, 1 / 6),
        ("short_answer", {"accepted": ["a"]}, 0),
        ("short_answer", {"accepted": [{"text": "a"}, {"text": "*", "worth": 20}], "wildcards": True}, 0.2),
        ("short_answer", {"accepted": ["*"]}, 0),
        ("numerical", {"answers": [{"value": "1", "tolerance": "0"}]}, 0),
        ("cloze", GAPS, 3 / 16),
    ],
)  # fmt: skip
def test_guessing_earns_what_moodle_says_it_does(kind, content, score):
    assert guess_score(kind, content) == (None if score is None else pytest.approx(score))


def test_options_are_worth_what_the_content_says():
    assert option_worths("single_choice", PARTLY) == [1, 0.5, -0.3]
    assert option_worths("true_false", {"answer": False}) == [0, 1]
    assert option_worths("spot", {"parts": [{"suspicious": True}, {"suspicious": False}]}) == [1, 0]
    assert option_worths("ordering", {"items": ["a"]}) is None
