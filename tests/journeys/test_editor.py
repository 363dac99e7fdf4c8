"""An author corrects a lesson, an approver publishes it, a reader sees it."""

import re

from tests.journeys.conftest import LAPTOP

LESSON = "/khoa-hoc/thanh-toan/otp-va-vi-dien-tu/"
NEW_SUMMARY = "Biết vì sao mã OTP không đọc cho ai, kể cả người nhà."


def open_lesson(editor) -> None:
    """Find the lesson in the administration by searching, as an editor does."""
    editor.open("/quan-tri/pages/search/?q=OTP")
    editor.page.get_by_role("link", name="Mật khẩu, OTP và ví điện tử").click()
    editor.page.locator("#id_summary").wait_for()


def choose_action(editor, name: str) -> None:
    """Open the list of actions at the foot of the editor, and press one."""
    editor.page.get_by_role("button", name="Thao tác khác").last.click()
    editor.page.get_by_role("button", name=re.compile(name)).last.click()


def test_an_author_corrects_an_approver_publishes_and_a_reader_sees_it(visit):
    author, approver, reader = visit(**LAPTOP), visit(**LAPTOP), visit()
    author.sign_in("tac.gia")
    open_lesson(author)
    address = author.page.url
    author.page.locator("#id_summary").fill(NEW_SUMMARY)
    # The preview beside the form shows what is being written, in the phone's width.
    author.page.get_by_role("button", name="Ẩn/hiện xem trước").click()
    author.page.frame_locator("iframe:not(.w-preview__proxy)").get_by_text(
        NEW_SUMMARY
    ).first.wait_for()

    choose_action(author, "Gửi vào quy trình")
    author.page.get_by_text("Đã gửi kiểm duyệt trang").first.wait_for()
    reader.open(LESSON)
    assert not reader.page.get_by_text(NEW_SUMMARY).count()

    approver.sign_in("nguoi.duyet")
    approver.open("/quan-tri/")
    approver.page.get_by_text("OTP").first.wait_for()  # it waits on their first screen
    approver.page.goto(address)
    choose_action(approver, "^Duyệt và xuất bản")
    approver.page.wait_for_url(lambda url: url != address)
    reader.page.reload()
    assert reader.sees(NEW_SUMMARY)
