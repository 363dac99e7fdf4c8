import random
from datetime import timedelta

import pytest

from courses.models import Skill
from quizzes import grading, marking, practising
from quizzes.mastery import Level
from quizzes.models import Grade, MasteryRecord, Practice, PracticeItem, Question
from quizzes.standing import REFRESH, outcome_standings
from tests.answers import form_of
from tests.at_once import at_once
from tests.conftest import NOON, make_person

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def skill(db):
    return Skill.objects.get(key="tu-bao-ve")


@pytest.fixture
def practice(skill, farmer):
    return practising.start(skill=skill, by=farmer, at=NOON, dice=random.Random(1))


def right(item):
    return marking.right_answer(item.version.kind, item.version.content, item.order)


def answer_next(practice, *, given=None, at=NOON):
    item = practising.go_on(practice, at=at, dice=random.Random(2))
    practising.answer(
        item=item, given=right(item) if given is None else given, by=practice.person, at=at
    )
    practice.refresh_from_db()
    return item


def test_a_practice_asks_a_few_different_questions_and_ends(practice):
    asked = [answer_next(practice) for _number in range(practising.LENGTH)]
    assert len({item.version.question_id for item in asked}) == practising.LENGTH
    assert practice.finished_at == NOON
    assert practising.go_on(practice, at=NOON) is None


def test_a_question_waits_until_it_is_answered(practice):
    one = practising.go_on(practice, at=NOON)
    assert practising.go_on(practice, at=LATER) == one
    assert practice.items.count() == 1


def test_what_is_answered_is_marked_and_counts_as_evidence_but_certifies_nothing(practice, farmer):
    item = answer_next(practice)
    record = MasteryRecord.objects.get()
    assert (item.mark, record.practised, record.answers) == ("1", item, 1)
    assert record.estimate > 0.4
    assert not Grade.objects.exists()
    assert grading.best_grades(farmer) == {}


def test_only_the_first_answer_counts(practice, farmer):
    item = answer_next(practice, given={})
    with pytest.raises(practising.AlreadyAnswered):
        practising.answer(item=item, given=right(item), by=farmer, at=LATER)
    item.refresh_from_db()
    assert item.mark == "0"


def test_nobody_answers_for_somebody_else(practice):
    item = practising.go_on(practice, at=NOON)
    with pytest.raises(practising.AlreadyAnswered):
        practising.answer(item=item, given=right(item), by=make_person("ai.do", "Ai Đó"), at=NOON)
    assert not MasteryRecord.objects.exists()


def test_practice_aims_at_what_is_weakest(skill, farmer):
    """Whoever is sure of all outcomes but one is asked about that one first."""
    weak, *others = skill.outcomes.order_by("position")
    for _round in range(3):
        for outcome in others:
            _practise(outcome, farmer)
    again = practising.start(skill=skill, by=farmer, at=LATER)
    first = practising.go_on(again, at=LATER)
    assert first.version.question.outcome == weak


def _practise(outcome, person):
    practice = practising.start(skill=outcome.skill, outcome=outcome, by=person, at=NOON)
    while practising.go_on(practice, at=NOON):
        answer_next(practice)


def test_what_is_due_for_a_refresh_comes_first(skill, farmer):
    outcomes = list(skill.outcomes.order_by("position"))
    due = outcomes[3]
    _practise(due, farmer)
    later = NOON + timedelta(days=400)
    [standing] = outcome_standings(farmer, [due], at=later)
    before = outcome_standings(farmer, [due], at=NOON)[0]
    assert (before.level, standing.level) == (Level.MASTERED, REFRESH)
    practice = practising.start(skill=skill, by=farmer, at=later)
    assert practising.go_on(practice, at=later).version.question.outcome == due
    answer_next(practice, at=later)
    assert outcome_standings(farmer, [due], at=later)[0].level == Level.MASTERED


def test_on_one_outcome_alone_all_questions_are_of_it(skill, farmer):
    outcome = skill.outcomes.first()
    _practise(outcome, farmer)
    asked = PracticeItem.objects.values_list("version__question__outcome", flat=True)
    assert set(asked) == {outcome.pk}
    # It promises no more questions than there are.
    bank = Question.objects.that_may_be_asked().for_everybody().filter(outcome=outcome).count()
    assert Practice.objects.get().length == min(practising.LENGTH, bank) == len(asked)


