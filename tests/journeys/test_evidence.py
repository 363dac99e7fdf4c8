"""A teacher hands a photo in; the head sees it beside the decision, exempts a teacher, and ends that."""

import io

import pytest
from PIL import Image

from tests import strangers
from tests.journeys.conftest import LAPTOP, PHONE
from tests.journeys.test_accessibility import faults

MINE = "/chung-nhan-noi-khac/"


def photo() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (1200, 850), "beige").save(stream, "jpeg")
    return stream.getvalue()


def hand_in(visitor, path: str, name: str, content: bytes) -> None:
    visitor.open(path)
    page = visitor.page
    page.locator("[name=issued_on]").fill("2026-10-05")
    page.get_by_role("group", name="Thể hiện kỹ năng nào").get_by_label("Thanh toán").check()
    page.locator("[id=id_file]").set_input_files({"name": name, "mimeType": "", "buffer": content})
    page.get_by_role("button", name="Nộp chứng nhận").click()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("device", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_what_is_handed_in_is_seen_decided_on_and_accessible(visit, device, dark):
    look = {**device, "color_scheme": "dark" if dark else "light"}
    teacher, head = visit(**look), visit(**look)
    teacher.sign_in("co.hoa")
    found = {}
    hand_in(teacher, MINE, "hỏng.pdf", b"%PDF-1.7")
    assert teacher.sees("Không đọc được tệp PDF này")
    found["refused"] = faults(teacher.page)
    hand_in(teacher, MINE, "giấy.jpg", photo())
    assert teacher.sees("Đã nộp")
    teacher.page.locator("summary").first.click()
    found["mine"] = faults(teacher.page)

    head.sign_in("hieu.truong")
    head.open("/cong-viec/")
    unit = head.page.locator("a[href^='/cong-viec/tien-do/']").first.get_attribute("href")
    head.open(unit.replace("tien-do", "don-vi") + "nguoi/")
    names = head.page.locator("main a[href^='/cong-viec/nguoi/']").filter(has_not_text="Lê Thị Hòa")
    other = names.first.inner_text()
    number = names.first.get_attribute("href").strip("/").split("/")[-1]
    hand_in(head, f"/cong-viec/minh-chung/nop/{number}/", "giấy.pdf", strangers.pdf())
    found["for another"] = faults(head.page)
    head.open("/cong-viec/minh-chung/")
    page = head.page
    found["evidence"] = faults(page)
    card = page.locator("article", has=page.locator("img")).last
    image = card.locator("img")
    image.scroll_into_view_if_needed()
    page.wait_for_function(
        "(image) => image.complete && image.naturalWidth", arg=image.element_handle()
    )
    paper, form = image.bounding_box(), card.locator("form").bounding_box()
    if device is PHONE:
        assert paper["y"] + paper["height"] <= form["y"]
    else:
        assert paper["x"] + paper["width"] <= form["x"]
    assert page.locator("article", has=page.locator(".paper.file")).locator("form").count() == 0
    card.get_by_role("button", name="Duyệt").click()
    assert head.sees("Đã duyệt")

    head.open(f"/cong-viec/mien/{number}/")
    page.locator("[name=until]").fill("2027-03-01")
    page.locator("[name=since]").fill("2026-11-01")
    found["exempt"] = faults(page)
    page.get_by_role("button", name="Miễn cho người này").click()
    assert head.sees(other)
    found["exemptions"] = faults(page)
    page.get_by_role("row", name=other).get_by_role("link", name="Kết thúc").click()
    page.locator("[name=day]").fill("2026-10-01")
    page.get_by_role("button", name="Kết thúc miễn").click()
    assert head.sees("bắt đầu ngày 01/11/2026")
    found["end"] = faults(page)
    page.locator("[name=day]").fill("2026-11-01")
    page.get_by_role("button", name="Kết thúc miễn").click()
    assert head.sees("Đã ghi ngày kết thúc miễn")
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
