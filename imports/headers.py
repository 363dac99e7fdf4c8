"""Where the header of a sheet stands, and what each of its headings means.

A header is one row or two: groups may stand above ("Nơi cư trú" over "Xã" and "Thôn"). What a group
forbids, such as parents, none of its columns may hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from imports.columns import Column, Match, SheetKind, is_forbidden, squash
from imports.grids import Grid, UnreadableSheet

HEADER_WITHIN = 40  # rows
HEADING_SHOWN = 60  # characters
HEADINGS_SHOWN = 12
NUMBERING = frozenset({"stt", "tt", "sott", "sothutu", "no", "thutu"})
FORBIDDEN, UNKNOWN, TWICE = "forbidden", "unknown", "twice"


@dataclass(frozen=True)
class FoundColumn:
    """A column that is kept, where it stands and under which heading; of parts, all of them."""

    column: Column
    letter: str
    heading: str


@dataclass(frozen=True)
class Dropped:
    """A column that is not kept: its heading is "forbidden", "unknown", or means another "twice"."""

    letter: str
    heading: str
    reason: str


@dataclass(frozen=True)
class Header:
    """Where a header has been found: `last` is its lowest row, from 0.

    `sources` gives, for each key, the places of its parts and what joins them.
    """

    last: int
    columns: tuple[FoundColumn, ...]
    dropped: tuple[Dropped, ...]
    sources: dict[str, tuple[tuple[int, str], ...]]
    numbering: int | None
    labels: frozenset[str]


@dataclass(frozen=True)
class Heading:
    """What stands over a column: its own words, those of the group above, and what they mean."""

    place: int
    own: str
    group: str
    match: Match | None
    forbidden: bool

    @property
    def words(self) -> str:
        return " – ".join(part for part in (self.group, self.own) if part)[:HEADING_SHOWN]


def _letter(place: int) -> str:
    """Return the letters of a column, from 0: 26 is "AA"."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def find_header(top: list[list[str]], grid: Grid, kind: SheetKind) -> Header | None:
    """Return the header of a kind of sheet that stands in its first rows, None where there is none."""
    for number in range(min(len(top), HEADER_WITHIN)):
        one = _headings(top, number, number, grid, kind)
        if _is_header(one, kind):
            # Two rows: sub-headings below, or groups above that say whose names these are.
            two = _headings(top, number + 1, number, grid, kind)
            if number + 1 < len(top) and _has_sub_headings(top, number, two):
                return _header(number + 1, two, grid, kind)
            if number:
                with_groups = _headings(top, number, number - 1, grid, kind)
                one = with_groups if _is_header(with_groups, kind) else _guarded(one, with_groups)
                if not _is_header(one, kind):
                    continue
            return _header(number, one, grid, kind)
        if number + 1 < len(top) and not _is_header(
            _headings(top, number + 1, number + 1, grid, kind), kind
        ):
            two = _headings(top, number + 1, number, grid, kind)
            if _is_header(two, kind):
                return _header(number + 1, two, grid, kind)
    return None


def _guarded(plain: list[Heading], grouped: list[Heading]) -> list[Heading]:
    """Return headings without those that their group forbids."""
    forbidden = {heading.place for heading in grouped if heading.forbidden}
    return [
        Heading(one.place, one.own, one.group, one.match, one.forbidden or one.place in forbidden)
        for one in plain
    ]


def _headings(
    top: list[list[str]], lower: int, upper: int, grid: Grid, kind: SheetKind
) -> list[Heading]:
    """Return what stands over each column in one row, or in two where `upper` is another one."""
    if lower >= len(top):
        return []
    own = top[lower]
    groups = _groups(top[upper], own, upper, grid) if upper != lower else {}
    found = []
    for place in range(max(len(own), len(top[upper]))):
        words = own[place] if place < len(own) else ""
        group = groups.get(place, "")
        # A heading merged over several columns stands over the first; see _covered.
        if words or (group and place < len(top[upper]) and top[upper][place]):
            match, forbidden = _meaning(words, group, kind)
            found.append(Heading(place, words, group, match, forbidden))
    return found


def _meaning(words: str, group: str, kind: SheetKind) -> tuple[Match | None, bool]:
    """Return which column a heading means, and whether nothing under it may be kept."""
    if group and is_forbidden(group) and not kind.find(group):
        return None, True
    together = (f"{words} {group}", f"{group} {words}") if words and group else ()
    for text in (*together, words or group):
        if match := kind.find(text):
            return match, False
    return None, is_forbidden(f"{group} {words}")


def _groups(row: Sequence[str], below: Sequence[str], number: int, grid: Grid) -> dict[int, str]:
    """Return the heading of the group that each column stands under. A title is no group."""
    filled = [place for place, text in enumerate(row) if text]
    under = [place for place, text in enumerate(below) if text]
    groups = {place: row[place] for place in filled}
    across = [
        (left, right)
        for (first, left), (_last, right) in grid.merged or ()
        if first == number and right > left and left in groups
    ]
    if len(filled) == 1 and under:
        whole = any(left <= under[0] and right >= under[-1] for left, right in across)
        if whole or (filled[0] <= under[0] and not across):
            return {}
    if across:
        for left, right in across:
            groups |= dict.fromkeys(range(left, right + 1), row[left])
        return groups
    # Nothing is merged, or the make does not tell: a group reaches to the next one.
    group = ""
    for place in range(len(below)):
        if place < len(row) and row[place]:
            group = row[place]
        elif group and below[place]:
            groups[place] = group
    return groups


