"""From the first visit to a certificate that a stranger checks, as it is done on a phone."""

import io
import re

import pytest
from PIL import Image

from tests import camera
from tests.journeys import knowing
from tests.journeys.conftest import LAPTOP, Visitor

COURSE = "/khoa-hoc/nen-tang-khac/"
QUIZ = "/kiem-tra/nen-tang-khac/"


def choose_place(visitor: Visitor) -> None:
    """Find the village by typing a part of its name, and go on to the form."""
    visitor.page.locator("[name=q]").fill("doi che")
    visitor.press("Tìm")
    visitor.page.get_by_role("radio", name="Thôn Đồi Chè").check()
    visitor.press("Tiếp tục")
    visitor.page.wait_for_url("**noi=**")


def register(visitor: Visitor, *, login: str, name: str, role: str = "team_member") -> None:
    visitor.open("/tai-khoan/dang-ky/")
    page = visitor.page
    choose_place(visitor)
    page.get_by_label("Họ và tên").fill(name)
    page.locator("[name=role]").select_option(role)
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill("vuon-vai-thieu-2026")
    visitor.press("Tạo tài khoản")
    page.wait_for_url(lambda url: "dang-ky" not in url)


def begin_quiz(visitor: Visitor, *, path: str = QUIZ) -> None:
    visitor.open(path)
    visitor.press("Bắt đầu làm bài")
    visitor.page.wait_for_url("**/cau-*/")


def go_on(visitor: Visitor) -> bool:
    """Press the button that leads on; return whether another question follows."""
    before = visitor.page.url
    button = visitor.page.locator(".quiz-nav button").first
    last = "nộp bài" in button.inner_text()
    button.click()
    visitor.page.wait_for_url(lambda url: url != before)
    return not last


def answer_all(visitor: Visitor, *, wrongly: bool = False) -> None:
    knowing.answer(visitor.page, wrongly=wrongly)
    while go_on(visitor):
        knowing.answer(visitor.page, wrongly=wrongly)


def hand_in(visitor: Visitor, *, button: str = "Nộp bài") -> None:
    visitor.press(button)
    visitor.page.wait_for_url("**/ket-qua/")


def test_register_read_be_tested_hold_a_certificate_and_have_it_checked(visit):
    learner = visit()
    page = learner.page

    # A link in Zalo opens a lesson; reading needs no account.
    learner.open(COURSE)
    page.locator(".lessons a").first.click()
    lesson = page.url
    page.get_by_role("link", name="Tạo tài khoản").click()
    choose_place(learner)
    page.get_by_label("Họ và tên").fill("Hoàng Thị Mơ")
    page.locator("[name=login]").fill("0912 345 678")
    page.locator("[name=password]").fill("vuon-vai-thieu-2026")
    learner.press("Tạo tài khoản")
    page.wait_for_url(lesson)  # back where one came from

    learner.press("Tôi đã đọc xong, sang bài tiếp")
    page.wait_for_url(lambda url: url != lesson)
    learner.open("/")
    assert learner.sees("Xin chào, Hoàng Thị Mơ")
    assert learner.sees("Học tiếp chỗ đang dở")
    page.locator(".going-on a").click()
    assert page.url != lesson

    begin_quiz(learner)
    answer_all(learner)
    hand_in(learner)
    assert learner.sees("Chúc mừng, bạn đã đạt.")
    assert page.locator(".score b").inner_text() == "100%"

    learner.press("Nhận giấy chứng nhận")
    assert learner.sees("Hoàng Thị Mơ")
    assert learner.sees("Thôn Đồi Chè, Xã Đồi Vải, Tỉnh Sông Thương")
    learner.press("Đúng rồi, cấp giấy")
    # Drawn by the worker meanwhile.
    page.get_by_role("link", name="Mở để in (PDF)").wait_for(timeout=60_000)
    href = page.get_by_role("link", name="Mở để in (PDF)").get_attribute("href")
    answer = learner.context.request.get(learner.site.url + href)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")

    stranger = visit(**LAPTOP)
    address = page.locator("[data-share]").get_attribute("data-url")
    stranger.page.goto(address)
    assert stranger.sees("Hoàng Thị Mơ")
    assert stranger.sees("100%")
    # The file itself is handed to its owner alone.
    assert stranger.context.request.get(learner.site.url + href).url.find("dang-nhap") > 0

    # Signing in later, with the telephone number as people write it.
    again = visit(**LAPTOP)
    again.sign_in("+84 912 345 678", "vuon-vai-thieu-2026")
    assert again.sees("Đạt 100%")


