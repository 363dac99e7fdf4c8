"""The download: all that is stored on a person, and nothing of anybody else."""

import io
import json
import zipfile
from datetime import date, timedelta
from uuid import uuid4

import pytest
from axes.models import AccessAttempt
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from people import audit, data_requests, holdings
from people.data_requests import Kind
from people.models import LoginCode, Post
from people.roles import Role
from quizzes import attempts
from quizzes.models import Answer, Attempt
from tests.answers import right_answer
from tests.conftest import NOON

DIGEST = "5ec2e7" * 10


def opened(person):
    file = io.BytesIO()
    holdings.write_zip(person, into=file, at=NOON)
    archive = zipfile.ZipFile(file)
    page = archive.read("du-lieu.html").decode()
    return json.loads(archive.read("du-lieu.json")), page


def rows(data, key):
    return next(part["rows"] for part in data["parts"] if part["about"]["of"] == key)


def take(quiz, person, *, at=NOON):
    """Let somebody take the quiz with a right answer to each question."""
    attempt = attempts.start(quiz=quiz, by=person, at=at)
    for item in attempts.items_with_answers(attempt):
        attempts.answer(item=item.pk, given=right_answer(item), key=uuid4(), by=person, at=at)
    attempts.submit(attempt=attempt.pk, by=person, at=at)
    return attempt


def test_the_download_holds_the_person_and_where_they_serve(farmer, village):
    data, page = opened(farmer)
    (person,) = rows(data, "people.Person")
    (post,) = rows(data, "people.Post.person")
    assert (person["login"], person["name"]) == ("bac.tam", "Nguyễn Văn Tám")
    assert (post["unit"], post["since"]) == ("Thôn Đồi Chè", "2026-08-26")
    for text in ("Nguyễn Văn Tám", "Thôn Đồi Chè", "26/08/2026"):
        assert text in page


def test_the_download_holds_every_answer_of_every_attempt(farmer, quiz):
    attempt = take(quiz, farmer)
    data, _page = opened(farmer)
    answers = rows(data, "quizzes.Answer.item__attempt__person")
    assert len(answers) == Answer.objects.filter(item__attempt=attempt).count() > 5
    assert len(rows(data, "quizzes.Grade.attempt__person")) == 1


def test_the_download_holds_nothing_of_anybody_else(farmer, neighbour, quiz):
    take(quiz, neighbour)
    data_requests.make(person=neighbour, kind=Kind.CORRECTION, text="Tôi ở phố Nhỏ", at=NOON)
    data, page = opened(farmer)
    assert rows(data, "quizzes.Attempt.person") == []
    for text in ("Lê Thị Năm", "ba.nam", "phố Nhỏ"):
        assert text not in page
        assert text not in json.dumps(data, ensure_ascii=False)


def test_secrets_are_named_and_left_out(farmer):
    LoginCode.objects.create(person=farmer, digest=DIGEST, issued_at=NOON, expires_at=NOON)
    device = TOTPDevice.objects.create(user=farmer, name="điện thoại")
    StaticDevice.objects.create(user=farmer, name="giấy").token_set.create(token="du-phong-77")
    data, page = opened(farmer)
    stored = json.dumps(data, ensure_ascii=False) + page
    for secret in (DIGEST, farmer.password, device.key, "du-phong-77"):
        assert secret not in stored
    about = next(part["about"] for part in data["parts"] if part["about"]["of"] == "people.Person")
    assert about["left out"] == ["Mật khẩu"]
    assert "Mật khẩu" in page


def test_what_somebody_did_to_others_is_given_as_the_act_alone(farmer, neighbour):
    LoginCode.objects.create(
        person=neighbour, digest=DIGEST, issued_at=NOON, issued_by=farmer, expires_at=NOON
    )
    audit.write(did=audit.Did.CHANGED, by=farmer, subject=neighbour.pk, at=NOON, fields=["phone"])
    data, _page = opened(farmer)
    (card,) = rows(data, "people.LoginCode.issued_by")
    (entry,) = rows(data, "people.AuditEntry.actor")
    assert card.keys() == {"id", "issued_at"}
    assert entry.keys() == {"id", "at", "did"}


def test_what_others_did_is_given_with_who_they_are_as_the_log_shows_it(farmer, neighbour):
    audit.write(did=audit.Did.CHANGED, by=neighbour, subject=farmer.pk, at=NOON, fields=["phone"])
    data, _page = opened(farmer)
    (entry,) = rows(data, "people.AuditEntry.subject")
    assert (entry["actor"], entry["details"]) == ("Lê Thị Năm", {"fields": ["phone"]})


def test_wrong_passwords_under_the_login_are_given_without_what_was_typed(farmer):
    AccessAttempt.objects.create(
        username="bac.tam", ip_address="203.0.113.7", user_agent="Trình duyệt", http_accept="",
        path_info="/", get_data="", post_data="password=vuon-vai", failures_since_start=2,
    )  # fmt: skip
    data, _page = opened(farmer)
    (attempt,) = rows(data, "axes.AccessAttempt.username")
    assert attempt["ip_address"] == "203.0.113.7"
    assert "vuon-vai" not in json.dumps(data)


def test_text_of_people_is_text_in_the_page(farmer):
    data_requests.make(
        person=farmer, kind=Kind.CORRECTION, text="<script>alert(1)</script>", at=NOON
    )
    data, page = opened(farmer)
    assert rows(data, "people.DataRequest.person")[0]["text"] == "<script>alert(1)</script>"
    assert "<script" not in page


def test_a_name_may_hold_anything(farmer):
    farmer.rename("Tám @@ Bảy")
    farmer.save()
    _data, page = opened(farmer)
    assert page.count("Tám @@ Bảy") == 2 + page.count("<title>Tám")
    assert page.rstrip().endswith("</html>")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        ("", "–"),
        (date(2026, 11, 24), "24/11/2026"),
        (NOON, "12:00 24/11/2026"),
        ([1, [2, "ba"]], "1, 2, ba"),
        ({"choice": [0, 2]}, "choice: 0, 2"),
        (0, "0"),
    ],
)
def test_a_value_is_written_as_it_is_read(value, words):
    assert holdings.in_words(value) == words


def cost(person):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        opened(person)
    return len(queries)


def test_many_rows_cost_no_more_queries_than_few(farmer, quiz, village):
    take(quiz, farmer)
    few = cost(farmer)
    more = [
        Attempt(quiz=quiz, person=farmer, number=n, state="marked", pass_mark=80, started_at=NOON, submitted_at=NOON)
        for n in range(10, 310)
    ]  # fmt: skip
    Attempt.objects.bulk_create(more)
    Post.objects.bulk_create(
        Post(person=farmer, unit=village, role=Role.TEACHER, since=NOON + timedelta(n), until=NOON + timedelta(n + 1))
        for n in range(300)
    )  # fmt: skip
    assert cost(farmer) <= few
    assert few <= 100
