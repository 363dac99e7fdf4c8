"""Whom to invite: of the unit and below whoever is not done; what is ticked stays."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from organisation import tree
from people.models import Person
from people.roles import Role
from tests.at_once import at_once
from tests.conftest import NOON, TODAY, make_person
from tests.training.conftest import LONG_AGO, passes, passes_all, teaching
from tests.training.test_meetings import attend, head, invited, plan
from training import inviting, meetings, planning, printing, refreshing
from training.models import Exemption, Participant, Programme

__all__ = ["head"]


@pytest.fixture
def officer(commune):
    return teaching(make_person("can.bo", "Trần Văn Cán"), commune, role=Role.OFFICER)


@pytest.fixture
def meeting(commune, school, other_school, teacher, head, officer):
    """A session of the commune to which nobody is invited yet."""
    done = teaching(make_person("co.xong", "Vi Thị Xong"), other_school)
    passes_all(done, at=NOON - timedelta(days=60))
    learning = teaching(make_person("thay.anh", "Đào Anh"), other_school)
    passes(learning, "mua-sam", at=NOON - timedelta(days=60))
    refreshing.catch_up(at=NOON)
    return plan(commune, officer, everyone=False)


def logins(people):
    return [one.person.login for one in people]


def candidates(meeting, by, **said):
    return inviting.candidates(meeting, by=by, today=TODAY, **said).select_related("person")


def pk(login):
    return Person.objects.get(login=login).pk


def test_whoever_lacks_skills_below_the_unit_can_be_invited_by_given_name(meeting, officer):
    found = candidates(meeting, officer)
    assert logins(found) == ["thay.anh", "co.hue", "hieu.truong"]
    lacks = inviting.missing(list(found), meeting)
    assert [len(lacks[one.person_id]) for one in found] == [4, 5, 5]
    assert "mua-sam" not in lacks[pk("thay.anh")]
    assert logins(candidates(meeting, officer, name="dao")) == ["thay.anh"]
    assert not meeting.participants.exists()


def test_all_who_are_not_done_are_invited_but_not_who_is_exempt(meeting, officer):
    Exemption.objects.create(
        person_id=pk("co.hue"), programme=meeting.programme, reason="illness", since=LONG_AGO,
        until=TODAY.replace(year=2027), granted_until=TODAY.replace(year=2027), approved_at=NOON,
    )  # fmt: skip
    refreshing.catch_up(at=NOON)
    assert planning.choose_all(meeting, by=officer, at=NOON) == 2
    planning.choose_all(meeting, by=officer, at=NOON)
    assert set(meeting.participants.values_list("person__login", flat=True)) == {"thay.anh", "hieu.truong"}  # fmt: skip


def test_whoever_is_invited_hears_of_it_until_it_is_over_or_cancelled(
    meeting, officer, teacher, django_assert_num_queries
):
    assert inviting.coming(teacher, at=NOON) == {}
    choose(meeting, officer, teacher.login)
    first, last = meeting.parts.order_by("starts_at").first(), meeting.parts.latest("ends_at")
    before = first.starts_at - timedelta(days=1)
    parts = list(meeting.parts.all())
    with django_assert_num_queries(1):
        assert inviting.coming(teacher, at=before) == {meeting: parts}
    assert inviting.coming(officer, at=before) == {}
    assert first not in inviting.coming(teacher, at=first.ends_at)[meeting]
    assert inviting.coming(teacher, at=last.ends_at) == {}
    meetings.cancel(meeting, by=officer, at=before)
    assert inviting.coming(teacher, at=before) == {}


def choose(meeting, by, *logins_, dropped=()):
    return inviting.choose(
        meeting, invited=[pk(one) for one in logins_], dropped=[pk(one) for one in dropped], by=by,
        at=NOON,
    )  # fmt: skip


def test_only_who_may_be_invited_is(meeting, officer, teacher):
    make_person("nguoi.la", "Người Lạ")
    choose(meeting, officer, "co.hue", "nguoi.la", "co.xong")
    assert set(meeting.participants.values_list("person", flat=True)) == {teacher.pk}


def test_whoever_is_ticked_stays_invited(meeting, officer, teacher, head):
    choose(meeting, officer, "co.hue", "hieu.truong")
    attend(meeting, officer, teacher, parts=[0], practised=[])
    assert choose(meeting, officer, dropped=["co.hue", "hieu.truong"]) == [teacher.name]
    assert meeting.participants.get().person == teacher


def test_a_closed_session_takes_nobody_more(meeting, officer):
    meetings.close(meeting, by=officer, at=NOON)
    with pytest.raises(meetings.Refused):
        choose(meeting, officer, "co.hue")


def test_too_many_are_refused(meeting, officer, commune, monkeypatch):
    monkeypatch.setattr(inviting, "MOST", 2)
    with pytest.raises(meetings.Refused):
        choose(meeting, officer, "co.hue", "hieu.truong", "thay.anh")
    with pytest.raises(meetings.Refused):
        plan(commune, officer)
    assert not Participant.objects.exists()
    assert Programme.objects.count() == 2


def test_two_who_invite_at_once_invite_nobody_twice(committed_db):
    from tests.classroom.test_classes import committed_class

    school_class = committed_class()
    head = teaching(
        make_person("hieu.truong", "Phan Thị Loan"), school_class.school, role=Role.SCHOOL_HEAD
    )
    refreshing.catch_up(at=NOON)
    meeting = plan(school_class.school, head, everyone=False)
    results = at_once(*[lambda: planning.choose_all(meeting, by=head, at=NOON)] * 3)
    assert results == [2, 2, 2]
    assert meeting.participants.count() == 2


def test_an_officer_chooses_in_pages(meeting, officer, teacher, client):
    client.force_login(officer, backend="people.authentication.PersonBackend")
    here = f"/cong-viec/buoi-tap-huan/{meeting.pk}/moi/"
    page = client.get(here, {"ten": "hue"})
    assert "Hoàng Thị Huệ" in page.text
    assert "Đào Anh" not in page.text
    client.post(here, {"viec": "luu", "moi": [teacher.pk]})
    assert invited(meeting, teacher)
    page = client.post(
        here, {"viec": "luu", "truoc": [teacher.pk], "moi": [pk("thay.anh")]}, follow=True
    )
    assert "Đã mời 1 người" in page.text
    client.post(here, {"viec": "tat-ca"})
    assert meeting.participants.count() == 3


def test_pages_cost_the_same_for_three_and_for_thirty(
    meeting, officer, other_school, client, django_assert_max_num_queries
):
    for number in range(30):
        teaching(make_person(f"gv.{number}", f"Lò Văn {number}"), other_school)
    refreshing.catch_up(at=NOON)
    planning.choose_all(meeting, by=officer, at=NOON)
    client.force_login(officer, backend="people.authentication.PersonBackend")
    here = f"/cong-viec/buoi-tap-huan/{meeting.pk}/"
    client.get(here)
    with django_assert_max_num_queries(40):
        client.get(here)
    with django_assert_max_num_queries(40):
        client.get(f"{here}moi/")


def test_the_paper_names_the_issuing_body_the_motto_and_each_unit(meeting, officer, commune):
    planning.choose_all(meeting, by=officer, at=NOON)
    content = printing.sheet(meeting)
    said = " ".join(
        " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split()
    )
    for words in (
        "ỦY BAN NHÂN DÂN", "XÃ ĐỒI VẢI", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc", "Trường Tiểu học Suối Hoa", "ngày 20 tháng 11 năm 2026",
    ):  # fmt: skip
        assert words in said
    places = [said.index(name) for name in ("Đào Anh", "Hoàng Thị Huệ", "Phan Thị Loan")]
    assert places == sorted(places)


def test_a_village_writes_under_its_commune_and_a_school_under_its_own_name(
    village, school, commune
):
    above = printing.letterhead(village.pk, on=TODAY)
    assert above["issuer"] == ["ỦY BAN NHÂN DÂN", "XÃ ĐỒI VẢI"]
    own = printing.letterhead(school.pk, on=TODAY)
    assert own["issuer"] == [tree.path(school, on=TODAY)[0].name.upper()]
    assert own["above"] == ["ỦY BAN NHÂN DÂN XÃ ĐỒI VẢI"]
    assert own["place"] == "Xã Đồi Vải"
