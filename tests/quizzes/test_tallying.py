"""Counting attempts in the database, and the command that prints their statistics."""

import csv
import json
import random
from datetime import timedelta
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from courses.models import CoursePage, LearningOutcome
from people.models import Person
from quizzes import attempts, regrading, tallying, tasks
from quizzes.models import (
    Answer,
    Attempt,
    AttemptEvent,
    AttemptItem,
    Grade,
    Question,
    QuestionVersion,
    Quiz,
    QuizTally,
    Regrade,
)
from quizzes.performance import misbehaving
from quizzes.statistics import by_question
from tests.answers import right_answer
from tests.at_once import at_once
from tests.conftest import NOON, make_person

LSAT = Path(__file__).parent / "data" / "lsat.csv"
LATER = NOON + timedelta(hours=1)


def sit(quiz, *, dice, number=0, at=NOON):
    person = make_person(f"nguoi.{number}", f"Người Thứ {number}")
    attempt = attempts.start(quiz=quiz, by=person, at=at, dice=dice)
    for item in attempts.items_with_answers(attempt):
        given = right_answer(item) if dice.random() < 0.7 else {"choice": 0}
        attempts.answer(item=item.pk, given=given, key=uuid4(), by=person, at=at)
    return attempts.submit(attempt=attempt.pk, by=person, at=at)


@pytest.fixture
def dice():
    return random.Random(7)


def test_counted_bit_by_bit_it_is_the_same_as_counted_at_once(quiz, dice):
    for number in range(3):
        sit(quiz, dice=dice, number=number)
    tallying.refresh(quiz, at=LATER)
    for number in range(3, 6):
        sit(quiz, dice=dice, number=number, at=LATER)
    assert tallying.refresh(quiz, at=LATER).attempts == 3  # not settled yet
    much_later = LATER + timedelta(hours=1)
    tally = tallying.refresh(quiz, at=much_later)
    assert tally.attempts == 6
    assert tally == tallying.count(tallying.first_attempts(quiz))
    assert tallying.refresh(quiz, at=much_later) == tally
    assert tallying.kept_tally(quiz) == (tally, much_later)


def test_only_the_first_attempt_of_somebody_is_counted(quiz, farmer, dice):
    for day in range(2):
        at = NOON + timedelta(days=day)
        attempt = attempts.start(quiz=quiz, by=farmer, at=at, dice=dice)
        attempts.submit(attempt=attempt.pk, by=farmer, at=at)
    assert tallying.refresh(quiz, at=NOON + timedelta(days=3)).attempts == 1


def test_after_a_regrade_or_a_void_all_is_counted_anew(quiz, dice):
    sat = [sit(quiz, dice=dice, number=number) for number in range(3)]
    tallying.refresh(quiz, at=LATER)
    version = sat[0].items.get(position=1).version
    regrade = regrading.propose(
        version=version, choice=Regrade.Choice.FULL, reason="x", by=None, at=LATER
    )
    applied = regrading.apply(regrade, by=None, at=LATER)
    for item in applied.job.items.all():
        regrading.apply_to(item.subject, regrade=applied, at=LATER)
    attempts.void(attempt=sat[2].pk, reason="x", by=None, at=LATER)
    tally = tallying.refresh(quiz, at=LATER + timedelta(hours=1))
    assert tally.attempts == 2
    assert tally == tallying.count(tallying.first_attempts(quiz))
    assert by_question(tally)[version.pk].facility == 1


def test_another_blueprint_begins_another_tally(quiz, dice):
    sit(quiz, dice=dice)
    tallying.refresh(quiz, at=LATER)
    quiz.parts.filter(pk=quiz.parts.first().pk).update(count=1)
    tallying.refresh(quiz, at=LATER)
    assert QuizTally.objects.get().blueprint == tallying.blueprint(quiz)


def test_two_who_count_at_once_count_once(committed_db):
    quiz = Quiz.objects.get(slug="mua-sam")
    sit(quiz, dice=random.Random(1))
    results = at_once(*[lambda: tallying.refresh(quiz, at=LATER)] * 3)
    assert [getattr(one, "attempts", one) for one in results] == [1, 1, 1]


