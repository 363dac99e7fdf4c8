"""What other systems read: figures of a unit and below, without names, with a key that can be taken back."""

from datetime import date, timedelta

import pytest

from organisation import tree
from people.models import Person
from reports import keys, quarterly
from reports.models import Key
from tests.conftest import NOON, TODAY
from tests.reports.test_pages import officer
from tests.reports.test_quarterly import AFTER, QUARTER, WITHIN, sign
from tests.training.conftest import passes_all
from training import refreshing

__all__ = ["officer"]


@pytest.fixture
def secret(officer, commune):
    return keys.make(name="Hệ thống báo cáo tỉnh", unit=commune.pk, by=officer, at=NOON)[1]


def ask(client, address, secret):
    client.logout()
    return client.get(f"/api/v1/{address}", headers={"authorization": f"Bearer {secret}"})


def test_a_figure_is_that_of_the_page_and_names_nobody(secret, teacher, school, commune, client):
    passes_all(teacher, at=NOON)
    refreshing.catch_up(at=NOON)
    answer = ask(client, f"figures/giao-vien?on={TODAY}", secret)
    said = answer.json()
    assert (said["whole"]["done"], said["whole"]["obliged"]) == (1, 1)
    assert [(one["unit"], one["done"]) for one in said["below"]] == [(school.pk, 1)]
    assert "Huệ" not in answer.text
    before = ask(client, f"figures/giao-vien?unit={school.pk}&on=2026-01-01", secret).json()
    assert (before["on"], before["whole"]["done"]) == ("2026-01-01", 0)


def test_outside_its_unit_a_key_opens_nothing(secret, commune, client):
    above = tree.path(commune, on=TODAY)[1].unit_id
    for address in [f"figures/giao-vien?unit={above}", "figures/khong-co", "figures/giao-vien?unit=99999"]:  # fmt: skip
        assert ask(client, address, secret).status_code == 404
    assert ask(client, "figures/giao-vien?on=khong", secret).status_code == 422


def test_without_a_valid_key_nothing_is_said(secret, officer, client):
    client.force_login(officer, backend="people.authentication.PersonBackend")
    assert client.get("/api/v1/programmes").status_code == 401  # a session is no key
    assert ask(client, "programmes", "kns_sai").status_code == 401
    assert ask(client, "programmes", secret).status_code == 200
    [key] = Key.objects.all()
    assert key.last_used_on is not None
    assert secret not in str(Key.objects.values())
    Key.objects.update(expires_on=date(2026, 1, 1))
    assert ask(client, "programmes", secret).status_code == 401
    Key.objects.update(expires_on=TODAY + timedelta(days=9000))
    keys.revoke(key, at=NOON)
    assert ask(client, "programmes", secret).status_code == 401


def test_a_key_is_made_by_whoever_reports_for_the_unit(officer, commune, farmer):
    above = tree.path(commune, on=TODAY)[1].unit_id
    for by, unit, name in [(farmer, commune.pk, "x"), (officer, above, "x"), (officer, commune.pk, " ")]:  # fmt: skip
        with pytest.raises(keys.Refused):
            keys.make(name=name, unit=unit, by=by, at=NOON)


def test_signed_reports_are_read_and_drafts_are_not(secret, teacher, officer, commune, client):
    passes_all(teacher, at=WITHIN)
    refreshing.catch_up(at=AFTER)
    Person.objects.filter(pk=officer.pk).update(name="Đỗ Thị Cúc")
    report, _job = quarterly.begin(commune.pk, QUARTER, by=officer, at=AFTER)
    assert ask(client, "reports/2026/3", secret).json() == []
    sign(report, officer)
    [said] = ask(client, "reports/2026/3", secret).json()
    assert (said["name"], said["counted_until"]) == ("Xã Đồi Vải", "2026-09-14")
    figures = {one["programme"]: one for one in said["figures"] if one["indicator"] == "trained"}
    assert figures["giao-vien"]["numerator"] == 1


def test_the_description_names_every_address(client, db):
    described = client.get("/api/v1/openapi.json").json()
    assert set(described["paths"]) == {
        "/api/v1/programmes", "/api/v1/figures/{programme}", "/api/v1/reports/{year}/{quarter}",
    }  # fmt: skip
    assert described["components"]["securitySchemes"]


def test_a_key_is_shown_once_on_its_page(officer, commune, client):
    made = client.post("/cong-viec/bao-cao/khoa/", {"ten": "Kho dữ liệu"}).text
    assert keys.PREFIX in made
    again = client.get("/cong-viec/bao-cao/khoa/").text
    assert "Kho dữ liệu" in again
    assert keys.PREFIX not in again
    [key] = Key.objects.all()
    client.post(f"/cong-viec/bao-cao/khoa/{key.pk}/thu-hoi/")
    assert "Kho dữ liệu" not in client.get("/cong-viec/bao-cao/khoa/").text
