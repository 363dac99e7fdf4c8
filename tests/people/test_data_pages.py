"""One's own data, and the queue of those who answer, through the pages that people see."""

import io
import zipfile
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from organisation import tree
from people import audit, data_requests, holdings
from people.data_requests import Due, Kind, Outcome
from people.models import AuditEntry, DataRequest, Person, Post
from people.roles import Role
from people.views_data import in_words, log_lines
from tests.conftest import make_person

MINE = "/tai-khoan/du-lieu/"
DOWNLOAD = "/tai-khoan/du-lieu/tai-ve/"
CORRECT = "/tai-khoan/du-lieu/yeu-cau/sua/"
ERASE = "/tai-khoan/du-lieu/yeu-cau/xoa/"
QUEUE = "/cong-viec/yeu-cau/"
TODAY = date(2026, 11, 24)


def as_one(person):
    """Return a browser in which somebody is signed in, with the second factor where that is asked."""
    client = Client()
    client.force_login(person, backend="people.authentication.PersonBackend")
    _pass_second_factor(client, person)
    return client


def _pass_second_factor(client, person):
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_totp.models import TOTPDevice

    device = TOTPDevice.objects.create(user=person, name="thử", confirmed=True)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()


@pytest.fixture
def officer(village):
    """Đỗ Thị Cúc, officer of the commune above the farmer's village."""
    person = make_person("can.bo", "Đỗ Thị Cúc")
    commune = tree.path(village, on=TODAY)[1].unit
    Post.objects.create(person=person, unit=commune, role=Role.OFFICER, since=date(2025, 7, 1))
    return person


@pytest.fixture
def as_officer(officer):
    return as_one(officer)


@pytest.fixture
def asked(farmer):
    return data_requests.make(
        person=farmer, kind=Kind.CORRECTION, text="Tôi sinh năm 1968.", at=timezone.now()
    )


def at(request):
    return f"{QUEUE}{request.pk}/"


# One's own page


def test_the_log_says_who_did_what_where(signed_in, farmer, officer, village):
    now = timezone.now()
    audit.write(
        did=audit.Did.CHANGED, by=officer, subject=farmer.pk, at=now, unit=village.pk,
        fields=["phone", "residence_id"],
    )  # fmt: skip
    audit.write(did=audit.Did.MOVED_BY_CHANGE, by=None, subject=farmer.pk, at=now, change=7)
    system, changed = log_lines(AuditEntry.objects.filter(subject=farmer.pk), on=TODAY)
    assert (changed.who, changed.role, changed.where) == (
        "Đỗ Thị Cúc",
        str(Role.OFFICER.label),
        "Thôn Đồi Chè",
    )
    assert changed.more == "Điện thoại, Nơi ở"
    assert system.role == system.where == ""
    page = signed_in.get(MINE).text
    assert "Đỗ Thị Cúc" in page
    assert "{" not in page.partition('id="nhat-ky"')[2]


def test_the_log_of_one_person_says_nothing_of_another(signed_in, neighbour, officer):
    audit.write(
        did=audit.Did.CHANGED, by=officer, subject=neighbour.pk, at=timezone.now(), fields=["phone"]
    )
    assert "Đỗ Thị Cúc" not in signed_in.get(MINE).text


def test_whoever_acted_and_is_no_longer_here_has_no_name(farmer):
    AuditEntry.objects.create(at=timezone.now(), actor=10**12, subject=farmer.pk, did="changed")
    (line,) = log_lines(AuditEntry.objects.filter(subject=farmer.pk), on=TODAY)
    assert (line.who, line.role) != ("", "")
    assert line.role == ""


def test_the_log_has_fifty_entries_a_page(signed_in, farmer):
    for number in range(51):
        audit.write(
            did=audit.Did.EXPORTED, by=None, subject=farmer.pk, at=timezone.now(), number=number
        )
    assert len(signed_in.get(MINE).context["lines"]) == 50
    assert len(signed_in.get(MINE, {"trang": 2}).context["lines"]) == 1


def test_the_download_is_a_file_of_ones_own_and_in_the_log(signed_in, farmer):
    answer = signed_in.post(DOWNLOAD)
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert answer.headers["Content-Disposition"].endswith('.zip"')
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Nguyễn Văn Tám" in archive.read("du-lieu.json").decode()
    (entry,) = AuditEntry.objects.filter(did=audit.Did.EXPORTED)
    assert (entry.actor, entry.subject) == (farmer.pk, farmer.pk)


def test_the_download_takes_a_post(signed_in):
    assert signed_in.get(DOWNLOAD).status_code == 405


