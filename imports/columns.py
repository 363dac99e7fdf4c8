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

from imports import values
from imports.values import Parsed, Unusable
from vietnamese import fold, normalise

Reads = Callable[..., Parsed[Any]]

EXAMPLE = "(ví dụ – xóa dòng này)"
TASK_LENGTH = 500


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

    `choices`, where given, are the words that a template offers.
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

    def parse(self, text: str, *, today: date) -> Parsed[Any]:
        """Return what a cell of this column says, None for an empty one; refuse with `Unusable`."""
        if not text:
            if self.required:
                raise Unusable(_("“%(column)s” is missing.") % {"column": self.title})
            return Parsed(None)
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
        known = _headings(self.key)
        bare = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", heading)
        return known.get(squash(heading)) or known.get(squash(bare))


def squash(heading: str) -> str:
    """Return what a heading is matched by: its letters and digits, without accents and case."""
    return "".join(re.findall(r"[a-z0-9]+", fold(heading)))


@cache
def _headings(key: str) -> dict[str, Match]:
    known: dict[str, Match] = {}
    for column in KINDS[key].columns:
        for rank, alias in enumerate((column.title, *column.aliases)):
            known.setdefault(squash(alias), Match(column, rank))
        for part in column.parts:
            for alias in part.aliases:
                known.setdefault(squash(alias), Match(column, part.order, part))
    return known


# In whole words, without accents.
FORBIDDEN = (
    *("cccd", "cmnd", "cmtnd", "cmt", "can cuoc", "chung minh nhan dan", "chung minh thu", "cmtqd"),
    *("dinh danh", "so ddcn", "ma ddcn", "ddcn", "ho chieu", "passport", "so the", "giay to"),
    *("cha", "me", "phu huynh", "giam ho", "nguoi do dau", "vo", "chong", "vo chong", "con"),
    *("ho ten bo", "ho va ten bo", "ten bo", "sdt bo", "gia dinh", "than nhan", "hon nhan"),
    *("dia chi", "ho khau", "que quan", "nguyen quan", "que", "thuong tru", "tam tru", "noi o"),
    *("cho o", "noi sinh", "so nha", "ho khau thuong tru"),
    *("tai khoan", "so tk", "stk", "bhxh", "bhyt", "bao hiem", "ma so thue", "mst", "luong"),
    *("dan toc", "ton giao", "dang vien", "vao dang", "chinh tri", "suc khoe", "benh", "nhom mau"),
    *("khuyet tat", "khuet tat", "van tay", "sinh trac", "tien an", "ho ngheo", "can ngheo"),
)
_FORBIDDEN = re.compile(r"\b(?:" + "|".join(FORBIDDEN) + r")\b")


def is_forbidden(heading: str) -> bool:
    """Return whether a heading announces what must never be kept: ID numbers, parents, addresses, …

    Ask `SheetKind.find` first where the heading stands alone: "Mã định danh Bộ GD&ĐT" is allowed.
    """
    heading = normalise(heading)
    words = " ".join(re.findall(r"[a-z0-9]+", fold(heading)))
    # Without accents "bố" (father) would be the ministry's "bộ".
    return bool(_FORBIDDEN.search(words)) or "bố" in re.findall(r"\w+", heading.lower())


_HEADINGS_OF_BIRTH = ("Ngày sinh", "Năm sinh", "Ngày tháng năm sinh")

