from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from organisation import tree
from organisation.models import Change, Family, Placement, Succession, Unit
from tests.conftest import NOON

FOUNDED = date(2025, 7, 1)
MERGED = date(2026, 7, 1)
DAY = timedelta(days=1)


def names(placements):
    return [placement.name for placement in placements]


@pytest.fixture
def commune(village):
    """Xã Đồi Vải, which the village stands under."""
    return tree.path(village, on=FOUNDED)[1].unit


@pytest.fixture
def found(kinds):
    """Found a unit: `found("Thôn Hai", "thon", under=commune)`."""

    def found(name, kind, *, under=None, since=FOUNDED):
        unit = Unit.objects.create()
        tree.place(unit=unit, name=name, kind=kinds[kind], parent=under, valid_from=since)
        return unit

    return found


# Where a unit stands


def test_a_path_leads_from_the_unit_up_to_the_province(village):
    path = tree.path(village, on=FOUNDED)
    assert names(path) == ["Thôn Đồi Chè", "Xã Đồi Vải", "Tỉnh Sông Thương"]
    assert tree.written(path) == "Thôn Đồi Chè, Xã Đồi Vải, Tỉnh Sông Thương"


def test_a_path_needs_one_query_a_level(village, django_assert_num_queries):
    with django_assert_num_queries(3):
        tree.path(village, on=FOUNDED)


def test_before_its_first_day_a_unit_has_no_path_and_nothing_to_write(village):
    path = tree.path(village, on=FOUNDED - DAY)
    assert path == []
    assert tree.written(path) == ""


def test_a_unit_that_was_never_placed_has_no_path(db):
    assert tree.path(Unit.objects.create(), on=FOUNDED) == []


def test_a_path_ends_below_a_unit_that_does_not_stand_on_that_day(village, commune):
    Placement.objects.filter(unit=commune).update(valid_until=MERGED)
    assert names(tree.path(village, on=MERGED)) == ["Thôn Đồi Chè"]


def test_two_units_under_each_other_do_not_lead_a_path_round_for_ever(found):
    one = found("Thôn Một", "thon")
    other = found("Thôn Hai", "thon", under=one)
    Placement.objects.filter(unit=one).update(parent=other)
    assert len(tree.path(one, on=FOUNDED)) == tree.DEEPEST


def test_a_name_is_kept_in_one_form_however_it_was_typed(found):
    unit = found("  Thôn\u00a0Đo\u0302\u0300i ", "thon")
    assert tree.path(unit, on=FOUNDED)[0].name == "Thôn Đồi"


# From a day, until before a day


@pytest.fixture
def moved_village(village, found, kinds):
    """The village, which on the day of the merger got another name and another commune."""
    commune = found("Xã Đồi Mới", "xa")
    tree.place(unit=village, name="Thôn Chè", kind=kinds["thon"], parent=commune, valid_from=MERGED)
    return village


@pytest.mark.parametrize(
    ("day", "path"),
    [
        (FOUNDED - DAY, ""),
        (FOUNDED, "Thôn Đồi Chè, Xã Đồi Vải, Tỉnh Sông Thương"),
        (MERGED - DAY, "Thôn Đồi Chè, Xã Đồi Vải, Tỉnh Sông Thương"),
        (MERGED, "Thôn Chè, Xã Đồi Mới"),
        (date.max, "Thôn Chè, Xã Đồi Mới"),
    ],
)
def test_a_unit_that_moved_stands_at_one_place_on_each_day(moved_village, day, path):
    assert tree.written(tree.path(moved_village, on=day)) == path


def test_what_stood_under_a_unit_is_asked_as_of_a_day_too(moved_village, commune):
    assert names(tree.children(commune, on=MERGED - DAY)) == ["Thôn Đồi Chè"]
    assert names(tree.children(commune, on=MERGED)) == []


def test_a_placement_that_has_ended_is_not_in_force_on_the_day_of_its_end(village):
    village.placements.update(valid_until=MERGED)
    assert village.placements.on(MERGED - DAY).exists()
    assert not village.placements.on(MERGED).exists()


@pytest.mark.parametrize("day", [FOUNDED, FOUNDED - DAY])
def test_what_has_been_written_down_is_not_written_over(village, kinds, day):
    with pytest.raises(tree.Overlaps):
        tree.place(unit=village, name="Thôn Khác", kind=kinds["thon"], parent=None, valid_from=day)
    assert names(village.placements.all()) == ["Thôn Đồi Chè"]


def test_nothing_is_placed_before_the_end_of_what_has_ended(village, kinds):
    village.placements.update(valid_until=MERGED)
    with pytest.raises(tree.Overlaps):
        tree.place(
            unit=village, name="Thôn Chè", kind=kinds["thon"], parent=None, valid_from=MERGED - DAY
        )
    tree.place(unit=village, name="Thôn Chè", kind=kinds["thon"], parent=None, valid_from=MERGED)


