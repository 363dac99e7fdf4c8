"""Made-up places and people, written into spreadsheets as untidy as those that units send."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO

import xlsxwriter

FAMILY_NAMES = [
    "Nguyễn",
    "Nguyễn",
    "Nguyễn",
    "Trần",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Giáp",
    "Thân",
    "Nông",
    "Vi",
]
MIDDLE_NAMES = {
    "nam": [
        "Văn",
        "Văn",
        "Văn",
        "Đức",
        "Minh",
        "Quang",
        "Xuân",
        "Hữu",
        "Công",
        "Đình",
        "Bá",
        "Trọng",
    ],
    "nữ": [
        "Thị",
        "Thị",
        "Thị",
        "Thị",
        "Ngọc",
        "Thu",
        "Thanh",
        "Kim",
        "Bích",
        "Hồng",
        "Mai",
        "Phương",
    ],
}
GIVEN_NAMES = {
    "nam": [
        "An",
        "Bình",
        "Chiến",
        "Cường",
        "Dũng",
        "Đạt",
        "Đông",
        "Đức",
        "Giang",
        "Hải",
        "Hiếu",
        "Hòa",
        "Hoàng",
        "Hùng",
        "Huy",
        "Khánh",
        "Kiên",
        "Lâm",
        "Long",
        "Lực",
        "Mạnh",
        "Minh",
        "Nam",
        "Nghĩa",
        "Phong",
        "Phúc",
        "Quân",
        "Quyết",
        "Sơn",
        "Tám",
        "Thắng",
        "Thành",
        "Thịnh",
        "Tiến",
        "Toàn",
        "Trung",
        "Tuấn",
        "Tùng",
        "Việt",
        "Vinh",
    ],
    "nữ": [
        "Ánh",
        "Bích",
        "Chi",
        "Cúc",
        "Dung",
        "Duyên",
        "Đào",
        "Giang",
        "Hà",
        "Hạnh",
        "Hiền",
        "Hoa",
        "Hòa",
        "Hồng",
        "Huệ",
        "Hương",
        "Lan",
        "Liên",
        "Linh",
        "Loan",
        "Mai",
        "Mận",
        "Mơ",
        "Nga",
        "Ngân",
        "Ngọc",
        "Nhung",
        "Oanh",
        "Phương",
        "Quyên",
        "Tâm",
        "Thảo",
        "Thu",
        "Thủy",
        "Trang",
        "Tuyết",
        "Vân",
        "Xuân",
        "Yến",
        "Yên",
    ],
}
VILLAGES = [
    "Ao Sen",
    "Bãi Đá",
    "Bến Đò",
    "Cầu Gỗ",
    "Cây Đa",
    "Chợ Mới",
    "Dốc Đỏ",
    "Đá Trắng",
    "Đầm Cò",
    "Đình Cả",
    "Đồi Chè",
    "Đồng Gianh",
    "Đường Ngang",
    "Gò Mít",
    "Giếng Ngọc",
    "Hồ Nước",
    "Khe Sâu",
    "Làng Mới",
    "Lò Gạch",
    "Núi Con",
    "Ngã Ba",
    "Quán Gió",
    "Rừng Thông",
    "Suối Cạn",
    "Trại Mới",
    "Vườn Ươm",
]
EMPLOYERS = {
    "Giáo viên": "Trường học trên địa bàn",
    "Bưu chính": "Bưu điện văn hóa xã",
    "Viễn thông": "Trung tâm viễn thông",
    "Ngân hàng": "Quỹ tín dụng nhân dân",
    "Cán bộ, công chức": "UBND xã",
    "Hội, đoàn thể": "Hội Phụ nữ xã",
}
CATEGORIES = [
    *["Người dân"] * 5, *["Hội, đoàn thể"] * 4, *["Cán bộ, công chức"] * 3, *["Giáo viên"] * 2,
    "Bưu chính", "Viễn thông", "Ngân hàng",
]  # fmt: skip
TASKS = [
    "Hướng dẫn dịch vụ công trực tuyến", "Hướng dẫn thanh toán không dùng tiền mặt",
    "Hướng dẫn mua bán trên sàn", "Tuyên truyền an toàn trên mạng", "Phụ trách nhóm Zalo của tổ",
]  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A unit that sheets name: its own name, its commune's and its district's."""

    name: str
    commune: str
    district: str = ""


class Names:
    """Made-up people, the same for the same dice; no two of one name and one day of birth."""

    def __init__(self, dice: random.Random):
        self.dice = dice
        self._given: set[tuple[str, date]] = set()

    def person(self, *, oldest: int = 1958, youngest: int = 2004) -> tuple[str, date]:
        """Return a name and a day of birth."""
        while True:
            sex = self.dice.choice(("nam", "nữ"))
            words = [
                self.dice.choice(FAMILY_NAMES),
                self.dice.choice(MIDDLE_NAMES[sex]),
                self.dice.choice(GIVEN_NAMES[sex]),
            ]
            born = date(oldest, 1, 1) + timedelta(
                days=self.dice.randrange((youngest - oldest) * 365)
            )
            person = (" ".join(words), born)
            if person not in self._given:
                self._given.add(person)
                return person

    def phone(self) -> int:
        """Return a telephone number as spreadsheets keep it: without its zero."""
        return int(f"9{self.dice.randrange(10**8):08d}")


