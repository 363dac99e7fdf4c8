"""What is counted in the database against what a few lines of Python count one by one."""

import random
from collections import Counter
from datetime import timedelta
from itertools import chain

import pytest
from django.db.models import Max

from courses.models import Completion
from desks import figures, progress
from desks.figures import FILTERS, State
from desks.goals import all_goals
from organisation import tree
from people.models import Person
from people.roles import SCHOOL, TEAM, Role
from quizzes import grading
from quizzes.models import Attempt, Quiz
from reports.figures import Figure, by_child
from reports.reach import seen_at
from tests.conftest import NOON, TODAY, make_person
from tests.desks.conftest import Province
from training import refreshing
from training.models import Exemption, Programme

FIELDS = {
    State.NOT_BEGUN: "not_begun",
    State.INACTIVE: "learning",
    State.LEARNING: "learning",
    State.FINISHED: "done",
}
# Whose quizzes count for whom: a teacher may have learned as a member of a team.
AUDIENCES = {TEAM: {"team-member"}, SCHOOL: {"teacher", "team-member"}}


def held_by(person, roles) -> set[str]:
    """The skills of whose quizzes somebody has passed one that counts for these roles."""
    best = grading.best_grades(person)
    quizzes = Quiz.objects.filter(course__audience__key__in=AUDIENCES[roles])
    return {
        quiz.course.skill.key
        for quiz in quizzes.select_related("course__skill")
        if quiz.pk in best and best[quiz.pk].passed
    }


def state_of(person, roles) -> State:
    """How far somebody is, asked of the modules that a learner's own pages ask."""
    if len(held_by(person, roles)) == 5:
        return State.FINISHED
    times = [
        Completion.objects.filter(person=person).aggregate(last=Max("at"))["last"],
        Attempt.objects.filter(person=person).aggregate(last=Max("started_at"))["last"],
    ]
    if not any(times):
        return State.NOT_BEGUN
    last = max(time for time in [*times, person.last_login] if time)
    return State.LEARNING if last > NOON - timedelta(days=90) else State.INACTIVE


def counting() -> list[tuple[int, Person, frozenset]]:
    """Where each person counts: in each programme at the post written first, all begun on one day."""
    found = []
    for person in Person.objects.prefetch_related("posts"):
        for roles in (TEAM, SCHOOL):
            posts = [post for post in person.posts.all() if post.role in roles]
            if posts:
                found.append((min(posts, key=lambda post: post.pk).unit_id, person, roles))
    return found


def recounted() -> dict[int, Figure]:
    """Count one by one."""
    found: dict[int, Figure] = {}
    for unit, person, roles in counting():
        one = Figure(**{FIELDS[state_of(person, roles)]: 1})
        found[unit] = found.get(unit, Figure()) + one
    return found


@pytest.fixture
def everybody(db):
    """What the administrator sees at the top, and at any unit: `everybody(unit)`."""
    administrator = make_person("quan.tri", "Hoàng Thị Yên", is_superuser=True)
    return lambda unit: seen_at(administrator, tree.path(unit, on=TODAY), on=TODAY)


@pytest.fixture(params=[1, 2, 3])
def crowd(request, province, commune, village):
    """People of two communes; some hold two posts, some none that is counted."""
    province.dice = random.Random(request.param)
    other = province.unit("Xã Suối Hoa", "xa", under=province.top)
    units = [village, commune, other]
    units.append(province.unit("Thôn Bãi Đá", "thon", under=commune))
    units.append(province.unit("Thôn Ao Sen", "thon", under=other))
    units.append(province.unit("Trường THCS Đồi Vải", "truong-thcs", under=commune))
    roles = [Role.TEAM_MEMBER, Role.TEAM_LEADER, Role.TEACHER, Role.PUPIL_LOWER, Role.OFFICER]
    for _number in range(40):
        places = province.dice.sample(units, province.dice.choice([1, 1, 2]))
        posts = [(place, province.dice.choice(roles)) for place in places]
        if province.dice.random() < 0.2:
            posts.append((places[0], Role.SCHOOL_HEAD))  # two posts at one unit are one person
        province.learn_at_random(province.person(*dict.fromkeys(posts)))
    refreshing.catch_up(at=NOON)
    return province


def test_what_the_database_counts_is_what_is_counted_one_by_one(crowd, everybody):
    slowly = recounted()
    counted = figures.by_unit(everybody(crowd.top), on=TODAY)
    assert {unit: figure for unit, figure in counted.items() if figure.obliged} == {
        unit: Figure(one.done, one.learning, one.not_begun, 0, counted[unit].overdue)
        for unit, one in slowly.items()
    }
    whole = figures.summed(counted)
    assert whole.obliged > 25
    assert all([whole.done, whole.learning, whole.not_begun])


def test_the_children_of_a_unit_have_what_stands_under_them(crowd):
    slowly = recounted()
    below = by_child(crowd.top.pk, slowly, on=TODAY)
    for child in tree.children(crowd.top, on=TODAY):
        inside = tree.within([child.unit_id], on=TODAY).values_list("pk", flat=True)
        wanted = figures.summed({pk: slowly[pk] for pk in inside if pk in slowly})
        assert below.get(child.unit_id, Figure()) == wanted
    assert figures.summed(below) == figures.summed(slowly)


