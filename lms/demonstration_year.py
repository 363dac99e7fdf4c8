"""A year of learning in the whole province: some three million answers, to try figures at their size.

Each school and each team has its own diligence. Whoever goes on takes the quizzes of their own courses
in order, so that who has the fifth has the others; about half have all five. Rows are copied of
attempts that went through the real rules (lms.demonstration_quizzes).
"""

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from courses import outlines
from lms import demonstration_quizzes
from people.models import Person, Post
from people.roles import SCHOOL, TEAM, Role
from quizzes.models import Quiz

SHARE_PASSING = 0.97
SHARE_FAILING_FIRST = 0.5
SHARE_TAKING_AGAIN = 0.45
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Group:
    """People who learn the courses of an audience, and how diligent their units are, from 0 to 1."""

    audience: str
    roles: Collection[Role]
    least: float
    most: float


GROUPS = (Group("teacher", SCHOOL, 0.25, 1.05), Group("team-member", TEAM, 0.15, 1.0))


def live_through(*, clock: Callable[[], datetime], dice: random.Random) -> int:
    """Let the people of the province take quizzes for a year; return how many attempts that made."""
    return sum(_learn(group, at=clock(), dice=dice) for group in GROUPS)


def _learn(group: Group, *, at: datetime, dice: random.Random) -> int:
    quizzes = {quiz.course_id: quiz for quiz in Quiz.objects.filter(live=True)}
    courses = outlines.courses_for(group.audience)
    posts = Post.objects.on(at.date()).filter(
        role__in=group.roles, person__is_demonstration=False, self_declared=False
    )
    diligence: dict[int, float] = {}
    reaches: dict[int, float] = {}
    for unit, person in posts.order_by("pk").values_list("unit", "person"):
        if unit not in diligence:
            diligence[unit] = dice.uniform(group.least, group.most)
        reaches[person] = diligence[unit] - dice.random() ** 3
    made = 0
    for place, course in enumerate(courses):
        needed = place / (2 * len(courses))  # each quiz loses some of those who took the one before
        keys = sorted(person for person, reach in reaches.items() if reach > needed)
        quiz = quizzes[course.page_id]
        taken = set(quiz.attempts.order_by().values_list("person", flat=True))
        people = [one for one in Person.objects.in_bulk(keys).values() if one.pk not in taken]
        people.sort(key=lambda one: one.pk)
        made += demonstration_quizzes.let_take(
            people,
            quiz,
            share_passing=SHARE_PASSING,
            share_failing_first=SHARE_FAILING_FIRST,
            share_taking_again=SHARE_TAKING_AGAIN,
            within=YEAR,
            at=at,
            dice=dice,
        )
    return made
