"""What a change of units does to the people there: nobody is lost, and undoing brings all back."""

from datetime import date, timedelta

import pytest

from organisation.changes import Act, Impossible, Plan, Step
from people import access, audit, reorganising
from people.models import AuditEntry, Post, Reorganisation, Team, TeamDocument
from people.roles import Action, Role, Slot
from tests.conftest import NOON, make_person
from tests.units import found_units

FOUNDED = date(2020, 1, 1)
DAY = date(2025, 7, 1)
BEFORE = DAY - timedelta(days=1)


@pytest.fixture
def units(db):
    """A province, a district in it, and two communes in that."""
    return found_units(
        ("Tỉnh", "tinh", None), ("Huyện", "huyen", "Tỉnh"), ("Xã Một", "xa", "Huyện"),
        ("Xã Hai", "xa", "Huyện"), ("Thôn Một", "thon", "Xã Một"),
        since=FOUNDED,
    )  # fmt: skip


def serve(name, unit, role, **fields):
    fields.setdefault("since", FOUNDED)
    return Post.objects.create(
        person=make_person(name.lower().replace(" ", "."), name), unit=unit, role=role, **fields
    )


def merge(one, into, day=DAY):
    plan = Plan(
        act=Act.MERGER, day=day, source="Nghị quyết 1658", steps=(Step("succeed", one.pk, into=into.pk),)
    )  # fmt: skip
    return reorganising.apply(plan, by=None, at=NOON)


def world():
    posts = Post.objects.values_list(
        "person__name", "unit", "role", "since", "until", "slot", "task", "self_declared"
    )
    teams = Team.objects.values_list("unit", "since", "until")
    return sorted(posts, key=str), sorted(teams, key=str)


def test_whoever_served_in_a_merged_commune_serves_in_its_successor(units):
    post = serve("An", units["Xã Một"], Role.TEAM_MEMBER, task="Trực", category="citizen")
    elsewhere = serve("Ba", units["Thôn Một"], Role.TEAM_MEMBER)
    merge(units["Xã Một"], units["Xã Hai"])
    posts = post.person.posts.values_list("unit", "since", "until", "task", "category")
    assert list(posts) == [
        (units["Xã Một"].pk, FOUNDED, DAY, "Trực", "citizen"),
        (units["Xã Hai"].pk, DAY, None, "Trực", "citizen"),
    ]
    assert elsewhere.person.posts.get().until is None
    entry = AuditEntry.objects.get(subject=post.person_id)
    assert (entry.did, entry.actor) == (audit.Did.MOVED_BY_CHANGE, None)


def test_an_officer_of_a_commune_is_one_of_its_successor_and_sees_it_all(units):
    officer = serve("An", units["Xã Một"], Role.OFFICER).person
    merge(units["Xã Một"], units["Xã Hai"])
    for day, unit in [(BEFORE, "Xã Một"), (DAY, "Xã Hai"), (DAY, "Thôn Một")]:
        assert access.may(officer, to=Action.SEE_PEOPLE, on=day, unit=units[unit].pk), (day, unit)
    assert not access.may(officer, to=Action.SEE_PEOPLE, on=BEFORE, unit=units["Xã Hai"].pk)


def test_an_officer_of_a_district_never_comes_to_see_the_province(units):
    officer = serve("An", units["Huyện"], Role.OFFICER).person
    merge(units["Huyện"], units["Tỉnh"])
    assert not access.may(officer, to=Action.SEE_PEOPLE, on=DAY)
    assert officer.posts.get().until == DAY


def test_an_office_that_two_would_hold_is_left_for_somebody_to_decide(units):
    first = serve("An", units["Xã Một"], Role.TEAM_LEADER, slot=Slot.CHAIR)
    second = serve("Ba", units["Xã Hai"], Role.TEAM_LEADER, slot=Slot.CHAIR)
    other = serve("Tư", units["Xã Một"], Role.TEAM_DEPUTY, slot=Slot.POLICE)
    merge(units["Xã Một"], units["Xã Hai"])
    now = {p.person_id: (p.role, p.slot) for p in Post.objects.on(DAY)}
    assert now[first.person_id] == (Role.TEAM_MEMBER, "")
    assert now[second.person_id] == (Role.TEAM_LEADER, "")
    assert now[other.person_id] == (Role.TEAM_DEPUTY, Slot.POLICE)


