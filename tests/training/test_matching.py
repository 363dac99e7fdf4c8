"""Lists of who was there: pasted names and sheets of other tools."""

import io

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from imports.grids import UnreadableSheet
from people.models import Person
from tests.conftest import NOON, make_person
from tests.training.conftest import teaching
from tests.training.test_meetings import head, invited, plan
from training import matching, refreshing
from training.models import Presence

__all__ = ["head"]


@pytest.fixture
def meeting(school, teacher, head):
    """A session to which two of one name are invited."""
    for number in range(2):
        person = teaching(make_person(f"trung.{number}", "Vi Văn Trùng"), school)
        Person.objects.filter(pk=person.pk).update(phone=f"091234567{number}")
    refreshing.catch_up(at=NOON)
    return plan(school, head)


def attend(meeting, head, entries):
    return matching.attend(meeting, meeting.parts.first(), entries, by=head, at=NOON)


def workbook(*rows):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return content.getvalue()


def there():
    return set(Presence.objects.values_list("participant__person__login", flat=True))


def test_pasted_names_are_matched_and_never_guessed(meeting, head):
    text = "1. HOÀNG THỊ HUỆ\nVi Văn Trùng\nPhan Thi Loan\n\n2) Phan Thị Loan"
    found = attend(meeting, head, matching.pasted(text))
    assert [one.text for one in found.left] == ["Vi Văn Trùng", "Phan Thi Loan"]
    assert "2 người" in found.left[0].reason
    assert found.found == Presence.objects.count() == 2


@pytest.mark.parametrize(
    "line",
    [
        "Vi Văn Trùng; trung.1", "3\tVi Văn Trùng\t0912 345 671", "Vi Văn Trùng;+84912345671",
        "0912345671", "trung.1", "vi văn trùng ; TRUNG.1",
    ],
)  # fmt: skip
def test_a_login_name_or_telephone_number_tells_those_of_one_name_apart(meeting, head, line):
    found = attend(meeting, head, matching.pasted(line))
    assert (found.left, there()) == ([], {"trung.1"})


def test_a_number_of_somebody_else_marks_nobody(meeting, head):
    found = attend(
        meeting, head, matching.pasted("Hoàng Thị Huệ; 0912345671\nPhan Thị Loan; 0988888888")
    )
    assert [one.text for one in found.left] == ["Hoàng Thị Huệ; 0912345671"]
    assert there() == {"hieu.truong"}  # nobody has that number: a new one


def test_a_sheet_of_another_tool_is_read(meeting, head):
    content = workbook(
        ["Trường Tiểu học"], [], ["STT", "Họ và tên", "Tài khoản", "Số điện thoại", "Có mặt"],
        [1, "Hoàng Thị Huệ", "", "", "x"], [2, "Vi Văn Trùng", "trung.0", "", "Có"],
        [3, "Vi Văn Trùng", "", "0912345671", "vắng"], [4, "Phan Thị Loan", "", "", "v"],
        [5, "Ai Đó", "ai.do", "", "✓"],
    )  # fmt: skip
    entries, absent = matching.from_file(content, filename="diem-danh.xlsx")
    found = attend(meeting, head, entries)
    assert (found.found, absent, there()) == (2, 1, {"co.hue", "trung.0"})
    assert [one.text for one in found.left] == ["Phan Thị Loan", "Ai Đó; ai.do"]
    assert "dòng 7" in found.left[0].reason.lower()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_says_the_same(meeting, head, delimiter):
    rows = [["Full name", "Present"], ["Hoàng Thị Huệ", "yes"], ["Phan Thị Loan", "no"]]
    content = "\r\n".join(delimiter.join(row) for row in rows).encode("utf-8-sig")
    entries, absent = matching.from_file(content, filename="a.csv")
    assert (attend(meeting, head, entries).found, absent, there()) == (1, 1, {"co.hue"})


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", workbook(["Mã", "Điểm"], ["1", "2"])])
def test_what_is_no_such_list_is_refused(content):
    with pytest.raises(UnreadableSheet):
        matching.from_file(content, filename="a.xlsx")


def test_a_sheet_is_sent_in_pages_and_what_fits_nobody_stays(meeting, head, teacher, client):
    client.force_login(head, backend="people.authentication.PersonBackend")
    here, part = f"/cong-viec/buoi-tap-huan/{meeting.pk}/", meeting.parts.last().pk
    content = workbook(["Họ và tên"], ["Hoàng Thị Huệ"], ["Vi Văn Trùng"])
    sent = {"viec": "tep", "buoi": part, "tep": SimpleUploadedFile("a.xlsx", content)}
    page = client.post(here, sent)
    assert ">Vi Văn Trùng</textarea>" in page.text
    assert f'<option value="{part}" selected>' in page.text
    assert Presence.objects.get().participant_id == invited(meeting, teacher)
    for wrong in ({}, {"tep": SimpleUploadedFile("a.xlsx", b"%PDF")}):
        refused = client.post(here, {"viec": "tep", "buoi": part} | wrong)
        assert (refused.status_code, 'role="alert"' in refused.text) == (422, True)
