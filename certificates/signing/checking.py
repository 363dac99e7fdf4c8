"""Checking a PDF that comes back: is it signed by us, and as it was then."""

import logging
from collections.abc import Sequence
from io import BytesIO

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from certificates.signing.findings import Finding, Flaw, at_first_sight

log = logging.getLogger(__name__)


def check(pdf: bytes, *, trusted: Sequence[x509.Certificate]) -> Finding:
    """Check a file that anybody may have made. Nothing is fetched, whatever it asks for.

    Trusted are the issuer's own certificates and no others, also those that have expired since.
    """
    if flaw := at_first_sight(pdf):
        return Finding(flaw)
    try:
        return _checked(pdf, trusted)
    except MemoryError:
        raise  # says nothing of the file but its appetite
    except Exception as error:
        # Files of strangers break readers in ways without number; what cannot be read is not ours.
        log.info("a file could not be read: %s: %s", type(error).__name__, error)
        return Finding(Flaw.ALTERED if b"/ByteRange" in pdf else Flaw.NO_PDF)


def _checked(pdf: bytes, trusted: Sequence[x509.Certificate]) -> Finding:
    reader = PdfFileReader(BytesIO(pdf))
    signatures = reader.embedded_regular_signatures
    if not signatures:
        return Finding(Flaw.UNSIGNED)
    if len(signatures) > 1:
        return Finding(Flaw.ADDED_TO)
    [signature] = signatures
    at = signature.self_reported_timestamp
    ours = [asn1.Certificate.load(one.public_bytes(Encoding.DER)) for one in trusted]
    signer: asn1.Certificate = signature.signer_cert
    if not any(signer.dump() == one.dump() for one in ours):
        return Finding(Flaw.FOREIGN, at)
    context = ValidationContext(trust_roots=ours, allow_fetching=False, moment=at)
    status = validate_pdf_signature(signature, context, skip_diff=True)
    if not (status.intact and status.valid):
        return Finding(Flaw.ALTERED, at)
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        return Finding(Flaw.ADDED_TO, at)
    return Finding(None if status.trusted else Flaw.FOREIGN, at)
