"""Targets in every indicator, and how far units are in them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from organisation import tree
from people.roles import Role
from reports import targets
from reports.models import Target
from tests.conftest import NOON, TODAY, make_person
from tests.reports.test_pages import officer
from tests.training.conftest import passes_all, teaching
from training import refreshing

__all__ = ["officer"]


@pytest.fixture
def address(commune, officer):
    return f"/cong-viec/bao-cao/{commune.pk}/{timezone.localdate().year}/chi-tieu/"


def test_a_unit_sets_what_it_is_to_reach_and_sees_how_far_it_is(
    address, commune, school, teacher, client
):
    teaching(make_person("co.lan", "Lê Thị Lan"), school)
    passes_all(teacher, at=NOON)
    refreshing.catch_up(at=NOON)
    empty = client.get(address)
    assert "50%" in empty.text
    answer = client.post(
        address, {"trained-giao-vien": "50 %", "lessons": "40", "certificates": ""}, follow=True
    )
    assert "Đã đặt chỉ tiêu." in answer.text
    own = {row["actual"].indicator.name: row["actual"] for row in answer.context["own"]}
    assert (own["trained-giao-vien"].target, own["trained-giao-vien"].is_reached) == (50, True)
    assert (own["lessons"].target, own["lessons"].is_reached) == (40, False)
    assert own["certificates"].target is None
    [(unit, actuals, may_set)] = answer.context["below"]
    assert (unit.unit_id, may_set) == (school.pk, True)
    assert actuals[0].figure.done == 1
    # Said once more, they are not written down once more.
    client.post(address, {"trained-giao-vien": "50", "lessons": "40"})
    assert Target.objects.count() == 2
    client.post(address, {"lessons": "45"})
    assert [one.value for one in Target.objects.filter(indicator="lessons")] == [45, 40]


def test_of_several_targets_none_is_set_where_one_is_refused(address, client):
    answer = client.post(address, {"trained-giao-vien": "101", "lessons": "40"})
    assert answer.status_code == 422
    assert "Chỉ tiêu là tỷ lệ từ 1 đến 100." in answer.text
    assert 'value="101"' in answer.text
    assert 'value="40"' in answer.text
    assert not Target.objects.exists()
    for wrong in ("0", "-3", "abc", "99999999999"):
        assert client.post(address, {"certificates": wrong}).status_code == 422


def test_the_database_refuses_a_share_of_more_than_all(commune, teachers):
    common = {"unit": commune, "year": 2026, "at": NOON}
    for wrong in (
        {"programme": teachers, "value": 101},
        {"programme": None, "value": 50},
        {"indicator": "lessons", "programme": teachers, "value": 50},
        {"indicator": "lessons", "value": 0},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Target.objects.create(**common, **wrong)


def test_whoever_reports_for_another_unit_finds_nothing(address, commune, officer, client):
    above = tree.path(commune, on=TODAY)[1].unit_id
    year = timezone.localdate().year
    for other in (f"{above}/{year}", f"{commune.pk}/{year + 2}", f"{commune.pk}/1999"):
        assert client.get(f"/cong-viec/bao-cao/{other}/chi-tieu/").status_code == 404
    with pytest.raises(targets.Refused):
        targets.set_target(unit=above, indicator="lessons", year=2026, value=5, by=officer, at=NOON)


@pytest.mark.parametrize("size", [1, 30])
def test_the_page_costs_the_same_for_many_units(
    address, commune, kinds, client, size, django_assert_max_num_queries
):
    from tests.classroom.people import school_in

    for number in range(size):
        here = school_in(commune, kinds, name=f"Trường {number}")
        person = make_person(f"gv.{number}", "Lê Thị Lan")
        teaching(person, here, role=Role.TEACHER, since=TODAY - timedelta(days=30))
    refreshing.catch_up(at=NOON)
    with django_assert_max_num_queries(30):
        answer = client.get(address)
    assert len(answer.context["below"]) == size


def test_the_table_of_targets_is_handed_out(address, commune, school, teacher, client):
    passes_all(teacher, at=NOON)
    refreshing.catch_up(at=NOON)
    client.post(address, {"trained-giao-vien": "80"})
    answer = client.get(address.removesuffix("/") + ".csv")
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert rows[1].startswith("Xã Đồi Vải,100,80,")
    own = tree.path(school, on=TODAY)[0].name
    assert any(row.startswith(f"{own},100,,") for row in rows)
    assert client.get(address.removesuffix("/") + ".xlsx").status_code == 200
    assert client.get(f"/cong-viec/bao-cao/{commune.pk}/1999/chi-tieu.csv").status_code == 404
