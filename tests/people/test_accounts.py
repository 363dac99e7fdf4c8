"""Registering, signing in and out, and one's own account, through the pages that people see."""

import unicodedata
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from organisation import loading, tree
from organisation.models import Placement, Unit
from people.models import Person, Post
from people.roles import Role
from tests.at_once import at_once
from tests.conftest import PASSWORD, make_person
from tests.people.pages import (
    ACCOUNT,
    CHANGE,
    ELSEWHERE,
    REGISTER,
    SECRET,
    errors,
    is_signed_in,
    sign_in,
)

# Registering


def test_whoever_registers_is_signed_in_and_serves_where_they_said(client, filled, village, today):
    answer = client.post(REGISTER, filled)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert is_signed_in(client)
    person = Person.objects.get(login="chi.binh")
    post = person.posts.get()
    assert (person.name, post.unit, post.role, post.since) == (
        "Trần Thị Bình",
        village,
        Role.TEAM_MEMBER,
        today,
    )


def test_whoever_registers_on_the_way_to_a_quiz_comes_to_the_quiz(client, filled):
    page = client.get(REGISTER, {"next": "/kiem-tra/mua-sam/"})
    assert '<input type="hidden" name="next" value="/kiem-tra/mua-sam/">' in page.text
    answer = client.post(REGISTER, filled | {"next": "/kiem-tra/mua-sam/"})
    assert answer.headers["Location"] == "/kiem-tra/mua-sam/"


@pytest.mark.parametrize("onward", ELSEWHERE)
def test_registering_never_leads_off_the_site(client, filled, onward):
    assert client.post(REGISTER, filled | {"next": onward}).headers["Location"] == "/"


def test_whoever_is_signed_in_does_not_register_again(signed_in, filled):
    answer = signed_in.post(REGISTER, filled | {"next": "/khoa-hoc/"})
    assert answer.headers["Location"] == "/khoa-hoc/"
    assert not Person.objects.filter(login="chi.binh").exists()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "0912 345 678"),
        ("name", "—!?"),
        ("name", "B" * 121),
        ("name", "B" * 100_000),
        ("name", "\ufb2c" * 119 + "B"),  # NFC makes three letters of each
        ("role", ""),
        ("role", "officer"),
        ("role", "approver"),
        ("role", "team_leader"),
        ("role", "quan-tri"),
        ("unit", ""),
        ("unit", "0"),
        ("unit", "-1"),
        ("unit", "9" * 50),
        ("unit", "' OR 1=1"),
        ("login", ""),
        ("login", "ab"),
        ("login", " . "),
        ("login", "b" * 61),
        ("login", "b" * 100_000),
        ("login", "İ" * 60),  # in lower case these are twice as many
        ("password", ""),
        ("password", "vuon-va"),
        ("password", "29384756102938"),
        ("password", "password1"),
        ("password", "chi.binh"),
        ("password", "Trần Thị Bình"),
        ("password", "vuon-vai-" * 20),
    ],
)
def test_what_cannot_be_so_is_marked_where_it_stands(client, filled, field, typed):
    answer = client.post(REGISTER, filled | {field: typed})
    assert (answer.status_code, errors(answer)) == (422, {field})
    assert f'id="id_{field}_error"' in answer.text
    assert 'role="alert"' in answer.text
    assert not Person.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"name": "Trần Thị Bình"}])
def test_what_is_missing_is_marked(client, village, sent):
    answer = client.post(REGISTER, sent)
    assert answer.status_code == 422
    assert errors(answer) == {"name", "role", "unit", "login", "password"} - set(sent)


def test_nothing_that_was_typed_is_lost_except_the_password(client, filled, village):
    sent = filled | {"name": 'Bình "Bé" <b>', "password": "293847561", "next": "/khoa-hoc/"}
    answer = client.post(REGISTER, sent)
    assert 'value="Bình &quot;Bé&quot; &lt;b&gt;"' in answer.text
    assert 'value="chi.binh"' in answer.text
    assert '<option value="team_member" selected>' in answer.text
    assert f'name="unit" value="{village.pk}"' in answer.text
    assert "<strong>Thôn Đồi Chè</strong>" in answer.text
    assert 'name="next" value="/khoa-hoc/"' in answer.text
    assert "293847561" not in answer.text


