"""Data Integrity proofs with the cryptosuite eddsa-rdfc-2022 (W3C Data Integrity EdDSA Cryptosuites 1.0, 3.2).

Signed is the SHA-256 of the canonical RDF of the proof's options, and then that of the document.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Lock

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pyld import jsonld

from certificates.credentials import did, multikeys

FOLDER = Path(__file__).resolve().parent / "contexts"
CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CONTEXTS = {CREDENTIALS: "credentials-v2.json", OPEN_BADGES: "open-badges-3.0.3.json"}
STATED = [CREDENTIALS, OPEN_BADGES]  # and no other: see _refuse_what_rdf_leaves_out
SUITE = "eddsa-rdfc-2022"
# What PyLD puts before a type that no context defines and before a relative address. It has one of its
# own otherwise, and would sign as its address what other implementations refuse.
BASE = "relative:///"
ONE_AT_A_TIME = Lock()  # the caches of PyLD break where two threads write to them


class Unknown(ValueError):
    """Something that would not be signed: a term that no context defines, another context, nothing."""


class NotGenuine(ValueError):
    """The document has no proof, or not by this issuer, or is not as it was signed."""


def sign(document: dict, *, issuer: str, key: Ed25519PrivateKey, created: datetime) -> dict:
    """Return a document with its proof. The same input gives the same bytes. Raises Unknown."""
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": moment(created),
        "verificationMethod": did.method(issuer, key.public_key()),
        "proofPurpose": "assertionMethod",
    }
    signature = key.sign(_digest(document, options))
    return {**document, "proof": {**options, "proofValue": multikeys.encode(signature)}}


def verify(document: dict, *, issuer: str, keys: Sequence[Ed25519PublicKey]) -> None:
    """Raise NotGenuine unless a document is as one of the issuer's keys signed it."""
    options = document.get("proof")
    if not isinstance(options, dict) or options.get("cryptosuite") != SUITE:
        raise NotGenuine("no proof of this kind")
    named = {did.method(issuer, key): key for key in keys}
    key = named.get(str(options.get("verificationMethod")))
    if key is None or options.get("proofPurpose") != "assertionMethod":
        raise NotGenuine("not by this issuer")
    rest = {name: value for name, value in document.items() if name != "proof"}
    stated = {name: value for name, value in options.items() if name != "proofValue"}
    try:
        signature = multikeys.decode(str(options.get("proofValue")))
        key.verify(signature, _digest(rest, stated))
    except (InvalidSignature, Unknown, multikeys.NotMultibase) as error:
        raise NotGenuine("altered") from error


def moment(at: datetime) -> str:
    """Return a time as it stands in a credential: in UTC, to the second."""
    return at.astimezone(tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _digest(document: dict, options: dict) -> bytes:
    if document.get("@context") != STATED:
        raise Unknown("@context")
    _refuse_what_rdf_leaves_out({k: v for k, v in document.items() if k != "@context"})
    _refuse_what_rdf_leaves_out(options)
    return _hash({"@context": STATED, **options}) + _hash(document)


def _refuse_what_rdf_leaves_out(value: object) -> None:
    """Raise Unknown for what could be added to a document, or mean something else, under the same RDF.

    A context of its own could let the name of a field stand for another field.
    """
    match value:
        case dict():
            for name, held in value.items():
                if name.startswith("@"):
                    raise Unknown(name)
                _refuse_what_rdf_leaves_out(held)
        case list() if value:
            for held in value:
                _refuse_what_rdf_leaves_out(held)
        case None | []:
            raise Unknown("nothing")


def _hash(document: dict) -> bytes:
    """Return the SHA-256 of a document's canonical RDF. What no context defines is refused."""
    dropped: list[str] = []
    try:
        with ONE_AT_A_TIME:
            expanded = jsonld.expand(
                document,
                {"documentLoader": _load, "base": BASE},
                on_property_dropped=dropped.append,
            )
            canonical = jsonld.normalize(
                expanded,
                {
                    "algorithm": "URDNA2015",  # by another name RDFC-1.0
                    "format": "application/n-quads",
                    "documentLoader": _load,
                },
            )
    except jsonld.JsonLdError as error:
        raise Unknown(str(error.type)) from error
    if unsigned := [*dropped, *_relative(expanded)]:
        raise Unknown(", ".join(map(str, unsigned)))
    return hashlib.sha256(canonical.encode()).digest()


def _relative(expanded: object) -> Iterator[str]:
    """Yield the types and identifiers that are no whole addresses: RDF leaves them out."""
    match expanded:
        case list():
            for held in expanded:
                yield from _relative(held)
        case dict() if "@value" not in expanded:
            for name, held in expanded.items():
                if name in {"@id", "@type"}:
                    named = held if isinstance(held, list) else [held]
                    yield from (address for address in named if address.startswith(BASE))
                else:
                    yield from _relative(held)


@cache
def _context(address: str) -> dict:
    return json.loads((FOLDER / CONTEXTS[address]).read_text(encoding="utf-8"))


def _load(address: str, _options: dict) -> dict:
    if address not in CONTEXTS:
        raise Unknown(address)
    return {
        "contextUrl": None,
        "documentUrl": address,
        "document": _context(address),
        "contentType": "application/ld+json",
    }
