"""Teams: what they lack, who holds their offices, and their papers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from organisation import loading, tree
from organisation.models import Family, Unit
from people import audit, teams
from people.models import AuditEntry, Post, Team, TeamDocument
from people.roles import SLOTS, Role, Slot
from people.teams import Facts, Refused, missing
from tests import pictures, strangers
from tests.at_once import at_once
from tests.conftest import NOON, TODAY, make_person

BEGAN = date(2025, 7, 1)
PDF = strangers.pdf()

COMPLETE = Facts(
    family="village", members=4, leaders=1, slots=frozenset(SLOTS[Family.VILLAGE]), without_task=0,
    has_rules=True, plan_years=frozenset({2026}), is_merged=True, has_zalo=True,
)  # fmt: skip


def but(**changed):
    return Facts(**{**COMPLETE.__dict__, **changed})


def keys(facts, year=2026):
    return [lack.key for lack in missing(facts, year=year)]


# What is missing: a pure rule


def test_a_complete_team_lacks_nothing():
    assert keys(COMPLETE) == []


@pytest.mark.parametrize(
    ("changed", "lacks"),
    [
        ({"leaders": 0}, ["leader"]), ({"slots": frozenset({"police"})}, ["village_head", "youth"]),
        ({"family": "commune"}, ["chair"]), ({"has_rules": False}, ["rules"]),
        ({"plan_years": frozenset({2025})}, ["plan"]), ({"without_task": 2}, ["tasks"]),
        ({"members": 0}, ["tasks"]), ({"is_merged": False}, ["merged"]), ({"has_zalo": False}, ["zalo"]),
    ],
)  # fmt: skip
def test_each_thing_that_the_directive_asks_for_is_missed(changed, lacks):
    assert keys(but(**changed)) == lacks


@given(
    st.builds(
        Facts, family=st.sampled_from(["village", "commune"]), members=st.integers(0, 20),
        leaders=st.integers(0, 2), slots=st.frozensets(st.sampled_from(list(Slot.values))),
        without_task=st.integers(0, 20), has_rules=st.booleans(),
        plan_years=st.frozensets(st.integers(2023, 2027)), is_merged=st.booleans(),
        has_zalo=st.booleans(),
    )
)  # fmt: skip
def test_nothing_is_missed_twice_and_every_lack_is_said_in_words(facts):
    found = missing(facts, year=2026)
    assert len({lack.key for lack in found}) == len(found)
    assert all(str(lack.text) for lack in found)


# Keeping a team


def make_team():
    kinds = loading.load_kinds()
    commune, village = Unit.objects.create(), Unit.objects.create()
    tree.place(unit=commune, name="Xã", kind=kinds["xa"], parent=None, valid_from=BEGAN)
    tree.place(unit=village, name="Thôn", kind=kinds["thon"], parent=commune, valid_from=BEGAN)
    return Team.objects.create(unit=village, since=BEGAN)


@pytest.fixture
def team(db):
    return make_team()


def join(team, login, role=Role.TEAM_MEMBER, **fields):
    person = make_person(login, f"Nguyễn Văn {login.title()}")
    return Post.objects.create(person=person, unit=team.unit, role=role, since=BEGAN, **fields)


def put(team, kind="rules", year=None, content=PDF, name="quy-che.pdf"):
    return teams.put_document(
        team=team, kind=kind, year=year, number="01/QC", dated=TODAY, content=content, name=name,
        by=None, at=NOON,
    )  # fmt: skip


def test_whoever_is_appointed_leads_and_whoever_did_is_a_member_again(team, farmer):
    old = join(team, "an", role=Role.TEAM_LEADER, slot=Slot.VILLAGE_HEAD)
    new = join(team, "ba")
    teams.appoint(post=new, slot=Slot.VILLAGE_HEAD, by=farmer, at=NOON)
    now = {post.person: (post.role, post.slot) for post in Post.objects.on(TODAY)}
    assert now[old.person] == (Role.TEAM_MEMBER, "")
    assert now[new.person] == (Role.TEAM_LEADER, Slot.VILLAGE_HEAD)
    changed = AuditEntry.objects.filter(did=audit.Did.CHANGED, actor=farmer.pk)
    assert {entry.subject for entry in changed} == {old.person_id, new.person_id}


def test_a_village_has_no_chair(team, farmer):
    with pytest.raises(Refused):
        teams.appoint(post=join(team, "an"), slot=Slot.CHAIR, by=farmer, at=NOON)


def test_of_two_appointed_at_once_one_holds_the_office(committed_db):
    team = make_team()
    posts = [join(team, "an"), join(team, "ba")]
    at_once(
        *[
            lambda post=post: teams.appoint(post=post, slot=Slot.POLICE, by=post.person, at=NOON)
            for post in posts
        ]
    )
    assert Post.objects.on(TODAY).filter(unit=team.unit, slot=Slot.POLICE).count() == 1


def test_a_newer_document_replaces_the_older_and_none_is_lost(team):
    first = put(team)
    second = put(team, content=strangers.pdf(2))
    first.refresh_from_db()
    assert first.replaced_at == NOON
    assert first.file.read() == PDF
    assert list(team.documents.filter(replaced_at=None)) == [second]


def test_of_two_documents_put_at_once_both_are_kept_and_one_holds(committed_db):
    team = make_team()
    at_once(lambda: put(team), lambda: put(team))
    assert TeamDocument.objects.count() == 2
    assert TeamDocument.objects.filter(replaced_at=None).count() == 1


def test_a_photo_is_kept_without_what_a_phone_writes_into_it(team):
    photo = pictures.photo_with_a_place()
    kept = put(team, content=photo, name="quy chế.JPG")
    assert kept.file_name == "quy chế.jpg"
    with Image.open(kept.file) as picture:
        assert not picture.getexif()


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ\x90", b"<html>", b"#!/bin/sh", b"%PDF-1.7 khong phai", strangers.pdf(password="x")],
)
def test_what_is_no_document_is_refused_whatever_it_is_called(team, content):
    with pytest.raises(Refused):
        put(team, content=content)
    assert not TeamDocument.objects.exists()


def test_tasks_are_written_down_for_the_members_of_this_team_alone(team, farmer):
    mine, other = join(team, "an"), farmer.posts.get()
    assert (
        teams.set_tasks(team=team, tasks={mine.pk: " Trực ", other.pk: "x"}, by=farmer, at=NOON)
        == 1
    )
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.task, other.task) == ("Trực", "")
    assert teams.set_tasks(team=team, tasks={mine.pk: "Trực"}, by=farmer, at=NOON) == 0


def test_the_list_costs_the_same_for_one_team_and_for_thirty(team, django_assert_num_queries):
    commune = tree.path(team.unit, on=TODAY)[1].unit_id
    kinds = loading.load_kinds()
    for number in range(30):
        if number in (0, 29):
            with django_assert_num_queries(5):
                assert len(teams.standings(commune, on=TODAY)) == number + 1
        unit = Unit.objects.create()
        tree.place(
            unit=unit, name=f"Thôn {number}", kind=kinds["thon"], parent=Unit(pk=commune),
            valid_from=BEGAN,
        )  # fmt: skip
        Team.objects.create(unit=unit, since=BEGAN)
        make_person(f"n{number}", "Lê Văn Bảy").posts.create(
            unit=unit, role=Role.TEAM_LEADER, since=BEGAN
        )
