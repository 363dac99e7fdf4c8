from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from quizzes import attempts, grading, mastery, versions
from quizzes.mastery import Level
from quizzes.models import Answer, Attempt, Grade, MasteryRecord, Quiz
from tests.answers import right_answer
from tests.at_once import at_once
from tests.conftest import NOON, make_person


@pytest.fixture
def attempt(quiz, farmer):
    return attempts.start(quiz=quiz, by=farmer, at=NOON)


def answer_all(attempt, *, wrong=()):
    for item in attempts.items_with_answers(attempt):
        if item.position not in wrong:
            attempts.answer(
                item=item.pk, given=right_answer(item), key=uuid4(), by=attempt.person, at=NOON
            )


def test_a_quiz_asks_so_many_questions_from_each_outcome(attempt, quiz):
    items = attempts.items_with_answers(attempt)
    asked = [item.version.question.outcome_id for item in items]
    for part in quiz.parts.all():
        assert asked.count(part.outcome_id) == part.count
    assert len({item.version.question_id for item in items}) == len(asked)


def test_whoever_answers_everything_right_passes_and_masters(attempt):
    answer_all(attempt)
    attempts.submit(attempt=attempt.pk, by=attempt.person, at=NOON)
    grade = attempt.grades.get()
    assert (grade.per_cent, grade.passed) == (100, True)
    records = grading.latest_mastery(attempt.person_id)
    assert len(records) == attempt.quiz.parts.count()
    for record in records.values():
        assert record.answers == 2
        assert record.estimate > mastery.PARAMETERS.known
        assert (record.level == Level.MASTERED) == (record.estimate >= mastery.PARAMETERS.mastered)
        assert record.due_at > NOON
    assert Level.MASTERED in {record.level for record in records.values()}


