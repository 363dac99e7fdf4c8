"""When attempts end, which answer counts however late it comes, and the log that tells it all again."""

from datetime import timedelta
from fractions import Fraction
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from people.models import AuditEntry
from quizzes import attempts, grading
from quizzes.mastery import Level
from quizzes.models import Answer, Attempt, Quiz
from tests.answers import right_answer
from tests.at_once import at_once
from tests.conftest import NOON, make_person
from tests.quizzes.test_attempts import answer_all

reusing_fixtures = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def attempt(quiz, farmer):
    return attempts.start(quiz=quiz, by=farmer, at=NOON)


# Times


@pytest.fixture
def timed(quiz):
    """The quiz with twenty minutes, and a minute of grace."""
    quiz.minutes_allowed, quiz.grace_seconds = 20, 60
    quiz.save()
    return quiz


def minutes(count):
    return NOON + timedelta(minutes=count)


def give(attempt, *, at, wrong=False, ago=timedelta(0), device="", position=1):
    item = attempts.items_with_answers(attempt)[position - 1]
    given = {} if wrong else right_answer(item)
    attempts.answer(
        item=item.pk, given=given, key=uuid4(), by=attempt.person, at=at, ago=ago, device=device
    )
    return item, given


def test_a_quiz_begins_neither_before_it_opens_nor_after_it_closes(quiz, farmer):
    quiz.opens_at, quiz.closes_at = minutes(10), minutes(60)
    quiz.save()
    with pytest.raises(attempts.NotYetOpen):
        attempts.start(quiz=quiz, by=farmer, at=minutes(9))
    attempt = attempts.start(quiz=quiz, by=farmer, at=minutes(59))
    assert attempt.due_at == minutes(60)
    with pytest.raises(attempts.HasClosed):
        attempts.start(quiz=quiz, by=make_person("em.khac", "Lê Thị Khác"), at=minutes(60))


def test_an_answer_is_taken_within_the_grace_and_not_after_it(timed, farmer):
    attempt = attempts.start(quiz=timed, by=farmer, at=NOON)
    assert (attempt.due_at, attempt.ends_at) == (minutes(20), minutes(21))
    give(attempt, at=minutes(21))
    with pytest.raises(attempts.NotOpen):
        give(attempt, at=minutes(21) + timedelta(seconds=1))


def test_whoever_has_more_time_gets_it_in_the_next_attempt(timed, farmer):
    attempts.give_time(quiz=timed, person=farmer, minutes=10, reason="", by=None, at=NOON)
    assert AuditEntry.objects.get(subject=farmer.pk).did == "time given"
    assert attempts.start(quiz=timed, by=farmer, at=NOON).due_at == minutes(30)
    assert attempts.start(
        quiz=timed, by=make_person("em.khac", "Lê Thị Khác"), at=NOON
    ).due_at == minutes(20)


def test_an_attempt_left_open_is_handed_in_with_what_was_answered(timed, farmer):
    attempt = attempts.start(quiz=timed, by=farmer, at=NOON)
    give(attempt, at=minutes(5))
    assert attempts.sweep(at=minutes(21)) == 0
    assert attempts.sweep(at=minutes(22)) == 1
    assert attempts.sweep(at=minutes(22)) == 0
    attempt.refresh_from_db()
    assert (attempt.state, attempt.submitted_at) == (Attempt.State.MARKED, minutes(21))
    assert 0 < attempt.grades.get().per_cent < 100


def test_an_attempt_without_any_answer_expires_and_counts(timed, farmer):
    timed.attempts_allowed = 1
    timed.save()
    attempt = attempts.start(quiz=timed, by=farmer, at=NOON)
    attempts.sweep(at=minutes(22))
    attempt.refresh_from_db()
    assert attempt.state == Attempt.State.EXPIRED
    assert not attempt.grades.exists()
    with pytest.raises(attempts.NoAttemptLeft):
        attempts.start(quiz=timed, by=farmer, at=minutes(60))


