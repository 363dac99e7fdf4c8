"""A lesson from joining to its record: on phones, with answer cards before a camera, on the projector without a line."""

import re

import cv2
import pytest
from playwright.sync_api import expect

from tests.classroom.cards import scenes
from tests.journeys.conftest import LAPTOP, PHONE, QUIET, Visitor, shutil
from tests.journeys.test_accessibility import faults

NAMES = [
    "Nguyễn Văn Bình", "Trần Thị Chanh", "Lê Văn Dậu", "Phạm Thị Én", "Hoàng Văn Gấm", "Vũ Thị Hạnh",
    "Đỗ Văn Khoai", "Bùi Thị Lúa", "Đặng Văn Mận", "Ngô Thị Na", "Dương Văn Ổi", "Lý Thị Phượng",
]  # fmt: skip
LESSON = "Ảnh chuyển khoản không phải là tiền"


def make_class(teacher, name, wrong):
    """Have the teacher make a class by pasting a list; return its address."""
    teacher.sign_in("co.hoa")
    teacher.open("/cong-viec/")
    teacher.press("Lớp của tôi")
    teacher.page.wait_for_url("**/lop/")
    wrong["classes"] = faults(teacher.page)
    teacher.press("Lập lớp")
    teacher.page.wait_for_url("**/them/*/")
    teacher.page.get_by_label("Lớp", exact=True).fill(name)
    teacher.page.get_by_label(re.compile("Họ tên, mỗi em một dòng")).fill("\n".join(NAMES))
    wrong["make"] = faults(teacher.page)
    teacher.press("Lập lớp này")
    teacher.page.get_by_role("heading", name=f"Lớp {name}").wait_for()
    wrong["class"] = faults(teacher.page)
    return teacher.page.url


def begin(teacher, way, wrong):
    teacher.press("Dạy một bài")
    teacher.page.wait_for_url("**/bai/")
    wrong["choose"] = faults(teacher.page)
    teacher.page.get_by_role("link", name=LESSON).click()
    teacher.page.wait_for_url("**/bai/?bai=*")
    wrong["ways"] = faults(teacher.page)
    teacher.page.get_by_role("button", name=re.compile(way)).click()
    teacher.page.wait_for_url("**/hoi-lop/*/")


def record(teacher, name, wrong):
    teacher.page.wait_for_url("**/ket-qua/")
    wrong["results"] = faults(teacher.page)
    teacher.press("Ghi nhận tiết dạy")
    teacher.sees("Đã ghi nhận tiết dạy")
    teacher.open("/lop/")
    teacher.page.get_by_role("link", name="Toàn trường").first.click()
    teacher.page.wait_for_url("**/truong/*/")
    row = teacher.page.get_by_role("row", name=re.compile(re.escape(name)))
    expect(row).to_contain_text("1 tiết")
    wrong["school"] = faults(teacher.page)


def test_a_class_answers_on_phones_and_one_loses_the_line(visit):
    wrong = {}
    teacher, phone = visit(**LAPTOP), visit(**PHONE)
    make_class(teacher, "6A1", wrong)
    code = teacher.page.locator(".join-code").inner_text()
    begin(teacher, "Bằng điện thoại", wrong)
    wrong["console"] = faults(teacher.page)

    phone.open("/tham-gia/")
    wrong["join"] = faults(phone.page)
    phone.page.get_by_label("Mã lớp").fill(code.lower())
    phone.press("Tiếp tục")
    phone.page.wait_for_url("**/tham-gia/*/")
    wrong["names"] = faults(phone.page)
    phone.page.get_by_role("link", name=re.compile("Lê Văn Dậu")).click()
    phone.page.wait_for_url("**/hinh/*/")
    wrong["pictures"] = faults(phone.page)
    for picture in ("con cá", "ngôi sao", "cái ô"):
        phone.page.get_by_role("button", name=picture).click()
    phone.sees("Em đã vào lớp")

    teacher.page.keyboard.press("Space")
    option = phone.page.locator(".pupil-option").first
    option.wait_for()
    wrong["question"] = faults(phone.page)
    option.click()
    phone.sees("Đã nhận câu trả lời")
    expect(teacher.page.locator(".who-answered .done")).to_contain_text("Lê Văn Dậu")

    phone.context.set_offline(True)
    teacher.page.keyboard.press("Space")
    teacher.page.locator(".big-options .right").wait_for()
    wrong["answer"] = faults(teacher.page)
    teacher.page.keyboard.press("ArrowRight")
    teacher.page.get_by_text("Câu 2 trên 5").wait_for()
    phone.sees("Mất kết nối")
    phone.context.set_offline(False)
    second = teacher.page.locator("[data-stem]").inner_text()
    expect(phone.page.locator("[data-stem]")).to_have_text(second)

    teacher.press("Kết thúc và xem kết quả")
    record(teacher, "6A1", wrong)
    phone.sees("Hết rồi")
    assert {page: found for page, found in wrong.items() if found} == {}


