"""A training session in browsers: planned and ticked on a phone, codes on a screen, corrected when it is over."""

import pytest
from django.utils import timezone

from tests.journeys.conftest import LAPTOP, PHONE
from tests.journeys.test_accessibility import faults

SESSIONS = "/cong-viec/buoi-tap-huan/"


def plan(head, *, title, day, starts, ends, whom="all"):
    page = head.page
    head.open(SESSIONS)
    page.locator("details summary").click()
    page.locator("[name=title]").fill(title)
    page.locator("[name=place]").fill("Phòng họp trường")
    page.locator(f"[name=whom][value={whom}]").check()
    page.locator("[name=day]").fill(day)
    page.locator("[name=starts_1]").fill(starts)
    page.locator("[name=ends_1]").fill(ends)
    head.press("Lên lịch")


def test_a_head_ticks_on_the_phone_closes_and_corrects(visit):
    head = visit()
    page = head.page
    head.sign_in("hieu.truong")
    plan(head, title="Mua sắm an toàn", day="2026-11-20", starts="08:00", ends="11:00")
    first = page.locator(".attendance li").first
    first.get_by_label("08:00").check()
    every, skills = first.get_by_label("Tất cả"), first.locator("[data-skill]")
    every.check()
    assert all(one.is_checked() for one in skills.all())
    skills.first.uncheck()
    assert not every.is_checked()
    skills.first.check()
    assert every.is_checked()
    page.locator("button[value=dong]").click()
    assert head.sees("1 người hoàn thành")
    head.press("Sửa điểm danh")
    first.locator("[data-skill]").first.uncheck()
    page.locator("[name=ly-do]").fill("Bấm nhầm")
    head.press("Lưu chỉnh sửa")
    assert head.sees("Đã sửa cho 1 người")
    assert head.sees("Bấm nhầm")
    assert first.locator("[data-skill]").first.is_disabled()


def test_all_is_ticked_at_once_where_no_script_runs(visit):
    head = visit(java_script_enabled=False)
    head.sign_in("hieu.truong")
    plan(head, title="Không có mã lệnh", day="2026-11-19", starts="08:00", ends="11:00")
    head.page.locator("[name=tat-ca]").first.check()
    head.page.locator("button[value=luu]").click()
    ticked = head.page.locator(".attendance li").first.locator("[data-skill]:checked")
    assert ticked.count() == 5


def test_a_teacher_types_the_code_that_the_screen_shows(visit):
    head, teacher = visit(**LAPTOP), visit()
    head.sign_in("hieu.truong")
    day = timezone.localdate().isoformat()
    plan(head, title="Hôm nay", day=day, starts="00:00", ends="23:59", whom="chosen")
    assert head.sees("Mời ai")
    head.page.get_by_role("checkbox", name="Lê Thị Hòa").check()
    head.press("Lưu trang này")
    assert head.sees("Đã mời 1 người")
    head.press("Về buổi tập huấn")
    head.press("Chiếu mã điểm danh")
    assert head.sees("0/1")
    teacher.sign_in("co.hoa")
    teacher.open("/diem-danh/")
    teacher.page.fill("[name=ma]", head.page.locator("[data-code]").inner_text())
    teacher.press("Tôi có mặt")
    assert teacher.sees("Bạn đã được điểm danh")
    head.page.get_by_text("1/1").wait_for(timeout=10_000)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("device", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_the_pages_of_sessions_are_accessible(visit, device, dark):
    head = visit(**device, color_scheme="dark" if dark else "light")
    page = head.page
    head.sign_in("hieu.truong")
    found = {}
    plan(head, title="Cho mọi người", day="2026-11-18", starts="08:00", ends="11:00")
    found["session"] = faults(page)
    here = page.url
    for part in ("moi/", "ma/"):
        page.goto(here + part)
        found[part] = faults(page)
    page.goto(here)
    page.locator("[data-all]").first.check()
    page.locator(".fold summary").first.click()
    page.locator("[name=ten]").fill("Ai Đó")
    page.locator("button[value=ten]").click()
    assert head.sees("chưa rõ là ai")
    found["left"] = faults(page)
    page.locator("button[value=dong]").click()
    found["closed"] = faults(page)
    page.goto(f"{here}?sua=1")
    found["correcting"] = faults(page)
    head.open("/diem-danh/")
    found["check in"] = faults(page)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
