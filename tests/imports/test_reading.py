import random
import unicodedata
from contextlib import suppress
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.columns import KINDS, is_forbidden, squash
from imports.reading import UnreadableSheet, read
from tests.imports import sheets

pytestmark = pytest.mark.one_database

MEMBERS, TEACHERS, VILLAGES, SCHOOLS = KINDS.values()
SECRET = "024075001234"


def table(content, kind=MEMBERS, filename="danh-sach.xlsx"):
    return read(content, filename=filename, kind=kind)


def cells(found):
    return [row.cells for row in found.rows]


def keys(found):
    return [one.column.key for one in found.columns]


def refusal(content, kind=MEMBERS):
    with pytest.raises(UnreadableSheet) as caught:
        table(content, kind)
    return str(caught.value)


def test_a_list_as_it_comes_becomes_a_table_of_what_is_kept():
    found = table(
        sheets.xlsx(
            [
                ["UBND XÃ MẪU", None, None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
                ["DANH SÁCH TỔ CÔNG NGHỆ SỐ CỘNG ĐỒNG"],
                [],
                [
                    "STT",
                    "HỌ VÀ TÊN",
                    "Ngày, tháng,\nnăm sinh",
                    "Số CCCD",
                    "Nơi công tác",
                    None,
                    "SĐT",
                ],
                [None, None, None, None, "Xã", "Thôn"],
                ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
                ["I", "Xã Mẫu"],
                [1, "Nguyễn Văn Tám", 1975, SECRET, "Xã Mẫu", "Thôn  1", 912345678],
                [2, "Trần Thị Bình", date(1980, 3, 15), SECRET, None, "Thôn 2", "0912 345 678"],
                [],
                ["STT", "HỌ VÀ TÊN", "Ngày, tháng,\nnăm sinh", "Số CCCD", "Xã", "Thôn", "SĐT"],
                [3, "Lê Thị Mai", "15/3/1980", SECRET, "Xã Khác", None, "#N/A"],
                [None, "Tổng cộng: 3 người"],
                [None, None, None, None, "Mẫu, ngày 05 tháng 10 năm 2025"],
                [None, "Người lập biểu", None, None, "CHỦ TỊCH"],
                [None, "Vũ Thị Lập", None, None, "Ngô Văn Ký"],
            ],
            merged=["A2:G2", "A4:A5", "B4:B5", "C4:C5", "D4:D5", "E4:F4", "G4:G5", "E8:E9"],
            errors=["G12"],
        )
    )
    assert found.header_row == 5
    assert [(one.column.key, one.letter, one.heading) for one in found.columns] == [
        ("name", "B", "HỌ VÀ TÊN"),
        ("birth", "C", "Ngày, tháng, năm sinh"),
        ("commune", "E", "Nơi công tác – Xã"),
        ("village", "F", "Nơi công tác – Thôn"),
        ("phone", "G", "SĐT"),
    ]
    assert [(one.letter, one.heading, one.reason) for one in found.dropped] == [
        ("D", "Số CCCD", "forbidden")
    ]
    assert [(row.number, *row.cells.values()) for row in found.rows] == [
        (8, "Nguyễn Văn Tám", "1975", "912345678", "Xã Mẫu", "Thôn 1"),
        (9, "Trần Thị Bình", "1980-03-15", "0912 345 678", "Xã Mẫu", "Thôn 2"),
        (12, "Lê Thị Mai", "15/3/1980", "#N/A", "Xã Khác", ""),
    ]
    assert [number for number, _reason in found.skipped] == [6, 7, 11, 13, 14, 15, 16]
    assert SECRET not in repr(found)


def test_names_in_two_columns_are_joined_wherever_they_stand():
    found = table(sheets.xlsx([["Tên", "Xã", "Họ đệm"], ["Tám", "Xã Mẫu", "Nguyễn Văn"]]))
    assert found.rows[0].cells["name"] == "Nguyễn Văn Tám"
    assert [one.letter for one in found.columns] == ["B", "C, A"]


def test_a_name_heading_merged_over_two_columns_reads_both():
    rows = [["STT", "Họ và tên", None, "Xã"], [1, "Nguyễn Văn", "Tám", "Xã Mẫu"]]
    found = table(sheets.xlsx(rows, merged=["B1:C1"]))
    assert cells(found) == [{"name": "Nguyễn Văn Tám", "commune": "Xã Mẫu"}]


def test_a_year_of_birth_under_men_or_women_is_a_year_of_birth():
    rows = [
        ["Họ và tên", "Năm sinh", None, "Xã"],
        [None, "Nam", "Nữ", None],
        ["Nguyễn Văn Tám", 1975, None, "Xã Mẫu"],
        ["Trần Thị Bình", None, 1980, "Xã Mẫu"],
    ]
    found = table(sheets.xlsx(rows, merged=["B1:C1"]))
    assert [row.cells["birth"] for row in found.rows] == ["1975", "1980"]


@pytest.mark.parametrize("content", [sheets.xlsx, sheets.text])
def test_what_stands_under_parents_is_never_taken_for_the_teachers_own(content):
    rows = [
        ["", "Phụ huynh", "", "Giáo viên", "", ""],
        ["STT", "Họ tên", "SĐT", "Họ tên", "SĐT", "Tên trường"],
        ["1", "Bí Mật", SECRET, "Lê Thị Mai", "0912345678", "Trường THCS Mẫu"],
    ]
    found = table(content(rows), TEACHERS)
    assert cells(found) == [
        {"name": "Lê Thị Mai", "school": "Trường THCS Mẫu", "phone": "0912345678"}
    ]
    assert {one.reason for one in found.dropped} == {"forbidden"}
    assert "Bí Mật" not in repr(found)


@pytest.mark.parametrize(
    "heading",
    [
        *("CCCD", "Số CMND/CCCD", "Số định danh cá nhân", "Hộ chiếu", "Họ tên cha", "Họ và tên mẹ"),
        *(
            "SĐT phụ huynh",
            "Người giám hộ",
            "Địa chỉ",
            "Hộ khẩu thường trú",
            "Quê quán",
            "Mã số BHXH",
        ),
        *(
            "Số tài khoản ngân hàng",
            "Số thẻ BHYT",
            "Dân tộc",
            "Tôn giáo",
            "Họ tên bố",
            "Nơi ở hiện nay",
        ),
        *("Số căn cước công dân", "Nơi thường trú", "SO DINH DANH CA NHAN"),
    ],
)
def test_what_must_not_be_kept_is_dropped_and_told_apart(heading):
    assert is_forbidden(heading)
    assert is_forbidden(unicodedata.normalize("NFD", heading.upper()))
    for kind in KINDS.values():
        assert kind.find(heading) is None
    rows = [["Họ và tên", heading, "Xã", "Ghi chú"], ["Lê Thị Mai", SECRET, "Xã Mẫu", "riêng tư"]]
    found = table(sheets.xlsx(rows))
    assert [one.reason for one in found.dropped] == ["forbidden", "unknown"]
    assert SECRET not in repr(found)
    assert "riêng tư" not in repr(found)


def test_the_ministrys_identifier_is_kept_and_the_citizens_is_not():
    rows = [
        ["Họ tên", "Tên trường", "Mã định danh Bộ GD&ĐT", "Số định danh cá nhân"],
        ["Lê Thị Mai", "Trường THCS Mẫu", 2400000001.0, SECRET],
    ]
    found = table(sheets.xlsx(rows), TEACHERS)
    assert found.rows[0].cells["ministry_id"] == "2400000001"
    assert SECRET not in repr(found)


def test_of_two_columns_that_mean_the_same_the_surer_one_is_kept():
    rows = [["Đơn vị", "Họ tên", "Tên trường"], ["Cụm 1", "Lê Thị Mai", "Trường THCS Mẫu"]]
    found = table(sheets.xlsx(rows), TEACHERS)
    assert found.rows[0].cells["school"] == "Trường THCS Mẫu"
    assert [(one.letter, one.reason) for one in found.dropped] == [("A", "twice")]


def test_no_heading_means_two_columns():
    for kind in KINDS.values():
        meant = {}
        for column in kind.columns:
            for alias in (column.title, *column.aliases):
                assert meant.setdefault(squash(alias), column.key) == column.key, alias


def written(words, how):
    text = {"upper": words.upper(), "nfd": unicodedata.normalize("NFD", words)}.get(how, words)
    return {
        "spaced": f" {words}  *",
        "broken": words.replace(" ", "\n"),
        "note": f"{words} (nếu có)",
    }.get(how, text)


PEOPLE = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Nguyễn Văn Tám", "Đỗ Thị Ánh", "H'Hen Niê"]),
        "birth": st.sampled_from(["15/03/1980", "1975", ""]),
        "phone": st.sampled_from(["0912345678", "", "912 345 678"]),
        "commune": st.sampled_from(["Xã Mẫu", "Phường Đa Mẫu"]),
        "village": st.sampled_from(["Thôn 1", ""]),
        "role": st.sampled_from(["Tổ trưởng", "Thành viên"]),
    }
)