def test_a_move_that_is_refused_leaves_the_unit_where_it_stood(village):
    with pytest.raises(IntegrityError), transaction.atomic():
        tree.place(unit=village, name="Thôn Chè", kind=None, parent=None, valid_from=MERGED)
    assert village.placements.get().valid_until is None


# What stands under a unit, and what is of a kind


def test_children_are_those_directly_below_in_the_order_of_the_alphabet(commune, found):
    other = found("Xã Bên Sông", "xa")
    for name in ("Thôn Đá", "Thôn Dốc", "Thôn Ăn", "Thôn Ao", "Thôn Ấp", "Thôn Bãi"):
        found(name, "thon", under=other)
    assert names(tree.children(other, on=FOUNDED)) == [
        "Thôn Ao", "Thôn Ăn", "Thôn Ấp", "Thôn Bãi", "Thôn Dốc", "Thôn Đá",
    ]  # fmt: skip
    assert names(tree.children(commune, on=FOUNDED)) == ["Thôn Đồi Chè"]


def test_units_of_some_kinds_come_by_level_then_in_the_order_of_the_alphabet(found):
    for name, kind in [("Xã Đá", "xa"), ("Xã Dốc", "xa"), ("Thôn Ấp", "thon"), ("Thôn Ao", "thon")]:
        found(name, kind)
    found("Xã Bãi", "xa", since=MERGED)
    found("Tỉnh Ao", "tinh")
    assert names(tree.of_families(Family.VILLAGE, Family.COMMUNE, on=FOUNDED)) == [
        "Xã Dốc", "Xã Đá", "Thôn Ao", "Thôn Ấp",
    ]  # fmt: skip
    assert names(tree.of_families(Family.COMMUNE, on=MERGED)) == ["Xã Bãi", "Xã Dốc", "Xã Đá"]


def test_a_list_of_units_with_their_kinds_is_one_query(
    village, commune, found, django_assert_num_queries
):
    for number in range(10):
        found(f"Thôn {number}", "thon", under=commune)
    for ask in (
        lambda: tree.children(commune, on=FOUNDED),
        lambda: tree.of_families(Family.VILLAGE, on=FOUNDED),
    ):
        with django_assert_num_queries(1):
            listed = [(line.unit, line.kind.name) for line in ask()]
        assert len(listed) == 11


def test_a_kind_that_nothing_is_of_has_no_units(village):
    assert not tree.of_families(Family.DISTRICT, on=FOUNDED)
    assert not tree.of_families(on=FOUNDED)


# What the database refuses


def add_placement(unit, kinds, *, since, until=None, parent=None):
    with transaction.atomic():
        Placement.objects.create(
            unit=unit,
            parent=parent,
            kind=kinds["thon"],
            name="Thôn",
            valid_from=since,
            valid_until=until,
        )


@pytest.mark.parametrize("until", [FOUNDED, FOUNDED - DAY])
def test_a_placement_ends_after_it_begins(kinds, until):
    with pytest.raises(IntegrityError, match="a_placement_ends_after_it_begins"):
        add_placement(Unit.objects.create(), kinds, since=FOUNDED, until=until)


def test_no_unit_is_under_itself(kinds):
    unit = Unit.objects.create()
    with pytest.raises(IntegrityError, match="no_unit_is_under_itself"):
        add_placement(unit, kinds, since=FOUNDED, parent=unit)


def test_a_unit_has_one_open_placement(kinds):
    unit = Unit.objects.create()
    add_placement(unit, kinds, since=FOUNDED)
    with pytest.raises(IntegrityError):
        add_placement(unit, kinds, since=MERGED)
    add_placement(unit, kinds, since=FOUNDED - DAY, until=FOUNDED)


def test_one_placement_of_a_unit_begins_on_a_day(kinds):
    unit = Unit.objects.create()
    add_placement(unit, kinds, since=FOUNDED, until=MERGED)
    with pytest.raises(IntegrityError):
        add_placement(unit, kinds, since=FOUNDED, until=MERGED + DAY)
    add_placement(Unit.objects.create(), kinds, since=FOUNDED)


def succeed(predecessor, successor, day=MERGED):
    with transaction.atomic():
        change = Change.objects.create(
            act=Change.Act.MERGER, day=day, source="Nghị quyết", recorded_at=NOON
        )
        Succession.objects.create(
            change=change, predecessor=predecessor, successor=successor, day=day
        )


def test_no_unit_succeeds_itself(village):
    with pytest.raises(IntegrityError, match="no_unit_succeeds_itself"):
        succeed(village, village)


def test_two_units_have_one_succession_a_day(village, commune):
    succeed(village, commune)
    with pytest.raises(IntegrityError):
        succeed(village, commune)
    succeed(village, commune, day=MERGED + DAY)


def test_a_unit_that_something_stands_under_or_once_stood_cannot_be_deleted(village, commune):
    with pytest.raises(ProtectedError):
        commune.delete()
    with pytest.raises(ProtectedError):
        village.delete()
