import requests
from django.core.management.base import BaseCommand, CommandError

from people import oidc

TIMEOUT = 10  # seconds
ADDRESSES = {
    "OIDC_AUTHORIZATION_ENDPOINT": "authorization_endpoint",
    "OIDC_TOKEN_ENDPOINT": "token_endpoint",
    "OIDC_JWKS_ENDPOINT": "jwks_uri",
}


class Command(BaseCommand):
    help = "Ask an OpenID Connect provider for its addresses, and print them as settings."

    def add_arguments(self, parser):
        parser.add_argument("issuer", help="the provider's address, as it stands in its tokens")

    def handle(self, *, issuer, **options):
        told = self.ask(issuer)
        if told.get("issuer") != issuer:
            raise CommandError(f"It calls itself {told.get('issuer')!r}: ask with exactly that.")
        if "RS256" not in told.get("id_token_signing_alg_values_supported", []):
            raise CommandError("It does not sign with RS256, which is all that we accept.")
        missing = [told_as for told_as in ADDRESSES.values() if not told.get(told_as)]
        if missing:
            raise CommandError(f"It does not say: {', '.join(missing)}")
        self.stdout.write(f"OIDC_ISSUER={issuer}")
        for name, told_as in ADDRESSES.items():
            self.stdout.write(f"{name}={told[told_as]}")
        self.stdout.write("OIDC_NAME=\nOIDC_CLIENT_ID=\nOIDC_CLIENT_SECRET=")
        self.stderr.write(f"Register this address there: {oidc.return_address()}")

    def ask(self, issuer: str) -> dict:
        address = issuer.rstrip("/") + "/.well-known/openid-configuration"
        try:
            answer = requests.get(address, timeout=TIMEOUT)
            answer.raise_for_status()
            return answer.json()
        except (requests.RequestException, ValueError) as error:
            raise CommandError(f"{address} does not answer as a provider does: {error}") from error
