"""Counting days as the law on personal data does: a day of work is Monday to Friday and no holiday.

The holidays are in data/holidays.csv: "dd/mm" for those of every year, "dd/mm/yyyy" for one day of
one year. Tết, the Hùng Kings' day, the second day of Quốc khánh and days that the government moves are announced each
year and must be added then. Where one is missing a term ends too early, never too late.
"""

import csv
from collections.abc import Set
from datetime import date, timedelta
from functools import cache
from pathlib import Path

HOLIDAYS = Path(__file__).parent / "data" / "holidays.csv"
SATURDAY = 5
ONE_DAY = timedelta(days=1)

# (day, month) of every year, or (day, month, year).
Holidays = Set[tuple[int, ...]]


@cache
def holidays() -> Holidays:
    """Return the holidays of the data file; read at the first call."""
    with HOLIDAYS.open(encoding="utf-8", newline="") as lines:
        days = [row["day"] for row in csv.DictReader(lines)]
    return frozenset(tuple(int(part) for part in day.split("/")) for day in days)


def is_working(day: date, *, holidays: Holidays) -> bool:
    """Whether a day is one of work."""
    yearly, once = (day.day, day.month), (day.day, day.month, day.year)
    return day.weekday() < SATURDAY and yearly not in holidays and once not in holidays


def after(day: date, count: int, *, holidays: Holidays) -> date:
    """Return the last day of a term of so many working days (one at least); `day` itself counts for nothing."""
    while count > 0:
        day += ONE_DAY
        count -= is_working(day, holidays=holidays)
    return day


def between(today: date, last: date, *, holidays: Holidays) -> int:
    """Return how many working days come after today up to the last day, and that one too."""
    days = (date.fromordinal(n) for n in range(today.toordinal() + 1, last.toordinal() + 1))
    return sum(is_working(day, holidays=holidays) for day in days)
