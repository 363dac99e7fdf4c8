"""What could be wrong with a token: each trick is played on the user of that name."""

import time

# What each trick changes in the claims; None takes a claim away.
CLAIMS = {
    "another-issuer": {"iss": "https://example.org/o"},
    "another-audience": {"aud": "somebody-elses-site"},
    "another-party": {"azp": "somebody-elses-site"},
    "another-nonce": {"nonce": "from-another-sign-in"},
    "no-nonce": {"nonce": None},
    "expired": {"exp": int(time.time()) - 3600},
    "for-ever": {"exp": None},
    "nobody": {"sub": None},
    "empty": {"sub": ""},
    "too-long": {"sub": "x" * 256},
}

# Why each must be refused: the error that the check raises.
TRICKS = {
    "another-issuer": "InvalidIssuerError",
    "another-audience": "InvalidAudienceError",
    "another-party": "InvalidAudienceError",
    "another-nonce": "SuspiciousOperation",
    "no-nonce": "SuspiciousOperation",
    "expired": "ExpiredSignatureError",
    "for-ever": "MissingRequiredClaimError",
    "nobody": "MissingRequiredClaimError",
    "empty": "ValueError",
    "too-long": "ValueError",
    "another-key": "InvalidSignatureError",
    "unknown-key": "SuspiciousOperation",
    "no-signature": "SuspiciousOperation",
    "public-key-as-secret": "SuspiciousOperation",
}
