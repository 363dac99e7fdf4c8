"""Lesson packs, for everybody: the page, the slides, what is printed."""

import hashlib
import json
from itertools import groupby

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from classroom import loading, printing
from classroom.models import LessonPack
from courses import sharing
from courses.models import LearningOutcome
from people import access
from people.access import public
from people.roles import Action

SLIDE_FILES = (
    "css/slides.css",
    "js/slides.js",
    "favicon.svg",
    "fonts/be-vietnam-pro-400.woff2",
    "fonts/be-vietnam-pro-700.woff2",
)
KEPT_FOR = 24 * 60 * 60  # seconds


def _packs():
    return LessonPack.objects.filter(live=True).select_related("skill", "audience")


@require_safe
@public
def packs(request) -> HttpResponse:
    """List all lessons by skill, and by level within."""
    found = list(_packs())
    skills = [
        (
            skill,
            [(level, list(some)) for level, some in groupby(ones, key=lambda one: one.audience)],
        )
        for skill, ones in ((s, list(o)) for s, o in groupby(found, key=lambda one: one.skill))
    ]
    return render(request, "classroom/packs.html", {"skills": skills})


@require_safe
@public
def pack(request, key: str) -> HttpResponse:
    """Show a lesson: its plan, minute by minute, and ways to print, show and begin it."""
    found = get_object_or_404(_packs(), key=key)
    says = loading.says(found)
    url = f"{settings.BASE_URL}{reverse('classroom:pack', args=[key])}"
    context = {
        "pack": found,
        "says": says,
        "outcomes": LearningOutcome.objects.filter(key__in=says.outcomes).order_by("position"),
        "url": url,
        "qr": sharing.qr_svg(url),
        "teaches": access.may(request.user, to=Action.TEACH, on=timezone.localdate()),
    }
    return render(request, "classroom/pack.html", context)


@require_safe
@public
def slides(request, key: str) -> HttpResponse:
    """Show the slides of a lesson, all in one page that needs no connection once it is open."""
    found = get_object_or_404(_packs(), key=key)
    return render(request, "classroom/slides.html", {"pack": found, "says": loading.says(found)})


@require_safe
@public
def worker(request) -> HttpResponse:
    """Hand out the service worker that keeps slides which were opened."""
    files = [static(name) for name in SLIDE_FILES]
    edition = hashlib.sha256(json.dumps(files).encode()).hexdigest()[:12]
    return render(
        request,
        "classroom/slides_worker.js",
        {"files": files, "edition": edition},
        content_type="text/javascript; charset=utf-8",
    )


@require_safe
@public
def plan(request, key: str) -> HttpResponse:
    """Hand out the plan of a lesson, to be printed."""
    return _printed(key, "giao-an", printing.plan)


@require_safe
@public
def sheet(request, key: str) -> HttpResponse:
    """Hand out the pupils' sheet of a lesson, to be copied."""
    return _printed(key, "phieu-hoc-sinh", printing.sheet)


def _printed(key: str, what: str, draw) -> HttpResponse:
    found = get_object_or_404(_packs(), key=key)
    # Drawing takes a second: what was drawn once is kept as long as the text is the same.
    name = f"pack:{what}:{hashlib.sha256(f'{key}{loading.filled_in(found)}'.encode()).hexdigest()}"
    content = cache.get(name)
    if content is None:
        content = draw(found)
        cache.set(name, content, KEPT_FOR)
    return pdf(content, f"{what}-{key}.pdf")


def pdf(content: bytes, filename: str) -> HttpResponse:
    """Return a PDF that a browser shows, and keeps under a name."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(False, filename) or ""
    return answer