def test_what_is_left_out_counts_as_wrong(attempt):
    total = attempt.items.count()
    answer_all(attempt, wrong=range(1, total // 2 + 1))
    attempts.submit(attempt=attempt.pk, by=attempt.person, at=NOON)
    grade = attempt.grades.get()
    assert (grade.per_cent, grade.passed) == (50, False)


def test_starting_again_goes_on_with_the_open_attempt(attempt, quiz):
    assert attempts.start(quiz=quiz, by=attempt.person, at=NOON) == attempt


def test_between_two_attempts_there_is_a_wait(attempt, quiz):
    attempts.submit(attempt=attempt.pk, by=attempt.person, at=NOON)
    with pytest.raises(attempts.MustWait) as refusal:
        attempts.start(quiz=quiz, by=attempt.person, at=NOON + timedelta(minutes=1))
    assert refusal.value.until == NOON + timedelta(minutes=quiz.wait_minutes)
    again = attempts.start(quiz=quiz, by=attempt.person, at=refusal.value.until)
    assert again.number == 2


def test_a_quiz_may_allow_only_so_many_attempts(attempt, quiz):
    Quiz.objects.filter(pk=quiz.pk).update(attempts_allowed=1)
    quiz.refresh_from_db()
    attempts.submit(attempt=attempt.pk, by=attempt.person, at=NOON)
    with pytest.raises(attempts.NoAttemptLeft):
        attempts.start(quiz=quiz, by=attempt.person, at=NOON + timedelta(days=1))


def test_the_next_attempt_prefers_questions_not_seen_before(attempt, quiz):
    seen = set(attempt.items.values_list("version__question", flat=True))
    attempts.submit(attempt=attempt.pk, by=attempt.person, at=NOON)
    second = attempts.start(quiz=quiz, by=attempt.person, at=NOON + timedelta(days=1))
    fresh = set(second.items.values_list("version__question", flat=True)) - seen
    assert len(fresh) >= quiz.parts.count()  # three questions an outcome, two seen: one is fresh


def test_the_last_answer_counts(attempt):
    item = attempts.items_with_answers(attempt)[0]
    attempts.answer(item=item.pk, given={"text": "x"}, key=uuid4(), by=attempt.person, at=NOON)
    right = right_answer(item)
    attempts.answer(item=item.pk, given=right, key=uuid4(), by=attempt.person, at=NOON)
    assert attempts.items_with_answers(attempt)[0].given == right


def test_an_answer_sent_twice_is_kept_once(attempt):
    item, key = attempt.items.first(), uuid4()
    for _time in range(2):
        attempts.answer(item=item.pk, given={"choice": 1}, key=key, by=attempt.person, at=NOON)
    assert Answer.objects.filter(item=item).count() == 1


def test_an_answer_after_handing_in_is_refused(attempt):
    attempts.submit(attempt=attempt.pk, by=attempt.person, at=NOON)
    item = attempt.items.first()
    with pytest.raises(attempts.NotOpen):
        attempts.answer(item=item.pk, given={"choice": 1}, key=uuid4(), by=attempt.person, at=NOON)


def test_an_answer_that_arrived_before_may_be_sent_again_after_handing_in(attempt):
    item, key = attempt.items.first(), uuid4()
    attempts.answer(item=item.pk, given={"choice": 1}, key=key, by=attempt.person, at=NOON)
    attempts.submit(attempt=attempt.pk, by=attempt.person, at=NOON)
    attempts.answer(item=item.pk, given={"choice": 1}, key=key, by=attempt.person, at=NOON)
    assert Answer.objects.filter(item=item).count() == 1


def test_nobody_answers_or_hands_in_for_somebody_else(attempt, neighbour):
    item = attempt.items.first()
    with pytest.raises(attempts.NotOpen):
        attempts.answer(item=item.pk, given={"choice": 1}, key=uuid4(), by=neighbour, at=NOON)
    with pytest.raises(attempts.NotOpen):
        attempts.submit(attempt=attempt.pk, by=neighbour, at=NOON)
    assert not Grade.objects.filter(attempt=attempt).exists()


def test_a_huge_answer_is_refused(attempt):
    item = attempt.items.first()
    with pytest.raises(attempts.TooLong):
        attempts.answer(
            item=item.pk, given={"text": "a" * 10_000}, key=uuid4(), by=attempt.person, at=NOON
        )


def test_editing_a_question_never_changes_a_past_attempt(attempt):
    answer_all(attempt)
    item = attempts.items_with_answers(attempt)[0]
    asked = item.version.content["stem"]
    question = item.version.question
    question.content = versions.raw(
        item.version.kind, {**item.version.content, "stem": "Một câu khác hẳn?"}
    )
    question.save_revision().publish()
    question.refresh_from_db()
    assert question.current.content["stem"] == "Một câu khác hẳn?"
    assert question.current_id != item.version_id
    assert attempts.items_with_answers(attempt)[0].version.content["stem"] == asked
    attempts.submit(attempt=attempt.pk, by=attempt.person, at=NOON)
    assert attempt.grades.get().per_cent == 100


def test_a_quiz_that_is_edited_keeps_the_pass_mark_of_an_open_attempt(attempt, quiz):
    Quiz.objects.filter(pk=quiz.pk).update(pass_mark=100)
    answer_all(attempt, wrong=[1])
    attempts.submit(attempt=attempt.pk, by=attempt.person, at=NOON)
    assert attempt.grades.get().passed


def test_the_database_holds_one_open_attempt(attempt, quiz):
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(
            quiz=quiz, person=attempt.person, number=2, pass_mark=80, started_at=NOON
        )


# Two at once


@pytest.fixture
def committed_attempt(committed_db):
    person = make_person("bac.tam", "Nguyễn Văn Tám")
    quiz = Quiz.objects.get(slug="nen-tang-khac")
    return attempts.start(quiz=quiz, by=person, at=NOON)


def test_of_two_starts_at_once_one_begins_the_attempt(committed_db):
    person = make_person("bac.tam", "Nguyễn Văn Tám")
    quiz = Quiz.objects.get(slug="nen-tang-khac")
    results = at_once(*[lambda: attempts.start(quiz=quiz, by=person, at=NOON)] * 4)
    assert len({attempt.pk for attempt in results}) == 1, results
    assert Attempt.objects.count() == 1


def test_handed_in_twice_at_once_it_is_marked_once(committed_attempt):
    person = committed_attempt.person
    results = at_once(
        *[lambda: attempts.submit(attempt=committed_attempt.pk, by=person, at=NOON)] * 4
    )
    assert not [result for result in results if isinstance(result, Exception)]
    assert Grade.objects.count() == 1
    assert MasteryRecord.objects.count() == committed_attempt.quiz.parts.count()


def test_one_answer_sent_by_many_requests_at_once_is_kept_once(committed_attempt):
    item, key, person = committed_attempt.items.first(), uuid4(), committed_attempt.person
    results = at_once(
        *[lambda: attempts.answer(item=item.pk, given={"choice": 0}, key=key, by=person, at=NOON)]
        * 6
    )
    assert results == [None] * 6
    assert Answer.objects.count() == 1


def test_an_answer_and_the_handing_in_cannot_slip_past_each_other(committed_attempt):
    """Whatever was kept was marked: an answer is refused, or it counts."""
    person = committed_attempt.person
    items = attempts.items_with_answers(committed_attempt)

    def answering(item):
        return lambda: attempts.answer(
            item=item.pk, given=right_answer(item), key=uuid4(), by=person, at=NOON
        )

    def handing_in():
        return attempts.submit(attempt=committed_attempt.pk, by=person, at=NOON)

    results = at_once(*[answering(item) for item in items[:5]], handing_in)
    kept = sum(result is None for result in results)
    assert all(
        result is None or isinstance(result, attempts.NotOpen | Attempt) for result in results
    ), results
    assert Answer.objects.count() == kept
    assert Grade.objects.get().marks.count("1") == kept
