"""The sheet of a training session on paper."""

from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

import pdfs
import qrcodes
from organisation import tree
from training import attendance
from training.models import Meeting

STYLE = Path(__file__).resolve().parent / "print" / "sheet.css"


def sheet(meeting: Meeting) -> bytes:
    """Return the sheet on which participants sign as a tagged PDF; its QR code opens the session's page."""
    skills = attendance.skills_of(meeting)
    url = f"{settings.BASE_URL}{reverse('training:meeting', args=[meeting.pk])}"
    html = render_to_string(
        "training/print/sheet.html",
        {
            "meeting": meeting,
            "place": tree.last_names({meeting.unit_id}).get(meeting.unit_id, ""),
            "parts": meeting.parts.all(),
            "rows": attendance.sheet(meeting),
            "skills": [skill.title for skill in skills],
            "qr": qrcodes.svg_uri(url),
        },
    )
    return pdfs.draw(html, style=STYLE)
