"""The sheet of a training session on paper."""

import atexit
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

import qrcodes
from courses.models import Skill
from organisation import tree
from training import meetings
from training.models import Meeting

if TYPE_CHECKING:  # a web process prints seldom and starts often
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

FOLDER = Path(__file__).resolve().parent / "print"


@cache
def _fonts_and_style() -> "tuple[FontConfiguration, CSS]":
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    # They have to go while WeasyPrint's modules are there: else it complains as the process ends.
    atexit.register(_fonts_and_style.cache_clear)
    fonts = FontConfiguration()
    return fonts, CSS(filename=str(FOLDER / "sheet.css"), font_config=fonts)


def sheet(meeting: Meeting) -> bytes:
    """Return the sheet on which participants sign as a tagged PDF; its QR code opens the session's page."""
    from weasyprint import HTML

    skills = Skill.objects.filter(key__in=meeting.skills).order_by("number")
    url = f"{settings.BASE_URL}{reverse('training:meeting', args=[meeting.pk])}"
    html = render_to_string(
        "training/print/sheet.html",
        {
            "meeting": meeting,
            "place": tree.last_names({meeting.unit_id}).get(meeting.unit_id, ""),
            "parts": meeting.parts.all(),
            "rows": meetings.sheet(meeting),
            "skills": [skill.title for skill in skills],
            "qr": qrcodes.svg_uri(url),
        },
    )
    fonts, style = _fonts_and_style()
    return HTML(string=html, base_url=f"{FOLDER}/").write_pdf(
        stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1"
    )
