"""Certificates of other courses and exemptions: brought, decided on by somebody else, once."""

import io
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from people import erasing, papers
from people.roles import Role
from tests import pictures
from tests.at_once import at_once
from tests.classroom.test_classes import committed_class
from tests.conftest import NOON, TODAY, make_person
from tests.training.conftest import teaching
from training import outside, refreshing
from training.models import OutsideCertificate, Spell

SKILLS = ["mua-sam", "thanh-toan"]


def picture() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(stream, "png")
    return stream.getvalue()


@pytest.fixture
def head(school):
    return teaching(make_person("hieu.truong", "Phan Thị Loan"), school, role=Role.SCHOOL_HEAD)


def bring(person, *, by=None, **changed):
    said = {
        "issuer": "onetouch", "issuer_name": "", "number": "OT-1", "issued_on": TODAY,
        "skills": SKILLS, "content": picture(), "name": "ảnh.png",
    }  # fmt: skip
    return outside.bring(person=person, by=by or person, at=NOON, **said | changed)


def browser(client, person):
    client.force_login(person, backend="people.authentication.PersonBackend")
    return client


def test_what_is_approved_counts_and_who_decided_is_written_down(teacher, head, teachers):
    brought = bring(teacher, issued_on=TODAY - timedelta(days=5))
    outside.decide(brought, approve=True, reason="", by=head, at=NOON)
    refreshing.catch_up(at=NOON)
    assert Spell.objects.on(TODAY).get(person=teacher, programme=teachers).held == 0b110
    brought.refresh_from_db()
    assert (brought.state, brought.decided_by) == ("approved", head)
    with pytest.raises(outside.Refused):
        outside.decide(brought, approve=False, reason="Nhầm", by=head, at=NOON)


@pytest.mark.parametrize(
    "wrong",
    [
        {"issued_on": TODAY + timedelta(days=1)}, {"skills": ["khong-co"]}, {"skills": []},
        {"issuer": "other"}, {"content": b"MZ\x90 chuong trinh"}, {"content": b""},
        {"content": b"%PDF-" + b"0" * papers.LARGEST},
    ],
)  # fmt: skip
def test_what_cannot_be_a_certificate_is_refused(teacher, wrong):
    with pytest.raises(outside.Refused):
        bring(teacher, **wrong)
    assert not OutsideCertificate.objects.exists()


def test_nobody_decides_on_themselves_or_on_strangers(teacher, head, other_school):
    own = bring(head)
    stranger = teaching(make_person("co.la", "Vi Thị Lạ"), other_school, role=Role.SCHOOL_HEAD)
    for by in (head, stranger, teacher):
        with pytest.raises(outside.Refused):
            outside.decide(own, approve=True, reason="", by=by, at=NOON)
    with pytest.raises(outside.Refused):
        bring(teacher, by=stranger)
    with pytest.raises(outside.Refused):  # a refusal says why
        outside.decide(bring(teacher), approve=False, reason=" ", by=head, at=NOON)


def test_the_same_number_of_somebody_else_is_noticed(teacher, head):
    one, other = bring(teacher), bring(head, number="ot-1")
    third, nameless = bring(teacher, number="OT-2"), bring(teacher, number="")
    found = outside.with_the_number_of_others([one, other, third, nameless])
    assert found == {one.pk, other.pk}


def test_a_photo_is_kept_without_where_it_was_taken(teacher):
    kept = bring(teacher, content=pictures.photo_with_a_place())
    with storages["private"].open(kept.file) as file, Image.open(file) as picture:
        assert picture.size == (30, 20)
        assert not picture.getexif()
    with pytest.raises(outside.Refused):
        bring(teacher, content=picture_bytes_cut_off())


def picture_bytes_cut_off() -> bytes:
    return picture()[:40]


def test_who_is_erased_takes_the_file_along(teacher, django_capture_on_commit_callbacks):
    brought = bring(teacher)
    assert storages["private"].exists(brought.file)
    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase(person=teacher, by=None, at=NOON)
    assert not storages["private"].exists(brought.file)
    brought.refresh_from_db()
    assert (brought.file, brought.number) == ("", "")


def committed_school():
    school_class = committed_class()
    head = teaching(
        make_person("hieu.truong", "Phan Thị Loan"), school_class.school, role=Role.SCHOOL_HEAD
    )
    return school_class.made_by, head


def test_two_who_decide_at_once_decide_once(committed_db):
    teacher, head = committed_school()
    brought = bring(teacher)
    results = at_once(
        *[
            lambda approve=approve: outside.decide(
                brought, approve=approve, reason="Mờ", by=head, at=NOON
            )
            for approve in (True, False, True)
        ]
    )
    assert len([one for one in results if isinstance(one, outside.Refused)]) == 2, results


def test_a_teacher_hands_in_and_the_head_decides(teacher, head, client):
    browser(client, teacher)
    sent = {
        "issuer": "binh_dan", "issuer_name": "", "number": "7", "issued_on": "2026-11-01",
        "skills": SKILLS,
    }  # fmt: skip
    file = SimpleUploadedFile("chứng nhận.png", picture())
    shown = client.post("/chung-nhan-noi-khac/", sent | {"file": file}, follow=True)
    assert "chứng nhận.jpg" in shown.text
    [brought] = OutsideCertificate.objects.all()
    answer = client.get(f"/chung-nhan-noi-khac/{brought.pk}/tep/")
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8\xff")
    assert client.post(f"/cong-viec/minh-chung/{brought.pk}/").status_code == 403
    browser(client, head)
    assert f"/chung-nhan-noi-khac/{brought.pk}/anh/" in client.get("/cong-viec/minh-chung/").text
    client.post(f"/cong-viec/minh-chung/{brought.pk}/", {"viec": "duyet", "tep": brought.file})
    brought.refresh_from_db()
    assert brought.state == "approved"
    assert client.get(f"/chung-nhan-noi-khac/{brought.pk}/tep/").status_code == 200
    browser(client, make_person("la", "Người Lạ"))
    assert client.get(f"/chung-nhan-noi-khac/{brought.pk}/tep/").status_code == 404
