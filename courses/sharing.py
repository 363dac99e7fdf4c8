"""What a page needs to be passed on: its QR code, and the picture that Zalo shows beside a link."""

import io

import segno
from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe


def qr_svg(text: str) -> SafeString:
    """Return a QR code as an SVG element in black, for a white ground.

    The mask is fixed: searching for the best one costs four times the rest and scans no better.
    """
    buffer = io.BytesIO()
    segno.make(text, error="m", mask=2, micro=False).save(
        buffer, kind="svg", xmldecl=False, border=2, omitsize=True, svgclass="qr", lineclass=None
    )
    return mark_safe(buffer.getvalue().decode())  # noqa: S308 - made here from modules alone


def picture_url() -> str:
    """Return the whole address of the picture that is shown beside a link to this site."""
    return f"{settings.BASE_URL}{static('og.png')}"
