"""Bringing in rows: what the preview says is what is written, and all of it can be taken back."""

from datetime import date, timedelta

import pytest

from courses.models import Completion
from imports import applying, undoing
from imports.applying import Refused
from imports.models import Import, ImportRow
from organisation import tree
from organisation.models import Placement, Unit
from people import audit
from people.logins import new_logins
from people.models import AuditEntry, Person, Post, Team
from people.roles import Role, Slot
from tests.conftest import NOON
from tests.imports.conftest import DAY, bring, carry_out, outcomes, work
from training import refreshing
from training.models import Spell

LATER = NOON + timedelta(hours=1)
Outcome, Decision, State = ImportRow.Outcome, ImportRow.Decision, Import.State
TAM = {"name": "Nguyễn Văn Tấm", "birth": "15/03/1980", "commune": "Xã Đồi Vải"}


@pytest.fixture
def members(officer, province):
    """Bring in team members: `members({...}, {...})`."""

    def members(*rows, **more):
        return bring("team_members", rows, officer=officer, unit=province["province"], **more)

    return members


@pytest.fixture
def teachers(officer, province):
    def teachers(*rows, **more):
        return bring("teachers", rows, officer=officer, unit=province["province"], **more)

    return teachers


def everything():
    """Return what there is: to see that undoing leaves nothing behind."""
    return {
        "people": sorted(Person.objects.values_list("pk", "name", "phone", "born_on", "sort_key")),
        "posts": sorted(
            Post.objects.values_list("pk", "unit", "role", "since", "until", "slot", "task"),
            key=str,
        ),
        "teams": sorted(Team.objects.values_list("pk", flat=True)),
        "units": sorted(Unit.objects.values_list("pk", flat=True)),
        "placements": sorted(Placement.objects.values_list("pk", "name"), key=str),
    }


# People who are new


def test_a_new_member_serves_in_the_team_of_the_commune_from_the_day_of_the_import(
    members, officer, province
):
    one = members(TAM | {"phone": "912345678", "task": "Hướng dẫn dịch vụ công"})
    assert (one.state, outcomes(one)) == (State.READY, {2: Outcome.CREATE})
    assert not Person.objects.filter(name="Nguyễn Văn Tấm").exists()
    carry_out(one, officer=officer)
    assert one.state == State.APPLIED
    person = Person.objects.get(name="Nguyễn Văn Tấm")
    assert (person.phone, person.born_on, person.birth_year) == (
        "0912345678",
        date(1980, 3, 15),
        1980,
    )
    assert person.login.startswith("tam")
    assert person.login[3:].isdigit()
    assert not person.has_usable_password()
    post = person.posts.get()
    assert (post.unit, post.role, post.since, post.task, post.self_declared) == (
        province["Đồi Vải"], Role.TEAM_MEMBER, DAY, "Hướng dẫn dịch vụ công", False,
    )  # fmt: skip
    assert Team.objects.filter(unit=province["Đồi Vải"], until=None).exists()
    entry = AuditEntry.objects.get(subject=person.pk)
    assert (entry.did, entry.actor, entry.unit) == (audit.Did.CREATED, officer.pk, post.unit_id)


def test_the_holder_of_a_fixed_office_leads_and_a_second_one_does_not(members, officer, province):
    head = {"commune": "Đồi Vải", "village": "Đồi Chè", "slot": "Trưởng thôn"}
    one = members(TAM | head, TAM | head | {"name": "Trần Thị Hai"})
    carry_out(one, officer=officer)
    first, second = Post.objects.filter(unit=province["Đồi Chè"], since=DAY)
    assert (first.role, first.slot) == (Role.TEAM_LEADER, Slot.VILLAGE_HEAD)
    assert (second.role, second.slot) == (Role.TEAM_MEMBER, "")
    assert one.rows.get(number=3).notes[0][:2] == ["slot", "warning"]


