"""Verification codes as people write, read out and mistype them."""

from certificates.issuing import ALPHABET, CODE_LENGTH

# Crockford: letters that are not in the alphabet stand for the digits they look like.
_LOOK_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})


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