def test_a_quiz_is_gone_on_with_on_another_device_and_in_any_order(visit):
    phone = visit()
    register(phone, login="hai.may", name="Vi Văn Hai")
    begin_quiz(phone)
    knowing.answer(phone.page)
    phone.sees("Đã lưu câu trả lời.")

    laptop = visit(**LAPTOP)
    laptop.sign_in("hai.may", "vuon-vai-thieu-2026")
    laptop.open(QUIZ)
    laptop.press("Làm tiếp bài kiểm tra")
    assert "/cau-2/" in laptop.page.url  # the first open one
    laptop.page.locator("summary", has_text="Đến câu khác").click()
    laptop.page.locator(".map a").nth(6).click()
    laptop.page.wait_for_url("**/cau-7/")
    knowing.answer(laptop.page)
    laptop.sees("Đã lưu câu trả lời.")
    laptop.press("Xem lại bài")
    answered = laptop.page.locator(".lines .badge.good")
    answered.first.wait_for()
    assert answered.count() == 2


def test_who_fails_is_told_why_what_to_read_again_and_when_to_come_back(visit):
    learner = visit()
    register(learner, login="chua.dat", name="Chu Văn Chậm")
    begin_quiz(learner)
    answer_all(learner, wrongly=True)
    hand_in(learner)
    page = learner.page
    assert learner.sees("Chưa đạt")
    assert learner.sees("Nên xem lại")
    assert page.locator(".lessons-on a").count() >= 5
    explanations = page.locator(".reviewed .explanation")
    assert explanations.count() == page.locator(".reviewed > li").count()
    assert page.get_by_role("link", name="Nhận giấy chứng nhận").count() == 0
    learner.open(QUIZ)
    assert page.get_by_role("button", name="Làm lại từ đầu").count() == 0
    assert re.search(r"từ \d\d:\d\d", page.locator(".going-on").inner_text())


def test_an_answer_given_without_a_connection_is_sent_when_it_is_back(visit):
    learner = visit()
    register(learner, login="song.yeu", name="Nông Thị Sóng")
    begin_quiz(learner)
    page = learner.page
    learner.context.set_offline(True)
    knowing.answer(page)
    assert learner.sees("Chưa lưu: mất kết nối.")
    learner.context.set_offline(False)
    assert learner.sees("Đã lưu câu trả lời.")
    page.reload()
    given = page.locator("input:checked, select, input[type=text]").first
    assert given.count() == 1
    learner.press("Xem lại bài")
    page.locator(".lines .badge.good").first.wait_for()
    assert page.locator(".lines .badge.good").count() == 1


def test_an_answer_given_while_signed_out_is_kept_after_signing_in_elsewhere(visit):
    learner = visit()
    register(learner, login="dang.xuat", name="Giáp Văn Xuất")
    begin_quiz(learner)
    learner.context.clear_cookies()
    knowing.answer(learner.page)
    assert learner.sees("Bạn đã bị đăng xuất.")
    other = learner.context.new_page()
    other.goto(f"{learner.site.url}/tai-khoan/dang-nhap/")
    other.fill("[name=username]", "dang.xuat")
    other.fill("[name=password]", "vuon-vai-thieu-2026")
    other.locator("main form .button").click()
    other.wait_for_url(lambda url: "dang-nhap" not in url)
    assert learner.sees("Đã lưu câu trả lời.")


def test_a_double_click_hands_in_once(visit):
    learner = visit()
    register(learner, login="bam.doi", name="Lục Văn Đôi")
    begin_quiz(learner)
    learner.press("Xem lại bài")
    learner.page.get_by_role("button", name="Vẫn nộp bài").dblclick()
    learner.page.wait_for_url("**/ket-qua/")
    learner.open(QUIZ)
    assert learner.page.locator(".lines li").count() == 1


