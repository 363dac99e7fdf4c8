"""Correcting a session that is closed: with a reason that stays, and standings that follow."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from people.roles import Role
from tests.at_once import at_once
from tests.classroom.test_classes import committed_class
from tests.conftest import NOON, TODAY, make_person
from tests.training.conftest import teaching
from tests.training.test_meetings import (
    MORNING,
    SKILLS,
    attend,
    head,
    invited,
    plan,
    planned,
    ticks,
)
from training import attendance, meetings, refreshing
from training.models import (
    MeetingPart,
    Participant,
    Practice,
    Presence,
    SheetCorrection,
    Spell,
    Touched,
)

__all__ = ["head", "planned"]
LATER = NOON + timedelta(days=1)


@pytest.fixture
def closed(planned, teacher, head):
    """A session that nobody is said to have completed."""
    attend(planned, head, teacher, parts=[0])
    meetings.close(planned, by=head, at=NOON)
    refreshing.catch_up(at=NOON)
    planned.refresh_from_db()
    return planned


def correct(meeting, by, *people, reason="Nhìn nhầm dòng", **said):
    return attendance.correct(
        meeting, ticks(meeting, *people, **said), reason=reason, by=by, at=LATER
    )


def test_standings_follow_a_correction(closed, teacher, head, teachers):
    assert correct(closed, head, teacher) == 1
    refreshing.catch_up(at=LATER)
    standing = Spell.objects.on(TODAY).get(person=teacher, programme=teachers)
    assert (standing.held, standing.since) == (0b110, timezone.localdate(MORNING))
    assert correct(closed, head, teacher, practised=SKILLS[:1]) == 1
    refreshing.catch_up(at=LATER)
    assert Spell.objects.on(TODAY).get(person=teacher, programme=teachers).held.bit_count() == 1


def test_what_was_before_and_after_is_written_down(closed, teacher, head):
    morning, afternoon = closed.parts.all()
    correct(closed, head, teacher, reason="  Cô  Huệ ngồi hàng sau ")
    row = SheetCorrection.objects.get()
    assert row.before == {"parts": [morning.pk], "skills": SKILLS}
    assert row.after == {"parts": [morning.pk, afternoon.pk], "skills": SKILLS}
    assert (row.by, row.at, row.reason) == (head.pk, LATER, "Cô Huệ ngồi hàng sau")
    [said] = attendance.corrections(closed)
    assert (said.name, said.by, said.changes) == (teacher.name, head.name, ["có mặt lúc 13:00"])


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
def test_without_a_reason_nothing_is_corrected(closed, teacher, head, reason):
    with pytest.raises(meetings.Refused):
        correct(closed, head, teacher, reason=reason)
    assert Presence.objects.count() == 1


def test_what_changes_nothing_is_no_correction(closed, teacher, head):
    with pytest.raises(meetings.Refused):
        correct(closed, head, teacher, parts=[0])
    assert not SheetCorrection.objects.exists()


def test_only_what_is_closed_is_corrected(planned, teacher, head):
    with pytest.raises(meetings.Refused):
        correct(planned, head, teacher)
    meetings.cancel(planned, by=head, at=NOON)
    with pytest.raises(meetings.Refused):
        correct(planned, head, teacher)


@pytest.mark.parametrize(
    "act", [lambda rows: rows.update(reason="Khác"), lambda rows: rows.delete()]
)
def test_the_database_keeps_a_correction_as_it_is(closed, teacher, head, act):
    correct(closed, head, teacher)
    with pytest.raises(DatabaseError), transaction.atomic():
        act(SheetCorrection.objects.all())
    assert SheetCorrection.objects.get().reason == "Nhìn nhầm dòng"


def test_the_database_refuses_a_correction_without_a_reason(closed, teacher, head):
    correct(closed, head, teacher)
    row = SheetCorrection.objects.get()
    row.pk, row.reason = None, ""
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save()


CHANGES = {
    "someone was there": lambda one, part: Presence.objects.create(
        part=part, participant=one, at=NOON
    ),
    "someone was not there": lambda one, part: Presence.objects.all().delete(),
    "practised": lambda one, part: Practice.objects.all().delete(),
    "moved to another": lambda one, part: Presence.objects.update(part=part),
    "hours": lambda one, part: MeetingPart.objects.filter(pk=part.pk).update(
        ends_at=part.ends_at + timedelta(hours=1)
    ),
    "no afternoon": lambda one, part: connection.cursor().execute(
        "DELETE FROM training_meetingpart WHERE id = %s", [part.pk]
    ),
    "another part": lambda one, part: MeetingPart.objects.create(
        meeting_id=one.meeting_id, starts_at=NOON, ends_at=LATER
    ),
    "not invited": lambda one, part: one.delete(),
}


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_changes_after_closing_is_noticed(closed, teacher, what):
    assert not Touched.objects.exists()
    CHANGES[what](Participant.objects.get(meeting=closed, person=teacher), closed.parts.last())
    assert teacher.pk in set(Touched.objects.values_list("person", flat=True))


def test_two_who_correct_at_once_both_stay(committed_db):
    school_class = committed_class()
    head = teaching(
        make_person("hieu.truong", "Phan Thị Loan"), school_class.school, role=Role.SCHOOL_HEAD
    )
    refreshing.catch_up(at=NOON)
    meeting = plan(school_class.school, head)
    meetings.close(meeting, by=head, at=NOON)
    nothing = attendance.Ticks()

    def correcting(person):
        return lambda: attendance.correct(
            meeting, ticks(meeting, person), shown=nothing, reason="Sót tên", by=head, at=LATER
        )

    results = at_once(correcting(head), correcting(school_class.made_by), correcting(head))
    assert results.count(1) == 2  # the same twice is refused the second time
    assert [type(one) for one in results if one != 1] == [meetings.Refused]
    assert SheetCorrection.objects.count() == 2
    rows = attendance.sheet(meeting)
    assert [row.is_all for row in rows] == [True, True]


def test_a_head_corrects_in_pages(closed, teacher, head, client):
    client.force_login(head, backend="people.authentication.PersonBackend")
    here = f"/cong-viec/buoi-tap-huan/{closed.pk}/"
    assert "disabled" in client.get(here).text
    page = client.get(f"{here}?sua=1")
    assert "disabled" not in page.text
    key = invited(closed, teacher)
    morning, afternoon = closed.parts.all()
    sent = {
        "viec": "sua",
        "ly-do": " ",
        f"co-mat-{morning.pk}": [key],
        f"co-mat-{afternoon.pk}": [key],
        f"truoc-{morning.pk}": [key],
    }
    refused = client.post(here, sent)
    assert refused.status_code == 422
    box = f'name="co-mat-{afternoon.pk}" value="{key}" checked'
    assert box in refused.text
    page = client.post(here, sent | {"ly-do": "Chị ngồi hàng sau"}, follow=True)
    assert "Chị ngồi hàng sau" in page.text
    assert Presence.objects.count() == 2


def test_ticks_that_came_too_late_are_kept_for_a_correction(closed, teacher, head, client):
    client.force_login(head, backend="people.authentication.PersonBackend")
    afternoon, key = closed.parts.last(), invited(closed, teacher)
    sent = {"viec": "luu", f"co-mat-{afternoon.pk}": [key]}
    page = client.post(f"/cong-viec/buoi-tap-huan/{closed.pk}/", sent)
    assert page.status_code == 422
    assert f'name="co-mat-{afternoon.pk}" value="{key}" checked' in page.text
    assert 'name="ly-do"' in page.text
