"""Acts that change the tree: what they do, what they refuse, and that undoing leaves no trace."""

from datetime import date, timedelta

import pytest
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from organisation import changes, tree
from organisation.changes import Act, Impossible, Plan, Step
from organisation.models import Change, Family, Placement, Succession, Unit
from tests.at_once import at_once
from tests.conftest import NOON
from tests.units import found_units

FOUNDED = date(2025, 7, 1)
DAY = date(2026, 1, 1)
BEFORE = DAY - timedelta(days=1)


def world():
    """Return all that acts write to, apart from the acts themselves."""
    return (
        sorted(Unit.objects.values_list("pk", flat=True)),
        sorted(
            Placement.objects.values_list(
                "unit", "parent", "kind__key", "name", "code", "valid_from", "valid_until"
            ),
            key=str,
        ),
        sorted(Succession.objects.values_list("predecessor", "successor", "day")),
    )


def plan(*steps, act=Act.MERGER, day=DAY):
    return Plan(act=act, day=day, source="Nghị quyết 01/NQ-HĐND", steps=steps)


def apply(*steps, act=Act.MERGER, day=DAY):
    return changes.apply(plan(*steps, act=act, day=day), at=NOON)[0]


def make_places():
    """Two communes with a village each and a third without, under a province."""
    units = found_units(
        ("Tỉnh Sông Thương", "tinh", None),
        ("Xã Đồi Vải", "xa", "Tỉnh Sông Thương"), ("Thôn Đồi Chè", "thon", "Xã Đồi Vải"),
        ("Suối Hoa", "xa", "Tỉnh Sông Thương"), ("Ao Sen", "thon", "Suối Hoa"),
        ("Ba Cây", "xa", "Tỉnh Sông Thương"),
        since=FOUNDED,
    )  # fmt: skip
    short = {"Tỉnh Sông Thương": "tỉnh", "Xã Đồi Vải": "Đồi Vải", "Thôn Đồi Chè": "Đồi Chè"}
    return {short.get(name, name): unit for name, unit in units.items()}


@pytest.fixture
def places(db):
    return make_places()


def parents(on):
    return dict(Placement.objects.on(on).values_list("unit", "parent"))


def test_a_merged_commune_ends_and_its_villages_stand_under_the_successor(places):
    one, other = places["Đồi Vải"], places["Suối Hoa"]
    apply(Step("succeed", one.pk, into=other.pk))
    assert tree.path(one, on=DAY) == []
    assert parents(DAY)[places["Đồi Chè"].pk] == other.pk
    assert parents(BEFORE)[places["Đồi Chè"].pk] == one.pk
    assert tree.successors([one.pk], on=DAY) == {one.pk: {other.pk}}
    assert tree.successors([one.pk], on=BEFORE) == {one.pk: {one.pk}}
    assert tree.predecessors([other.pk], on=BEFORE) == {other.pk: {one.pk, other.pk}}


def test_a_merger_into_a_new_unit_founds_it(places):
    both = [places["Đồi Vải"].pk, places["Suối Hoa"].pk]
    found = Step(
        "found", -1, kind="phuong", name="Phường Hoa Vải", code="07", parent=places["tỉnh"].pk
    )
    apply(found, *[Step("succeed", unit, into=-1) for unit in both])
    new = Unit.objects.get(placements__name="Phường Hoa Vải")
    assert tree.successors(both, on=DAY) == {both[0]: {new.pk}, both[1]: {new.pk}}
    names = [placement.name for placement in tree.children(new, on=DAY)]
    assert names == ["Ao Sen", "Thôn Đồi Chè"]


