"""Signing a PDF with PAdES B-B (ETSI EN 319 142-1): an update behind it, its bytes are left as they are.

Written by hand, because a general library costs seven times as much as drawing a certificate. The field
of the signature is invisible: a rectangle of no size beyond the paper's edge, which PDF/UA-1 (7.18.1)
leaves untagged and for which PDF/A-3 (6.3.3) wants no appearance.
"""

import hashlib
import re
from datetime import datetime
from functools import cache
from io import BytesIO

import pikepdf
from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.press import files
from certificates.signing.keys import Key

FIELD = "Chữ ký số"
SUBFILTER = b"/ETSI.CAdES.detached"
WIDGET = "<</Type /Annot /Subtype /Widget /FT /Sig /T %s /F 132 /Rect [-1 -1 -1 -1] /P %s /V %s>>"
LENGTHS = 8  # bytes by which the lengths in a signature grow when it is filled in
RANGE = b"%010d"  # each number of the range, as wide as any
START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")


class NotSignable(ValueError):
    """Not a PDF of one page with a cross-reference stream, such as the press writes, or signed already."""


def sign(pdf: bytes, *, key: Key, at: datetime, reason: str = "") -> bytes:
    """Return a PDF signed as a whole, its first bytes unchanged.

    `at` is written into it as the time of signing. The same input gives the same bytes where the key
    signs so. Raises NotSignable.
    """
    start = START.search(pdf[-64:])
    if start is None:
        raise NotSignable
    with pikepdf.open(BytesIO(pdf)) as source:
        page, root = source.pages[0].obj, source.Root
        if "/AcroForm" in root or "/Annots" in page or len(source.pages) != 1:
            raise NotSignable
        size = int(source.trailer.Size)
        signature, widget = size, size + 1
        changed = {
            root.objgen[0]: _with(root, b"/AcroForm <</Fields [%d 0 R] /SigFlags 3>>" % widget),
            page.objgen[0]: _with(page, b"/Annots [%d 0 R]" % widget),
            widget: (
                WIDGET
                % (
                    files.text_string(FIELD).decode(),
                    f"{page.objgen[0]} 0 R",
                    f"{signature} 0 R",
                )
            ).encode(),
        }
        trailer = b"/Root %d 0 R /Info %d 0 R /ID %b" % (
            root.objgen[0],
            source.trailer.Info.objgen[0],
            source.trailer.ID.unparse(),
        )
    update = _Update(len(pdf), previous=int(start[1]))
    for number, body in changed.items():
        update.add(number, body)
    room = _room(key)
    update.add(signature, _dictionary(room, at=at, reason=reason))
    update.close(size=size + 3, trailer=trailer)
    return _sealed(pdf, update.data, room, key)


def unsigned(pdf: bytes) -> bytes:
    """Return what was signed by `sign`, as it was before. What has no signature is returned as it is."""
    found = re.search(rb"/Type /XRef [^>]*/Prev (\d+)", pdf)
    if found is None:
        return pdf
    end = pdf.index(b"%%EOF\n", int(found[1])) + len(b"%%EOF\n")
    return pdf[:end]


def _with(dictionary: pikepdf.Object, entries: bytes) -> bytes:
    body = dictionary.unparse(resolved=True)
    return body[: body.rindex(b">>")] + b" " + entries + b" >>"


class _Update:
    """What is written behind a file, and where each of its objects stands."""

    def __init__(self, start: int, *, previous: int) -> None:
        self.data = bytearray()
        self._start, self._previous = start, previous
        self._entries: dict[int, bytes] = {}

    def add(self, number: int, body: bytes) -> None:
        self._entries[number] = files.at(self._start + len(self.data))
        self.data += files.numbered(number, body)

    def close(self, *, size: int, trailer: bytes) -> None:
        """Write the cross-reference stream, which is the last object itself."""
        start = self._start + len(self.data)
        entries = dict(sorted({**self._entries, size - 1: files.at(start)}.items()))
        index = b" ".join(b"%d 1" % number for number in entries)
        extra = b"/Type /XRef /W [1 4 2] /Size %d /Index [%b] /Prev %d %b" % (
            size,
            index,
            self._previous,
            trailer,
        )
        self.data += files.numbered(size - 1, files.stream_of(b"".join(entries.values()), extra))
        self.data += b"startxref\n%d\n%%%%EOF\n" % start


