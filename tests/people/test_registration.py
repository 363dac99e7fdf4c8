from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from organisation.models import Unit
from people import registration
from people.models import Person, Post
from people.roles import SELF_DECLARED, Role
from tests.at_once import at_once
from tests.conftest import PASSWORD, TODAY, make_person

TOMORROW = TODAY + timedelta(days=1)
YESTERDAY = TODAY - timedelta(days=1)


def register(unit, **fields):
    said = {
        "login": "chi.binh",
        "password": PASSWORD,
        "name": "Trần Thị Bình",
        "role": Role.TEAM_MEMBER,
        "on": TODAY,
    }
    return registration.register(unit=unit, **(said | fields))


def held(person, *, on=TODAY):
    """Return the posts that a person holds on a day as (unit, role), the oldest first."""
    posts = Post.objects.on(on).filter(person=person).order_by("since", "pk")
    return [(post.unit, post.role) for post in posts]


@pytest.fixture
def elsewhere(db):
    return Unit.objects.create()


@pytest.fixture
def member(village):
    """Somebody who has said some days ago that they serve in the village."""
    return register(village, on=TODAY - timedelta(days=9))


# Registering


def test_whoever_registers_holds_the_post_that_they_say(village):
    person = register(village)
    post = person.posts.get()
    assert (post.unit, post.role, post.since, post.until) == (
        village,
        Role.TEAM_MEMBER,
        TODAY,
        None,
    )
    assert post.self_declared
    assert person.check_password(PASSWORD)


def test_whoever_registers_gets_no_rights(village):
    person = register(village)
    assert not person.is_superuser
    assert not person.groups.exists()
    assert not person.has_perm("wagtailadmin.access_admin")


@pytest.mark.parametrize("role", [role for role in Role if role not in SELF_DECLARED])
def test_nobody_gives_themselves_a_role_with_rights(village, member, role):
    with pytest.raises(registration.RoleNotOpen):
        register(village, role=role, login="nguoi.khac")
    with pytest.raises(registration.RoleNotOpen):
        registration.move(person=member, unit=village, role=role, on=TODAY)
    assert not Person.objects.filter(login="nguoi.khac").exists()
    assert held(member) == [(village, Role.TEAM_MEMBER)]


@pytest.mark.parametrize("login", ["chi.binh", "CHI.BINH", "  Chi.Binh "])
def test_a_login_name_is_taken_however_it_is_written(village, login):
    register(village)
    with pytest.raises(IntegrityError), transaction.atomic():
        register(village, login=login)
    assert Post.objects.filter(unit=village).count() == 1


def test_of_many_who_register_the_same_login_at_once_one_gets_it(committed_db):
    unit = Unit.objects.create()
    results = at_once(*[lambda: register(unit)] * 4)
    winners = [result for result in results if isinstance(result, Person)]
    losers = [result for result in results if isinstance(result, IntegrityError)]
    assert (len(winners), len(losers)) == (1, 3), results
    assert Post.objects.get().person == winners[0]


# Serving elsewhere


def test_whoever_moves_ends_one_post_and_begins_another(member, village, elsewhere):
    registration.move(person=member, unit=elsewhere, role=Role.TEACHER, on=TODAY)
    assert held(member, on=YESTERDAY) == [(village, Role.TEAM_MEMBER)]
    assert held(member, on=TODAY) == [(elsewhere, Role.TEACHER)]


def test_moving_to_where_one_serves_already_changes_nothing(member, village):
    before = list(member.posts.values())
    registration.move(person=member, unit=village, role=Role.TEAM_MEMBER, on=TODAY)
    assert list(member.posts.values()) == before


def test_a_post_that_began_today_is_corrected_without_a_trace(village, elsewhere):
    person = register(village)
    registration.move(person=person, unit=elsewhere, role=Role.TEACHER, on=TODAY)
    assert [(post.unit, post.role) for post in person.posts.all()] == [(elsewhere, Role.TEACHER)]


def test_whoever_goes_away_and_comes_back_on_one_day_serves_where_they_served(
    member, village, elsewhere
):
    for unit in (elsewhere, village):
        registration.move(person=member, unit=unit, role=Role.TEAM_MEMBER, on=TODAY)
    assert held(member, on=YESTERDAY) == held(member, on=TODAY) == [(village, Role.TEAM_MEMBER)]


def test_a_post_that_an_officer_has_written_down_is_not_ended_by_a_move(farmer, village, elsewhere):
    registration.move(person=farmer, unit=elsewhere, role=Role.TEACHER, on=TODAY)
    assert held(farmer) == [(village, Role.TEAM_LEADER), (elsewhere, Role.TEACHER)]


def test_moving_to_the_post_that_an_officer_has_written_down_ends_only_the_own_one(
    member, village, elsewhere
):
    Post.objects.create(person=member, unit=elsewhere, role=Role.TEACHER, since=YESTERDAY)
    registration.move(person=member, unit=elsewhere, role=Role.TEACHER, on=TODAY)
    assert held(member) == [(elsewhere, Role.TEACHER)]


def test_nobody_moves_somebody_else(member, neighbour, village, elsewhere):
    registration.move(person=neighbour, unit=elsewhere, role=Role.TEACHER, on=TODAY)
    assert held(member) == [(village, Role.TEAM_MEMBER)]


def test_whoever_presses_save_many_times_moves_once(committed_db):
    home, elsewhere = Unit.objects.create(), Unit.objects.create()
    person = register(home, on=YESTERDAY)

    def moving():
        registration.move(person=person, unit=elsewhere, role=Role.TEACHER, on=TODAY)

    assert at_once(*[moving] * 4) == [None] * 4
    assert held(person) == [(elsewhere, Role.TEACHER)]


def test_of_two_moves_at_once_one_holds(committed_db):
    home, *places = (Unit.objects.create() for _number in range(4))
    person = register(home, on=YESTERDAY)

    def moving_to(unit):
        return lambda: registration.move(person=person, unit=unit, role=Role.TEACHER, on=TODAY)

    assert at_once(*[moving_to(unit) for unit in places]) == [None] * 3
    assert len(held(person)) == 1


# The post of a day


def test_the_current_post_is_the_one_that_began_last(member, elsewhere):
    Post.objects.create(person=member, unit=elsewhere, role=Role.OFFICER, since=YESTERDAY)
    assert registration.current_post(member, on=TODAY).unit == elsewhere


def test_a_post_holds_from_its_first_day_until_before_its_last(member, village):
    post = member.posts.get()
    Post.objects.filter(pk=post.pk).update(until=TODAY)
    assert registration.current_post(member, on=post.since - timedelta(days=1)) is None
    assert registration.current_post(member, on=post.since) == post
    assert registration.current_post(member, on=YESTERDAY) == post
    assert registration.current_post(member, on=TODAY) is None


# What the database refuses


@pytest.mark.parametrize("until", [TODAY, YESTERDAY])
def test_a_post_ends_after_it_begins(neighbour, village, until):
    with (
        pytest.raises(IntegrityError, match="a_post_ends_after_it_begins"),
        transaction.atomic(),
    ):
        Post.objects.create(
            person=neighbour, unit=village, role=Role.TEACHER, since=TODAY, until=until
        )


def test_nobody_holds_the_same_post_twice(member, village):
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(person=member, unit=village, role=Role.TEAM_MEMBER, since=TOMORROW)
    Post.objects.create(person=member, unit=village, role=Role.TEACHER, since=TOMORROW)


def test_two_people_never_have_one_login(neighbour):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_person(neighbour.login.upper(), "Người Khác")
