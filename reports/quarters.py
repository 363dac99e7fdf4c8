"""Quarters as the state's reports count them: from the 15th of the month before to the 14th of the last month.

Both days are settings, as is the day on which a report is due; the directive (2.9e) says "before the
20th of the last month of the quarter".
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year; `number` is 1 to 4."""

    year: int
    number: int

    @property
    def last_month(self) -> int:
        return 3 * self.number

    @property
    def counted_until(self) -> date:
        """The last day that counts."""
        day = settings.REPORTS_COUNT_UNTIL_DAY
        if day == 0:  # the quarter of the calendar
            return _first_of_next(self.year, self.last_month) - timedelta(days=1)
        return date(self.year, self.last_month, day)

    @property
    def counted_from(self) -> date:
        """The first day that counts: the one after the last of the quarter before."""
        return self.before.counted_until + timedelta(days=1)

    @property
    def due_on(self) -> date:
        """The last day on which a report is in time."""
        return date(self.year, self.last_month, settings.REPORTS_DUE_DAY)

    @property
    def before(self) -> "Quarter":
        return (
            Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)
        )

    @property
    def after(self) -> "Quarter":
        return (
            Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)
        )

    def __str__(self) -> str:
        return f"{self.number}/{self.year}"


def _first_of_next(year: int, month: int) -> date:
    return date(year + (month == 12), month % 12 + 1, 1)


def quarter_of(day: date) -> Quarter:
    """Return the quarter in whose counted days a day is."""
    guess = Quarter(day.year, (day.month - 1) // 3 + 1)
    return guess if day <= guess.counted_until else guess.after


def to_report(day: date) -> Quarter:
    """Return the quarter whose report is to be written on a day: until it is due, and a while after.

    The one that is being counted, but for the days after a quarter's end on which its report is written.
    """
    current = quarter_of(day)
    return current.before if day <= current.before.due_on + timedelta(days=14) else current
