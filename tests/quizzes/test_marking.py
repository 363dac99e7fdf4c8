from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes import marking

CHOICES = {
    "options": [
        {"text": "gọi công an xã", "correct": True},
        {"text": "không bấm", "correct": True},
        {"text": "bấm xem thử", "correct": False},
        {"text": "gửi cho con", "correct": False},
    ]
}
PAIRS = {"pairs": [{"left": "a", "right": "1"}, {"left": "b", "right": "2"}], "distractors": ["3"]}
STEPS = {"items": ["mở", "quét", "đọc tên", "xác nhận"]}
KINDS: dict[str, dict[str, Any]] = {
    "single_choice": CHOICES,
    "multiple_choice": CHOICES,
    "true_false": {"answer": True},
    "matching": PAIRS,
    "ordering": STEPS,
    "short_answer": {"accepted": ["1800.6838", "tổng đài"]},
}


def permutation(size):
    return st.permutations(range(size))


@given(permutation(4))
def test_a_right_choice_counts_wherever_it_is_shown(order):
    content = {"options": [{"text": str(n), "correct": n == 2} for n in range(4)]}
    marks = [marking.mark("single_choice", content, order, {"choice": place}) for place in range(4)]
    assert marks.count(Fraction(1)) == 1
    assert order[marks.index(Fraction(1))] == 2


def test_choosing_everything_is_worth_nothing():
    assert marking.mark("multiple_choice", CHOICES, [0, 1, 2, 3], {"choices": [0, 1, 2, 3]}) == 0


def test_each_right_choice_earns_its_share_and_each_wrong_one_takes_one():
    def mark(*choices):
        return marking.mark("multiple_choice", CHOICES, [0, 1, 2, 3], {"choices": list(choices)})

    assert (mark(0, 1), mark(0), mark(0, 1, 2), mark(0, 2), mark(2)) == (
        1,
        Fraction(1, 2),
        Fraction(1, 2),
        0,
        0,
    )


@given(permutation(3))
def test_each_right_pair_earns_its_share(order):
    def shown(original):
        return order.index(original)

    assert marking.mark("matching", PAIRS, order, {"choices": [shown(0), shown(1)]}) == 1
    assert marking.mark("matching", PAIRS, order, {"choices": [shown(0), shown(2)]}) == Fraction(
        1, 2
    )
    assert marking.mark("matching", PAIRS, order, {"choices": [None, shown(1)]}) == Fraction(1, 2)


@given(permutation(4))
def test_half_a_procedure_is_no_procedure(order):
    right = [original + 1 for original in order]
    assert marking.mark("ordering", STEPS, order, {"places": right}) == 1
    swapped = [right[1], right[0], *right[2:]]
    assert marking.mark("ordering", STEPS, order, {"places": swapped}) == 0


@pytest.mark.parametrize(
    "text", ["tổng đài", "TONG DAI", "  Tổng   đài. ", "tong đai", "1800.6838"]
)
def test_a_short_answer_needs_neither_accents_nor_capitals(text):
    assert marking.mark("short_answer", KINDS["short_answer"], [], {"text": text}) == 1


@pytest.mark.parametrize("text", ["", "   ", ".", "18006838x", None, 7])
def test_what_is_not_the_answer_is_worth_nothing(text):
    assert marking.mark("short_answer", KINDS["short_answer"], [], {"text": text}) == 0


@given(st.sampled_from(list(KINDS)), st.randoms())
def test_the_right_answer_is_worth_everything_in_whatever_order_it_is_shown(kind, dice):
    order = list(range(marking.places_to_shuffle(kind, KINDS[kind])))
    dice.shuffle(order)
    if kind == "single_choice":
        content = {"options": CHOICES["options"][1:]}
        order = [place for place in order if place < 3]
    else:
        content = KINDS[kind]
    right = marking.right_answer(kind, content, order)
    assert marking.mark(kind, content, order, right) == 1


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=6,
)


@given(
    st.sampled_from(list(KINDS)),
    st.dictionaries(
        st.sampled_from(["choice", "choices", "value", "places", "text", "x"]), anything
    ),
)
def test_no_answer_whatever_its_shape_is_worth_more_than_full_or_less_than_nothing(kind, answer):
    content = KINDS[kind]
    order = list(range(marking.places_to_shuffle(kind, content)))
    assert 0 <= marking.mark(kind, content, order, answer) <= 1


marks = st.lists(st.fractions(0, 1, max_denominator=6), min_size=1, max_size=30)


@given(marks, st.integers(1, 100))
def test_nobody_reads_the_pass_mark_beside_not_passed(given_marks, pass_mark):
    shown = marking.per_cent(given_marks)
    assert (shown >= pass_mark) == marking.passed(given_marks, pass_mark=pass_mark)


def test_an_attempt_without_questions_is_not_passed():
    assert marking.per_cent([]) == 0
    assert not marking.passed([], pass_mark=1)
