"""Two schools of a commune, and people who teach there."""

from datetime import timedelta

import pytest

from organisation import tree
from people.models import Post
from people.roles import Role
from quizzes.models import Attempt, Grade, Quiz
from tests.classroom.people import school_in
from tests.conftest import NOON, TODAY, make_person
from training.models import Programme

LONG_AGO = TODAY - timedelta(days=400)


@pytest.fixture
def commune(village):
    """Xã Đồi Vải, which the village stands under."""
    return tree.path(village, on=TODAY)[1].unit


@pytest.fixture
def school(commune, kinds):
    return school_in(commune, kinds)


@pytest.fixture
def other_school(commune, kinds):
    return school_in(commune, kinds, name="Trường Tiểu học Suối Hoa")


@pytest.fixture
def teachers(db):
    """The programme of the teachers."""
    return Programme.objects.get(key="giao-vien")


@pytest.fixture
def teacher(school):
    return teaching(make_person("co.hue", "Hoàng Thị Huệ"), school)


def teaching(person, school, *, since=LONG_AGO, until=None, role=Role.TEACHER):
    """Let somebody teach at a school."""
    Post.objects.create(person=person, unit=school, role=role, since=since, until=until)
    return person


def passes(person, skill, *grades, at=NOON, audience="teacher"):
    """Let somebody take the quiz of a skill; of several grades of the attempt the last counts."""
    quiz = Quiz.objects.get(course__skill__key=skill, course__audience__key=audience)
    number = Attempt.objects.filter(person=person, quiz=quiz).count() + 1
    attempt = Attempt.objects.create(
        quiz=quiz, person=person, number=number, state="marked", pass_mark=80, started_at=at,
        submitted_at=at,
    )  # fmt: skip
    for passed in grades or [True]:
        Grade.objects.create(
            attempt=attempt, marks=["1"], per_cent=90 if passed else 40, passed=passed, rule="test",
            at=at,
        )  # fmt: skip
    return attempt


def passes_all(person, *, at=NOON, audience="teacher"):
    for quiz in Quiz.objects.filter(course__audience__key=audience, live=True):
        passes(person, quiz.course.skill.key, at=at, audience=audience)