PERSON_NAME = Column(
    "name",
    "Họ và tên",
    (
        *("Họ tên", "Họ và tên cán bộ", "Họ tên cán bộ", "Họ tên GV", "Họ và tên GV", "Tên đầy đủ"),
        *("Họ tên giáo viên", "Họ và tên giáo viên", "Họ tên CBGVNV", "Họ và tên CBGVNV", "Hoten"),
        *(
            "Họ tên thành viên",
            "Họ và tên thành viên",
            "Tên thành viên",
            "Họ, tên",
            "Họ chữ đệm và tên",
        ),
        *("Họ tên nhân viên", "Họ và tên nhân viên", "Họ tên cán bộ, giáo viên", "Tên giáo viên"),
        *("Họ, chữ đệm và tên", "Họ tên đầy đủ", "Tên cán bộ", "Full name", "Họ & tên"),
    ),
    required=True,
    reads=values.person_name,
    parts=(
        Part(
            0, ("Họ đệm", "Họ và đệm", "Họ", "Họ lót", "Họ và tên đệm", "Họ và chữ đệm", "Họ, đệm")
        ),
        Part(1, ("Tên", "Tên gọi"), stands_alone=True),
    ),
    width=28,
)
BIRTH = Column(
    "birth",
    "Ngày sinh",
    (
        *(
            "Ngày tháng năm sinh",
            "Năm sinh",
            "Ngày, tháng, năm sinh",
            "NTNS",
            "Ngày/tháng/năm sinh",
        ),
        *(
            "Ngày sinh hoặc năm sinh",
            "Ngày sinh/Năm sinh",
            "Sinh ngày",
            "Sinh năm",
            "NS",
            "Ngày sinh GV",
        ),
        *("Date of birth", "Ngày sinh, năm sinh", "Ngày (năm) sinh", "Ngày/năm sinh"),
    ),
    reads=values.birth,
    dated=True,
    # Lists of people often give the year under "Nam" or under "Nữ".
    parts=(
        *(
            Part(
                0,
                tuple(f"{of} {word}" for of in _HEADINGS_OF_BIRTH for word in ("Nam", "Nữ")),
                " ",
                True,
            )
            for _one in (0,)
        ),
        Part(1, tuple(f"{of} Ngày" for of in _HEADINGS_OF_BIRTH), "/"),
        Part(2, tuple(f"{of} Tháng" for of in _HEADINGS_OF_BIRTH), "/"),
        Part(3, tuple(f"{of} Năm" for of in _HEADINGS_OF_BIRTH[::2]), "/", True),
    ),
    width=14,
)
PHONE = Column(
    "phone",
    "Điện thoại",
    (
        *("Số điện thoại", "SĐT", "Số ĐT", "ĐT", "Điện thoại liên hệ", "SĐT liên hệ", "Di động"),
        *(
            "Số điện thoại liên hệ",
            "Số di động",
            "ĐTDĐ",
            "Điện thoại di động",
            "Số điện thoại di động",
        ),
        *(
            "Số ĐTDĐ",
            "Số máy",
            "Mobile",
            "Phone",
            "Tel",
            "SĐT di động",
            "Số Zalo",
            "Zalo",
            "SĐT Zalo",
        ),
        *("Số điện thoại (Zalo)", "Số điện thoại/Zalo", "Số liên hệ", "SĐT cán bộ", "SĐT GV"),
    ),
    reads=values.phone,
    width=15,
)
EMAIL = Column(
    "email",
    "Email",
    (
        "E-mail",
        "Thư điện tử",
        "Địa chỉ email",
        "Địa chỉ thư điện tử",
        "Hòm thư",
        "Mail",
        "Email công vụ",
    ),
    reads=values.email,
    width=26,
)
COMMUNE = Column(
    "commune",
    "Xã/phường/thị trấn",
    (
        *(
            "Xã, phường, thị trấn",
            "Xã/phường",
            "Xã, phường",
            "Phường/xã",
            "Phường, xã",
            "Xã",
            "Phường",
        ),
        *(
            "Tên xã",
            "Tên xã/phường",
            "Tên xã, phường",
            "Tên xã, phường, thị trấn",
            "UBND xã",
            "Thị trấn",
        ),
        *(
            "UBND xã, phường",
            "UBND xã/phường",
            "UBND xã, phường, thị trấn",
            "Xã/thị trấn",
            "Xã, thị trấn",
        ),
        *(
            "Đơn vị hành chính cấp xã",
            "Cấp xã",
            "UBND cấp xã",
            "Thuộc xã",
            "Thuộc xã, phường",
            "Xã/P/TT",
        ),
        *("Đơn vị hành chính", "Địa bàn", "UBND", "Phường/Xã/Thị trấn", "Tên xã/phường/thị trấn"),
    ),
    width=22,
)
DISTRICT = Column(
    "district",
    "Huyện/thành phố",
    (
        *(
            "Huyện",
            "Huyện, thành phố",
            "Huyện, thị xã, thành phố",
            "Huyện/thị xã/thành phố",
            "Quận/huyện",
        ),
        *(
            "Quận, huyện",
            "Tên huyện",
            "Thành phố",
            "Thuộc huyện",
            "Huyện/TP",
            "Huyện, TX, TP",
            "Thị xã",
        ),
        *(
            "UBND huyện",
            "Phòng GD&ĐT",
            "Phòng GDĐT",
            "Phòng giáo dục",
            "Huyện/TX/TP",
            "Tên huyện/thành phố",
        ),
    ),
    width=18,
)
SINCE = Column(
    "since",
    "Ngày tham gia",
    (
        *(
            "Tham gia từ ngày",
            "Ngày bắt đầu",
            "Từ ngày",
            "Ngày vào tổ",
            "Tham gia từ",
            "Thời gian tham gia",
        ),
        *(
            "Ngày tuyển dụng",
            "Ngày về trường",
            "Ngày vào ngành",
            "Ngày công tác",
            "Ngày bắt đầu công tác",
        ),
    ),
    reads=values.day,
    dated=True,
    width=14,
)
VILLAGE = (
    *(
        "Thôn, tổ dân phố",
        "Thôn/TDP",
        "Thôn, TDP",
        "Thôn",
        "Tổ dân phố",
        "TDP",
        "Thôn, bản",
        "Thôn/bản",
    ),
    *(
        "Tên thôn",
        "Tên tổ dân phố",
        "Tên thôn, tổ dân phố",
        "Tên thôn/tổ dân phố",
        "Tên thôn/TDP",
        "Bản",
    ),
    *(
        "Thôn, bản, tổ dân phố",
        "Thôn/bản/tổ dân phố",
        "Khu phố",
        "Khu dân cư",
        "Xóm",
        "Thôn (TDP)",
        "Làng",
    ),
    *("Tên thôn, bản, tổ dân phố", "Tên thôn/bản/TDP", "Tổ CNSCĐ thôn", "Thôn/xóm", "Thôn/khu phố"),
)
MINISTRY_ID = (
    *(
        "Mã định danh Bộ",
        "Mã định danh GD&ĐT",
        "Mã định danh ngành",
        "Mã định danh CSDL ngành",
        "Mã CBGVNV",
    ),
    *(
        "Mã định danh Bộ GDĐT",
        "Mã định danh Bộ Giáo dục và Đào tạo",
        "Mã Bộ GD&ĐT",
        "Mã CSDL ngành",
    ),
)
POSITION_TITLES = ("Giáo viên", "Hiệu trưởng", "Phó hiệu trưởng", "Nhân viên")

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
        Column("village", "Thôn/tổ dân phố", VILLAGE, width=20),
        Column(
            "role",
            "Chức danh trong tổ",
            (
                *(
                    "Chức vụ trong tổ",
                    "Vai trò trong tổ",
                    "Vai trò",
                    "Nhiệm vụ trong tổ",
                    "Chức danh tổ",
                ),
                *("Chức danh trong tổ CNSCĐ", "Chức vụ trong tổ CNSCĐ", "Chức danh"),
                *("Vai trò trong tổ CNSCĐ", "Chức vụ trong tổ công nghệ số cộng đồng"),
                *("Chức danh trong tổ công nghệ số cộng đồng", "Tổ trưởng/Tổ phó/Thành viên"),
            ),
            reads=values.role,
            choices=("Tổ trưởng", "Tổ phó", "Thành viên"),
        ),
        Column(
            "category",
            "Thành phần",
            ("Thành phần tham gia", "Đối tượng", "Nhóm đối tượng", "Lực lượng", "Nhóm thành phần"),
            reads=values.category,
            choices=(
                *("Cán bộ, công chức", "Hội, đoàn thể", "Giáo viên", "Bưu chính", "Viễn thông"),
                *("Ngân hàng", "Người dân"),
            ),
        ),
        Column(
            "slot",
            "Chức vụ",
            (
                *(
                    "Chức vụ công tác",
                    "Chức vụ chính quyền",
                    "Chức vụ hiện nay",
                    "Chức vụ đang đảm nhiệm",
                ),
                *(
                    "Chức vụ hiện tại",
                    "Chức vụ/nghề nghiệp",
                    "Chức vụ, đơn vị",
                    "Công việc hiện nay",
                ),
                *("Chức vụ, đơn vị công tác", "Chức vụ/đơn vị công tác", "Nghề nghiệp"),
            ),
            choices=(
                *("Chủ tịch UBND xã", "Trưởng công an xã", "Bí thư Đoàn xã", "Trưởng thôn"),
                *("Công an viên", "Bí thư chi đoàn"),
            ),
            width=22,
        ),
        Column(
            "employer",
            "Đơn vị công tác",
            (
                "Cơ quan công tác",
                "Cơ quan",
                "Nơi công tác",
                "Cơ quan, đơn vị",
                "Nơi làm việc",
                "Đơn vị",
            ),
            width=24,
        ),
        SINCE,
        Column(
            "task",
            "Nhiệm vụ được giao",
            (
                "Nhiệm vụ",
                "Nhiệm vụ được phân công",
                "Phân công nhiệm vụ",
                "Phân công",
                "Công việc được giao",
            ),
            reads=partial(values.text, longest=TASK_LENGTH),
            width=32,
        ),
    ),
    (
        {
            **{"name": "Nguyễn Văn Mẫu", "birth": "15/03/1980", "phone": "0900000001"},
            **{
                "commune": "Xã Mẫu",
                "village": "Thôn Mẫu",
                "role": "Tổ trưởng",
                "slot": "Trưởng thôn",
            },
            **{"category": "Cán bộ, công chức", "since": "01/09/2025", "task": "Phụ trách chung"},
        },
        {
            **{"name": "Trần Thị Thí Dụ", "birth": "1992", "email": "thi.du@example.vn"},
            **{"commune": "Xã Mẫu", "role": "Thành viên", "category": "Giáo viên"},
            **{"employer": "Trường Tiểu học Mẫu", "task": "Hướng dẫn dịch vụ công trực tuyến"},
        },
    ),
)

