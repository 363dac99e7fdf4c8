"""Requests about one's data: their terms, and who may do what with them when."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from organisation import tree
from people import data_requests, working_days
from people.data_requests import AlreadyOpen, Kind, NothingSaid, NotWaiting, Outcome, OwnRequest
from people.models import AuditEntry, DataRequest, Post
from people.roles import Column, Role
from tests.at_once import at_once
from tests.conftest import NOON, TODAY, make_person

DAYS = {"acknowledge": 2, "correction": 10, "erasure": 20}
LATER = NOON + timedelta(days=1)


def officer_of(unit, login="can.bo", name="Đỗ Thị Cúc"):
    person = make_person(login, name)
    Post.objects.create(person=person, unit=unit, role=Role.OFFICER, since=date(2025, 7, 1))
    return person


@pytest.fixture
def officer(village):
    """Đỗ Thị Cúc, officer of the commune above the farmer's village."""
    return officer_of(tree.path(village, on=TODAY)[1].unit)


@pytest.fixture
def correction(farmer):
    return data_requests.make(
        person=farmer, kind=Kind.CORRECTION, text="Tôi sinh năm 1968.", at=NOON
    )


@pytest.fixture
def erasure(farmer):
    return data_requests.make(person=farmer, kind=Kind.ERASURE, text="", at=NOON)


def terms(kind, made_on, holidays=frozenset()):
    return data_requests.terms(kind=kind, made_on=made_on, days=DAYS, holidays=holidays)


# Terms


def test_a_request_of_a_tuesday_is_confirmed_by_thursday_and_acted_on_in_ten_or_twenty_days():
    assert terms("correction", TODAY) == data_requests.Terms(date(2026, 11, 26), date(2026, 12, 4))
    assert terms("erasure", TODAY).act == date(2026, 12, 14)


def test_the_terms_are_settings(correction, settings):
    settings.DATA_REQUEST_DAYS = {"acknowledge": 1, "correction": 3, "erasure": 5}
    assert data_requests.terms_of(correction) == data_requests.Terms(
        date(2026, 11, 25), date(2026, 11, 27)
    )


@given(
    kind=st.sampled_from(["correction", "erasure"]),
    made_on=st.dates(min_value=date(2026, 1, 1), max_value=date(2050, 1, 1)),
    after=st.integers(min_value=0, max_value=60),
    acknowledged=st.booleans(),
)
def test_a_request_is_either_late_or_has_time_left(kind, made_on, after, acknowledged):
    holidays = working_days.holidays()
    today = made_on + timedelta(days=after)
    due = data_requests.due(
        of=terms(kind, made_on, holidays),
        acknowledged=acknowledged,
        today=today,
        holidays=holidays,
    )
    assert due.day > made_on
    assert (due.late > 0) == (today > due.day)
    assert not (due.late and due.left)
    assert due.acknowledging is not acknowledged


def test_what_is_decided_is_due_no_more(correction, officer):
    data_requests.refuse(request=correction, answer="Sổ ghi đúng.", by=officer, at=LATER)
    correction.refresh_from_db()
    assert data_requests.due_of(correction, today=TODAY) is None


# Asking


def test_a_person_asks_once_for_a_correction_until_it_is_answered(correction, farmer):
    with pytest.raises(AlreadyOpen):
        data_requests.make(person=farmer, kind=Kind.CORRECTION, text="Nữa", at=NOON)
    data_requests.withdraw(request=correction.pk, by=farmer, at=LATER)
    data_requests.make(person=farmer, kind=Kind.CORRECTION, text="Nữa", at=LATER)


def test_a_correction_and_an_erasure_may_be_open_together(correction, erasure, farmer):
    assert farmer.data_requests.filter(decided_at=None).count() == 2


def test_a_correction_says_what_is_wrong(farmer):
    with pytest.raises(NothingSaid):
        data_requests.make(person=farmer, kind=Kind.CORRECTION, text="  ", at=NOON)


def test_nobody_takes_back_the_request_of_somebody_else(correction, neighbour):
    with pytest.raises(NotWaiting):
        data_requests.withdraw(request=correction.pk, by=neighbour, at=LATER)