def test_the_next_attempt_does_not_wait_for_the_sweep(timed, farmer):
    first = attempts.start(quiz=timed, by=farmer, at=NOON)
    give(first, at=NOON)
    with pytest.raises(attempts.MustWait):
        attempts.start(quiz=timed, by=farmer, at=minutes(22))
    second = attempts.start(quiz=timed, by=farmer, at=minutes(40))
    first.refresh_from_db()
    assert (first.state, second.number) == (Attempt.State.MARKED, 2)


def test_handed_in_too_late_it_counts_as_of_its_end(timed, farmer):
    attempt = attempts.start(quiz=timed, by=farmer, at=NOON)
    give(attempt, at=minutes(1))
    late = attempts.submit(attempt=attempt.pk, by=farmer, at=minutes(50))
    assert (late.state, late.submitted_at) == (Attempt.State.MARKED, minutes(21))


def test_the_sweep_and_the_learner_hand_in_at_once_and_it_is_marked_once(committed_db):
    farmer, timed = make_person("bac.tam.2", "Nguyễn Văn Tám"), Quiz.objects.get(slug="mua-sam")
    Quiz.objects.filter(pk=timed.pk).update(minutes_allowed=20)
    timed.refresh_from_db()
    attempt = attempts.start(quiz=timed, by=farmer, at=NOON)
    give(attempt, at=NOON)
    results = at_once(
        lambda: attempts.submit(attempt=attempt.pk, by=farmer, at=minutes(22)),
        lambda: attempts.sweep(at=minutes(22)),
        lambda: attempts.sweep(at=minutes(22)),
    )
    assert not [one for one in results if isinstance(one, Exception)]
    assert attempt.grades.count() == 1
    kinds = list(attempt.events.values_list("kind", flat=True))
    assert kinds == ["started", "expired", "marked"]


# Answers that come late


def test_what_was_given_last_counts_in_whatever_order_it_comes(attempt):
    item, _given = give(attempt, at=minutes(10), wrong=True)
    give(attempt, at=minutes(11), ago=timedelta(minutes=5))
    assert attempts.items_with_answers(attempt)[0].given == {}
    give(attempt, at=minutes(12), ago=timedelta(seconds=30))
    assert attempts.items_with_answers(attempt)[0].given == right_answer(item)


def test_what_a_device_sent_later_counts_however_long_the_line_held_up_what_came_before(attempt):
    item = attempts.items_with_answers(attempt)[0]

    def send(number, given, *, at, ago=0, device="a"):
        attempts.answer(
            item=item.pk, given=given, key=uuid4(), by=attempt.person, at=at,
            ago=timedelta(seconds=ago), device=device, sequence=number,
        )  # fmt: skip

    send(2, {"x": "second"}, at=NOON, ago=0)
    send(1, {"x": "first, held up"}, at=minutes(1))
    assert attempts.items_with_answers(attempt)[0].given == {"x": "second"}
    send(4, {"x": "fourth"}, at=minutes(2), ago=600)
    assert attempts.items_with_answers(attempt)[0].given == {"x": "fourth"}
    send(1, {"x": "elsewhere, later"}, at=minutes(3), device="b")
    assert attempts.items_with_answers(attempt)[0].given == {"x": "elsewhere, later"}


@reusing_fixtures
@given(
    st.lists(
        st.tuples(st.sampled_from(["", "a", "b"]), st.integers(1, 5), st.integers(0, 5)),
        min_size=1,
        max_size=6,
        unique_by=lambda one: one[:2] if one[0] else object(),
    )
)
def test_the_database_and_the_rule_agree_on_which_answer_counts(attempt, several):
    item = attempt.items.first()
    Answer.objects.filter(item=item).delete()
    kept = [
        Answer.objects.create(
            item=item,
            key=uuid4(),
            given={"n": place},
            device=device,
            sequence=number,
            given_at=minutes(late),
            at=NOON,
        )
        for place, (device, number, late) in enumerate(several)
    ]
    counts = attempts.last_of(kept)
    assert Answer.objects.filter(item=item).last_first().first() == counts
    assert attempts.items_with_answers(attempt)[0].given == counts.given
    replayed = attempts.replay(attempt.events.all(), kept)
    assert replayed.given == {item.pk: counts.given}