TEACHERS = SheetKind(
    "teachers",
    "Cán bộ, giáo viên, nhân viên trường học",
    (
        PERSON_NAME,
        BIRTH,
        Column(
            "school",
            "Tên trường",
            (
                *("Trường", "Trường học", "Tên trường học", "Tên cơ sở giáo dục", "Cơ sở giáo dục"),
                *(
                    "Trường công tác",
                    "Đơn vị trường",
                    "Tên đơn vị",
                    "Đơn vị công tác",
                    "Nơi công tác",
                ),
                *("Nhà trường", "Đơn vị", "Cơ quan công tác"),
            ),
            required=True,
            width=30,
        ),
        Column(
            "ministry_id",
            "Mã định danh Bộ GD&ĐT",
            (
                *MINISTRY_ID,
                *(
                    "Mã cán bộ",
                    "Mã CB",
                    "Mã giáo viên",
                    "Mã GV",
                    "Mã nhân sự",
                    "Mã CB, GV, NV",
                    "Mã CBGV",
                ),
            ),
            reads=values.ministry_id,
            width=22,
        ),
        COMMUNE,
        DISTRICT,
        Column(
            "status",
            "Trạng thái",
            (
                "Trạng thái làm việc",
                "Tình trạng",
                "Trạng thái cán bộ",
                "Trạng thái CBGVNV",
                "Tình trạng công tác",
            ),
            choices=("Đang làm việc",),
        ),
        Column(
            "position",
            "Vị trí việc làm",
            (
                *(
                    "Vị trí công tác",
                    "Chức vụ",
                    "Chức danh",
                    "Nhóm chức vụ",
                    "Vị trí",
                    "Loại cán bộ",
                ),
                *("Chức danh nghề nghiệp", "Công việc", "Loại CBGVNV", "Nhiệm vụ"),
            ),
            reads=values.position,
            choices=POSITION_TITLES,
        ),
        PHONE,
        EMAIL,
        SINCE,
        Column(
            "residence_village",
            "Thôn cư trú",
            (
                *(
                    "Thôn/tổ dân phố cư trú",
                    "Nơi cư trú thôn",
                    "Nơi cư trú thôn/tổ dân phố",
                    "TDP cư trú",
                ),
                *("Thôn nơi cư trú", "Nơi cư trú thôn, tổ dân phố", "Thôn, tổ dân phố cư trú"),
            ),
        ),
        Column(
            "residence_commune",
            "Xã cư trú",
            (
                *("Xã/phường cư trú", "Xã, phường cư trú", "Nơi cư trú xã", "Nơi cư trú xã/phường"),
                *(
                    "Nơi cư trú xã, phường",
                    "Xã nơi cư trú",
                    "Phường cư trú",
                    "Nơi cư trú xã/phường/thị trấn",
                ),
            ),
        ),
    ),
    (
        {
            **{"name": "Lê Thị Mẫu", "birth": "20/11/1985", "school": "Trường THCS Mẫu"},
            **{"ministry_id": "2400000001", "commune": "Xã Mẫu", "status": "Đang làm việc"},
            **{"position": "Giáo viên", "phone": "0900000002", "residence_commune": "Xã Mẫu"},
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
            (*VILLAGE, "Thôn/tổ dân phố", "Tên"),
            required=True,
            width=28,
        ),
        Column("commune", COMMUNE.title, COMMUNE.aliases, required=True, width=24),
        DISTRICT,
        Column(
            "households",
            "Số hộ",
            ("Số hộ dân", "Số hộ gia đình", "Tổng số hộ", "Số hộ (hộ)", "Hộ", "Hộ dân"),
            reads=values.whole_number,
            width=10,
        ),
        Column(
            "code",
            "Mã thôn",
            ("Mã", "Mã thôn/tổ dân phố", "Mã thôn, tổ dân phố", "Mã đơn vị", "Mã TDP"),
        ),
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
        Column(
            "name",
            "Tên trường",
            (
                *("Trường", "Tên trường học", "Trường học", "Tên cơ sở giáo dục", "Cơ sở giáo dục"),
                *("Tên đơn vị", "Đơn vị", "Nhà trường", "Tên"),
            ),
            required=True,
            width=34,
        ),
        COMMUNE,
        DISTRICT,
        Column(
            "level",
            "Loại trường",
            ("Cấp học", "Loại hình trường", "Cấp trường", "Bậc học", "Loại hình", "Cấp", "Loại"),
            reads=values.school_kind,
            choices=(
                "Mầm non",
                "Tiểu học",
                "THCS",
                "TH&THCS",
                "THPT",
                "Liên cấp",
                "PTDTNT",
                "GDNN-GDTX",
            ),
        ),
        Column(
            "ministry_id",
            "Mã định danh Bộ GD&ĐT",
            (*MINISTRY_ID, "Mã trường", "Mã định danh", "Mã định danh trường", "Mã đơn vị", "Mã"),
            reads=values.ministry_id,
            width=22,
        ),
        Column(
            "managed_by",
            "Cơ quan quản lý",
            (
                "Đơn vị quản lý",
                "Cơ quan chủ quản",
                "Trực thuộc",
                "Đơn vị chủ quản",
                "Cấp quản lý",
                "Thuộc",
            ),
            width=24,
        ),
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
