"""What is counted in the database against what a few lines of Python count one by one."""

import random
from collections import defaultdict
from datetime import timedelta
from itertools import chain

import pytest
from django.db.models import Max

from courses.models import Completion
from desks import figures, progress
from desks.figures import Counts, State
from desks.goals import all_goals
from organisation import tree
from people.models import Post
from people.roles import LEARNERS, Role
from quizzes import grading
from quizzes.models import Attempt
from tests.conftest import NOON, TODAY
from tests.desks.conftest import Province

ALL = {Role.TEAM_LEADER, Role.TEAM_MEMBER, Role.TEACHER, Role.SCHOOL_HEAD}


def state_of(person, goal) -> State:
    """How far somebody is, asked of the modules that a learner's own pages ask."""
    best = grading.best_grades(person)
    if all(quiz in best and best[quiz].passed for quiz in goal.quizzes):
        return State.FINISHED
    times = [
        Completion.objects.filter(person=person).aggregate(last=Max("at"))["last"],
        Attempt.objects.filter(person=person).aggregate(last=Max("started_at"))["last"],
    ]
    if not any(times):
        return State.NOT_BEGUN
    last = max(time for time in [*times, person.last_login] if time)
    return State.LEARNING if last > NOON - timedelta(days=90) else State.INACTIVE


def measured_by(posts, goals) -> dict:
    """Return by which goal each person is measured who holds some posts: the first of theirs."""
    found: dict = {}
    for post in posts:
        place = next(place for place, goal in enumerate(goals) if post.role in goal.roles)
        found[post.person] = min(place, found.get(post.person, place))
    return {person: goals[place] for person, place in found.items()}


def recounted(posts, goals) -> dict[int, Counts]:
    """Count one by one: each person once at each unit."""
    there: dict[int, list[Post]] = defaultdict(list)
    for post in posts.select_related("person"):
        there[post.unit_id].append(post)
    found: dict[int, Counts] = defaultdict(Counts)
    for unit, some in there.items():
        for person, goal in measured_by(some, goals).items():
            found[unit] += Counts(**{state_of(person, goal).name.lower(): 1})
    return dict(found)


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
    return province


def test_what_the_database_counts_is_what_is_counted_one_by_one(crowd, commune):
    goals = all_goals()
    posts = Post.objects.on(TODAY).filter(role__in=LEARNERS)
    slowly = recounted(posts, goals)
    assert figures.by_unit(posts, goals=goals, at=NOON) == slowly
    assert sum(slowly.values(), Counts()).people > 25
    assert all(sum(counts.of(state) for counts in slowly.values()) for state in State)

    people = measured_by(posts.select_related("person"), goals)
    states = [state_of(person, goal) for person, goal in people.items()]
    counted = figures.counts(posts, goals=goals, at=NOON)
    assert {state: counted.of(state) for state in State} == {
        state: states.count(state) for state in State
    }


def test_the_children_of_a_unit_have_what_stands_under_them(crowd, commune):
    goals = all_goals()
    posts = Post.objects.on(TODAY).filter(role__in=LEARNERS)
    slowly = recounted(posts, goals)
    below = figures.by_child(crowd.top.pk, slowly, on=TODAY)
    for child in tree.children(crowd.top, on=TODAY):
        inside = tree.within([child.unit_id], on=TODAY).values_list("pk", flat=True)
        wanted = sum((slowly[pk] for pk in inside if pk in slowly), Counts())
        assert below.get(child.unit_id, Counts()) == wanted
    assert sum(below.values(), Counts()) == sum(slowly.values(), Counts())


def test_what_is_remembered_of_everywhere_is_the_same_and_tells_teams_from_schools(crowd):
    goals = all_goals()
    remembered = figures.everywhere(goals=goals, on=TODAY, at=NOON)
    for part, roles in figures.PARTS.items():
        posts = Post.objects.on(TODAY).filter(role__in=roles)
        assert remembered.of([part]) == recounted(posts, goals)


def test_what_is_remembered_is_not_counted_again(crowd, django_assert_num_queries):
    goals = all_goals()
    with django_assert_num_queries(2):
        first = figures.everywhere(goals=goals, on=TODAY, at=NOON)
    with django_assert_num_queries(0):
        again = figures.everywhere(goals=goals, on=TODAY, at=NOON + timedelta(minutes=9))
    assert again.at == first.at == NOON


