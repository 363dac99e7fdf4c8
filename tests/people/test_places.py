"""Choosing where one serves: at registration, on the account page, and from a script."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from organisation import tree
from organisation.models import Placement, Unit
from people import registration
from people.models import Person
from people.roles import Role
from tests.conftest import make_person
from tests.people.pages import ACCOUNT, CHANGE, REGISTER, errors

FIND = "/tai-khoan/noi/"
GONE = "Nơi này nay không còn. Hãy chọn nơi khác."


def offered(answer):
    """Return the names that a page or a piece of one offers to choose."""
    return re.findall(r"<strong>([^<]+)</strong>", answer.text)


@pytest.fixture
def commune(village, today):
    return tree.path(village, on=today)[1].unit


@pytest.fixture
def school(commune, kinds, today):
    unit = Unit.objects.create()
    tree.place(
        unit=unit, name="THCS Đồi Vải", kind=kinds["truong"], parent=commune, valid_from=today
    )
    return unit


def add_villages(commune, kinds, today, *, count, name="Thôn"):
    units = Unit.objects.bulk_create(Unit() for _number in range(count))
    Placement.objects.bulk_create(
        Placement(
            **tree.named(f"{name} {number}"), unit=unit, kind=kinds["thon"], parent=commune,
            valid_from=today,
        )
        for number, unit in enumerate(units)
    )  # fmt: skip


# Without a script


def test_registering_begins_with_the_place(client, add):
    add(count=25)
    page = client.get(REGISTER)
    assert page.status_code == 200
    assert 'name="q"' in page.text
    assert 'name="password"' not in page.text
    assert offered(page) == []


def test_a_small_site_offers_all_its_places_without_a_search(client, village, school, add):
    page = client.get(REGISTER)
    assert offered(page) == ["Xã Đồi Vải", "Thôn Đồi Chè", "THCS Đồi Vải"]
    assert 'name="trong"' not in page.text
    add(count=17)
    assert len(offered(client.get(REGISTER))) == 20
    add(count=1, name="Bản")
    assert offered(client.get(REGISTER)) == []


def test_villages_of_one_name_are_told_apart_by_their_commune(client, village, kinds, today):
    province = tree.path(village, on=today)[-1].unit
    other, namesake = Unit.objects.create(), Unit.objects.create()
    tree.place(unit=other, name="Xã Tân Sơn", kind=kinds["xa"], parent=province, valid_from=today)
    tree.place(
        unit=namesake, name="Thôn Đồi Chè", kind=kinds["thon"], parent=other, valid_from=today
    )
    page = client.get(REGISTER, {"q": "doi che"})
    assert offered(page) == ["Thôn Đồi Chè"] * 2
    for pk, commune in ((village.pk, "Xã Đồi Vải"), (namesake.pk, "Xã Tân Sơn")):
        (line,) = re.findall(rf'name="noi" value="{pk}".*', page.text)
        assert f"<small>{commune}, Tỉnh Sông Thương</small>" in line
    page = client.get(REGISTER, {"q": "doi che, tan son"})
    assert re.findall(r'name="noi" value="(\d+)"', page.text) == [str(namesake.pk)]


@pytest.mark.parametrize("address", [REGISTER, FIND])
def test_what_is_typed_is_never_markup(client, village, address):
    for asked in ({"q": '"><script>alert(1)</script>'}, {"trong": "<script>alert(1)</script>"}):
        page = client.get(address, asked | {"next": "/<script>alert(1)</script>"})
        assert page.status_code == 200
        assert "<script>alert" not in page.text


def test_the_name_of_a_place_is_never_markup(client, commune, add):
    add(count=1, name="Thôn <img src=x>")
    assert offered(client.get(FIND, {"q": "img"})) == ["Thôn &lt;img src=x&gt; 0"]


def test_a_place_is_found_by_a_part_of_its_name_without_accents(client, village):
    page = client.get(REGISTER, {"q": "doi che"})
    assert offered(page) == ["Thôn Đồi Chè"]
    assert "Xã Đồi Vải, Tỉnh Sông Thương" in page.text
    assert f'name="noi" value="{village.pk}"' in page.text


def test_a_commune_leads_to_its_villages_and_schools(client, village, commune, school):
    page = client.get(REGISTER, {"q": "xã đồi vải"})
    assert offered(page) == ["Xã Đồi Vải"]
    assert f'name="trong" value="{commune.pk}"' in page.text
    page = client.get(REGISTER, {"trong": commune.pk})
    assert offered(page) == ["Xã Đồi Vải", "Thôn Đồi Chè", "THCS Đồi Vải"]


def test_the_place_stands_in_the_form_that_follows(client, village):
    page = client.get(REGISTER, {"noi": village.pk})
    assert offered(page) == ["Thôn Đồi Chè"]
    assert f'<input type="hidden" name="unit" value="{village.pk}" id="id_unit">' in page.text
    assert 'name="password"' in page.text


@pytest.mark.parametrize("step", [{}, {"q": "chè"}, {"noi": "village"}])
def test_where_one_was_going_is_kept_through_both_steps(client, village, step):
    step = {key: village.pk if value == "village" else value for key, value in step.items()}
    page = client.get(REGISTER, step | {"next": "/kiem-tra/mua-sam/"})
    assert '<input type="hidden" name="next" value="/kiem-tra/mua-sam/">' in page.text


def test_whoever_changes_their_mind_chooses_again(client, village):
    page = client.get(REGISTER, {"noi": village.pk, "next": "/khoa-hoc/"})
    (back,) = re.findall(r'<a href="(\?[^"]+)"', page.text)
    assert parse_qs(urlsplit(back).query) == {"next": ["/khoa-hoc/"]}
    assert 'name="q"' in client.get(REGISTER + back).text


@pytest.mark.parametrize("unit", ["0", "-1", "9" * 50, "' OR 1=1", "²", ""])
@pytest.mark.parametrize("key", ["noi", "trong"])
def test_what_is_no_place_leads_back_to_the_search(client, add, key, unit):
    add(count=25)
    page = client.get(REGISTER, {key: unit})
    assert page.status_code == 200
    assert 'name="q"' in page.text
    assert offered(page) == []
    assert (GONE in page.text) == (key == "noi")


def test_a_place_that_has_ended_is_said_to_be_gone(client, village, today):
    Placement.objects.filter(unit=village).update(valid_until=today)
    page = client.get(REGISTER, {"noi": village.pk, "next": "/khoa-hoc/"})
    assert GONE in page.text
    assert 'name="next" value="/khoa-hoc/"' in page.text
    assert 'name="password"' not in page.text


@pytest.mark.parametrize("typed", [",", " , ,", "\x00", "a" * 5_000, "%", "xyz"])
def test_what_finds_nothing_is_answered_with_advice(client, village, typed):
    assert 'class="empty"' in client.get(REGISTER, {"q": typed}).text


def test_a_place_that_ends_while_somebody_registers_is_refused(client, filled, village, today):
    Placement.objects.filter(unit=village).update(valid_until=today)
    answer = client.post(REGISTER, filled)
    assert (answer.status_code, errors(answer)) == (422, {"unit"})
    assert 'value="Trần Thị Bình"' in answer.text
    assert not Person.objects.exists()


# For the script


def test_a_piece_of_a_page_has_the_places_alone(client, village):
    answer = client.get(FIND, {"q": "che"})
    assert offered(answer) == ["Thôn Đồi Chè"]
    assert "<html" not in answer.text
    assert answer.headers["Cache-Control"] == "private, max-age=60"


def test_nothing_typed_finds_nothing(client, add):
    add(count=25)
    assert not client.get(FIND).text.strip()


def test_at_most_twenty_are_found_and_the_rest_is_said_to_be_there(client, add):
    add(count=25, name="Thôn Bãi")
    answer = client.get(FIND, {"q": "bai"})
    assert len(offered(answer)) == 20
    assert answer.context["more"]
    assert len(offered(client.get(FIND, {"q": "bai 24"}))) == 1


def test_a_province_is_no_place_to_serve(client, village):
    assert offered(client.get(FIND, {"q": "sông thương"})) == []


@pytest.fixture
def add(commune, kinds, today):
    """Write down more villages in the commune."""
    return lambda **how: add_villages(commune, kinds, today, **how)


@pytest.mark.parametrize(
    ("asked", "most"), [({"q": "thôn"}, 4), ({"q": "thôn, đồi vải"}, 5), ({"trong": "commune"}, 5)]
)
def test_finding_costs_the_same_for_few_and_for_many(
    client, commune, add, asked, most, django_assert_max_num_queries
):
    asked = {key: commune.pk if value == "commune" else value for key, value in asked.items()}
    for count in (5, 495):
        add(count=count)
        with django_assert_max_num_queries(most):
            assert offered(client.get(FIND, asked))


def test_no_page_of_registration_reads_all_places(
    client, filled, village, add, django_assert_num_queries
):
    add(count=500)
    # At most twenty-one places, to see whether there are few.
    with django_assert_num_queries(1):
        client.get(REGISTER)
    # The place; when the page is shown, the place and its path of three levels.
    with django_assert_num_queries(5):
        client.get(REGISTER, {"noi": village.pk})
    # To check, the place and whether the login is taken; then the same as above.
    with django_assert_num_queries(6):
        client.post(REGISTER, filled | {"password": "1"})


# On the account page


@pytest.fixture
def member(client, village, today):
    person = make_person("chi.binh", "Trần Thị Bình")
    registration.move(person=person, unit=village, role=Role.TEAM_MEMBER, on=today)
    client.force_login(person, backend="people.authentication.PersonBackend")
    client.get(CHANGE)  # the first page of a day also asks who must show a second factor
    return person


def test_a_member_chooses_another_place_and_then_saves_it(client, member, village, commune):
    page = client.get(ACCOUNT, {"next": "/khoa-hoc/"})
    (elsewhere,) = re.findall(r'<a href="(\?doi[^"]+)"', page.text)
    search = client.get(ACCOUNT + elsewhere.replace("&amp;", "&"))
    assert '<input type="hidden" name="next" value="/khoa-hoc/">' in search.text
    page = client.get(ACCOUNT, {"noi": commune.pk, "next": "/khoa-hoc/"})
    assert page.context["moves"]
    assert member.posts.get().unit == village
    filled = {"name": member.name, "role": "team_member", "unit": commune.pk, "next": "/khoa-hoc/"}
    assert client.post(ACCOUNT, filled).headers["Location"] == "/khoa-hoc/"
    assert member.posts.get().unit == commune


def test_a_member_who_chooses_a_place_that_is_gone_is_told_so(client, member, commune, today):
    Placement.objects.filter(unit=commune).update(valid_until=today)
    page = client.get(ACCOUNT, {"noi": commune.pk})
    assert GONE in page.text
    assert 'name="q"' in page.text


def test_whoever_cannot_move_is_offered_no_place(signed_in, farmer, commune):
    for asked in ({"doi": 1}, {"q": "đồi"}, {"noi": commune.pk}):
        page = signed_in.get(ACCOUNT, asked).text
        assert 'name="q"' not in page
        assert "Xã Đồi Vải</strong>" not in page


def test_the_account_page_does_not_read_all_places(client, member, django_assert_num_queries):
    # Who asks (session, person), the post, its path of three levels, the rights (two).
    with django_assert_num_queries(8):
        client.get(ACCOUNT)
