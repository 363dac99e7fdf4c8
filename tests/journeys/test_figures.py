"""From a figure down to the names, and a quarterly report from its beginning to its signature, in a browser."""

import pytest

from tests.journeys.conftest import LAPTOP, PHONE
from tests.journeys.test_accessibility import faults


def test_an_officer_goes_from_the_figure_to_the_names_and_takes_them_along(visit):
    officer = visit()
    page = officer.page
    officer.sign_in("can.bo")
    officer.open("/cong-viec/so-lieu/")
    page.get_by_role("link", name="Giáo viên thành thạo năm kỹ năng số").click()
    assert officer.sees("Hạn hoàn thành")
    page.get_by_role("link", name="Trường THCS Đồi Vải").first.click()
    officer.press("Xem danh sách")
    assert officer.sees("Lê Thị Hòa")
    with page.expect_download() as kept:
        page.get_by_role("link", name="CSV").click()
    assert "Lê Thị Hòa" in kept.value.path().read_text(encoding="utf-8-sig")


def test_an_officer_reports_the_quarter_and_signs(visit):
    officer = visit(**LAPTOP)
    page = officer.page
    officer.sign_in("can.bo")
    officer.open("/cong-viec/bao-cao/vuong-mac/")
    page.locator("details summary").first.click()
    page.locator("[name=text]").first.fill("Hai thôn sóng yếu, đề nghị lắp thêm trạm.")
    page.locator("details form button").first.click()
    assert officer.sees("đang chờ Xã Đồi Vải")
    officer.open("/cong-viec/bao-cao/?quy=2026-3")
    officer.press("Lập báo cáo")
    page.locator("[name=comment]").fill("Giáo viên tham gia tốt.")
    page.locator("button[value=luu]").click()
    assert officer.sees("Đã lưu")
    page.locator("[name=name]").fill("Giáp Văn Thơm")
    page.locator("button[value=ky]").click()
    assert officer.sees("Báo cáo không thay đổi nữa")
    assert officer.sees("Hai thôn sóng yếu")
    answer = page.request.get(officer.page.url + "bao-cao.pdf")
    assert answer.body().startswith(b"%PDF")
    page.get_by_role("link", name="Những gì khác đi từ khi ký").click()
    assert officer.sees("Không có gì khác")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("device", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_the_pages_of_figures_are_accessible(visit, device, dark):
    officer = visit(**device, color_scheme="dark" if dark else "light")
    officer.sign_in("can.bo.tinh")
    found = {}
    officer.open("/cong-viec/so-lieu/")
    found["overview"] = faults(officer.page)
    officer.page.get_by_role("link", name="Giáo viên thành thạo năm kỹ năng số").click()
    found["dashboard"] = faults(officer.page)
    dashboard = officer.page.url
    for part in ("nguoi/", "nhac/"):
        officer.page.goto(dashboard + part)
        found[part] = faults(officer.page)
    for path in (
        "bao-cao/",
        "bao-cao/vuong-mac/",
        "bao-cao/khoa/",
        "minh-chung/",
        "buoi-tap-huan/",
    ):
        officer.open(f"/cong-viec/{path}")
        found[path] = faults(officer.page)
    officer.open("/cong-viec/bao-cao/")
    officer.page.locator("a[href$='/chi-tieu/']").first.click()
    found["targets"] = faults(officer.page)
    officer.open("/chung-nhan-noi-khac/")
    found["outside"] = faults(officer.page)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
