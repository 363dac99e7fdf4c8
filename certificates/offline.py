"""What the QR code says beside an address: what is attested, signed, to be checked without a connection.

    https://host/xac-minh/8F3K22QZM0AB/#AR3f…

The part behind `#` never reaches the server. In base64url, without padding (all numbers big-endian):

| bytes | |
|---|---|
| 1 | version of this form: 1 |
| 1 | which key: the first byte of the SHA-256 of its uncompressed point |
| 8 | the code, five bits a letter of `codes.ALPHABET`, the first letter highest |
| 2 | year |
| 4 | running number |
| 2 | day of issue, in days since 2020-01-01 |
| 2 | last valid day likewise; 0: without end |
| 1 | per cent; 255: not printed |
| 1 + n | the name in UTF-8, NFC, behind its length |
| 1 + n | the title likewise |
| 64 | ECDSA P-256 with SHA-256 over all before, r and s |
"""

import hashlib
import struct
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certificates import codes

VERSION = 1
HEAD = struct.Struct(">BBQHIHHB")
FIRST_DAY = date(2020, 1, 1)
WITHOUT_END, NOT_PRINTED = 0, 255
SIGNATURE = 64  # bytes
MOST = 255  # bytes of a text
ECDSA = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)  # RFC 6979: the same bytes each time


class Unreadable(ValueError):
    """This is not what stands in a QR code of ours, or is in a form that is newer than this."""


class TooLong(ValueError):
    """A name or a title takes more than MOST bytes, though it may well fit on the paper."""


class NotGenuine(ValueError):
    """It is signed with a key that is not known here, or it has been altered."""


@dataclass(frozen=True)
class Attested:
    """What a certificate attests, as far as it stands in its QR code."""

    code: str
    year: int
    running_number: int
    issued_on: date
    expires_on: date | None
    per_cent: int | None
    name: str
    title: str


def pack(attested: Attested, *, key: ec.EllipticCurvePrivateKey) -> str:
    """Return what is attested, signed, in ASCII. Raises TooLong."""
    head = HEAD.pack(
        VERSION,
        key_number(key.public_key()),
        _number_of(attested.code),
        attested.year,
        attested.running_number,
        _days(attested.issued_on),
        WITHOUT_END if attested.expires_on is None else _days(attested.expires_on),
        NOT_PRINTED if attested.per_cent is None else attested.per_cent,
    )
    body = head + _text(attested.name) + _text(attested.title)
    r, s = decode_dss_signature(key.sign(body, ECDSA))
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return urlsafe_b64encode(body + signature).rstrip(b"=").decode()


def unpack(text: str, *, keys: Mapping[int, ec.EllipticCurvePublicKey]) -> Attested:
    """Return what is attested, once its signature has been checked. Raises Unreadable or NotGenuine."""
    try:
        content = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        body, signature = content[:-SIGNATURE], content[-SIGNATURE:]
        version, number, code, year, running, issued, expires, per_cent = HEAD.unpack(
            body[: HEAD.size]
        )
        name, title = _texts(body[HEAD.size :])
    except (struct.error, NotBase64, UnicodeError, IndexError, ValueError) as error:
        raise Unreadable from error
    if version != VERSION:
        raise Unreadable
    if number not in keys:
        raise NotGenuine
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        keys[number].verify(encode_dss_signature(r, s), body, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise NotGenuine from error
    return Attested(
        code=_code_of(code),
        year=year,
        running_number=running,
        issued_on=_day(issued),
        expires_on=None if expires == WITHOUT_END else _day(expires),
        per_cent=None if per_cent == NOT_PRINTED else per_cent,
        name=name,
        title=title,
    )


def key_number(key: ec.EllipticCurvePublicKey) -> int:
    """Return the number by which a payload names its key, from 0 to 255. Two keys may share one."""
    return hashlib.sha256(_point(key)).digest()[0]


def for_browsers(keys: Iterable[ec.EllipticCurvePublicKey]) -> dict[str, list[str]]:
    """Return the public keys by their numbers, as uncompressed points in base64: WebCrypto's "raw"."""
    numbered: dict[str, list[str]] = {}
    for key in keys:
        point = urlsafe_b64encode(_point(key)).decode()
        numbered.setdefault(str(key_number(key)), []).append(point)
    return numbered


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _number_of(code: str) -> int:
    number = 0
    for letter in code:
        number = number * 32 + codes.ALPHABET.index(letter)
    return number


def _code_of(number: int) -> str:
    letters = [codes.ALPHABET[number >> 5 * place & 31] for place in range(codes.CODE_LENGTH)]
    return "".join(reversed(letters))


def _days(day: date) -> int:
    return (day - FIRST_DAY).days


def _day(days: int) -> date:
    return FIRST_DAY + timedelta(days=days)


def _text(text: str) -> bytes:
    written = unicodedata.normalize("NFC", text).encode()
    if len(written) > MOST:
        raise TooLong(f"{len(written)} bytes")
    return bytes([len(written)]) + written


def _texts(content: bytes) -> tuple[str, str]:
    end = 1 + content[0]
    name, rest = content[1:end], content[end:]
    title = rest[1:]
    if len(name) != content[0] or len(title) != rest[0]:
        raise ValueError("cut off")
    return name.decode(), title.decode()
