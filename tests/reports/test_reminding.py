"""Reminders in bulk, never twice in a day; targets, the last one set counting."""

from datetime import timedelta

import pytest
from django.core import mail

from jobs.models import Job
from people.models import Person
from reports import reminding, targets
from reports.figures import Scope
from reports.models import Reminder, Target
from reports.tasks import send_reminders
from tests.at_once import at_once
from tests.classroom.test_classes import committed_class
from tests.conftest import NOON, TODAY, make_person
from tests.reports.test_pages import FIGURES, head, officer
from tests.training.conftest import passes_all, teaching
from training import refreshing
from training.models import Programme

__all__ = ["head", "officer"]


@pytest.fixture
def behind(school, teacher):
    """Of two teachers one is missing, who has an e-mail address."""
    passes_all(teacher)
    late = teaching(make_person("co.lan", "Lê Thị Lan", email="co.lan@vi-du.example"), school)
    refreshing.catch_up(at=NOON)
    return late


def remind(school, by, at=NOON):
    scope = Scope(Programme.objects.get(key="giao-vien"), school.pk)
    return reminding.remind(scope, overdue_only=False, by=by, at=at)


def test_who_is_missing_is_reminded_once_a_day_and_by_mail_once(behind, head, school):
    refreshing.catch_up(at=NOON)
    assert remind(school, head) == 2  # the head has not begun either
    assert remind(school, head, at=NOON + timedelta(hours=3)) == 0
    job = Job.objects.get(task=reminding.TASK)
    send_reminders(job.pk)
    reminding.mail(Reminder.objects.get(person=behind).pk, at=NOON)  # handed out again
    [sent] = mail.outbox
    assert sent.to == ["co.lan@vi-du.example"]
    assert "Lê Thị Lan" in sent.body
    assert remind(school, head, at=NOON + timedelta(days=1)) == 2


def test_it_is_shown_until_they_are_done(behind, head, school):
    remind(school, head)
    assert reminding.shown_to(behind, on=TODAY).programme.key == "giao-vien"
    assert reminding.shown_to(behind, on=TODAY + timedelta(days=14)) is None
    passes_all(behind)
    refreshing.catch_up(at=NOON)
    assert reminding.shown_to(behind, on=TODAY) is None


def test_two_who_remind_at_once_remind_each_once(committed_db):
    school = committed_class().school
    people = [teaching(make_person(f"gv.{n}", "Vi Thị Lụa"), school) for n in range(10)]
    refreshing.catch_up(at=NOON)
    by = Person.objects.get(login="co.hue")
    results = at_once(
        *[lambda late=late: remind(school, by, NOON + timedelta(seconds=late)) for late in range(3)]
    )
    assert not [one for one in results if isinstance(one, Exception)], results
    assert Reminder.objects.filter(person__in=people).count() == 10
    assert sum(results) == Reminder.objects.count()


def test_the_text_names_who_is_still_on_the_way(behind, school):
    text = reminding.text(
        Scope(Programme.objects.get(key="giao-vien"), school.pk), place="Trường", on=TODAY
    )
    assert "• Lê Thị Lan" in text
    assert "Hoàng Thị Huệ" not in text


def test_a_head_reminds_from_the_page(behind, head, school, client):
    refreshing.catch_up(at=NOON)
    address = f"{FIGURES}giao-vien/{school.pk}/nhac/"
    assert "Lê Thị Lan" in client.get(address).text
    assert "Đã nhắc 2 người" in client.post(address, {"ai": ""}, follow=True).text
    assert "đã được nhắc hôm nay" in client.post(address, {"ai": ""}, follow=True).text
    client.force_login(behind, backend="people.authentication.PersonBackend")
    assert "Nhắc bạn" in client.get("/cong-viec/").text


def test_the_last_target_counts_and_the_others_stay(officer, commune, teachers, client, behind):
    address = f"{FIGURES}giao-vien/{commune.pk}/chi-tieu/"
    for said in ("60", "80"):
        client.post(address, {"ty-le": said})
    for wrong in ("0", "101", "x", ""):
        client.post(address, {"ty-le": wrong})
    year = Target.objects.first().year
    assert targets.of_units([commune.pk], teachers, year=year) == {commune.pk: 80}
    assert Target.objects.count() == 2
    assert f"Chỉ tiêu năm {year}: <strong>80%</strong>" in client.get(
        f"{FIGURES}giao-vien/{commune.pk}/"
    ).text  # fmt: skip
    with pytest.raises(targets.Refused):
        targets.set_target(
            unit=commune.pk, programme=teachers, year=2026, value=50, by=behind, at=NOON
        )
