"""The files of outside certificates: what is taken, who sees it, and that there is no row without its file."""

import io
import os
import time
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from PIL import Image

from people.models import Person
from people.roles import Role
from tests import strangers
from tests.at_once import at_once
from tests.conftest import NOON, TODAY, make_person
from tests.training.conftest import teaching
from tests.training.test_evidence import SKILLS, bring, browser, committed_school, picture
from training import outside
from training.models import OutsideCertificate

MINE = "/chung-nhan-noi-khac/"
EVIDENCE = "/cong-viec/minh-chung/"
SENT = {"issuer": "onetouch", "issuer_name": "", "number": "OT-9", "issued_on": "2026-11-01", "skills": SKILLS}  # fmt: skip


@pytest.fixture
def head(school):
    return teaching(make_person("hieu.truong", "Phan Thị Loan"), school, role=Role.SCHOOL_HEAD)


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """A store of private files of the test's own."""
    backend = settings.STORAGES["private"]["BACKEND"]
    ours = {"BACKEND": backend, "OPTIONS": {"location": tmp_path / "private"}}
    settings.STORAGES = settings.STORAGES | {"private": ours}
    return tmp_path / "private"


def kept(store) -> list[str]:
    return sorted(f"outside/{path.name}" for path in (store / "outside").glob("*"))


def named() -> list[str]:
    return sorted(OutsideCertificate.objects.values_list("file", flat=True))


# What is taken


def test_a_pdf_is_kept_as_it_is(teacher):
    content = strangers.pdf(10)
    brought = bring(teacher, content=content, name="giấy.PDF")
    with storages["private"].open(brought.file) as file:
        assert file.read() == content
    assert brought.file_name == "giấy.pdf"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda: strangers.pdf(11), "11 trang"),
        (lambda: strangers.pdf(password="x"), "bị khóa"),
        (lambda: strangers.pdf(password=""), "bị khóa"),
        (lambda: strangers.pdf(3)[:-200], "Không đọc được tệp PDF"),
        (lambda: b"%PDF-1.7 khong phai", "Không đọc được tệp PDF"),
        (strangers.object_stream_bomb, "Không đọc được tệp PDF"),
        (strangers.page_bomb, "Không đọc được tệp PDF"),
        (strangers.nested, "Không đọc được tệp PDF"),
        (lambda: b"MZ la", "không phải"),
        (lambda: picture()[:60], "Không đọc được ảnh"),
    ],
)
def test_what_is_not_taken_says_why_takes_no_memory_and_leaves_the_form_as_it_was(
    teacher, client, store, content, said
):
    browser(client, teacher)
    sent = SimpleUploadedFile("giay.pdf", content(), "application/pdf")
    client.get(MINE)
    with strangers.Peak() as peak:
        answer = client.post(MINE, SENT | {"file": sent})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="OT-9"' in answer.text
    assert peak.bytes < 40_000_000
    assert (named(), kept(store)) == ([], [])


def test_a_picture_of_very_many_pixels_takes_no_memory_of_the_site(teacher):
    stream = io.BytesIO()
    Image.new("L", (20_000, 20_000)).save(stream, "png")
    with strangers.Peak() as peak, pytest.raises(outside.Refused):
        bring(teacher, content=stream.getvalue())
    assert peak.bytes < 40_000_000


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "1", "CMYK"])
def test_a_photo_becomes_no_larger_than_it_takes_to_read_it(teacher, mode):
    stream = io.BytesIO()
    Image.new(mode, (3000, 4000)).save(stream, "jpeg" if mode == "CMYK" else "png")
    brought = bring(teacher, content=stream.getvalue())
    with storages["private"].open(brought.file) as file, Image.open(file) as small:
        assert (small.size, small.format, small.mode) == ((1800, 2400), "JPEG", "RGB")


def test_a_group_of_boxes_is_named_and_what_is_wrong_with_it_is_tied_to_it(teacher, client):
    browser(client, teacher)
    page = client.post(MINE, {"issuer": "onetouch"}).text
    group = page[page.index("<fieldset") : page.index("</fieldset>")]
    assert "<legend>Thể hiện kỹ năng nào</legend>" in group
    assert 'aria-describedby="id_skills_error"' in group
    assert 'id="id_skills_error"' in group
    assert 'for="id_skills"' not in page


# Who sees it


