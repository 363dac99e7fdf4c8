"""Drawing certificates as tagged PDFs: what was frozen at issue, on the plate of its layout."""

import atexit
import hashlib
import logging
import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache, partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates import codes, offline, own_keys, signers, templates
from certificates.designs import FOLDER, FONTS, PAGES, SIZES
from certificates.models import Certificate
from certificates.models.templates import Wording
from certificates.signing.keys import BrokenKey

if TYPE_CHECKING:  # a web process draws nothing and starts often: a second of each start
    from certificates.press import Press

log = logging.getLogger(__name__)

NUMBER_IN_TITLE = re.compile(r"số (\d+)/(\d{4})/")


class Unprintable(Exception):
    """A name or a unit cannot be printed as it is written: says why, for whoever can correct it."""


@cache
def press(design: str) -> "Press":
    """Return the press of this process for a design: fonts and style cost more than a certificate."""
    from certificates.press import Press

    for font in FONTS:
        font.open("rb").close()  # raises OSError with its name
    # WeasyPrint's fonts have to go while its modules are there: else it complains as the process ends.
    atexit.register(press.cache_clear)
    return Press(*PAGES[design].stylesheets, folder=FOLDER)


def pdf(certificate: Certificate, *, page: str = "") -> bytes:
    """Return a certificate as PDF/UA-1 and PDF/A-3a: A4 landscape, tagged, its fonts embedded.

    Signed, where the site has a key, as of its issue: drawn again it is the same file. `page` is what
    `html` returns, where the caller has it already. Raises Unprintable or signing.BrokenKey. Nothing
    is ever cut or replaced by a box.
    """
    design = templates.wording_of(certificate).design
    drawn = press(design).draw(page or html(certificate), code=qr_text(certificate))
    key = signers.signing_key()
    if key is None:
        return drawn
    from certificates.signing.signatures import sign

    return sign(drawn, key=key, at=timezone.localtime(certificate.issued_at))


def qr_text(certificate: Certificate) -> str:
    """Return what the QR code says: where the certificate is checked, and what it attests, signed."""
    attested = offline.Attested(
        code=certificate.code,
        year=certificate.year,
        running_number=certificate.running_number,
        issued_on=certificate.issued_on,
        expires_on=certificate.expires_on,
        per_cent=certificate.per_cent,
        name=certificate.name,
        title=certificate.title,
    )
    signed = offline.pack(attested, key=own_keys.qr())
    return f"{codes.verification_address(certificate.code)}#{signed}"


def html(certificate: Certificate) -> str:
    """Return the page that is drawn, its texts as large as they fit. Raises Unprintable."""
    wording = templates.wording_of(certificate)
    try:
        qr_text(certificate)
    except offline.TooLong as error:
        raise Unprintable(_too_long(certificate.title)) from error
    return fitted(certificate, wording=wording, context=print_context(certificate, wording=wording))


def fitted(certificate: Certificate, *, wording: Wording, context: Mapping) -> str:
    """Return the page of a design filled with what is printed. Raises Unprintable."""
    from certificates.press import GlyphMissing, NotPlainText, TooLong

    _refuse_letters([certificate.title, certificate.audience_title, *_texts(wording)])
    render = partial(_render, PAGES[wording.design].template, context)
    try:
        return press(wording.design).fit(render, sizes=SIZES)
    except GlyphMissing as error:
        text = _("“%(text)s” has letters that cannot be printed: %(letters)s.")
        raise Unprintable(
            text % {"text": _said(certificate, error.slot), "letters": " ".join(error.letters)}
        ) from error
    except NotPlainText as error:
        text = _("“%(text)s” has signs in it that cannot be seen. Write it anew.")
        raise Unprintable(text % {"text": _said(certificate, error.slot)}) from error
    except TooLong as error:
        raise Unprintable(_too_long(_said(certificate, error.slot))) from error


def _too_long(text: str) -> str:
    return _("“%(text)s” is too long for a certificate. Shorten it.") % {"text": text}


def _texts(wording: Wording) -> list[str]:
    return [text for text in wording.wording().values() if isinstance(text, str)]


def _refuse_letters(texts: Sequence[str]) -> None:
    """Refuse letters that the fonts do not have, in what is the same on all certificates of a layout.

    What differs is checked by the press. Raises Unprintable.
    """
    for text in texts:
        if missing := _missing(text):
            said = _("“%(text)s” has letters that cannot be printed: %(letters)s.")
            raise Unprintable(said % {"text": text, "letters": " ".join(missing)})


