"""Sheets, from the print to the answer that is kept: filled, scanned, photographed, read, decided."""

import contextlib
import io
import random

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st

from classroom import paper, sessions, sheets
from classroom.models import Doubt, Response, Session
from quizzes.models import Attempt
from tests.classroom.paper import scenes
from tests.classroom.paper.scenes import Filled
from tests.classroom.test_pages import browser, text
from tests.conftest import NOON

ALL = [scenes.OPTIONS] * sheets.VERSIONS


def read(content):
    return {one.number: one for one in sheets.read(content, options=ALL)}


def said(one):
    return [(row.marked, row.doubtful) for row in one.rows]


def sure(*letters):
    return [(letter, False) for letter in letters]


def test_clean_scans_are_all_read_and_photos_nearly_all_and_none_wrongly():
    clean, rough = scenes.count(scans=12, photos=15, seed=7)
    assert clean.rate == 1
    assert rough.rate >= 0.95
    assert clean.wrong + rough.wrong == 0


@pytest.mark.parametrize(("row", "marked"), [("AB", "AB"), ("?", ""), ("ABCD", "ABCD")])
def test_two_marks_or_half_a_mark_are_for_the_teacher_to_decide(row, marked):
    dice = random.Random(5)
    filled = Filled(7, 2, ("A", row, "C", "", "D"))
    one = read(scenes.photo([scenes.page(filled, dice)], dice))[7]
    assert one.version == 2
    assert said(one) == [("A", False), (marked, True), ("C", False), ("", False), ("D", False)]
    assert one.rows[1].crop.startswith(b"\x89PNG")
    assert one.rows[0].crop == b""


def test_several_sheets_in_one_photo_are_told_apart_however_they_lie():
    dice = random.Random(11)
    some = [Filled(n, v, scenes.answers(dice)) for n, v in ((3, 1), (4, 2), (60, 4))]
    found = read(scenes.photo([scenes.page(one, dice) for one in some], dice))
    assert {n: (one.version, said(one)) for n, one in found.items()} == {
        one.number: (one.version, sure(*one.rows)) for one in some
    }


def test_a_sheet_without_a_corner_or_twice_in_a_photo_is_left_out():
    dice = random.Random(2)
    filled = Filled(9, 1, ("A", "B", "C", "A", "D"))
    page = scenes.page(filled, dice)
    hidden = page.copy()
    hidden[-160:, :220] = 255
    assert read(scenes.scan(hidden, dice)) == {}
    assert read(scenes.photo([page, page], dice)) == {}
    assert said(read(scenes.scan(page, dice))[9]) == sure("A", "B", "C", "A", "D")


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\xff\xd8\xff\xe0", b"x" * 1000])
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(sheets.NoPicture):
        sheets.read(content, options=ALL)


@given(st.binary(max_size=300))
@settings(max_examples=50)
def test_no_content_breaks_the_reader(content):
    with contextlib.suppress(sheets.NoPicture):
        assert sheets.read(b"\x89PNG\r\n\x1a\n" + content, options=ALL) == []


# A session on paper


@pytest.fixture
def session(school_class, pack, teacher):
    return sessions.begin(
        school_class=school_class, pack=pack, mode=Session.Mode.PAPER, by=teacher, at=NOON
    )


def letters_for(session, number, choices, *, count=2):
    """Return what a pupil fills on their version to mean some places of the session's own options."""
    version = paper.version_of(number, count)
    by_position = dict(enumerate(choices, start=1))
    rows = []
    for one in paper.versions(session)[version - 1]:
        wanted = by_position.get(one.item.position)
        rows.append("" if wanted is None else sheets.LETTERS[one.letters.index(wanted)])
    return Filled(number, version, tuple(rows))


def photo_of(session, *filled, dice=None):
    dice = dice or random.Random(4)
    version = paper.versions(session)
    pages = [
        scenes.page(one, dice, options=[len(a.letters) for a in version[one.version - 1]])
        for one in filled
    ]
    return scenes.photo(pages, dice)


def test_versions_ask_the_same_in_another_order_and_stay_as_they_are(session):
    made = paper.versions(session)
    assert len(made) == 4
    assert made == paper.versions(session)
    for version in made:
        assert {one.item.position for one in version} == {1, 2, 3, 4, 5}
        for one in version:
            assert sorted(one.letters) == list(range(sessions.options_of(one.item)))
    assert len({tuple(one.item.position for one in version) for version in made}) > 1
    assert [paper.version_of(number, 2) for number in (1, 2, 3, 4)] == [1, 2, 1, 2]