@settings(max_examples=60)
@given(
    people=st.lists(PEOPLE, min_size=1, max_size=4),
    dice=st.randoms(use_true_random=False),
    above=st.integers(0, 30),
    make=st.sampled_from(["xlsx", "csv", "utf-16", "ods"]),
    nfd=st.booleans(),
)
def test_columns_in_any_order_under_any_heading_make_the_same_table(people, dice, above, make, nfd):
    order = dice.sample(list(people[0]), len(people[0]))
    headings = []
    for key in order:
        column = MEMBERS.column(key)
        how = dice.choice(["upper", "nfd", "spaced", "broken", "note", "as it is"])
        headings.append(written(dice.choice((column.title, *column.aliases)), how))
    shape = (lambda text: unicodedata.normalize("NFD", text).replace(" ", "  ")) if nfd else str
    rows = [["Danh sách"] for _ in range(above)] + [headings]
    rows += [[shape(person[key]) for key in order] for person in people]
    content = {
        "xlsx": sheets.xlsx,
        "csv": lambda rows: sheets.text(rows, delimiter=dice.choice(",;\t")),
        "utf-16": lambda rows: sheets.text(rows, delimiter="\t", encoding="utf-16"),
        "ods": sheets.ods,
    }[make](rows)
    found = table(content)
    assert cells(found) == people
    assert found.header_row == above + 1
    assert [row.number for row in found.rows] == list(range(above + 2, above + 2 + len(people)))