@pytest.fixture
def camera(site, tmp_path):
    """A phone whose camera sees the class of twelve, each with a card."""
    kind = scenes.Kind("class", columns=6, rows=3, side=(130, 170))
    picture, said = scenes.scene(kind, seed=8, count=12, among=range(1, 13))
    frame = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR))[1].tobytes()
    film = tmp_path / "lop.mjpeg"
    film.write_bytes(frame * 20)
    executable = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if executable is None:
        pytest.skip("SKIPPED: Chromium is not installed")
    return executable, film, said


def test_the_camera_reads_a_class_with_cards(visit, camera, chromium, site):
    executable, film, said = camera
    wrong = {}
    teacher = visit(**LAPTOP)
    make_class(teacher, "7B2", wrong)
    begin(teacher, "Bằng thẻ trả lời", wrong)
    wrong["console"] = faults(teacher.page)
    address = teacher.page.url.replace(site.url, "") + "quet/"
    browser = chromium.browser_type.launch(
        executable_path=executable,
        args=[
            *QUIET,
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ],
    )
    try:
        context = browser.new_context(locale="vi-VN", permissions=["camera"], **PHONE)
        phone = Visitor(site, context)
        phone.sign_in("co.hoa")
        phone.open(address)
        phone.press("Hỏi câu đầu tiên")
        expect(phone.page.locator(".who-answered .done")).to_have_count(12, timeout=30_000)
        wrong["scan"] = faults(phone.page)
        phone.press("Mở đáp án")
        teacher.page.locator(".big-options .right").wait_for()
        shown = teacher.page.locator(".big-options b").all_inner_texts()
        held = [sum(letter == one for letter in said.values()) for one in "ABCD"[: len(shown)]]
        assert list(map(int, shown)) == held
        assert phone.errors == []
    finally:
        browser.close()
    teacher.press("Kết thúc và xem kết quả")
    record(teacher, "7B2", wrong)
    assert {page: found for page, found in wrong.items() if found} == {}


def test_slides_go_on_by_keys_and_without_a_connection(visit):
    visitor = visit(**LAPTOP)
    page = visitor.page
    visitor.open("/day-hoc/")
    assert faults(page) == []
    page.get_by_role("link", name=LESSON).click()
    page.wait_for_url("**/thanh-toan-thcs-1/")
    assert faults(page) == []
    visitor.press("Trang chiếu")
    page.locator("body[data-kept]").wait_for()
    first = page.locator(".slide:not([hidden])").inner_text()
    page.keyboard.press("PageDown")
    assert page.locator(".slide:not([hidden])").inner_text() != first
    assert faults(page) == []
    page.wait_for_timeout(800)  # the worker keeps the page
    visitor.context.set_offline(True)
    page.reload()
    expect(page.locator("[data-place]")).to_have_text(re.compile(r"^2 / \d+$"))
    page.keyboard.press("ArrowLeft")
    assert page.locator(".slide:not([hidden])").inner_text() == first
