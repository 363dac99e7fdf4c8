from datetime import timedelta

import pytest

from classroom import classes, deliveries, purging, results, sessions
from classroom.models import Delivery, LessonPack, Response, Session
from quizzes.models import Attempt, MasteryRecord, Question
from tests.at_once import at_once
from tests.classroom import people
from tests.classroom.test_classes import committed_class
from tests.conftest import NOON, TODAY

LATER = NOON + timedelta(minutes=10)
Mode, State = Session.Mode, Session.State


@pytest.fixture
def session(school_class, pack, teacher):
    return sessions.begin(school_class=school_class, pack=pack, mode=Mode.LIVE, by=teacher, at=NOON)


def item_of(session, position=1):
    return session.items.select_related("version").get(position=position)


def right(item):
    return min(sessions.right_choices(item))


def wrong(item):
    return next(
        place
        for place in range(sessions.options_of(item))
        if place not in sessions.right_choices(item)
    )


def answer(session, pupil, *, position=1, rightly=True, at=NOON):
    item = item_of(session, position)
    choice = right(item) if rightly else wrong(item)
    sessions.answer(item=item, pupil=pupil.pk, choice=choice, at=at)


def test_it_asks_the_questions_of_the_lesson_in_their_order(session, pack):
    asked = [one.version.question.key for one in session.items.order_by("position")]
    assert asked == [one.key for one in sessions.questions_of(pack)]
    assert len(asked) == 5
    assert all(1 <= len(sessions.right_choices(item_of(session, n))) <= 1 for n in range(1, 6))


def test_questions_in_quarantine_are_left_out(school_class, pack, teacher):
    keys = [one.key for one in sessions.questions_of(pack)]
    Question.objects.filter(key=keys[0]).update(quarantined_at=NOON)
    assert [one.key for one in sessions.questions_of(pack)] == keys[1:]
    Question.objects.filter(key__in=keys).update(quarantined_at=NOON)
    with pytest.raises(sessions.Refused):
        sessions.begin(school_class=school_class, pack=pack, mode=Mode.LIVE, by=teacher, at=NOON)


def test_begun_twice_it_is_one_and_another_is_refused(session, school_class, pack, teacher):
    again = sessions.begin(
        school_class=school_class, pack=pack, mode=Mode.LIVE, by=teacher, at=LATER
    )
    assert again == session
    with pytest.raises(sessions.Refused):
        sessions.begin(school_class=school_class, pack=pack, mode=Mode.CARDS, by=teacher, at=LATER)


def test_one_question_after_the_other(session):
    assert not sessions.reveal(session.pk, 1)
    assert sessions.ask(session.pk, 1)
    assert not sessions.ask(session.pk, 1)  # pressed twice
    assert not sessions.ask(session.pk, 2)  # not before the answer has been shown
    assert sessions.reveal(session.pk, 1)
    assert sessions.ask_again(session.pk, 1)
    assert sessions.reveal(session.pk, 1)
    assert sessions.ask(session.pk, 2)
    session.refresh_from_db()
    assert (session.state, session.position, session.tick) == ("asking", 2, 5)
    assert not sessions.ask(session.pk, 99)


def test_an_answer_counts_until_the_right_one_is_shown(session, school_class):
    pupil = school_class.pupils.first()
    with pytest.raises(sessions.TooLate):
        answer(session, pupil)
    sessions.ask(session.pk, 1)
    answer(session, pupil, rightly=False)
    answer(session, pupil, rightly=True)
    assert Response.objects.get().choice == right(item_of(session))
    sessions.reveal(session.pk, 1)
    with pytest.raises(sessions.TooLate):
        answer(session, pupil, rightly=False)
    assert Response.objects.get().choice == right(item_of(session))


@pytest.mark.parametrize("choice", [-1, 4, 99])
def test_what_is_no_letter_is_refused(session, school_class, choice):
    sessions.ask(session.pk, 1)
    with pytest.raises(sessions.Refused):
        sessions.answer(
            item=item_of(session), pupil=school_class.pupils.first().pk, choice=choice, at=NOON
        )


