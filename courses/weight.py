"""How heavy a lesson is on its way to a phone."""

import gzip
from dataclasses import dataclass

from courses import readings
from courses.models import LessonPage
from courses.templatetags.lessons import RASTER

# What a lesson may weigh, compressed: its text with drawings inside, and other pictures at
# reading size. With the frame of the page that keeps the next lesson under 12 KB.
BUDGET = 9 * 1024


@dataclass(frozen=True)
class Weight:
    """Bytes on the wire: `body` is the text with its drawings, `pictures` the other pictures."""

    body: int
    pictures: int

    @property
    def total(self) -> int:
        return self.body + self.pictures

    @property
    def too_heavy(self) -> bool:
        return self.total > BUDGET


def of_lesson(lesson: LessonPage) -> Weight:
    """Weigh the body of a lesson as it stands in the page object, published or not."""
    body = readings.body_html(lesson)
    return Weight(body=len(gzip.compress(body.encode(), 6)), pictures=_pictures(lesson))


def _pictures(lesson: LessonPage) -> int:
    """Sum the renditions that a phone fetches; drawings are part of the body."""
    used = []
    for block in lesson.body:
        if block.block_type == "picture":
            used.append(block.value["picture"])
        elif block.block_type == "steps":
            used += [step["picture"]["picture"] for step in block.value["steps"]]
    return sum(
        picture.get_rendition(RASTER).file.size
        for picture in used
        if picture and not picture.is_svg()
    )