def test_a_name_is_kept_in_one_form_however_it_was_typed(client, filled):
    typed = "  " + unicodedata.normalize("NFD", "Nguyễn  Thị Hường") + " "
    client.post(REGISTER, filled | {"name": typed})
    assert Person.objects.get().name == "Nguyễn Thị Hường"


def test_what_nobody_sees_is_left_out_of_a_name_and_a_login(client, filled):
    client.post(
        REGISTER, filled | {"name": "Trần\u202e Thị\x00 Bình", "login": "chi.\u200bbinh\x00"}
    )
    person = Person.objects.get(login="chi.binh")
    assert person.name == "Trần Thị Bình"


@pytest.mark.parametrize("typed", ["0912345678", "+84 912 345 678", "0912.345.678", " 0912 345678"])
def test_a_phone_number_is_taken_however_it_is_written(client, filled, typed):
    make_person("0912345678", "Người Khác")
    answer = client.post(REGISTER, filled | {"login": typed})
    assert (answer.status_code, errors(answer)) == (422, {"login"})


def test_whoever_registers_with_a_phone_number_signs_in_with_it_however_written(client, filled):
    client.post(REGISTER, filled | {"login": "+84 912 345 678"})
    for typed in ("0912345678", "+84912345678", "0912 345 678", "０９１２３４５６７８"):
        client.logout()
        assert sign_in(client, typed).status_code == 302, typed
        assert is_signed_in(client)


def test_of_many_who_register_one_login_at_once_the_others_are_told_so(committed_db):
    kind = loading.load_kinds()["thon"]
    unit = Unit.objects.create()
    tree.place(unit=unit, name="Thôn Một", kind=kind, parent=None, valid_from=timezone.localdate())
    filled = {
        "name": "Trần Thị Bình",
        "role": "teacher",
        "unit": unit.pk,
        "login": "chi.binh",
        "password": PASSWORD,
    }
    answers = at_once(*[lambda: Client().post(REGISTER, filled)] * 4)
    assert sorted(answer.status_code for answer in answers) == [302, 422, 422, 422]
    assert all(errors(answer) == {"login"} for answer in answers if answer.status_code == 422)
    assert Post.objects.get().person == Person.objects.get()


# Which places may be chosen


def test_nobody_serves_at_a_province(client, filled, village, today):
    province = tree.path(village, on=today)[-1].unit
    answer = client.post(REGISTER, filled | {"unit": province.pk})
    assert (answer.status_code, errors(answer)) == (422, {"unit"})


def test_nobody_serves_where_nothing_stands_any_longer(client, filled, village, today):
    Placement.objects.filter(unit=village).update(valid_until=today)
    answer = client.post(REGISTER, filled)
    assert (answer.status_code, errors(answer)) == (422, {"unit"})


def test_nobody_serves_where_nothing_stands_yet(client, filled, village, today):
    Placement.objects.filter(unit=village).update(valid_from=today + timedelta(days=1))
    assert errors(client.post(REGISTER, filled)) == {"unit"}


# One's own account


@pytest.fixture
def member(client, filled):
    """Somebody who has registered, in whose browser the tests look."""
    client.post(REGISTER, filled)
    return Person.objects.get(login="chi.binh")


def test_the_account_page_says_who_one_is_and_where_one_serves(client, member, village):
    page = client.get(ACCOUNT).text
    assert "chi.binh" in page
    assert 'value="Trần Thị Bình"' in page
    assert "Thôn Đồi Chè, Xã Đồi Vải, Tỉnh Sông Thương" in page
    assert f'name="unit" value="{village.pk}"' in page


def test_whoever_corrects_their_name_is_sorted_by_the_new_one(client, member, filled):
    answer = client.post(ACCOUNT, filled | {"name": " Trần Thị  Ánh "})
    assert answer.headers["Location"] == ACCOUNT
    before = member.sort_key
    member.refresh_from_db()
    assert member.name == "Trần Thị Ánh"
    assert member.sort_key < before