def test_a_row_whose_commune_is_not_there_is_refused_and_the_others_come_in(members, officer):
    one = members(TAM | {"commune": "Xã Không Có"}, TAM)
    assert outcomes(one) == {2: Outcome.REFUSED, 3: Outcome.CREATE}
    column, level, text = one.rows.get(number=2).notes[0]
    assert (column, level) == ("commune", "error")
    assert "Xã Không Có" in text
    carry_out(one, officer=officer)
    assert Person.objects.filter(name="Nguyễn Văn Tấm").count() == 1


def test_an_unusable_telephone_is_left_out_and_the_row_comes_in(members, officer):
    one = members(TAM | {"phone": "12"})
    assert outcomes(one) == {2: Outcome.CREATE}
    assert one.rows.get().notes[0][:2] == ["phone", "error"]


@pytest.mark.parametrize("birth", ["15/03/1980", "15/3/1980", "15.03.1980"])
def test_the_same_person_twice_in_a_sheet_comes_in_once(members, birth):
    one = members(TAM, TAM | {"name": "NGUYỄN VĂN TẤM", "birth": birth})
    assert outcomes(one) == {2: Outcome.CREATE, 3: Outcome.LEFT_OUT}


@pytest.mark.parametrize("commune", ["xa doi vai", "Đồi Vải", "UBND xã Đồi Vải"])
def test_the_same_person_twice_in_a_sheet_is_seen_however_the_commune_is_written(members, commune):
    assert outcomes(members(TAM, TAM | {"commune": commune}))[3] == Outcome.LEFT_OUT


def test_two_of_one_name_without_birthdays_are_two_if_their_telephones_differ(members):
    rows = [
        {"name": "Lý Văn Bè", "commune": "Đồi Vải", "phone": phone}
        for phone in ("0912345678", "0912345679", "0912 345 678")
    ]
    assert list(outcomes(members(*rows)).values()) == [
        Outcome.CREATE, Outcome.CREATE, Outcome.LEFT_OUT,
    ]  # fmt: skip


def test_who_does_not_work_there_any_more_is_left_out(teachers):
    row = {"name": "Lê Thị Mận", "school": "THCS Đồi Vải"}
    one = teachers(row | {"status": "Đang làm việc"}, row | {"name": "Vũ Mơ", "status": "Nghỉ hưu"})
    assert outcomes(one) == {2: Outcome.CREATE, 3: Outcome.LEFT_OUT}


def test_logins_are_never_given_twice(db):
    logins = new_logins(["Nguyễn Văn Tám"] * 3000)
    assert len(set(logins)) == 3000


# People who are known


def test_the_same_sheet_again_changes_nothing(members, officer):
    rows = [TAM, {"name": "Trần Thị Hai", "birth": "1975", "commune": "Suối Hoa"}]
    carry_out(members(*rows), officer=officer)
    before = everything()
    again = members(*rows, at=LATER)
    assert outcomes(again) == {2: Outcome.SAME, 3: Outcome.SAME}
    carry_out(again, officer=officer, at=LATER)
    assert everything() == before


def test_what_differs_is_shown_cell_by_cell_and_then_changed(members, officer):
    carry_out(members(TAM), officer=officer)
    again = members(TAM | {"phone": "0987654321", "task": "Trực nhà văn hóa"}, at=LATER)
    assert again.rows.get().changes == {
        "phone": ["", "0987654321"],
        "task": ["", "Trực nhà văn hóa"],
    }
    carry_out(again, officer=officer, at=LATER)
    person = Person.objects.get(name="Nguyễn Văn Tấm")
    assert (person.phone, person.posts.get().task) == ("0987654321", "Trực nhà văn hóa")


def test_somebody_of_the_same_name_and_year_is_for_a_person_to_decide(members, officer):
    carry_out(members(TAM), officer=officer)
    known = Person.objects.get(name="Nguyễn Văn Tấm")
    one = members(TAM | {"birth": "1980", "phone": "0911111111"}, at=LATER)
    row = one.rows.get()
    assert (row.outcome, row.candidates) == (Outcome.QUESTION, [known.pk])
    with pytest.raises(Refused):
        applying.start(one, by=officer, at=LATER)
    applying.decide(one, answers={row.pk: str(known.pk)})
    carry_out(one, officer=officer, at=LATER)
    known.refresh_from_db()
    assert (known.phone, known.born_on) == ("0911111111", date(1980, 3, 15))
    assert known.posts.count() == 1


