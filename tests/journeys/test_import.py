"""An officer brings in a list as it really comes: looks, decides, brings it in, takes it back."""

import io
import re
from pathlib import Path

import openpyxl
import pytest

from tests.journeys.conftest import LAPTOP, PHONE

LIST = "/cong-viec/nhap/"
HEADER = ["STT", "Họ và tên đệm", "Tên", "Nam", "Nữ", "SĐT", "Xã, phường", "Thôn", "Số CCCD"]
ABOVE = ["", "", "", "Năm sinh", "", "", "Địa bàn", "", ""]
PEOPLE = [
    ["1", "NGUYỄN VĂN", "CHẮN", 1980, "", 912345601, "Đồi Vải", "Đồi Chè", "024080000001"],
    ["2", "Trần  Thị", "Bưởi", "", 1992, "12", "xa doi vai", "", "024080000002"],
    ["3", "Lý Văn", "Lạc", 1985, "", "0912.345.603", "Xã Không Có", "", "024080000003"],
    ["4", "Trần Thị", "Bưởi", "", 1992, "12", "Đồi Vải", "", "024080000002"],
]


def workbook(*rows):
    """Return a list with title rows, a header of two rows, merged cells, a total and a signature."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["ỦY BAN NHÂN DÂN XÃ"])
    sheet.append(["DANH SÁCH THÀNH VIÊN TỔ CÔNG NGHỆ SỐ CỘNG ĐỒNG"])
    sheet.append([])
    sheet.append(ABOVE)
    sheet.append(HEADER)
    for row in rows:
        sheet.append(row)
    sheet.append(["", "Tổng cộng", "", len(rows)])
    sheet.append(["", "Ngày 20 tháng 11 năm 2026"])
    sheet.merge_cells("A2:I2")
    sheet.merge_cells("D4:E4")
    sheet.merge_cells("G4:H4")
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def send(visitor, content):
    visitor.open(LIST)
    page = visitor.page
    page.locator("[name=kind][value=team_members]").check()
    page.set_input_files(
        "[name=file]",
        {"name": "to-cnscd.xlsx", "mimeType": "application/octet-stream", "buffer": content},
    )
    page.locator(".import-form > .actions .button").click()
    page.wait_for_url(re.compile(r"/nhap/\d+/"))
    page.locator(".import-tabs").wait_for()


def counts(page):
    """Return how many rows each tab says it has."""
    tabs = page.locator(".import-tabs a").all()
    return {
        re.search(r"xem=([\w-]+)", tab.get_attribute("href"))[1]: int(tab.locator("b").inner_text())
        for tab in tabs
    }


def tab(page, slug):
    page.locator(f".import-tabs a[href*='xem={slug}']").click()
    page.wait_for_url(f"**xem={slug}*")


def bring_in(page):
    page.locator("form[action$='/ap-dung/'] .button").click()
    page.locator("a[href$='/hoan-tac/']").wait_for()


@pytest.mark.parametrize("device", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_a_list_as_it_comes_is_looked_at_decided_on_brought_in_and_taken_back(visit, device):
    officer = visit(**device)
    officer.sign_in("can.bo.tinh")
    page = officer.page
    send(officer, workbook(*PEOPLE))
    assert counts(page) == {"tu-choi": 1, "moi": 2, "bo-ra": 1}
    page.locator(".import-left summary").click()
    assert "Số CCCD" in page.locator(".import-left").inner_text()
    assert "024080000001" not in page.content()
    tab(page, "tu-choi")
    assert "Không Có" in page.locator(".noted.error").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    bring_in(page)
    first = page.url.partition("?")[0]

    # The same two once more; of one of them there is less to tell her by.
    again = [[*PEOPLE[0]], [*PEOPLE[1]]]
    again[0][5], again[1][5] = 912345609, 912345610
    send(officer, workbook(*again))
    assert counts(page) == {"quyet-dinh": 2}
    assert page.locator("form[action$='/ap-dung/'] .button").is_disabled()
    page.locator(".question-row").nth(0).locator("input[type=radio]").first.check()
    page.locator(".question-row").nth(1).locator("[value=skip]").check()
    page.locator("form[action$='/quyet-dinh/'] .button").first.click()
    page.wait_for_url("**xem=quyet-dinh*")
    bring_in(page)
    with page.expect_download() as download:
        page.locator("a[href$='/ket-qua.xlsx']").click()
    sheet = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes())).active
    words = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
    assert {"Cập nhật", "Bỏ qua"} <= set(words)

    for address in (page.url.partition("?")[0], first):
        page.goto(address)
        page.locator("a[href$='/hoan-tac/']").click()
        page.locator("main form .button").first.click()
        page.wait_for_url(address)
        page.locator("main .notice.info", has_text="Đã hoàn tác lúc").wait_for()
        assert page.locator("a[href$='/hoan-tac/']").count() == 0
    send(officer, workbook(PEOPLE[0]))
    assert counts(page) == {"moi": 1}
    page.locator("form[action$='/bo/'] button").click()
    page.wait_for_url(f"**{LIST}")


def test_the_pages_work_without_scripts(visit):
    officer = visit(java_script_enabled=False, **LAPTOP)
    officer.sign_in("can.bo.tinh")
    send(officer, workbook(PEOPLE[0]))
    assert counts(officer.page) == {"moi": 1}
    officer.page.locator("form[action$='/bo/'] button").click()
    officer.page.wait_for_url(f"**{LIST}")