def test_a_person_asks_for_a_correction_and_sees_its_dates(signed_in, farmer):
    answer = signed_in.post(CORRECT, {"correction-text": "Tôi sinh năm 1968."}, follow=True)
    request = farmer.data_requests.get()
    terms = data_requests.terms_of(request)
    for text in ("Tôi sinh năm 1968.", f"{terms.acknowledge:%d/%m/%Y}", f"{terms.act:%d/%m/%Y}"):
        assert text in answer.text
    assert answer.context["correction"] is None
    assert answer.context["erasure"] is not None


def test_a_correction_that_says_nothing_is_sent_back_with_the_form_open(signed_in, farmer):
    answer = signed_in.post(CORRECT, {"correction-text": " "})
    assert answer.status_code == 422
    assert answer.context["correction"].errors
    assert not farmer.data_requests.exists()


def test_whoever_asks_to_be_erased_says_that_they_know_what_stays(signed_in, farmer):
    assert signed_in.post(ERASE, {"erasure-text": ""}).status_code == 422
    signed_in.post(ERASE, {"erasure-text": "", "erasure-understood": "on"})
    assert farmer.data_requests.get().kind == Kind.ERASURE


def test_the_same_asked_twice_is_one_request(signed_in, farmer):
    for _time in range(2):
        signed_in.post(CORRECT, {"correction-text": "Sai tên"})
    assert farmer.data_requests.count() == 1


def test_a_request_is_taken_back(signed_in, farmer, asked):
    signed_in.post(f"{MINE}yeu-cau/{asked.pk}/rut/")
    asked.refresh_from_db()
    assert asked.outcome == Outcome.WITHDRAWN


def test_the_request_of_somebody_else_is_hidden(asked, neighbour):
    answer = as_one(neighbour).post(f"{MINE}yeu-cau/{asked.pk}/rut/")
    assert answer.status_code == 404


# How much time there is


@pytest.mark.parametrize(
    ("day", "left", "late", "badge"),
    [
        (date(2026, 11, 30), 4, 0, ""),
        (date(2026, 11, 25), 1, 0, "warm"),
        (TODAY, 0, 0, "warm"),
        (date(2026, 11, 21), 0, 3, "bad"),
    ],
)
def test_the_badge_says_how_much_time_there_is(day, left, late, badge):
    due = Due(day=day, acknowledging=True, left=left, late=late)
    words, look = in_words(due, today=TODAY)
    assert look == badge
    assert str(left or late or "") in words


# The queue


def test_a_learner_and_a_team_leader_are_refused(signed_in, asked):
    for address in (QUEUE, at(asked)):
        assert signed_in.get(address).status_code == 403


def test_an_officer_finds_the_requests_of_their_area(as_officer, asked, neighbour):
    other = data_requests.make(person=neighbour, kind=Kind.ERASURE, text="", at=timezone.now())
    listed = [line["name"] for line in as_officer.get(QUEUE).context["lines"]]
    assert listed == ["Nguyễn Văn Tám"]
    assert as_officer.get(at(other)).status_code == 404
    assert as_officer.post(at(other), {"viec": "xac-nhan"}).status_code == 404


def test_an_officer_does_not_find_their_own_request(as_officer, officer):
    own = data_requests.make(person=officer, kind=Kind.CORRECTION, text="Tên", at=timezone.now())
    assert as_officer.get(QUEUE).context["lines"] == []
    assert as_officer.get(at(own)).status_code == 404


def test_an_officer_confirms_puts_right_and_the_person_reads_the_answer(
    as_officer, signed_in, asked, farmer
):
    as_officer.post(at(asked), {"viec": "xac-nhan"})
    asked.refresh_from_db()
    assert asked.acknowledged_at
    sent = {
        "viec": "dong-y", "name": "Nguyễn Văn Tám", "born_on": "02/05/1968", "birth_year": "",
        "phone": "+84 912 345 678", "email": "", "answer": "Đã sửa theo giấy khai sinh.",
    }  # fmt: skip
    assert as_officer.post(at(asked), sent).status_code == 302
    farmer.refresh_from_db()
    assert (farmer.born_on, farmer.birth_year, farmer.phone) == (
        date(1968, 5, 2),
        1968,
        "0912345678",
    )
    assert "Đã sửa theo giấy khai sinh." in signed_in.get(MINE).text
    assert as_officer.get(QUEUE).context["lines"] == []
    assert len(as_officer.get(QUEUE, {"loc": "da-xong"}).context["lines"]) == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", "0912"),
        ("phone", "12345"),
        ("phone", "1912345678"),
        ("born_on", "31/02/1968"),
        ("born_on", "02/05/1568"),
        ("born_on", "02/05/2068"),
        ("birth_year", "1568"),
        ("email", "không"),
    ],
)
def test_what_cannot_be_is_not_written_down(as_officer, asked, farmer, field, typed):
    sent = {"viec": "dong-y", "name": "Nguyễn Văn Tám", "answer": "Đã sửa."} | {field: typed}
    answer = as_officer.post(at(asked), sent)
    assert answer.status_code == 422
    assert set(answer.context["granting"].errors) == {field}
    asked.refresh_from_db()
    assert asked.decided_at is None


