from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes import numbers


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("3,5", {"3.5"}),
        ("3.5", {"3.5"}),
        (" -3,5 ", {"-3.5"}),
        ("−2", {"-2"}),
        ("1.500", {"1500", "1.5"}),
        ("1.500.000", {"1500000"}),
        ("1.500.000,25", {"1500000.25"}),
        ("1,234.5", {"1234.5"}),
        ("10 000", {"10000"}),
        ("2e3", {"2000"}),
        ("1900.6838", {"1900.6838"}),
        ("", set()),
        ("ba", set()),
        ("1.500.5", set()),
        ("1e999", set()),
        ("1/2", set()),
        ("9" * 41, set()),
        ("٣", {"3"}),
    ],
)
def test_what_a_text_may_mean(text, meant):
    assert numbers.readings(text) == {Fraction(one) for one in meant}


def test_a_unit_may_stand_behind_the_number_or_not():
    assert numbers.readings("25 km", unit="km") == {25}
    assert numbers.readings("25KM", unit="km") == {25}
    assert numbers.readings("25", unit="km") == {25}
    assert numbers.readings("25 m", unit="km") == set()


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9
    )
)
def test_a_number_written_with_a_comma_or_a_point_is_that_number(value: Decimal):
    text = f"{value:f}"
    assert Fraction(value) in numbers.readings(text)
    assert Fraction(value) in numbers.readings(text.replace(".", ","))
    assert numbers.exact(text) == Fraction(value)


@given(st.text(max_size=60))
def test_any_text_is_read_in_no_time(text):
    assert len(numbers.readings(text)) <= 2


@pytest.mark.parametrize("text", ["", "1,5", "1e999999", "x", "nan", "inf", "1" * 50])
def test_what_an_editor_writes_is_a_plain_number(text):
    with pytest.raises(ValueError, match="not a number"):
        numbers.exact(text)
