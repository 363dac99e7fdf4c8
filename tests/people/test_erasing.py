"""Erasing somebody: what goes, what stays as numbers, and who cannot be erased."""

import json
from datetime import date, timedelta

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from imports import applying, undoing
from imports.models import ImportRow
from people import data_requests, erasing, holdings
from people.data_requests import Kind, Outcome
from people.models import AuditEntry, DataRequest, Identity, LoginCode, Person, Post
from people.roles import EDITING_GROUPS, Role, Slot
from quizzes import attempts
from tests.at_once import at_once
from tests.conftest import NOON, TODAY, make_person
from tests.imports.conftest import bring, carry_out, officer, province  # noqa: F401 - fixtures

TELLING = ["Nguyễn Văn Tám", "bac.tam", "0912345678", "tam@example.org", "1968", "M-0042", "nguyen van tam"]  # fmt: skip


@pytest.fixture
def known(farmer, quiz):
    """The farmer, of whom all is known that can be."""
    farmer.phone, farmer.email, farmer.ministry_id = "0912345678", "tam@example.org", "M-0042"
    farmer.born_on, farmer.birth_year = date(1968, 5, 2), 1968
    farmer.save()
    Post.objects.filter(person=farmer).update(
        slot=Slot.VILLAGE_HEAD, task="Bác Nguyễn Văn Tám lo Zalo", employer="Hợp tác xã bac.tam"
    )
    LoginCode.objects.create(person=farmer, digest="0" * 64, issued_at=NOON, expires_at=NOON)
    Identity.objects.create(person=farmer, issuer="https://id.example", subject="bac.tam", linked_at=NOON)  # fmt: skip
    TOTPDevice.objects.create(user=farmer, name="điện thoại")
    StaticDevice.objects.create(user=farmer, name="dự phòng").token_set.create(token="abcd")
    attempts.start(quiz=quiz, by=farmer, at=NOON)
    return farmer


def everything(person) -> str:
    return json.dumps(
        [list(part.rows()) for part in holdings.parts(person)],
        cls=DjangoJSONEncoder,
        ensure_ascii=False,
    )


def test_nothing_that_is_stored_tells_any_more_who_it_was(known, neighbour):
    before = everything(known)
    assert [word for word in TELLING if word not in before] == []
    data_requests.make(person=known, kind=Kind.CORRECTION, text="Tôi, Nguyễn Văn Tám", at=NOON)
    erasing.erase(person=known, by=neighbour, at=NOON)
    after = everything(Person.objects.get(pk=known.pk))
    assert [word for word in TELLING if word in after] == []


def test_whoever_is_erased_cannot_sign_in_any_more(known, neighbour):
    erasing.erase(person=known, by=neighbour, at=NOON)
    known.refresh_from_db()
    assert (known.name, known.is_active, known.erased_at) == (holdings.NOBODY, False, NOON)
    assert not known.has_usable_password()
    assert known.login.startswith("da-xoa-")
    assert not known.login_codes.exists()
    assert not known.identities.exists()
    assert not TOTPDevice.objects.filter(user=known).exists()
    assert not StaticDevice.objects.filter(user=known).exists()


def test_whoever_is_signed_in_is_signed_out(farmer, neighbour):
    client = Client()
    client.force_login(farmer, backend="people.authentication.PersonBackend")
    assert client.get("/tai-khoan/").status_code == 200
    erasing.erase(person=farmer, by=neighbour, at=timezone.now())
    assert client.get("/tai-khoan/").status_code == 302


def test_the_post_ends_and_frees_its_office(known, neighbour):
    erasing.erase(person=known, by=neighbour, at=NOON)
    post = known.posts.get()
    assert (post.until, post.role, post.task, post.employer) == (TODAY, Role.TEAM_LEADER, "", "")


def test_a_post_that_began_today_or_begins_later_never_was(known, neighbour, village):
    for since in (TODAY, TODAY + timedelta(days=9)):
        Post.objects.create(
            person=known, unit=village, role=Role.TEACHER, since=since, until=since + timedelta(9)
        )
    erasing.erase(person=known, by=neighbour, at=NOON)
    assert known.posts.get().role == Role.TEAM_LEADER


def test_attempts_and_certificates_stay(known, neighbour):
    erasing.erase(person=known, by=neighbour, at=NOON)
    assert known.attempts.count() == 1


def test_two_are_erased_and_each_keeps_a_row_of_their_own(farmer, neighbour, author):
    for person in (farmer, neighbour):
        erasing.erase(person=person, by=author, at=NOON)
    assert Person.objects.filter(name=holdings.NOBODY).count() == 2