@lru_cache(maxsize=256)
def _missing(text: str) -> tuple[str, ...]:
    return tuple(sorted({letter for letter in text if not _has_shape(letter)}))


def _has_shape(letter: str) -> bool:
    return letter.isspace() or ord(letter) in _letters()


@cache
def _letters() -> frozenset[int]:
    import uharfbuzz

    blob = uharfbuzz.Blob.from_file_path(str(FONTS[0]))
    return frozenset(uharfbuzz.Face(blob).unicodes)


def _render(template: str, context: Mapping, sizes: Mapping[str, str]) -> str:
    return render_to_string(template, {**context, "sizes": sizes})


def _said(certificate: Certificate, slot: str) -> str:
    """Return the text of a slot; the title of the file, where the name stands too, means the name."""
    return str(getattr(certificate, slot if slot in ("unit", "issuer") else "name"))


def number_in_title(content: bytes) -> tuple[int, int] | None:
    """Return the running number and the year in the title of a PDF that this module drew, or None."""
    import pikepdf

    with pikepdf.open(BytesIO(content)) as pdf:
        found = NUMBER_IN_TITLE.search(str(pdf.docinfo.get("/Title", "")))
    return (int(found[1]), int(found[2])) if found else None


def print_context(certificate: Certificate, *, wording: Wording) -> dict:
    """Return what a design needs but for sizes: only what was frozen at issue."""
    audience = certificate.audience_title[:1].lower() + certificate.audience_title[1:]
    completed = wording.completed.replace("{đối tượng}", audience)
    return {
        "certificate": certificate,
        "wording": {
            "parent_body": wording.parent_body,
            "place": wording.place,
            "addressed": wording.addressed,
            "completed": completed,
            "signer_lines": wording.signer_title.splitlines(),
            "signer_name": wording.signer_name,
        },
        "code": codes.grouped(certificate.code),
        "short_address": codes.verification_address(certificate.code),
        "check_address": f"{settings.BASE_URL}/xac-minh/".split("://")[1],
        "demonstration": settings.DEMONSTRATION,
        "signed": signers.signs(),
    }


# Files


def keep_pdf(certificate_id: int) -> None:
    """Draw a certificate and keep the file. Done again, it puts the file in place again."""
    certificate = Certificate.objects.select_related("template_version").get(pk=certificate_id)
    _keep(certificate, page="")
    certificate.save(update_fields=["pdf", "pdf_sha256"])


def keep_pdfs(certificates: Sequence[Certificate], *, pages: Mapping[int, str]) -> dict[int, str]:
    """Draw certificates and keep the files; return what went wrong, by certificate.

    `pages` are those that have been made already, by person. One that fails does not stop the rest.
    """
    problems = {}
    for certificate in certificates:
        try:
            _keep(certificate, page=pages.get(certificate.person_id, ""))
        except Exception as error:
            # Whatever it is (a full disk, a broken font), it is said of this one, and the rest goes on.
            log.exception("certificate %s could not be drawn", certificate.pk)
            problems[certificate.pk] = in_words(error)
    kept = [one for one in certificates if one.pk not in problems]
    with connection.cursor() as cursor:  # a twentieth of what `bulk_update` costs
        cursor.executemany(
            "UPDATE certificates_certificate SET pdf = %s, pdf_sha256 = %s WHERE id = %s",
            [(one.pdf, one.pdf_sha256, one.pk) for one in kept],
        )
    return problems


def _keep(certificate: Certificate, *, page: str) -> None:
    content = pdf(certificate, page=page)
    certificate.pdf = storages["certificates"].save(
        f"{certificate.year}/{certificate.code}.pdf", ContentFile(content)
    )
    certificate.pdf_sha256 = hashlib.sha256(content).hexdigest()


def in_words(error: Exception) -> str:
    """Return why something could not be drawn, for whoever repairs it."""
    if isinstance(error, Unprintable):
        return str(error)
    if isinstance(error, BrokenKey):
        return signers.in_words(error)
    if isinstance(error, OSError):
        text = _("The file could not be written or read: %(reason)s.")
        name = Path(error.filename).name if error.filename else ""
        return text % {"reason": f"{error.strerror or error} {name}".strip()}
    return _("The design could not be drawn: %(reason)s.") % {
        "reason": f"{type(error).__name__}: {error}"[:300]
    }
