"""A province of the directive's size in the site that is measured: made once, for the groups that need it."""

from functools import cache

from lms import demonstration, demonstration_province


@cache
def make() -> None:
    """Bring in the whole demonstration province through the real imports; takes some minutes."""
    demonstration.load()
    demonstration_province.load(say=lambda _line: None)
