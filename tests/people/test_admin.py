"""Wagtail's user administration knows our kind of person, and is for administrators alone."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from people.models import Person
from people.roles import EDITING_GROUPS, Role
from quizzes import attempts
from tests.benchmarks.counting import queries
from tests.conftest import NOON, PASSWORD, make_person

PEOPLE = "/quan-tri/users/"
NEW = f"{PEOPLE}new/"
SECRET = "mot-mat-khau-khac"


def edit(person):
    return f"{PEOPLE}edit/{person.pk}/"


def browser_of(person):
    browser = Client()
    browser.force_login(person, backend="people.authentication.PersonBackend")
    return browser


@pytest.fixture
def administrator(db):
    return make_person("quan.tri", "Hoàng Thị Yên", is_superuser=True)


@pytest.fixture
def admin(administrator):
    """The administrator's browser."""
    return browser_of(administrator)


@pytest.fixture
def filled(db):
    """The form for a new person, filled in as it should be."""
    return {
        "login": "co.hoa",
        "name": "Đặng Thị Hoa",
        "email": "",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }


def errors(answer):
    return set(answer.context["form"].errors)


def test_the_forms_show_every_field_that_they_ask_for(admin, neighbour):
    for address in (NEW, edit(neighbour)):
        page = admin.get(address)
        for field in page.context["form"].fields:
            assert f'name="{field}"' in page.text, (address, field)


def test_an_administrator_makes_somebody_an_author(admin, filled):
    group = Group.objects.get(name=EDITING_GROUPS[Role.AUTHOR])
    answer = admin.post(NEW, filled | {"groups": [group.pk]})
    assert (answer.status_code, answer.headers["Location"]) == (302, PEOPLE)
    person = Person.objects.get(login="co.hoa")
    assert (person.name, person.email) == ("Đặng Thị Hoa", "")
    assert person.sort_key
    assert list(person.groups.all()) == [group]
    assert person.has_perm("wagtailadmin.access_admin")
    assert not person.is_superuser


def test_whoever_an_administrator_adds_signs_in(admin, filled, client):
    admin.post(NEW, filled | {"login": "+84 912 345 678"})
    answer = client.post("/tai-khoan/dang-nhap/", {"username": "0912345678", "password": PASSWORD})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("login", ""),
        ("login", "b" * 61),
        ("login", "QUAN.TRI"),
        ("login", " Quan.Tri "),
        ("name", ""),
        ("name", "B" * 121),
        ("email", "khong phai"),
        ("password2", "khac-nua-roi"),
    ],
)
def test_what_cannot_be_so_is_marked(admin, filled, field, typed):
    answer = admin.post(NEW, filled | {field: typed})
    assert (answer.status_code, errors(answer)) == (200, {field})
    assert Person.objects.count() == 1


@pytest.mark.parametrize("weak", ["ngan", "29384756102938", "dang thi hoa"])
def test_a_password_that_will_not_do_is_refused(admin, filled, weak):
    answer = admin.post(NEW, filled | {"password1": weak, "password2": weak})
    assert errors(answer) == {"password2"}


def test_an_administrator_renames_somebody(admin, neighbour):
    page = admin.get(edit(neighbour))
    assert 'value="Lê Thị Năm"' in page.text
    sent = {
        "login": "Ba.Nam",
        "name": " Lê Thị  Ánh ",
        "email": "nam@example.vn",
        "is_active": "on",
    }
    assert admin.post(edit(neighbour), sent).status_code == 302
    before = neighbour.sort_key
    neighbour.refresh_from_db()
    assert (neighbour.login, neighbour.name, neighbour.email) == (
        "ba.nam",
        "Lê Thị Ánh",
        "nam@example.vn",
    )
    assert neighbour.sort_key < before
    assert neighbour.check_password(PASSWORD)


def test_an_administrator_gives_a_new_password_to_whoever_forgot_theirs(admin, neighbour):
    sent = {"login": "ba.nam", "name": "Lê Thị Năm", "is_active": "on"}
    admin.post(edit(neighbour), sent | {"password1": SECRET, "password2": SECRET})
    neighbour.refresh_from_db()
    assert neighbour.check_password(SECRET)


