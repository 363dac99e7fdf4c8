"""What a page needs to be passed on: its QR code, and the picture that Zalo shows beside a link."""

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

import qrcodes


def qr_svg(text: str) -> SafeString:
    """Return a QR code as an SVG element, black on white; the paper around it is white too."""
    return mark_safe(qrcodes.svg(text, border=2, kind="qr"))  # noqa: S308 - of modules alone


def picture_url() -> str:
    """Return the whole address of the picture that is shown beside a link to this site."""
    return f"{settings.BASE_URL}{static('og.png')}"
