"""A quiz on a bad line, on two devices, against the clock; and practice, on a phone."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

from tests.journeys import knowing
from tests.journeys.test_learner import QUIZ, answer_all, begin_quiz, hand_in, register

SAVED = "Đã lưu câu trả lời."
UNSAVED = "Chưa lưu: mất kết nối."


def write(site, sql: str, *values) -> None:
    with closing(sqlite3.connect(site.folder / "db.sqlite3", timeout=20)) as database, database:
        database.execute(sql, values)


def test_what_was_answered_offline_is_still_there_after_the_page_was_closed(visit):
    learner = visit()
    register(learner, login="dong.trang", name="Vi Thị Đóng")
    begin_quiz(learner)
    question = learner.page.url
    learner.context.set_offline(True)
    knowing.answer(learner.page)
    assert learner.sees(UNSAVED)
    learner.page.close()
    learner.context.set_offline(False)
    learner.page = learner.context.new_page()
    learner.page.goto(question)
    assert learner.sees(SAVED)
    here = learner.page.locator("[data-map] [aria-current]")
    assert here.get_attribute("aria-label") == "Câu 1, đã trả lời"  # as whoever listens hears it
    learner.press("Xem lại bài")
    learner.page.locator(".lines .badge.good").first.wait_for()


def test_handing_in_waits_for_what_is_not_saved_yet(visit):
    learner = visit()
    page = learner.page
    register(learner, login="cho.nop", name="Vi Văn Chờ")
    begin_quiz(learner)
    # The line is so bad that no answer gets through, and all pages do.
    blocked = lambda route: route.abort() if route.request.method == "POST" else route.continue_()  # noqa: E731
    page.route("**/cau-*/", blocked)
    knowing.answer(page)
    assert learner.sees(UNSAVED)
    page.evaluate("dispatchEvent(new Event('beforeunload'))")
    page.goto(page.url.replace("cau-1/", ""))
    assert learner.sees("1 câu trả lời chưa được lưu.")
    learner.press("Vẫn nộp bài")
    assert "ket-qua" not in page.url
    page.unroute("**/cau-*/", blocked)
    page.wait_for_url("**/ket-qua/", timeout=40_000)
    assert page.locator(".reviewed > li.right, .reviewed > li.partly").count() == 1


def test_on_two_devices_the_later_answer_counts_and_both_are_told(visit):
    phone = visit()
    register(phone, login="tren.hai.may", name="Vi Thị Hai")
    begin_quiz(phone)
    knowing.answer(phone.page, wrongly=True)
    assert phone.sees(SAVED)
    laptop = visit()
    laptop.sign_in("tren.hai.may", password="vuon-vai-thieu-2026")
    laptop.page.goto(phone.page.url)
    knowing.answer(laptop.page)
    assert laptop.sees("Câu này còn được trả lời trên một máy khác.")
    phone.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert phone.sees("Câu này còn được trả lời trên một máy khác.")
    laptop.press("Xem lại bài")
    hand_in(laptop, button="Vẫn nộp bài")
    first = laptop.page.locator(".reviewed > li").first
    assert first.get_attribute("class") == "right"


def test_when_the_time_is_over_what_was_answered_is_handed_in_by_itself(visit, site):
    learner = visit()
    register(learner, login="het.gio", name="Vi Văn Giờ")
    begin_quiz(learner)
    knowing.answer(learner.page)
    assert learner.sees(SAVED)
    attempt = int(learner.page.url.split("/bai-lam/")[1].split("/")[0])
    due = datetime.now(UTC) + timedelta(seconds=5)
    write(
        site,
        "UPDATE quizzes_attempt SET due_at = ?, ends_at = ? WHERE id = ?",
        f"{due:%Y-%m-%d %H:%M:%S}",
        f"{due + timedelta(seconds=60):%Y-%m-%d %H:%M:%S}",
        attempt,
    )
    learner.page.reload()
    assert "0:0" in learner.page.locator("[data-clock]").inner_text()
    learner.page.wait_for_url("**/ket-qua/", timeout=30_000)
    assert learner.page.locator(".reviewed > li.right").count() == 1


def test_somebody_practises_what_they_did_not_know(visit):
    learner = visit()
    page = learner.page
    register(learner, login="luyen.tap", name="Vi Thị Luyện")
    begin_quiz(learner, path=QUIZ)
    answer_all(learner, wrongly=True)
    hand_in(learner)
    learner.press("Luyện phần này")
    page.locator(".mastery.not_learned").nth(3).wait_for()
    learner.press("Bắt đầu luyện")
    for number in range(1, 6):
        page.wait_for_url(f"**/cau-{number}/")
        knowing.answer(page)
        page.locator("main .actions .button").click()
        assert page.locator(".badge.good").inner_text() == "✓ Đúng"
        page.locator("main .actions .button").click()
    page.wait_for_url("**/xong/")
    assert learner.sees("Đúng hoàn toàn 5/5 câu")


def test_practice_works_without_javascript(visit):
    learner = visit(java_script_enabled=False)
    register(learner, login="luyen.khong.js", name="Vi Thị Không")
    learner.open("/luyen-tap/tu-bao-ve/")
    learner.press("Bắt đầu luyện")
    for _number in range(5):
        knowing.answer(learner.page)
        learner.page.locator("main .actions .button").click()
        learner.page.locator("main .actions .button").click()
    assert learner.sees("Đúng hoàn toàn 5/5 câu")