def test_what_is_decided_is_not_taken_back(correction, farmer, officer):
    data_requests.refuse(request=correction, answer="Sổ ghi đúng.", by=officer, at=LATER)
    with pytest.raises(NotWaiting):
        data_requests.withdraw(request=correction.pk, by=farmer, at=LATER)
    correction.refresh_from_db()
    assert correction.outcome == Outcome.REFUSED


# Whose they are to answer


def test_the_officer_above_answers_and_the_one_beside_does_not(correction, officer, village, kinds):
    from organisation.models import Unit

    beside = Unit.objects.create()
    province = tree.path(village, on=TODAY)[2].unit
    tree.place(
        unit=beside,
        name="Xã Suối Hoa",
        kind=kinds["xa"],
        parent=province,
        valid_from=date(2025, 7, 1),
    )
    other = officer_of(beside, "can.bo.2", "Đỗ Thị Lan")
    assert list(data_requests.answered_by(officer, on=TODAY)) == [correction]
    assert list(data_requests.answered_by(other, on=TODAY)) == []


def test_whoever_serves_nowhere_is_answered_by_the_administrator(neighbour, officer):
    request = data_requests.make(person=neighbour, kind=Kind.ERASURE, text="", at=NOON)
    administrator = make_person("quan.tri", "Hoàng Thị Yên", is_superuser=True)
    assert list(data_requests.answered_by(officer, on=TODAY)) == []
    assert list(data_requests.answered_by(administrator, on=TODAY)) == [request]


def test_a_team_leader_answers_nothing(correction, farmer):
    assert list(data_requests.answered_by(farmer, on=TODAY)) == []


def test_nobody_answers_their_own_request(officer):
    own = data_requests.make(person=officer, kind=Kind.CORRECTION, text="Tên", at=NOON)
    assert list(data_requests.answered_by(officer, on=TODAY)) == []
    for answer in (
        lambda: data_requests.acknowledge(request=own, by=officer, at=LATER),
        lambda: data_requests.grant(request=own, by=officer, at=LATER),
        lambda: data_requests.refuse(request=own, answer="Không", by=officer, at=LATER),
    ):
        with pytest.raises(OwnRequest):
            answer()


def test_the_most_urgent_request_comes_first(farmer, neighbour, officer):
    asked = {}
    for login, kind, day in [("a", Kind.ERASURE, 0), ("b", Kind.CORRECTION, 1), ("c", Kind.ERASURE, 2)]:  # fmt: skip
        person = make_person(f"nguoi.{login}", f"Người {login}")
        at = NOON + timedelta(days=day)
        asked[login] = data_requests.make(person=person, kind=kind, text="Xin", at=at)
    for login in "ab":
        data_requests.acknowledge(request=asked[login], by=officer, at=LATER)
    found = data_requests.most_urgent_first(DataRequest.objects.all(), today=TODAY)
    # To be confirmed by 30/11; to be decided by 5/12; by 14/12.
    assert found == [asked["c"], asked["b"], asked["a"]]


# Answering


def test_confirming_is_written_down_once(correction, officer):
    data_requests.acknowledge(request=correction, by=officer, at=LATER)
    with pytest.raises(NotWaiting):
        data_requests.acknowledge(request=correction, by=officer, at=LATER)
    correction.refresh_from_db()
    assert (correction.acknowledged_at, correction.acknowledged_by) == (LATER, officer)
    entries = AuditEntry.objects.filter(did=AuditEntry.Did.REQUEST_ACKNOWLEDGED)
    assert [(entry.actor, entry.subject) for entry in entries] == [
        (officer.pk, correction.person_id)
    ]


def test_a_granted_correction_is_done_in_the_same_act(correction, farmer, officer):
    data_requests.grant(
        request=correction,
        by=officer,
        at=LATER,
        answer="Đã sửa.",
        corrected={"name": "Nguyễn Văn Tấm", "birth_year": 1968, "phone": ""},
    )
    farmer.refresh_from_db()
    correction.refresh_from_db()
    assert (farmer.name, farmer.birth_year, farmer.folded_name) == (
        "Nguyễn Văn Tấm",
        1968,
        "nguyen van tam",
    )
    assert (correction.outcome, correction.answer, correction.decided_by) == (
        Outcome.GRANTED,
        "Đã sửa.",
        officer,
    )
    assert correction.acknowledged_at == LATER


