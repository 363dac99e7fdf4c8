"""The key that certificates are signed with, from a PKCS#12 file or a token, and a demonstration key."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

DEMONSTRATION = "Kỹ năng số – khóa trình diễn"
NO_VALUE = "Không có giá trị pháp lý"
YEARS = 10


class Why(StrEnum):
    """What is wrong with a key."""

    MISSING = "missing"  # there is no such file, or it cannot be read
    UNREADABLE = "unreadable"  # no PKCS#12, or another passphrase
    EMPTY = "empty"  # without a private key or its certificate
    UNSUPPORTED = "unsupported"  # neither elliptic curves nor RSA
    TOKEN = "token"  # noqa: S105 - there is no such token, or its PIN is another
    NOT_VALID = "not valid"  # its certificate has expired, or begins later


class BrokenKey(Exception):
    """Nothing can be signed with this key; `why` says what is wrong."""

    def __init__(self, why: Why) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True, eq=False)
class Key:
    """Whatever signs, and its certificates.

    `sign` returns the signature of some bytes with SHA-256: DER of ECDSA, or PKCS #1 v1.5. It is at
    most `longest` bytes.
    """

    sign: Callable[[bytes], bytes]
    certificate: x509.Certificate
    chain: Sequence[x509.Certificate]
    longest: int
    is_elliptic: bool

    def refuse_unless_valid(self, *, at: datetime) -> None:
        """Raise BrokenKey where the certificate has expired or is not valid yet."""
        valid = self.certificate
        if not valid.not_valid_before_utc <= at <= valid.not_valid_after_utc:
            raise BrokenKey(Why.NOT_VALID)


def from_pkcs12(path: Path, passphrase: str) -> Key:
    """Return the key in a PKCS#12 file. Raises BrokenKey."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BrokenKey(Why.MISSING) from error
    try:
        loaded = pkcs12.load_pkcs12(content, passphrase.encode())
    except ValueError as error:
        raise BrokenKey(Why.UNREADABLE) from error
    if loaded.key is None or loaded.cert is None:
        raise BrokenKey(Why.EMPTY)
    return _key(
        loaded.key, loaded.cert.certificate, [one.certificate for one in loaded.additional_certs]
    )


def from_pkcs11(module: str, *, token: str, label: str, pin: str) -> Key:
    """Return the key that a token holds under a label beside its certificate. Raises BrokenKey.

    `module` is the library of the token's maker. The session stays open as long as the process lives.
    """
    import pkcs11
    from pkcs11.util.ec import encode_ecdsa_signature

    try:
        session = pkcs11.lib(module).get_token(token_label=token).open(user_pin=pin)
    except (pkcs11.exceptions.PKCS11Error, RuntimeError) as error:
        raise BrokenKey(Why.TOKEN) from error
    try:
        # What a key can do depends on its token: the types of the library do not say that it signs.
        private: Any = session.get_key(pkcs11.ObjectClass.PRIVATE_KEY, label=label)
        [held] = session.get_objects(
            {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE, pkcs11.Attribute.LABEL: label}
        )
        certificate = x509.load_der_x509_certificate(held[pkcs11.Attribute.VALUE])
    except (pkcs11.exceptions.PKCS11Error, ValueError) as error:
        session.close()
        raise BrokenKey(Why.EMPTY) from error
    public = certificate.public_key()
    if isinstance(public, ec.EllipticCurvePublicKey):
        how = pkcs11.Mechanism.ECDSA

        def sign(data: bytes) -> bytes:
            digest = hashlib.sha256(data).digest()
            return encode_ecdsa_signature(private.sign(digest, mechanism=how))

        return Key(sign, certificate, (), _longest(public.key_size), is_elliptic=True)
    if isinstance(public, rsa.RSAPublicKey):
        return Key(
            lambda data: private.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS),
            certificate,
            (),
            public.key_size // 8,
            is_elliptic=False,
        )
    raise BrokenKey(Why.UNSUPPORTED)


def _longest(bits: int) -> int:
    """Return how many bytes an ECDSA signature in DER has at most, on a curve of so many bits."""
    return 2 * ((bits + 7) // 8 + 3) + 3


def _key(private: object, certificate: x509.Certificate, chain: Sequence[x509.Certificate]) -> Key:
    match private:
        case ec.EllipticCurvePrivateKey():
            # Deterministic (RFC 6979): the same file gives the same signature.
            algorithm = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
            return Key(
                sign=lambda data: private.sign(data, algorithm),
                certificate=certificate,
                chain=chain,
                longest=_longest(private.key_size),
                is_elliptic=True,
            )
        case rsa.RSAPrivateKey():
            return Key(
                sign=lambda data: private.sign(data, padding.PKCS1v15(), hashes.SHA256()),
                certificate=certificate,
                chain=chain,
                longest=private.key_size // 8,
                is_elliptic=False,
            )
    raise BrokenKey(Why.UNSUPPORTED)


def is_for_demonstration(certificate: x509.Certificate) -> bool:
    """Whether a certificate says of itself that it is for demonstration."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return any(name.value == DEMONSTRATION for name in names)


def make_for_demonstration(path: Path, passphrase: str, *, at: datetime) -> None:
    """Write a self-signed key which says that it has no legal value. One that is there is left as it is."""
    if path.exists():
        return
    private = ec.generate_private_key(ec.SECP256R1())
    content = pkcs12.serialize_key_and_certificates(
        b"kns",
        private,
        _self_signed(private, at=at),
        None,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )
    write_secret(path, content)


def write_secret(path: Path, content: bytes) -> None:
    """Write a file that nobody else reads, whole or not at all; one that is there already stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)  # mode 600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        try:
            os.link(name, path)  # of two at once the first wins
        except FileExistsError:
            return
    finally:
        Path(name).unlink()


def _self_signed(private: ec.EllipticCurvePrivateKey, *, at: datetime) -> x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, NO_VALUE),
            x509.NameAttribute(NameOID.COMMON_NAME, DEMONSTRATION),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=365 * YEARS))
        .add_extension(usage, critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