def test_whoever_serves_elsewhere_now_says_so(client, member, filled, village, today):
    commune = tree.path(village, on=today)[1].unit
    Post.objects.update(since=today - timedelta(days=5))
    client.post(ACCOUNT, filled | {"unit": commune.pk, "role": "teacher"})
    posts = member.posts.values_list("unit", "role", "until", "self_declared")
    assert list(posts) == [
        (village.pk, "team_member", today, True),
        (commune.pk, "teacher", None, True),
    ]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "123"),
        ("name", "B" * 121),
        ("role", "officer"),
        ("unit", "0"),
        ("unit", ""),
    ],
)
def test_what_cannot_be_so_changes_nothing(client, member, filled, field, typed):
    answer = client.post(ACCOUNT, filled | {"name": "Tên Mới", field: typed})
    assert (answer.status_code, errors(answer)) == (422, {field})
    member.refresh_from_db()
    assert member.name == "Trần Thị Bình"
    assert str(member.posts.get().unit_id) == filled["unit"]
    if field != "name":
        assert 'value="Tên Mới"' in answer.text


def test_an_account_form_that_arrives_empty_is_marked_and_changes_nothing(client, member):
    answer = client.post(ACCOUNT)
    assert (answer.status_code, errors(answer)) == (422, {"name", "role", "unit"})


def test_the_account_form_changes_nothing_but_what_it_shows(client, member, filled):
    client.post(ACCOUNT, filled | {"login": "quan.tri", "is_superuser": "on", "password": SECRET})
    member.refresh_from_db()
    assert member.login == "chi.binh"
    assert not member.is_superuser
    assert member.check_password(PASSWORD)


def test_a_post_that_an_officer_has_written_down_stays(signed_in, farmer, filled, village, today):
    page = signed_in.get(ACCOUNT).text
    assert 'name="unit"' not in page
    assert 'name="role"' not in page
    commune = tree.path(village, on=today)[1].unit
    answer = signed_in.post(
        ACCOUNT, filled | {"name": "Nguyễn Văn Tâm", "unit": commune.pk, "role": "teacher"}
    )
    assert answer.status_code == 302
    farmer.refresh_from_db()
    assert farmer.name == "Nguyễn Văn Tâm"
    post = farmer.posts.get()
    assert (post.unit, post.role, post.until) == (village, Role.TEAM_LEADER, None)


def test_only_whoever_may_edit_is_shown_the_way_to_editing(client, member, author):
    assert "/quan-tri/" not in client.get(ACCOUNT).text
    client.force_login(author, backend="people.authentication.PersonBackend")
    assert "/quan-tri/" in client.get(ACCOUNT).text


# The password


def change(client, old=PASSWORD, new=SECRET, again=None):
    again = new if again is None else again
    return client.post(CHANGE, {"old_password": old, "new_password1": new, "new_password2": again})


def test_the_new_password_holds_and_the_old_one_no_longer_does(signed_in, farmer):
    assert signed_in.get(CHANGE).status_code == 200
    assert change(signed_in).headers["Location"] == ACCOUNT
    assert is_signed_in(signed_in)
    assert signed_in.get(ACCOUNT).status_code == 200
    signed_in.logout()
    assert sign_in(signed_in, "bac.tam").status_code == 200
    assert sign_in(signed_in, "bac.tam", SECRET).status_code == 302


def test_a_new_password_signs_out_every_other_browser(signed_in, farmer):
    other = Client()
    sign_in(other, "bac.tam")
    change(signed_in)
    assert other.get(CHANGE).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"old": "khong-phai-the"}, "old_password"),
        ({"old": ""}, "old_password"),
        ({"new": ""}, "new_password1"),
        ({"again": "khac-nua-roi"}, "new_password2"),
        ({"new": "ngan"}, "new_password2"),
        ({"new": "29384756102"}, "new_password2"),
        ({"new": "bac.tam1"}, "new_password2"),
    ],
)
def test_a_new_password_that_will_not_do_is_refused(signed_in, farmer, wrong, field):
    answer = change(signed_in, **wrong)
    assert answer.status_code == 422
    assert field in errors(answer)
    assert f'id="id_{field}_error"' in answer.text
    for password in (PASSWORD, SECRET):
        assert password not in answer.text
    farmer.refresh_from_db()
    assert farmer.check_password(PASSWORD)


def test_a_password_form_that_arrives_empty_is_marked(signed_in):
    answer = signed_in.post(CHANGE)
    assert answer.status_code == 422
    assert errors(answer) == {"old_password", "new_password1", "new_password2"}
