"""The second factor: who is asked, what opens before, setting it up, and the code."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from people import two_factor, views_two_factor
from people.models import Post
from people.roles import Role
from tests.conftest import make_person
from tests.people.codes import (
    ENTER,
    REPLACE,
    SET_UP,
    code_of,
    forget_wrong_codes,
    is_inside,
    recovery_codes,
    shown_key,
    wrong,
)
from tests.people.pages import ACCOUNT, ELSEWHERE, SIGN_OUT, is_signed_in, sign_in

LESSON = "/khoa-hoc/thanh-toan/otp-va-vi-dien-tu/"
pytestmark = pytest.mark.usefixtures("second_factor_required")


# Who is asked


@pytest.mark.parametrize("role", two_factor.NEEDS_SECOND_FACTOR)
def test_whoever_has_rights_by_a_post_is_asked(village, neighbour, today, role):
    assert not two_factor.is_asked(neighbour, on=today)
    Post.objects.create(person=neighbour, unit=village, role=role, since=today)
    assert two_factor.is_asked(neighbour, on=today)


def test_a_post_that_has_ended_asks_for_nothing(officer, today):
    assert two_factor.is_asked(officer, on=today)
    Post.objects.update(until=today)
    assert not two_factor.is_asked(officer, on=today)


def test_whoever_edits_and_whoever_administers_is_asked(author, approver, today):
    administrator = make_person("quan.tri", "Hoàng Thị Yên", is_superuser=True)
    assert all(two_factor.is_asked(who, on=today) for who in (author, approver, administrator))


def test_a_learner_and_a_team_leader_are_not_asked(farmer, neighbour, client, today):
    assert not two_factor.is_asked(farmer, on=today)
    assert not two_factor.is_asked(neighbour, on=today)
    sign_in(client, "bac.tam")
    assert is_inside(client)


def test_nobody_is_asked_where_the_site_does_not_require_it(officer, author, settings, today):
    settings.TWO_FACTOR_REQUIRED = False
    assert not two_factor.is_asked(officer, on=today)
    assert not two_factor.is_asked(author, on=today)


def test_production_requires_it_and_a_demonstration_does_not(settings):
    from lms import settings as read

    assert read.DEMONSTRATION
    assert read.TWO_FACTOR_REQUIRED is False


def test_a_learners_page_costs_no_query_more_once_the_day_is_known(
    client, farmer, django_assert_max_num_queries
):
    sign_in(client, "bac.tam")
    client.get(LESSON)
    with django_assert_max_num_queries(4):
        assert client.get(LESSON).status_code == 200


def test_whoever_gains_a_role_is_asked_the_next_day(client, farmer, village, today):
    sign_in(client, "bac.tam")
    assert is_inside(client)
    Post.objects.create(person=farmer, unit=village, role=Role.OFFICER, since=today)
    session = client.session
    assert session[two_factor.NOT_ASKED_ON] == today.isoformat()
    session[two_factor.NOT_ASKED_ON] = (today - timedelta(days=1)).isoformat()
    session.save()
    assert client.get(ACCOUNT).headers["Location"].startswith(SET_UP)


def test_the_question_for_officers_pages_sees_a_role_gained_a_moment_ago(
    client, farmer, village, today, rf
):
    sign_in(client, "bac.tam")
    is_inside(client)
    request = client.get(ACCOUNT).wsgi_request
    assert two_factor.is_settled(request)
    Post.objects.create(person=farmer, unit=village, role=Role.OFFICER, since=today)
    assert not two_factor.is_settled(request)


def test_whoever_loses_the_role_before_setting_up_is_let_in_at_once(client, officer, today):
    sign_in(client, "can.bo")
    assert not is_inside(client)
    Post.objects.update(until=today)
    assert is_inside(client)


# Nothing opens before


@pytest.mark.parametrize(
    "path", ["/", LESSON, ACCOUNT, "/quan-tri/", "/tai-khoan/mat-khau/", "/giay-chung-nhan/"]
)
def test_after_the_password_every_page_leads_to_setting_it_up_and_back(client, officer, path):
    sign_in(client, "can.bo")
    answer = client.get(path, {"a": "b"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{SET_UP}?next={path.replace('/', '%2F')}%3Fa%3Db"


def test_whoever_has_set_it_up_is_led_to_write_the_code(half_way):
    assert half_way.get(ACCOUNT).headers["Location"].startswith(ENTER)
    assert half_way.get(SET_UP).headers["Location"].startswith(ENTER)
    assert half_way.get(ENTER).status_code == 200


def test_what_a_form_sends_changes_nothing_before_the_code(half_way, officer):
    answer = half_way.post(ACCOUNT, {"name": "Ai Đó Khác"})
    assert answer.headers["Location"] == f"{ENTER}?next=%2F"
    officer.refresh_from_db()
    assert officer.name == "Đỗ Văn Sáu"


@pytest.mark.parametrize("path", ["/healthz", "/robots.txt", "/media/khong-co.svg"])
def test_what_is_no_page_stays_open(half_way, path):
    assert half_way.get(path).status_code != 302


def test_whoever_has_no_code_can_sign_out(half_way):
    half_way.post(SIGN_OUT)
    assert not is_signed_in(half_way)


@pytest.mark.parametrize("page", [SET_UP, ENTER, REPLACE])
def test_its_pages_are_kept_in_no_cache(inside, half_way, page):
    assert "no-store" in half_way.get(page).headers["Cache-Control"]


# Setting it up


@pytest.fixture
def setting_up(client, officer):
    sign_in(client, "can.bo")
    client.get(SET_UP)
    return client


def test_the_page_shows_the_secret_as_a_picture_and_in_groups_of_four(setting_up):
    page = setting_up.get(SET_UP).text
    assert 'src="data:image/svg+xml' in page
    groups = re.findall(r"<span>([A-Z2-7]{4})</span>", page)
    assert len(groups) == 8
    assert f"secret={''.join(groups)}" in page
    assert 'inputmode="numeric"' in page
    assert 'autocomplete="one-time-code"' in page


def test_a_right_code_switches_it_on_and_opens_the_site(setting_up, officer):
    key = shown_key(setting_up)
    before = setting_up.session.session_key
    code = code_of(key)
    answer = setting_up.post(SET_UP, {"code": f"{code[:3]} {code[3:]}", "next": LESSON})
    assert answer.status_code == 200
    assert len(set(recovery_codes(answer))) == 8
    assert f'href="{LESSON}"' in answer.text
    assert setting_up.session.session_key != before
    assert TOTPDevice.objects.get(user=officer).key == key
    assert "second_factor_key" not in setting_up.session
    assert is_inside(setting_up)


@pytest.mark.parametrize("written", ["", "12345", "abcdef", "1234567", "１２３４５６"])
def test_no_secret_is_kept_before_a_right_code(setting_up, officer, written):
    for code in (written, wrong(code_of(shown_key(setting_up)))):
        assert setting_up.post(SET_UP, {"code": code}).status_code == 422
    assert not TOTPDevice.objects.exists()
    assert not is_inside(setting_up)


def test_the_code_that_switched_it_on_does_not_sign_in(setting_up, officer):
    code = code_of(shown_key(setting_up))
    setting_up.post(SET_UP, {"code": code})
    other = Client()
    sign_in(other, "can.bo")
    assert other.post(ENTER, {"code": code}).status_code == 422


def test_another_session_is_shown_another_secret(setting_up, officer):
    thief = Client()
    sign_in(thief, "can.bo")
    thief.get(SET_UP)
    assert shown_key(thief) != shown_key(setting_up)


def test_whoever_was_slower_cannot_replace_what_has_been_set_up(setting_up, officer):
    thief = Client()
    sign_in(thief, "can.bo")
    thief.get(SET_UP)
    setting_up.post(SET_UP, {"code": code_of(shown_key(setting_up))})
    answer = thief.post(SET_UP, {"code": code_of(shown_key(thief))})
    assert answer.headers["Location"].startswith(ENTER)
    with pytest.raises(two_factor.AlreadySetUp):
        two_factor.set_up(
            person=officer,
            key=shown_key(thief),
            code=code_of(shown_key(thief)),
            replacing=False,
            at=timezone.now(),
        )
    assert not is_inside(thief)


def test_whoever_need_not_may_switch_it_on_and_is_asked_from_then_on(client, farmer):
    sign_in(client, "bac.tam")
    assert SET_UP in client.get(ACCOUNT).text
    client.get(SET_UP)
    client.post(SET_UP, {"code": code_of(shown_key(client))})
    assert is_inside(client)
    client.post(SIGN_OUT)
    sign_in(client, "bac.tam")
    assert client.get(LESSON).headers["Location"].startswith(ENTER)


def test_it_is_asked_of_whoever_has_switched_it_on_also_where_it_is_not_required(
    half_way, settings
):
    settings.TWO_FACTOR_REQUIRED = False
    assert not is_inside(half_way)


# The code


def test_a_right_code_leads_on_under_a_new_session_key(half_way, key):
    before = half_way.session.session_key
    answer = half_way.post(ENTER, {"code": code_of(key), "next": LESSON})
    assert answer.headers["Location"] == LESSON
    assert half_way.session.session_key != before
    assert is_inside(half_way)


@pytest.mark.parametrize("onward", ELSEWHERE)
def test_a_code_never_leads_off_the_site(half_way, key, onward):
    assert half_way.post(ENTER, {"code": code_of(key), "next": onward}).headers["Location"] == "/"


def test_a_wrong_code_opens_nothing_and_says_so_at_the_field(half_way, key):
    answer = half_way.post(ENTER, {"code": wrong(code_of(key)), "next": LESSON})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert f'value="{LESSON}"' in answer.text
    assert not is_inside(half_way)


def test_a_code_is_right_once(inside, key):
    other = Client()
    sign_in(other, "can.bo")
    code = code_of(key)
    assert other.post(ENTER, {"code": code}).status_code == 302
    third = Client()
    sign_in(third, "can.bo")
    assert third.post(ENTER, {"code": code}).status_code == 422
    assert not is_inside(third)


def test_an_old_code_is_not_right(half_way, key):
    assert half_way.post(ENTER, {"code": code_of(key, later=-3)}).status_code == 422


def test_after_a_wrong_code_even_a_right_one_must_wait(half_way, key):
    half_way.post(ENTER, {"code": wrong(code_of(key))})
    TOTPDevice.objects.update(throttling_failure_count=6)  # waits half a minute
    answer = half_way.post(ENTER, {"code": code_of(key)})
    assert answer.status_code == 422
    assert re.search(r"\b3[0-2]\b", str(answer.context["form"].errors["code"]))
    assert not is_inside(half_way)
    forget_wrong_codes()
    assert half_way.post(ENTER, {"code": code_of(key)}).status_code == 302


def test_the_wait_grows_with_every_wrong_code(officer, key):
    for number in range(1, 5):
        with pytest.raises(two_factor.WrongCode):
            two_factor.check(person=officer, code=wrong(code_of(key)))
        assert TOTPDevice.objects.get().throttling_failure_count == number
        with pytest.raises(two_factor.MustWait) as wait:
            two_factor.check(person=officer, code=code_of(key))
        assert wait.value.args == (2 ** (number - 1),)
        TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(hours=1))


def test_somebody_elses_code_does_not_help(half_way, neighbour):
    other = TOTPDevice.objects.create(user=neighbour, name="app")
    assert half_way.post(ENTER, {"code": code_of(other.key)}).status_code == 422


def test_signing_in_again_asks_again(inside):
    assert is_inside(inside)
    inside.post(SIGN_OUT)
    sign_in(inside, "can.bo")
    assert not is_inside(inside)


def test_somebody_else_on_the_same_phone_inherits_nothing(inside, author):
    inside.post(SIGN_OUT)
    sign_in(inside, "tac.gia")
    assert inside.get("/quan-tri/").headers["Location"].startswith(SET_UP)


def test_an_editor_reaches_the_administration_with_the_code(client, author):
    device = TOTPDevice.objects.create(user=author, name="app")
    sign_in(client, "tac.gia")
    assert client.get("/quan-tri/").status_code == 302
    client.post(ENTER, {"code": code_of(device.key)})
    assert client.get("/quan-tri/").status_code == 200


def test_an_error_report_holds_no_code(half_way, key, rf):
    for view in (
        views_two_factor.second_factor,
        views_two_factor.enter_code,
        views_two_factor.replace_device,
    ):
        request = half_way.get(ENTER).wsgi_request
        request.method = "PUT"  # what the view refuses, after it has said what is secret
        view(request)
        assert request.sensitive_post_parameters == "__ALL__"
