"""A lesson as it is read: its text worked out once for each edition, then served from memory.

Only lessons that anybody may read are kept; all others go through Wagtail on every request.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from courses import facts, outlines
from courses.models import LessonPage
from courses.outlines import CourseOutline, LessonLine
from courses.sharing import picture_url, qr_svg


@dataclass(frozen=True)
class Reading:
    """All that a lesson page shows to everybody."""

    key: UUID
    title: str
    summary: str
    url: str
    share_url: str
    minutes: int
    checked_on: date | None
    body: SafeString
    qr: SafeString
    course: CourseOutline
    place: int  # from 1
    previous: LessonLine | None
    next: LessonLine | None


def find(path: str, *, edition: int) -> Reading | None:
    """Return the lesson at a path if it is published and public, else None.

    The outlines know every such lesson by its address, so no tree is walked: routing costs more
    than everything else that a lesson needs.
    """
    key = f"reading:{edition}:{hashlib.sha256(path.encode()).hexdigest()}"
    reading = cache.get(key)
    if reading is None:
        found = outlines.lesson_at(f"/{path}", edition)
        if found is None:
            return None
        course, line = found
        lesson = LessonPage.objects.get(pk=line.page_id)
        reading = read(lesson, course)
        cache.set(key, reading, timeout=None)
    return reading


def read(lesson: LessonPage, course: CourseOutline) -> Reading:
    """Work a lesson out. A draft that is not in its course's outline has no neighbours."""
    place = course.place_of(lesson.translation_key)
    before = course.lessons[place - 1] if place else None
    after = None
    if place is not None and place + 1 < len(course.lessons):
        after = course.lessons[place + 1]
    share_url = f"{settings.BASE_URL}{lesson.url}"
    return Reading(
        key=lesson.translation_key,
        title=lesson.title,
        summary=lesson.summary,
        url=lesson.url,
        share_url=share_url,
        minutes=lesson.minutes,
        checked_on=lesson.checked_on,
        body=body_html(lesson),
        qr=qr_svg(share_url),
        course=course,
        place=(place or 0) + 1,
        previous=before,
        next=after,
    )


def body_html(lesson: LessonPage) -> SafeString:
    """Return the body of a lesson as HTML, with the facts that age filled in."""
    html: str = render_to_string("courses/lesson_body.html", {"blocks": lesson.body})
    if facts.NAMED.search(html):
        html = facts.fill_in(html, facts=facts.values())
    return mark_safe(html)  # noqa: S308 - escaped or sanitised above


def lesson_context(request, lesson: LessonPage) -> dict:
    """Return what the lesson template needs, for a page that is served by Wagtail itself."""
    course_page = lesson.get_parent().specific
    course = outlines.course_of(course_page.slug) or outlines.outline_of(course_page)
    return reading_context(request, read(lesson, course))


def reading_context(request, reading: Reading) -> dict:
    """Return a lesson with how far the reader is in its course: one query for who is signed in."""
    [standing] = outlines.standings(request.user, [reading.course])
    return {
        "reading": reading,
        "standing": standing,
        "is_done": reading.key in standing.done,
        "share_picture": picture_url(),
    }
