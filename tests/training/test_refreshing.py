"""The standings in the database follow every change, however it is made, by whomever at once."""

from datetime import timedelta

import pytest
from django.db import connection

from certificates import awards, issuing, reissuing
from certificates.models import Certificate
from courses import completions, outlines
from people.models import Post
from quizzes import attempts
from quizzes.models import Attempt, Grade
from tests.at_once import at_once
from tests.classroom.test_classes import committed_class
from tests.conftest import NOON, TODAY, make_person
from tests.training.conftest import LONG_AGO, passes, passes_all, teaching
from training import programmes, reconciling, refreshing, touching
from training.models import (
    OPEN_END,
    Exemption,
    OutsideCertificate,
    Reconciliation,
    Spell,
    Touched,
)

SKILLS = ["dich-vu-cong", "mua-sam", "thanh-toan", "tu-bao-ve", "nen-tang-khac"]


def caught_up():
    refreshing.catch_up(at=NOON)
    assert not Touched.objects.exists()


def state(person, programme, *, on=TODAY):
    caught_up()
    return Spell.objects.on(on).filter(person=person, programme=programme).values_list(
        "state", flat=True
    ).first()  # fmt: skip


def test_all_triggers_stand(db):
    """A migration that makes a table of SQLite anew drops them: put them back in that migration."""
    assert touching.installed() == touching.names()


def test_a_teacher_begins_goes_on_and_is_done(teacher, teachers):
    assert state(teacher, teachers) == "not_begun"
    lesson = outlines.courses_for("teacher")[0].lessons[0]
    completions.complete(lesson=lesson.key, by=teacher, at=NOON - timedelta(days=9))
    assert state(teacher, teachers) == "learning"
    assert state(teacher, teachers, on=TODAY - timedelta(days=10)) == "not_begun"
    for number, skill in enumerate(SKILLS):
        passes(teacher, skill, at=NOON - timedelta(days=5 - number))
    assert state(teacher, teachers) == "done"
    assert state(teacher, teachers, on=TODAY - timedelta(days=2)) == "learning"
    row = Spell.objects.on(TODAY - timedelta(days=3)).get(person=teacher, programme=teachers)
    assert row.held == 0b111


def test_a_grade_that_replaces_another_takes_the_skill_away(teacher, teachers):
    passes_all(teacher)
    assert state(teacher, teachers) == "done"
    grade = Grade.objects.filter(attempt__person=teacher).last()
    Grade.objects.create(
        attempt=grade.attempt, marks=["0"], per_cent=40, passed=False, rule="test", at=NOON
    )
    assert state(teacher, teachers) == "learning"


def test_an_attempt_declared_void_shows_nothing(teacher, teachers):
    passes_all(teacher)
    assert state(teacher, teachers) == "done"
    attempts.void(attempt=Attempt.objects.last().pk, reason="Nhờ người làm hộ", by=teacher, at=NOON)
    assert state(teacher, teachers) == "learning"


def test_a_certificate_that_is_revoked_ends_what_it_attested_and_no_more(teacher, teachers):
    passes_all(teacher, at=NOON - timedelta(days=40))
    award = awards.find(slug="gv-mua-sam", audience="teacher")
    certificate = issuing.issue(award=award, person=teacher, at=NOON - timedelta(days=30))
    assert state(teacher, teachers) == "done"
    boss = make_person("quan.tri", "Lý Văn Đoàn", is_superuser=True)
    reissuing.revoke(certificate=certificate, reason="Làm hộ", by=boss, at=NOON - timedelta(days=3))
    assert Certificate.objects.get(pk=certificate.pk).state == "revoked"
    assert state(teacher, teachers) == "learning"
    assert state(teacher, teachers, on=TODAY - timedelta(days=4)) == "done"
    passes(teacher, "mua-sam", at=NOON - timedelta(days=1))
    assert state(teacher, teachers) == "done"


def test_whoever_moves_counts_at_one_school_only(teacher, teachers, school, other_school):
    assert state(teacher, teachers) == "not_begun"
    teaching(teacher, other_school, since=TODAY - timedelta(days=30))
    caught_up()
    row = Spell.objects.on(TODAY).get(person=teacher, programme=teachers)
    assert row.unit == school  # held longest
    Post.objects.filter(person=teacher, unit=school).update(until=TODAY - timedelta(days=7))
    caught_up()
    assert Spell.objects.on(TODAY).get(person=teacher, programme=teachers).unit == other_school
    before = Spell.objects.on(TODAY - timedelta(days=8)).get(person=teacher, programme=teachers)
    assert before.unit == school
    Post.objects.filter(person=teacher).delete()
    assert state(teacher, teachers) is None


def test_what_somebody_says_of_themselves_alone_obliges_nobody(teacher, teachers):
    Post.objects.filter(person=teacher).update(self_declared=True)
    assert state(teacher, teachers) is None


def test_an_exemption_holds_until_its_end(teacher, teachers):
    Exemption.objects.create(
        person=teacher, programme=teachers, reason="maternity", since=TODAY - timedelta(days=10),
        until=TODAY + timedelta(days=100), granted_until=TODAY + timedelta(days=100), approved_at=NOON,
    )  # fmt: skip
    assert state(teacher, teachers) == "exempt"
    assert state(teacher, teachers, on=TODAY + timedelta(days=100)) == "not_begun"


