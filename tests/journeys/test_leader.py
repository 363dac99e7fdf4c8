"""The leader of a village team looks after the neighbours, on a phone, and writes to their group."""

import pytest

from tests.journeys.conftest import LAPTOP, PHONE
from tests.journeys.test_accessibility import faults

LEADER = "bac.tam"


def at_the_village(visitor) -> None:
    visitor.sign_in(LEADER)
    visitor.open("/")
    visitor.press("Công việc")
    visitor.sees("Thôn Đồi Chè")
    visitor.press("Xem tiến độ")
    visitor.page.wait_for_url("**/cong-viec/tien-do/**")


def test_the_leader_copies_a_reminder_that_names_who_goes_on_with_what(visit):
    leader = visit(permissions=["clipboard-read", "clipboard-write"])
    at_the_village(leader)
    names = leader.page.locator(".people .who h2").all_inner_texts()
    assert "Nguyễn Văn Tám" in names
    leader.page.locator(".reminder summary").click()
    leader.page.locator("[data-remind-copy]").click()
    leader.page.locator("[data-remind] [role=status]:not(:empty)").wait_for()
    copied = leader.page.evaluate("navigator.clipboard.readText()")
    assert copied == leader.page.locator("[data-remind] textarea").input_value()
    assert "Nguyễn Văn Tám" in copied
    assert leader.site.url in copied


def test_in_a_browser_without_a_clipboard_the_text_is_copied_the_old_way(visit):
    leader = visit()
    leader.context.add_init_script(
        """Object.defineProperty(navigator, "clipboard", {value: undefined});
        document.addEventListener("copy", () => { window.copied = String(document.getSelection()) });"""
    )
    at_the_village(leader)
    leader.page.locator(".reminder summary").click()
    leader.page.locator("[data-remind-copy]").click()
    leader.page.locator("[data-remind] [role=status]:not(:empty)").wait_for()
    assert "Nguyễn Văn Tám" in leader.page.evaluate("window.copied")


def test_without_javascript_the_text_can_be_read_and_chosen(visit):
    leader = visit(java_script_enabled=False)
    at_the_village(leader)
    leader.page.locator(".reminder summary").click()
    assert "Nguyễn Văn Tám" in leader.page.locator("[data-remind] textarea").input_value()
    assert leader.page.locator("[data-remind-copy]").is_hidden()


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_leaders_pages_have_no_faults_and_fit_the_screen(visit, size, scheme):
    leader = visit(**size, color_scheme=scheme)
    leader.sign_in(LEADER)
    leader.open("/cong-viec/")
    assert faults(leader.page) == []
    leader.press("Xem tiến độ")
    leader.page.locator(".reminder summary").click()
    assert faults(leader.page) == []


def test_the_navigation_of_whoever_is_signed_in_stands_in_one_line_on_a_phone(visit):
    leader = visit()
    leader.sign_in(LEADER)
    leader.open("/cong-viec/")
    tops = {
        round(box["y"] + box["height"] / 2)
        for link in leader.page.locator(".site-head a").all()
        if (box := link.bounding_box())
    }
    assert len(tops) == 1
