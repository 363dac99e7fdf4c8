"""Sign-in through an OpenID Connect provider, which is off unless the settings name one.

The provider only says who somebody is: its issuer and a subject that never changes. Whose account
that is the person alone has said, by linking the two. Nothing is matched by name or e-mail, and
nobody gets an account or a right by it.
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.crypto import get_random_string
from mozilla_django_oidc.utils import (
    add_state_and_verifier_and_nonce_to_session,
    generate_code_challenge,
)

from people.authentication import PersonBackend
from people.models import Identity, Person

STATES = "oidc_states"  # the library's name, in the session
VALID_FOR = 10 * 60  # seconds: what has begun at the provider, and what waits to be linked

logger = logging.getLogger(__name__)


class NotConfirmed(Exception):
    """The provider has not said, in a way that can be trusted, who this is."""


class Cancelled(NotConfirmed):
    """The person has not agreed, at the provider."""


class LinkedAlready(Exception):
    """The account is linked with another identity at the provider."""


class LinkedElsewhere(Exception):
    """The identity is linked with somebody else's account."""


@dataclass(frozen=True)
class Confirmed:
    """Who the provider says this is, who was signed in when they were sent there, and where to go on."""

    subject: str
    person: int | None
    onward: str


def name() -> str:
    """Return what the provider is called on buttons; nothing where sign-in through one is off."""
    return settings.OIDC_NAME if settings.OIDC_ISSUER else ""


def return_address() -> str:
    """Return the address that the provider sends people back to; it must be registered there."""
    return settings.BASE_URL + reverse("people:oidc_return")


# There and back


def begin(request, *, onward: str) -> str:
    """Return the provider's address for signing in; the session remembers what must come back."""
    state, nonce, verifier = (get_random_string(length) for length in (32, 32, 64))
    asked = {
        "response_type": "code",
        "scope": "openid",
        "client_id": settings.OIDC["CLIENT_ID"],
        "redirect_uri": return_address(),
        "state": state,
        "nonce": nonce,
        "code_challenge": generate_code_challenge(verifier, "S256"),
        "code_challenge_method": "S256",
    }
    add_state_and_verifier_and_nonce_to_session(request, state, asked, verifier)
    request.session[STATES][state] |= {"person": request.user.pk, "onward": onward}
    request.session.modified = True
    address = settings.OIDC["AUTHORIZATION_ENDPOINT"]
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"


def finish(request) -> Confirmed:
    """Return whom the provider has confirmed, after it has sent them back. Asks it for the token.

    Raises NotConfirmed for whatever does not belong together: a state that this session has not
    begun or has used, somebody else signed in by now, a token that is not for us; Cancelled where
    the person has said no.
    """
    begun = request.session.get(STATES, {}).pop(request.GET.get("state"), None)
    if begun is None:
        raise NotConfirmed("state")
    request.session.modified = True
    if time.time() - begun["added_on"] > VALID_FOR:
        raise NotConfirmed("too late")
    # Linking is for whoever began it, and signing in for whoever is not signed in.
    if begun["person"] != request.user.pk:
        raise NotConfirmed("person")
    if request.GET.get("iss", settings.OIDC_ISSUER) != settings.OIDC_ISSUER:
        raise NotConfirmed("issuer")
    if request.GET.get("error") == "access_denied":
        raise Cancelled
    if not request.GET.get("code"):
        raise NotConfirmed(request.GET.get("error", "no code")[:50])
    # Here alone, because it brings six megabytes that a site without a provider never needs.
    from people import oidc_provider

    try:
        subject = oidc_provider.subject(
            code=request.GET["code"],
            nonce=begun["nonce"],
            verifier=begun["code_verifier"],
            return_address=return_address(),
        )
    except oidc_provider.ProviderFailed as failure:
        logger.warning("%s: %s", settings.OIDC_ISSUER, failure)
        raise NotConfirmed("token") from failure
    return Confirmed(subject=subject, person=begun["person"], onward=begun["onward"])


# Whose account it is


def person_of(subject: str) -> Person | None:
    """Return whose account an identity is linked with, if that person may sign in at all."""
    identity = (
        Identity.objects.filter(issuer=settings.OIDC_ISSUER, subject=subject)
        .select_related("person")
        .first()
    )
    may = identity and PersonBackend().user_can_authenticate(identity.person)
    return identity.person if identity and may else None


def identity_of(person) -> Identity | None:
    """Return the identity at the provider that a person has linked."""
    return Identity.objects.filter(person=person, issuer=settings.OIDC_ISSUER).first()


def link(*, person, subject: str, at: datetime) -> None:
    """Link an identity that the provider has just confirmed with a person's account.

    Raises LinkedAlready and LinkedElsewhere. Linking the same again changes nothing.
    """
    linked = identity_of(person)
    if linked:
        if linked.subject != subject:
            raise LinkedAlready
        return
    try:
        with transaction.atomic():
            Identity.objects.create(
                person=person, issuer=settings.OIDC_ISSUER, subject=subject, linked_at=at
            )
    except IntegrityError as error:
        raise LinkedElsewhere from error


def unlink(*, person) -> None:
    """Take the link away; the password alone signs in from then on."""
    Identity.objects.filter(person=person, issuer=settings.OIDC_ISSUER).delete()
