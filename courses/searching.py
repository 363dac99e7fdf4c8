"""Searching courses and lessons, with or without accents."""

import re
from dataclasses import dataclass

from wagtail.models import Page

from courses import outlines
from courses.models import CoursePage, LessonPage
from vietnamese import fold, normalise

MOST = 30
LONGEST = 100
# SQLite's full-text search takes a quotation mark for its own, and PostgreSQL knows no NUL.
_NO_WORDS = re.compile(r'["\0]')


@dataclass(frozen=True)
class Found:
    title: str
    summary: str
    url: str
    is_course: bool


def search(text: str) -> list[Found]:
    """Return courses, then lessons, whose words begin with every word of `text`, accents aside.

    Only what the outlines list: published, public, and in a course that is. At most MOST results;
    `text` beyond LONGEST characters is ignored.
    """
    words = fold(normalise(_NO_WORDS.sub(" ", text))[:LONGEST])
    if not words:
        return []
    courses = {course.page_id: course for course in outlines.all_courses()}
    lessons = {line.page_id: line for course in courses.values() for line in course.lessons}
    found = [
        Found(page.title, page.summary, page.url, is_course=pages is courses)
        for model, pages in ((CoursePage, courses), (LessonPage, lessons))
        for page in map(pages.get, _matching(model, words))
        if page
    ]
    return found[:MOST]


def _matching(model: type[Page], words: str) -> list[int]:
    """Return the ids of the pages of a model that match, best first."""
    pages = model.objects.live().defer_streamfields().autocomplete(words, operator="and")
    return [page.pk for page in pages[: 2 * MOST]]