def test_an_administrator_closes_an_account(admin, neighbour):
    browser = browser_of(neighbour)
    admin.post(edit(neighbour), {"login": "ba.nam", "name": "Lê Thị Năm"})
    neighbour.refresh_from_db()
    assert not neighbour.is_active
    assert browser.get("/tai-khoan/").status_code == 302


def test_an_administrator_does_not_lock_themselves_out(admin, administrator):
    admin.post(edit(administrator), {"login": "quan.tri", "name": "Hoàng Thị Yến"})
    administrator.refresh_from_db()
    assert administrator.name == "Hoàng Thị Yến"
    assert administrator.is_active
    assert administrator.is_superuser


@pytest.mark.parametrize("typed", ["Năm", "nam", "lê th", "ba.nam", "ba.n"])
def test_an_administrator_finds_somebody_by_name_or_login_and_without_accents(
    admin, neighbour, farmer, typed
):
    page = admin.get(PEOPLE, {"q": typed})
    assert [str(person) for person in page.context["users"]] == ["Lê Thị Năm"]


def test_a_long_list_of_people_needs_no_more_queries_than_a_short_one(admin):
    def ask():
        assert admin.get(PEOPLE).status_code == 200

    ask()  # the first time, more is looked up and kept
    few = queries(ask)
    for number in range(15):
        make_person(f"nguoi.{number}", f"Người Thứ {number}")
    assert queries(ask) == few


def test_whoever_has_taken_a_quiz_is_not_deleted(admin, farmer, quiz):
    attempts.start(quiz=quiz, by=farmer, at=NOON)
    answer = admin.post(f"{PEOPLE}delete/{farmer.pk}/")
    assert answer.status_code < 500
    assert Person.objects.filter(pk=farmer.pk).exists()


@pytest.mark.parametrize("editor", ["author", "approver"])
def test_whoever_edits_lessons_does_not_administer_people(request, editor, neighbour, filled):
    editor = request.getfixturevalue(editor)
    browser = browser_of(editor)
    before = Person.objects.count()
    sent = {"login": "ba.nam", "name": "Tên Khác", "is_active": "on", "is_superuser": "on"}
    for answer in (
        browser.get(PEOPLE),
        browser.get(NEW),
        browser.post(NEW, filled),
        browser.get(edit(neighbour)),
        browser.post(edit(neighbour), sent),
        browser.post(edit(editor), sent | {"login": editor.login}),
        browser.post(f"{PEOPLE}delete/{neighbour.pk}/"),
    ):
        assert (answer.status_code, answer.headers["Location"]) == (302, "/quan-tri/")
    neighbour.refresh_from_db()
    editor.refresh_from_db()
    assert neighbour.name == "Lê Thị Năm"
    assert not editor.is_superuser
    assert Person.objects.count() == before


def test_an_editor_does_not_make_themselves_an_administrator_in_their_settings(author):
    browser = browser_of(author)
    assert browser.get("/quan-tri/account/").status_code == 200
    browser.post("/quan-tri/account/", {"name_email-name": "Tên", "is_superuser": "on"})
    author.refresh_from_db()
    assert not author.is_superuser


def test_a_learner_does_not_come_into_the_administration(signed_in, neighbour):
    for path in (PEOPLE, NEW, edit(neighbour)):
        assert signed_in.get(path).status_code == 403


def test_a_new_person_can_sign_in_however_the_login_was_written(as_administrator, client):
    password = "vuon-vai-thieu"
    form = {"login": "Chi.Lan", "name": "Đỗ Thị Lan", "email": ""}
    as_administrator.post(
        "/quan-tri/users/new/", {**form, "password1": password, "password2": password}
    )
    client.post("/tai-khoan/dang-nhap/", {"username": "chi.LAN", "password": password})
    assert client.session["_auth_user_id"] == str(Person.objects.get(login="chi.lan").pk)
