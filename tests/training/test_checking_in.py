"""Checking in oneself: the code at the borders of its steps, who is let in and when, two at once."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from people.models import Post
from people.roles import Role
from tests.at_once import at_once
from tests.classroom.test_classes import committed_class
from tests.conftest import NOON, make_person
from tests.training.conftest import LONG_AGO, teaching
from tests.training.test_meetings import MORNING, head, invited, plan, planned
from training import checking_in, meetings, refreshing
from training.models import Participant, Presence

__all__ = ["head", "planned"]
MOMENT = MORNING + timedelta(hours=1)  # at the beginning of a step
INSTANT = timedelta(milliseconds=1)


def check_in(meeting, person, *, at=MOMENT, shown=None):
    """Check in at a moment with the code that was shown at another."""
    code = checking_in.code_of(meeting.pk, at=shown or at)
    return checking_in.check_in(meeting, code, person=person, at=at)


@given(
    st.integers(1, 10**9),
    # The clocks of Vietnam were last changed in 1975, over which local times do not subtract.
    st.datetimes(datetime(2020, 1, 1), timezones=st.just(timezone.get_default_timezone())),  # noqa: DTZ001
)
def test_a_code_has_six_digits_and_holds_for_thirty_seconds(meeting, at):
    code = checking_in.code_of(meeting, at=at)
    assert len(code) == 6
    assert code.isdecimal()
    left = checking_in.seconds_left(at)
    assert 1 <= left <= 30
    assert checking_in.code_of(meeting, at=at, back=1) == checking_in.code_of(
        meeting, at=at - timedelta(seconds=30)
    )


def test_codes_differ_between_sessions_and_steps():
    codes = {
        checking_in.code_of(meeting, at=MOMENT, back=back)
        for meeting in range(20)
        for back in range(20)
    }
    assert len(codes) > 390


@pytest.mark.parametrize(
    ("after", "is_right"),
    [
        (-INSTANT, False),  # of a step to come
        (timedelta(), True),
        (timedelta(seconds=30) - INSTANT, True),
        (timedelta(seconds=30), True),  # the one before
        (timedelta(seconds=60) - INSTANT, True),
        (timedelta(seconds=60), False),
    ],
)
def test_a_code_is_right_in_its_step_and_the_next(planned, teacher, after, is_right):
    if is_right:
        check_in(planned, teacher, shown=MOMENT, at=MOMENT + after)
    else:
        with pytest.raises(checking_in.WrongCode):
            check_in(planned, teacher, shown=MOMENT, at=MOMENT + after)
    assert Presence.objects.exists() is is_right


def test_an_old_code_is_told_from_a_wrong_one(planned, teacher):
    with pytest.raises(checking_in.WrongCode, match="hết hạn"):
        check_in(planned, teacher, shown=MOMENT, at=MOMENT + timedelta(minutes=2))
    with pytest.raises(checking_in.WrongCode, match="không đúng"):
        check_in(planned, teacher, shown=MOMENT, at=MOMENT + timedelta(minutes=20))
    with pytest.raises(checking_in.WrongCode, match="không đúng"):
        checking_in.check_in(planned, "", person=teacher, at=MOMENT)


@pytest.mark.parametrize(
    ("after", "part"),
    [
        (timedelta(minutes=-30), 0), (timedelta(), 0), (timedelta(hours=3) - INSTANT, 0),
        (timedelta(hours=4, minutes=30), 1), (timedelta(hours=6) - INSTANT, 1),
    ],
)  # fmt: skip
def test_whoever_checks_in_is_at_the_part_that_is_on(planned, teacher, after, part):
    at = MORNING + after
    assert check_in(planned, teacher, at=at) == list(planned.parts.all())[part]
    check_in(planned, teacher, at=at)
    row = Presence.objects.get()
    assert (row.participant.person, row.by, row.at) == (teacher, teacher, at)


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (timedelta(days=-1), "20/11/2026"), (timedelta(minutes=-31), "07:30"),
        (timedelta(hours=3), "12:30"), (timedelta(hours=6), "kết thúc"),
        (timedelta(days=1), "20/11/2026"),
    ],
)  # fmt: skip
def test_at_any_other_time_the_refusal_says_when(planned, teacher, after, words):
    with pytest.raises(meetings.Refused, match=words):
        check_in(planned, teacher, at=MORNING + after)
    assert not Presence.objects.exists()


def test_between_two_parts_that_follow_each_other_the_one_that_is_on_counts(school, head, teacher):
    refreshing.catch_up(at=NOON)
    meeting = plan(school, head, hours=((0, 2), (2, 4)))
    first, second = meeting.parts.all()
    assert check_in(meeting, teacher, at=second.starts_at - INSTANT) == first
    assert check_in(meeting, teacher, at=second.starts_at) == second


def test_whoever_serves_in_the_unit_is_added(planned, school):
    late = teaching(make_person("co.muon", "Lê Thị Muộn"), school)
    check_in(planned, late)
    assert invited(planned, late)


def test_whoever_does_not_belong_is_refused(planned, school, other_school):
    stranger = teaching(make_person("thay.la", "Lê Văn Lạ"), other_school)
    pupil = teaching(make_person("em.be", "Em Bé"), school, role=Role.PUPIL_LOWER)
    gone = teaching(make_person("co.di", "Cô Đi"), school, until=MORNING.date())
    says_so = make_person("tu.nhan", "Tự Nhận")
    Post.objects.create(
        person=says_so, unit=school, role=Role.TEACHER, since=LONG_AGO, self_declared=True
    )
    before = Participant.objects.count()
    for person in (stranger, pupil, gone, says_so):
        with pytest.raises(meetings.Refused):
            check_in(planned, person)
    assert Participant.objects.count() == before


@pytest.mark.parametrize("end", [meetings.close, meetings.cancel])
def test_nobody_checks_in_once_it_is_closed_or_cancelled(planned, teacher, head, end):
    end(planned, by=head, at=NOON)
    with pytest.raises(meetings.Refused):
        check_in(planned, teacher)


def test_a_typed_code_finds_the_session(planned, teacher, head, school, other_school):
    plan(school, head, title="Buổi khác")
    code = checking_in.code_of(planned.pk, at=MOMENT)
    assert checking_in.find(code, person=teacher, at=MOMENT) == planned
    with pytest.raises(checking_in.WrongCode, match="hết hạn"):
        checking_in.find(code, person=teacher, at=MOMENT + timedelta(minutes=5))
    with pytest.raises(checking_in.WrongCode):
        checking_in.find(code, person=teacher, at=MOMENT + timedelta(days=2))


def test_two_at_once_are_each_there_once(committed_db):
    school_class = committed_class()
    school, teacher = school_class.school, school_class.made_by
    head = teaching(make_person("hieu.truong", "Phan Thị Loan"), school, role=Role.SCHOOL_HEAD)
    late = teaching(make_person("co.muon", "Lê Thị Muộn"), school)
    refreshing.catch_up(at=NOON)
    meeting = plan(school, head, everyone=False)
    results = at_once(
        *[lambda one=one: check_in(meeting, one) for one in (teacher, teacher, late, late)]
    )
    assert results == [meeting.parts.first()] * 4
    assert Presence.objects.count() == Participant.objects.count() == 2


def test_closing_and_checking_in_at_once_leave_nobody_after_the_end(committed_db):
    school_class = committed_class()
    school, teacher = school_class.school, school_class.made_by
    head = teaching(make_person("hieu.truong", "Phan Thị Loan"), school, role=Role.SCHOOL_HEAD)
    refreshing.catch_up(at=NOON)
    meeting = plan(school, head)
    checked, _closed = at_once(
        lambda: check_in(meeting, teacher), lambda: meetings.cancel(meeting, by=head, at=NOON)
    )
    assert isinstance(checked, meetings.Refused) is not Presence.objects.exists()


# Pages


@pytest.fixture
def on_now(planned):
    """The session, its first part now."""
    now = timezone.now()
    part = planned.parts.first()
    part.starts_at, part.ends_at = now - timedelta(minutes=5), now + timedelta(hours=1)
    part.save()
    return planned


def sign_in(client, person):
    client.force_login(person, backend="people.authentication.PersonBackend")


def shown_now(meeting):
    code = checking_in.code_of(meeting.pk, at=timezone.now())
    return f"{code[:3]} {code[3:]}"


def test_the_screen_shows_the_code_and_a_phone_takes_it(on_now, teacher, head, client):
    sign_in(client, head)
    screen = f"/cong-viec/buoi-tap-huan/{on_now.pk}/ma/"
    assert "data:image/svg+xml" in client.get(screen).text
    said = client.get(f"{screen}hien-tai/").json()
    assert (len(said["code"]), said["here"]) == (7, 0)
    sign_in(client, teacher)
    assert client.get(screen).status_code == 403
    here = f"/diem-danh/{on_now.pk}/"
    assert "012345" in client.get(f"{here}?ma=012345").text
    page = client.post(here, {"ma": shown_now(on_now)}, follow=True)
    assert page.redirect_chain[0][0] == f"{here}cua-toi/"
    assert teacher.name in page.text
    assert Presence.objects.count() == 1


def test_whoever_scans_before_signing_in_comes_back_with_the_code(on_now, client):
    answer = client.get(f"/diem-danh/{on_now.pk}/?ma=012345")
    assert answer.status_code == 302
    assert f"next=/diem-danh/{on_now.pk}/%3Fma%3D012345" in answer["Location"]


def test_the_qr_code_leads_to_the_session_with_its_code(planned, settings):
    settings.BASE_URL = "https://kynangso.example"
    code = checking_in.code_of(planned.pk, at=MOMENT)
    there = checking_in.address(planned.pk, at=MOMENT)
    assert there == f"https://kynangso.example/diem-danh/{planned.pk}/?ma={code}"


def test_a_code_is_typed_where_nothing_says_of_which_session(on_now, teacher, client):
    sign_in(client, teacher)
    page = client.post("/diem-danh/", {"ma": shown_now(on_now)}, follow=True)
    assert page.status_code == 200
    assert Presence.objects.count() == 1


def test_wrong_codes_are_counted_for_each_person(on_now, teacher, head, client):
    sign_in(client, teacher)
    refused = client.post("/diem-danh/", {"ma": "12 34"})
    assert (refused.status_code, 'value="12 34"' in refused.text) == (422, True)
    for _more in range(10):
        client.post(f"/diem-danh/{on_now.pk}/", {"ma": "1234"})
    for address in ("/diem-danh/", f"/diem-danh/{on_now.pk}/"):
        assert client.post(address, {"ma": shown_now(on_now)}).status_code == 429
    assert not Presence.objects.exists()
    sign_in(client, head)
    assert client.post("/diem-danh/", {"ma": shown_now(on_now)}).status_code == 302


def test_a_closed_session_shows_no_code(planned, head, client):
    meetings.close(planned, by=head, at=NOON)
    sign_in(client, head)
    screen = f"/cong-viec/buoi-tap-huan/{planned.pk}/ma/"
    assert "data-screen" not in client.get(screen).text
    assert "code" not in client.get(f"{screen}hien-tai/").json()


def test_whoever_is_not_invited_sees_nothing_of_a_session(on_now, other_school, client):
    sign_in(client, teaching(make_person("thay.la", "Lê Văn Lạ"), other_school))
    assert client.get(f"/diem-danh/{on_now.pk}/cua-toi/").status_code == 404
    assert on_now.title not in client.get(f"/diem-danh/{on_now.pk}/").text
