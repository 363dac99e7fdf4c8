from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs import queue
from people.models import AuditEntry
from quizzes import attempts, grading, marking, regrading, tasks, versions
from quizzes.models import Answer, Attempt, AttemptEvent, Grade, QuestionVersion, Regrade
from tests.answers import right_answer
from tests.at_once import at_once
from tests.conftest import NOON, make_person
from tests.quizzes.test_attempts import answer_all

LATER = NOON + timedelta(hours=1)
Choice = Regrade.Choice
OLD = {"options": [{"text": "a", "correct": True}, {"text": "b"}, {"text": "c"}]}
NEW = {"options": [{"text": "c"}, {"text": "b", "correct": True}, {"text": "a"}]}


def asked(place, *, order=(0, 1, 2)):
    given = {"choice": place}
    mark = marking.mark("single_choice", OLD, order, given)
    return regrading.Asked("single_choice", OLD, order, given, mark)


# The rule


@pytest.mark.parametrize(
    ("choice", "worths"),
    [
        (Choice.FULL, [1, 1, 1]),
        (Choice.EITHER, [1, 1, 0]),
        (Choice.NEW, [0, 1, 0]),
        (Choice.LEAVE, [1, 0, 0]),
        (Choice.VOID, [None, None, None]),
    ],
)
def test_what_an_answer_is_worth_by_each_choice(choice, worths):
    found = [regrading.new_mark(asked(place), choice=choice, key_content=NEW) for place in range(3)]
    assert found == worths


@given(st.permutations(range(3)), st.integers(0, 2))
def test_a_new_key_is_read_by_what_was_shown_wherever_its_options_stand(order, place):
    shown = OLD["options"][order[place]]["text"]
    worth = regrading.new_mark(asked(place, order=order), choice=Choice.NEW, key_content=NEW)
    assert worth == (shown == "b")


@pytest.mark.parametrize(
    ("kind", "old", "new", "fits"),
    [
        ("single_choice", OLD, {"options": [{"text": "a"}, {"text": "b"}]}, False),
        ("single_choice", OLD, {"options": [{"text": text} for text in "abd"]}, False),
        ("true_false", {"answer": True}, {"answer": False}, True),
        ("ordering", {"items": ["x", "y"]}, {"items": ["y", "x"]}, True),
        ("ordering", {"items": ["x", "y"]}, {"items": ["y", "z"]}, False),
        (
            "matching",
            {"pairs": [{"left": "l", "right": "1"}, {"left": "m", "right": "2"}]},
            {"pairs": [{"left": "l", "right": "2"}, {"left": "m", "right": "1"}]},
            True,
        ),
        ("short_answer", {"accepted": ["x"]}, {"accepted": ["y"]}, True),
        ("spot", {"parts": [{"text": "x"}]}, {"parts": [{"text": "y"}]}, False),
    ],
)
def test_a_key_fits_only_what_asks_the_same(kind, old, new, fits):
    order = list(range(marking.places_to_shuffle(kind, old)))
    assert (regrading.order_for(kind, old, new, order) is not None) == fits


def test_a_new_pairing_is_marked_by_the_texts():
    old = {"pairs": [{"left": "l", "right": "1"}, {"left": "m", "right": "2"}]}
    new = {"pairs": [{"left": "l", "right": "2"}, {"left": "m", "right": "1"}]}
    one = regrading.Asked("matching", old, [0, 1], {"choices": [1, 0]}, Fraction(0))
    assert regrading.new_mark(one, choice=Choice.NEW, key_content=new) == 1


marks = st.lists(st.none() | st.fractions(0, 1, max_denominator=4), min_size=1, max_size=8)


@given(marks, st.integers(0, 7), st.none() | st.fractions(0, 1, max_denominator=4))
def test_nobody_is_lowered_unless_it_is_said_so(before, place, mark):
    place %= len(before)
    after = regrading.new_marks(before, place, mark, may_lower=False)
    assert regrading._mean(after) >= regrading._mean(before)
    assert regrading.new_marks(before, place, mark, may_lower=True)[place] == mark


# Proposed, looked at, applied


@pytest.fixture
def marked(quiz, farmer):
    """An attempt all right but the first question, and the item of that question."""
    attempt = attempts.start(quiz=quiz, by=farmer, at=NOON)
    answer_all(attempt, wrong=[1])
    attempts.submit(attempt=attempt.pk, by=farmer, at=NOON)
    return attempt


@pytest.fixture
def item(marked):
    return attempts.items_with_answers(marked)[0]


def propose(item, choice, **more):
    return regrading.propose(
        version=item.version, choice=choice, reason="Đáp án sai.", by=None, at=NOON, **more
    )


def carry_out(regrade):
    applied = regrading.apply(regrade, by=None, at=LATER)
    tasks.regrade(applied.job_id)
    return applied


def test_full_marks_for_all_are_shown_before_and_are_there_after(marked, item):
    regrade = propose(item, Choice.FULL)
    shown = regrading.preview(regrade)
    assert (shown.attempts, shown.raised, shown.lowered) == (1, 1, 0)
    [change] = shown.changes
    assert (change.before < change.after, change.after) == (True, 100)
    assert marked.grades.count() == 1
    applied = carry_out(regrade)
    assert [grade.per_cent for grade in marked.grades.all()] == [change.before, change.after]
    assert queue.progress(job=applied.job).per_cent == 100
    assert marked.events.last().kind == AttemptEvent.Kind.REGRADED
    assert AuditEntry.objects.get(subject=marked.person_id).did == "marked anew"
    assert grading.best_grades(marked.person)[marked.quiz_id].per_cent == 100