def test_a_pdf_is_only_ever_handed_out_as_a_file_to_keep(teacher, head, client):
    brought = bring(teacher, content=strangers.pdf())
    for person in (teacher, head):
        answer = browser(client, person).get(f"{MINE}{brought.pk}/tep/")
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "private" in answer.headers["Cache-Control"]
        assert client.get(f"{MINE}{brought.pk}/anh/").status_code == 404
    shown = client.get(EVIDENCE).text
    assert "Tải tệp PDF về để xem" in shown
    assert "<img" not in shown[shown.index("<main") :]


def test_a_photo_stands_beside_the_decision_for_those_who_may_see_it(teacher, head, client):
    brought = bring(teacher)
    address = f"{MINE}{brought.pk}/anh/"
    assert f'<img src="{address}"' in browser(client, head).get(EVIDENCE).text
    for person in (head, teacher):
        answer = browser(client, person).get(address)
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert "attachment" not in answer.headers["Content-Disposition"]
        assert b"".join(answer.streaming_content).startswith(b"\xff\xd8\xff")
    assert browser(client, make_person("la", "Người Lạ")).get(address).status_code == 404


# Who brings, and who decides


def test_who_brought_it_for_somebody_is_said_and_does_not_decide(teacher, head, commune, client):
    officer = teaching(make_person("can.bo", "Vũ Văn Bộ"), commune, role=Role.OFFICER)
    browser(client, head)
    page = f"{EVIDENCE}nop/{teacher.pk}/"
    sent = SimpleUploadedFile("giay.png", picture())
    shown = client.post(page, SENT | {"file": sent}, follow=True).text
    assert "Phan Thị Loan nộp giúp" in shown
    [brought] = OutsideCertificate.objects.all()
    assert (brought.person, brought.brought_by) == (teacher, head)
    own = client.get(EVIDENCE).text
    assert "người khác sẽ duyệt" in own
    assert "duyet" not in own
    decision = {"viec": "duyet", "tep": brought.file}
    client.post(f"{EVIDENCE}{brought.pk}/", decision)
    brought.refresh_from_db()
    assert brought.state == "waiting"
    assert "Phan Thị Loan nộp giúp" in browser(client, teacher).get(MINE).text
    browser(client, officer)
    assert "Phan Thị Loan nộp giúp Hoàng Thị Huệ" in client.get(EVIDENCE).text
    client.post(f"{EVIDENCE}{brought.pk}/", decision)
    brought.refresh_from_db()
    assert (brought.state, brought.decided_by) == ("approved", officer)
    # One's own is brought on one's own page, and no other person's.
    assert client.get(f"{EVIDENCE}nop/{officer.pk}/").status_code in (302, 404)
    assert browser(client, teacher).get(f"{EVIDENCE}nop/{head.pk}/").status_code == 403


def test_what_is_decided_on_is_the_file_that_was_seen(teacher, head, client):
    brought = bring(teacher)
    seen = brought.file
    outside.replace(brought, content=strangers.pdf(), name="khác.pdf", by=teacher, at=NOON)
    browser(client, head).post(f"{EVIDENCE}{brought.pk}/", {"viec": "duyet", "tep": seen})
    brought.refresh_from_db()
    assert (brought.state, brought.file_name) == ("waiting", "khác.pdf")


def test_a_file_is_replaced_and_a_certificate_taken_back_while_it_waits(
    teacher, head, client, store, django_capture_on_commit_callbacks
):
    brought = bring(teacher)
    browser(client, teacher)
    with django_capture_on_commit_callbacks(execute=True):
        other = SimpleUploadedFile("rõ hơn.pdf", strangers.pdf())
        shown = client.post(f"{MINE}{brought.pk}/thay-tep/", {"file": other}, follow=True)
    assert "rõ hơn.pdf" in shown.text
    assert kept(store) == named() != [brought.file]
    bad = SimpleUploadedFile("hỏng.pdf", b"%PDF-")
    shown = client.post(f"{MINE}{brought.pk}/thay-tep/", {"file": bad}, follow=True)
    assert "Không đọc được tệp PDF" in shown.text
    assert browser(client, head).post(f"{MINE}{brought.pk}/rut/").status_code == 404
    browser(client, teacher)
    with django_capture_on_commit_callbacks(execute=True):
        assert "Đã rút lại" in client.post(f"{MINE}{brought.pk}/rut/", follow=True).text
    assert (named(), kept(store)) == ([], [])
    decided = bring(teacher)
    outside.decide(decided, approve=True, reason="", by=head, at=NOON)
    for change in ("rut", "thay-tep"):
        sent = {"file": SimpleUploadedFile("a.png", picture())}
        client.post(f"{MINE}{decided.pk}/{change}/", sent)
    assert named() == [decided.file] == kept(store)


