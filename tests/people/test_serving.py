"""Who may write down who serves where, and that nobody gets by it more than they have."""

import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from people import serving, teams
from people.models import AuditEntry, Post, Team
from people.roles import Role, Slot
from tests import strangers
from tests.at_once import at_once
from tests.conftest import NOON, TODAY, make_person
from tests.units import found_units

BEGAN = date(2025, 7, 1)
BACKEND = "people.authentication.PersonBackend"


def make_units():
    return found_units(
        ("Tỉnh", "tinh", None), ("Sở", "so-giao-duc", "Tỉnh"), ("Công an", "cong-an", "Tỉnh"),
        ("Xã Một", "xa", "Tỉnh"), ("Thôn Một", "thon", "Xã Một"),
        ("Trường Một", "truong-thcs", "Xã Một"), ("Xã Hai", "xa", "Tỉnh"),
        ("Trường Hai", "truong-thcs", "Xã Hai"),
        since=BEGAN,
    )  # fmt: skip


@pytest.fixture
def units(db):
    return make_units()


def join(unit, role, login, **fields):
    person = fields.pop("person", None) or make_person(login, f"Nguyễn Thị {login.title()}")
    return Post.objects.create(person=person, unit=unit, role=role, since=BEGAN, **fields)


@pytest.fixture
def officer(units):
    return join(units["Xã Một"], Role.OFFICER, "cuc").person


@pytest.fixture
def browser(client, officer):
    client.force_login(officer, backend=BACKEND)
    return client


# Giving and taking roles


def test_two_posts_together_give_no_right_that_neither_gives_alone(units, officer):
    join(units["Sở"], Role.OFFICER, "", person=officer)
    asked = [(Role.OFFICER, "Xã Hai"), (Role.TEAM_LEADER, "Xã Hai"), (Role.TEACHER, "Trường Hai")]
    may = [
        serving.may_appoint(officer, role=role, unit=units[unit].pk, on=TODAY)
        for role, unit in asked
    ]
    assert may == [False, False, True]


def test_an_officer_ends_no_post_that_they_could_not_have_given(units, officer):
    peer = join(units["Xã Một"], Role.OFFICER, "binh")
    for post in (peer, officer.posts.get()):
        with pytest.raises(serving.Refused):
            serving.end(post=post, until=TODAY, by=officer, at=NOON)
        with pytest.raises(serving.Refused):
            serving.move(post=post, unit=units["Xã Hai"], on=TODAY, by=officer, at=NOON)
    assert not Post.objects.exclude(until=None).exists()
    province = join(units["Tỉnh"], Role.OFFICER, "chau").person
    serving.end(post=peer, until=TODAY, by=province, at=NOON)
    assert not Post.objects.on(TODAY).filter(pk=peer.pk).exists()


def test_the_page_offers_no_end_for_the_post_of_a_peer(units, browser):
    peer = join(units["Xã Một"], Role.OFFICER, "binh")
    member = join(units["Thôn Một"], Role.TEAM_MEMBER, "chau")
    for post, offered in ((peer, False), (member, True)):
        page = browser.get(f"/cong-viec/nguoi/{post.person_id}/").content.decode()
        assert (f"/vi-tri/{post.pk}/ket-thuc/" in page) == offered


def test_the_right_is_asked_of_the_day_here_and_not_in_london(units):
    night = timezone.make_aware(datetime(2026, 11, 24, 2, 0))  # noqa: DTZ001 - made aware here
    new = make_person("moi", "Phạm Thị Mới")
    Post.objects.create(person=new, unit=units["Tỉnh"], role=Role.OFFICER, since=TODAY)
    person = make_person("hoa", "Trần Thị Hoa")
    unit = units["Thôn Một"]
    serving.begin(
        person=person, unit=unit, role=Role.TEAM_MEMBER, since=TODAY, by=new,
        at=night.astimezone(UTC),
    )  # fmt: skip
    assert person.posts.exists()