def test_at_the_end_answers_become_attempts_with_their_mode(session, school_class, teacher):
    first, second, *_others = school_class.pupils.all()
    for position in range(1, 6):
        sessions.ask(session.pk, position)
        answer(session, first, position=position)
        if position > 2:  # came late
            answer(session, second, position=position, rightly=position == 3)
        sessions.reveal(session.pk, position)
    sessions.close(session, by=teacher, at=LATER)
    sessions.close(session, by=teacher, at=LATER)
    assert Attempt.objects.filter(mode="live").count() == 2
    of_first = Attempt.objects.get(taker=first.taker)
    of_second = Attempt.objects.get(taker=second.taker)
    assert of_first.grades.get().per_cent == 100
    assert of_second.grades.get().marks == [None, None, "1", "0", "0"]
    assert MasteryRecord.objects.filter(taker=first.taker).count() == 2
    found = results.of(session)
    assert (found.took_part, sum(one.answered for one in found.outcomes)) == (2, 8)


def test_on_paper_blank_is_wrong(school_class, pack, teacher):
    session = sessions.begin(
        school_class=school_class, pack=pack, mode=Mode.PAPER, by=teacher, at=NOON
    )
    pupil = school_class.pupils.first()
    item = item_of(session)
    kept = sessions.answer_all(
        session,
        {(item.pk, pupil.pk): right(item), (item.pk, 999_999): 0, (999_999, pupil.pk): 0,
         (item_of(session, 2).pk, pupil.pk): 7},
        at=NOON,
    )  # fmt: skip
    assert kept == 1
    sessions.close(session, by=teacher, at=LATER)
    assert Attempt.objects.get().grades.get().marks == ["1", "0", "0", "0", "0"]
    with pytest.raises(sessions.TooLate):
        sessions.answer_all(session, {(item.pk, pupil.pk): 0}, at=LATER)


def test_what_was_read_wrongly_is_taken_back(session, school_class):
    sessions.ask(session.pk, 1)
    pupil = school_class.pupils.first()
    answer(session, pupil)
    sessions.take_back(session, item=item_of(session).pk, pupil=pupil.pk)
    assert not Response.objects.exists()


def test_a_correction_takes_the_place_of_the_attempt_and_says_why(session, school_class, teacher):
    pupil = school_class.pupils.first()
    sessions.ask(session.pk, 1)
    answer(session, pupil, rightly=False)
    sessions.close(session, by=teacher, at=LATER)
    item = item_of(session)
    with pytest.raises(sessions.Refused):
        sessions.correct(session, pupil=pupil, choices={}, reason=" ", by=teacher, at=LATER)
    sessions.correct(
        session, pupil=pupil, choices={item.pk: right(item)}, reason="Đọc nhầm thẻ", by=teacher,
        at=LATER,
    )  # fmt: skip
    old, new = Attempt.objects.filter(taker=pupil.taker).order_by("number")
    assert (old.state, new.state) == ("void", "marked")
    assert old.events.last().details["reason"] == "Đọc nhầm thẻ"
    assert new.grades.get().per_cent == 100
    estimate = MasteryRecord.objects.filter(taker=pupil.taker).order_by("-pk").first().estimate
    assert estimate > 0.4  # as if the wrong answer had never been


def test_an_answer_and_the_reveal_at_once_agree(committed_db):
    school_class = committed_class()
    session = sessions.begin(
        school_class=school_class, pack=people.pack(), mode=Mode.LIVE, by=None, at=NOON
    )
    for position, pupil in enumerate(school_class.pupils.all(), start=1):
        sessions.ask(session.pk, position)
        came, shown = at_once(
            lambda pupil=pupil, position=position: answer(session, pupil, position=position),
            lambda position=position: sessions.reveal(session.pk, position),
        )
        assert shown is True
        there = Response.objects.filter(pupil=pupil).exists()
        assert there == (came is None)
        assert came is None or isinstance(came, sessions.TooLate)


