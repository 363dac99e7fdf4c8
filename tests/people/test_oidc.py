"""Sign-in through a provider: a real one, in a process of its own, that people visit with a browser."""

import time
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from people import oidc
from people.models import Identity, Person, Post
from people.roles import Role
from tests.conftest import PASSWORD
from tests.oidc_provider.running import Provider
from tests.oidc_provider.tricks import TRICKS
from tests.people.pages import ACCOUNT, ELSEWHERE, SIGN_IN, SIGN_OUT, is_signed_in, sign_in

PAGE = "/tai-khoan/dinh-danh/"
BEGIN = "/tai-khoan/dinh-danh/bat-dau/"
RETURN = "/tai-khoan/dinh-danh/ve/"
NAME = "Định danh thử"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    running = Provider(
        tmp_path_factory.mktemp("provider"),
        return_address=f"{django_settings.BASE_URL}{RETURN}",
    )
    yield running
    running.stop()


@pytest.fixture
def provider(running, settings):
    settings.OIDC_ISSUER = running.issuer
    settings.OIDC_NAME = NAME
    settings.OIDC = running.settings()
    return running


@pytest.fixture
def linked(provider, farmer):
    return Identity.objects.create(
        person=farmer, issuer=provider.issuer, subject="tam", linked_at=timezone.now()
    )


def go(client, provider, *, as_="tam", agree=True, **query) -> str:
    """Set out from our site and sign in there; return the address that leads back."""
    there = client.get(BEGIN, query).headers["Location"]
    back = provider.visit(there, as_=as_, agree=agree)
    assert back.startswith(f"{django_settings.BASE_URL}{RETURN}?")
    return back.removeprefix(django_settings.BASE_URL)


def notices(client, page) -> str:
    return " ".join(message.message for message in client.get(page).context["messages"])


# Where it is off


def test_nothing_of_it_is_there_where_it_is_off(client, signed_in):
    assert "dinh-danh" not in signed_in.get(ACCOUNT).text
    assert "dinh-danh" not in Client().get(SIGN_IN).text
    for page in (BEGIN, RETURN):
        assert Client().get(page).status_code == 404
    assert signed_in.get(PAGE).status_code == 404


def test_the_sign_in_page_offers_it_where_it_is_on(client, provider):
    page = client.get(SIGN_IN, {"next": ACCOUNT}).text
    assert f'href="{BEGIN}?next=/tai-khoan/"' in page
    assert NAME in page


# There


def test_the_provider_is_asked_for_nothing_but_who_it_is(client, provider, db):
    asked = parse_qs(urlsplit(client.get(BEGIN).headers["Location"]).query)
    assert asked["scope"] == ["openid"]
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{django_settings.BASE_URL}{RETURN}"]
    assert len(asked["state"][0]) == len(asked["nonce"][0]) == 32
    assert client.get(BEGIN).headers["Location"] != client.get(BEGIN).headers["Location"]


# Linking and unlinking


def test_an_account_is_linked_after_the_provider_and_the_password(signed_in, provider, farmer):
    assert PAGE in signed_in.get(ACCOUNT).text
    assert BEGIN in signed_in.get(PAGE).text
    assert signed_in.get(go(signed_in, provider)).headers["Location"] == PAGE
    assert not Identity.objects.exists()
    assert signed_in.post(PAGE, {"password": "khong-phai-the"}).status_code == 422
    assert not Identity.objects.exists()
    assert signed_in.post(PAGE, {"password": PASSWORD}).headers["Location"] == PAGE
    identity = Identity.objects.get()
    assert (identity.person, identity.issuer, identity.subject) == (farmer, provider.issuer, "tam")
    assert 'name="unlink"' in signed_in.get(PAGE).text


def test_a_password_alone_links_nothing(signed_in, provider):
    assert signed_in.post(PAGE, {"password": PASSWORD}).status_code == 422
    assert not Identity.objects.exists()


def test_what_the_provider_has_confirmed_waits_ten_minutes_for_the_password(signed_in, provider):
    signed_in.get(go(signed_in, provider))
    session = signed_in.session
    session["oidc_waiting"] = {**session["oidc_waiting"], "at": time.time() - 601}
    session.save()
    assert signed_in.post(PAGE, {"password": PASSWORD}).status_code == 422
    assert not Identity.objects.exists()


