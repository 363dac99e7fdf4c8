"""The ID tokens of the provider, true ones and others."""

import base64
import json

from jwcrypto import jwk, jwt
from oauth2_provider.oauth2_validators import OAuth2Validator

from tests.oidc_provider.settings import new_key
from tests.oidc_provider.tricks import CLAIMS, TRICKS

OTHER_KEY = jwk.JWK.from_pem(new_key().encode())


class Validator(OAuth2Validator):
    """The toolkit's own, with the name as the subject, and tricks for those who are named for them."""

    def get_additional_claims(self):
        return {"sub": lambda request: request.user.username}

    def finalize_id_token(self, id_token, token, token_handler, request):
        true = super().finalize_id_token(id_token, token, token_handler, request)
        trick = request.user.username
        if trick not in TRICKS:
            return true
        header, claims, _signature = (part + "==" for part in true.split("."))
        header, claims = (json.loads(base64.urlsafe_b64decode(part)) for part in (header, claims))
        claims |= CLAIMS.get(trick, {})
        claims = {name: value for name, value in claims.items() if value is not None}
        key = request.client.jwk_key
        if trick == "no-signature":
            return f"{_part({**header, 'alg': 'none'})}.{_part(claims)}."
        if trick == "another-key":
            key = OTHER_KEY
        if trick == "unknown-key":
            key, header["kid"] = OTHER_KEY, OTHER_KEY.thumbprint()
        if trick == "public-key-as-secret":
            header["alg"] = "HS256"
            public = base64.urlsafe_b64encode(key.export_to_pem()).decode()
            key = jwk.JWK(kty="oct", k=public)
        signed = jwt.JWT(header=header, claims=claims)
        signed.make_signed_token(key)
        return signed.serialize()


def _part(value: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
