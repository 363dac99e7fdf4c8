"""Bytes in multibase (base58-btc) and Ed25519 keys as Multikeys: W3C Controlled Identifiers 1.0, 2.2 and 2.4."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BASE58 = "z"
ED25519 = b"\xed\x01"  # what kind of key follows, as a varint


class NotMultibase(ValueError):
    """It is not written in base58-btc."""


def encode(content: bytes) -> str:
    """Return bytes in base58-btc, behind its "z"."""
    number, letters = int.from_bytes(content, "big"), []
    while number:
        number, place = divmod(number, 58)
        letters.append(ALPHABET[place])
    zeros = len(content) - len(content.lstrip(b"\0"))
    return BASE58 + ALPHABET[0] * zeros + "".join(reversed(letters))


def decode(text: str) -> bytes:
    """Return the bytes that a text stands for. Raises NotMultibase."""
    if not text.startswith(BASE58) or set(text) - set(ALPHABET):
        raise NotMultibase
    number = 0
    for letter in text[1:]:
        number = number * 58 + ALPHABET.index(letter)
    zeros = len(text) - 1 - len(text[1:].lstrip(ALPHABET[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def of_key(key: Ed25519PublicKey) -> str:
    """Return a public key as a Multikey: "z6Mk…"."""
    return encode(ED25519 + key.public_bytes_raw())
