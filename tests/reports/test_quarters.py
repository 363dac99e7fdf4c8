from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.quarters import Quarter, quarter_of, to_report

pytestmark = pytest.mark.one_database
days = st.dates(date(2023, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize("until", [14, 0])
@given(day=days)
def test_every_day_counts_in_exactly_one_quarter(until, day):
    from django.test import override_settings

    with override_settings(REPORTS_COUNT_UNTIL_DAY=until):
        quarter = quarter_of(day)
        assert quarter.counted_from <= day <= quarter.counted_until
        assert quarter.after.counted_from == quarter.counted_until + timedelta(days=1)
        assert quarter.before.after == quarter


@pytest.mark.parametrize(
    ("quarter", "since", "until", "due"),
    [
        (Quarter(2026, 1), date(2025, 12, 15), date(2026, 3, 14), date(2026, 3, 19)),
        (Quarter(2026, 4), date(2026, 9, 15), date(2026, 12, 14), date(2026, 12, 19)),
    ],
)
def test_a_quarter_counts_as_the_state_does(quarter, since, until, due):
    assert (quarter.counted_from, quarter.counted_until, quarter.due_on) == (since, until, due)


def test_a_report_can_be_written_for_two_weeks_after_it_is_due():
    assert to_report(date(2026, 12, 14)) == Quarter(2026, 4)
    assert to_report(date(2026, 12, 19)) == Quarter(2026, 4)
    assert to_report(date(2027, 1, 2)) == Quarter(2026, 4)
    assert to_report(date(2027, 1, 3)) == Quarter(2027, 1)