def test_a_correction_that_changes_nothing_says_what_was_done_instead(as_officer, asked):
    answer = as_officer.post(at(asked), {"viec": "dong-y", "name": "Nguyễn Văn Tám"})
    assert answer.status_code == 422
    assert set(answer.context["granting"].errors) == {"answer"}


def test_a_refusal_without_a_reason_is_sent_back(as_officer, asked):
    assert as_officer.post(at(asked), {"viec": "tu-choi", "answer": ""}).status_code == 422
    as_officer.post(at(asked), {"viec": "tu-choi", "answer": "Sổ hộ tịch ghi đúng như vậy."})
    asked.refresh_from_db()
    assert asked.outcome == Outcome.REFUSED


def test_an_erasure_is_granted_only_by_who_is_certain(as_officer, farmer):
    asked = data_requests.make(person=farmer, kind=Kind.ERASURE, text="", at=timezone.now())
    assert as_officer.post(at(asked), {"viec": "dong-y"}).status_code == 422
    assert as_officer.post(at(asked), {"viec": "dong-y", "certain": "on"}).status_code == 302
    farmer.refresh_from_db()
    assert farmer.name == holdings.NOBODY
    # Whoever decided finds it again, without a name.
    (line,) = as_officer.get(QUEUE, {"loc": "da-xong"}).context["lines"]
    assert line["name"] == holdings.NOBODY
    assert as_officer.get(at(asked)).status_code == 200


def test_an_erasure_that_cannot_be_says_why_and_leaves_the_request_open(approver):
    administrator = make_person("quan.tri", "Hoàng Thị Yên", is_superuser=True)
    asked = data_requests.make(person=approver, kind=Kind.ERASURE, text="", at=timezone.now())
    client = as_one(administrator)
    answer = client.post(at(asked), {"viec": "dong-y", "certain": "on"}, follow=True)
    assert 'class="notice error"' in answer.text
    asked.refresh_from_db()
    assert asked.decided_at is None


def test_a_request_that_is_decided_takes_no_other_answer(as_officer, asked, officer):
    data_requests.refuse(request=asked, answer="Không", by=officer, at=timezone.now())
    as_officer.post(at(asked), {"viec": "dong-y", "name": "Ai Đó"})
    asked.refresh_from_db()
    assert (asked.outcome, asked.person.name) == (Outcome.REFUSED, "Nguyễn Văn Tám")


def test_something_else_that_is_sent_does_nothing(as_officer, asked):
    assert as_officer.post(at(asked), {"viec": "xoa-het"}).status_code == 422
    asked.refresh_from_db()
    assert (asked.acknowledged_at, asked.decided_at) == (None, None)


# What the pages cost


def many(count, village):
    """Let so many people of the village ask to be erased."""
    people = Person.objects.bulk_create(
        Person(login=f"nguoi.{count}.{n}", name=f"Người {n}", sort_key=str(n)) for n in range(count)
    )
    Post.objects.bulk_create(
        Post(person=person, unit=village, role=Role.TEAM_MEMBER, since=date(2025, 8, 1))
        for person in people
    )
    DataRequest.objects.bulk_create(
        DataRequest(
            person=person, kind=Kind.ERASURE, made_at=timezone.now() - timedelta(hours=hours)
        )
        for hours, person in enumerate(people)
    )
    return people


@pytest.mark.parametrize("count", [3, 300])
def test_the_queue_has_its_budget(count, village, as_officer, django_assert_max_num_queries):
    many(count, village)
    as_officer.get(QUEUE)
    with django_assert_max_num_queries(12):
        page = as_officer.get(QUEUE).context["page"]
    assert page.paginator.count == count


@pytest.mark.parametrize("count", [3, 300])
def test_the_page_of_a_request_has_its_budget(
    count, village, as_officer, asked, django_assert_max_num_queries
):
    many(count, village)
    as_officer.get(at(asked))
    with django_assert_max_num_queries(20):
        as_officer.get(at(asked))


@pytest.mark.parametrize("count", [3, 300])
def test_the_page_of_ones_own_data_has_its_budget(
    count, village, signed_in, farmer, django_assert_max_num_queries
):
    for person in many(count, village):
        audit.write(
            did=audit.Did.CHANGED, by=person, subject=farmer.pk, at=timezone.now(),
            unit=village.pk, fields=["phone"],
        )  # fmt: skip
    signed_in.get(MINE)
    with django_assert_max_num_queries(10):
        signed_in.get(MINE)
