"""Every number against a slow count of the rows themselves, on random histories."""

import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from organisation import tree
from people.roles import Role
from reports import figures
from reports.figures import Figure, Forecast, Movement, Point, Scope
from tests.conftest import NOON, TODAY
from tests.reports import history
from tests.reports.history import DAYS, FIRST, History
from training import refreshing
from training.models import Spell

STATES = ("done", "learning", "not_begun", "exempt")


@pytest.fixture(params=range(6))
def lived(request, commune, kinds, teachers):
    """A history, and how everybody stood on every day of it."""
    top = tree.path(commune, on=TODAY)[1].unit
    history.forget_units()
    made = History(top, kinds, teachers, random.Random(request.param))
    refreshing.catch_up(at=NOON)
    made.days = {
        person.pk: days for person in made.people if (days := history.every_day(person, teachers))
    }
    return made


def days_of(lived, number=6):
    spread = [FIRST + timedelta(days=lived.dice.randint(0, DAYS)) for _day in range(number)]
    return sorted({*spread, lived.merged_on, lived.merged_on - timedelta(days=1), TODAY})


def test_the_figure_of_a_day_is_what_is_counted_person_by_person(lived, teachers):
    seen = Figure()
    for on in days_of(lived):
        for unit in [lived.top, *lived.communes, *lived.schools]:
            slow = history.counted(lived.days, on=on, unit=unit.pk)
            found = figures.total(Scope(teachers, unit.pk), on=on)
            assert found == Figure(**{name: len(some) for name, some in slow.items()}), (on, unit)
            seen += found
            for chosen, names in [
                ("da-xong", slow["done"]),
                ("chua-xong", slow["learning"] | slow["not_begun"]),
                ("qua-han", slow["overdue"]),
                ("duoc-mien", slow["exempt"]),
            ]:
                people = figures.people(Scope(teachers, unit.pk), on=on, chosen=chosen)
                assert sorted(one.person_id for one in people) == sorted(names)
    assert seen.done
    assert seen.missing


def test_parts_add_up_to_the_whole(lived, teachers):
    for on in days_of(lived):
        counted = figures.by_unit(Scope(teachers, lived.top.pk), on=on)
        below = figures.by_child(lived.top.pk, counted, on=on)
        assert sum(below.values(), Figure()) == figures.total(Scope(teachers, lived.top.pk), on=on)
        for commune in lived.communes:
            own = figures.total(Scope(teachers, commune.pk), on=on)
            assert below.get(commune.pk, Figure()) == own


def test_groups_add_up_too(lived, teachers):
    whole = figures.total(Scope(teachers, lived.top.pk), on=TODAY)
    parts = [
        figures.total(Scope(teachers, lived.top.pk, frozenset({role})), on=TODAY)
        for role in (Role.TEACHER, Role.SCHOOL_HEAD)
    ]
    assert sum(parts, Figure()) == whole


def test_who_came_and_went_is_who_is_there_on_one_day_and_not_on_the_other(lived, teachers):
    first, *_between, last = days_of(lived)

    def there(unit, on) -> set[int]:
        counted = history.counted(lived.days, on=on, unit=unit.pk)
        return set().union(*[counted[name] for name in STATES])

    # By the units of the last day: the fourth school, of the second commune, has become the first.
    became = there(lived.schools[3], first)
    for unit in [lived.top, *lived.communes, *lived.schools[:3]]:
        before, after = there(unit, first), there(unit, last)
        if unit in (lived.schools[0], lived.communes[0]):
            before |= became
        elif unit == lived.communes[1]:
            before -= became
        found = figures.movement(Scope(teachers, unit.pk), since=first, until=last)
        assert found == Movement(len(after - before), len(before - after))


def test_a_series_tells_of_each_day_what_the_figure_of_that_day_is(lived, teachers):
    days = days_of(lived)
    scope = Scope(teachers, lived.top.pk)
    points = figures.series(scope, days=days, last=figures.total(scope, on=days[-1]))
    for point in points:
        figure = figures.total(Scope(teachers, lived.top.pk), on=point.on)
        assert [getattr(point.figure, name) for name in STATES] == [
            getattr(figure, name) for name in STATES
        ]


def test_earlier_days_are_told_by_the_units_of_today(lived, teachers):
    """What served at the school that is no more counts at the one that it has become."""
    before = lived.merged_on - timedelta(days=1)
    old = figures.by_unit(Scope(teachers, lived.top.pk), on=before)
    scope = Scope(teachers, lived.top.pk, lineage=True)
    now, apart = figures.by_units_of(TODAY, figures.by_unit(scope, on=before, standing=TODAY))
    gone, stays = lived.schools[3].pk, lived.schools[0].pk
    assert gone not in now
    assert now.get(stays, Figure()) == old.get(stays, Figure()) + old.get(gone, Figure())
    assert sum(now.values(), apart) == sum(old.values(), Figure())
    told = figures.reorganised(lived.top.pk, since=FIRST, until=TODAY)
    assert told == {lived.merged_on: 1}


def test_nobody_counts_twice(lived):
    for on in days_of(lived):
        people = list(Spell.objects.on(on).values_list("programme", "person"))
        assert len(people) == len(set(people))


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_a_share_is_a_hundred_only_of_all(done, learning, not_begun):
    figure = Figure(done, learning, not_begun)
    if figure.obliged:
        assert (figure.share == "100%") == (figure.missing == 0)
        assert (figure.share == "0%") == (1000 * done < figure.obliged)
    else:
        assert figure.share == "–"


counts = st.builds(Figure, done=st.integers(0, 40), learning=st.integers(0, 40))


@settings(max_examples=200)
@given(st.lists(counts, min_size=2, max_size=20))
def test_a_forecast_is_the_day_on_which_the_pace_has_made_up_for_all(weeks):
    points = [Point(TODAY + timedelta(weeks=n), figure) for n, figure in enumerate(weeks)]
    found = figures.forecast(points)
    recent = points[-9:]
    fewer = recent[0].figure.missing - recent[-1].figure.missing
    missing = recent[-1].figure.missing
    if not missing:
        assert found is None
    elif fewer <= 0:
        assert found == Forecast(0, None)
    elif found.day is not None:
        span = (recent[-1].on - recent[0].on).days
        days = (found.day - recent[-1].on).days
        assert days * fewer >= missing * span  # enough
        assert (days - 1) * fewer < missing * span  # and not a day later than needed
