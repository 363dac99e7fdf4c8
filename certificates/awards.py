"""What somebody has earned: a course passed, or all courses of an audience."""

from collections.abc import Iterable
from dataclasses import dataclass

from courses import outlines
from courses.models import Skill
from courses.outlines import CourseOutline
from quizzes import grading
from quizzes.models import Quiz

ALL_COURSES = "nam-ky-nang"  # in addresses, where the slug of a course stands


@dataclass(frozen=True)
class Award:
    """Something a certificate can be issued for. `course` is None for all courses of an audience."""

    slug: str
    title: str
    course: CourseOutline | None
    audience: str
    audience_title: str
    per_cent: int | None
    earned: bool


def of_person(person, *, audience: str) -> list[Award]:
    """Return what a person can earn, or has, as a member of an audience: its courses, then all of them.

    The one for all exists only where there is a course for every skill.
    """
    courses = outlines.courses_for(audience)
    best = grading.best_grades(person)
    quizzes = {quiz.course_id: quiz.pk for quiz in Quiz.objects.filter(live=True)}
    awards = []
    for course in courses:
        grade = best.get(quizzes.get(course.page_id, 0))
        awards.append(
            Award(
                slug=course.slug,
                title=course.title,
                course=course,
                audience=course.audience,
                audience_title=course.audience_title,
                per_cent=grade.per_cent if grade else None,
                earned=bool(grade and grade.passed),
            )
        )
    if is_for_all_skills(courses):
        awards.append(_all_of(awards))
    return awards


def is_for_all_skills(courses: Iterable[CourseOutline]) -> bool:
    """Whether some courses leave no skill out, so that there is a certificate for all of them."""
    skills = set(Skill.objects.values_list("key", flat=True))
    return bool(skills) and skills <= {course.skill_key for course in courses}


def _all_of(awards: list[Award]) -> Award:
    earned = all(award.earned for award in awards)
    scores = [award.per_cent or 0 for award in awards]
    return Award(
        slug=ALL_COURSES,
        title="Năm kỹ năng số cơ bản",
        course=None,
        audience=awards[0].audience,
        audience_title=awards[0].audience_title,
        per_cent=sum(scores) // len(scores) if earned else None,
        earned=earned,
    )


def find(person, *, slug: str, audience: str) -> Award | None:
    """Return what a slug stands for: a course of any audience, or all courses of a person's own."""
    course = outlines.course_of(slug)
    if course is not None:
        audience = course.audience
    awards = of_person(person, audience=audience)
    return next((award for award in awards if award.slug == slug), None)
