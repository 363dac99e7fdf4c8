"""Signing in and out, demonstration accounts, and too many wrong passwords."""

from datetime import timedelta

import pytest

from people.authentication import visitors_address
from people.models import Person
from tests.conftest import PASSWORD, make_person
from tests.people.pages import (
    ACCOUNT,
    CHANGE,
    ELSEWHERE,
    REGISTER,
    SIGN_IN,
    SIGN_OUT,
    is_signed_in,
    sign_in,
)

# Signing in and out


def test_whoever_knows_the_password_signs_in(client, farmer):
    assert client.get(SIGN_IN).status_code == 200
    answer = sign_in(client, "bac.tam")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert is_signed_in(client)


def test_the_sign_in_form_leads_on_to_where_somebody_wanted_to_go(client, farmer):
    locked = client.get(ACCOUNT)
    page = client.get(locked.headers["Location"])
    assert '<input type="hidden" name="next" value="/tai-khoan/">' in page.text
    answer = sign_in(client, "bac.tam", next=ACCOUNT)
    assert answer.headers["Location"] == ACCOUNT


@pytest.mark.parametrize("onward", ELSEWHERE)
def test_signing_in_never_leads_off_the_site(client, farmer, onward):
    assert sign_in(client, "bac.tam", next=onward).headers["Location"] == "/"
    # And neither does the link for whoever is signed in by now.
    assert client.get(SIGN_IN, {"next": onward}).headers["Location"] == "/"


@pytest.mark.parametrize("onward", [SIGN_IN, REGISTER, ACCOUNT])
def test_whoever_is_signed_in_is_never_led_round_in_a_circle(signed_in, onward):
    for page in (SIGN_IN, REGISTER):
        answer = signed_in.get(page, {"next": onward}, follow=True)
        assert answer.status_code == 200
        assert len(answer.redirect_chain) <= 2


@pytest.mark.parametrize("onward", ELSEWHERE)
def test_saving_the_account_never_leads_off_the_site(signed_in, onward):
    answer = signed_in.post(ACCOUNT, {"name": "Nguyễn Văn Tám", "next": onward})
    assert answer.headers["Location"] in ("/", ACCOUNT)


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("bac.tam", "khong-phai-the"),
        ("bac.tam", PASSWORD.upper()),
        ("bac.tam", ""),
        ("", PASSWORD),
        ("khong.co.ai", PASSWORD),
        ("bac.tam\x00", PASSWORD),
        ("b" * 61, PASSWORD),
        ("b" * 100_000, PASSWORD),
        ("bac.tam", "v" * 100_000),
    ],
)
def test_whoever_does_not_know_the_password_stays_outside(client, farmer, login, password):
    answer = sign_in(client, login, password, next=ACCOUNT)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text
    assert 'name="next" value="/tai-khoan/"' in answer.text
    assert not is_signed_in(client)


def test_a_wrong_password_loses_the_password_alone(client, farmer):
    page = sign_in(client, "Bac.Tam", "khong-phai-the").text
    assert 'value="Bac.Tam"' in page
    assert "khong-phai-the" not in page


def test_the_page_does_not_tell_whether_there_is_such_an_account(client, farmer):
    unknown = sign_in(client, "khong.co.ai", "khong-phai-the")
    wrong = sign_in(client, "bac.tam", "khong-phai-the")
    assert unknown.context["form"].errors == wrong.context["form"].errors


def test_whoever_may_not_sign_in_does_not(client, farmer):
    Person.objects.filter(pk=farmer.pk).update(is_active=False)
    assert sign_in(client, "bac.tam").status_code == 200
    assert not is_signed_in(client)


def test_signing_out_takes_a_post_and_forgets_who_it_was(signed_in):
    assert signed_in.get(SIGN_OUT).headers["Location"] == ACCOUNT
    assert is_signed_in(signed_in)
    assert signed_in.post(SIGN_OUT).headers["Location"] == "/"
    assert not is_signed_in(signed_in)
    assert signed_in.get(ACCOUNT).headers["Location"] == f"{SIGN_IN}?next={ACCOUNT}"


def test_signing_out_clears_what_the_browser_has_kept_of_somebodys_pages(signed_in):
    assert signed_in.post(SIGN_OUT).headers["Clear-Site-Data"] == '"cache"'


@pytest.mark.parametrize("page", [REGISTER, SIGN_IN])
def test_a_page_with_a_password_is_kept_in_no_cache(client, db, page):
    assert "no-store" in client.get(page).headers["Cache-Control"]