def test_a_split_says_which_village_goes_where(places):
    old = places["Đồi Vải"]
    parts = [
        Step("found", number, kind="xa", name=name, parent=places["tỉnh"].pk)
        for number, name in [(-1, "Xã Đông"), (-2, "Xã Tây")]
    ]
    apply(
        *parts,
        Step("move", places["Đồi Chè"].pk, parent=-2),
        Step("succeed", old.pk, into=-1), Step("succeed", old.pk, into=-2),
        act=Act.SPLIT,
    )  # fmt: skip
    east, west = (Unit.objects.get(placements__name=name) for name in ("Xã Đông", "Xã Tây"))
    assert tree.successors([old.pk], on=DAY) == {old.pk: {east.pk, west.pk}}
    assert parents(DAY)[places["Đồi Chè"].pk] == west.pk


def test_a_renamed_unit_stays_who_it_is(places):
    unit = places["Đồi Vải"]
    apply(Step("rename", unit.pk, kind="phuong", name="Phường Đồi Vải"), act=Act.RENAMING)
    assert tree.path(unit, on=BEFORE)[0].name == "Xã Đồi Vải"
    now = tree.path(unit, on=DAY)[0]
    assert (now.name, now.kind.key, now.folded_name) == (
        "Phường Đồi Vải",
        "phuong",
        "phuong doi vai",
    )
    assert tree.successors([unit.pk], on=DAY) == {unit.pk: {unit.pk}}


def test_what_was_placed_after_the_day_of_a_late_act_is_corrected(places, kinds):
    late = Unit.objects.create()
    since = DAY + timedelta(days=20)
    tree.place(
        unit=late, name="Thôn Mới", kind=kinds["thon"], parent=places["Đồi Vải"], valid_from=since
    )
    apply(Step("succeed", places["Đồi Vải"].pk, into=places["Suối Hoa"].pk))
    assert parents(since)[late.pk] == places["Suối Hoa"].pk


