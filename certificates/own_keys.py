"""Keys that the site makes for itself on its first start: for QR codes and for credentials.

Nobody vouches for them but the site that publishes their other halves. They lie in DATA_DIR and belong
into its backup: without them nothing can be signed as before, but all that was signed stays valid.
"""

from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from django.conf import settings

from certificates.signing.keys import BrokenKey, Why, write_secret

QR, CREDENTIALS = "qr.pem", "credentials.pem"
EARLIER = (
    "earlier-{}"  # PEM of the public halves of keys that were used before, one after the other
)


def make() -> None:
    """Make the keys that are not there yet."""
    for name in (QR, CREDENTIALS):
        if not (_folder() / name).exists():
            write_secret(_folder() / name, _new(name))


def _new(name: str) -> bytes:
    private: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
    if name == QR:
        private = ec.generate_private_key(ec.SECP256R1())
    else:
        private = ed25519.Ed25519PrivateKey.generate()
    return private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def qr() -> ec.EllipticCurvePrivateKey:
    """Return the key that QR codes are signed with. Raises BrokenKey."""
    key = _private(_folder() / QR)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise BrokenKey(Why.UNSUPPORTED)
    return key


def qr_public() -> list[ec.EllipticCurvePublicKey]:
    """Return the public keys of QR codes, the present one first."""
    earlier = [
        key
        for key in _earlier(_folder() / EARLIER.format(QR))
        if isinstance(key, ec.EllipticCurvePublicKey)
    ]
    return [qr().public_key(), *earlier]


def credentials() -> ed25519.Ed25519PrivateKey:
    """Return the key that credentials are signed with. Raises BrokenKey."""
    key = _private(_folder() / CREDENTIALS)
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise BrokenKey(Why.UNSUPPORTED)
    return key


def credentials_public() -> list[ed25519.Ed25519PublicKey]:
    """Return the public keys of credentials, the present one first."""
    earlier = [
        key
        for key in _earlier(_folder() / EARLIER.format(CREDENTIALS))
        if isinstance(key, ed25519.Ed25519PublicKey)
    ]
    return [credentials().public_key(), *earlier]


def _folder() -> Path:
    return Path(settings.CERTIFICATE_OWN_KEYS)


@cache
def _private(path: Path):
    try:
        return serialization.load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        raise BrokenKey(Why.MISSING) from error
    except (ValueError, TypeError) as error:
        raise BrokenKey(Why.UNREADABLE) from error


def _earlier(path: Path) -> list:
    if not path.exists():
        return []
    end = b"-----END PUBLIC KEY-----"
    parts = [part + end for part in path.read_bytes().split(end)[:-1]]
    try:
        return [serialization.load_pem_public_key(part.strip()) for part in parts]
    except ValueError as error:
        raise BrokenKey(Why.UNREADABLE) from error
