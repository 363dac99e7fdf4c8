"""A small province whose people have learned at random, and what each of them has done."""

import random
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from courses import outlines
from courses.models import Completion
from organisation import tree
from organisation.models import Unit
from people.models import Person, Post
from people.roles import Role
from quizzes.models import Attempt, Grade, Quiz
from tests.conftest import NOON, TODAY
from training import refreshing
from vietnamese import fold, sort_key

LONG_AGO = TODAY - timedelta(days=400)
NAMES = ["Nguyễn Văn An", "Trần Thị Ánh", "Lê Văn Ổn", "Đỗ Thị Út", "Phạm Quốc Đạt", "Vũ Minh Châu"]


class Province:
    """Makes units and people; what is made stands in the database."""

    def __init__(self, kinds, top: Unit, dice: random.Random):
        self.kinds, self.top, self.dice = kinds, top, dice
        self.made = 0
        self.lessons = [
            line.key for course in outlines.courses_for("team-member") for line in course.lessons
        ]
        self.quizzes = self.quizzes_for("team-member")

    @staticmethod
    def quizzes_for(audience: str) -> list[Quiz]:
        found = Quiz.objects.filter(live=True, course__audience__key=audience)
        return list(found.order_by("course__skill__number"))

    def unit(self, name: str, kind: str, *, under: Unit) -> Unit:
        unit = Unit.objects.create()
        tree.place(unit=unit, name=name, kind=self.kinds[kind], parent=under, valid_from=LONG_AGO)
        return unit

    def person(self, *posts: tuple[Unit, Role], name: str = "", **fields) -> Person:
        """Somebody who holds some posts."""
        self.made += 1
        name = name or self.dice.choice(NAMES)
        person = Person.objects.create(
            login=f"nguoi.{self.made}",
            name=name,
            sort_key=sort_key(name),
            folded_name=fold(name),
            **fields,
        )
        Post.objects.bulk_create(
            Post(person=person, unit=unit, role=role, since=LONG_AGO) for unit, role in posts
        )
        return person

    def read(self, person: Person, count: int, *, days: int = 1) -> None:
        """Let somebody read the first lessons, so many days ago."""
        at = NOON - timedelta(days=days)
        Completion.objects.bulk_create(
            Completion(person=person, lesson=lesson, at=at) for lesson in self.lessons[:count]
        )

    def take(self, person: Person, quiz: Quiz, *grades: bool, days: int = 1) -> None:
        """Let somebody take a quiz; the grades are those of one attempt, the last one counting."""
        at = NOON - timedelta(days=days)
        number = Attempt.objects.filter(person=person, quiz=quiz).count() + 1
        attempt = Attempt.objects.create(
            quiz=quiz, person=person, number=number, state="marked", pass_mark=80,
            started_at=at, submitted_at=at,
        )  # fmt: skip
        Grade.objects.bulk_create(
            Grade(
                attempt=attempt, marks=["1"], per_cent=90 if passed else 40, passed=passed,
                rule="test", at=at,
            )
            for passed in grades
        )  # fmt: skip

    def finish(self, person: Person, *, days: int = 1, audience: str = "team-member") -> None:
        for quiz in self.quizzes_for(audience):
            self.take(person, quiz, True, days=days)

    def learn_at_random(self, person: Person) -> None:
        dice, days = self.dice, self.dice.choice([3, 89, 91, 300])
        if dice.random() < 0.3:
            return
        self.read(person, dice.randrange(len(self.lessons) + 1), days=days)
        own = self.quizzes_for("teacher")
        if dice.random() < 0.3:
            for audience in ("team-member", "teacher"):
                self.finish(person, days=days + 5, audience=audience)
        for quiz in dice.sample(self.quizzes + own, dice.randrange(5)):
            grades = [dice.random() < 0.6 for _grade in range(dice.choice([1, 1, 2]))]
            self.take(person, quiz, *grades, days=dice.choice([2, 200]))
        if dice.random() < 0.3:
            Person.objects.filter(pk=person.pk).update(
                last_login=NOON - timedelta(days=dice.choice([5, 120]))
            )


class CaughtUp(Client):
    """A browser in front of a site whose worker has done its work."""

    def get(self, *args, **kwargs):
        refreshing.catch_up(at=timezone.now())
        return super().get(*args, **kwargs)


@pytest.fixture
def client():
    return CaughtUp()


@pytest.fixture
def commune(village):
    """Xã Đồi Vải, which the village stands under."""
    return tree.path(village, on=TODAY)[1].unit


@pytest.fixture
def province(village, kinds):
    """Tỉnh Sông Thương, and a way to make more in it."""
    top = tree.path(village, on=TODAY)[2].unit
    return Province(kinds, top, random.Random(11))
