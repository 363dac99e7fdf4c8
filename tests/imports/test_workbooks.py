import io

import openpyxl
import pytest

from imports import workbooks
from imports.columns import EXAMPLE, KINDS
from imports.reading import read
from imports.workbooks import ResultRow

pytestmark = pytest.mark.one_database

COMMUNES = [f"Xã Mẫu số {number}" for number in range(99)]


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_template_that_is_filled_in_is_read_back_whole(kind):
    content = workbooks.template(kind, {"commune": COMMUNES})
    empty = read(content, filename="mau.xlsx", kind=kind)
    assert [one.column for one in empty.columns] == list(kind.columns)
    assert empty.rows == ()
    assert empty.dropped == ()
    book = opened(content)
    sheet = book.worksheets[0]
    first = empty.header_row + 1 + len(kind.examples)
    filled = [{c.key: f"{c.key} {number}" for c in kind.columns} for number in range(30)]
    for down, row in enumerate(filled, start=first):
        for across, column in enumerate(kind.columns, start=1):
            sheet.cell(down, across, row[column.key])
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue(), filename="mau.xlsx", kind=kind)
    assert [row.cells for row in found.rows] == filled
    assert [row.number for row in found.rows] == list(range(first, first + 30))
    assert len(found.skipped) == len(kind.examples)


def test_an_example_whose_mark_was_taken_off_is_data():
    kind = KINDS["team_members"]
    book = opened(workbooks.template(kind, {}))
    sheet = book.worksheets[0]
    assert sheet["A5"].value.endswith(EXAMPLE)
    sheet["A5"] = "Nguyễn Văn Tám"
    out = io.BytesIO()
    book.save(out)
    assert len(read(out.getvalue(), filename="mau.xlsx", kind=kind).rows) == 1


def test_a_template_offers_lists_keeps_digits_and_prints_on_a4_across():
    kind = KINDS["team_members"]
    book = opened(workbooks.template(kind, {"commune": COMMUNES}))
    sheet, how_to, hidden = book.worksheets
    assert (how_to.title, hidden.sheet_state) == ("Hướng dẫn", "hidden")
    assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
    offered = {
        str(one.sqref).split(":")[0]: one.formula1 for one in sheet.data_validations.dataValidation
    }
    assert offered["E5"] == "'Danh mục'!$A$1:$A$99"
    assert offered["H5"] == '"Tổ trưởng,Tổ phó,Thành viên"'
    # A list whose words hold commas would fall apart inside a rule.
    assert offered["I5"].startswith("'Danh mục'!")
    assert sheet["C7"].number_format == "@"
    titles = [cell.value for cell in sheet[4]]
    assert titles[0] == "Họ và tên *"
    assert "Điện thoại" in titles


def test_a_result_lists_the_refused_first_with_the_error_beside_the_cell():
    kind = KINDS["team_members"]
    rows = [
        ResultRow(8, {"name": "Lê Thị Mai", "phone": "0912345678"}, "create"),
        ResultRow(
            9,
            {"name": "Vũ Lan", "phone": "12"},
            "refused",
            [("phone", "error", "Không phải số điện thoại."), ("", "warning", "Xem lại.")],
        ),
        ResultRow(
            10, {"name": "Ngô Hai", "phone": ""}, "question", [("name", "warning", "Trùng?")]
        ),
    ]
    sheet = opened(workbooks.result(kind, "Kết quả nhập", rows, keys=["name", "phone"])).active
    assert [cell.value for cell in sheet[4]] == [
        "Dòng",
        "Kết quả",
        "Họ và tên",
        "Điện thoại",
        "Ghi chú",
    ]
    assert [[cell.value for cell in sheet[down]][:2] for down in (5, 6, 7)] == [
        [9, "Bị từ chối"],
        [10, "Cần quyết định"],
        [8, "Tạo mới"],
    ]
    assert sheet["E5"].value == "Điện thoại: Không phải số điện thoại.\nXem lại."
    assert sheet["D5"].comment.text.strip() == "Không phải số điện thoại."
    assert sheet["D5"].fill.start_color.rgb != sheet["D7"].fill.start_color.rgb
    assert sheet.auto_filter.ref == "A4:E7"
    assert sheet.freeze_panes == "C5"


@pytest.mark.parametrize(
    "text", ["=1+1", "+84912345678", "-1", "@SUM(A1)", "https://example.vn", "{=A1}"]
)
def test_nothing_that_was_typed_becomes_a_formula_or_a_link(text):
    kind = KINDS["team_members"]
    rows = [ResultRow(2, {"name": text}, "create", [("name", "error", text)])]
    sheet = opened(workbooks.result(kind, text, rows)).active
    for cell in (sheet["A1"], sheet["C5"]):
        assert cell.value == text
        assert cell.data_type == "s"
        assert cell.hyperlink is None
    assert opened(workbooks.template(kind, {"commune": [text]})).worksheets


def test_a_result_without_rows_is_a_workbook_too():
    assert (
        opened(workbooks.result(KINDS["villages"], "Kết quả", [])).active["A1"].value == "Kết quả"
    )
