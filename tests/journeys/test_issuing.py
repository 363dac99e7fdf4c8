"""An officer issues to a whole province, corrects one certificate, revokes another; a stranger checks a file."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import LAPTOP, PHONE
from tests.journeys.test_accessibility import faults

LIST = "/cong-viec/giay-chung-nhan/"


@pytest.mark.parametrize(
    ("device", "course"),
    [(LAPTOP, "Thanh toán trực tuyến"), (PHONE, "Tự bảo vệ mình trên không gian mạng")],
    ids=["laptop", "phone"],
)
def test_an_officer_issues_what_is_due_and_a_stranger_checks_it(visit, tmp_path, device, course):
    officer = visit(**device, accept_downloads=True)
    page, wrong = officer.page, {}
    officer.sign_in("can.bo.tinh")
    officer.open(LIST)
    wrong["list"] = faults(page)
    option = page.locator("select[name=award] option", has_text=course).first.text_content()
    page.get_by_label("Giấy chứng nhận nào").select_option(label=option)
    officer.press("Xem ai được cấp")
    start = page.get_by_role("button", name=re.compile(r"^Cấp \d+ giấy chứng nhận$"))
    start.wait_for(timeout=30_000)
    wrong["preview"] = faults(page)
    start.click()
    expect(page.get_by_text(re.compile(r"^Đã cấp \d+ giấy chứng nhận"))).to_be_visible(
        timeout=60_000
    )
    archive = page.get_by_role("link", name=re.compile("Tải về.*tệp nén"))
    for _look in range(30):
        if archive.count():
            break
        page.wait_for_timeout(1_000)
        page.reload()
    wrong["done"] = faults(page)
    with page.expect_download() as downloading:
        archive.click()
    assert downloading.value.suggested_filename == "giay-chung-nhan.zip"

    page.locator(".import-tabs a", has_text="Đã cấp").click()
    page.locator("table.rows td a").first.click()
    wrong["one"] = faults(page)
    code = page.url.rstrip("/").rpartition("/")[2]
    answer = officer.context.request.get(f"{officer.site.url}{LIST}so-cap/{code}/tep.pdf")
    (tmp_path / "giay.pdf").write_bytes(answer.body())

    stranger = visit(**device)
    stranger.open("/xac-minh/")
    stranger.page.get_by_label("Tệp PDF của giấy chứng nhận").set_input_files(tmp_path / "giay.pdf")
    stranger.press("Kiểm tra tệp")
    stranger.sees("đúng như khi chúng tôi cấp")
    wrong["file"] = faults(stranger.page)
    (tmp_path / "giay.pdf").write_bytes(answer.body().replace(b"endobj", b"endobJ", 1))
    stranger.open("/xac-minh/")
    stranger.page.get_by_label("Tệp PDF của giấy chứng nhận").set_input_files(tmp_path / "giay.pdf")
    stranger.press("Kiểm tra tệp")
    stranger.sees("đã bị sửa sau khi chúng tôi ký")

    page.get_by_label("Lý do").fill("Cấp nhầm người")
    officer.press("Thu hồi")
    officer.sees("Đã thu hồi.")
    stranger.open(f"/xac-minh/{code}/")
    stranger.sees("Cấp nhầm người")
    officer.open(f"{LIST}so-cap/?tim={code}")
    expect(page.locator("table.rows tbody tr")).to_have_count(1)
    wrong["register"] = faults(page)
    assert {name: found for name, found in wrong.items() if found} == {}
