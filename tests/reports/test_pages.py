"""The pages of figures: what they say, to whom, and what they cost."""

from datetime import timedelta

import pytest

from people.models import Post
from people.roles import Role
from tests.classroom.people import school_in
from tests.conftest import NOON, TODAY, make_person
from tests.training.conftest import passes_all, teaching
from training import refreshing
from training.models import Exemption, ProgrammeVersion

FIGURES = "/cong-viec/so-lieu/"


@pytest.fixture
def head(school, client):
    """Who heads the school, signed in."""
    person = teaching(make_person("hieu.truong", "Phan Thị Loan"), school, role=Role.SCHOOL_HEAD)
    client.force_login(person, backend="people.authentication.PersonBackend")
    return person


@pytest.fixture
def officer(commune, client):
    person = make_person("can.bo", "Đỗ Thị Cúc")
    Post.objects.create(
        person=person, unit=commune, role=Role.OFFICER, since=TODAY - timedelta(days=90)
    )
    client.force_login(person, backend="people.authentication.PersonBackend")
    return person


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_a_head_sees_the_school_and_each_teacher(head, teacher, school, client):
    late = teaching(make_person("co.lan", "Lê Thị Lan"), school)
    passes_all(teacher)
    refreshing.catch_up(at=NOON)
    ProgrammeVersion.objects.update(deadline=TODAY - timedelta(days=1))
    refreshing.refresh([late.pk, head.pk, teacher.pk])
    shown = page(client, FIGURES)
    assert "33,3%" in shown
    assert "1 trên 3 người" in shown
    names = page(client, f"{FIGURES}giao-vien/{school.pk}/nguoi/")
    assert names.index("Lê Thị Lan") < names.index("Phan Thị Loan")  # by given name: Lan, Loan
    assert "Hoàng Thị Huệ" in names
    overdue = page(client, f"{FIGURES}giao-vien/{school.pk}/nguoi/?loc=qua-han")
    assert "Lê Thị Lan" in overdue
    assert "Hoàng Thị Huệ" not in overdue
    earlier = page(client, f"{FIGURES}giao-vien/{school.pk}/?ngay={TODAY - timedelta(days=30)}")
    assert "0 trên 3 người" in earlier


def test_an_officer_goes_down_from_the_commune_to_the_school(
    officer, teacher, school, other_school, commune, client
):
    teaching(make_person("co.lan", "Lê Thị Lan"), other_school)
    Exemption.objects.create(
        person=teacher, programme_id=1, reason="maternity", since=TODAY - timedelta(days=3),
        until=TODAY + timedelta(days=30), granted_until=TODAY + timedelta(days=30), approved_at=NOON,
    )  # fmt: skip
    refreshing.catch_up(at=NOON)
    shown = page(client, f"{FIGURES}giao-vien/{commune.pk}/")
    assert "Trường Tiểu học Suối Hoa" in shown
    assert "0 trên 1 người" in shown  # who is exempt is not in the denominator
    assert "1 được miễn" in shown
    assert f"{FIGURES}giao-vien/{other_school.pk}/" in shown


def test_what_is_not_theirs_does_not_exist(head, other_school, commune, village, client):
    for address in [
        f"{FIGURES}giao-vien/{other_school.pk}/",
        f"{FIGURES}giao-vien/{commune.pk}/nguoi/",
        f"{FIGURES}to-cong-nghe-so/{village.pk}/",
        f"{FIGURES}khong-co/{village.pk}/",
        f"{FIGURES}giao-vien/999999/",
    ]:
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("asked", ["ngay=x", "ngay=1999-01-01", "ngay=2999-01-01", "vai=officer", "loc=x", "trang=x"])  # fmt: skip
def test_nonsense_in_an_address_is_left_aside(head, teacher, school, client, asked):
    refreshing.catch_up(at=NOON)
    for part in ("", "nguoi/"):
        assert client.get(f"{FIGURES}giao-vien/{school.pk}/{part}?{asked}").status_code == 200


def test_what_a_page_costs_does_not_grow_with_what_there_is(
    officer, commune, kinds, client, django_assert_max_num_queries
):
    for number in range(12):
        school = school_in(commune, kinds, name=f"Trường số {number}")
        for other in range(3):
            person = teaching(make_person(f"gv.{number}.{other}", "Vi Thị Lụa"), school)
            if other == 0:
                passes_all(person)
    refreshing.catch_up(at=NOON)
    addresses = [
        (FIGURES, 28),
        (f"{FIGURES}giao-vien/{commune.pk}/", 36),
        (f"{FIGURES}giao-vien/{commune.pk}/nguoi/", 32),
    ]
    for address, most in addresses:
        page(client, address)
        with django_assert_max_num_queries(most):
            shown = page(client, address)
    assert "Vi Thị Lụa" in shown
    assert "tile-grid" in page(client, addresses[1][0])