# Row and file


def test_where_the_row_fails_at_the_very_end_no_file_is_left(committed_db, store):
    nobody = Person(pk=987654, login="khong.co", name="Không Có")
    with pytest.raises(IntegrityError):  # found out when all is to be committed
        bring(nobody)
    assert (named(), kept(store)) == ([], [])


def test_where_the_file_fails_no_row_is_left(teacher, store):
    store.mkdir()
    (store / "outside").write_text("no folder")
    with pytest.raises(OSError, match="outside"):
        bring(teacher)
    assert named() == []


def test_where_the_file_cannot_be_replaced_the_old_one_stays(teacher, head, store):
    brought = bring(teacher)
    outside.decide(brought, approve=False, reason="Mờ", by=head, at=NOON)
    with pytest.raises(outside.Refused):
        outside.replace(brought, content=picture(), name="a.png", by=teacher, at=NOON)
    assert kept(store) == named() == [brought.file]


def test_where_taking_back_fails_row_and_file_stay(committed_db, store):
    teacher, _head = committed_school()
    brought = bring(teacher)

    def fails():
        with transaction.atomic():
            outside.take_back(brought, by=teacher)
            raise IntegrityError

    with pytest.raises(IntegrityError):
        fails()
    assert kept(store) == named() == [brought.file]
    outside.take_back(brought, by=teacher)
    assert (named(), kept(store)) == ([], [])


def test_what_a_process_died_over_is_swept_up_and_nothing_else(teacher, store):
    assert outside.sweep(at=timezone.now()) == 0
    brought = bring(teacher)
    old, fresh = store / "outside" / "cu.pdf", store / "outside" / "moi.pdf"
    for path in (old, fresh):
        path.write_bytes(b"%PDF-")
    past = time.time() - timedelta(days=2).total_seconds()
    for path in (old, store / brought.file):
        os.utime(path, (past, past))
    assert outside.sweep(at=timezone.now()) == 1
    assert kept(store) == sorted([brought.file, "outside/moi.pdf"])


def test_of_a_decision_and_another_file_at_once_one_holds(committed_db, store):
    teacher, head = committed_school()
    brought = bring(teacher)
    results = at_once(
        lambda: outside.decide(brought, approve=True, reason="", by=head, at=NOON),
        lambda: outside.replace(brought, content=picture(), name="b.png", by=teacher, at=NOON),
        lambda: outside.take_back(brought, by=teacher),
    )
    assert len([one for one in results if isinstance(one, outside.Refused)]) == 2, results
    assert kept(store) == named()


# Queries


@pytest.mark.parametrize("many", [1, 30])
def test_the_pages_take_as_many_queries_for_one_as_for_many(
    teacher, head, school, commune, client, django_assert_max_num_queries, many
):
    officer = teaching(make_person("can.bo", "Vũ Văn Bộ"), commune, role=Role.OFFICER)
    OutsideCertificate.objects.bulk_create(
        OutsideCertificate(
            person=person, brought_by=by, issuer="onetouch", number=f"N{number}", skills=SKILLS,
            issued_on=TODAY, file=f"outside/{number}.jpg", file_name="a.jpg", brought_at=NOON,
            state=state, decided_at=None if state == "waiting" else NOON,
            decided_by=None if state == "waiting" else officer,
        )
        for number in range(many)
        for person in (teacher, teaching(make_person(f"co.{number}", f"Cô {number}"), school))
        for by in (person, head)
        for state in ("waiting", "approved")
    )  # fmt: skip
    for person, page, budget in [
        (teacher, MINE, 12), (head, f"{EVIDENCE}nop/{teacher.pk}/", 16), (head, EVIDENCE, 22),
        (officer, EVIDENCE, 22),
    ]:  # fmt: skip
        browser(client, person).get(page)
        with django_assert_max_num_queries(budget):
            assert client.get(page).status_code == 200
