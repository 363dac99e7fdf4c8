"""The check of a file that a stranger sends, in a process of its own: see people.confined."""

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.signing.findings import Finding, Flaw, at_first_sight
from people import confined


def check(pdf: bytes, *, trusted: Sequence[x509.Certificate]) -> Finding:
    """Return what checking.check finds, while this process reads nothing of the file but its beginning."""
    if flaw := at_first_sight(pdf):
        return Finding(flaw)
    ours = [b64encode(one.public_bytes(Encoding.DER)).decode() for one in trusted]
    try:
        found = json.loads(confined.ask("certificates.signing.apart", pdf, {"trusted": ours}))
    except confined.Broken:
        return Finding(Flaw.UNREAD)
    flaw, at = found["flaw"], found["at"]
    return Finding(Flaw(flaw) if flaw else None, datetime.fromisoformat(at) if at else None)


def _found(pdf: bytes, said: dict) -> bytes:
    """Answer for `check`, inside that process."""
    from certificates.signing import checking

    ours = [x509.load_der_x509_certificate(b64decode(one)) for one in said["trusted"]]
    found = checking.check(pdf, trusted=ours)
    at = found.at.isoformat() if found.at else ""
    return json.dumps({"flaw": found.flaw, "at": at}).encode()


if __name__ == "__main__":
    confined.answer(_found)