def test_whoever_is_somebody_else_is_written_down_anew(members, officer):
    carry_out(members(TAM), officer=officer)
    one = members(TAM | {"birth": "1980", "phone": "0911111111"}, at=LATER)
    applying.decide(one, answers={one.rows.get().pk: Decision.NEW})
    carry_out(one, officer=officer, at=LATER)
    assert Person.objects.filter(name="Nguyễn Văn Tấm").count() == 2


def test_nobody_can_be_chosen_who_was_not_named(members, officer):
    carry_out(members(TAM), officer=officer)
    one = members(TAM | {"birth": "1980", "phone": "0911111111"}, at=LATER)
    with pytest.raises(Refused):
        applying.decide(one, answers={one.rows.get().pk: str(officer.pk)})


def test_a_teacher_who_moves_to_another_school_keeps_her_history(
    teachers, officer, province, kinds
):
    row = {"name": "Lê Thị Mận", "birth": "20/11/1985", "school": "THCS Đồi Vải"}
    carry_out(teachers(row | {"ministry_id": "2400000001"}), officer=officer)
    other = Unit.objects.create()
    tree.place(
        unit=other, name="Trường THCS Suối Hoa", kind=kinds["truong-thcs"],
        parent=province["Suối Hoa"], valid_from=DAY,
    )  # fmt: skip
    moved = row | {"ministry_id": "2400000001", "school": "Trường THCS Suối Hoa"}
    one = teachers(moved, at=LATER, day=date(2026, 1, 1))
    assert outcomes(one) == {2: Outcome.CHANGE}
    carry_out(one, officer=officer, at=LATER)
    person = Person.objects.get(name="Lê Thị Mận")
    posts = person.posts.values_list("unit", "since", "until")
    assert list(posts) == [
        (province["thcs"].pk, DAY, date(2026, 1, 1)),
        (other.pk, date(2026, 1, 1), None),
    ]


# Taking back


def test_undoing_leaves_everything_as_it_was(members, officer):
    carry_out(members(TAM), officer=officer)
    before = everything()
    one = members(
        TAM | {"phone": "0987654321", "task": "Trực"},
        TAM | {"name": "Trần Thị Hai", "commune": "Suối Hoa"},
        at=LATER,
    )
    carry_out(one, officer=officer, at=LATER)
    assert everything() != before
    undoing.undo(one, by=officer, at=LATER)
    one.refresh_from_db()
    assert (one.state, everything()) == (State.UNDONE, before)


def test_it_can_be_undone_after_standings_were_worked_out(members, officer):
    before = everything()
    one = members(TAM)
    carry_out(one, officer=officer)
    refreshing.catch_up(at=LATER)
    assert Spell.objects.filter(person__name="Nguyễn Văn Tấm").exists()
    undoing.undo(one, by=officer, at=LATER)
    assert everything() == before
    assert refreshing.catch_up(at=LATER)
    assert not Spell.objects.exists()


def test_it_cannot_be_undone_once_somebody_has_learned(members, officer):
    one = members(TAM)
    carry_out(one, officer=officer)
    person = Person.objects.get(name="Nguyễn Văn Tấm")
    Completion.objects.create(person=person, lesson="7d0f8a52-4f6b-4b8e-8f5b-0b1c6a3a7d11", at=NOON)
    with pytest.raises(Refused, match="Nguyễn Văn Tấm"):
        undoing.undo(one, by=officer, at=LATER)
    one.refresh_from_db()
    assert one.state == State.APPLIED
    assert Person.objects.filter(pk=person.pk).exists()


def test_it_cannot_be_undone_once_somebody_has_signed_in(members, officer):
    one = members(TAM)
    carry_out(one, officer=officer)
    Person.objects.filter(name="Nguyễn Văn Tấm").update(last_login=LATER)
    with pytest.raises(Refused, match="Nguyễn Văn Tấm"):
        undoing.undo(one, by=officer, at=LATER)


