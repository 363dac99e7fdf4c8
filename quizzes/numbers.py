"""Numbers as people write them: "3,5", "1.500.000", "1,234.5", "2e3", perhaps with a unit behind."""

import re
from fractions import Fraction

LONGEST = 40
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,2})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([.,\s])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d+)?")


def exact(text: str) -> Fraction:
    """Return the number that a file or an editor has written with a decimal point.

    Raises ValueError for anything else, and for more digits than a person writes.
    """
    text = text.strip().lower()
    if len(text) > LONGEST or not _PLAIN.fullmatch(text):
        raise ValueError(f"not a number: {text[:LONGEST]}")
    return Fraction(text)


def readings(text: str, *, unit: str = "") -> set[Fraction]:
    """Return every number that a text may mean; none where it is no number.

    "1.500" is 1500 to one and 1.5 to another: both are meant. A unit behind the number may be left out.
    """
    text = text.strip().replace("\N{MINUS SIGN}", "-").replace("\N{NO-BREAK SPACE}", " ").lower()
    if unit and text.endswith(unit.strip().lower()):
        text = text[: -len(unit.strip())].rstrip()
    if len(text) > LONGEST:
        return set()
    found = set()
    if grouped := _GROUPED.fullmatch(text):
        found.add(Fraction(text.replace(grouped.group(1), "").replace(",", ".")))
    plain = text.replace(",", ".")
    if _PLAIN.fullmatch(plain):
        found.add(Fraction(plain))
    return found
