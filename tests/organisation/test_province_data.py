"""The real units, replayed: on each of the known days there are as many as the resolutions say."""

from collections import Counter
from datetime import date

import pytest

from organisation import changes, loading, tree
from organisation.models import Change, Family, Placement, Succession
from tests.conftest import NOON

pytestmark = pytest.mark.one_database

DIRECTIVE = date(2023, 8, 17)
VIET_YEN, CHU, BAC_NINH = date(2024, 2, 1), date(2025, 1, 1), date(2025, 7, 1)


@pytest.fixture
def replayed(db):
    loading.load_units(loading.read_units(), kinds=loading.load_kinds())
    return loading.load_changes(
        loading.read_changes(), apply=lambda plan: changes.apply(plan, at=NOON)
    )


def counts(day, *, under=None):
    found = Placement.objects.on(day).of(Family.COMMUNE)
    if under:
        found = found.filter(unit__in=tree.within([under.unit_id], on=day))
    return Counter(found.values_list("kind__key", flat=True))


def province(day):
    return Placement.objects.on(day).of(Family.PROVINCE).get(name__contains="Bắc")


def test_on_every_known_day_there_are_as_many_as_the_resolutions_say(replayed):
    assert replayed == len({line.change for line in loading.read_changes()})
    for day, districts, communes in [
        (DIRECTIVE, 10, {"xa": 182, "phuong": 10, "thi-tran": 17}),
        (VIET_YEN, 10, {"xa": 175, "phuong": 19, "thi-tran": 15}),
        (CHU, 10, {"xa": 143, "phuong": 35, "thi-tran": 14}),
        (BAC_NINH, 0, {"xa": 66, "phuong": 33}),
    ]:
        assert counts(day, under=province(day)) == communes, day
        assert Placement.objects.on(day).of(Family.DISTRICT).count() == districts, day


def test_every_commune_of_2023_leads_to_exactly_one_of_today(replayed):
    communes = list(
        Placement.objects.on(DIRECTIVE).of(Family.COMMUNE).values_list("unit", flat=True)
    )
    assert len(communes) == 209
    ends = tree.successors(communes, on=BAC_NINH)
    assert {len(end) for end in ends.values()} == {1}
    of_today = {unit for end in ends.values() for unit in end}
    kinds = Placement.objects.on(BAC_NINH).filter(unit__in=of_today)
    assert Counter(kinds.values_list("kind__key", flat=True)) == {"xa": 45, "phuong": 13}
    back = tree.predecessors(of_today, on=DIRECTIVE)
    assert sorted(unit for units in back.values() for unit in units) == sorted(communes)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Xã Lão Hộ", "Phường Tân An"), ("Phường Trần Nguyên Hãn", "Phường Bắc Giang"),
        ("Huyện Yên Dũng", None), ("Sở Thông tin và Truyền thông", "Sở Khoa học và Công nghệ"),
        ("Tỉnh Bắc Giang", "Tỉnh Bắc Ninh"),
    ],
)  # fmt: skip
def test_what_a_unit_of_2023_has_become(replayed, before, after):
    unit = Placement.objects.on(DIRECTIVE).get(name=before).unit_id
    (ends,) = tree.successors([unit], on=BAC_NINH).values()
    names = [placement.name for placement in Placement.objects.on(BAC_NINH).filter(unit__in=ends)]
    assert names == ([after] if after else [])


def test_names_that_moved_are_told_apart(replayed):
    hiep = Placement.objects.filter(name="Xã Tân Hiệp").order_by("valid_from")
    assert len({placement.unit_id for placement in hiep}) >= 2
    son = Placement.objects.on(DIRECTIVE).filter(name="Xã Phúc Sơn")
    assert len({tree.path(placement.unit_id, on=DIRECTIVE)[1].name for placement in son}) == 2


def test_loaded_again_nothing_changes(replayed):
    before = (Placement.objects.count(), Succession.objects.count(), Change.objects.count())
    assert loading.load_units(loading.read_units(), kinds=loading.load_kinds()) == 0
    assert not loading.load_changes(loading.read_changes(), apply=changes.apply)
    assert (Placement.objects.count(), Succession.objects.count(), Change.objects.count()) == before


def test_whatever_stands_stands_under_what_stands(replayed):
    for day in (DIRECTIVE, VIET_YEN, CHU, BAC_NINH):
        standing = set(Placement.objects.on(day).values_list("unit", flat=True))
        parents = Placement.objects.on(day).exclude(parent=None).values_list("parent", flat=True)
        assert set(parents) <= standing, day