def test_one_identity_is_linked_with_one_account(linked, provider, neighbour):
    client = Client()
    sign_in(client, "ba.nam")
    client.get(go(client, provider, as_="tam"))
    client.post(PAGE, {"password": PASSWORD})
    assert Identity.objects.get() == linked
    with pytest.raises(oidc.LinkedElsewhere):
        oidc.link(person=neighbour, subject="tam", at=timezone.now())


def test_one_account_is_linked_with_one_identity(linked, signed_in, provider, farmer):
    signed_in.get(go(signed_in, provider, as_="nam"))
    signed_in.post(PAGE, {"password": PASSWORD})
    assert Identity.objects.get() == linked
    with pytest.raises(oidc.LinkedAlready):
        oidc.link(person=farmer, subject="nam", at=timezone.now())
    oidc.link(person=farmer, subject="tam", at=timezone.now())  # again changes nothing
    assert Identity.objects.get() == linked


def test_an_unlinked_identity_no_longer_signs_in(linked, signed_in, provider):
    assert signed_in.get(PAGE).context["linked"] == linked
    signed_in.post(PAGE, {"unlink": "1"})
    assert not Identity.objects.exists()
    other = Client()
    other.get(go(other, provider))
    assert not is_signed_in(other)


def test_following_a_link_unlinks_nothing(linked, signed_in):
    signed_in.get(PAGE, {"unlink": "1"})
    assert Identity.objects.exists()


# Signing in


def test_whoever_has_linked_signs_in_and_goes_on(client, linked, provider, farmer):
    client.get(SIGN_IN)
    before = client.session.session_key
    answer = client.get(go(client, provider, next=ACCOUNT))
    assert answer.headers["Location"] == ACCOUNT
    assert client.session["_auth_user_id"] == str(farmer.pk)
    assert client.session.session_key != before
    assert client.get(ACCOUNT).status_code == 200


@pytest.mark.parametrize("onward", ELSEWHERE[:4])
def test_it_never_leads_off_the_site(client, linked, provider, onward):
    assert client.get(go(client, provider, next=onward)).headers["Location"] == "/"


def test_whoever_has_not_linked_gets_no_account_and_is_told_how_to_link(client, provider, farmer):
    Person.objects.filter(pk=farmer.pk).update(email="tam@example.org", login="tam")
    count = Person.objects.count()
    answer = client.get(go(client, provider, as_="tam"))
    assert answer.headers["Location"] == f"{SIGN_IN}?{urlencode({'next': PAGE})}"
    assert NAME in notices(client, SIGN_IN)
    assert not is_signed_in(client)
    assert Person.objects.count() == count
    assert not Identity.objects.exists()


def test_the_same_subject_at_another_provider_is_somebody_else(client, linked, provider):
    Identity.objects.update(issuer="https://example.org/o")
    client.get(go(client, provider))
    assert not is_signed_in(client)


def test_whoever_may_not_sign_in_does_not_by_this_way_either(client, linked, provider, farmer):
    Person.objects.filter(pk=farmer.pk).update(is_active=False)
    client.get(go(client, provider))
    assert not is_signed_in(client)


def test_a_demonstration_account_signs_in_only_where_the_site_is_demonstrated(
    client, linked, provider, farmer, settings
):
    Person.objects.filter(pk=farmer.pk).update(is_demonstration=True)
    settings.DEMONSTRATION = False
    client.get(go(client, provider))
    assert not is_signed_in(client)


@pytest.mark.usefixtures("second_factor_required")
def test_it_does_not_stand_in_for_the_second_factor(client, linked, provider):
    Post.objects.filter(person=linked.person).update(role=Role.OFFICER)
    client.get(go(client, provider))
    assert is_signed_in(client)
    assert client.get(ACCOUNT).headers["Location"].startswith("/tai-khoan/hai-buoc/")


# What is refused


@pytest.mark.parametrize("trick", sorted(TRICKS))
def test_a_token_that_is_not_as_it_should_be_signs_nobody_in(
    client, provider, farmer, caplog, trick
):
    # Even an account that is linked with what the token says.
    Identity.objects.create(
        person=farmer, issuer=provider.issuer, subject=trick, linked_at=timezone.now()
    )
    answer = client.get(go(client, provider, as_=trick))
    assert caplog.messages == [f"{provider.issuer}: {TRICKS[trick]}"]
    assert answer.headers["Location"] == SIGN_IN
    assert NAME in notices(client, SIGN_IN)
    assert not is_signed_in(client)