def test_the_list_of_a_unit_names_those_whom_its_figure_counts(crowd, everybody):
    goals, stopped = all_goals(), 0
    for unit, figure in figures.by_unit(everybody(crowd.top), on=TODAY).items():
        seen = everybody(unit)
        standings = figures.people(seen, unit, on=TODAY, at=NOON)
        measured = figures.page(standings, seen, goals=goals, most=500)
        there = [(person, roles) for at, person, roles in counting() if at == unit]
        wanted = sorted(
            ((state_of(person, roles), person) for person, roles in there),
            key=lambda one: (one[0] == State.FINISHED, one[1].sort_key, one[1].pk),
        )
        assert [one.person for one in measured] == [person.pk for _state, person in wanted]
        assert Counter((one.person, one.state) for one in measured) == Counter(
            (person.pk, state) for state, person in wanted
        )
        assert Counter(FIELDS[one.state] for one in measured) == {
            name: number
            for name in ("done", "learning", "not_begun")
            if (number := getattr(figure, name))
        }
        counts = figures.counts(standings)
        for chosen in FILTERS:
            some = figures.page(standings, seen, goals=goals, chosen=chosen, most=500)
            assert counts[chosen] == len(some)
        assert counts["qua-han"] == figure.overdue
        stopped += counts["dung-lau"]
        assert counts["dung-lau"] == sum(one.state == State.INACTIVE for one in measured)
        for one, row in zip(measured, progress.rows(measured, goals=goals), strict=True):
            person, goal = Person.objects.get(pk=row.person), goals[one.goal]
            roles = next(roles for roles in (TEAM, SCHOOL) if goal.roles & roles)
            best = grading.best_grades(person)
            assert {skill.skill.key for skill in row.skills if skill.held} == held_by(person, roles)
            assert [skill.best for skill in row.skills] == [
                best[quiz].per_cent if quiz in best else None for quiz in goal.quizzes
            ]
            read = Completion.objects.filter(person=person, lesson__in=goal.lessons)
            assert row.lessons_read == read.count()
    assert stopped


def test_pages_follow_one_another(crowd, everybody, village):
    goals, seen = all_goals(), everybody(village)
    standings = figures.people(seen, village.pk, on=TODAY, at=NOON)
    whole = figures.page(standings, seen, goals=goals, most=500)
    parts = [
        figures.page(standings, seen, goals=goals, first=first, most=3) for first in range(0, 60, 3)
    ]
    assert list(chain(*parts)) == whole
    assert len(whole) > 3


@pytest.mark.parametrize("size", [3, 300])
def test_rows_and_counts_cost_as_many_queries_for_few_as_for_many(
    province: Province, village, everybody, size, django_assert_num_queries
):
    for _number in range(size):
        person = province.person((village, Role.TEAM_MEMBER))
        province.read(person, 2)
    refreshing.catch_up(at=NOON)
    goals, seen = all_goals(), everybody(village)
    standings = figures.people(seen, village.pk, on=TODAY, at=NOON)
    with django_assert_num_queries(1):
        assert figures.counts(standings)[""] == size
    with django_assert_num_queries(8):
        rows = progress.rows(figures.page(standings, seen, goals=goals, most=50), goals=goals)
    assert len(rows) == min(size, 50)


# Single cases


@pytest.fixture
def rows_of(everybody):
    def rows_of(village):
        refreshing.catch_up(at=NOON)
        goals, seen = all_goals(), everybody(village)
        standings = figures.people(seen, village.pk, on=TODAY, at=NOON)
        return progress.rows(figures.page(standings, seen, goals=goals, most=50), goals=goals)

    return rows_of


def test_a_regraded_attempt_counts_by_its_last_grade(province, village, rows_of):
    person = province.person((village, Role.TEAM_MEMBER))
    province.finish(person)
    province.take(person, province.quizzes[0], False)
    assert rows_of(village)[0].finished
    other = province.person((village, Role.TEAM_MEMBER))
    for quiz in province.quizzes:
        province.take(other, quiz, True, False)
    assert [row.finished for row in rows_of(village) if row.person == other.pk] == [False]


def test_whoever_has_failed_a_quiz_is_stuck_there_even_where_others_come_before(
    province, village, rows_of
):
    person = province.person((village, Role.TEAM_MEMBER))
    province.read(person, 3)
    province.take(person, province.quizzes[2], False)
    [row] = rows_of(village)
    assert (row.next.skill.number, row.next.tried, row.next.best) == (3, True, 40)


def test_whoever_has_only_read_goes_on_where_they_began(province, village, rows_of):
    person = province.person((village, Role.TEAM_MEMBER))
    province.read(person, 2)
    [row] = rows_of(village)
    assert (row.next.skill.number, row.next.tried, row.next.read) == (1, False, 2)


def test_whoever_passed_long_ago_goes_on_with_what_is_to_be_refreshed(province, village, rows_of):
    person = province.person((village, Role.TEAM_MEMBER))
    province.finish(person, days=800)
    for quiz in province.quizzes[1:]:
        province.take(person, quiz, True)
    [row] = rows_of(village)
    assert not row.finished
    assert (row.next.skill.number, row.next.passed, row.next.tried) == (1, True, False)


def test_whoever_is_exempt_stands_last_and_has_nothing_to_go_on_with(province, village, rows_of):
    away = province.person((village, Role.TEAM_MEMBER), name="Bùi Văn An")
    province.finish(province.person((village, Role.TEAM_MEMBER), name="Vũ Thị Yên"))
    Exemption.objects.create(
        person=away, programme=Programme.objects.get(key="to-cong-nghe-so"), reason="illness",
        since=TODAY - timedelta(days=9), until=TODAY + timedelta(days=9),
        granted_until=TODAY + timedelta(days=9), approved_by=make_person("chu.tich", "Hà Văn Bình"),
        approved_at=NOON,
    )  # fmt: skip
    assert [(row.name, row.state) for row in rows_of(village)] == [
        ("Vũ Thị Yên", State.FINISHED),
        ("Bùi Văn An", State.EXEMPT),
    ]
    assert rows_of(village)[1].next is None