def test_what_pupils_meant_is_kept_whatever_version_they_had(session):
    choices = [0, 1, 1, 0, 1]
    content = photo_of(session, letters_for(session, 1, choices), letters_for(session, 2, choices))
    taken = paper.take(session, content, at=NOON)
    assert (len(taken.pupils), taken.doubts, taken.strangers) == (2, 0, [])
    for number in (1, 2):
        kept = Response.objects.filter(pupil__number=number).order_by("item__position")
        assert [one.choice for one in kept] == choices
    again = photo_of(session, letters_for(session, 1, [1, 1, 1, 0, 1]))
    paper.take(session, again, at=NOON)
    assert Response.objects.get(pupil__number=1, item__position=1).choice == 1
    assert Response.objects.count() == 10


def test_a_number_that_nobody_has_is_named(session):
    content = photo_of(session, letters_for(session, 44, [0, 0, 0, 0, 0]))
    taken = paper.take(session, content, at=NOON)
    assert (taken.pupils, taken.strangers) == ([], [44])
    assert not Response.objects.exists()


def test_doubts_keep_the_lesson_open_until_they_are_settled(session, teacher, client):
    browser(client, teacher)
    meant = letters_for(session, 2, [0, 0, 0, 0, 0])
    rows = ("AB", *meant.rows[1:])
    content = photo_of(session, Filled(2, meant.version, rows))
    file = SimpleUploadedFile("lop.jpg", content, "image/jpeg")
    page = f"/hoi-lop/{session.pk}/giay/"
    answer = client.post(page, {"anh": file}, headers={"accept": "application/json"})
    assert answer.json()["doubts"] == 1
    assert "1 chỗ cần xem lại" in answer.json()["said"][0]
    doubt = Doubt.objects.get()
    assert "data:image/png;base64," in text(client.get(page))
    refused = client.post(page, {"viec": "het"}, follow=True)
    assert "còn 1 chỗ" in text(refused)
    by_hand = client.post(f"/hoi-lop/{session.pk}/nhap-tay/", {"viec": "het"}, follow=True)
    assert "còn 1 chỗ" in text(by_hand)
    for nonsense in ("Z", "", "AB", "E"):
        client.post(page, {"viec": "luu", f"n-{doubt.pk}": nonsense, "n-x": "A", "n-999": "A"})
    assert Doubt.objects.count() == 1
    client.post(page, {"viec": "het", f"n-{doubt.pk}": "B"})
    kept = Response.objects.get(pupil__number=2, item=doubt.item)
    assert kept.choice == doubt.letters[1]
    session.refresh_from_db()
    assert session.state == "closed"
    assert Attempt.objects.get(mode="paper").grades.count() == 1


def test_files_that_say_nothing_are_named_with_the_reason(session, teacher, client):
    browser(client, teacher)
    from PIL import Image

    empty = io.BytesIO()
    Image.new("L", (300, 300), 255).save(empty, "PNG")
    files = [
        SimpleUploadedFile("bai.docx", b"PK\x03\x04"),
        SimpleUploadedFile("trang.png", empty.getvalue()),
    ]
    answer = client.post(f"/hoi-lop/{session.pk}/giay/", {"anh": files}, follow=True)
    assert "bai.docx không phải ảnh đọc được" in text(answer)
    assert "trang.png: không thấy phiếu nào trọn vẹn" in text(answer)


def test_after_the_end_no_photo_counts(session, teacher):
    content = photo_of(session, letters_for(session, 1, [0, 0, 0, 0, 0]))
    sessions.close(session, by=teacher, at=NOON)
    with pytest.raises(sessions.TooLate):
        paper.take(session, content, at=NOON)
    assert not Response.objects.exists()


def test_what_is_printed_has_a_page_for_each_version_and_a_sheet_for_each_pupil(
    session, teacher, client
):
    browser(client, teacher)
    for versions, pages in ((1, 1 + 3), (3, 3 + 3)):
        answer = client.get(f"/hoi-lop/{session.pk}/giay.pdf?de={versions}")
        document = pypdfium2.PdfDocument(answer.content)
        assert len(document) == pages
        words = document[0].get_textpage().get_text_range()
        assert "Đề 1" in words
    sheet = document[pages - 3].render(scale=150 / 72).to_pil().convert("L")
    out = io.BytesIO()
    sheet.save(out, "PNG")
    found = sheets.read(
        out.getvalue(), options=[[len(a.letters) for a in v] for v in paper.versions(session)]
    )
    assert [(one.number, one.version) for one in found] == [(1, 1), (2, 2)]
    assert all(not row.marked and not row.doubtful for one in found for row in one.rows)