@pytest.mark.parametrize(
    "step",
    [
        lambda p: Step("succeed", p["Đồi Vải"].pk, into=p["Đồi Vải"].pk),
        lambda p: Step("succeed", p["Đồi Vải"].pk, into=p["Đồi Chè"].pk),
        lambda p: Step("succeed", p["tỉnh"].pk, into=p["Đồi Chè"].pk),
        lambda p: Step("move", p["Đồi Vải"].pk, parent=p["Đồi Chè"].pk),
        lambda p: Step("move", p["Đồi Vải"].pk, parent=p["Đồi Vải"].pk),
        lambda p: Step("abolish", p["Đồi Vải"].pk),
        lambda p: Step("rename", p["Đồi Vải"].pk, kind="xa", name=""),
        lambda p: Step("rename", p["Đồi Vải"].pk, kind="lang", name="Làng"),
        lambda p: Step("abolish", 10**9),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_changes_nothing(places, step):
    before = world()
    with pytest.raises(Impossible):
        apply(step(places))
    assert world() == before
    assert not Change.objects.exists()


def test_an_act_before_a_later_one_of_the_same_unit_is_refused(places):
    rename = Step("rename", places["Đồi Vải"].pk, kind="xa", name="Xã Vải")
    apply(rename, act=Act.RENAMING)
    with pytest.raises(Impossible):
        apply(rename, act=Act.RENAMING, day=BEFORE)


def test_an_act_is_recorded_once_it_is_in_force_and_rehearsed_before(places):
    later = timezone.localdate(NOON) + timedelta(days=1)
    merge = Step("succeed", places["Đồi Vải"].pk, into=places["Suối Hoa"].pk)
    assert changes.rehearse(plan(merge, day=later)).ended == [places["Đồi Vải"].pk]
    with pytest.raises(Impossible):
        apply(merge, day=later)
    apply(merge, day=later - timedelta(days=1))


def test_a_rehearsal_tells_all_and_changes_nothing(places):
    before = world()
    effect = changes.rehearse(
        plan(Step("succeed", places["Đồi Vải"].pk, into=places["Suối Hoa"].pk))
    )
    assert effect.successions == [(places["Đồi Vải"].pk, places["Suối Hoa"].pk)]
    assert effect.moved == [places["Đồi Chè"].pk]
    assert world() == before


def test_an_act_that_another_builds_on_is_undone_after_it(places):
    first = apply(Step("succeed", places["Đồi Vải"].pk, into=places["Suối Hoa"].pk))
    second = apply(
        Step("move", places["Đồi Chè"].pk, parent=places["Ba Cây"].pk), act=Act.MOVE, day=date(2026, 2, 1)
    )  # fmt: skip
    with pytest.raises(Impossible):
        changes.undo(first, source="Đính chính", at=NOON)
    changes.undo(second, source="Đính chính", at=NOON)
    changes.undo(first, source="Đính chính", at=NOON)
    with pytest.raises(Impossible):
        changes.undo(first, source="Đính chính", at=NOON)


def test_what_is_founded_and_used_is_not_undone(places, kinds):
    found = Step("found", -1, kind="xa", name="Xã Mới", parent=places["tỉnh"].pk)
    act = apply(found, Step("succeed", places["Ba Cây"].pk, into=-1))
    new = Unit.objects.get(placements__name="Xã Mới")
    below = Unit.objects.create()
    tree.place(unit=below, name="Thôn", kind=kinds["thon"], parent=new, valid_from=DAY)
    with pytest.raises(Impossible):
        changes.undo(act, source="Đính chính", at=NOON)
    assert tree.path(new, on=DAY)


# Whatever is done, in whatever order

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["succeed", "move", "rename"]), st.integers(0, 5), st.integers(0, 5)
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@pytest.mark.one_database
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_is_done_is_sound_and_can_all_be_undone(places, steps):
    keys = sorted(unit.pk for unit in places.values())
    start, done = world(), []
    for number, (does, one, other) in enumerate(steps):
        day = DAY + timedelta(days=number)
        step = {
            "succeed": Step("succeed", keys[one], into=keys[other]),
            "move": Step("move", keys[one], parent=keys[other]),
            "rename": Step("rename", keys[one], kind="xa", name=f"Xã {number}"),
        }[does]
        before = world()
        try:
            done.append(apply(step, day=day))
        except Impossible:
            assert world() == before
    end = DAY + timedelta(days=len(steps))
    standing = parents(end)
    # Nobody is lost: each leads to exactly one that stands, and what stands hangs on what stands.
    assert all(len(ends) == 1 for ends in tree.successors(keys, on=end).values())
    assert all(parent is None or parent in standing for parent in standing.values())
    assert not Placement.objects.filter(valid_until__lte=F("valid_from")).exists()
    for change in reversed(done):
        changes.undo(change, source="Đính chính", at=NOON)
    assert world() == start


def test_of_two_acts_at_once_on_one_unit_one_is_refused(committed_db):
    places = make_places()

    def merge(into):
        def act():
            try:
                apply(Step("succeed", places["Đồi Vải"].pk, into=places[into].pk))
            except Impossible:
                return "refused"
            return "done"

        return act

    assert sorted(at_once(merge("Suối Hoa"), merge("Ba Cây"))) == ["done", "refused"]
    assert Succession.objects.count() == 1


def test_a_subtree_is_one_query_whatever_its_size(places, django_assert_num_queries):
    with django_assert_num_queries(1):
        units = list(tree.within([places["tỉnh"].pk], on=DAY))
    assert {unit.pk for unit in units} == {unit.pk for unit in places.values()}
    with django_assert_num_queries(1):
        found = [(one.name, one.kind.family) for one in tree.subtree(places["Suối Hoa"], on=DAY)]
    assert found == [("Suối Hoa", Family.COMMUNE), ("Ao Sen", Family.VILLAGE)]


def test_places_are_found_without_accents_and_by_what_they_stand_in(places):
    def found(text):
        return [p.name for p in tree.find(text, on=DAY, families=list(Family))]

    assert found("doi") == ["Thôn Đồi Chè", "Xã Đồi Vải"]
    assert found("CHÈ đồi") == ["Thôn Đồi Chè"]
    assert found("ao, suoi hoa") == ["Ao Sen"]
    assert found("ao, doi vai") == []
    assert found("  ") == []
