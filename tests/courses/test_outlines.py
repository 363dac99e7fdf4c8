from datetime import timedelta
from uuid import uuid4

import pytest

from courses import completions, editions, outlines
from courses.models import CataloguePage, CoursePage, LessonPage
from tests.conftest import NOON
from tests.courses.making import make_course, outline, restrict


@pytest.fixture
def courses(db):
    """Three courses of two lessons each, and nothing else in mind."""
    for slug in ("mot", "hai", "ba"):
        make_course(slug, lessons=2)
    return [outline(slug) for slug in ("mot", "hai", "ba")]


@pytest.fixture
def read(farmer):
    """Write down lessons that the farmer has read, one after the other."""
    times = iter(NOON + timedelta(minutes=minute) for minute in range(100))

    def read(*lines):
        for line in lines:
            completions.complete(lesson=line.key, by=farmer, at=next(times))

    return read


def going_on(person, courses):
    """Return the course and the lesson where a person goes on, by title."""
    found = outlines.continue_at(person, outlines.standings(person, courses))
    return found and (found[0].course.slug, found[1].title)


# Where a learner goes on


def test_who_has_read_nothing_goes_on_nowhere(farmer, courses):
    assert going_on(farmer, courses) is None


def test_one_goes_on_in_the_course_one_read_last(farmer, courses, read):
    read(courses[0].lessons[0], courses[2].lessons[0])
    assert going_on(farmer, courses) == ("ba", "Bài 2")


def test_a_lesson_that_was_skipped_comes_first(farmer, courses, read):
    read(courses[1].lessons[1])
    assert going_on(farmer, courses) == ("hai", "Bài 1")


def test_after_a_finished_course_comes_the_first_that_was_begun(farmer, courses, read):
    read(courses[2].lessons[0], *courses[0].lessons)
    assert going_on(farmer, courses) == ("ba", "Bài 2")


def test_after_a_finished_course_and_none_begun_comes_the_first_of_all(farmer, courses, read):
    read(*courses[1].lessons)
    assert going_on(farmer, courses) == ("mot", "Bài 1")


def test_who_has_read_everything_goes_on_nowhere(farmer, courses, read):
    read(*[line for course in courses for line in course.lessons])
    assert going_on(farmer, courses) is None


def test_where_the_last_lesson_is_gone_one_goes_on_where_one_has_begun(farmer, courses, read):
    read(courses[1].lessons[0])
    completions.complete(lesson=uuid4(), by=farmer, at=NOON + timedelta(days=1))
    assert going_on(farmer, courses) == ("hai", "Bài 2")


def test_what_others_have_read_says_nothing(neighbour, farmer, courses, read):
    read(courses[0].lessons[0])
    assert going_on(neighbour, courses) is None


# How far somebody is


def test_a_standing_counts_what_is_done(farmer, courses, read):
    read(courses[0].lessons[1])
    begun, untouched, _third = outlines.standings(farmer, courses)
    assert (begun.done_count, begun.total) == (1, 2)
    assert (begun.begun, untouched.begun) == (True, False)
    assert [done for _line, done in begun.lines] == [False, True]
    assert begun.next_lesson == courses[0].lessons[0]


def test_an_empty_course_has_nothing_to_read_next(farmer):
    make_course("trong", lessons=0)
    [standing] = outlines.standings(farmer, [outline("trong")])
    assert (standing.done_count, standing.next_lesson) == (0, None)


def test_the_lessons_that_teach_an_outcome_are_found_in_order(db):
    course = outline("dich-vu-cong")
    found = outlines.lessons_teaching(course, ["1.1", "1.4", "9.9"])
    assert set(found) == {"1.1", "1.4"}
    for outcome, lines in found.items():
        pages = LessonPage.objects.filter(outcomes__key=outcome).order_by("path")
        pages = pages.filter(pk__in=[line.page_id for line in course.lessons])
        assert [line.page_id for line in lines] == list(pages.values_list("pk", flat=True))


# Which pages anybody may read


@pytest.mark.parametrize("model", [LessonPage, CoursePage])
@pytest.mark.parametrize("restricted", ["nothing", "lesson", "course", "catalogue", "all of them"])
def test_public_pages_are_the_same_as_wagtails(courses, model, restricted):
    pages = {
        "lesson": LessonPage.objects.get(pk=courses[0].lessons[0].page_id),
        "course": CoursePage.objects.get(slug="hai"),
        "catalogue": CataloguePage.objects.get(),
    }
    CoursePage.objects.get(slug="ba").unpublish()
    for name, page in pages.items():
        if restricted in (name, "all of them"):
            restrict(page)
    ours = set(outlines._public(model).values_list("pk", flat=True))
    assert ours == set(model.objects.live().public().values_list("pk", flat=True))


def test_outlines_stand_in_the_order_of_audience_skill_and_page(db):
    make_course("them", lessons=1, audience="team-member", skill="dich-vu-cong")
    make_course("cho-giao-vien", lessons=1, audience="teacher", skill="mua-sam")
    courses = outlines.all_courses()
    assert [(course.audience, course.skill_number) for course in courses] == [
        *[("team-member", number) for number in (1, 1, 2, 3, 4, 5)],
        *[("teacher", number) for number in (1, 2, 2, 3, 4, 5)],
    ]
    assert [courses[1].slug, courses[8].slug] == ["them", "cho-giao-vien"]


def test_what_is_worked_out_is_kept_for_an_edition(courses, django_assert_num_queries):
    edition = editions.current()
    with django_assert_num_queries(0):
        outlines.all_courses(edition)
    editions.advance()
    assert editions.current() == edition + 1