def test_mastery_follows_the_new_mark_and_the_old_record_stays(marked, item):
    outcome = item.version.question.outcome_id
    before = grading.latest_mastery(marked.person_id)[outcome]
    carry_out(propose(item, Choice.FULL))
    after = grading.latest_mastery(marked.person_id)[outcome]
    assert after.pk != before.pk
    assert after.estimate > before.estimate
    assert after.answers == before.answers


def test_a_question_voided_for_everybody_counts_for_nobody(marked, item):
    carry_out(propose(item, Choice.VOID))
    grade = marked.grades.last()
    assert grade.marks[0] is None
    assert grade.per_cent == 100


def test_applied_twice_or_by_two_at_once_each_attempt_is_regraded_once(marked, item):
    applied = carry_out(propose(item, Choice.FULL))
    regrading.apply_to(marked.pk, regrade=applied, at=LATER)
    assert marked.grades.count() == 2
    with pytest.raises(regrading.Refused):
        regrading.apply(applied, by=None, at=LATER)
    with pytest.raises(regrading.Refused):
        regrading.discard(applied)


def test_a_voided_attempt_is_left_alone(marked, item):
    attempts.void(attempt=marked.pk, reason="x", by=None, at=NOON)
    count = Grade.objects.count()
    assert regrading.preview(propose(item, Choice.FULL)).attempts == 0
    carry_out(propose(item, Choice.FULL))
    assert Grade.objects.count() == count


def test_the_corrected_version_marks_what_the_old_one_asked(marked, item):
    """The author gives the question the key by which the farmer was right after all."""
    question = item.version.question
    given = attempts.items_with_answers(marked)[0].given
    assert given is None
    other = _other_key(item.version.kind, item.version.content)
    question.content = versions.raw(item.version.kind, other)
    question.save_revision().publish()
    question.refresh_from_db()
    order = regrading.order_for(item.version.kind, item.version.content, other, item.order)
    right_by_now = marking.right_answer(item.version.kind, other, order)
    Answer.objects.create(item=item, key=uuid4(), given=right_by_now, given_at=NOON, at=NOON)
    regrade = propose(item, Choice.NEW, key=question.current)
    [change] = regrading.preview(regrade).changes
    assert (change.before < 100, change.after) == (True, 100)
    carry_out(regrade)
    assert marked.grades.last().per_cent == 100
    for choice in (Choice.NEW, Choice.EITHER):
        with pytest.raises(regrading.Refused):
            propose(item, choice)
        with pytest.raises(regrading.Refused):
            propose(item, choice, key=item.version)


def _other_key(kind: str, content: dict) -> dict:
    """Return the same question with another right answer, of whatever type it is."""
    return content | OTHER_KEY[kind](content)


def _moved_on(parts: list[dict], what: str) -> list[dict]:
    """Give each part what the next one says."""
    said = [part[what] for part in parts]
    return [{**part, what: other} for part, other in zip(parts, said[1:] + said[:1], strict=True)]


OTHER_KEY: dict[str, Callable[[dict], dict]] = {
    "single_choice": lambda one: {"options": _moved_on(one["options"], "correct")},
    "multiple_choice": lambda one: {"options": _moved_on(one["options"], "correct")},
    "true_false": lambda one: {"answer": not one["answer"]},
    "matching": lambda one: {"pairs": _moved_on(one["pairs"], "right")},
    "ordering": lambda one: {"items": one["items"][::-1]},
    "short_answer": lambda one: {"accepted": ["một câu khác"]},
    "numerical": lambda one: {"answers": [{"value": "987654"}]},
    "spot": lambda one: {
        "parts": [{**part, "suspicious": not part["suspicious"]} for part in one["parts"]]
    },
    "cloze": lambda one: {"gaps": [_other_key(gap["kind"], gap) for gap in one["gaps"]]},
}


def test_another_key_is_another_version_of_the_same_question_for_every_type(db):
    kinds = set()
    for version in QuestionVersion.objects.select_related("question"):
        kinds.add(version.kind)
        question, content = version.question, version.content
        question.content = versions.raw(version.kind, _other_key(version.kind, content))
        kind, other = versions.plain(question)
        assert kind == version.kind
        assert other != content
        order = list(range(marking.places_to_shuffle(kind, content)))
        assert regrading.order_for(kind, content, other, order) is not None
    assert kinds == set(QuestionVersion.Kind)


def test_what_apps_above_say_is_shown(marked, item, monkeypatch):
    monkeypatch.setattr(regrading, "TOUCHED", [lambda pairs: [f"{len(pairs)} giấy"]])
    assert regrading.preview(propose(item, Choice.FULL)).touched == ["1 giấy"]


def test_two_workers_regrade_an_attempt_once(committed_db):
    from quizzes.models import Quiz

    person, quiz = make_person("bac.tam", "Nguyễn Văn Tám"), Quiz.objects.get(slug="mua-sam")
    attempt = attempts.start(quiz=quiz, by=person, at=NOON)
    for one in attempts.items_with_answers(attempt):
        if one.position > 1:
            attempts.answer(item=one.pk, given=right_answer(one), key=uuid4(), by=person, at=NOON)
    attempts.submit(attempt=attempt.pk, by=person, at=NOON)
    item = attempts.items_with_answers(attempt)[0]
    applied = regrading.apply(propose(item, Choice.FULL), by=None, at=LATER)
    results = at_once(*[lambda: regrading.apply_to(attempt.pk, regrade=applied, at=LATER)] * 3)
    assert results == [None] * 3
    assert Attempt.objects.get(pk=attempt.pk).grades.count() == 2