def test_a_page_names_those_who_have_not_finished_first_each_group_by_vietnamese_name(crowd):
    goals = all_goals()
    posts = Post.objects.on(TODAY)
    measured = figures.page(posts, goals=goals, at=NOON, most=500)
    rows = progress.rows(measured, goals=goals)
    people = measured_by(posts.filter(role__in=LEARNERS).select_related("person"), goals)
    wanted = sorted(
        people, key=lambda p: (state_of(p, people[p]) == State.FINISHED, p.sort_key, p.pk)
    )
    assert [row.person for row in rows] == [person.pk for person in wanted]
    for row, person in zip(rows, wanted, strict=True):
        best = grading.best_grades(person)
        quizzes = people[person].quizzes
        assert row.state == state_of(person, people[person])
        assert row.passed == sum(quiz in best and best[quiz].passed for quiz in quizzes)
        assert [one.best for one in row.skills] == [
            best[quiz].per_cent if quiz in best else None for quiz in quizzes
        ]
        read = Completion.objects.filter(person=person, lesson__in=people[person].lessons)
        assert row.lessons_read == read.count()


def test_pages_follow_one_another_and_can_be_narrowed_to_some_states(crowd):
    goals = all_goals()
    posts = Post.objects.on(TODAY)
    everybody = figures.page(posts, goals=goals, at=NOON, most=500)
    parts = [
        figures.page(posts, goals=goals, at=NOON, first=first, most=10)
        for first in range(0, 60, 10)
    ]
    assert list(chain(*parts)) == everybody
    waiting = figures.page(posts, goals=goals, at=NOON, states=[State.NOT_BEGUN], most=500)
    assert waiting == [one for one in everybody if one.state == State.NOT_BEGUN]


@pytest.mark.parametrize("size", [3, 300])
def test_rows_and_counts_cost_as_many_queries_for_few_as_for_many(
    province: Province, village, size, django_assert_num_queries
):
    for _number in range(size):
        person = province.person((village, Role.TEAM_MEMBER))
        province.read(person, 2)
    posts, goals = Post.objects.on(TODAY).filter(unit=village), all_goals()
    with django_assert_num_queries(1):
        assert figures.counts(posts, goals=goals, at=NOON).people == size
    with django_assert_num_queries(8):
        rows = progress.rows(figures.page(posts, goals=goals, at=NOON, most=50), goals=goals)
    assert len(rows) == min(size, 50)


# Single cases


def rows_of(village):
    goals = all_goals()
    posts = Post.objects.on(TODAY).filter(unit=village)
    return progress.rows(figures.page(posts, goals=goals, at=NOON, most=50), goals=goals)


def test_a_regraded_attempt_counts_by_its_last_grade(province, village):
    person = province.person((village, Role.TEAM_MEMBER))
    province.finish(person)
    province.take(person, province.quizzes[0], False)
    assert rows_of(village)[0].finished
    other = province.person((village, Role.TEAM_MEMBER))
    for quiz in province.quizzes:
        province.take(other, quiz, True, False)
    assert [row.finished for row in rows_of(village) if row.person == other.pk] == [False]


def test_whoever_has_failed_a_quiz_is_stuck_there_even_where_others_come_before(province, village):
    person = province.person((village, Role.TEAM_MEMBER))
    province.read(person, 3)
    province.take(person, province.quizzes[2], False)
    [row] = rows_of(village)
    assert (row.next.skill.number, row.next.tried, row.next.best) == (3, True, 40)


def test_whoever_has_only_read_goes_on_where_they_began(province, village):
    person = province.person((village, Role.TEAM_MEMBER))
    province.read(person, 2)
    [row] = rows_of(village)
    assert (row.next.skill.number, row.next.tried, row.next.read) == (1, False, 2)


def test_nobody_has_finished_what_has_no_quiz_yet(province, village):
    from quizzes.models import Quiz

    person = province.person((village, Role.TEAM_MEMBER))
    province.finish(person)
    assert rows_of(village)[0].finished
    Quiz.objects.update(live=False)
    assert not rows_of(village)[0].finished


def test_a_share_of_a_hundred_is_only_said_of_all():
    assert Counts(finished=199, learning=1).per_cent == 99
    assert Counts(finished=200).per_cent == 100
    assert Counts().per_cent == 0