def test_what_somebody_has_said_of_themselves_is_confirmed_by_whoever_writes_it_down(
    units, officer
):
    said = join(units["Thôn Một"], Role.TEAM_MEMBER, "hoa", self_declared=True)
    confirmed = serving.begin(
        person=said.person, unit=said.unit, role=Role.TEAM_MEMBER, since=TODAY, by=officer, at=NOON
    )
    assert confirmed == said
    said.refresh_from_db()
    assert (said.self_declared, said.since) == (False, BEGAN)
    assert AuditEntry.objects.filter(subject=said.person_id, actor=officer.pk).exists()
    with pytest.raises(serving.Refused):
        serving.begin(
            person=said.person, unit=said.unit, role=Role.TEAM_MEMBER, since=TODAY, by=officer,
            at=NOON,
        )  # fmt: skip


def test_a_teacher_is_also_in_the_team_of_the_village_where_she_lives(units, officer):
    teacher = join(units["Trường Một"], Role.TEACHER, "hoa").person
    serving.begin(
        person=teacher, unit=units["Thôn Một"], role=Role.TEAM_MEMBER, since=TODAY, by=officer,
        at=NOON,
    )  # fmt: skip
    assert {post.role for post in Post.objects.on(TODAY).filter(person=teacher)} == {
        Role.TEACHER, Role.TEAM_MEMBER,
    }  # fmt: skip


def test_of_two_who_write_down_the_same_post_at_once_one_is_refused(committed_db):
    units = make_units()
    officer = join(units["Xã Một"], Role.OFFICER, "cuc").person
    person = make_person("hoa", "Trần Thị Hoa")

    def begin():
        return serving.begin(
            person=person, unit=units["Thôn Một"], role=Role.TEAM_MEMBER, since=TODAY, by=officer,
            at=NOON,
        )  # fmt: skip

    results = at_once(begin, begin)
    assert sorted(type(result).__name__ for result in results) == ["Post", "Refused"]
    assert person.posts.count() == 1


# What is seen of a person


def test_the_police_learns_no_telephone_from_a_login_name(units, client):
    person = make_person("0912345678", "Nguyễn Thị Hoa")
    member = join(units["Thôn Một"], Role.TEAM_MEMBER, "", person=person)
    client.force_login(join(units["Công an"], Role.OFFICER, "cuc").person, backend=BACKEND)
    page = client.get(f"/cong-viec/nguoi/{member.person_id}/")
    assert page.status_code == 200
    assert "0912345678" not in page.content.decode()


def test_a_leader_sees_of_a_member_what_concerns_the_team_alone(units, client):
    member = join(units["Thôn Một"], Role.TEAM_MEMBER, "hoa").person
    join(units["Trường Hai"], Role.TEACHER, "", person=member)
    join(units["Trường Hai"], Role.PUPIL_LOWER, "", person=member, until=TODAY)
    leader = join(units["Thôn Một"], Role.TEAM_LEADER, "tam").person
    for person, seen in ((leader, False), (make_person("qt", "Vũ An", is_superuser=True), True)):
        client.force_login(person, backend=BACKEND)
        page = client.get(f"/cong-viec/nguoi/{member.pk}/").content.decode()
        assert "Thôn Một" in page
        assert ("Trường Hai" in page) == seen


# Teams


@pytest.fixture
def team(units):
    return Team.objects.create(unit=units["Thôn Một"], since=BEGAN, zalo_link="https://zalo.me/g/a")


def test_whoever_only_says_to_be_a_member_learns_nothing_of_the_team(units, team, client):
    join(units["Thôn Một"], Role.TEAM_LEADER, "tam")
    said = join(units["Thôn Một"], Role.TEAM_MEMBER, "la", self_declared=True)
    client.force_login(said.person, backend=BACKEND)
    page = client.get("/cong-viec/").content.decode()
    assert "Nguyễn Thị Tam" not in page
    assert "zalo.me" not in page


def test_whoever_only_says_to_be_a_member_does_not_make_a_team_lack_a_task(units, team):
    join(units["Thôn Một"], Role.TEAM_MEMBER, "hoa", task="Trực")
    join(units["Thôn Một"], Role.TEAM_MEMBER, "la", self_declared=True)
    facts = teams.facts_of([team], on=TODAY, families={team.unit_id: "village"})[team.pk]
    assert (facts.members, facts.without_task) == (1, 0)