def test_closed_twice_at_once_it_is_recorded_once(committed_db):
    school_class = committed_class()
    session = sessions.begin(
        school_class=school_class, pack=people.pack(), mode=Mode.LIVE, by=None, at=NOON
    )
    sessions.ask(session.pk, 1)
    answer(session, school_class.pupils.first())
    at_once(
        lambda: sessions.close(Session.objects.get(pk=session.pk), by=None, at=LATER),
        lambda: sessions.close(Session.objects.get(pk=session.pk), by=None, at=LATER),
    )
    assert Attempt.objects.exclude(taker=None).count() == 1


# Lessons given


def close(session, teacher):
    sessions.ask(session.pk, 1)
    for pupil in session.school_class.pupils.all()[:3]:
        answer(session, pupil)
    sessions.close(session, by=teacher, at=LATER)


def record(asked, teacher, **more):
    fields = {"on": TODAY, "pupils": 5, "session": asked} | more
    return deliveries.record(
        school_class=asked.school_class, pack=asked.pack, by=teacher, at=LATER, **fields
    )


def test_a_lesson_is_recorded_with_what_the_class_answered(session, teacher):
    close(session, teacher)
    made = record(session, teacher)
    assert (made.mode, made.results, made.teacher) == (
        "live",
        {"3.5": [3, 3], "3.7": [0, 0]},
        teacher,
    )
    assert record(session, teacher) == made  # pressed twice
    assert Delivery.objects.that_count().count() == 1


@pytest.mark.parametrize(
    "more", [{"on": TODAY + timedelta(days=1)}, {"pupils": 0}, {"pupils": 61}, {"pupils": 2}]
)
def test_what_cannot_be_is_not_recorded(session, teacher, more):
    close(session, teacher)
    with pytest.raises(deliveries.Refused):
        record(session, teacher, **more)


def test_a_lesson_without_questions_is_recorded_too(session, teacher):
    with pytest.raises(deliveries.Refused):
        record(session, teacher)  # it goes on
    made = record(session, teacher, session=None)
    assert (made.mode, made.results) == ("talk", {})


def test_a_correction_stands_beside_what_was_wrong(session, teacher):
    close(session, teacher)
    first = record(session, teacher)
    second = deliveries.correct(
        first, on=TODAY, pupils=4, reason="Hai em nghỉ", by=teacher, at=LATER
    )
    assert list(Delivery.objects.that_count()) == [second]
    assert second.results == first.results
    with pytest.raises(deliveries.Refused):
        deliveries.correct(first, on=TODAY, pupils=3, reason="Lại", by=teacher, at=LATER)
    deliveries.withdraw(second, reason="Ghi nhầm lớp", by=teacher, at=LATER)
    assert not Delivery.objects.that_count().exists()
    assert Delivery.objects.count() == 3
    with pytest.raises(deliveries.Refused):
        deliveries.withdraw(Delivery.objects.first(), reason="", by=teacher, at=LATER)


def test_a_class_that_is_forgotten_keeps_its_lessons_and_its_numbers(session, teacher):
    close(session, teacher)
    record(session, teacher)
    sessions.begin(
        school_class=session.school_class, pack=session.pack, mode=Mode.CARDS, by=teacher, at=LATER
    )
    purging.purge(session.school_class_id, at=LATER)
    session.school_class.refresh_from_db()
    assert session.school_class.summary["pupils"] == 5
    assert session.school_class.summary["outcomes"]["3.5"]["asked"] == 3
    assert not Session.objects.exclude(state="closed").exists()
    assert Attempt.objects.exclude(taker=None).count() == 3
    assert Delivery.objects.get().results["3.5"] == [3, 3]


def test_every_lesson_pack_has_questions_to_ask(db):
    for pack in LessonPack.objects.all():
        assert 4 <= len(sessions.questions_of(pack)) <= 8, pack.key
    assert classes.PIN_LENGTH == 3
