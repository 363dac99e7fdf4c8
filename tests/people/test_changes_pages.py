"""Planning a change of units in the browser: preview, record, undo; and who may not."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from organisation import tree
from organisation.models import Change
from people.models import Post
from people.roles import Role
from tests.conftest import make_person
from tests.units import found_units

BEGAN = date(2023, 8, 17)
DAY = "2025-07-01"


@pytest.fixture
def units(db):
    return found_units(
        ("Tỉnh", "tinh", None), ("Xã Một", "xa", "Tỉnh"), ("Xã Hai", "xa", "Tỉnh"),
        ("Thôn Một", "thon", "Xã Một"), ("Thôn Hai", "thon", "Xã Một"),
        ("Tỉnh Khác", "tinh", None), ("Xã Khác", "xa", "Tỉnh Khác"),
        since=BEGAN,
    )  # fmt: skip


def serve(login, unit, role):
    person = make_person(login, f"Nguyễn Thị {login.title()}")
    Post.objects.create(person=person, unit=unit, role=role, since=BEGAN)
    return person


@pytest.fixture
def officer(units, client):
    """The browser of an officer of the province."""
    client.force_login(
        serve("ngan", units["Tỉnh"], Role.OFFICER), backend="people.authentication.PersonBackend"
    )
    return client


def address(unit, act):
    return f"/cong-viec/don-vi/{unit.pk}/thay-doi/{act}/"


def token(answer):
    return re.search(r'name="token" value="([^"]+)"', answer.content.decode()).group(1)


def standing(unit, on=date(2025, 7, 1)):
    return [placement.name for placement in tree.path(unit, on=on)]


def merge(officer, units, **changed):
    fields = {
        "others": [units["Xã Hai"].pk], "into": -1, "name": "Xã Đôi", "kind": "xa", "code": "",
        "day": DAY, "source": "Nghị quyết 01",
    } | changed  # fmt: skip
    return officer.post(address(units["Xã Một"], "merger"), fields)


def test_a_merger_is_previewed_recorded_and_undone(officer, units):
    person = serve("an", units["Xã Một"], Role.TEAM_MEMBER)
    answer = merge(officer, units)
    text = answer.content.decode()
    assert "Xã Đôi" in text
    assert "Nguyễn Thị An" in text
    assert not Change.objects.exists()
    recorded = officer.post("/cong-viec/thay-doi/ghi/", {"token": token(answer)})
    change = Change.objects.get()
    assert recorded.url == f"/cong-viec/thay-doi/{change.pk}/"
    assert standing(units["Thôn Một"]) == ["Thôn Một", "Xã Đôi", "Tỉnh"]
    assert person.posts.count() == 2
    assert officer.get(recorded.url).status_code == 200
    assert "Xã Đôi" in officer.get("/cong-viec/thay-doi/").content.decode()
    officer.post(recorded.url, {"source": "Ghi nhầm"})
    assert standing(units["Thôn Một"]) == ["Thôn Một", "Xã Một", "Tỉnh"]
    assert person.posts.count() == 1


def test_one_of_the_two_goes_on_under_a_new_name(officer, units):
    answer = merge(officer, units, into=0, name="Phường Hai", kind="phuong")
    officer.post("/cong-viec/thay-doi/ghi/", {"token": token(answer)})
    assert standing(units["Xã Hai"]) == ["Phường Hai", "Tỉnh"]
    assert standing(units["Xã Một"]) == []


def test_a_split_shares_the_villages_out(officer, units):
    fields = {
        "name_1": "Xã Đông", "kind_1": "xa", "name_2": "Xã Tây", "kind_2": "xa",
        f"goes_{units['Thôn Một'].pk}": 1, f"goes_{units['Thôn Hai'].pk}": 2,
        "day": DAY, "source": "Nghị quyết 02", "kind_3": "xa", "kind_4": "xa",
    }  # fmt: skip
    answer = officer.post(address(units["Xã Một"], "split"), fields)
    officer.post("/cong-viec/thay-doi/ghi/", {"token": token(answer)})
    assert standing(units["Thôn Một"])[1] == "Xã Đông"
    assert standing(units["Thôn Hai"])[1] == "Xã Tây"
    fields[f"goes_{units['Thôn Hai'].pk}"] = 4
    assert (
        officer.post(address(units["Xã Hai"], "split"), fields | {"name_1": ""}).status_code == 422
    )


@pytest.mark.parametrize("act", ["merger", "renaming", "move", "split", "abolition"])
def test_every_act_has_its_page(officer, units, act):
    assert officer.get(address(units["Xã Một"], act)).status_code == 200
    assert officer.post(address(units["Xã Một"], act), {}).status_code == 422


def test_what_cannot_be_is_said_beside_the_form(officer, units):
    answer = officer.post(address(units["Xã Một"], "abolition"), {"day": DAY, "source": "x"})
    assert answer.status_code == 422
    assert "Xã Một" in answer.content.decode()
    assert not Change.objects.exists()


def test_a_preview_that_no_longer_holds_is_shown_anew(officer, units):
    answer = merge(officer, units)
    serve("an", units["Xã Một"], Role.TEAM_MEMBER)
    again = officer.post("/cong-viec/thay-doi/ghi/", {"token": token(answer)})
    assert again.status_code == 200
    assert not Change.objects.exists()
    officer.post("/cong-viec/thay-doi/ghi/", {"token": token(again)})
    assert Change.objects.count() == 1


def test_a_change_that_is_still_to_come_is_only_previewed(officer, units):
    later = timezone.localdate() + timedelta(days=30)
    answer = merge(officer, units, day=later.isoformat())
    assert answer.status_code == 200
    assert f"{later:%d/%m/%Y}" in answer.content.decode()
    officer.post("/cong-viec/thay-doi/ghi/", {"token": token(answer)})
    assert not Change.objects.exists()


def test_nobody_records_what_they_have_not_seen(officer, units, client):
    answer = merge(officer, units)
    sealed = token(answer)
    other = serve("ba", units["Tỉnh"], Role.OFFICER)
    client.force_login(other, backend="people.authentication.PersonBackend")
    assert client.post("/cong-viec/thay-doi/ghi/", {"token": sealed}).status_code == 404
    assert client.post("/cong-viec/thay-doi/ghi/", {"token": sealed + "x"}).status_code == 302
    assert not Change.objects.exists()


def test_units_of_another_province_do_not_exist(officer, units):
    assert officer.get(address(units["Xã Khác"], "renaming")).status_code == 404
    answer = officer.post(
        address(units["Xã Một"], "move"),
        {"parent": units["Tỉnh Khác"].pk, "day": DAY, "source": "x"},
    )
    assert answer.status_code in {404, 422}
    assert not Change.objects.exists()


def test_the_officer_of_a_commune_changes_no_units(client, units):
    client.force_login(
        serve("cuc", units["Xã Một"], Role.OFFICER), backend="people.authentication.PersonBackend"
    )
    assert client.get(address(units["Thôn Một"], "renaming")).status_code == 403
    assert client.get("/cong-viec/thay-doi/").status_code == 403
