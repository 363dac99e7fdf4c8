"""How somebody stands, against a calculation that goes day by day and shares nothing with ours."""

import calendar
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.models import OPEN_END
from training.standing import Away, Evidence, Service, Version, months_later, standings

pytestmark = pytest.mark.one_database

BEGAN = date(2026, 1, 1)
DAYS = 120
SKILLS = ("mua-sam", "thanh-toan")
VERSION = Version(
    begins=BEGAN, roles=frozenset({"teacher"}), skills=SKILLS, audiences=frozenset({"teacher"}),
    deadline=BEGAN + timedelta(days=60), newcomer_days=10,
)  # fmt: skip
days = st.integers(0, DAYS).map(lambda number: BEGAN + timedelta(days=number))


def day(number):
    return BEGAN + timedelta(days=number)


@st.composite
def periods(draw, make):
    since = draw(days)
    length = draw(st.one_of(st.none(), st.integers(1, 60)))
    return make(since, OPEN_END if length is None else since + timedelta(days=length))


services = st.lists(
    st.tuples(
        st.integers(1, 3), st.sampled_from(["teacher", "officer"]), st.integers(0, 9)
    ).flatmap(
        lambda said: periods(lambda since, until: Service(said[0], said[1], since, until, said[2]))
    ),
    max_size=5,
)
evidence = st.lists(
    st.tuples(
        st.sampled_from([*SKILLS, "khac"]), st.sampled_from(["", "teacher", "pupil"])
    ).flatmap(lambda said: periods(lambda since, until: Evidence(said[0], since, until, said[1]))),
    max_size=6,
)
exemptions = st.lists(periods(Away), max_size=2)
versions = st.lists(
    st.builds(
        Version,
        begins=days,
        roles=st.sampled_from([frozenset({"teacher"}), frozenset({"teacher", "officer"})]),
        skills=st.sampled_from([SKILLS, SKILLS[:1]]),
        audiences=st.just(frozenset({"teacher"})),
        deadline=days,
        newcomer_days=st.sampled_from([0, 10]),
        valid_months=st.sampled_from([None, 1, 2]),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda version: version.begins,
).map(lambda found: sorted(found, key=lambda version: version.begins))


def add_months(start, months):
    """Count months on the calendar."""
    year, month = start.year, start.month
    for _month in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def is_shown(skill, day, evidence, version):
    for one in evidence:
        ends = one.until
        if version.valid_months:
            ends = min(ends, add_months(one.since, version.valid_months))
        counts = one.audience == "" or one.audience in version.audiences
        if one.skill == skill and counts and one.since <= day < ends:
            return True
    return False


def slowly(day, *, services, evidence, exemptions, begun, versions, before):
    """Say how somebody stands on one day, given how they stood the day `before` (with `done_until`)."""
    held = [version for version in versions if version.begins <= day]
    if not held:
        return None
    version = held[-1]

    def serves(on):
        return [s for s in services if s.role in version.roles and s.since <= on < s.until]

    if not serves(day):
        return None
    longest = sorted(serves(day), key=lambda s: (s.since, s.order))[0]
    came = day
    while serves(came - timedelta(days=1)):
        came -= timedelta(days=1)
    shown = [skill for skill in version.skills if is_shown(skill, day, evidence, version)]
    if any(away.since <= day < away.until for away in exemptions):
        state = "exempt"
    elif len(shown) == len(version.skills):
        state = "done"
    elif shown or (begun and begun <= day):
        state = "learning"
    else:
        state = "not_begun"
    clock = came
    for away in exemptions:
        if came < away.until <= day:
            clock = max(clock, away.until)
    due = max(version.deadline, clock + timedelta(days=version.newcomer_days))
    lost = before["lost"] if before else None
    was_done = before["was_done"] if before else False
    if was_done and state in ("learning", "not_begun"):
        lost = day
    if lost and state != "done":
        due = max(due, lost)
    return {
        "unit": longest.unit, "role": longest.role, "state": state, "due": due, "shown": set(shown),
        "lost": lost, "was_done": state == "done" or (was_done and state == "exempt"),
    }  # fmt: skip


@given(services, evidence, exemptions, st.one_of(st.none(), days), versions)
def test_every_day_is_as_somebody_counts_it_by_hand(
    services, evidence, exemptions, begun, versions
):
    said = {
        "services": services, "evidence": evidence, "exemptions": exemptions, "begun": begun,
        "versions": versions,
    }  # fmt: skip
    found = standings(**said)
    assert all(one.since < one.until for one in found)
    assert all(one.until <= other.since for one, other in pairwise(found))
    before = None
    for number in range(DAYS + 70):
        on = day(number)
        before = slowly(on, **said, before=before)
        ours = [one for one in found if one.since <= on < one.until]
        if before is None:
            assert not ours
            continue
        [one] = ours
        version = [version for version in versions if version.begins <= on][-1]
        skills = {skill for place, skill in enumerate(version.skills) if one.held >> place & 1}
        assert (one.unit, one.role, one.state, one.due, skills) == (
            before["unit"], before["role"], before["state"], before["due"], before["shown"],
        )  # fmt: skip


@given(services, evidence, exemptions, st.one_of(st.none(), days), versions)
def test_neighbours_differ(services, evidence, exemptions, begun, versions):
    found = standings(
        services=services, evidence=evidence, exemptions=exemptions, begun=begun, versions=versions
    )
    for one, other in pairwise(found):
        if one.until == other.since:
            same = [
                getattr(one, name) == getattr(other, name)
                for name in ("unit", "role", "state", "held", "due")
            ]
            assert not all(same)


def teacher(since=BEGAN, until=OPEN_END, unit=1):
    return Service(unit, "teacher", since, until)


def passed(*skills, on):
    return [Evidence(skill, on, audience="teacher") for skill in skills]


def test_a_teacher_who_moves_to_another_school_keeps_the_clock():
    moved = [teacher(until=day(70)), teacher(since=day(70), unit=2)]
    [before, after] = standings(services=moved, evidence=[], begun=None, versions=[VERSION])
    assert (before.unit, after.unit) == (1, 2)
    assert before.due == after.due == VERSION.deadline


def test_a_newcomer_has_their_days_after_the_deadline():
    [one] = standings(
        services=[teacher(since=day(80))], evidence=[], begun=None, versions=[VERSION]
    )
    assert one.due == day(90)


def test_whoever_comes_back_from_leave_has_the_days_of_a_newcomer():
    found = standings(
        services=[teacher()], evidence=[], exemptions=[Away(day(50), day(100))], begun=None,
        versions=[VERSION],
    )  # fmt: skip
    assert [one.state for one in found] == ["not_begun", "exempt", "not_begun"]
    assert found[-1].due == day(110)


def test_what_was_shown_runs_out_and_is_due_at_once():
    lasting = Version(**{**VERSION.__dict__, "valid_months": 3})
    shown = passed(*SKILLS, on=day(0))
    found = standings(services=[teacher()], evidence=shown, begun=BEGAN, versions=[lasting])
    assert [(one.state, one.since) for one in found] == [
        ("done", BEGAN), ("learning", date(2026, 4, 1)),
    ]  # fmt: skip
    assert found[-1].due == date(2026, 4, 1)


def test_a_quiz_for_another_audience_shows_nothing():
    shown = [Evidence(skill, BEGAN, audience="pupil") for skill in SKILLS]
    [one] = standings(services=[teacher()], evidence=shown, begun=None, versions=[VERSION])
    assert (one.state, one.held) == ("not_begun", 0)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(9998, 1, 1), 24, OPEN_END),
    ],
)
def test_months_are_those_of_the_calendar(start, months, end):
    assert months_later(start, months) == end
