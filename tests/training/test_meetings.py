"""Training sessions: planned, attended, closed; then whoever completed one holds its skills."""

import io
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from people.roles import Role
from tests.at_once import at_once
from tests.classroom.test_classes import committed_class
from tests.conftest import NOON, TODAY, make_person
from tests.training.conftest import passes_all, teaching
from training import attendance, meetings, planning, printing, refreshing
from training.models import Meeting, Participant, Practice, Presence, Programme, Spell

MORNING = timezone.make_aware(datetime(2026, 11, 20, 8))  # noqa: DTZ001
SKILLS = ["mua-sam", "thanh-toan"]


@pytest.fixture
def head(school):
    return teaching(make_person("hieu.truong", "Phan Thị Loan"), school, role=Role.SCHOOL_HEAD)


def plan(unit, by, *, hours=((0, 3), (5, 6)), **changed):
    said = {
        "programme": Programme.objects.get(key="giao-vien"), "title": "Mua sắm an toàn",
        "place": "Hội trường xã", "skills": SKILLS,
        "parts": [(MORNING + timedelta(hours=a), MORNING + timedelta(hours=b)) for a, b in hours],
    }  # fmt: skip
    return planning.plan(unit=unit.pk, by=by, at=NOON, **said | changed)


@pytest.fixture
def planned(school, teacher, head):
    """A session of three hours and one more, to which a teacher and the head are invited."""
    done = teaching(make_person("co.xong", "Vi Thị Xong"), school)
    passes_all(done, at=NOON - timedelta(days=60))
    refreshing.catch_up(at=NOON)
    return plan(school, head)


def invited(meeting, person):
    return Participant.objects.get(meeting=meeting, person=person).pk


def attend(meeting, by, *people, parts=(0, 1), practised=SKILLS):
    attendance.attend(
        meeting, ticks(meeting, *people, parts=parts, practised=practised), by=by, at=NOON
    )


def ticks(meeting, *people, parts=(0, 1), practised=SKILLS):
    """Return a sheet on which some people were at some parts and have practised some skills."""
    keys = [invited(meeting, person) for person in people]
    return attendance.Ticks(
        {part.pk: keys for n, part in enumerate(meeting.parts.all()) if n in parts},
        {skill.pk: keys for skill in attendance.skills_of(meeting) if skill.key in practised},
    )


@given(st.integers(0, 1000), st.integers(0, 1000), st.booleans())
def test_a_session_is_completed_from_eighty_per_cent_of_its_minutes_on(present, total, practised):
    found = attendance.is_completed(present=present, total=total, practised=practised)
    assert found == (practised and total > 0 and present * 5 >= total * 4)


def test_who_has_not_finished_is_invited(planned, teacher, head):
    assert set(planned.participants.values_list("person", flat=True)) == {teacher.pk, head.pk}


def test_whoever_completes_it_holds_its_skills_from_that_day(planned, teacher, head, teachers):
    attend(planned, head, teacher)
    refreshing.catch_up(at=NOON)
    standing = Spell.objects.on(TODAY).get(person=teacher, programme=teachers)
    assert standing.held == 0  # not before it is closed
    meetings.close(planned, by=head, at=NOON)
    refreshing.catch_up(at=NOON)
    standing = Spell.objects.on(TODAY).get(person=teacher, programme=teachers)
    assert (standing.held, standing.state) == (0b110, "learning")
    assert standing.since == timezone.localdate(MORNING)


@pytest.mark.parametrize(
    ("parts", "practised", "completed"),
    [
        ((0, 1), SKILLS, SKILLS), ((0,), SKILLS, []), ((0, 1), [], []), ((), SKILLS, []),
        ((0, 1), SKILLS[1:], SKILLS[1:]), ((0, 1), SKILLS[:1], SKILLS[:1]),
    ],
)  # fmt: skip
def test_three_of_four_hours_are_not_enough(planned, teacher, head, parts, practised, completed):
    attend(planned, head, teacher, parts=parts, practised=practised)
    [row] = [row for row in attendance.sheet(planned) if row.person == teacher.pk]
    assert (row.completed, row.is_all) == (len(completed), completed == SKILLS)
    meetings.close(planned, by=head, at=NOON)
    assert [one[2] for one in attendance.completed([teacher.pk])] == [completed] * bool(completed)


def test_the_sheet_is_kept_as_a_whole_until_it_is_closed(planned, teacher, head):
    attend(planned, head, teacher, head)
    attend(planned, head, teacher, parts=(0,))
    assert Presence.objects.count() == 1
    meetings.close(planned, by=head, at=NOON)
    for act in (
        lambda: attend(planned, head, teacher),
        lambda: meetings.close(planned, by=head, at=NOON),
        lambda: meetings.cancel(planned, by=head, at=NOON),
    ):
        with pytest.raises(meetings.Refused):
            act()


def test_two_who_tick_at_once_do_not_undo_each_other(planned, teacher, head):
    nothing = attendance.Ticks()
    for person in (teacher, head):
        attendance.attend(
            planned, ticks(planned, person, parts=[0]), shown=nothing, by=head, at=NOON
        )
    assert (Presence.objects.count(), Practice.objects.count()) == (2, 4)


