"""Drawing a certificate as a tagged PDF with WeasyPrint."""

import base64
import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from certificates import codes
from certificates.models import Certificate
from courses.sharing import qr_svg

HERE = Path(__file__).resolve().parent / "print"
STYLE = HERE / "certificate.css"


@cache
def _fonts_and_style() -> tuple[FontConfiguration, CSS]:
    """Load fonts and style once a process: they cost more than the certificate itself."""
    fonts = FontConfiguration()
    return fonts, CSS(filename=str(STYLE), font_config=fonts)


def pdf(certificate: Certificate) -> bytes:
    """Return a certificate as PDF/UA: A4 landscape, tagged, its fonts embedded."""
    fonts, style = _fonts_and_style()
    html = render_to_string("certificates/print/certificate.html", print_context(certificate))
    return HTML(string=html, base_url=f"{HERE}/").write_pdf(
        stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1"
    )


def print_context(certificate: Certificate) -> dict:
    """Return what the print template needs: only what was frozen at issue."""
    address = codes.verification_address(certificate.code)
    qr = base64.b64encode(qr_svg(address).encode()).decode()
    return {
        "certificate": certificate,
        "audience": certificate.audience_title,
        "name_size": name_size(certificate.name),
        "code": codes.grouped(certificate.code),
        "address": address,
        "check_address": f"{settings.BASE_URL}/xac-minh/".split("://")[1],
        "qr": f"data:image/svg+xml;base64,{qr}",
        "demonstration": settings.DEMONSTRATION,
    }


def name_size(name: str) -> str:
    """Return how large a name is printed, so that even the longest stays on its line."""
    if len(name) <= 30:
        return ""
    return "long" if len(name) <= 44 else "longer"


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