def villages(communes: Iterable[Place], *, count: int) -> list[Place]:
    """Return `count` villages, spread evenly over the communes."""
    communes = list(communes)
    return [
        Place(
            _village(communes[number % len(communes)], number // len(communes)),
            communes[number % len(communes)].name,
            communes[number % len(communes)].district,
        )
        for number in range(count)
    ]


def _village(commune: Place, number: int) -> str:
    if not commune.name.startswith("Xã"):
        return f"Tổ dân phố số {number + 1}"
    return f"Thôn {VILLAGES[(number * 7 + len(commune.name)) % len(VILLAGES)]}"


def schools(communes: Iterable[Place], *, count: int) -> list[Place]:
    """Return `count` schools: each commune's own, then those of the department, which name no commune."""
    communes = list(communes)
    found = [
        Place(f"Trường {kind} {_bare(commune.name)}", commune.name, commune.district)
        for kind in ("Tiểu học", "THCS", "Mầm non", "Mầm non số 2")
        for commune in communes
    ][: count - count // 20]
    number = 0
    while len(found) < count:
        number += 1
        found.append(Place(f"Trường THPT số {number}", ""))
    return found


def _bare(name: str) -> str:
    for kind in ("Xã ", "Phường ", "Thị trấn "):
        name = name.removeprefix(kind)
    return name


# Sheets


def sheet(title: str, headings: Sequence[str], rows: Iterable[Sequence]) -> bytes:
    """Return a workbook as offices make them: titles above, a number in front, dates as text."""
    stream = BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    page = workbook.add_worksheet("Danh sách")
    page.write_string(0, 0, "ỦY BAN NHÂN DÂN")
    page.merge_range(1, 0, 1, len(headings), title)
    for place, heading in enumerate(["STT", *headings]):
        page.write_string(3, place, heading)
    for number, row in enumerate(rows, start=1):
        page.write_number(number + 3, 0, number)
        for place, value in enumerate(row, start=1):
            if value not in (None, ""):
                page.write(number + 3, place, value)
    workbook.close()
    return stream.getvalue()


def village_sheet(places: Iterable[Place]) -> bytes:
    """Return a sheet of villages."""
    rows = [(place.name, place.commune, place.district) for place in places]
    return sheet("DANH SÁCH THÔN, TỔ DÂN PHỐ", ["Tên thôn/TDP", "Tên xã", "Huyện"], rows)


def school_sheet(places: Iterable[Place]) -> bytes:
    """Return a sheet of schools; one without a commune answers to the department."""
    rows = [
        (place.name, place.commune, place.district, "" if place.commune else "Sở GD&ĐT")
        for place in places
    ]
    headings = ["Tên trường", "Xã, phường, thị trấn", "Huyện", "Cơ quan quản lý"]
    return sheet("DANH SÁCH TRƯỜNG HỌC", headings, rows)


def member_sheet(
    communes: Sequence[Place], places: Sequence[Place], names: Names, *, count: int
) -> bytes:
    """Return a sheet of team members: of each commune's team first, then of the villages' teams.

    It has a column of identity numbers, which must never be kept.
    """
    dice = names.dice
    rows: list[tuple] = []
    teams = [*[(place.name, "", place.district) for place in communes],
             *[(place.commune, place.name, place.district) for place in places]]  # fmt: skip
    offices = {
        False: ["Chủ tịch UBND xã", "Trưởng công an xã", "Bí thư Đoàn xã"],
        True: ["Trưởng thôn", "Công an viên", "Bí thư chi đoàn"],
    }
    for number in range(count):
        commune, village, district = teams[number % len(teams)]
        round_ = number // len(teams)
        name, born = names.person()
        office = offices[bool(village)][round_] if round_ < 3 else ""
        category = "Cán bộ, công chức" if office else dice.choice(CATEGORIES)
        rows.append((
            name, f"{born:%d/%m/%Y}" if dice.random() < 0.9 else str(born.year),
            names.phone() if dice.random() < 0.8 else "", f"0{dice.randrange(10**11):011d}",
            commune, district, village, office, category, EMPLOYERS.get(category, ""),
            dice.choice(TASKS) if dice.random() < 0.7 else "",
        ))  # fmt: skip
    headings = [
        "HỌ VÀ TÊN", "Ngày, tháng, năm sinh", "SĐT", "Số CCCD", "Xã, phường, thị trấn", "Huyện",
        "Thôn, tổ dân phố", "Chức vụ", "Thành phần", "Đơn vị công tác", "Nhiệm vụ",
    ]  # fmt: skip
    return sheet("DANH SÁCH THÀNH VIÊN TỔ CÔNG NGHỆ SỐ CỘNG ĐỒNG", headings, rows)


def teacher_sheet(
    places: Sequence[Place], names: Names, *, count: int, heads: bool = True
) -> bytes:
    """Return a sheet of school staff, as the ministry's database exports it; `heads`: with the heads."""
    rows = []
    for number in range(count):
        place = places[number % len(places)]
        name, born = names.person(oldest=1965, youngest=2001)
        head = heads and number < len(places)
        rows.append((
            place.district, place.commune, place.name, f"24{number + 1:08d}", name,
            f"{born:%d/%m/%Y}", "Đang làm việc" if names.dice.random() < 0.98 else "Chuyển đi",
            "Hiệu trưởng" if head else "Giáo viên",
        ))  # fmt: skip
    headings = [
        "Phòng GD&ĐT", "UBND Xã", "Tên trường", "Mã định danh Bộ GD&ĐT", "Họ tên", "Ngày sinh",
        "Trạng thái", "Vị trí việc làm",
    ]  # fmt: skip
    return sheet("DANH SÁCH CÁN BỘ, GIÁO VIÊN, NHÂN VIÊN", headings, rows)
