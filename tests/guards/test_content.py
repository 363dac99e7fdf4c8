"""The content files are whole: enough of everything, nothing too heavy, nothing that reads badly."""

import unicodedata
from collections import Counter

import pytest

from courses import weight
from courses.course_files import CONTENT
from courses.models import LessonPage
from lms import content
from tests.guards.tree import files, named

pytestmark = pytest.mark.one_database

TEXTS = ("*.md", "*.toml", "*.yaml", "*.svg")


@pytest.fixture(scope="module")
def read():
    """All content files, read; a mistake in one of them fails every test here with its line."""
    return content.read()


def texts():
    found = list(files(*TEXTS, below=CONTENT))
    assert len(found) > 50
    return [(named(path), path.read_bytes().decode()) for path in found]


def pictures_in(value):
    """Return every picture of a lesson's body, however deep it stands."""
    if isinstance(value, list):
        for entry in value:
            yield from pictures_in(entry)
    elif isinstance(value, dict):
        if value.get("picture") and isinstance(value["picture"], str):
            yield value
        yield from pictures_in(list(value.values()))


def test_there_is_a_course_for_every_skill(read):
    assert {course.skill for course, _questions in read.courses} == {s.key for s in read.skills}
    assert len(read.skills) == 5


def test_a_course_has_enough_lessons_and_questions(read):
    """Those for teachers are shorter: how to teach what the teams' courses tell."""
    enough = {"team-member": (5, 20), "teacher": (3, 18)}
    sizes = {(c.slug, c.audience): (len(c.lessons), len(asked)) for c, asked in read.courses}
    assert len(sizes) == 5 * len(enough)
    assert [
        key for key, (lessons, asked) in sizes.items()
        if lessons < enough[key[1]][0] or asked < enough[key[1]][1]
    ] == []  # fmt: skip


def test_every_outcome_is_taught_and_asked_at_least_twice(read):
    """And at least as often as the quiz draws from it."""
    skills = {skill.key: skill for skill in read.skills}
    for course, questions in read.courses:
        taught = Counter(outcome for lesson in course.lessons for outcome in lesson.outcomes)
        asked = Counter(question.outcome for question in questions)
        for outcome in skills[course.skill].outcomes:
            assert taught[outcome.key] >= 1, (course.slug, outcome.key)
            assert asked[outcome.key] >= max(2, course.quiz["questions_per_outcome"]), outcome.key


def test_every_lesson_keeps_to_its_data_budget(db):
    weights = {lesson.slug: weight.of_lesson(lesson) for lesson in LessonPage.objects.live()}
    assert len(weights) >= 25
    assert {slug: heavy.total for slug, heavy in weights.items() if heavy.too_heavy} == {}


def test_every_picture_has_a_text_alternative(read):
    pictures = [
        (lesson.path.name, picture)
        for course, _questions in read.courses
        for lesson in course.lessons
        for picture in pictures_in(lesson.body)
    ]
    assert len(pictures) > 25
    assert [p for p in pictures if len(p[1]["text_alternative"].strip()) < 10] == []


def test_sound_and_film_can_be_read_as_text(read):
    media = [
        (lesson.path.name, block["value"])
        for course, _questions in read.courses
        for lesson in course.lessons
        for block in lesson.body
        if block["type"] == "media"
    ]
    assert [name for name, value in media if not value["text_alternative"].strip()] == []


def test_every_drawing_is_used(read):
    used = {
        course.folder / "pictures" / name
        for course, _questions in read.courses
        for lesson in course.lessons
        for name in lesson.pictures
    }
    assert [named(path) for path in files("*.svg", below=CONTENT) if path not in used] == []


def test_every_text_is_in_unicode_nfc():
    """Decomposed accents look the same, and are not found by a search."""
    assert [name for name, text in texts() if text != unicodedata.normalize("NFC", text)] == []


def test_no_text_has_tabs_or_the_line_endings_of_windows():
    assert [name for name, text in texts() if "\t" in text or "\r" in text] == []
