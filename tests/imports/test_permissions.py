"""Who may bring in what where, and that no sheet gives anybody more than whoever sends it may give."""

from datetime import timedelta

import pytest

from imports import permissions
from imports.models import Import, ImportRow
from organisation import tree
from organisation.models import Unit
from people import access
from people import serving as serving_rules
from people.models import AuditEntry, Person, Post
from people.roles import GRANTS, SCHOOL, TEAM, Action, Role
from tests.conftest import NOON, TODAY, make_person
from tests.imports.conftest import BEGAN, bring, carry_out

ALL = ["team_members", "teachers", "villages", "schools"]
TAM = {"name": "Nguyễn Văn Tấm", "birth": "15/03/1980", "commune": "Xã Đồi Vải"}


@pytest.fixture
def science(province, kinds):
    """The department of science, which keeps the teams of the whole province."""
    unit = Unit.objects.create()
    tree.place(
        unit=unit, name="Sở Khoa học và Công nghệ", kind=kinds["so-khoa-hoc"],
        parent=province["province"], valid_from=BEGAN,
    )  # fmt: skip
    return unit


def serving(unit, role, login="ai.do", **fields):
    person = make_person(login, fields.pop("name", "Vũ Thị Ai"), **fields)
    Post.objects.create(person=person, unit=unit, role=role, since=BEGAN)
    return person


def may(person, unit):
    return [k for k in ALL if permissions.may_import(person, kind=k, unit=unit.pk, on=TODAY)]


def roots(person):
    found = permissions.roots(person, on=TODAY)
    return {kind: [one.name for one in places] for kind, places in found.items()}


# Where


def test_an_officer_brings_in_everything_in_the_own_unit_and_below_and_nothing_beside(province):
    officer = serving(province["Đồi Vải"], Role.OFFICER)
    assert may(officer, province["Đồi Vải"]) == ALL
    assert may(officer, province["thcs"]) == ["teachers"]
    assert may(officer, province["Suối Hoa"]) == []
    assert may(officer, province["province"]) == []
    assert roots(officer) == {kind: ["Xã Đồi Vải"] for kind in ALL}


def test_the_head_of_a_school_brings_in_its_staff_and_neither_villages_nor_schools(province):
    head = serving(province["thcs"], Role.SCHOOL_HEAD)
    assert may(head, province["thcs"]) == ["teachers"]
    assert may(head, province["Đồi Vải"]) == []
    assert roots(head) == {"teachers": ["Trường THCS Đồi Vải"]}


def test_a_department_brings_in_what_it_keeps_in_the_whole_province(province, science):
    education = serving(province["sở"], Role.OFFICER, "giao.duc")
    assert may(education, province["Đồi Vải"]) == ["teachers", "schools"]
    keeper = serving(science, Role.OFFICER, "khoa.hoc")
    assert may(keeper, province["Đồi Vải"]) == ["team_members", "villages"]
    assert roots(keeper) == {kind: ["Tỉnh Sông Thương"] for kind in ("team_members", "villages")}


@pytest.mark.parametrize("role", [Role.TEAM_LEADER, Role.TEACHER, Role.AUTHOR, Role.PUPIL_UPPER])
def test_others_bring_in_nothing(province, role):
    assert roots(serving(province["Đồi Vải"], role)) == {}


def test_of_two_units_of_which_one_stands_in_the_other_only_the_upper_one_is_offered(province):
    officer = serving(province["Đồi Vải"], Role.OFFICER)
    Post.objects.create(person=officer, unit=province["province"], role=Role.OFFICER, since=BEGAN)
    assert roots(officer)["teachers"] == ["Tỉnh Sông Thương"]


def test_the_administrator_is_offered_the_provinces(province):
    administrator = make_person("quan.tri", "Hoàng Thị Yên", is_superuser=True)
    assert "Tỉnh Sông Thương" in roots(administrator)["schools"]
    assert may(administrator, province["Suối Hoa"]) == ALL


def test_nothing_is_brought_in_for_a_unit_that_does_not_stand(officer, province):
    assert may(officer, Unit.objects.create()) == []


def test_a_search_finds_only_what_is_in_the_own_area(province):
    officer = serving(province["Đồi Vải"], Role.OFFICER)
    names = [one.name for one in permissions.search(officer, "doi vai", on=TODAY)]
    assert sorted(names) == ["Trường THCS Đồi Vải", "Xã Đồi Vải"]
    assert permissions.search(officer, "suối hoa", on=TODAY) == []


def test_an_import_is_seen_by_whoever_might_have_made_it(officer, province):
    one = bring("team_members", [TAM], officer=officer, unit=province["Đồi Vải"])

    def seen(person):
        return list(permissions.visible(person, on=TODAY)) == [one]

    assert seen(officer)
    assert seen(serving(province["Đồi Vải"], Role.OFFICER, "xa.mot"))
    assert not seen(serving(province["Suối Hoa"], Role.OFFICER, "xa.hai"))
    assert not seen(serving(province["sở"], Role.OFFICER, "giao.duc"))
    assert not seen(serving(province["thcs"], Role.SCHOOL_HEAD, "hieu.truong"))