def _dictionary(room: int, *, at: datetime, reason: str) -> bytes:
    said = b" /Reason %b" % files.text_string(reason) if reason else b""
    return (
        b"<</Type /Sig /Filter /Adobe.PPKLite /SubFilter %b /M (%b)%b /ByteRange [0 %b %b %b]"
        b" /Contents <%b>>>" % (SUBFILTER, _date(at), said, *[RANGE % 0] * 3, b"0" * (2 * room))
    )


def _date(at: datetime) -> bytes:
    zone = at.strftime("%z") or "+0000"
    return f"D:{at:%Y%m%d%H%M%S}{zone[:3]}'{zone[3:]}'".encode()


def _sealed(pdf: bytes, update: bytearray, room: int, key: Key) -> bytes:
    """Write into the update what it covers, and the signature of that."""
    hole = update.index(b"/Contents <") + len(b"/Contents ")
    end = hole + 2 * room + 2
    covered = (len(pdf) + hole, len(pdf) + end, len(update) - end)
    place = update.index(b"/ByteRange [0 ") + len(b"/ByteRange [0 ")
    numbers = b" ".join(RANGE % number for number in covered)
    update[place : place + len(numbers)] = numbers
    digest = hashlib.sha256(pdf)
    digest.update(update[:hole])
    digest.update(update[end:])
    signature = _cms(digest.digest(), key).hex().encode()
    assert len(signature) <= 2 * room
    update[hole + 1 : hole + 1 + len(signature)] = signature
    return pdf + bytes(update)


def _room(key: Key) -> int:
    """Return how many bytes the signature takes at most."""
    return len(_frame(key)) + key.longest + LENGTHS


@cache
def _certificates(key: Key) -> list[x509.Certificate]:
    return [
        x509.Certificate.load(one.public_bytes(Encoding.DER))
        for one in (key.certificate, *key.chain)
    ]


@cache
def _attributes(key: Key) -> bytes:
    """Return the signed attributes in DER (EN 319 122-1, B-B), with zeros where the digest goes.

    The time is none of them: PAdES says it in the dictionary of the signature.
    """
    certificate = _certificates(key)[0]
    identifier = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(certificate.dump()).digest()})
    return cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [bytes(32)]}),
            cms.CMSAttribute(
                {
                    "type": "signing_certificate_v2",
                    "values": [tsp.SigningCertificateV2({"certs": [identifier]})],
                }
            ),
        ]
    ).dump()


@cache
def _frame(key: Key) -> bytes:
    """Return the CMS of a signature with an empty signature and a digest of zeros."""
    return _signed_data(key, cms.CMSAttributes.load(_attributes(key)), b"").dump()


def _cms(digest: bytes, key: Key) -> bytes:
    attributes = _attributes(key).replace(bytes(32), digest, 1)
    signature = key.sign(attributes)
    return _signed_data(key, cms.CMSAttributes.load(attributes), signature).dump()


def _signed_data(key: Key, attributes: cms.CMSAttributes, signature: bytes) -> cms.ContentInfo:
    certificate = _certificates(key)[0]
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                cms.IssuerAndSerialNumber(
                    {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
                ),
            ),
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "signed_attrs": attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm(
                {"algorithm": "sha256_ecdsa" if key.is_elliptic else "sha256_rsa"}
            ),
            "signature": core.OctetString(signature),
        }
    )
    return cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": cms.SignedData(
                {
                    "version": "v1",
                    "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
                    "encap_content_info": {"content_type": "data"},
                    "certificates": _certificates(key),
                    "signer_infos": [signer],
                }
            ),
        }
    )
