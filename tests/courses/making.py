"""Courses of any length, to see that a page costs the same for 3 lessons and for 30."""

import json

from wagtail.models import PageViewRestriction

from courses import editions, outlines
from courses.loading import catalogue
from courses.models import Audience, CoursePage, LessonPage, Picture, Skill
from courses.outlines import CourseOutline


def make_course(
    slug="khoa-thu", *, lessons=3, audience="team-member", skill="dich-vu-cong"
) -> CoursePage:
    """Make a course that is published, with its lessons."""
    course = catalogue().add_child(
        instance=CoursePage(
            title=f"Khóa {slug}",
            slug=slug,
            skill=Skill.objects.get(key=skill),
            audience=Audience.objects.get(key=audience),
            summary="Một khóa để thử.",
            introduction="Học để thử.",
        )
    )
    for number in range(1, lessons + 1):
        make_lesson(course, number)
    editions.advance()
    return course


def make_lesson(course: CoursePage, number: int, **fields) -> LessonPage:
    """Make a lesson with a drawing and a fact that ages."""
    picture = Picture.objects.order_by("pk").first()
    body = [
        {"type": "text", "value": "<p>Gọi [[hotline-vneid]].</p>"},
        {
            "type": "picture",
            "value": {"picture": picture.pk, "text_alternative": "Một màn hình điện thoại."},
        },
    ]
    fields = {"title": f"Bài {number}", "slug": f"bai-{number}", **fields}
    return course.add_child(
        instance=LessonPage(summary="Đọc để thử.", body=json.dumps(body), **fields)
    )


def outline(slug: str) -> CourseOutline:
    """Return the outline of a course that is there."""
    found = outlines.course_of(slug)
    assert found
    return found


def restrict(page) -> None:
    """Let only who is signed in read a page and what is below it."""
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
