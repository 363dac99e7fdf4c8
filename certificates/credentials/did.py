"""The issuer as did:web: an identifier made of the site's address, and the document that lies there."""

from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.credentials import multikeys


def identifier(base_url: str) -> str:
    """Return the identifier of whoever publishes at an address: "did:web:host", "did:web:host%3A8000"."""
    return f"did:web:{quote(urlsplit(base_url).netloc, safe='')}"


def method(issuer: str, key: Ed25519PublicKey) -> str:
    """Return the address of a key within the issuer's document."""
    return f"{issuer}#{multikeys.of_key(key)}"


def document(issuer: str, keys: Sequence[Ed25519PublicKey]) -> dict:
    """Return the document that lies at /.well-known/did.json.

    Keys that are not used any more stay in it, so that what they signed can be verified.
    """
    methods = [method(issuer, key) for key in keys]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": issuer,
        "verificationMethod": [
            {
                "id": name,
                "type": "Multikey",
                "controller": issuer,
                "publicKeyMultibase": multikeys.of_key(key),
            }
            for name, key in zip(methods, keys, strict=True)
        ],
        "assertionMethod": methods,
    }
