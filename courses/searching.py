"""Searching courses and lessons, with or without accents."""

from dataclasses import dataclass

from courses.models import CoursePage, LessonPage
from vietnamese import fold, normalise

MOST = 30
LONGEST = 100


@dataclass(frozen=True)
class Found:
    title: str
    summary: str
    url: str
    is_course: bool


def search(text: str) -> list[Found]:
    """Return courses, then lessons, whose words begin with every word of `text`, accents aside.

    At most MOST results; `text` beyond LONGEST characters is ignored.
    """
    words = fold(normalise(text)[:LONGEST])
    if not words:
        return []
    found: list[Found] = []
    for model in (CoursePage, LessonPage):
        pages = model.objects.live().public().defer_streamfields()
        for page in pages.autocomplete(words, operator="and")[:MOST]:
            found.append(Found(page.title, page.summary, page.url, model is CoursePage))
    return found[:MOST]
