"""Whether a row of a sheet is somebody who is known already: plain values, no database.

Certain is who has the ministry's identifier, or name, day of birth and unit, or, where only the year is
known, nothing that differs. Likely is who shares name and year of birth at the same unit, or the day
of birth anywhere in the area; a person decides on those. A name alone says nothing: villages are
full of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Known:
    """Somebody who is known: what tells people of one name apart. `units` are where they serve."""

    pk: int
    name: str
    folded_name: str
    born_on: date | None
    birth_year: int | None
    phone: str
    ministry_id: str
    units: frozenset[int]


@dataclass(frozen=True)
class Wanted:
    """The person that a row means."""

    name: str
    folded_name: str
    born_on: date | None
    birth_year: int | None
    phone: str
    ministry_id: str
    unit: int


@dataclass(frozen=True)
class Match:
    """`certain` is who the row is for sure; `likely` are those among whom a person decides."""

    certain: int | None = None
    likely: tuple[int, ...] = ()


def match(wanted: Wanted, known: Iterable[Known]) -> Match:
    """Return whom a row means among those who are known. Nobody: an empty Match."""
    known = list(known)
    if wanted.ministry_id:
        same = [one.pk for one in known if one.ministry_id == wanted.ministry_id]
        if len(same) == 1:
            return Match(certain=same[0])
        if same:
            return Match(likely=tuple(same))
    alike = [one for one in known if _could_be(wanted, one)]
    sure = [one.pk for one in alike if _is_sure(wanted, one)]
    if len(sure) == 1:
        return Match(certain=sure[0])
    return Match(likely=tuple(one.pk for one in alike if _is_likely(wanted, one)))


def _could_be(wanted: Wanted, one: Known) -> bool:
    """Whether nothing speaks against it: the same name, and no birth or identifier that differs."""
    if wanted.folded_name != one.folded_name:
        return False
    if wanted.ministry_id and one.ministry_id and wanted.ministry_id != one.ministry_id:
        return False
    if wanted.born_on and one.born_on:
        return wanted.born_on == one.born_on
    return not (wanted.birth_year and one.birth_year) or wanted.birth_year == one.birth_year


def _is_sure(wanted: Wanted, one: Known) -> bool:
    if wanted.unit not in one.units:
        return False
    if wanted.born_on and one.born_on:
        return True
    if wanted.phone and wanted.phone == one.phone and wanted.birth_year:
        return wanted.birth_year == one.birth_year
    nothing_new = (wanted.born_on, wanted.birth_year, wanted.phone or one.phone) == (
        one.born_on, one.birth_year, one.phone,
    )  # fmt: skip
    return wanted.name == one.name and nothing_new and wanted.birth_year is not None


def _is_likely(wanted: Wanted, one: Known) -> bool:
    if wanted.born_on and one.born_on:
        return True
    return wanted.unit in one.units