def test_the_log_of_a_correction_names_the_fields_and_not_what_was_in_them(
    correction, farmer, officer
):
    data_requests.grant(
        request=correction,
        by=officer,
        at=LATER,
        corrected={"name": farmer.name, "phone": "0912345678"},
    )
    changed = AuditEntry.objects.get(subject=farmer.pk, did=AuditEntry.Did.CHANGED)
    assert changed.details == {"fields": ["phone"]}
    assert "0912345678" not in str(list(AuditEntry.objects.values("details")))


def test_a_refusal_gives_its_reason(correction, officer):
    with pytest.raises(NothingSaid):
        data_requests.refuse(request=correction, answer=" ", by=officer, at=LATER)
    data_requests.refuse(request=correction, answer="Sổ ghi đúng.", by=officer, at=LATER)
    correction.refresh_from_db()
    assert (correction.outcome, correction.answer) == (Outcome.REFUSED, "Sổ ghi đúng.")


def test_what_is_decided_is_decided(correction, officer):
    data_requests.refuse(request=correction, answer="Sổ ghi đúng.", by=officer, at=LATER)
    with pytest.raises(NotWaiting):
        data_requests.grant(
            request=correction, by=officer, at=LATER, corrected={"phone": "0912345678"}
        )
    correction.person.refresh_from_db()
    assert correction.person.phone == ""


def test_an_officer_sees_of_a_person_what_the_posts_of_both_allow(farmer, neighbour, officer):
    assert data_requests.columns(farmer, seen_by=officer, on=TODAY) == frozenset(Column)
    assert data_requests.columns(neighbour, seen_by=officer, on=TODAY) == frozenset()
    assert data_requests.columns(officer, seen_by=farmer, on=TODAY) == frozenset()


# Two at once


@pytest.fixture
def committed(committed_db, request):
    """A request of the farmer's and two who may answer it, committed."""
    farmer = make_person("bac.tam.2", "Nguyễn Văn Tám")
    one = make_person("quan.tri.1", "Hoàng Thị Yên", is_superuser=True)
    other = make_person("quan.tri.2", "Hoàng Văn Yên", is_superuser=True)
    asked = data_requests.make(
        person=farmer, kind=Kind.CORRECTION, text="Sai tên", at=timezone.now()
    )
    return asked, one, other


def test_of_two_who_confirm_at_once_one_does(committed):
    asked, one, other = committed
    results = at_once(
        *[
            lambda by=by: data_requests.acknowledge(request=asked, by=by, at=NOON)
            for by in (one, other)
        ]
    )
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "NotWaiting"]
    assert AuditEntry.objects.filter(did=AuditEntry.Did.REQUEST_ACKNOWLEDGED).count() == 1


def test_of_two_who_decide_at_once_one_does(committed):
    asked, one, other = committed
    results = at_once(
        lambda: data_requests.grant(
            request=asked, by=one, at=NOON, corrected={"name": "Nguyễn Văn Tấm"}
        ),
        lambda: data_requests.refuse(request=asked, answer="Không", by=other, at=NOON),
    )
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "NotWaiting"]
    asked.refresh_from_db()
    granted = results[0] is None
    assert asked.outcome == (Outcome.GRANTED if granted else Outcome.REFUSED)
    assert (asked.person.name == "Nguyễn Văn Tấm") is granted


def test_of_two_who_ask_at_once_one_is_told_that_it_is_open_already(committed):
    asked, _one, _other = committed
    ask = lambda: data_requests.make(person=asked.person, kind=Kind.ERASURE, text="", at=NOON)  # noqa: E731
    results = at_once(ask, ask)
    assert sorted(type(result).__name__ for result in results) == ["AlreadyOpen", "DataRequest"]
