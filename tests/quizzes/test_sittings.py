"""What a class answers is an attempt like any other."""

from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction

from quizzes import marking, regrading, sittings, tallying, tasks
from quizzes.models import Attempt, MasteryRecord, Question, Quiz, Regrade, Taker
from quizzes.sittings import Given, Posed, Sheet
from quizzes.statistics import by_question
from tests.conftest import NOON

Mode = Attempt.Mode
LATER = NOON + timedelta(minutes=30)


@pytest.fixture
def quiz(db):
    return Quiz.objects.create(title="Trong lớp", slug="trong-lop", pass_mark=80)


@pytest.fixture
def posed(db):
    """Three questions with options in the order in which they stand."""
    found = Question.objects.that_may_be_asked().filter(current__kind="single_choice")
    versions = [one.current for one in found.select_related("current__question")[:3]]
    return [Posed(one, list(range(len(one.content["options"])))) for one in versions]


@pytest.fixture
def takers(db):
    return [Taker.objects.create(since=NOON.date()) for _pupil in range(3)]


def right(one):
    [place] = [at for at, option in enumerate(one.version.content["options"]) if option["correct"]]
    return Given({"choice": place}, NOON)


def wrong(one):
    place = next(
        at for at, option in enumerate(one.version.content["options"]) if not option["correct"]
    )
    return Given({"choice": place}, NOON)


def record(quiz, posed, sheets, *, mode=Mode.CARDS, blank_is_wrong=False, at=LATER):
    return sittings.record(
        quiz=quiz, mode=mode, posed=posed, sheets=sheets, began=NOON, at=at, by=None,
        blank_is_wrong=blank_is_wrong,
    )  # fmt: skip


def test_it_is_marked_and_says_how_it_was_given(quiz, posed, takers):
    sheets = [
        Sheet(takers[0].pk, {place: right(one) for place, one in enumerate(posed)}),
        Sheet(takers[1].pk, {0: right(posed[0]), 1: wrong(posed[1])}),
        Sheet(takers[2].pk, {}),
    ]
    made = record(quiz, posed, sheets)
    assert made.keys() == {takers[0].pk, takers[1].pk}
    first, second = made[takers[0].pk], made[takers[1].pk]
    assert (first.mode, first.state, first.number) == ("cards", "marked", 1)
    assert (first.grades.get().per_cent, first.grades.get().passed) == (100, True)
    assert second.grades.get().marks == ["1", "0", None]
    assert second.grades.get().per_cent == 50
    assert [one.kind for one in first.events.order_by("pk")] == ["started", "submitted", "marked"]


def test_on_paper_what_is_blank_is_wrong(quiz, posed, takers):
    [made] = record(
        quiz, posed, [Sheet(takers[0].pk, {0: right(posed[0])})], mode=Mode.PAPER,
        blank_is_wrong=True,
    ).values()  # fmt: skip
    assert made.grades.get().marks == ["1", "0", "0"]


def test_the_same_mastery_follows_from_it(quiz, posed, takers):
    sheet = Sheet(takers[0].pk, {place: right(one) for place, one in enumerate(posed)})
    record(quiz, posed, [sheet])
    records = MasteryRecord.objects.filter(taker=takers[0])
    assert {one.outcome_id for one in records} == {one.version.question.outcome_id for one in posed}
    assert all(one.estimate > 0.4 and one.person_id is None for one in records)
    again = record(quiz, posed, [sheet], at=LATER + timedelta(days=1))
    assert again[takers[0].pk].number == 2
    latest = MasteryRecord.objects.filter(taker=takers[0]).order_by("-pk").first()
    assert latest.answers > records.order_by("pk").first().answers


def test_the_same_statistics_count_it_but_no_time(quiz, posed, takers):
    record(
        quiz, posed,
        [
            Sheet(takers[0].pk, {place: right(one) for place, one in enumerate(posed)}),
            Sheet(takers[1].pk, {place: wrong(one) for place, one in enumerate(posed)}),
        ],
    )  # fmt: skip
    tally = tallying.refresh(quiz, at=LATER + timedelta(hours=1))
    assert tally.attempts == 2
    items = by_question(tally)
    assert items.keys() == {one.version.pk for one in posed}
    assert all(place.seconds == {} for place in tally.places.values())
    tallying.refresh_all(at=LATER + timedelta(hours=1))
    assert Question.objects.get(pk=posed[0].version.question_id).asked == 2


def test_it_is_marked_anew_with_the_others(quiz, posed, takers):
    made = record(quiz, posed, [Sheet(takers[0].pk, {0: wrong(posed[0])})])[takers[0].pk]
    regrade = regrading.propose(
        version=posed[0].version,
        choice=Regrade.Choice.FULL,
        reason="Sai đáp án.",
        by=None,
        at=LATER,
    )
    assert regrading.preview(regrade).raised == 1
    tasks.regrade(regrading.apply(regrade, by=None, at=LATER).job_id)
    assert made.grades.last().marks == ["1", None, None]
    level = MasteryRecord.objects.filter(taker=takers[0]).order_by("-pk").first()
    assert level.grade == made.grades.last()


@pytest.mark.parametrize("whose", ["both", "neither", "person by cards", "taker by themselves"])
def test_an_attempt_is_of_a_person_or_of_a_taker(quiz, takers, farmer, whose):
    fields = {
        "both": {"person": farmer, "taker": takers[0], "mode": "cards"},
        "neither": {"mode": "cards"},
        "person by cards": {"person": farmer, "mode": "cards"},
        "taker by themselves": {"taker": takers[0]},
    }[whose]
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(
            quiz=quiz, number=1, pass_mark=80, started_at=NOON, state="void", **fields
        )


def test_a_quiz_for_the_class_has_no_page_of_its_own(quiz, client):
    quiz.live = True
    quiz.save()
    assert client.get(f"/kiem-tra/{quiz.slug}/").status_code == 404


def test_all_right_is_all_right_however_the_options_stand(quiz, posed, takers):
    turned = [Posed(one.version, one.order[::-1]) for one in posed]
    answers = {
        place: Given(marking.right_answer(one.version.kind, one.version.content, one.order), NOON)
        for place, one in enumerate(turned)
    }
    [made] = record(quiz, turned, [Sheet(takers[0].pk, answers)]).values()
    assert [Fraction(mark) for mark in made.grades.get().marks] == [1, 1, 1]
