"""One number wherever it stands: the first screen, the dashboard, the names, the files, the API, the report."""

import csv
import io
from collections import Counter
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from organisation import tree
from people.models import Post
from people.roles import Role
from reports import indicators, keys
from tests.conftest import TODAY, make_person
from tests.desks.conftest import LONG_AGO
from training.models import Programme

STATES = {"Đã xong": "done", "Đang học": "learning", "Chưa bắt đầu": "not_begun"}


@pytest.fixture
def department(province, commune, client):
    """The department of education, whose officer is signed in, and two schools whose teachers have learned."""
    schools = [
        province.unit("Trường THCS Đồi Vải", "truong-thcs", under=commune),
        province.unit("Trường Tiểu học Đồi Vải", "truong-tieu-hoc", under=commune),
    ]
    for _number in range(25):
        school = province.dice.choice(schools)
        province.learn_at_random(province.person((school, Role.TEACHER)))
    province.finish(province.person((schools[0], Role.TEACHER)), audience="teacher")
    unit = province.unit("Sở Giáo dục và Đào tạo", "so-giao-duc", under=province.top)
    person = make_person("so.giao.duc", "Đỗ Thị Cúc")
    Post.objects.create(person=person, unit=unit, role=Role.OFFICER, since=LONG_AGO)
    client.force_login(person, backend="people.authentication.PersonBackend")
    return person


def file_of(client, name, *where) -> list[dict]:
    answer = client.get(reverse(f"reports:{name}", args=[*where, "csv"]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_every_page_file_and_interface_says_the_same(department, province, commune, client):
    top = province.top.pk
    [area] = client.get("/cong-viec/").context["areas"]
    figure = area.figure
    assert all([figure.done, figure.learning, figure.not_begun])

    assert client.get(reverse("desks:progress", args=[top])).context["total"] == figure
    schools = [one.unit_id for one in tree.children(commune, on=TODAY) if "Trường" in one.name]
    lists = [client.get(reverse("desks:progress", args=[school])).context for school in schools]
    assert sum(len(one["rows"]) for one in lists) == figure.obliged
    assert sum(row.finished for one in lists for row in one["rows"]) == figure.done

    where = ("giao-vien", top)
    assert client.get(reverse("reports:dashboard", args=where)).context["total"] == figure
    assert client.get(reverse("reports:people", args=where)).context["total"] == figure
    units = file_of(client, "units_file", *where)
    assert units[-1]["Đơn vị"] == "Tổng cộng"
    assert {row["Đã xong"] for row in units} == {str(figure.done)}  # one commune, and the sum
    names = file_of(client, "people_file", *where)
    assert Counter(STATES[row["Tình trạng"]] for row in names) == {
        "done": figure.done,
        "learning": figure.learning,
        "not_begun": figure.not_begun,
    }

    administrator = make_person("quan.tri", "Hoàng Thị Yên", is_superuser=True)
    _key, secret = keys.make(name="Hệ thống báo cáo", unit=top, by=administrator, at=timezone.now())
    said = client.get(
        "/api/v1/figures/giao-vien", headers={"Authorization": f"Bearer {secret}"}
    ).json()
    assert {name: said["whole"][name] for name in ("done", "learning", "not_begun", "overdue")} == {
        name: getattr(figure, name) for name in ("done", "learning", "not_begun", "overdue")
    }

    day = timezone.localdate()
    reported = indicators.work_out(top, since=day - timedelta(days=90), until=day)
    [trained] = [
        one
        for one in reported
        if one.indicator == "trained" and one.programme == Programme.objects.get(key="giao-vien").pk
    ]
    assert (trained.numerator, trained.denominator) == (figure.done, figure.obliged)
