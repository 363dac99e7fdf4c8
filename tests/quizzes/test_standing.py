from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from courses import outlines
from courses.models import LearningOutcome
from quizzes import attempts
from quizzes.mastery import Level
from quizzes.models import Quiz
from quizzes.standing import outcome_standings, quiz_standing, skill_standings
from tests.conftest import NOON
from tests.courses.making import outline
from tests.quizzes.test_attempts import answer_all

SLUG = "nen-tang-khac"


@pytest.fixture
def course(db):
    return outline(SLUG)


@pytest.fixture
def outcomes(quiz):
    return list(LearningOutcome.objects.filter(pk__in=quiz.parts.values("outcome")))


def take(quiz, person, *, wrong=(), day=0):
    """Take a quiz on a day; return the attempt."""
    moment = NOON + timedelta(days=day)
    attempt = attempts.start(quiz=quiz, by=person, at=moment)
    answer_all(attempt, wrong=wrong)
    return attempts.submit(attempt=attempt.pk, by=person, at=moment)


def everything(quiz):
    return range(1, sum(part.count for part in quiz.parts.all()) + 1)


# Outcomes


def test_before_any_quiz_nothing_is_learned(farmer, outcomes):
    standings = outcome_standings(farmer, outcomes, at=NOON)
    assert [standing.key for standing in standings] == [outcome.key for outcome in outcomes]
    assert {standing.level for standing in standings} == {Level.NOT_LEARNED}
    assert standings[0].level_name


def test_who_answers_everything_right_twice_masters_every_outcome(farmer, quiz, outcomes):
    take(quiz, farmer)
    take(quiz, farmer, day=1)
    assert {s.level for s in outcome_standings(farmer, outcomes, at=NOON)} == {Level.MASTERED}


def test_an_outcome_that_was_answered_wrong_is_mastered_no_more(farmer, quiz, outcomes):
    take(quiz, farmer)
    take(quiz, farmer, wrong=everything(quiz), day=1)
    levels = {s.key: s.level for s in outcome_standings(farmer, outcomes, at=NOON)}
    assert Level.MASTERED not in levels.values()


def test_outcomes_cost_a_learner_one_query_and_a_visitor_none(
    farmer, quiz, outcomes, django_assert_num_queries
):
    take(quiz, farmer)
    with django_assert_num_queries(1):
        outcome_standings(farmer, outcomes, at=NOON)
    with django_assert_num_queries(0):
        levels = {s.level for s in outcome_standings(AnonymousUser(), outcomes, at=NOON)}
        assert levels == {Level.NOT_LEARNED}


# The quiz of a course


def standing_of(course, person):
    standing = quiz_standing(course, person)
    assert standing
    return standing


def test_a_visitor_sees_what_a_quiz_asks_and_needs(course, quiz):
    standing = standing_of(course, AnonymousUser())
    assert standing.url == f"/kiem-tra/{SLUG}/"
    assert (standing.title, standing.pass_mark) == (quiz.title, quiz.pass_mark)
    assert standing.question_count == len(everything(quiz))
    assert (standing.best, standing.passed, standing.open_url) == (None, False, None)


def test_an_open_attempt_is_gone_on_with(course, quiz, farmer, neighbour):
    attempt = attempts.start(quiz=quiz, by=farmer, at=NOON)
    assert standing_of(course, farmer).open_url == f"/bai-lam/{attempt.pk}/"
    assert standing_of(course, neighbour).open_url is None


def test_the_best_result_counts_whatever_came_later(course, quiz, farmer):
    take(quiz, farmer)
    take(quiz, farmer, wrong=everything(quiz), day=1)
    standing = standing_of(course, farmer)
    assert (standing.best, standing.passed) == (100, True)


def test_a_result_below_the_pass_mark_is_shown_as_not_passed(course, quiz, farmer):
    take(quiz, farmer, wrong=everything(quiz)[: len(everything(quiz)) // 2])
    standing = standing_of(course, farmer)
    assert (standing.best, standing.passed) == (50, False)


def test_who_passed_has_passed_even_where_another_attempt_has_more_per_cent(course, quiz, farmer):
    """The pass mark was raised in between: what was passed stays passed."""
    attempt = take(quiz, farmer, wrong=[1])
    assert attempt.grades.get().passed
    Quiz.objects.filter(pk=quiz.pk).update(pass_mark=100)
    quiz.refresh_from_db()
    take(quiz, farmer, wrong=[1], day=1)
    assert standing_of(course, farmer).passed


def test_a_course_whose_quiz_was_taken_down_has_none(course, quiz, farmer):
    quiz.unpublish()
    assert quiz_standing(course, farmer) is None


# The skills of the first screen


def test_the_first_screen_shows_every_skill_with_what_is_mastered(quiz, farmer):
    take(quiz, farmer)
    take(quiz, farmer, day=1)
    standings = outlines.standings(farmer, outlines.all_courses())
    shown = {
        skill.standing.course.slug: skill for skill in skill_standings(farmer, standings, at=NOON)
    }
    assert set(shown) == {course.slug for course in outlines.all_courses()}
    passed = shown[SLUG]
    assert (passed.best, passed.passed) == (100, True)
    assert passed.mastered == passed.outcomes_total == quiz.parts.count()
    other = shown["mua-sam"]
    assert (other.best, other.passed, other.mastered) == (None, False, 0)
    assert other.quiz_url == "/kiem-tra/mua-sam/"


def test_the_first_screen_leads_on_to_an_open_attempt(quiz, farmer):
    attempt = attempts.start(quiz=quiz, by=farmer, at=NOON)
    standings = outlines.standings(farmer, outlines.all_courses())
    shown = {
        skill.standing.course.slug: skill for skill in skill_standings(farmer, standings, at=NOON)
    }
    assert shown[SLUG].open_url == f"/bai-lam/{attempt.pk}/"
    assert shown["mua-sam"].open_url is None


def test_a_skill_without_a_quiz_has_no_address_for_one(quiz, farmer):
    quiz.unpublish()
    [standing] = outlines.standings(farmer, [outline(SLUG)])
    [shown] = skill_standings(farmer, [standing], at=NOON)
    assert (shown.quiz_url, shown.best, shown.passed) == ("", None, False)


@pytest.mark.parametrize("past", [0, 6])
def test_the_first_screen_costs_five_queries_whatever_was_done(
    quiz, farmer, past, django_assert_num_queries
):
    for day in range(past):
        take(quiz, farmer, wrong=[1], day=day)
    standings = outlines.standings(farmer, outlines.all_courses())
    with django_assert_num_queries(5):
        skill_standings(farmer, standings, at=NOON)


def test_what_is_due_is_counted_on_the_first_screen(quiz, farmer):
    take(quiz, farmer)
    take(quiz, farmer, day=1)
    standings = outlines.standings(farmer, outlines.courses_for("team-member"))

    def due(at):
        shown = skill_standings(farmer, standings, at=at)
        return {skill.standing.course.slug: skill.due for skill in shown if skill.due}

    assert due(NOON + timedelta(days=2)) == {}
    assert due(NOON + timedelta(days=500)) == {SLUG: quiz.parts.count()}