def test_everything_works_without_javascript(visit):
    learner = visit(java_script_enabled=False)
    page = learner.page
    register(learner, login="khong.js", name="Ma Thị Giản")
    learner.open(COURSE)
    page.locator(".lessons a").first.click()
    learner.press("Tôi đã đọc xong, sang bài tiếp")
    learner.open(COURSE)
    assert page.locator(".lessons li.done").count() == 1
    begin_quiz(learner)
    answer_all(learner)
    hand_in(learner)
    assert page.locator(".score b").inner_text() == "100%"
    learner.press("Nhận giấy chứng nhận")
    learner.press("Đúng rồi, cấp giấy")
    # The page loads itself again.
    page.get_by_role("link", name="Mở để in (PDF)").wait_for(timeout=60_000)


def test_a_lesson_is_noted_as_read_once_its_end_has_been_seen_for_long_enough(visit):
    learner = visit()
    page = learner.page
    learner.sign_in("em.ut")
    page.clock.install()
    learner.open(COURSE)
    page.locator(".lessons a").nth(1).click()
    page.locator("[data-reading]").wait_for()
    page.clock.run_for("05:00")  # long enough, but the end has not been in sight
    assert page.locator("[data-reading] [role=status]").inner_text() == ""
    page.locator("[data-lesson-end]").scroll_into_view_if_needed()
    # The browser tells what is in sight by its own clock, so that of the page goes on until it has.
    said = page.get_by_text("Đã ghi nhận: bạn đọc xong bài này.")
    for _try in range(30):
        page.clock.run_for("00:10")
        if said.is_visible():
            break
        page.wait_for_load_state("networkidle")
    assert said.is_visible()


@pytest.mark.parametrize("asked", ["dich vu cong", "dịch vụ công", "DỊCH VU CÔNG"])
def test_search_needs_no_accents(visit, asked):
    visitor = visit()
    visitor.open("/tim-kiem/")
    visitor.page.fill("[name=q]", asked)
    visitor.page.keyboard.press("Enter")
    visitor.page.locator("[role=status]").first.wait_for()
    found = visitor.page.locator(".results a").all_inner_texts()
    assert "Sử dụng dịch vụ công trực tuyến" in found


def test_a_lesson_prints_as_a_leaflet(visit):
    """On paper there is the lesson, its signs of a scam laid open, and the way back by QR code."""
    visitor = visit(**LAPTOP)
    visitor.open(COURSE)
    visitor.page.locator(".lessons a").first.click()
    visitor.page.emulate_media(media="print")
    shown = visitor.page.locator
    assert not shown(".site-head nav").is_visible()
    assert not shown(".lesson-end").is_visible()
    picture = Image.open(io.BytesIO(shown(".qr").screenshot()))
    assert camera.read(picture) == [visitor.page.url.split("?")[0].split("#")[0]]
    assert visitor.page.pdf().startswith(b"%PDF-")


def test_places_appear_and_are_announced_while_one_types(visit):
    learner = visit()
    page = learner.page
    learner.open("/tai-khoan/dang-ky/?next=/khoa-hoc/")
    page.locator("[name=q]").press_sequentially("xa doi vai")
    page.locator("button[name=trong]").wait_for()
    assert page.locator("[data-places-said]").inner_text() == "Tìm thấy 1 nơi"
    page.locator("button[name=trong]").click()
    page.get_by_role("radio", name="Thôn Đồi Chè").check()
    assert page.evaluate("document.querySelector('[data-places-heading]').textContent") == (
        "Ở Xã Đồi Vải"
    )
    learner.press("Tiếp tục")
    page.wait_for_url("**noi=**")
    page.go_back()
    page.get_by_role("radio", name="Thôn Đồi Chè").wait_for()  # found again as it was left


def test_a_place_is_chosen_without_a_script_too(visit):
    learner = visit(java_script_enabled=False)
    page = learner.page
    learner.open("/tai-khoan/dang-ky/?next=/khoa-hoc/")
    page.locator("[name=q]").fill("xã đồi vải")
    learner.press("Tìm")
    page.locator("button[name=trong]").first.click()
    page.wait_for_url("**trong=**")
    page.get_by_role("radio", name="Thôn Đồi Chè").check()
    learner.press("Tiếp tục")
    page.wait_for_url("**noi=**")
    page.get_by_label("Họ và tên").fill("Hoàng Thị Mận")
    page.locator("[name=login]").fill("co.man")
    page.locator("[name=password]").fill("vuon-vai-thieu-2026")
    learner.press("Tạo tài khoản")
    page.wait_for_url("**/khoa-hoc/")