# No more than one has


def test_a_sheet_gives_no_role_but_those_of_teams_and_schools():
    given = frozenset().union(*permissions.WRITES.values())
    assert given == TEAM | SCHOOL
    for (role, _family), grant in GRANTS.items():
        if role in given:
            # Whoever is named by a sheet gets no more than rights over people of these roles, there.
            assert grant.over <= given
            assert not grant.from_above


@pytest.mark.parametrize("said", ["Cán bộ", "Quản trị", "officer", "Người duyệt"])
def test_no_word_in_a_sheet_makes_an_officer(officer, province, said):
    row = TAM | {"role": said, "slot": said}
    carry_out(
        bring("team_members", [row], officer=officer, unit=province["Đồi Vải"]), officer=officer
    )
    roles = Post.objects.filter(person__name="Nguyễn Văn Tấm").values_list("role", flat=True)
    assert set(roles) <= TEAM


def test_a_sheet_reaches_nobody_with_rights_beyond_those_of_its_sender(province, science):
    keeper = serving(science, Role.OFFICER, "khoa.hoc")
    fields = {"name": "Nguyễn Văn Tấm", "born_on": "1980-03-15", "birth_year": 1980}
    mighty = serving(province["Đồi Vải"], Role.OFFICER, "can.bo.xa", **fields)
    one = bring("team_members", [TAM], officer=keeper, unit=province["province"])
    row = one.rows.get()
    assert (row.outcome, row.candidates) == (ImportRow.Outcome.CREATE, [])
    carry_out(one, officer=keeper)
    assert mighty.posts.count() == 1
    assert not access.may(keeper, to=Action.PRINT_CARDS, on=TODAY, subject=mighty.pk)


def test_whoever_may_keep_an_officer_finds_them_again_by_a_sheet(officer, province):
    fields = {"name": "Nguyễn Văn Tấm", "born_on": "1980-03-15", "birth_year": 1980}
    known = serving(province["Đồi Vải"], Role.OFFICER, "can.bo.xa", **fields)
    one = bring("team_members", [TAM], officer=officer, unit=province["province"])
    carry_out(one, officer=officer)
    assert Person.objects.filter(name="Nguyễn Văn Tấm").get() == known
    assert known.posts.count() == 2


def test_an_administrator_is_found_by_no_sheet_of_others(officer, province):
    fields = {"name": "Nguyễn Văn Tấm", "born_on": "1980-03-15", "birth_year": 1980}
    serving(province["Đồi Vải"], Role.TEAM_MEMBER, "quan.tri", is_superuser=True, **fields)
    one = bring("team_members", [TAM], officer=officer, unit=province["province"])
    assert one.rows.get().outcome == ImportRow.Outcome.CREATE


def test_no_sheet_finds_a_child(officer, province):
    serving(province["Đồi Vải"], Role.PUPIL_UPPER, "hoc.sinh", name="Nguyễn Văn Tấm")
    one = bring("team_members", [TAM], officer=officer, unit=province["province"])
    assert one.rows.get().outcome == ImportRow.Outcome.CREATE


def test_the_log_names_whoever_has_had_it_brought_in(officer, province):
    other = serving(province["Đồi Vải"], Role.OFFICER, "xa.mot")
    one = bring("team_members", [TAM], officer=officer, unit=province["Đồi Vải"])
    carry_out(one, officer=other, at=NOON + timedelta(hours=1))
    person = Person.objects.get(name="Nguyễn Văn Tấm")
    assert AuditEntry.objects.get(subject=person.pk).actor == other.pk
    assert Import.objects.get().by == officer


@pytest.mark.parametrize(
    ("where", "role"),
    [("Đồi Vải", Role.OFFICER), ("province", Role.OFFICER), ("sở", Role.OFFICER),
     ("thcs", Role.SCHOOL_HEAD), ("science", Role.OFFICER)],
)  # fmt: skip
def test_whoever_brings_in_a_list_might_have_appointed_each_of_its_people_by_hand(
    province, science, where, role
):
    person = serving({**province, "science": science}[where], role)
    asked = 0
    for unit in (province["Đồi Vải"], province["Đồi Chè"], province["thcs"]):
        area = unit if unit != province["Đồi Chè"] else province["Đồi Vải"]
        family = tree.path(unit, on=TODAY)[0].kind.family
        for kind in may(person, area):
            for given in permissions.WRITES[kind] & set(serving_rules.ROLES_AT[family]):
                asked += 1
                assert serving_rules.may_appoint(person, role=given, unit=unit.pk, on=TODAY)
    assert asked
