"""Recovery codes, and changing, switching off and resetting the second factor."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from people import two_factor
from people.models import AuditEntry, Post
from people.roles import EDITING_GROUPS, Role
from tests.at_once import at_once
from tests.conftest import PASSWORD, make_person
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
from tests.people.pages import ACCOUNT, sign_in

pytestmark = pytest.mark.usefixtures("second_factor_required")


# Recovery codes


@pytest.fixture
def codes(officer):
    return two_factor.make_recovery_codes(person=officer)


def test_a_recovery_code_signs_in_once_and_says_how_many_are_left(half_way, codes):
    answer = half_way.post(ENTER, {"code": codes[3].lower(), "paper": "1", "next": ACCOUNT})
    assert answer.headers["Location"] == ACCOUNT
    assert "7" in half_way.get(ACCOUNT).context["messages"]._loaded_data[0].message
    other = Client()
    sign_in(other, "can.bo")
    assert other.post(ENTER, {"code": codes[3], "paper": "1"}).status_code == 422
    forget_wrong_codes()
    assert other.post(ENTER, {"code": codes[4].replace("-", " "), "paper": "1"}).status_code == 302


def test_new_recovery_codes_take_the_place_of_the_old_ones(inside, codes, key):
    answer = inside.post(SET_UP, {"password": PASSWORD, "code": code_of(key), "do": "codes"})
    new = recovery_codes(answer)
    assert len(new) == 8
    assert not set(new) & set(codes)
    assert StaticToken.objects.count() == 8
    # And are shown nowhere again.
    assert not recovery_codes(inside.get(SET_UP))


def test_wrong_recovery_codes_must_wait_and_leave_the_app_alone(half_way, codes, key):
    half_way.post(ENTER, {"code": "aaaa-aaaa", "paper": "1"})
    StaticDevice.objects.update(throttling_failure_count=8)
    assert half_way.post(ENTER, {"code": codes[0], "paper": "1"}).status_code == 422
    assert half_way.post(ENTER, {"code": code_of(key)}).status_code == 302


def test_the_recovery_codes_of_others_do_not_help(half_way, neighbour):
    theirs = two_factor.make_recovery_codes(person=neighbour)
    assert half_way.post(ENTER, {"code": theirs[0], "paper": "1"}).status_code == 422


# Two at once


def test_of_many_who_send_one_code_at_once_one_is_let_in(committed_db):
    person = make_person("can.bo", "Đỗ Văn Sáu")
    app_code = code_of(TOTPDevice.objects.create(user=person, name="app").key)
    for code in (app_code, two_factor.make_recovery_codes(person=person)[0]):
        answers = at_once(*[lambda code=code: two_factor.check(person=person, code=code)] * 4)
        refused = [
            answer
            for answer in answers
            if isinstance(answer, two_factor.WrongCode | two_factor.MustWait)
        ]
        assert len(refused) == 3, answers


def test_of_many_who_set_it_up_at_once_one_is_first(committed_db):
    person = make_person("can.bo", "Đỗ Văn Sáu")
    keys = [random_hex(20) for _number in range(4)]

    def set_up(key):
        return two_factor.set_up(
            person=person, key=key, code=code_of(key), replacing=False, at=timezone.now()
        )

    answers = at_once(*[lambda key=key: set_up(key) for key in keys])
    assert sum(isinstance(answer, two_factor.AlreadySetUp) for answer in answers) == 3, answers
    assert TOTPDevice.objects.filter(user=person).count() == 1


# Changing it


@pytest.mark.parametrize(
    ("password", "right_code"), [("khong-phai-the", True), (PASSWORD, False), ("", True)]
)
@pytest.mark.parametrize("do", ["codes", "replace", "off"])
def test_changing_it_takes_password_and_code(inside, codes, password, right_code, do):
    key = TOTPDevice.objects.get().key
    code = code_of(key) if right_code else wrong(code_of(key))
    answer = inside.post(SET_UP, {"password": password, "code": code, "do": do})
    assert answer.status_code == 422
    assert password == "" or password not in answer.text
    assert TOTPDevice.objects.get().key == key
    assert StaticToken.objects.count() == len(codes)
    assert inside.get(REPLACE).headers["Location"] == SET_UP


def test_another_phone_takes_the_place_of_the_first_after_a_right_code(inside, key, officer):
    answer = inside.post(SET_UP, {"password": PASSWORD, "code": code_of(key), "do": "replace"})
    assert answer.headers["Location"] == REPLACE
    assert inside.get(REPLACE).status_code == 200
    new = shown_key(inside)
    assert inside.post(REPLACE, {"code": wrong(code_of(new))}).status_code == 422
    assert TOTPDevice.objects.get(user=officer).key == key
    assert len(recovery_codes(inside.post(REPLACE, {"code": code_of(new)}))) == 8
    assert TOTPDevice.objects.get(user=officer).key == new
    assert is_inside(inside)
    assert inside.get(REPLACE).headers["Location"] == SET_UP


def test_leave_to_set_up_another_phone_ends_after_ten_minutes(inside, key):
    inside.post(SET_UP, {"password": PASSWORD, "code": code_of(key), "do": "replace"})
    session = inside.session
    session["second_factor_replacing_since"] -= 10 * 60
    session.save()
    assert inside.get(REPLACE).headers["Location"] == SET_UP


def test_whoever_must_have_it_cannot_switch_it_off(inside, key, officer, today):
    assert 'value="off"' not in inside.get(SET_UP).text
    inside.post(SET_UP, {"password": PASSWORD, "code": code_of(key), "do": "off"})
    assert TOTPDevice.objects.exists()
    with pytest.raises(two_factor.StillNeeded):
        two_factor.switch_off(person=officer, on=today)


def test_whoever_need_not_have_it_can(inside, key, codes, today):
    Post.objects.update(until=today)
    assert 'value="off"' in inside.get(SET_UP).text
    inside.post(SET_UP, {"password": PASSWORD, "code": code_of(key), "do": "off"})
    assert not TOTPDevice.objects.exists()
    assert not StaticDevice.objects.exists()
    assert is_inside(inside)


def test_guessing_the_password_there_is_counted_as_at_sign_in(inside, key, settings):
    for _number in range(settings.AXES_FAILURE_LIMIT):
        answer = inside.post(SET_UP, {"password": "sai", "code": code_of(key), "do": "codes"})
    assert answer.status_code == 429


# Resetting somebody's


def test_an_administrator_resets_it_and_it_is_written_down(inside, officer, codes):
    administrator = make_person("quan.tri", "Hoàng Thị Yên", is_superuser=True)
    two_factor.reset(person=officer, by=administrator, at=timezone.now())
    entry = AuditEntry.objects.get()
    assert (entry.did, entry.actor, entry.subject) == (
        AuditEntry.Did.SECOND_FACTOR_RESET,
        administrator.pk,
        officer.pk,
    )
    # Whoever is signed in with the lost phone is no longer.
    assert inside.get(ACCOUNT).headers["Location"].startswith(SET_UP)
    assert not StaticToken.objects.exists()


def test_the_command_resets_it(officer, key, capsys):
    call_command("reset_second_factor", "Can.Bo")
    assert not TOTPDevice.objects.exists()
    assert AuditEntry.objects.get().actor is None
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "khong.co.ai")


def test_the_right_to_edit_counts_however_it_was_given(neighbour, today):
    neighbour.groups.add(Group.objects.get(name=EDITING_GROUPS[Role.APPROVER]))
    neighbour = type(neighbour).objects.get(pk=neighbour.pk)
    assert two_factor.is_needed(neighbour, on=today)