def test_a_wrong_declared_size_hides_nothing():
    rows = [["Họ và tên", "Xã"], *(["Lê Thị Mai", f"Xã {number}"] for number in range(50))]
    found = table(sheets.with_dimension(sheets.xlsx(rows), "A1:B4"))
    assert len(found.rows) == 50


def test_a_formula_gives_the_value_that_was_last_seen():
    rows = [["Họ và tên", "Xã"], ["Lê Thị Mai", "=A9"]]
    content = sheets.changed(
        sheets.xlsx(rows),
        "xl/worksheets/sheet1.xml",
        lambda xml: (
            xml.replace(b'r="B2"', b'r="B2" t="str"')
            .replace(b"<f>A9</f><v />", "<f>A9</f><v>Xã Mẫu</v>".encode())
            .replace(b"<f>A9</f><v></v>", "<f>A9</f><v>Xã Mẫu</v>".encode())
        ),
    )
    assert cells(table(content)) == [{"name": "Lê Thị Mai", "commune": "Xã Mẫu"}]


def test_a_name_merged_over_two_rows_is_one_person():
    rows = [
        ["Họ và tên", "Xã", "SĐT"],
        ["Lê Thị Mai", "Xã Mẫu", 1],
        [None, None, 2],
        ["Vũ Lan", "Xã B", 3],
    ]
    found = table(sheets.xlsx(rows, merged=["A2:A3"]))
    assert [row.number for row in found.rows] == [2, 4]
    assert [number for number, _reason in found.skipped] == [3]


