"""Attempts that are copied for thousands: each is one that the rules would have written."""

import random
from datetime import timedelta
from itertools import pairwise

import pytest

from lms import demonstration_quizzes
from people.models import Person
from quizzes import grading, mastery
from quizzes.models import Attempt, MasteryRecord, Quiz
from tests.conftest import NOON
from vietnamese import fold, sort_key

YEAR = timedelta(days=365)


@pytest.fixture
def learned(db):
    """People of whom everybody who passes has failed before."""
    name = "Nguyễn Thị Bưởi"
    people = Person.objects.bulk_create(
        Person(login=f"nguoi.{number}", name=name, sort_key=sort_key(name), folded_name=fold(name))
        for number in range(60)
    )
    quiz = Quiz.objects.filter(live=True, course__audience__key="team-member").first()
    made = demonstration_quizzes.let_take(
        people, quiz, share_passing=0.9, share_failing_first=1,
        share_taking_again=0.5, within=YEAR, at=NOON,
        dice=random.Random(5),
    )  # fmt: skip
    assert made == Attempt.objects.count()
    return quiz, people[demonstration_quizzes.PATTERNS :]


def test_who_fails_first_passes_later_and_the_later_attempt_counts(learned):
    quiz, copied = learned
    twice = 0
    for person in copied:
        tries = list(Attempt.objects.filter(person=person).order_by("number"))
        passed = [one.grades.get().passed for one in tries]
        assert passed in ([False], [False, True], [False, True, True])
        assert [one.number for one in tries] == list(range(1, len(tries) + 1))
        assert all(NOON - YEAR <= one.started_at < one.submitted_at < NOON for one in tries)
        for first, second in pairwise(tries):
            assert first.submitted_at < second.started_at
        if len(tries) > 1:
            twice += 1
            assert grading.best_grades(person)[quiz.pk].passed
    assert twice > len(copied) / 2


def test_what_is_to_be_refreshed_is_so_as_long_after_as_of_the_attempt_that_was_copied(learned):
    records = MasteryRecord.objects.exclude(card=None)
    assert records.count() > 100
    for record in records:
        assert mastery.due_at(record.card) == record.due_at
        assert record.due_at > record.at