def test_it_cannot_be_undone_once_what_it_wrote_has_been_changed(members, officer):
    carry_out(members(TAM), officer=officer)
    one = members(TAM | {"phone": "0987654321"}, at=LATER)
    carry_out(one, officer=officer, at=LATER)
    Person.objects.filter(name="Nguyễn Văn Tấm").update(phone="0900000000")
    with pytest.raises(Refused):
        undoing.undo(one, by=officer, at=LATER)


def test_it_is_undone_once(members, officer):
    one = members(TAM)
    carry_out(one, officer=officer)
    undoing.undo(one, by=officer, at=LATER)
    with pytest.raises(Refused):
        undoing.undo(one, by=officer, at=LATER)


# Villages and schools


def test_villages_and_schools_come_in_under_what_they_answer_to(officer, province):
    villages = bring(
        "villages",
        [
            {"name": "Thôn Ao Sen", "commune": "Suối Hoa"},
            {"name": "Tổ dân phố số 1", "commune": "Xã Suối Hoa"},
            {"name": "Thôn Đồi Chè", "commune": "Đồi Vải"},
        ],
        officer=officer, unit=province["province"],
    )  # fmt: skip
    assert outcomes(villages) == {2: Outcome.CREATE, 3: Outcome.CREATE, 4: Outcome.SAME}
    carry_out(villages, officer=officer)
    schools = bring(
        "schools",
        [
            {"name": "Tiểu học Suối Hoa", "commune": "Suối Hoa"},
            {"name": "Trường THPT Bến Thuyền", "managed_by": "Sở GDĐT"},
        ],
        officer=officer, unit=province["province"], at=LATER,
    )  # fmt: skip
    carry_out(schools, officer=officer, at=LATER)
    written = {p.name: (p.kind.key, p.parent) for p in tree.subtree(province["province"], on=DAY)}
    assert written["Thôn Ao Sen"] == ("thon", province["Suối Hoa"])
    assert written["Tổ dân phố số 1"] == ("to-dan-pho", province["Suối Hoa"])
    assert written["Trường Tiểu học Suối Hoa"] == ("truong-tieu-hoc", province["Suối Hoa"])
    assert written["Trường THPT Bến Thuyền"] == ("truong-thpt", province["sở"])


def test_units_in_which_nobody_serves_can_be_taken_back(officer, province):
    before = everything()
    row = {"name": "Thôn Ao Sen", "commune": "Suối Hoa"}
    one = bring("villages", [row], officer=officer, unit=province["province"])
    carry_out(one, officer=officer)
    unit = Unit.objects.get(placements__name="Thôn Ao Sen")
    Team.objects.create(unit=unit, since=DAY)
    with pytest.raises(Refused, match=r"team|tổ"):
        undoing.undo(one, by=officer, at=LATER)
    Team.objects.all().delete()
    undoing.undo(one, by=officer, at=LATER)
    assert everything() == before


# At once, and in between


def test_what_has_changed_since_the_preview_sends_the_import_back_to_it(members, officer, province):
    first, second = members(TAM), members(TAM)
    carry_out(first, officer=officer, at=LATER)
    applying.start(second, by=officer, at=LATER)
    applying.carry_out(second.pk, at=LATER)
    second.refresh_from_db()
    assert second.state == State.PREVIEWING
    work(second, at=LATER)
    assert outcomes(second) == {2: Outcome.SAME}
    assert Person.objects.filter(name="Nguyễn Văn Tấm").count() == 1


def test_an_import_is_applied_once_however_often_its_task_runs(members, officer):
    one = members(TAM)
    carry_out(one, officer=officer)
    applying.carry_out(one.pk, at=LATER)
    assert Person.objects.filter(name="Nguyễn Văn Tấm").count() == 1
    with pytest.raises(Refused):
        applying.start(one, by=officer, at=LATER)


def test_what_is_thrown_away_keeps_no_row(members, officer):
    one = members(TAM)
    applying.discard(one)
    assert not ImportRow.objects.exists()
    with pytest.raises(Refused):
        applying.start(one, by=officer, at=LATER)
