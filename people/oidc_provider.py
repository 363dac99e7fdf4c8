"""What is asked of the provider itself: who belongs to a code, in a token that is checked throughout."""

import jwt
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from requests import RequestException

ALGORITHM = "RS256"
TIMEOUT = 10  # seconds
CLOCKS_DIFFER_BY = 60  # seconds
LONGEST_SUBJECT = 255  # the specification says so, and the column has room for it


class ProviderFailed(Exception):
    """The provider did not answer, or answered what cannot be trusted. The argument holds no secret."""


def subject(*, code: str, nonce: str, verifier: str, return_address: str) -> str:
    """Return the subject that the provider names for a code. Raises ProviderFailed."""
    try:
        return _Provider().subject(
            code=code, nonce=nonce, verifier=verifier, return_address=return_address
        )
    except (
        RequestException,
        jwt.PyJWTError,
        SuspiciousOperation,
        LookupError,
        TypeError,
        ValueError,
    ) as error:
        raise ProviderFailed(type(error).__name__) from error


class _Provider(OIDCAuthenticationBackend):
    """The library's way to a token and its keys.

    Not one of Django's backends, as it was written to be: those find and make accounts by e-mail.
    """

    @staticmethod
    def get_settings(attr, *args):
        ours = {
            "OIDC_OP_TOKEN_ENDPOINT": settings.OIDC["TOKEN_ENDPOINT"],
            "OIDC_OP_JWKS_ENDPOINT": settings.OIDC["JWKS_ENDPOINT"],
            "OIDC_OP_USER_ENDPOINT": None,  # we want to know nothing more about anybody
            "OIDC_RP_CLIENT_ID": settings.OIDC["CLIENT_ID"],
            "OIDC_RP_CLIENT_SECRET": settings.OIDC["CLIENT_SECRET"],
            "OIDC_RP_SIGN_ALGO": ALGORITHM,
            "OIDC_TIMEOUT": TIMEOUT,
        }
        return ours[attr] if attr in ours else args[0]

    def subject(self, *, code: str, nonce: str, verifier: str, return_address: str) -> str:
        answer = self.get_token(
            {
                "grant_type": "authorization_code",
                "client_id": self.OIDC_RP_CLIENT_ID,
                "client_secret": self.OIDC_RP_CLIENT_SECRET,
                "code": code,
                "code_verifier": verifier,
                "redirect_uri": return_address,
            }
        )
        found = self.verify_token(answer["id_token"], nonce=nonce)["sub"]
        if not 0 < len(found) <= LONGEST_SUBJECT:
            raise ValueError(found)
        return found

    def _verify_jws(self, payload, key):
        """Check the token for more than the library does, which looks at signature and time alone."""
        claims = jwt.decode(
            payload,
            key,
            algorithms=[ALGORITHM],
            audience=self.OIDC_RP_CLIENT_ID,
            issuer=settings.OIDC_ISSUER,
            leeway=CLOCKS_DIFFER_BY,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
        if claims.get("azp", self.OIDC_RP_CLIENT_ID) != self.OIDC_RP_CLIENT_ID:
            raise jwt.InvalidAudienceError("azp")
        return claims
