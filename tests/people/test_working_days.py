"""Terms in working days."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from people import working_days
from people.working_days import after, between, is_working

NONE: frozenset[tuple[int, ...]] = frozenset()
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2060, 1, 1))
counts = st.integers(min_value=1, max_value=40)
holidays = st.frozensets(
    st.dates(min_value=date(2020, 1, 1), max_value=date(2061, 1, 1)).map(
        lambda day: (day.day, day.month, day.year)
    ),
    max_size=20,
)


def test_saturday_and_sunday_are_no_working_days():
    week = [date(2026, 11, 23) + timedelta(days=n) for n in range(7)]
    assert [is_working(day, holidays=NONE) for day in week] == [True] * 5 + [False] * 2


def test_a_holiday_of_every_year_is_none_in_any_year():
    for year in (2026, 2027, 2099):
        assert not is_working(date(year, 9, 2), holidays={(2, 9)})


def test_a_holiday_of_one_year_is_a_working_day_in_the_next():
    assert not is_working(date(2026, 2, 17), holidays={(17, 2, 2026)})
    assert is_working(date(2027, 2, 17), holidays={(17, 2, 2026)})


def test_two_working_days_from_a_friday_end_on_tuesday():
    assert after(date(2026, 11, 27), 2, holidays=NONE) == date(2026, 12, 1)


def test_two_working_days_before_the_long_weekend_of_2026_pass_over_it():
    # Wednesday 29/4; Thursday and Friday are holidays, then comes the weekend.
    assert after(date(2026, 4, 29), 2, holidays=working_days.holidays()) == date(2026, 5, 5)


def test_the_data_file_has_the_holidays_of_the_solar_calendar():
    assert {(1, 1), (30, 4), (1, 5), (2, 9)} <= working_days.holidays()


def test_every_line_of_the_data_file_is_a_day():
    for day, month, *year in working_days.holidays():
        assert date(*year or [2028], month, day)


@given(days, counts, holidays)
def test_a_term_ends_on_a_working_day_and_has_so_many_of_them(day, count, holidays):
    last = after(day, count, holidays=holidays)
    assert is_working(last, holidays=holidays)
    assert between(day, last, holidays=holidays) == count


@given(days, counts, holidays)
def test_a_longer_term_ends_later(day, count, holidays):
    assert after(day, count, holidays=holidays) < after(day, count + 1, holidays=holidays)


@given(days, counts, holidays)
def test_a_holiday_more_never_makes_a_term_shorter(day, count, holidays):
    assert after(day, count, holidays=holidays) >= after(day, count, holidays=NONE)


@given(days, st.integers(min_value=0, max_value=60), st.integers(min_value=0, max_value=60))
def test_working_days_add_up(day, one, other):
    middle = day + timedelta(days=one)
    last = middle + timedelta(days=other)
    whole = between(day, last, holidays=NONE)
    assert whole == between(day, middle, holidays=NONE) + between(middle, last, holidays=NONE)


@given(days)
def test_nothing_is_left_of_a_term_that_has_ended(day):
    assert between(day, day - timedelta(days=1), holidays=NONE) == 0