def test_an_approved_certificate_of_others_counts_from_its_own_day(teacher, teachers):
    brought = OutsideCertificate.objects.create(
        person=teacher, issuer="binh_dan", issued_on=TODAY - timedelta(days=50), skills=SKILLS,
        file="x", file_name="x.pdf", brought_at=NOON,
    )  # fmt: skip
    assert state(teacher, teachers) == "not_begun"
    OutsideCertificate.objects.filter(pk=brought.pk).update(state="approved", decided_at=NOON)
    assert state(teacher, teachers, on=TODAY - timedelta(days=50)) == "done"


def test_another_version_changes_what_is_asked_from_its_day_on(teacher, teachers):
    assert state(teacher, teachers) == "not_begun"
    programmes.add_version(
        teachers, begins=TODAY, roles=["school_head"], audiences=["teacher"],
        deadline=TODAY + timedelta(days=90), newcomer_days=30, valid_months=None, source="Minh họa",
        by=None, at=NOON,
    )  # fmt: skip
    assert state(teacher, teachers) is None
    assert state(teacher, teachers, on=TODAY - timedelta(days=1)) == "not_begun"
    with pytest.raises(programmes.Refused):
        programmes.add_version(
            teachers, begins=TODAY, roles=["teacher"], audiences=["teacher"], deadline=TODAY,
            newcomer_days=30, valid_months=None, source="Lại", by=None, at=NOON,
        )  # fmt: skip


def test_what_says_the_same_is_not_written_again(teacher, teachers):
    caught_up()
    before = list(Spell.objects.values_list("pk", flat=True))
    touching.touch([teacher.pk])
    caught_up()
    assert list(Spell.objects.values_list("pk", flat=True)) == before


def test_the_work_for_many_costs_as_many_queries_as_for_one(
    teachers, school, django_assert_max_num_queries
):
    people = [teaching(make_person(f"gv.{n}", "Vi Thị Lụa"), school) for n in range(60)]
    for person in people[:30]:
        passes_all(person)
    caught_up()
    touching.touch([person.pk for person in people])
    with django_assert_max_num_queries(30):
        caught_up()
    assert Spell.objects.on(TODAY).filter(programme=teachers, state="done").count() == 30


def test_two_who_catch_up_at_once_write_everything_once(committed_db):
    people = [make_person(f"gv.{n}", "Vi Thị Lụa") for n in range(20)]
    unit = committed_class().school
    for person in people:
        teaching(person, unit)
    results = at_once(*[lambda: refreshing.catch_up(at=NOON)] * 3)
    connection.close()
    assert not [one for one in results if isinstance(one, Exception)], results
    spells = Spell.objects.filter(person__in=people)
    assert spells.count() == 20
    assert all(spell.until == OPEN_END and spell.since == LONG_AGO for spell in spells)


def test_the_nightly_comparison_finds_what_differs_and_has_it_mended(teacher, teachers):
    caught_up()
    job = reconciling.start(at=NOON)
    assert reconciling.start(at=NOON + timedelta(hours=2)) is None  # once a day
    assert job.items.count() == teacher.pk // reconciling.STEP + 1
    first = teacher.pk // reconciling.STEP * reconciling.STEP
    assert reconciling.compare(first, at=NOON) == 0
    Spell.objects.filter(person=teacher).update(state="done")
    assert reconciling.compare(first, at=NOON) == 1
    found = Reconciliation.objects.get()
    assert (found.wrong, found.examples) == (1, [teacher.pk])
    assert state(teacher, teachers) == "not_begun"
    touching.touch([teacher.pk])
    Spell.objects.filter(person=teacher).update(state="done")
    assert reconciling.compare(first, at=NOON) == 0  # waits to be worked out anew already


def test_the_province_writes_another_version_down_and_others_read_it(teacher, teachers, client):
    def browser(person):
        client.force_login(person, backend="people.authentication.PersonBackend")
        return client

    said = {
        "programme": teachers.pk, "begins": "2027-01-01", "roles": ["teacher"],
        "audiences": ["teacher"], "deadline": "2027-12-31", "newcomer_days": 30,
        "valid_months": 24, "source": "Kế hoạch minh họa",
    }  # fmt: skip
    assert browser(teacher).get("/cong-viec/chuong-trinh/").status_code == 403
    boss = make_person("quan.tri", "Lý Văn Đoàn", is_superuser=True)
    wrong = browser(boss).post("/cong-viec/chuong-trinh/", said | {"deadline": "2026-01-01"})
    assert wrong.status_code == 422
    shown = browser(boss).post("/cong-viec/chuong-trinh/", said, follow=True)
    assert "Kế hoạch minh họa" in shown.text
    assert teachers.versions.count() == 2
    head = teaching(
        make_person("hieu.truong", "Phan Thị Loan"), teacher.posts.get().unit, role="school_head"
    )
    assert "Kế hoạch minh họa" in browser(head).get("/cong-viec/chuong-trinh/").text
    browser(head).post("/cong-viec/chuong-trinh/", said | {"begins": "2028-01-01"})
    assert teachers.versions.count() == 2