def test_what_is_in_quarantine_is_not_practised(skill, farmer):
    Question.objects.update(quarantined_at=NOON)
    with pytest.raises(practising.NothingToAsk):
        practising.start(skill=skill, by=farmer, at=NOON)
    assert not Practice.objects.exists()


def test_of_two_starts_at_once_one_begins(committed_db):
    person, skill = make_person("bac.tam", "Nguyễn Văn Tám"), Skill.objects.get(key="tu-bao-ve")
    results = at_once(*[lambda: practising.start(skill=skill, by=person, at=NOON)] * 3)
    assert not [one for one in results if isinstance(one, Exception)], results
    assert Practice.objects.count() == PracticeItem.objects.count() == 1


def test_answered_twice_at_once_it_counts_once(committed_db):
    person, skill = make_person("bac.tam", "Nguyễn Văn Tám"), Skill.objects.get(key="tu-bao-ve")
    practice = practising.start(skill=skill, by=person, at=NOON)
    item = practising.go_on(practice, at=NOON)
    results = at_once(
        *[
            lambda: practising.answer(
                item=PracticeItem.objects.get(pk=item.pk), given=right(item), by=person, at=NOON
            )
        ]
        * 3
    )
    refused = [one for one in results if isinstance(one, practising.AlreadyAnswered)]
    assert len(refused) == 2, results
    assert MasteryRecord.objects.count() == 1


# The pages


@pytest.fixture
def pages(client, farmer):
    client.force_login(farmer, backend="people.authentication.PersonBackend")
    return client


def test_somebody_practises_through_the_pages(pages, farmer):
    assert "Chưa" in pages.get("/luyen-tap/tu-bao-ve/").content.decode()
    page = pages.post("/luyen-tap/tu-bao-ve/bat-dau/", follow=True)
    practice = Practice.objects.get()
    for position in range(1, practising.LENGTH + 1):
        address = f"/luyen-tap/{practice.pk}/cau-{position}/"
        assert page.redirect_chain[-1][0] == address
        item = practice.items.get(position=position)
        explained = item.version.content["explanation"]
        assert explained not in page.content.decode()
        answered = pages.post(address, form_answering(item), follow=True)
        assert answered.context["is_answered"]
        assert answered.context["shown"].right
        page = pages.post(f"/luyen-tap/{practice.pk}/tiep/", follow=True)
    assert page.redirect_chain[-1][0] == f"/luyen-tap/{practice.pk}/xong/"
    assert page.context["right_count"] == practising.LENGTH


def form_answering(item) -> dict:
    """Return the form that answers a question rightly."""
    return form_of(item.version.kind, right(item))


def test_half_an_answer_is_not_taken(pages):
    pages.post("/luyen-tap/tu-bao-ve/bat-dau/")
    practice = Practice.objects.get()
    page = pages.post(f"/luyen-tap/{practice.pk}/cau-1/", {})
    assert not page.context["is_answered"]
    assert practice.items.get().answered_at is None


def test_somebody_elses_practice_does_not_exist(pages, skill):
    other = practising.start(skill=skill, by=make_person("ai.do", "Ai Đó"), at=NOON)
    for path in ("cau-1/", "xong/"):
        assert pages.get(f"/luyen-tap/{other.pk}/{path}").status_code == 404
    assert pages.post(f"/luyen-tap/{other.pk}/tiep/").status_code == 404


def test_pages_of_practice_cost_the_same_after_much_practice(
    pages, farmer, skill, django_assert_max_num_queries
):
    for _round in range(4):
        _practise(skill.outcomes.first(), farmer)
    practice = practising.start(skill=skill, by=farmer, at=NOON)
    pages.get("/luyen-tap/tu-bao-ve/")
    with django_assert_max_num_queries(8):
        pages.get("/luyen-tap/tu-bao-ve/")
    with django_assert_max_num_queries(8):
        pages.get(f"/luyen-tap/{practice.pk}/cau-1/")
    item = practice.items.get(position=1)
    with django_assert_max_num_queries(16):
        pages.post(f"/luyen-tap/{practice.pk}/cau-1/", form_answering(item))
    with django_assert_max_num_queries(14):
        pages.post(f"/luyen-tap/{practice.pk}/tiep/")
