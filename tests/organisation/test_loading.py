from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from organisation import loading, tree
from organisation.models import Family, Placement, Unit

TODAY = date(2026, 11, 24)
HEAD = "key,kind,name,code,parent,valid_from\n"
PROVINCE = "p,tinh,Tỉnh Thử,01,,2025-07-01\n"


@pytest.fixture
def load(tmp_path, db):
    """Load a units file that says so much; return how many placements were added."""

    def load(*lines: str) -> int:
        path = tmp_path / "units.csv"
        path.write_text(HEAD + "".join(lines), encoding="utf-8")
        return loading.load_units(loading.read_units(path), kinds=loading.load_kinds())

    return load


def test_the_province_has_its_99_communes_and_wards(db):
    call_command("load_units", stdout=StringIO())
    [province] = Placement.objects.on(TODAY).filter(kind__key="tinh")
    under = tree.children(province.unit, on=TODAY).of(Family.COMMUNE)
    kinds = [placement.kind.key for placement in under]
    assert (kinds.count("xa"), kinds.count("phuong")) == (66, 33)
    assert len({placement.code for placement in under}) == 99
    assert {placement.name.split(" ")[0] for placement in under} == {"Xã", "Phường"}


def test_loaded_again_nothing_changes(db):
    call_command("load_units", stdout=StringIO())
    before = list(Placement.objects.values())
    said = StringIO()
    call_command("load_units", stdout=said)
    assert said.getvalue() == "0 units added, 0 changes applied\n"
    assert list(Placement.objects.values()) == before


def test_changes_after_a_day_can_be_left_for_later(db):
    call_command("load_units", until=date(2024, 12, 31), stdout=StringIO())
    assert Placement.objects.on(date(2025, 1, 1)).of(Family.DISTRICT).count() == 11  # thị xã Chũ
    said = StringIO()
    call_command("load_units", stdout=said)
    assert said.getvalue().startswith("0 units added, ")
    assert not Placement.objects.on(TODAY).of(Family.DISTRICT).exists()


def test_before_its_first_day_nothing_stands(db):
    call_command("load_units", stdout=StringIO())
    assert not Placement.objects.on(date(2019, 12, 31)).exists()


def test_a_further_line_of_a_unit_ends_the_one_before(load):
    load(PROVINCE, "x,xa,Xã Cũ,02,p,2025-07-01\n")
    added = load(PROVINCE, "x,xa,Xã Cũ,02,p,2025-07-01\n", "x,phuong,Phường Mới,02,p,2026-01-01\n")
    assert added == 1
    unit = Unit.objects.get(key="x")
    names = [tree.path(unit, on=date(*day))[0].name for day in ((2025, 12, 31), (2026, 1, 1))]
    assert names == ["Xã Cũ", "Phường Mới"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["x,xa,Xã Lạ,02,q,2025-07-01\n"], "units.csv:3: no earlier line has the key “q”"),
        (["x,xa,Xã Lạ,02,p,1/7/2025\n"], "units.csv:3: not a day: “1/7/2025”"),
        (["x,xa,,02,p,2025-07-01\n"], "units.csv:3: a unit has a key and a name"),
        (["x,xa,Xã Lạ\n"], "units.csv:3: 6 columns are needed"),
        (["x,lang,Làng Lạ,02,p,2025-07-01\n"], "line 3: no kind is called “lang”"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_and_nothing_is_loaded(load, lines, said):
    with pytest.raises(loading.UnusableFile, match=said):
        load(PROVINCE, *lines)
    assert not Unit.objects.exists()


def test_a_file_with_other_columns_is_refused(tmp_path, db):
    path = tmp_path / "units.csv"
    path.write_text("ma,ten\n1,Xã\n", encoding="utf-8")
    with pytest.raises(CommandError, match="the columns must be key, kind, name"):
        call_command("load_units", str(path))


def test_a_file_that_is_not_there_is_said_so(db):
    with pytest.raises(CommandError, match="There is no file"):
        call_command("load_units", "khong-co.csv")


def test_where_the_units_stand_people_can_register(client, db):
    call_command("load_units", stdout=StringIO())
    page = client.get("/tai-khoan/dang-ky/", {"q": "bac giang"}).content.decode()
    assert page.count('name="noi"') == 1
