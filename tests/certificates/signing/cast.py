"""Keys made up for the tests, and a certificate that the press drew."""

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from tests.certificates.press import cast

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
PASSPHRASE = "nhãn-lồng"


@cache
def pdf() -> bytes:
    return cast.press().draw(cast.html(), code=cast.ADDRESS)


def issue(private, *, since=NOW - timedelta(days=30), days=365, name="Sở của tỉnh thử"):
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(True, True, *[False] * 7)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + timedelta(days=days))
        .add_extension(usage, critical=True)
        .sign(private, hashes.SHA256())
    )


def write(path, private, certificate, *, passphrase=PASSPHRASE):
    content = pkcs12.serialize_key_and_certificates(
        b"kns", private, certificate, None,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )  # fmt: skip
    path.write_bytes(content)
    return path


PRIVATE = {
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "RSA": lambda: rsa.generate_private_key(65537, 2048),
}
