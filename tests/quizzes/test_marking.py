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
    "numerical": {"answers": [{"value": "4.5", "tolerance": "0.5"}, {"value": "9", "worth": 50}]},
    "cloze": {
        "gaps": [
            {"kind": "single_choice", **CHOICES, "weight": 2},
            {"kind": "short_answer", "accepted": ["156"]},
            {"kind": "numerical", "answers": [{"value": "5"}]},
        ]
    },
    "spot": {
        "parts": [
            {"text": "Chào bác", "suspicious": False},
            {"text": "bấm ngay", "suspicious": True},
            {"text": "x.top", "suspicious": True},
        ]
    },
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
        st.sampled_from(["choice", "choices", "value", "places", "text", "gaps", "x"]), anything
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


# What is worth a part


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("33.33333", (1, 3)),
        (16.66667, (1, 6)),
        (50, (1, 2)),
        ("-33.33333", (-1, 3)),
        (12.34, (617, 5000)),
    ],
)
def test_a_rounded_percentage_is_taken_for_the_part_that_it_means(said, meant):
    assert marking.worth({"worth": said, "correct": True}) == Fraction(*meant)


def test_three_thirds_make_a_whole():
    content = {"options": [{"worth": 33.33333}] * 3 + [{"worth": -100}]}
    order = [0, 1, 2, 3]
    assert marking.mark("multiple_choice", content, order, {"choices": [0, 1, 2]}) == 1
    assert marking.mark("multiple_choice", content, order, {"choices": [0, 1, 2, 3]}) == 0
    assert marking.mark("multiple_choice", content, order, {"choices": [3]}) == 0


def test_a_choice_that_is_nearly_right_is_worth_its_part():
    content = {"options": [{"worth": 100}, {"worth": 50}, {"worth": -50}]}
    marks = [
        marking.mark("single_choice", content, [0, 1, 2], {"choice": place}) for place in range(3)
    ]
    assert marks == [1, Fraction(1, 2), 0]


ACCEPTED = {"accepted": [{"text": "sông Hồng", "worth": 100}, {"text": "sông*", "worth": 50}]}


@pytest.mark.parametrize(
    ("text", "more", "worth"),
    [
        ("Song hong", {}, 1),
        ("sông Đà", {}, 0),
        ("sông Đà", {"wildcards": True}, Fraction(1, 2)),
        ("song hong", {"exact": True}, 0),
        ("sông  Hồng ", {"exact": True}, 1),
        ("Sông Hồng", {"exact": True}, 0),
    ],
)
def test_the_first_accepted_answer_that_fits_counts(text, more, worth):
    assert marking.mark("short_answer", ACCEPTED | more, [], {"text": text}) == worth


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("a*c", "abc", True), ("a*c", "ac", True), ("a*c", "ab", False), ("*", "gì cũng được", True),
        ("a*a", "a", False), ("*b*", "abc", True), ("a\\*c", "a*c", True), ("a\\*c", "abc", False),
        ("a*b*c", "aXbYc", True), ("a*b*c", "acb", False), ("*" * 60 + "x", "y" * 200, False),
    ],
)  # fmt: skip
def test_a_star_stands_for_anything(pattern, text, fits):
    content = {"accepted": [pattern], "wildcards": True}
    assert marking.mark("short_answer", content, [], {"text": text}) == fits


@pytest.mark.parametrize(
    ("text", "worth"),
    [("4", 1), ("5,0", 1), ("3,99", 0), ("9", Fraction(1, 2)), ("", 0), ("bốn", 0)],
)
def test_a_number_within_the_tolerance_is_right(text, worth):
    assert marking.mark("numerical", KINDS["numerical"], [], {"text": text}) == worth


def test_each_gap_earns_its_weight():
    def mark(*gaps):
        return marking.mark("cloze", KINDS["cloze"], [], {"gaps": list(gaps)})

    assert mark(0, "156", "5") == 1
    assert mark(0, None, None) == Fraction(1, 2)
    assert mark(2, "156", "") == Fraction(1, 4)
    assert mark() == mark(None) == 0


def test_marking_every_part_as_suspicious_is_no_way_to_spot_signs():
    def mark(*places):
        return marking.mark("spot", KINDS["spot"], [], {"choices": list(places)})

    assert (mark(1, 2), mark(1), mark(0, 1, 2), mark(0), mark()) == (
        1,
        Fraction(1, 2),
        Fraction(1, 2),
        0,
        0,
    )