def test_the_log_says_who_erased_whom(known, neighbour):
    erasing.erase(person=known, by=neighbour, at=NOON)
    entry = AuditEntry.objects.get(did=AuditEntry.Did.ERASED)
    assert (entry.actor, entry.subject, entry.details) == (neighbour.pk, known.pk, {})


def test_nobody_is_erased_twice(known, neighbour):
    erasing.erase(person=known, by=neighbour, at=NOON)
    with pytest.raises(erasing.AlreadyErased):
        erasing.erase(person=known, by=neighbour, at=NOON)


def test_an_administrator_is_not_erased(neighbour):
    administrator = make_person("quan.tri", "Hoàng Thị Yên", is_superuser=True)
    with pytest.raises(erasing.IsAdministrator):
        erasing.erase(person=administrator, by=neighbour, at=NOON)
    administrator.refresh_from_db()
    assert administrator.name == "Hoàng Thị Yên"


def test_the_last_approver_is_not_erased_and_the_last_but_one_is(approver, neighbour):
    with pytest.raises(erasing.IsLastApprover):
        erasing.erase(person=approver, by=neighbour, at=NOON)
    other = make_person("nguoi.duyet.2", "Phạm Quốc Bình")
    other.groups.add(*approver.groups.all())
    erasing.erase(person=approver, by=neighbour, at=NOON)
    assert not approver.groups.exists()
    with pytest.raises(erasing.IsLastApprover):
        erasing.erase(person=other, by=neighbour, at=NOON)


def test_a_granted_erasure_closes_what_else_was_asked_and_forgets_the_texts(known, neighbour):
    data_requests.make(person=known, kind=Kind.CORRECTION, text="Sai năm sinh", at=NOON)
    asked = data_requests.make(person=known, kind=Kind.ERASURE, text="Tôi chuyển đi", at=NOON)
    data_requests.grant(request=asked, by=neighbour, at=NOON)
    found = DataRequest.objects.filter(person=known).values_list("kind", "outcome", "text")
    assert set(found) == {
        (Kind.CORRECTION, Outcome.WITHDRAWN, ""),
        (Kind.ERASURE, Outcome.GRANTED, ""),
    }


def test_a_refused_erasure_of_the_last_approver_stays_open(approver, neighbour):
    asked = data_requests.make(person=approver, kind=Kind.ERASURE, text="", at=NOON)
    with pytest.raises(erasing.IsLastApprover):
        data_requests.grant(request=asked, by=neighbour, at=NOON)
    asked.refresh_from_db()
    assert asked.decided_at is None


# The spreadsheet that brought somebody in

SHEET = {
    "name": "Trần Thị Bưởi",
    "birth": "02/05/1971",
    "phone": "0987654321",
    "commune": "Xã Đồi Vải",
    "village": "Thôn Đồi Chè",
}


@pytest.fixture
def brought(officer, province):  # noqa: F811
    one = bring("team_members", [SHEET], officer=officer, unit=province["province"])
    carry_out(one, officer=officer)
    return one


def test_the_row_that_brought_somebody_in_is_in_the_download(brought):
    person = Person.objects.get(name=SHEET["name"])
    assert '"phone": "0987654321"' in everything(person)


def test_the_row_that_brought_somebody_in_is_emptied(brought, neighbour):
    person = Person.objects.get(name=SHEET["name"])
    erasing.erase(person=person, by=neighbour, at=NOON)
    row = ImportRow.objects.get(parent=brought)
    stored = str([row.cells, row.notes, row.changes, row.prepared, row.effect])
    assert [word for word in SHEET.values() if word in stored] == []


def test_an_import_that_brought_in_somebody_erased_is_not_undone(brought, neighbour, officer):  # noqa: F811
    person = Person.objects.get(name=SHEET["name"])
    erasing.erase(person=person, by=neighbour, at=NOON)
    with pytest.raises(applying.Refused):
        undoing.undo(brought, by=officer, at=NOON)
    person.refresh_from_db()
    assert person.name == holdings.NOBODY


# Two at once


def test_of_the_last_two_approvers_erased_at_once_one_stays(committed_db):
    from django.contrib.auth.models import Group

    group = Group.objects.get(name=EDITING_GROUPS[Role.APPROVER])
    group.user_set.clear()
    two = [make_person(f"duyet.{n}", f"Phạm Quốc {n}") for n in (1, 2)]
    group.user_set.add(*two)
    results = at_once(
        *[lambda person=person: erasing.erase(person=person, by=None, at=NOON) for person in two]
    )
    connection.close()
    assert sorted(type(result).__name__ for result in results) == ["IsLastApprover", "NoneType"]
    assert group.user_set.filter(is_active=True).count() == 1