def test_a_village_alone_in_its_row_is_a_village_where_its_commune_is_merged():
    rows = [["Tên thôn", "Xã"], ["Thôn Đông", "Xã Mẫu"], ["Thôn Tây", None], ["Xã Khác", None]]
    found = table(sheets.xlsx(rows, merged=["B2:B3"]), VILLAGES)
    assert cells(found) == [
        {"name": "Thôn Đông", "commune": "Xã Mẫu"},
        {"name": "Thôn Tây", "commune": "Xã Mẫu"},
    ]
    assert [number for number, _reason in found.skipped] == [4]


def test_the_sheet_that_holds_the_list_is_found_and_hidden_ones_are_not_looked_at():
    book = openpyxl.Workbook()
    book.active.append(["Bìa"])
    hidden = book.create_sheet("Ẩn")
    hidden.append(["Họ và tên", "Xã"])
    hidden.sheet_state = "hidden"
    shown = book.create_sheet("Danh sách")
    shown.append(["Họ và tên", "Xã"])
    shown.append(["Lê Thị Mai", "Xã Mẫu"])
    found = table(sheets.saved(book))
    assert (found.sheet, len(found.rows)) == ("Danh sách", 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_csv_is_read_in_each_encoding_that_is_met(encoding):
    rows = [
        ["Họ và tên", "Ngày, tháng, năm sinh"],
        ["Lê Thị Mai", "1/2/1980\n(theo hồ sơ)"],
        ["Vũ Lan", "1990"],
    ]
    found = table(sheets.text(rows, delimiter=";", encoding=encoding))
    assert [row.cells["birth"] for row in found.rows] == ["1/2/1980 (theo hồ sơ)", "1990"]
    assert [row.number for row in found.rows] == [2, 3]


def test_a_csv_in_the_old_windows_encoding_is_read():
    # Windows-1258 writes most tones as marks of their own.
    spelled = {"ã": "a\u0303", "ị": "i\u0323", "ễ": "ê\u0303", "ọ": "o\u0323"}
    text = "Họ tên,Xã\r\nNguyễn Thị Na,Xã Mâu\r\n"
    for letter, marks in spelled.items():
        text = text.replace(letter, marks)
    found = table(text.encode("cp1258"))
    assert cells(found) == [{"name": "Nguyễn Thị Na", "commune": "Xã Mâu"}]


def test_a_refusal_names_what_is_missing_and_what_was_seen_but_no_data():
    said = refusal(sheets.xlsx([["Họ tên", "Ngày sinh", "Bí mật"], ["A", "B", "C"]]), TEACHERS)
    assert "“Tên trường”" in said
    assert "“Ngày sinh”" in said
    assert "Bí mật" not in said


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"\0" * 40, b"\xef\xbb\xbf", b"%PDF-1.7 x", b"<html><table>", b"PK\x03\x04rubbish"),
        *(b"a\x00b\x00\x00c", bytes(range(256)) * 9, sheets.xlsx([[]]), sheets.xlsx([["x"]])),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        sheets.changed(sheets.xlsx([["Họ tên"]]), "xl/workbook.xml", lambda xml: xml[:90]),
        sheets.changed(
            sheets.xlsx([["Họ tên"]]), "xl/worksheets/sheet1.xml", lambda xml: xml[:200]
        ),
        'Họ và tên,Xã\n"Lê Thị Mai,Xã Mẫu\nVũ Lan,Xã B\n'.encode(),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(content):
    assert refusal(content)


def test_a_protected_workbook_says_that_it_is_protected():
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    assert "mật khẩu" in refusal(ole)


@pytest.mark.parametrize(("row", "column"), [(1_048_576, 1), (2, 16_384), (1_048_576, 16_384)])
def test_a_far_cell_is_refused_before_it_takes_room(row, column):
    assert f"{max(row if row > 50_000 else column, 201)}" in refusal(
        sheets.with_far_cell(row, column)
    )


