"""Tables as files: what stands on the page, safe to open, whatever the names are."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

import tables
from people.models import Person
from tables import Table
from tests.conftest import NOON, TODAY, make_person
from tests.reports.test_pages import FIGURES, head, officer
from tests.training.conftest import passes_all, teaching
from training import refreshing

__all__ = ["head", "officer"]


def content(answer) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def rows_of_csv(answer):
    text = content(answer).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def sheet_of(answer):
    return openpyxl.load_workbook(io.BytesIO(content(answer))).active


@pytest.fixture
def three(head, teacher, school):
    passes_all(teacher, at=NOON - timedelta(days=2))
    dangerous = teaching(make_person("co.lan", "Lê Thị Lan"), school)
    Person.objects.filter(pk=dangerous.pk).update(name='=HYPERLINK("http://xau.example")')
    refreshing.catch_up(at=NOON)
    return school


def test_people_come_by_given_name_with_what_shows_their_skills(three, client):
    rows = rows_of_csv(client.get(f"{FIGURES}giao-vien/{three.pk}/danh-sach.csv"))
    names = [row["Họ và tên"] for row in rows]
    assert names == ["Hoàng Thị Huệ", '\'=HYPERLINK("http://xau.example")', "Phan Thị Loan"]
    assert rows[0]["Tình trạng"] == "Đã xong"
    day = f"{TODAY - timedelta(days=2):%d/%m/%Y}"
    assert rows[0]["1. Sử dụng dịch vụ công trực tuyến"] == f"{day} (bài kiểm tra)"
    assert rows[0]["Hạn"] == ""
    assert rows[2]["Hạn"] == "31/12/2026"


def test_a_spreadsheet_says_the_same_and_holds_no_formula(three, client):
    sheet = sheet_of(client.get(f"{FIGURES}giao-vien/{three.pk}/danh-sach.xlsx"))
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert '=HYPERLINK("http://xau.example")' in [cell.value for cell in cells]
    assert "Hoàng Thị Huệ" in [cell.value for cell in cells]
    done = sheet_of(client.get(f"{FIGURES}giao-vien/{three.pk}/danh-sach.xlsx?loc=da-xong"))
    assert "Phan Thị Loan" not in [cell.value for row in done.iter_rows() for cell in row]


def test_units_and_weeks_are_those_of_the_page(officer, teacher, school, commune, client):
    passes_all(teacher, at=timezone.now())
    refreshing.catch_up(at=NOON)
    [row, total] = rows_of_csv(client.get(f"{FIGURES}giao-vien/{commune.pk}/don-vi.csv"))
    assert (row["Đơn vị"], row["Phải học"], row["Tỷ lệ (%)"]) == ("Trường THCS Đồi Vải", "1", "100")
    assert total["Đã xong"] == "1"
    weeks = rows_of_csv(client.get(f"{FIGURES}giao-vien/{commune.pk}/theo-tuan.csv"))
    assert weeks[-1]["Ngày"] == f"{timezone.localdate():%d/%m/%Y}"
    assert [weeks[0]["Đã xong"], weeks[-1]["Đã xong"]] == ["0", "1"]
    assert sheet_of(client.get(f"{FIGURES}giao-vien/{commune.pk}/don-vi.xlsx")).max_row > 4


@given(st.lists(st.text(max_size=12), min_size=1, max_size=5))
def test_no_text_becomes_a_formula_or_breaks_a_row(texts):
    table = Table("x", [], [(f"c{n}", 9) for n in range(len(texts))], [texts])
    written = b"".join(tables.as_csv(table)).decode("utf-8-sig")
    _head, row = list(csv.reader(io.StringIO(written, newline="")))
    assert [cell.removeprefix("'") for cell in row] == [text.removeprefix("'") for text in texts]
    assert not [cell for cell in row if cell.startswith(tables.RISKY)]
