"""What courses there are and what lessons they have, worked out once for each edition.

Outlines are plain values without a reader. What somebody has done is laid beside them
(`Standing`), so that the cost of a page does not grow with the course.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef
from wagtail.models import Page, PageViewRestriction

from courses import audiences, completions, editions
from courses.models import CoursePage, LessonPage
from courses.sharing import picture_url, qr_svg


@dataclass(frozen=True)
class LessonLine:
    """A lesson in a list. `key` is what progress hangs on."""

    page_id: int
    key: UUID
    title: str
    summary: str
    url: str
    minutes: int


@dataclass(frozen=True)
class CourseOutline:
    """A course with its lessons, in order."""

    page_id: int
    slug: str
    title: str
    summary: str
    url: str
    skill_number: int
    skill_key: str
    skill_title: str
    audience: str
    audience_title: str
    lessons: tuple[LessonLine, ...]

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)

    def place_of(self, lesson: UUID) -> int | None:
        """Return the place of a lesson from 0, or None where it is not in this course."""
        keys = [line.key for line in self.lessons]
        return keys.index(lesson) if lesson in keys else None


@dataclass(frozen=True)
class Standing:
    """How far somebody is in a course."""

    course: CourseOutline
    done: frozenset[UUID]

    @property
    def done_count(self) -> int:
        return len(self.done)

    @property
    def total(self) -> int:
        return len(self.course.lessons)

    @property
    def begun(self) -> bool:
        return bool(self.done)

    @property
    def next_lesson(self) -> LessonLine | None:
        """The first lesson that is not done yet."""
        return next((line for line in self.course.lessons if line.key not in self.done), None)

    @property
    def lines(self) -> list[tuple[LessonLine, bool]]:
        """Each lesson, with whether it is done."""
        return [(line, line.key in self.done) for line in self.course.lessons]


def all_courses(edition: int | None = None) -> tuple[CourseOutline, ...]:
    """Return every published course that anybody may read, by audience and skill.

    A fixed number of queries for each edition, then none.
    """
    edition = editions.current() if edition is None else edition
    key = f"outlines:{edition}"
    outlines = cache.get(key)
    if outlines is None:
        outlines = _work_out()
        cache.set(key, outlines, timeout=None)
    return outlines


def _work_out() -> tuple[CourseOutline, ...]:
    courses = (
        _public(CoursePage)
        .select_related("skill", "audience")
        .order_by("audience__position", "skill__number", "path")
    )
    lessons = defaultdict(list)
    for lesson in _public(LessonPage).defer("body").order_by("path"):
        lessons[lesson.path[: -LessonPage.steplen]].append(lesson)
    return tuple(outline_of(course, lessons[course.path]) for course in courses)


def _public(model: type[Page]):
    """Return the published pages of a model that no restriction lies on, itself or above it.

    The same pages as Wagtail's `public()`, which asks for the restrictions in a query of its own.
    """
    asked = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    restricted = PageViewRestriction.objects.annotate(asked=asked).filter(
        asked__startswith=F("page__path")
    )
    return model._default_manager.filter(~Exists(restricted), live=True)


def outline_of(course: CoursePage, lessons: Iterable[LessonPage] = ()) -> CourseOutline:
    """Return the outline of a course with some lessons; no query where skill and audience are loaded."""
    return CourseOutline(
        page_id=course.pk,
        slug=course.slug,
        title=course.title,
        summary=course.summary,
        url=course.url,
        skill_number=course.skill.number,
        skill_key=course.skill.key,
        skill_title=course.skill.short_title,
        audience=course.audience.key,
        audience_title=course.audience.title,
        lessons=tuple(
            LessonLine(
                page_id=lesson.pk,
                key=lesson.translation_key,
                title=lesson.title,
                summary=lesson.summary,
                url=lesson.url,
                minutes=lesson.minutes,
            )
            for lesson in lessons
        ),
    )


def course_of(slug: str, edition: int | None = None) -> CourseOutline | None:
    """Return the outline of the course with an address, or None."""
    return next((course for course in all_courses(edition) if course.slug == slug), None)


def courses_for(audience: str) -> list[CourseOutline]:
    """Return the courses that an audience learns: its own, or those for team members if it has none.

    A course without lessons is not there yet.
    """
    courses = [course for course in all_courses() if course.lessons]
    own = [course for course in courses if course.audience == audience]
    return own or [course for course in courses if course.audience == audiences.DEFAULT]


def lesson_at(url: str, edition: int) -> tuple[CourseOutline, LessonLine] | None:
    """Return the lesson with an address, and its course, or None. No query once outlines are known."""
    for course in all_courses(edition):
        for line in course.lessons:
            if line.url == url:
                return course, line
    return None


def lessons_teaching(course: CourseOutline, outcomes: Iterable[str]) -> dict[str, list[LessonLine]]:
    """Return the lessons of a course that teach some outcomes, by the outcome's key; one query."""
    lines = {line.page_id: line for line in course.lessons}
    taught = LessonPage.objects.filter(pk__in=lines, outcomes__key__in=list(outcomes)).order_by(
        "path"
    )
    found: dict[str, list[LessonLine]] = defaultdict(list)
    for page_id, outcome in taught.values_list("pk", "outcomes__key"):
        found[outcome].append(lines[page_id])
    return found


def standings(person, courses) -> list[Standing]:
    """Return how far a person is in each of some courses, in one query."""
    done = completions.of(person, lessons=[line.key for c in courses for line in c.lessons])
    return [
        Standing(course, frozenset(line.key for line in course.lessons if line.key in done))
        for course in courses
    ]


def continue_at(person, all_standings: list[Standing]) -> tuple[Standing, LessonLine] | None:
    """Return where a person goes on reading: the next lesson of the course they read last.

    Where that course is finished, the first unfinished one that has been begun, then the first of all.
    """
    last = completions.last_of(person)
    open_ones = [standing for standing in all_standings if standing.next_lesson]
    ordered = sorted(
        open_ones,
        key=lambda standing: (last is None or last not in standing.done, not standing.begun),
    )
    if not ordered or not any(standing.begun for standing in all_standings):
        return None
    best = ordered[0]
    return (best, best.next_lesson) if best.next_lesson else None


def home_context(request) -> dict:
    """Return what the first screen shows: the skills' courses, and where the reader goes on."""
    shown = standings(request.user, courses_for(audiences.of_person(request.user)))
    going_on = continue_at(request.user, shown)
    return {
        "standings": shown,
        "going_on": going_on,
        "lessons_done": sum(standing.done_count for standing in shown),
        "lessons_total": sum(standing.total for standing in shown),
    }


def catalogue_context(request) -> dict:
    """Return all courses by audience: (title of the audience, standings) each."""
    groups: dict[str, list[Standing]] = {}
    for standing in standings(request.user, all_courses()):
        groups.setdefault(standing.course.audience_title, []).append(standing)
    return {"groups": list(groups.items())}


def course_context(request, page: CoursePage) -> dict:
    """Return a course with its lessons, its outcomes, and how far the reader is."""
    course = course_of(page.slug) or outline_of(page)
    [standing] = standings(request.user, [course])
    return {
        "standing": standing,
        "course": course,
        "outcomes": list(page.skill.outcomes.all()),
        "share_url": f"{settings.BASE_URL}{course.url}",
        "qr": qr_svg(f"{settings.BASE_URL}{course.url}"),
        "share_picture": picture_url(),
    }