def _is_header(headings: list[Heading], kind: SheetKind) -> bool:
    known = {one.match.column.key for one in headings if one.match and not one.forbidden}
    complete = all(column.key in known for column in kind.required)
    # A lone "Họ và tên" is a header only where it is all there is.
    return complete and len(known) >= min(2, len(headings))


def _has_sub_headings(top: list[list[str]], number: int, two: list[Heading]) -> bool:
    """Return whether the row below a header splits some of its headings, and holds no data."""
    above = top[number]
    below = [one for one in two if one.own]
    known = [one for one in below if one.match or one.forbidden]
    return bool(known) and all(
        one.match or one.forbidden or not (one.place < len(above) and above[one.place])
        for one in below
    )


def _header(last: int, headings: list[Heading], grid: Grid, kind: SheetKind) -> Header:
    dropped: list[Dropped] = []
    taken: dict[str, list[Heading]] = {}
    numbering = None
    for one in headings:
        if squash(one.own or one.group) in NUMBERING:
            numbering = one.place if numbering is None else numbering
        elif one.forbidden or one.match is None:
            reason = FORBIDDEN if one.forbidden else UNKNOWN
            dropped.append(Dropped(_letter(one.place), one.words, reason))
        else:
            taken.setdefault(one.match.column.key, []).append(one)
    columns, sources = [], {}
    for column in kind.columns:
        if column.key not in taken:
            continue
        used = _choose(taken[column.key])
        places = [
            (one.place, one.match.part.joint if one.match.part else " ")
            for one in used
            if one.match
        ]
        dropped += [
            Dropped(_letter(one.place), one.words, TWICE)
            for one in taken[column.key]
            if one not in used
        ]
        sources[column.key] = tuple(places + _covered(used, headings, last, grid))
        letters = ", ".join(_letter(place) for place, _joint in sources[column.key])
        words = ", ".join(dict.fromkeys(one.words for one in used))
        columns.append(FoundColumn(column, letters, words))
    order = {found.column.key: sources[found.column.key][0][0] for found in columns}
    columns.sort(key=lambda found: order[found.column.key])
    dropped.sort(key=lambda one: (len(one.letter), one.letter))
    return Header(
        last=last,
        columns=tuple(columns),
        dropped=tuple(dropped),
        sources=sources,
        numbering=numbering,
        labels=frozenset(
            squash(words) for one in headings for words in (one.own, one.group) if words
        ),
    )


def _choose(headings: list[Heading]) -> list[Heading]:
    """Return the surest heading over a column, or the parts that make it up together."""
    whole = [one for one in headings if one.match and not one.match.part]
    if whole:
        return [min(whole, key=lambda one: (one.match.rank if one.match else 0, one.place))]
    parts: dict[int, Heading] = {}
    for one in headings:
        if one.match and one.match.part:
            parts.setdefault(one.match.part.order, one)
    return [parts[order] for order in sorted(parts)]


def _covered(
    used: list[Heading], headings: list[Heading], last: int, grid: Grid
) -> list[tuple[int, str]]:
    """Return further columns under the one heading of a name that is merged over them."""
    if len(used) != 1 or used[0].match is None or used[0].match.column.key != "name":
        return []
    own = {one.place for one in headings if one.own}
    return [
        (place, " ")
        for (first, left), (bottom, right) in grid.merged or ()
        if left == used[0].place and first <= last <= bottom
        for place in range(left + 1, right + 1)
        if place not in own
    ]


def no_header(seen: list[tuple[Grid, list[list[str]]]], kind: SheetKind) -> UnreadableSheet:
    """Say which columns are missing, and which headings there are in the row that comes closest."""
    if not any(any(row) for _grid, top in seen for row in top):
        return UnreadableSheet(_("The file is empty."))
    best: tuple[int, Grid, int, list[Heading]] | None = None
    for grid, top in seen:
        for number in range(min(len(top), HEADER_WITHIN)):
            headings = _headings(top, number, number, grid, kind)
            known = sum(1 for one in headings if one.match)
            if known and (best is None or known > best[0]):
                best = known, grid, number, headings
    needed = ", ".join(f"“{column.title}”" for column in kind.required)
    if best is None:
        return UnreadableSheet(
            _("No header was found in the first %(rows)s rows: needed are the columns %(needed)s.")
            % {"rows": HEADER_WITHIN, "needed": needed}
        )
    _known, grid, number, headings = best
    found = {one.match.column.key for one in headings if one.match}
    missing = ", ".join(f"“{one.title}”" for one in kind.required if one.key not in found)
    # Only what is known to be a heading is repeated: the rest of the row may be anybody's data.
    words = [one.own for one in headings if one.match or one.forbidden][:HEADINGS_SHOWN]
    return UnreadableSheet(
        _(
            "Sheet “%(sheet)s”, row %(row)s: the column %(missing)s is missing. "
            "Headings found there: %(found)s."
        )
        % {
            "sheet": grid.name,
            "row": number + 1,
            "missing": missing or needed,
            "found": ", ".join(f"“{word[:HEADING_SHOWN]}”" for word in words),
        }
    )