def test_teams_end_with_their_unit_and_their_papers_stay(units):
    team = Team.objects.create(unit=units["Xã Một"], since=FOUNDED)
    TeamDocument.objects.create(
        team=team, kind="rules", dated=FOUNDED, file="x.pdf", file_name="x.pdf", recorded_at=NOON
    )
    merge(units["Xã Một"], units["Xã Hai"])
    team.refresh_from_db()
    assert team.until == DAY
    assert team.documents.exists()
    assert Team.objects.get(unit=units["Xã Hai"]).since == DAY


def test_whoever_serves_in_both_communes_serves_once_in_the_successor(units):
    post = serve("An", units["Xã Một"], Role.TEAM_MEMBER)
    Post.objects.create(
        person=post.person, unit=units["Xã Hai"], role=Role.TEAM_MEMBER, since=FOUNDED
    )
    merge(units["Xã Một"], units["Xã Hai"])
    assert [p.unit for p in Post.objects.on(DAY).filter(person=post.person)] == [units["Xã Hai"]]


def test_a_post_that_was_to_begin_after_a_late_act_begins_in_the_successor(units):
    post = serve("An", units["Xã Một"], Role.TEAM_MEMBER, since=DAY + timedelta(days=5))
    merge(units["Xã Một"], units["Xã Hai"])
    moved = post.person.posts.get()
    assert (moved.unit, moved.since) == (units["Xã Hai"], DAY + timedelta(days=5))


def test_undoing_brings_back_every_post_and_team(units):
    serve("An", units["Xã Một"], Role.TEAM_LEADER, slot=Slot.CHAIR)
    serve("Ba", units["Xã Hai"], Role.TEAM_LEADER, slot=Slot.CHAIR)
    serve("Tư", units["Xã Một"], Role.OFFICER, until=date(2026, 1, 1))
    serve("Năm", units["Xã Một"], Role.TEAM_MEMBER, since=DAY + timedelta(days=5))
    Team.objects.create(unit=units["Xã Một"], since=FOUNDED)
    before = world()
    change = merge(units["Xã Một"], units["Xã Hai"])
    assert world() != before
    reorganising.undo(change, source="Đính chính", by=None, at=NOON)
    assert world() == before
    with pytest.raises(Impossible):
        reorganising.undo(change, source="Đính chính", by=None, at=NOON)


def test_what_has_been_changed_since_is_not_undone(units):
    post = serve("An", units["Xã Một"], Role.TEAM_MEMBER)
    change = merge(units["Xã Một"], units["Xã Hai"])
    Post.objects.filter(person=post.person, until=None).update(until=DAY + timedelta(days=9))
    before = world()
    with pytest.raises(Impossible):
        reorganising.undo(change, source="Đính chính", by=None, at=NOON)
    assert world() == before


def test_a_rehearsal_counts_and_changes_nothing(units):
    serve("An", units["Xã Một"], Role.TEAM_LEADER, slot=Slot.CHAIR)
    serve("Ba", units["Xã Hai"], Role.TEAM_LEADER, slot=Slot.CHAIR)
    before = world()
    steps = (Step("succeed", units["Xã Một"].pk, into=units["Xã Hai"].pk),)
    plan = Plan(act=Act.MERGER, day=DAY, source="Dự thảo", steps=steps)
    _effect, people = reorganising.rehearse(plan)
    assert (people.moved, people.ended) == (1, 0)
    assert people.vacant == [(units["Xã Hai"].pk, Slot.CHAIR)]
    assert world() == before
    assert not Reorganisation.objects.exists()
    assert not AuditEntry.objects.exists()
