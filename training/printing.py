"""The sheet of a training session on paper, under the header that Nghị định 30/2020/NĐ-CP asks for."""

from datetime import date
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

import pdfs
import qrcodes
from organisation import tree
from organisation.models import Family, Placement
from training import attendance, inviting
from training.models import Meeting

STYLE = Path(__file__).resolve().parent / "print" / "sheet.css"
COMMITTEE = "ỦY BAN NHÂN DÂN"
# Units that a people's committee speaks for; other bodies speak for themselves.
GOVERNED = frozenset({Family.PROVINCE, Family.DISTRICT, Family.COMMUNE})


def sheet(meeting: Meeting) -> bytes:
    """Return the sheet on which participants sign as a tagged PDF; its QR code opens the session's page."""
    url = f"{settings.BASE_URL}{reverse('training:meeting', args=[meeting.pk])}"
    day = inviting.day_of(meeting)
    html = render_to_string(
        "training/print/sheet.html",
        {
            "meeting": meeting,
            "letterhead": letterhead(meeting.unit_id, on=day),
            "day": day,
            "parts": meeting.parts.all(),
            "rows": attendance.sheet(meeting),
            "skills": attendance.skills_of(meeting),
            "qr": qrcodes.svg_uri(url),
        },
    )
    return pdfs.draw(html, style=STYLE)


def letterhead(unit: int, *, on: date) -> dict[str, object]:
    """Return who issues a paper of a unit: the lines of the body above, its own, and the place it is dated from.

    A village issues nothing: its commune does.
    """
    way = tree.path(unit, on=on) or tree.path(unit, on=timezone.localdate())
    while len(way) > 1 and Family(way[0].kind.family) == Family.VILLAGE:
        way = way[1:]
    if not way:
        return {"above": [], "issuer": [], "place": ""}
    own, above = way[0], way[1:2]
    dated = next((one for one in way if Family(one.kind.family) in GOVERNED), own)
    return {
        "above": [" ".join(_lines(one)) for one in above],
        "issuer": _lines(own),
        "place": dated.name,
    }


def _lines(one: Placement) -> list[str]:
    name = one.name.upper()
    return [COMMITTEE, name] if Family(one.kind.family) in GOVERNED else [name]
