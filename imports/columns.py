"""What each kind of sheet may hold: its columns under all their usual headings, and what is never kept.

A heading is matched without accents, case, spaces and punctuation. Only what is listed here is read:
every other column is dropped, and those of FORBIDDEN are told apart so that their owner learns why.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from imports import headings, values
from imports.values import Parsed, Unusable
from vietnamese import fold, normalise

Reads = Callable[..., Parsed[Any]]

EXAMPLE = "(ví dụ – xóa dòng này)"
TASK_LENGTH = 500
SHEET_ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")
)


@dataclass(frozen=True)
class Part:
    """A heading over a part of a column's value ("Họ đệm", "Tên"), joined in order by `joint`.

    A part that `stands_alone` is the whole value where it is the only one.
    """

    order: int
    aliases: tuple[str, ...]
    joint: str = " "
    stands_alone: bool = False


@dataclass(frozen=True)
class Column:
    """A column that is kept. Of two headings in `aliases` the one that comes first has the say.

    `choices` are the words that a template offers; a `written` column is text even if it has digits
    alone; a `dated` one is read with the day of today. `width` counts characters.
    """

    key: str
    title: str
    aliases: tuple[str, ...]
    required: bool = False
    reads: Reads = values.text
    dated: bool = False
    parts: tuple[Part, ...] = ()
    choices: tuple[str, ...] = ()
    width: int = 18
    written: bool = False

    def parse(self, text: str, *, today: date) -> Parsed[Any]:
        """Return what a cell of this column says, None for an empty one; refuse with `Unusable`."""
        if not text:
            if self.required:
                raise Unusable(_("“%(column)s” is missing.") % {"column": self.title})
            return Parsed(None)
        if text in SHEET_ERRORS:
            raise Unusable(
                _("The cell shows an error of the spreadsheet: %(error)s.") % {"error": text}
            )
        return self.reads(text, today=today) if self.dated else self.reads(text)


@dataclass(frozen=True)
class Match:
    """A heading belongs to `column`; the lower the `rank`, the surer. `part` where it is a part."""

    column: Column
    rank: int
    part: Part | None = None


@dataclass(frozen=True)
class SheetKind:
    """A kind of sheet: what it may hold, and in `examples` made-up rows for its template."""

    key: str
    title: str
    columns: tuple[Column, ...]
    examples: tuple[dict[str, str], ...]

    def column(self, key: str) -> Column:
        """Return a column by its key."""
        return next(column for column in self.columns if column.key == key)

    @property
    def required(self) -> tuple[Column, ...]:
        """The columns without which a sheet is not of this kind."""
        return tuple(column for column in self.columns if column.required)

    def find(self, heading: str) -> Match | None:
        """Return which column a heading stands over, None where it is unknown."""
        known = _headings(self.columns)
        bare = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", heading)
        return known.get(squash(heading)) or known.get(squash(bare))


def squash(heading: str) -> str:
    """Return what a heading is matched by: its letters and digits, without accents and case."""
    return "".join(re.findall(r"[a-z0-9]+", fold(heading)))


@cache
def _headings(columns: tuple[Column, ...]) -> dict[str, Match]:
    known: dict[str, Match] = {}
    for column in columns:
        for rank, alias in enumerate((column.title, *column.aliases)):
            known.setdefault(squash(alias), Match(column, rank))
        for part in column.parts:
            for alias in part.aliases:
                known.setdefault(squash(alias), Match(column, part.order, part))
    return known


_FORBIDDEN = re.compile(r"\b(?:" + "|".join(headings.FORBIDDEN) + r")\b")


def is_forbidden(heading: str) -> bool:
    """Return whether a heading announces what must never be kept: ID numbers, parents, addresses, …

    Ask `SheetKind.find` first where the heading stands alone: "Mã định danh Bộ GD&ĐT" is allowed.
    """
    heading = normalise(heading)
    words = " ".join(re.findall(r"[a-z0-9]+", fold(heading)))
    # Without accents "bố" (father) would be the ministry's "bộ".
    return bool(_FORBIDDEN.search(words)) or "bố" in re.findall(r"\w+", heading.lower())


def _under_birth(*words: str) -> tuple[str, ...]:
    """Return headings of two rows: a word under "Ngày sinh" and the like."""
    groups = ("Ngày sinh", "Năm sinh", "Ngày tháng năm sinh", "Ngày, tháng, năm sinh")
    return tuple(f"{group} {word}" for group in groups for word in words)


PERSON_NAME = Column(
    "name",
    "Họ và tên",
    headings.PERSON_NAME,
    required=True,
    reads=values.person_name,
    parts=(Part(0, headings.FAMILY_NAME), Part(1, headings.GIVEN_NAME, stands_alone=True)),
    width=28,
)
BIRTH = Column(
    "birth",
    "Ngày sinh",
    headings.BIRTH,
    reads=values.birth,
    dated=True,
    # Lists of people often give the year under "Nam" or under "Nữ".
    parts=(
        Part(0, _under_birth("Nam"), stands_alone=True),
        Part(1, _under_birth("Nữ"), stands_alone=True),
        Part(2, _under_birth("Ngày"), joint="/"),
        Part(3, _under_birth("Tháng"), joint="/"),
        Part(4, _under_birth("Năm"), joint="/", stands_alone=True),
    ),
    width=14,
)
PHONE = Column("phone", "Điện thoại", headings.PHONE, reads=values.phone, width=15, written=True)
EMAIL = Column("email", "Email", headings.EMAIL, reads=values.email, width=26)
COMMUNE = Column("commune", "Xã/phường/thị trấn", headings.COMMUNE, width=22)
DISTRICT = Column("district", "Huyện/thành phố", headings.DISTRICT)
SINCE = Column("since", "Ngày tham gia", headings.SINCE, reads=values.day, dated=True, width=14)
MINISTRY_ID = "Mã định danh Bộ GD&ĐT"

TEAM_MEMBERS = SheetKind(
    "team_members",
    "Thành viên tổ công nghệ số cộng đồng",
    (
        PERSON_NAME,
        BIRTH,
        PHONE,
        EMAIL,
        COMMUNE,
        DISTRICT,
        Column("village", "Thôn/tổ dân phố", headings.VILLAGE, width=20),
        Column(
            "role",
            "Chức danh trong tổ",
            headings.ROLE,
            reads=values.role,
            choices=("Tổ trưởng", "Tổ phó", "Thành viên"),
        ),
        Column(
            "category",
            "Thành phần",
            headings.CATEGORY,
            reads=values.category,
            choices=headings.any_of(
                "Cán bộ, công chức; Hội, đoàn thể; Giáo viên; Bưu chính; Viễn thông; Ngân hàng; "
                "Người dân"
            ),
        ),
        Column(
            "slot",
            "Chức vụ",
            headings.SLOT,
            choices=headings.any_of(
                "Chủ tịch UBND xã; Trưởng công an xã; Bí thư Đoàn xã; Trưởng thôn; Công an viên; "
                "Bí thư chi đoàn"
            ),
            width=22,
        ),
        Column("employer", "Đơn vị công tác", headings.EMPLOYER, width=24),
        SINCE,
        Column(
            "task",
            "Nhiệm vụ được giao",
            headings.TASK,
            reads=partial(values.text, longest=TASK_LENGTH),
            width=32,
        ),
    ),
    (
        {
            "name": "Nguyễn Văn Mẫu",
            "birth": "15/03/1980",
            "phone": "0900000001",
            "commune": "Xã Mẫu",
            "village": "Thôn Mẫu",
            "role": "Tổ trưởng",
            "category": "Cán bộ, công chức",
            "slot": "Trưởng thôn",
            "since": "01/09/2025",
            "task": "Phụ trách chung",
        },
        {
            "name": "Trần Thị Thí Dụ",
            "birth": "1992",
            "email": "thi.du@example.vn",
            "commune": "Xã Mẫu",
            "role": "Thành viên",
            "category": "Giáo viên",
            "employer": "Trường Tiểu học Mẫu",
            "task": "Hướng dẫn dịch vụ công trực tuyến",
        },
    ),
)

TEACHERS = SheetKind(
    "teachers",
    "Cán bộ, giáo viên, nhân viên trường học",
    (
        PERSON_NAME,
        BIRTH,
        Column("school", "Tên trường", headings.SCHOOL, required=True, width=30),
        Column(
            "ministry_id",
            MINISTRY_ID,
            (*headings.MINISTRY_ID, *headings.STAFF_ID),
            reads=values.ministry_id,
            width=22,
            written=True,
        ),
        COMMUNE,
        DISTRICT,
        Column("status", "Trạng thái", headings.STATUS, choices=("Đang làm việc",)),
        Column(
            "position",
            "Vị trí việc làm",
            headings.POSITION,
            choices=("Giáo viên", "Hiệu trưởng", "Phó hiệu trưởng", "Nhân viên"),
        ),
        PHONE,
        EMAIL,
        SINCE,
        Column("residence_village", "Thôn cư trú", headings.RESIDENCE_VILLAGE),
        Column("residence_commune", "Xã cư trú", headings.RESIDENCE_COMMUNE),
    ),
    (
        {
            "name": "Lê Thị Mẫu",
            "birth": "20/11/1985",
            "school": "Trường THCS Mẫu",
            "ministry_id": "2400000001",
            "commune": "Xã Mẫu",
            "status": "Đang làm việc",
            "position": "Giáo viên",
            "phone": "0900000002",
            "residence_commune": "Xã Mẫu",
        },
    ),
)

VILLAGES = SheetKind(
    "villages",
    "Thôn, tổ dân phố",
    (
        Column(
            "name",
            "Tên thôn/tổ dân phố",
            (*headings.VILLAGE, "Thôn/tổ dân phố", "Tên"),
            required=True,
            width=28,
        ),
        Column("commune", COMMUNE.title, COMMUNE.aliases, required=True, width=24),
        DISTRICT,
        Column("households", "Số hộ", headings.HOUSEHOLDS, reads=values.whole_number, width=10),
        Column("code", "Mã thôn", headings.VILLAGE_CODE, width=12, written=True),
    ),
    (
        {"name": "Thôn Mẫu", "commune": "Xã Mẫu", "households": "120"},
        {"name": "Tổ dân phố số 1", "commune": "Phường Mẫu", "households": "240"},
    ),
)

SCHOOLS = SheetKind(
    "schools",
    "Trường học",
    (
        Column("name", "Tên trường", headings.SCHOOL_NAME, required=True, width=34),
        COMMUNE,
        DISTRICT,
        Column(
            "level",
            "Loại trường",
            headings.SCHOOL_LEVEL,
            reads=values.school_kind,
            choices=headings.any_of(
                "Mầm non; Tiểu học; THCS; TH&THCS; THPT; Liên cấp; PTDTNT; GDNN-GDTX"
            ),
        ),
        Column(
            "ministry_id",
            MINISTRY_ID,
            (*headings.MINISTRY_ID, *headings.SCHOOL_ID),
            reads=values.ministry_id,
            width=22,
            written=True,
        ),
        Column("managed_by", "Cơ quan quản lý", headings.MANAGED_BY, width=24),
    ),
    (
        {
            "name": "Trường Mầm non Mẫu",
            "commune": "Xã Mẫu",
            "level": "Mầm non",
            "managed_by": "UBND xã Mẫu",
        },
        {"name": "Trường THPT Mẫu", "level": "THPT", "managed_by": "Sở Giáo dục và Đào tạo"},
    ),
)

KINDS: dict[str, SheetKind] = {
    kind.key: kind for kind in (TEAM_MEMBERS, TEACHERS, VILLAGES, SCHOOLS)
}
