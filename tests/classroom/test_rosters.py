"""Lists as schools have them: name and class come in, all else stays outside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom import rosters
from tests.imports.sheets import xlsx

EXPORT = [
    ["SỞ GIÁO DỤC VÀ ĐÀO TẠO", "", "", "", "", ""],
    ["DANH SÁCH HỌC SINH", "", "", "", "", ""],
    ["STT", "Mã định danh Bộ GD&ĐT", "Họ tên", "Ngày sinh", "Lớp học", "SĐT liên hệ"],
    ["1", "2401234567", "Bùi Thị Lành", "02/03/2014", "6A1", "0912345678"],
    ["2", "2401234568", "ĐẶNG VĂN ĐÔ", "12/05/2014", "6A1", ""],
    ["3", "2401234569", "Vi Thị Lụa", "02/09/2014", "6A2", ""],
]


def listed(roster):
    return [(one.name, one.class_name) for one in roster.listed]


RIGHT = [("Bùi Thị Lành", "6A1"), ("Đặng Văn Đô", "6A1"), ("Vi Thị Lụa", "6A2")]


def test_of_a_ministry_export_name_and_class_are_read_and_nothing_else():
    roster = rosters.read_file(xlsx(EXPORT), filename="hs.xlsx")
    assert listed(roster) == RIGHT
    assert roster.classes == ["6A1", "6A2"]
    assert "0912345678" not in repr(roster)
    assert "2014" not in repr(roster)
    assert {one.heading for one in roster.dropped} >= {"Ngày sinh", "SĐT liên hệ"}


def test_cells_that_are_pasted_are_read_the_same_way():
    pasted = "\n".join("\t".join(row) for row in EXPORT[2:])
    roster = rosters.read_text(pasted)
    assert listed(roster) == RIGHT
    assert "0912345678" not in repr(roster)


def test_names_line_by_line_lose_their_numbers():
    roster = rosters.read_text("1. Bùi Thị Lành\r\n2) Đặng Văn Đô\n\n  Vi Thị Lụa\n4 - Lý Văn Tứ")
    assert [one.name for one in roster.listed] == [
        "Bùi Thị Lành", "Đặng Văn Đô", "Vi Thị Lụa", "Lý Văn Tứ",
    ]  # fmt: skip


def test_cells_without_a_header_give_the_name_alone():
    roster = rosters.read_text("1\tBùi Thị Lành\t02/03/2014\n2\tĐặng Văn Đô\t12/05/2014")
    assert [one.name for one in roster.listed] == ["Bùi Thị Lành", "Đặng Văn Đô"]
    assert "2014" not in repr(roster)


def test_what_is_no_name_is_told_with_its_row():
    roster = rosters.read_text("Bùi Thị Lành\n12345\nlanh@example.vn")
    assert [row for row, _why in roster.wrong] == [2, 3]
    assert [one.name for one in roster.listed] == ["Bùi Thị Lành"]


def test_what_is_no_spreadsheet_is_refused():
    with pytest.raises(rosters.Unreadable):
        rosters.read_file(b"%PDF-1.7", filename="hs.pdf")


@given(st.text(max_size=400))
def test_nothing_that_is_pasted_breaks_it(text):
    roster = rosters.read_text(text)
    assert all(0 < len(one.name) <= 80 for one in roster.listed)
