"""Drawing a certificate as a tagged PDF: what was frozen at issue, on the plate of its layout."""

import atexit
import hashlib
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from certificates import codes
from certificates.models import Certificate

if TYPE_CHECKING:  # a web process draws nothing and starts often: a second of each start
    from certificates.press import Press

HERE = Path(__file__).resolve().parent / "print"
NAME_SIZES = ("", "long", "longer")  # classes of the name, the largest first


class Unprintable(Exception):
    """A name or a unit cannot be printed as it is written: says why, for whoever can correct it."""


@cache
def press() -> "Press":
    """Return the press of this process: fonts and style cost more than a certificate."""
    from certificates.press import Press

    # WeasyPrint's fonts have to go while its modules are there: else it complains as the process ends.
    atexit.register(press.cache_clear)
    return Press(HERE / "certificate.css", folder=HERE)


def pdf(certificate: Certificate) -> bytes:
    """Return a certificate as PDF/UA-1 and PDF/A-3a: A4 landscape, tagged, its fonts embedded.

    Raises Unprintable. Nothing is ever cut or replaced by a box.
    """
    return press().draw(html(certificate), code=codes.verification_address(certificate.code))


def refuse_unprintable(certificate: Certificate) -> None:
    """Raise Unprintable where `pdf` would; draws nothing."""
    html(certificate)


def html(certificate: Certificate) -> str:
    """Return the page that is drawn, the name as large as it fits on its line. Raises Unprintable."""
    from certificates.press import GlyphMissing, NotPlainText, TooLong

    render = partial(_render, print_context(certificate))
    try:
        return press().fit(render, sizes={"name": NAME_SIZES})
    except GlyphMissing as error:
        text = _("“%(text)s” has letters that cannot be printed: %(letters)s.")
        raise Unprintable(
            text % {"text": _said(certificate, error.slot), "letters": " ".join(error.letters)}
        ) from error
    except NotPlainText as error:
        text = _("“%(text)s” has signs in it that cannot be seen. Write it anew.")
        raise Unprintable(text % {"text": _said(certificate, error.slot)}) from error
    except TooLong as error:
        text = _("“%(text)s” is too long for a certificate. Shorten it.")
        raise Unprintable(text % {"text": _said(certificate, error.slot)}) from error


def _render(context: Mapping, sizes: Mapping[str, str]) -> str:
    return render_to_string(
        "certificates/print/certificate.html", {**context, "name_size": sizes["name"]}
    )


def _said(certificate: Certificate, slot: str) -> str:
    """Return the text of a slot; the title of the file, where the name stands too, means the name."""
    return str(getattr(certificate, slot if slot in ("unit", "issuer") else "name"))


def print_context(certificate: Certificate) -> dict:
    """Return what the print template needs but for sizes: only what was frozen at issue."""
    return {
        "certificate": certificate,
        "audience": certificate.audience_title,
        "code": codes.grouped(certificate.code),
        "address": codes.verification_address(certificate.code),
        "check_address": f"{settings.BASE_URL}/xac-minh/".split("://")[1],
        "demonstration": settings.DEMONSTRATION,
    }


def keep_pdf(certificate_id: int) -> None:
    """Draw a certificate and keep the file. Done again, it puts the file in place again."""
    certificate = Certificate.objects.get(pk=certificate_id)
    content = pdf(certificate)
    name = storages["certificates"].save(
        f"{certificate.year}/{certificate.code}.pdf", ContentFile(content)
    )
    Certificate.objects.filter(pk=certificate_id).update(
        pdf=name, pdf_sha256=hashlib.sha256(content).hexdigest()
    )