def test_the_task_counts_every_quiz_and_how_often_each_question_was_asked(quiz, dice, settings):
    sit(quiz, dice=dice)
    tasks.refresh_tallies()
    asked = set(AttemptItem.objects.values_list("version__question", flat=True))
    assert set(Question.objects.filter(asked=1).values_list("pk", flat=True)) == asked
    assert not Question.objects.filter(asked__gt=1).exists()


def test_questions_that_misbehave_are_named(quiz, dice):
    """One question is answered wrongly by all who know, and rightly by all who do not."""
    made = lsat(quiz.course, turned=2)
    tally = tallying.count(tallying.first_attempts(made))
    worst, item, findings = misbehaving(tally)[0]
    assert worst.question.key == "lsat-3"
    assert item.discrimination < 0
    assert findings[0].severity == "serious"


def test_the_command_gives_the_published_figures(quiz):
    made = lsat(quiz.course)
    out = StringIO()
    call_command("item_stats", made.slug, "--json", stdout=out)
    report = json.loads(out.getvalue())
    questions = sorted(report["questions"], key=lambda one: one["key"])
    assert [round(one["facility"], 3) for one in questions] == [0.924, 0.709, 0.553, 0.763, 0.870]
    assert round(report["whole"]["alpha"], 3) == 0.295
    assert report["whole"]["attempts"] == 1000
    places = [round(one["discrimination"], 4) for one in report["places"]]
    assert places == [0.1128, 0.1532, 0.1728, 0.1444, 0.1216]
    text = StringIO()
    call_command("item_stats", made.slug, stdout=text)
    assert "0.9240" in text.getvalue()


def test_the_command_names_the_quizzes_that_there_are(quiz):
    with pytest.raises(CommandError, match="mua-sam"):
        call_command("item_stats", "khong-co")


def test_counting_costs_the_same_queries_for_few_attempts_and_for_many(
    quiz, django_assert_num_queries
):
    made = lsat(quiz.course)
    first = tallying.first_attempts(made)
    with django_assert_num_queries(6):
        tallying.count(first.filter(pk__in=first.values("pk")[:10]))
    with django_assert_num_queries(6):
        tallying.count(first.filter(pk__in=first.values("pk")[:400]))


def lsat(course: CoursePage, *, turned: int | None = None) -> Quiz:
    """Put the answers of LSAT section 6 into the database, as attempts; one question perhaps turned round."""
    other = CoursePage.objects.exclude(pk=course.pk).first()
    Quiz.objects.filter(course=other).delete()
    made = Quiz.objects.create(title="LSAT", slug="lsat", course=other, live=True)
    versions = []
    for number, outcome in enumerate(LearningOutcome.objects.all()[:5], start=1):
        question = Question.objects.create(key=f"lsat-{number}", outcome=outcome, content=[])
        versions.append(
            QuestionVersion.objects.create(
                question=question,
                number=1,
                kind="true_false",
                content={"stem": "?", "answer": True},
                created_at=NOON,
            )
        )
    patterns = []
    with LSAT.open() as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            patterns += [[int(mark) for mark in row["pattern"]]] * int(row["section_6"])
    people = Person.objects.bulk_create(
        Person(login=f"lsat{number}", name="x") for number in range(len(patterns))
    )
    sat = Attempt.objects.bulk_create(
        Attempt(
            quiz=made,
            person=person,
            number=1,
            state="marked",
            pass_mark=80,
            started_at=NOON,
            submitted_at=NOON,
        )
        for person in people
    )
    grades, items = [], []
    for attempt, pattern in zip(sat, patterns, strict=True):
        marks = [mark if at != turned else 1 - mark for at, mark in enumerate(pattern)]
        grades.append(
            Grade(
                attempt=attempt,
                marks=[str(mark) for mark in marks],
                per_cent=0,
                passed=False,
                rule="x",
                at=NOON,
            )
        )
        items += [
            AttemptItem(attempt=attempt, position=at, version=version)
            for at, version in enumerate(versions, start=1)
        ]
    Grade.objects.bulk_create(grades)
    AttemptItem.objects.bulk_create(items)
    Answer.objects.bulk_create(
        Answer(
            item=item,
            key=uuid4(),
            given={"value": bool(int(grades[place // 5].marks[place % 5]))},
            given_at=NOON,
            at=NOON,
        )
        for place, item in enumerate(items)
    )
    AttemptEvent.objects.bulk_create(
        AttemptEvent(attempt=attempt, kind="marked", at=NOON) for attempt in sat
    )
    return made
