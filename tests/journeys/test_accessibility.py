"""Every public and learner page: axe finds nothing, nothing is cut off, the keyboard reaches all."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys import knowing
from tests.journeys.conftest import LAPTOP, PHONE
from tests.journeys.test_learner import answer_all, begin_quiz, go_on, hand_in, register

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
PUBLIC = {
    "home": "/",
    "catalogue": "/khoa-hoc/",
    "course": "/khoa-hoc/thanh-toan/",
    "lesson": "/khoa-hoc/thanh-toan/quet-ma-qr/",
    "another lesson": "/khoa-hoc/tu-bao-ve/cuoc-goi-la/",
    "quiz": "/kiem-tra/thanh-toan/",
    "found": "/tim-kiem/?q=otp",
    "nothing found": "/tim-kiem/?q=khongcogi",
    "register": "/tai-khoan/dang-ky/",
    "places found": "/tai-khoan/dang-ky/?q=doi+vai",
    "no place found": "/tai-khoan/dang-ky/?q=khongcogi",
    "sign in with a card": "/tai-khoan/the-dang-nhap/",
    "sign in": "/tai-khoan/dang-nhap/",
    "check": "/xac-minh/",
    "no such code": "/xac-minh/ABCDEFGH2345/",
    "check without a connection": "/xac-minh/ngoai-tuyen/",
    "no such page": "/khong-co/",
}
LEARNER = {
    "home": "/",
    "course": "/khoa-hoc/dich-vu-cong/",
    "lesson": "/khoa-hoc/dich-vu-cong/kich-hoat-vneid/",
    "quiz": "/kiem-tra/dich-vu-cong/",
    "practice": "/luyen-tap/tu-bao-ve/",
    "account": "/tai-khoan/",
    "password": "/tai-khoan/mat-khau/",
    "certificates": "/giay-chung-nhan/",
    "claim, not earned": "/giay-chung-nhan/nhan/mua-sam/",
    "certificates of others": "/chung-nhan-noi-khac/",
}


# What has the focus is outlined, or the label round it is.
FOCUS_IS_SEEN = """[document.activeElement, document.activeElement.closest('label')].some(
    (element) => element && getComputedStyle(element).outlineStyle !== 'none')"""


def faults(page) -> list[str]:
    """Return what axe finds wrong on a page, and what is wider than the screen."""
    found = Axe().run(page, options=RULES).response["violations"]
    listed = [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]
    return listed + cut_off(page)


def cut_off(page) -> list[str]:
    """Return a complaint where the page scrolls sideways."""
    width, screen = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    return [f"{width} px wide on a screen of {screen}"] if width > screen else []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("device", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_public_pages_are_accessible(visit, device, dark):
    visitor = visit(**device, color_scheme="dark" if dark else "light")
    found = {}
    for name, path in PUBLIC.items():
        visitor.open(path)
        found[name] = faults(visitor.page)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_learner_pages_are_accessible(visit, dark):
    visitor = visit(color_scheme="dark" if dark else "light")
    visitor.sign_in("chi.duyen")
    found = {}
    for name, path in LEARNER.items():
        visitor.open(path)
        found[name] = faults(visitor.page)
    visitor.open("/giay-chung-nhan/")
    visitor.page.locator(".held a").first.click()
    visitor.page.get_by_role("link", name="Mở để in (PDF)").wait_for()
    found["certificate"] = faults(visitor.page)
    visitor.page.goto(visitor.page.locator("[data-share]").get_attribute("data-url"))
    found["checked"] = faults(visitor.page)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_whole_quiz_is_accessible(visit, dark):
    visitor = visit(color_scheme="dark" if dark else "light")
    register(visitor, login=f"tiep.can.{dark}", name="Phùng Thị Cận")
    begin_quiz(visitor)
    found, more = {}, True
    while more:
        kind = knowing.find(visitor.page).type
        if kind not in found:
            found[kind] = faults(visitor.page)
            knowing.answer(visitor.page, wrongly=True)
            visitor.sees("Đã lưu câu trả lời.")
            found[kind] += faults(visitor.page)
        more = go_on(visitor)
    found["review"] = faults(visitor.page)
    hand_in(visitor, button="Vẫn nộp bài")
    found["result"] = faults(visitor.page)
    assert len(found) >= 6
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    "screen",
    [
        {"viewport": {"width": 320, "height": 640}},
        # Text at 200 %: the browser lays out half as many pixels, as its zoom does.
        {"viewport": {"width": 320, "height": 400}, "device_scale_factor": 2},
    ],
    ids=["320 px", "zoomed to 200 %"],
)
def test_nothing_is_cut_off_on_a_small_screen(visit, screen):
    visitor = visit(is_mobile=False, has_touch=False, **screen)
    visitor.sign_in("chi.duyen")
    wrong = {}
    for path in [*PUBLIC.values(), *LEARNER.values()]:
        visitor.open(path)
        if complaint := cut_off(visitor.page):
            wrong[path] = complaint
    assert wrong == {}


def test_nothing_is_cut_off_with_text_at_twice_its_size(visit):
    visitor = visit()
    visitor.sign_in("chi.duyen")
    wrong = {}
    for path in [*PUBLIC.values(), *LEARNER.values()]:
        visitor.open(path)
        visitor.page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        if complaint := cut_off(visitor.page):
            wrong[path] = complaint
    assert wrong == {}


def test_a_quiz_is_taken_with_the_keyboard_alone(visit):
    visitor = visit(**LAPTOP)
    register(visitor, login="ban.phim", name="Bế Văn Phím")
    page = visitor.page
    visitor.open("/kiem-tra/thanh-toan/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Đến thẳng nội dung"
    page.keyboard.press("Enter")
    press_with_keyboard(page, "Bắt đầu làm bài")
    page.wait_for_url("**/cau-1/")
    focus_by_tabs(page, "main form :is(input:not([type=hidden]), select)")
    page.keyboard.press("ArrowDown" if page.locator("select").count() else "Space")
    if page.locator("main form input[type=text]").count():
        page.keyboard.type("113")
    visitor.sees("Đã lưu câu trả lời.")
    press_with_keyboard(page, "Câu tiếp theo")
    page.wait_for_url("**/cau-2/")


def focus_by_tabs(page, selector: str) -> None:
    """Press Tab until something that matches has the focus, and is seen to have it."""
    for _press in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            assert page.evaluate(FOCUS_IS_SEEN), f"the focus on {selector} cannot be seen"
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def press_with_keyboard(page, name: str) -> None:
    for _press in range(40):
        page.keyboard.press("Tab")
        if name in page.evaluate("document.activeElement.textContent"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"the keyboard does not reach “{name}”")


def test_who_prefers_no_motion_sees_none(visit):
    visitor = visit(reduced_motion="reduce")
    visitor.open("/")
    moving = visitor.page.evaluate(
        """[...document.querySelectorAll('*')].filter(e => {
            const s = getComputedStyle(e);
            return s.animationName !== 'none' || parseFloat(s.transitionDuration) > 0.01;
        }).length"""
    )
    assert moving == 0


def test_an_answer_sheet_is_read_out_as_a_group_with_its_instruction(visit):
    visitor = visit()
    register(visitor, login="nghe.doc", name="Sầm Thị Nghe")
    begin_quiz(visitor)
    assert visitor.page.get_by_role("group").count() >= 1
    answer_all(visitor)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_questions_of_every_type_are_accessible_in_practice(visit, dark):
    """Asked and explained: each skill has gaps to fill in, signs to spot, or something else of its own."""
    visitor = visit(color_scheme="dark" if dark else "light")
    visitor.sign_in("chi.duyen")
    page, found, kinds = visitor.page, {}, set()
    for skill, outcome in (("tu-bao-ve", 4.7), ("dich-vu-cong", 1.2), ("mua-sam", 2.1)):
        visitor.open(f"/luyen-tap/{skill}/")
        page.locator(f"form:has([value='{outcome}']) button").click()
        for number in range(1, 5):
            page.wait_for_url(lambda url: "/cau-" in url or "/xong/" in url)
            if "/xong/" in page.url:
                break
            kinds.add(knowing.find(page).type)
            found[f"{skill} {number}"] = faults(page)
            knowing.answer(page)
            page.locator("main .actions .button").click()
            page.locator(".badge.good").wait_for()
            found[f"{skill} {number}, explained"] = faults(page)
            page.locator("main .actions .button").click()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert {"spot", "cloze", "numerical"} <= kinds