def test_a_state_that_was_not_begun_here_is_refused(client, linked, provider):
    back = go(client, provider)
    state = parse_qs(urlsplit(back).query)["state"][0]
    assert client.get(back.replace(state, "x" * 32)).headers["Location"] == SIGN_IN
    # Somebody else's way back, in this browser: what signing in a victim as oneself would take.
    assert Client().get(back).headers["Location"] == SIGN_IN
    assert not is_signed_in(client)


def test_a_way_back_leads_in_once(client, linked, provider):
    back = go(client, provider)
    client.get(back)
    client.post(SIGN_OUT)
    assert client.get(back).headers["Location"] == SIGN_IN
    assert not is_signed_in(client)


def test_a_way_back_is_good_for_ten_minutes(client, linked, provider):
    back = go(client, provider)
    session = client.session
    for state in session["oidc_states"].values():
        state["added_on"] -= 601
    session.save()
    client.get(back)
    assert not is_signed_in(client)


def test_a_code_of_another_sign_in_is_refused(client, linked, provider):
    other = parse_qs(urlsplit(go(Client(), provider)).query)["code"][0]
    back = go(client, provider)
    code = parse_qs(urlsplit(back).query)["code"][0]
    client.get(back.replace(code, other))  # PKCE: it belongs to another verifier
    assert not is_signed_in(client)


def test_what_was_begun_signed_out_links_nothing_once_somebody_has_signed_in(
    client, provider, farmer
):
    back = go(client, provider, as_="nam")
    sign_in(client, "bac.tam")
    assert client.get(back).headers["Location"] == PAGE
    assert "oidc_waiting" not in client.session


def test_an_answer_for_another_issuer_is_refused(client, linked, provider):
    client.get(go(client, provider) + "&iss=https://example.org/o")
    assert not is_signed_in(client)


def test_whoever_does_not_agree_there_is_back_where_they_were(client, linked, provider):
    answer = client.get(go(client, provider, agree=False))
    assert answer.headers["Location"] == SIGN_IN
    assert not is_signed_in(client)


def test_whoever_is_signed_in_stays_so_when_they_do_not_agree(signed_in, provider):
    assert signed_in.get(go(signed_in, provider, agree=False)).headers["Location"] == PAGE
    assert is_signed_in(signed_in)


@pytest.mark.parametrize("address", ["TOKEN_ENDPOINT", "JWKS_ENDPOINT"])
def test_a_provider_that_does_not_answer_signs_nobody_in(
    client, linked, provider, settings, address
):
    settings.OIDC = {**settings.OIDC, address: f"{provider.url}/khong-co/"}
    assert client.get(go(client, provider)).headers["Location"] == SIGN_IN
    settings.OIDC = {**settings.OIDC, address: "http://127.0.0.1:9/"}
    assert client.get(go(client, provider)).headers["Location"] == SIGN_IN
    assert not is_signed_in(client)


def test_a_wrong_client_secret_is_no_way_in_and_is_told_to_nobody(
    client, linked, provider, settings, caplog
):
    settings.OIDC = {**settings.OIDC, "CLIENT_SECRET": "mot-bi-mat-sai"}
    client.get(go(client, provider))
    assert not is_signed_in(client)
    assert provider.issuer in caplog.text
    assert "mot-bi-mat-sai" not in caplog.text


# Setting it up


def test_the_command_prints_the_settings_that_the_provider_tells(running, capsys):
    call_command("oidc_settings", running.issuer)
    printed = dict(line.split("=", 1) for line in capsys.readouterr().out.split())
    told = running.settings()
    assert printed.pop("OIDC_ISSUER") == running.issuer
    for name in ("AUTHORIZATION_ENDPOINT", "TOKEN_ENDPOINT", "JWKS_ENDPOINT"):
        assert printed.pop(f"OIDC_{name}") == told[name]
    assert set(printed) == {"OIDC_NAME", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"}


@pytest.mark.parametrize("path", ["/", "/o/khac", "/khong-co"])
def test_the_command_refuses_what_is_no_provider_or_another(running, path):
    with pytest.raises(CommandError):
        call_command("oidc_settings", running.url + path)
