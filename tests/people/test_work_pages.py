"""The officers' pages about units, teams and people: what may be done there, and by whom."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from organisation import loading, tree
from organisation.models import Unit
from people import serving
from people.models import AuditEntry, Person, Post, Team
from people.roles import Role, Slot
from tests import strangers
from tests.conftest import make_person
from tests.units import found_units

BEGAN = date(2025, 7, 1)
BACKEND = "people.authentication.PersonBackend"


@pytest.fixture
def units(db):
    return found_units(
        ("Tỉnh", "tinh", None), ("Sở", "so-giao-duc", "Tỉnh"), ("Xã Một", "xa", "Tỉnh"),
        ("Thôn Một", "thon", "Xã Một"), ("Thôn Hai", "thon", "Xã Một"),
        ("Trường Một", "truong-thcs", "Xã Một"), ("Xã Hai", "xa", "Tỉnh"),
        ("Trường Hai", "truong-thcs", "Xã Hai"), ("Thôn Ba", "thon", "Xã Hai"),
        since=BEGAN,
    )  # fmt: skip


@pytest.fixture
def serve(units):
    def serve(login, unit, role, **fields):
        person = make_person(login, f"Nguyễn Thị {login.title()}", phone="0912345678")
        return Post.objects.create(
            person=person, unit=units[unit], role=role, since=BEGAN, **fields
        )

    return serve


@pytest.fixture
def sit(serve, client):
    """Sign somebody in: `sit("Xã Một", Role.OFFICER)` returns their browser."""

    def sit(unit, role):
        client.force_login(serve("cuc", unit, role).person, backend=BACKEND)
        return client

    return sit


def text(answer):
    return answer.content.decode()


# Units


def test_a_unit_shows_what_stands_under_it_and_what_it_was(sit, units):
    page = sit("Tỉnh", Role.OFFICER).get(f"/cong-viec/don-vi/{units['Xã Một'].pk}/")
    assert all(name in text(page) for name in ("Thôn Một", "Thôn Hai", "Trường Một", "01/07/2025"))


def test_a_unit_as_of_another_day(sit, units):
    browser = sit("Tỉnh", Role.OFFICER)
    late = Unit.objects.create()
    tree.place(
        unit=late, name="Thôn Mới", kind=loading.load_kinds()["thon"], parent=units["Xã Một"],
        valid_from=date(2026, 1, 1),
    )  # fmt: skip
    address = f"/cong-viec/don-vi/{units['Xã Một'].pk}/"
    assert "Thôn Mới" in text(browser.get(address))
    assert "Thôn Mới" not in text(browser.get(f"{address}?ngay=2025-12-31"))
    assert browser.get(f"{address}?ngay=hôm-qua").status_code == 200


# People


def test_people_are_found_without_accents_and_by_role(sit, serve, units):
    serve("hoa", "Thôn Một", Role.TEAM_MEMBER)
    serve("lan", "Trường Một", Role.TEACHER)
    serve("em", "Trường Một", Role.PUPIL_LOWER)
    browser = sit("Xã Một", Role.OFFICER)
    address = f"/cong-viec/don-vi/{units['Xã Một'].pk}/nguoi/"
    everybody = text(browser.get(address))
    assert "Nguyễn Thị Hoa" in everybody
    assert "Nguyễn Thị Lan" in everybody
    assert "Nguyễn Thị Em" not in everybody  # pupils are children
    assert "Nguyễn Thị Lan" not in text(browser.get(f"{address}?ten=nguyen thi HOA"))
    assert "Nguyễn Thị Hoa" not in text(browser.get(f"{address}?vai-tro=teacher"))


def test_the_police_sees_no_telephone_and_the_leader_does(sit, serve, units, client):
    kinds = loading.load_kinds()
    units["Công an"] = Unit.objects.create()
    tree.place(
        unit=units["Công an"], name="Công an", kind=kinds["cong-an"], parent=units["Tỉnh"],
        valid_from=BEGAN,
    )  # fmt: skip
    serve("hoa", "Thôn Một", Role.TEAM_MEMBER)
    address = f"/cong-viec/don-vi/{units['Thôn Một'].pk}/nguoi/"
    assert "0912345678" not in text(sit("Công an", Role.OFFICER).get(address))
    client.force_login(serve("tu", "Thôn Một", Role.TEAM_LEADER).person, backend=BACKEND)
    assert "0912345678" in text(client.get(address))


def test_a_list_costs_the_same_for_three_and_for_forty(
    sit, serve, units, django_assert_max_num_queries
):
    browser = sit("Tỉnh", Role.OFFICER)
    address = f"/cong-viec/don-vi/{units['Xã Một'].pk}/nguoi/"
    browser.get(address)  # the first page of a day asks as well whether a second factor is due
    for count in (3, 40):
        for number in range(count):
            serve(f"n{count}x{number}", "Thôn Một", Role.TEAM_MEMBER)
        with django_assert_max_num_queries(20):
            browser.get(address)


def test_somebody_new_is_written_down_once_asked_about_their_namesake(sit, serve, units):
    serve("hoa", "Thôn Một", Role.TEAM_MEMBER)
    browser = sit("Xã Một", Role.OFFICER)
    address = f"/cong-viec/don-vi/{units['Thôn Một'].pk}/nguoi/them/"
    new = {"name": "NGUYỄN THỊ HOA".title(), "role": "team_member", "since": "2025-08-01"}
    assert browser.post(address, new).status_code == 422
    assert Person.objects.filter(name="Nguyễn Thị Hoa").count() == 1
    assert browser.post(address, new | {"anyway": "1"}).status_code == 302
    person = Person.objects.filter(name="Nguyễn Thị Hoa").last()
    assert not person.has_usable_password()
    assert AuditEntry.objects.filter(subject=person.pk).count() == 2


def test_a_teacher_moves_and_her_history_stays(sit, serve, units):
    post = serve("lan", "Trường Một", Role.TEACHER)
    browser = sit("Sở", Role.OFFICER)
    answer = browser.post(
        f"/cong-viec/vi-tri/{post.pk}/chuyen/", {"place": "truong hai", "on": "2026-01-05"}
    )
    assert answer.status_code == 302
    posts = post.person.posts.values_list("unit", "since", "until")
    assert list(posts) == [
        (units["Trường Một"].pk, BEGAN, date(2026, 1, 5)),
        (units["Trường Hai"].pk, date(2026, 1, 5), None),
    ]


def test_a_teacher_serves_in_the_team_of_her_village_as_well(sit, serve, units):
    post = serve("lan", "Trường Một", Role.TEACHER)
    browser = sit("Xã Một", Role.OFFICER)
    address = f"/cong-viec/nguoi/{post.person_id}/them-vi-tri/"
    said = {"role": "team_member", "since": "2026-01-05"}
    assert browser.post(address, said | {"place": "Thôn Không Có"}).status_code == 422
    assert browser.post(address, said | {"place": "thon ba"}).status_code == 422  # not hers to give
    assert browser.post(address, said | {"place": "thon hai, xa mot"}).status_code == 302
    open_posts = Post.objects.filter(person=post.person, until=None)
    assert set(open_posts.values_list("unit", "role")) == {
        (units["Trường Một"].pk, Role.TEACHER), (units["Thôn Hai"].pk, Role.TEAM_MEMBER),
    }  # fmt: skip


def test_what_somebody_has_said_about_themselves_is_confirmed(sit, serve, units):
    post = serve("hoa", "Thôn Một", Role.TEAM_MEMBER, self_declared=True)
    browser = sit("Xã Một", Role.OFFICER)
    address = f"/cong-viec/vi-tri/{post.pk}/xac-nhan/"
    assert address in text(browser.get(f"/cong-viec/nguoi/{post.person_id}/"))
    browser.post(address)
    post.refresh_from_db()
    assert not post.self_declared
    assert address not in text(browser.get(f"/cong-viec/nguoi/{post.person_id}/"))


def test_the_way_to_a_unit_names_nothing_above_ones_own_area(sit, units):
    page = text(sit("Xã Một", Role.OFFICER).get(f"/cong-viec/don-vi/{units['Thôn Một'].pk}/"))
    assert f"/cong-viec/don-vi/{units['Xã Một'].pk}/" in page
    assert f"/cong-viec/don-vi/{units['Tỉnh'].pk}/" not in page


def test_whoever_moves_somebody_out_of_their_area_is_refused(sit, serve):
    post = serve("hoa", "Thôn Một", Role.TEAM_MEMBER)
    answer = sit("Xã Một", Role.OFFICER).post(
        f"/cong-viec/vi-tri/{post.pk}/chuyen/", {"place": "Thôn Ba", "on": "2026-01-05"}
    )
    assert answer.status_code == 422
    assert post.person.posts.get().until is None


def test_a_post_ends_and_that_is_taken_back(sit, serve):
    post = serve("hoa", "Thôn Một", Role.TEAM_MEMBER)
    browser = sit("Xã Một", Role.OFFICER)
    today = timezone.localdate()
    browser.post(f"/cong-viec/vi-tri/{post.pk}/ket-thuc/", {"until": today.isoformat()})
    post.refresh_from_db()
    assert post.until == today
    browser.post(f"/cong-viec/vi-tri/{post.pk}/mo-lai/")
    post.refresh_from_db()
    assert post.until is None


def test_a_post_does_not_end_before_it_began(sit, serve):
    post = serve("hoa", "Thôn Một", Role.TEAM_MEMBER)
    answer = sit("Xã Một", Role.OFFICER).post(
        f"/cong-viec/vi-tri/{post.pk}/ket-thuc/", {"until": (BEGAN - timedelta(days=1)).isoformat()}
    )
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("by", "given"),
    [
        (("Xã Một", Role.OFFICER), (Role.TEAM_LEADER, "Thôn Một", True)),
        (("Xã Một", Role.OFFICER), (Role.SCHOOL_HEAD, "Trường Một", True)),
        (("Xã Một", Role.OFFICER), (Role.OFFICER, "Xã Một", False)),
        (("Xã Một", Role.OFFICER), (Role.TEAM_LEADER, "Thôn Ba", False)),
        (("Tỉnh", Role.OFFICER), (Role.OFFICER, "Xã Một", True)),
        (("Tỉnh", Role.OFFICER), (Role.OFFICER, "Tỉnh", False)),
        (("Sở", Role.OFFICER), (Role.TEACHER, "Trường Hai", True)),
        (("Sở", Role.OFFICER), (Role.TEAM_MEMBER, "Thôn Một", False)),
        (("Trường Một", Role.SCHOOL_HEAD), (Role.TEACHER, "Trường Một", True)),
        (("Trường Một", Role.SCHOOL_HEAD), (Role.TEACHER, "Trường Hai", False)),
        (("Thôn Một", Role.TEAM_LEADER), (Role.TEAM_MEMBER, "Thôn Một", False)),
        (("Xã Một", Role.OFFICER), (Role.TEACHER, "Thôn Một", False)),
    ],
)
def test_nobody_gives_others_more_than_their_own_rights(serve, units, by, given):
    role, unit, may = given
    person = serve("cuc", *by).person
    assert (
        serving.may_appoint(person, role=role, unit=units[unit].pk, on=timezone.localdate()) == may
    )


# Teams


@pytest.fixture
def team(units):
    return Team.objects.create(unit=units["Thôn Một"], since=BEGAN)


def test_a_team_is_kept_by_its_leader(sit, serve, team):
    post = serve("hoa", "Thôn Một", Role.TEAM_MEMBER)
    browser = sit("Thôn Một", Role.TEAM_LEADER)
    address = f"/cong-viec/to/{team.pk}/"
    browser.post(f"{address}nhiem-vu/", {f"viec-{post.pk}": "Hướng dẫn mua sắm"})
    browser.post(f"{address}lien-ket/", {"zalo_link": "https://zalo.me/g/abcxyz", "merged_on": ""})
    rules = strangers.pdf()
    browser.post(
        f"{address}tai-lieu/",
        {"kind": "rules", "dated": "2026-01-05", "file": SimpleUploadedFile("a.pdf", rules)},
    )
    page = text(browser.get(address))
    assert all(said in page for said in ("Hướng dẫn mua sắm", "zalo.me/g/abcxyz", "05/01/2026"))
    document = team.documents.get()
    kept = browser.get(f"{address}tai-lieu/{document.pk}/")
    assert b"".join(kept.streaming_content) == rules


def test_a_link_that_leads_elsewhere_is_refused(sit, team):
    browser = sit("Thôn Một", Role.TEAM_LEADER)
    answer = browser.post(f"/cong-viec/to/{team.pk}/lien-ket/", {"zalo_link": "https://vi-du.vn/"})
    assert answer.status_code == 422


def test_the_commune_sees_which_teams_lack_something(sit, team, units):
    browser = sit("Xã Một", Role.OFFICER)
    page = text(browser.get(f"/cong-viec/don-vi/{units['Xã Một'].pk}/to/"))
    assert "Thôn Một" in page
    browser.post(f"/cong-viec/don-vi/{units['Thôn Hai'].pk}/to/lap/")
    assert Team.objects.filter(unit=units["Thôn Hai"]).exists()
    only = text(browser.get(f"/cong-viec/don-vi/{units['Xã Một'].pk}/to/?chi=thieu"))
    assert "Thôn Hai" in only


def test_a_member_sees_who_leads_and_their_own_task_alone(sit, serve, team):
    serve("tu", "Thôn Một", Role.TEAM_LEADER, slot=Slot.VILLAGE_HEAD)
    serve("hoa", "Thôn Một", Role.TEAM_MEMBER, task="Việc của người khác")
    browser = sit("Thôn Một", Role.TEAM_MEMBER)
    page = text(browser.get("/cong-viec/"))
    assert "Nguyễn Thị Tu" in page
    assert "Việc của người khác" not in page
    assert browser.get(f"/cong-viec/to/{team.pk}/").status_code == 403


def test_somebody_is_appointed_on_their_page(sit, serve, team):
    post = serve("hoa", "Thôn Một", Role.TEAM_MEMBER)
    browser = sit("Xã Một", Role.OFFICER)
    assert "Nguyễn Thị Hoa" in text(browser.get(f"/cong-viec/nguoi/{post.person_id}/"))
    browser.post(f"/cong-viec/vi-tri/{post.pk}/chuc-vu/", {"slot": "village_head"})
    now = Post.objects.get(person=post.person, until=None)
    assert (now.slot, now.role) == (Slot.VILLAGE_HEAD, Role.TEAM_LEADER)
