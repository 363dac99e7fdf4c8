"""Verification codes: how they are made, written, mistyped, and where they are checked."""

import secrets

from django.conf import settings

# Crockford's letters: none that look alike, so that a code can be read out over the telephone.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12
# Letters that are not in the alphabet stand for the digits they look like.
_LOOK_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new() -> str:
    """Return a code that nobody can guess: 60 random bits."""
    return "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))


def normalise(written: str) -> str:
    """Return a code as it is stored: capitals, no hyphens or spaces, look-alikes put right."""
    bare = "".join(c for c in written.upper() if c.isalnum())
    return bare.translate(_LOOK_ALIKE)


def looks_like_one(code: str) -> bool:
    """Whether a normalised code has the length and the letters of one."""
    return len(code) == CODE_LENGTH and set(code) <= set(ALPHABET)


def grouped(code: str) -> str:
    """Return a code as it is printed: "8F3K-22QZ-M0AB"."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def verification_address(code: str) -> str:
    """Return the address under which a stranger checks a certificate."""
    return f"{settings.BASE_URL}/xac-minh/{code}/"