def test_repeated_cells_and_rows_are_refused_before_they_take_room():
    rows = [["Họ và tên", "Xã"], ["a", "b"]]
    assert refusal(sheets.ods(rows, repeat_row=' table:number-rows-repeated="1000000"'))
    assert refusal(sheets.ods(rows, repeat_cell=' table:number-columns-repeated="16000"'))
    long = [["Họ và tên", "Xã"], ["a" * 300_000, "b"]]
    assert refusal(sheets.ods(long, repeat_row=' table:number-rows-repeated="9000"'))


def test_one_long_text_in_many_cells_is_refused():
    assert len(table(sheets.sharing("Lê Thị " + "a" * 3_000, 50)).rows) == 50
    assert "quá nhiều dữ liệu" in refusal(sheets.sharing("a" * 30_000, 5_000))


def test_a_zip_that_lies_about_its_size_is_unpacked_no_further_than_allowed(monkeypatch):
    monkeypatch.setattr("imports.grids.MOST_UNPACKED", 100_000)
    rows = [["Họ và tên"], *([f"Lê Thị {'a' * 50}"] for _ in range(3_000))]
    content = bytearray(sheets.xlsx(rows))
    # Every size that the directory claims becomes 1.
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 24 : at + 28] = (1).to_bytes(4, "little")
        at = content.find(b"PK\x01\x02", at + 4)
    assert "giải nén" in refusal(bytes(content))


def test_entities_of_a_document_type_are_not_expanded():
    content = sheets.changed(
        sheets.xlsx([["Họ và tên", "Xã"], ["Lê Thị Mai", 7]]),
        "xl/worksheets/sheet1.xml",
        lambda xml: (
            b'<!DOCTYPE x [<!ENTITY a "911">]>'
            + xml[xml.index(b"<worksheet") :].replace(b"<v>7</v>", b"<v>&a;</v>")
        ),
    )
    with suppress(UnreadableSheet):
        assert "911" not in repr(table(content))


def test_columns_and_rows_beyond_what_is_allowed_are_refused_in_a_csv():
    assert "200" in refusal(("Họ và tên,Xã" + ",x" * 100_000 + "\nA,B").encode())
    assert "50000" in refusal(("Họ và tên,Xã\n" + "Lê Thị Mai,Xã Mẫu\n" * 50_001).encode())


@settings(max_examples=150)
@given(st.data())
def test_a_damaged_file_is_refused_or_read_and_never_anything_else(data):
    content = bytearray(data.draw(st.sampled_from(DAMAGED)))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    with suppress(UnreadableSheet):
        table(bytes(content[: data.draw(st.integers(1, len(content)))]))


DAMAGED = [
    make([["Họ và tên", "Xã"], ["Lê Thị Mai", "Xã Mẫu"]])
    for make in (sheets.xlsx, sheets.ods, sheets.text)
]


def test_the_foot_ends_where_numbered_rows_go_on():
    rows = [
        ["STT", "Họ và tên", "Xã"],
        [1, "Lê Thị Mai", "Xã Mẫu"],
        [None, None, "Mẫu, ngày … tháng … năm 2025"],
        [None, "Vũ Thị Lập", None],
        [2, "Ngô Văn Hai", "Xã Mẫu"],
    ]
    found = table(sheets.xlsx(rows))
    assert [row.number for row in found.rows] == [2, 5]


def test_a_person_with_a_birthday_in_words_is_no_foot():
    rows = [["Họ và tên", "Ngày sinh"], ["Lê Thị Mai", "ngày 15 tháng 3 năm 1980"]]
    assert len(table(sheets.xlsx(rows)).rows) == 1


def test_people_whose_names_look_like_words_of_a_list_are_people():
    names = [
        "Tống Thị Cộng",
        "Trương Văn Xã",
        "Vi Văn Tổ",
        "Phương",
        "Khuất Thị Tổng",
        "Công Tôn Nữ",
    ]
    random.Random(1).shuffle(names)
    rows = [["Họ và tên", "Xã", "Thôn"], *([name, None, None] for name in names)]
    assert [row.cells["name"] for row in table(sheets.xlsx(rows)).rows] == names