@pytest.mark.parametrize("ago", [timedelta(days=300), timedelta(hours=-3)])
def test_a_page_cannot_answer_before_the_attempt_or_in_the_future(attempt, ago):
    give(attempt, at=minutes(10), ago=ago)
    kept = Answer.objects.get()
    assert attempt.started_at <= kept.given_at <= minutes(10)


# The log


def test_all_that_an_attempt_is_can_be_told_again_from_its_log_and_answers(timed, farmer):
    def told(attempt):
        attempt.refresh_from_db()
        answers = Answer.objects.filter(item__attempt=attempt)
        replayed = attempts.replay(attempt.events.all(), reversed(answers), ends_at=attempt.ends_at)
        stored = {
            one.pk: one.given
            for one in attempts.items_with_answers(attempt)
            if one.given is not None
        }
        assert replayed.given == stored
        assert (replayed.state, replayed.started_at) == (attempt.state, attempt.started_at)
        assert replayed.submitted_at == attempt.submitted_at

    attempt = attempts.start(quiz=timed, by=farmer, at=NOON)
    told(attempt)
    give(attempt, at=minutes(2), wrong=True)
    give(attempt, at=minutes(3), ago=timedelta(minutes=2))
    give(attempt, at=minutes(4), position=2)
    told(attempt)
    attempts.submit(attempt=attempt.pk, by=farmer, at=minutes(5))
    told(attempt)
    attempts.void(attempt=attempt.pk, reason="Bị nhắc bài.", by=None, at=minutes(6))
    told(attempt)
    other = attempts.start(quiz=timed, by=farmer, at=minutes(60))
    attempts.sweep(at=minutes(90))
    told(other)


def test_the_log_can_be_neither_changed_nor_deleted(attempt):
    with pytest.raises(IntegrityError), transaction.atomic():
        attempt.events.update(kind="voided")
    with pytest.raises(IntegrityError), transaction.atomic():
        attempt.events.all()._raw_delete("default")


def test_a_voided_attempt_neither_passes_nor_counts(attempt, quiz, farmer):
    answer_all(attempt)
    attempts.submit(attempt=attempt.pk, by=farmer, at=NOON)
    assert grading.best_grades(farmer)[quiz.pk].passed
    attempts.void(attempt=attempt.pk, reason="Bị nhắc bài.", by=None, at=NOON)
    assert grading.best_grades(farmer) == {}
    levels = {record.level for record in grading.latest_mastery(farmer.pk).values()}
    assert levels == {Level.NOT_LEARNED}
    entry = AuditEntry.objects.get(subject=farmer.pk)
    assert (entry.did, entry.details["reason"]) == ("attempt voided", "Bị nhắc bài.")
    with pytest.raises(attempts.NotOpen):
        attempts.void(attempt=attempt.pk, reason="Lần nữa.", by=None, at=NOON)


def test_read_anew_all_evidence_gives_what_was_kept_step_by_step(quiz, farmer):
    for day, wrong in enumerate([range(1, 8), (), (2, 5)]):
        attempt = attempts.start(quiz=quiz, by=farmer, at=NOON + timedelta(days=day))
        answer_all(attempt, wrong=wrong)
        attempts.submit(attempt=attempt.pk, by=farmer, at=NOON + timedelta(days=day))
    kept = grading.latest_mastery(farmer.pk)
    grade = grading.append_grade(
        attempt, [Fraction(mark) for mark in attempt.grades.get().marks], rule="x", at=NOON
    )
    grading.rebuild(attempt, grade, outcomes=list(kept), at=NOON)
    for outcome, record in grading.latest_mastery(farmer.pk).items():
        assert record.pk != kept[outcome].pk
        assert record.estimate == pytest.approx(kept[outcome].estimate)
        assert (record.level, record.answers, record.due_at) == (
            kept[outcome].level,
            kept[outcome].answers,
            kept[outcome].due_at,
        )
