"""A province of the directive's size in the site that is measured: made once, for the groups that need it."""

import random
from functools import cache

from django.utils import timezone

from lms import demonstration, demonstration_province, demonstration_year


def make(*, with_year: bool = False) -> None:
    """Bring in the whole demonstration province through the real imports; takes some minutes.

    With a year of learning it takes some ten more.
    """
    _make()
    if with_year:
        _learn()


@cache
def _make() -> None:
    demonstration.load()
    demonstration_province.load(say=lambda _line: None)


@cache
def _learn() -> None:
    dice = random.Random(23)
    demonstration_year.live_through(clock=timezone.now, dice=dice)
    demonstration_province.work_out()