def test_a_long_sheet_is_ticked_page_by_page(school, head, client):
    for number in range(119):
        teaching(make_person(f"gv.{number}", f"Lò Văn {number:03}"), school)
    refreshing.catch_up(at=NOON)
    meeting = plan(school, head)
    client.force_login(head, backend="people.authentication.PersonBackend")
    here = f"/cong-viec/buoi-tap-huan/{meeting.pk}/"
    rows, part = attendance.sheet(meeting), meeting.parts.first()
    for number in (1, 2, 3):
        keys = [row.participant for row in rows[50 * number - 50 : 50 * number]]
        page = client.post(
            f"{here}?trang={number}",
            {f"co-mat-{part.pk}": keys, "tat-ca": keys, "viec": "luu"},
            follow=True,
        )
        assert page.text.count(f'name="co-mat-{part.pk}"') == len(keys)
        assert page.text.count("<input ") < 1000
    assert (Presence.objects.count(), Practice.objects.count()) == (120, 240)
    found = client.get(here, {"tim": "lo van 11"}).text
    assert found.count(f'name="co-mat-{part.pk}"') == 10  # 011 and 110 to 118
    assert "120 trên 120 người có mặt" in found


def test_a_programme_of_others_is_not_planned_for(school, head):
    with pytest.raises(meetings.Refused):
        plan(school, head, programme=Programme.objects.get(key="to-cong-nghe-so"))


def test_it_is_not_closed_before_its_end(planned, head):
    with pytest.raises(meetings.Refused):
        meetings.close(planned, by=head, at=MORNING)


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "}, {"skills": ["x"]}, {"parts": []}, {"hours": ((3, 3),)},
        {"hours": ((0, 3), (2, 4))},
    ],
)  # fmt: skip
def test_a_session_that_cannot_be_is_refused(school, head, wrong):
    with pytest.raises(meetings.Refused):
        plan(school, head, **wrong)
    assert not Meeting.objects.exists()


def test_nobody_plans_for_a_unit_that_is_not_theirs(other_school, school, head, teacher):
    for unit, by in [(other_school, head), (school, teacher)]:
        with pytest.raises(meetings.Refused):
            plan(unit, by)


def test_two_sheets_at_once_leave_one_of_them(committed_db):
    school_class = committed_class()
    head = teaching(
        make_person("hieu.truong", "Phan Thị Loan"), school_class.school, role=Role.SCHOOL_HEAD
    )
    refreshing.catch_up(at=NOON)
    meeting = plan(school_class.school, head)
    results = at_once(*[lambda: attend(meeting, head, school_class.made_by, head)] * 3)
    assert not [one for one in results if isinstance(one, Exception)], results
    assert (Presence.objects.count(), Practice.objects.count()) == (4, 4)


def test_the_paper_names_all_and_leads_back_here(planned, settings):
    content = printing.sheet(planned)
    said = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    for name in ("Hoàng Thị Huệ", "Phan Thị Loan", "Hội trường xã"):
        assert name in " ".join(said.split())


def test_a_head_plans_ticks_and_closes_in_pages(school, teacher, head, client):
    refreshing.catch_up(at=NOON)
    client.force_login(head, backend="people.authentication.PersonBackend")
    address = "/cong-viec/buoi-tap-huan/"
    assert client.post(address, {"title": "x"}).status_code == 422
    said = {
        "programme": Programme.objects.get(key="giao-vien").pk, "unit": school.pk, "title": "Buổi 1",
        "place": "Phòng họp", "skills": SKILLS, "day": "2026-11-20", "starts_1": "08:00",
        "ends_1": "11:00", "whom": "all", "starts_2": "", "ends_2": "",
    }  # fmt: skip
    page = client.post(address, said, follow=True)
    assert "Hoàng Thị Huệ" in page.text
    [meeting] = Meeting.objects.all()
    here = f"{address}{meeting.pk}/"
    key, part = invited(meeting, teacher), meeting.parts.get().pk
    again = client.post(here, {"viec": "ten", "buoi": part, "ten": "Phan Thị Loan\nAi đó"})
    assert ">Ai đó</textarea>" in again.text
    ticked = {f"co-mat-{part}": [key], "tat-ca": [key], "viec": "dong"}
    closed = client.post(here, ticked, follow=True)
    assert "2 trên 2 người có mặt, 1 người hoàn thành" in closed.text
    assert client.get(f"{here}diem-danh.pdf").content.startswith(b"%PDF")
    assert "Buổi 1" in client.get(address).text


def test_who_was_there_is_handed_out_as_a_table(planned, teacher, head, client):
    attend(planned, head, teacher, parts=(0,), practised=SKILLS[:1])
    client.force_login(head, backend="people.authentication.PersonBackend")
    answer = client.get(f"/cong-viec/buoi-tap-huan/{planned.pk}/ket-qua.csv")
    header, *rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert header.startswith("STT,Họ và tên,Đơn vị,")
    [said] = [row for row in rows if "Hoàng Thị Huệ" in row]
    assert said.count(",x") == 2