@pytest.mark.parametrize("page", [ACCOUNT, CHANGE])
def test_a_page_about_oneself_is_kept_in_no_cache(signed_in, page):
    assert "no-store" in signed_in.get(page).headers["Cache-Control"]


# Demonstration accounts


@pytest.fixture
def shown(db):
    return make_person("minh.hoa", "Người Minh Họa", is_demonstration=True)


def test_a_demonstration_account_signs_in_where_the_site_is_demonstrated(client, shown, settings):
    settings.DEMONSTRATION = True
    assert sign_in(client, "minh.hoa").status_code == 302


def test_a_demonstration_account_cannot_sign_in_anywhere_else(client, shown, settings):
    settings.DEMONSTRATION = False
    assert sign_in(client, "minh.hoa").status_code == 200
    assert not is_signed_in(client)


def test_a_demonstration_account_is_signed_out_when_the_demonstration_ends(client, shown, settings):
    settings.DEMONSTRATION = True
    sign_in(client, "minh.hoa")
    assert client.get(CHANGE).status_code == 200
    settings.DEMONSTRATION = False
    assert client.get(CHANGE).status_code == 302


# Too many wrong passwords


@pytest.fixture
def tries(settings):
    return settings.AXES_FAILURE_LIMIT


def test_after_too_many_wrong_passwords_the_right_one_no_longer_helps(client, farmer, tries):
    answers = [sign_in(client, "bac.tam", f"sai-{number}").status_code for number in range(tries)]
    assert answers == [200] * (tries - 1) + [429]
    answer = sign_in(client, "bac.tam")
    assert answer.status_code == 429
    assert "<h1>" in answer.text
    assert "15" in answer.text  # minutes to wait
    assert not is_signed_in(client)


def test_one_login_written_in_many_ways_is_counted_as_one(client, farmer, tries):
    ways = ["bac.tam", "BAC.TAM", " Bac.Tam", "bac.Tam ", "ｂａｃ.tam", "Bac.tam"]
    answers = [sign_in(client, ways[number % len(ways)], "sai").status_code for number in range(tries)]  # fmt: skip
    assert answers[-1] == 429
    assert sign_in(client, "bac.tam").status_code == 429


def test_a_neighbour_behind_the_same_address_is_not_locked_out(client, farmer, neighbour, tries):
    for number in range(tries):
        sign_in(client, "bac.tam", f"sai-{number}")
    assert sign_in(client, "ba.nam").status_code == 302


def test_whoever_is_attacked_from_elsewhere_still_signs_in_at_home(client, farmer, tries):
    for number in range(tries):
        client.post(
            SIGN_IN,
            {"username": "bac.tam", "password": f"sai-{number}"},
            REMOTE_ADDR="203.0.113.9",
        )
    assert sign_in(client, "bac.tam").status_code == 302


def test_behind_a_proxy_the_address_that_it_saw_is_counted(client, farmer, tries, settings):
    settings.PROXY_COUNT = 1

    def wrong(number, seen):
        # What stands before it the visitor has made up, another one each time.
        return client.post(
            SIGN_IN,
            {"username": "bac.tam", "password": f"sai-{number}"},
            headers={"x-forwarded-for": f"198.51.100.{number}, {seen}"},
        )

    answers = [wrong(number, "203.0.113.9").status_code for number in range(tries)]
    assert answers[-1] == 429
    assert wrong(99, "203.0.113.10").status_code == 200


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, None, "127.0.0.1"),
        (1, "nonsense", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        # A household is given more addresses of its own than anybody could count.
        (1, "2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_the_address_of_a_visitor(rf, settings, proxies, forwarded, address):
    settings.PROXY_COUNT = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert visitors_address(rf.get("/", headers=headers)) == address


def test_the_lock_opens_after_a_while(client, farmer, tries, settings):
    for number in range(tries):
        sign_in(client, "bac.tam", f"sai-{number}")
    settings.AXES_COOLOFF_TIME = timedelta(0)
    assert sign_in(client, "bac.tam").status_code == 302


def test_the_right_password_makes_earlier_wrong_ones_forgotten(client, farmer, tries):
    for _time in range(2):
        for number in range(tries - 1):
            sign_in(client, "Bac.Tam", f"sai-{number}")
        assert sign_in(client, "bac.tam").status_code == 302
        client.logout()
