"""Who is meant by a list of those who were there: pasted, or a sheet that another tool has made.

Names are matched with their accents, large or small letters: "Hoa" is not "Hòa", and nobody is guessed.
A login name or a telephone number beside a name tells those of one name apart.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from imports import reading
from imports.columns import PERSON_NAME, PHONE, Column, SheetKind, squash
from people.models import Person
from training import meetings
from training.models import Meeting, MeetingPart, Presence
from vietnamese import normalise

MOST_LINES = 2_000
ATTENDANCE = SheetKind(
    "attendance",
    "Danh sách có mặt",
    (
        PERSON_NAME,
        PHONE,
        Column(
            "login",
            "Tên đăng nhập",
            ("Tài khoản", "Tên tài khoản", "Login", "Username", "User name", "User", "Account"),
        ),
        Column(
            "present",
            "Có mặt",
            ("Điểm danh", "Tham dự", "Có mặt (x)", "Tham gia", "Dự", "Present", "Attendance",
             "Attended"),
        ),
    ),
    (),
)  # fmt: skip
# As `squash` leaves them. "v" is in neither: some write it for a tick, others for "vắng".
YES = frozenset({"x", "co", "comat", "cm", "1", "true", "yes", "y", "p", "present", "attended", "dutham", "thamdu", "dathamdu"})  # fmt: skip
NO = frozenset({"0", "khong", "vang", "vangmat", "false", "no", "n", "absent", "k"})
TICKS = frozenset("✓✔☑✅")


@dataclass(frozen=True)
class Entry:
    """A line of a list: a name, and what tells people of one name apart (login names, telephone numbers).

    `problem` is what is wrong with the line itself.
    """

    name: str
    keys: tuple[str, ...] = ()
    problem: str = ""

    @property
    def text(self) -> str:
        """The line as it can be pasted."""
        return "; ".join(part for part in (self.name, *self.keys) if part)


@dataclass(frozen=True)
class Left:
    """A line that fits nobody, or more than one, as it can be pasted again; and why."""

    text: str
    reason: str


@dataclass(frozen=True)
class Matched:
    """What came of a list: how many were found, and what was left of it."""

    found: int
    left: list[Left]


def pasted(text: str) -> list[Entry]:
    """Return the lines of a pasted list: a name, and after a tab or semicolon a login name or telephone number."""
    found = []
    for line in text.splitlines()[:MOST_LINES]:
        name, keys = "", []
        for cell in re.split(r"[\t;]", line):
            words = normalise(cell)
            digits = Person.normalize_login(words)
            if digits.isdigit():
                keys += [digits] if len(digits) >= 9 else []  # less only numbers the lines
            elif not name:
                name = words.lstrip(" .,)(0123456789").rstrip(" .,)(")
            elif words:
                keys.append(digits)
        if name or keys:
            found.append(Entry(name, tuple(keys)))
    return found


def from_file(content: bytes, *, filename: str) -> tuple[list[Entry], int]:
    """Return the lines of a workbook or CSV, and how many of its rows say that somebody was not there.

    Where no column says who was there, all were. Raises imports.grids.UnreadableSheet.
    """
    table = reading.read(content, filename=filename, kind=ATTENDANCE)
    says = any(one.column.key == "present" for one in table.columns)
    found, absent = [], 0
    for row in table.rows:
        keys = [Person.normalize_login(row.cells.get(key, "")) for key in ("login", "phone")]
        name, said = normalise(row.cells["name"]), row.cells.get("present", "")
        there = True if not says else _is_there(said)
        if there is False:
            absent += 1
            continue
        problem = ""
        if there is None:
            problem = _("Row %(row)s says “%(said)s”: write “có” or “vắng”.") % {
                "row": row.number,
                "said": said[:20],
            }
        found.append(Entry(name, tuple(key for key in keys if key), problem))
    return found[:MOST_LINES], absent


def _is_there(said: str) -> bool | None:
    bare = squash(said)
    if bare in YES or TICKS & set(said):
        return True
    return False if bare in NO or not said.strip() else None


@transaction.atomic
def attend(
    meeting: Meeting, part: MeetingPart, entries: Iterable[Entry], *, by: Person, at: datetime
) -> Matched:
    """Mark those of a list as present at a part. Raises Refused once the session is closed."""
    meetings.hold(meeting, state=Meeting.State.PLANNED)
    named: dict[str, set[int]] = defaultdict(set)
    keyed: dict[str, set[int]] = defaultdict(set)
    for pk, name, login, phone in meeting.participants.values_list(
        "pk", "person__name", "person__login", "person__phone"
    ):
        named[_bare(name)].add(pk)
        for key in {login, Person.normalize_login(phone)} - {""}:
            keyed[key].add(pk)
    found: set[int] = set()
    left: list[Left] = []
    for entry in entries:
        fitting, reason = (set[int](), entry.problem) if entry.problem else _fit(entry, named, keyed)  # fmt: skip
        if reason:
            left.append(Left(entry.text, reason))
        found |= fitting
    Presence.objects.bulk_create(
        [Presence(part=part, participant_id=one, by=by, at=at) for one in sorted(found)],
        ignore_conflicts=True,
    )
    return Matched(len(found), left)


def _bare(name: str) -> str:
    return normalise(name).casefold()


def _fit(
    entry: Entry, named: dict[str, set[int]], keyed: dict[str, set[int]]
) -> tuple[set[int], str]:
    """Return whom a line means, or nobody and why."""
    name, keys = _bare(entry.name), entry.keys
    if name in keyed and name not in named:  # a login name alone on its line
        name, keys = "", (name, *keys)
    by_name = named.get(name, set()) if name else None
    by_key = {one for key in keys for one in keyed.get(key, ())}
    if by_name == set():
        return set(), _("Nobody of this name is invited.")
    if by_name is None:
        fitting = by_key
        if not fitting:
            return set(), _("Nobody who is invited has this login name or telephone number.")
    else:
        # A number that nobody has may be new: then the name says it, if only one has it.
        fitting = by_name & by_key if by_key else by_name
        if not fitting:
            return set(), _("This login name or telephone number is that of somebody else.")
    if len(fitting) > 1:
        return set(), _(
            "%(count)s people could be meant: write a login name or telephone number after the"
            " name, with “;” between."
        ) % {"count": len(fitting)}
    return fitting, ""
