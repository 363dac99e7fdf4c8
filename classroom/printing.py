"""What is printed for a class, on A4 in black and white: plan, pupils' sheet, answer cards, a quiz."""

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

import pdfs
import qrcodes
from classroom import cards as card_markers
from classroom import loading, paper, sheets, showing
from classroom.models import LessonPack, Session
from courses.models import LearningOutcome

FOLDER = Path(__file__).resolve().parent / "print"


def draw(template: str, context: dict, *, style: str = "lessons.css") -> bytes:
    """Return a template of ours as a tagged PDF."""
    html = render_to_string(f"classroom/print/{template}", context)
    return pdfs.draw(html, style=FOLDER / style)


def plan(pack: LessonPack) -> bytes:
    """Return the plan of a lesson for its teacher."""
    return draw("plan.html", _context(pack))


def sheet(pack: LessonPack) -> bytes:
    """Return the pupils' sheet of a lesson."""
    return draw("sheet.html", _context(pack))


def cards(numbers: Iterable[int]) -> bytes:
    """Return answer cards, one to a sheet, to be cut out and used again by other classes."""
    markers = [
        (number, f"data:image/svg+xml,{quote(card_markers.svg(number))}") for number in numbers
    ]
    return draw("cards.html", {"cards": markers}, style="cards.css")


def paper_quiz(session: Session, *, versions: int) -> bytes:
    """Return the questions of a session in so many versions, then a sheet for each pupil, two on a page."""
    asked = paper.versions(session)[:versions]
    questions = [
        (number, [_shown(one) for one in version]) for number, version in enumerate(asked, start=1)
    ]
    pictures = []
    for pupil in session.school_class.pupils.all():
        version = paper.version_of(pupil.number, versions)
        sheet = sheets.svg(
            number=pupil.number,
            version=version,
            name=pupil.name,
            title=f"Lớp {session.school_class.name} · {session.pack.title}",
            options=[len(one.letters) for one in asked[version - 1]],
        )
        pictures.append((f"data:image/svg+xml,{quote(sheet)}", pupil.name))
    pairs = [pictures[at : at + 2] for at in range(0, len(pictures), 2)]
    return draw("paper.html", {"pack": session.pack, "versions": questions, "pairs": pairs})


def _shown(one: paper.Asked) -> dict:
    found = showing.question(one.item).before()
    texts = [option["text"] for option in found["options"]]
    return found | {
        "options": [
            {"letter": sheets.LETTERS[place], "text": texts[choice]}
            for place, choice in enumerate(one.letters)
        ]
    }


def _context(pack: LessonPack) -> dict:
    says = loading.says(pack)
    url = f"{settings.BASE_URL}{reverse('classroom:pack', args=[pack.key])}"
    return {
        "pack": pack,
        "says": says,
        "outcomes": LearningOutcome.objects.filter(key__in=says.outcomes).order_by("position"),
        "url": url,
        "qr": qrcodes.svg_uri(url),
    }