def test_whoever_is_appointed_is_confirmed_with_it(units, team, officer):
    said = join(units["Thôn Một"], Role.TEAM_MEMBER, "hoa", self_declared=True)
    teams.appoint(post=said, slot=Slot.VILLAGE_HEAD, by=officer, at=NOON)
    said.refresh_from_db()
    assert (said.role, said.self_declared) == (Role.TEAM_LEADER, False)


def test_who_led_the_team_until_today_stays_written_down(units, team, officer):
    old = join(units["Thôn Một"], Role.TEAM_LEADER, "an", slot=Slot.VILLAGE_HEAD, task="Trực")
    new = join(units["Thôn Một"], Role.TEAM_MEMBER, "ba")
    teams.appoint(post=new, slot=Slot.VILLAGE_HEAD, by=officer, at=NOON)
    held = Post.objects.filter(person=old.person).values_list("role", "slot", "until", "task")
    assert list(held) == [
        (Role.TEAM_LEADER, Slot.VILLAGE_HEAD, TODAY, "Trực"),
        (Role.TEAM_MEMBER, "", None, "Trực"),
    ]
    leading = Post.objects.on(TODAY).get(unit=team.unit, slot=Slot.VILLAGE_HEAD)
    assert (leading.person, leading.since) == (new.person, TODAY)


def test_an_appointment_that_would_give_somebody_two_like_posts_is_refused(units, team, officer):
    old = join(units["Thôn Một"], Role.TEAM_LEADER, "an", slot=Slot.VILLAGE_HEAD)
    join(units["Thôn Một"], Role.TEAM_MEMBER, "", person=old.person)
    new = join(units["Thôn Một"], Role.TEAM_MEMBER, "ba")
    with pytest.raises(teams.Refused):
        teams.appoint(post=new, slot=Slot.VILLAGE_HEAD, by=officer, at=NOON)
    old.refresh_from_db()
    assert old.slot == Slot.VILLAGE_HEAD


@pytest.mark.parametrize("key", ["viec-²", "viec-99999999999999999999999", "viec--1", "viec-"])
def test_a_task_for_nobody_is_left_alone(units, team, browser, key):
    answer = browser.post(f"/cong-viec/to/{team.pk}/nhiem-vu/", {key: "Trực"})
    assert answer.status_code == 302


def test_a_task_is_kept_without_the_character_that_no_database_takes(units, team, browser):
    post = join(units["Thôn Một"], Role.TEAM_MEMBER, "hoa")
    browser.post(f"/cong-viec/to/{team.pk}/nhiem-vu/", {f"viec-{post.pk}": "Trực\x00 thứ Hai"})
    post.refresh_from_db()
    assert post.task == "Trực thứ Hai"


def packed(*names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        for name in names:
            parts.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "is_kept"),
    [
        (packed("[Content_Types].xml", "word/document.xml"), True),
        (packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), False),
        (packed("[Content_Types].xml", "xl/workbook.xml"), False),
        (packed("chay.exe"), False),
        (b"PK\x03\x04 khong phai", False),
    ],
)
def test_a_word_document_is_known_by_what_is_in_it(units, team, browser, content, is_kept):
    answer = browser.post(
        f"/cong-viec/to/{team.pk}/tai-lieu/",
        {"kind": "rules", "dated": "2026-01-05", "file": SimpleUploadedFile("q.docx", content)},
    )
    assert answer.status_code == (302 if is_kept else 422)
    assert team.documents.exists() == is_kept


def test_a_document_is_handed_out_under_the_ending_of_what_it_is(units, team, browser):
    file = SimpleUploadedFile("quy chế.html", strangers.pdf())
    browser.post(
        f"/cong-viec/to/{team.pk}/tai-lieu/",
        {"kind": "rules", "dated": "2026-01-05", "file": file},
    )
    kept = team.documents.get()
    assert kept.file_name == "quy chế.pdf"
    answer = browser.get(f"/cong-viec/to/{team.pk}/tai-lieu/{kept.pk}/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_team_that_has_ended_is_not_kept_any_more(units, team, browser):
    Team.objects.filter(pk=team.pk).update(until=TODAY)
    answer = browser.post(f"/cong-viec/to/{team.pk}/lien-ket/", {"zalo_link": "", "merged_on": ""})
    assert answer.status_code == 404
    assert browser.get(f"/cong-viec/to/{team.pk}/").status_code == 200
