import random
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizzes import attempts, drawing, marking
from quizzes.models import Attempt, Question, QuestionVersion, QuizPart
from tests.conftest import NOON

reusing_fixtures = settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def draw(quiz, person, seed=0):
    return drawing.draw(quiz, person=person, dice=random.Random(seed))


def versions_of(drawn):
    found = QuestionVersion.objects.select_related("question").in_bulk(
        [one.version_id for one in drawn]
    )
    return [found[one.version_id] for one in drawn]


@reusing_fixtures
@given(st.integers(0, 10**6))
def test_a_draw_follows_the_blueprint_and_asks_nothing_twice(quiz, farmer, seed):
    versions = versions_of(draw(quiz, farmer, seed))
    outcomes = [version.question.outcome_id for version in versions]
    for part in quiz.parts.all():
        assert outcomes.count(part.outcome_id) == part.count
    assert len(outcomes) == sum(part.count for part in quiz.parts.all())
    assert len({version.question_id for version in versions}) == len(versions)


@reusing_fixtures
@given(st.integers(0, 10**6))
def test_the_parts_of_each_question_are_shown_in_some_order(quiz, farmer, seed):
    drawn = draw(quiz, farmer, seed)
    for one, version in zip(drawn, versions_of(drawn), strict=True):
        parts = marking.places_to_shuffle(version.kind, version.content)
        assert sorted(one.order) == list(range(parts))


@pytest.mark.parametrize("size", [2, 3, 6])
def test_steps_are_never_shown_in_the_right_order(db, size):
    question = Question.objects.filter(current__kind="ordering").first()
    question.current.content["items"] = [f"bước {number}" for number in range(size)]
    for seed in range(300):
        _version, order = drawing.arranged(question, random.Random(seed))
        assert order != list(range(size))
        assert sorted(order) == list(range(size))


def test_two_draws_differ(quiz, farmer):
    one, other = draw(quiz, farmer, 1), draw(quiz, farmer, 2)
    assert [d.version_id for d in one] != [d.version_id for d in other]


def test_the_same_dice_draw_the_same(quiz, farmer):
    assert draw(quiz, farmer, 7) == draw(quiz, farmer, 7)


def test_questions_of_the_last_attempt_come_only_where_there_are_too_few_others(quiz, farmer):
    first = attempts.start(quiz=quiz, by=farmer, at=NOON)
    attempts.submit(attempt=first.pk, by=farmer, at=NOON)
    seen = set(first.items.values_list("version__question", flat=True))
    asked = versions_of(draw(quiz, farmer))
    for part in quiz.parts.all():
        bank = set(
            Question.objects.that_may_be_asked()
            .for_course(quiz.course_id)
            .filter(outcome=part.outcome)
            .values_list("pk", flat=True)
        )
        again = [v for v in asked if v.question_id in seen & bank]
        assert len(again) == max(0, part.count - len(bank - seen))


def test_what_was_asked_before_the_last_attempt_may_come_again(quiz, farmer):
    for day in range(2):
        attempt = attempts.start(quiz=quiz, by=farmer, at=NOON + timedelta(days=day))
        attempts.submit(attempt=attempt.pk, by=farmer, at=NOON + timedelta(days=day))
    last = set(attempt.items.values_list("version__question", flat=True))
    third = {version.question_id for version in versions_of(draw(quiz, farmer))}
    assert third - last
    assert Attempt.objects.count() == 2


def test_what_somebody_else_was_asked_says_nothing(quiz, farmer, neighbour):
    before = draw(quiz, farmer, 3)
    attempts.start(quiz=quiz, by=neighbour, at=NOON)
    assert draw(quiz, farmer, 3) == before


def test_a_question_that_was_taken_down_is_not_asked(quiz, farmer):
    part = quiz.parts.first()
    bank = list(Question.objects.for_course(quiz.course_id).filter(outcome=part.outcome))
    for question in bank[part.count :]:
        question.unpublish()
    asked = [v.question_id for v in versions_of(draw(quiz, farmer))]
    assert {question.pk for question in bank[: part.count]} <= set(asked)
    assert not {question.pk for question in bank[part.count :]} & set(asked)


def test_a_bank_that_is_too_small_is_refused_and_no_attempt_begins(quiz, farmer):
    QuizPart.objects.filter(pk=quiz.parts.first().pk).update(count=50)
    quiz.refresh_from_db()
    with pytest.raises(drawing.BankTooSmall, match="of 50"):
        attempts.start(quiz=quiz, by=farmer, at=NOON)
    assert not Attempt.objects.exists()


def test_a_draw_costs_three_queries(quiz, farmer, django_assert_num_queries):
    with django_assert_num_queries(3):
        draw(quiz, farmer)


def test_every_quiz_can_be_drawn_again_and_again(farmer):
    from quizzes.models import Quiz

    for quiz in Quiz.objects.filter(course__isnull=False):
        assert draw(quiz, farmer)
