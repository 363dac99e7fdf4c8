import json
import re
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from quizzes import attempts
from quizzes.models import Answer, Attempt, Grade, QuestionVersion, Quiz
from tests.answers import form_of, right_answer
from tests.quizzes.test_attempts import answer_all

QUIZ = "/kiem-tra/nen-tang-khac/"
JSON = {"accept": "application/json"}


@pytest.fixture
def attempt(quiz, signed_in, farmer):
    """An attempt that the farmer has begun in the browser."""
    signed_in.post(f"{QUIZ}bat-dau/")
    return Attempt.objects.get(quiz=quiz, person=farmer)


def at(attempt, place=""):
    return f"/bai-lam/{attempt.pk}/{place}"


def question_at(attempt, position):
    return at(attempt, f"cau-{position}/")


def answer(client, attempt, item, given, *, to="", **extra):
    fields = {**form_of(item.version.kind, given), "key": uuid4(), "to": to}
    return client.post(question_at(attempt, item.position), fields, **extra)


def items_of(attempt):
    return attempts.items_with_answers(attempt)


def past_attempts(quiz, person, count):
    """Hand in some attempts of the last days."""
    for day in range(count, 0, -1):
        moment = timezone.now() - timedelta(days=day)
        attempt = attempts.start(quiz=quiz, by=person, at=moment)
        answer_all(attempt, wrong=[1])
        attempts.submit(attempt=attempt.pk, by=person, at=moment)


# A whole quiz


def test_a_quiz_from_the_first_question_to_the_result(signed_in, attempt):
    shown = signed_in.get(question_at(attempt, 1)).content.decode()
    items = items_of(attempt)
    assert 'name="to" value="2"' in shown
    for item in items:
        last = item.position == len(items)
        response = answer(
            signed_in, attempt, item, right_answer(item), to="" if last else item.position + 1
        )
        assert response.url == (at(attempt) if last else question_at(attempt, item.position + 1))
    assert "còn bỏ trống" not in signed_in.get(at(attempt)).content.decode()
    assert signed_in.post(at(attempt, "nop/")).url == at(attempt, "ket-qua/")
    result = signed_in.get(at(attempt, "ket-qua/")).content.decode()
    assert "<b>100%</b>" in result
    assert "/giay-chung-nhan/" in result
    assert Grade.objects.get(attempt=attempt).passed


def test_a_script_keeps_an_answer_without_leaving_the_page(signed_in, attempt):
    item = items_of(attempt)[0]
    response = answer(signed_in, attempt, item, right_answer(item), headers=JSON)
    assert response.json() == {"saved": True, "answered": True, "elsewhere": False}
    assert items_of(attempt)[0].given == right_answer(item)


def test_questions_are_answered_in_any_order_and_again(signed_in, attempt):
    items = items_of(attempt)
    for item in reversed(items):
        answer(signed_in, attempt, item, {})
        answer(signed_in, attempt, item, right_answer(item))
    assert [item.given for item in items_of(attempt)] == [right_answer(item) for item in items]


def test_starting_again_goes_on_at_the_first_open_question(signed_in, attempt):
    items = items_of(attempt)
    answer(signed_in, attempt, items[0], right_answer(items[0]))
    answer(signed_in, attempt, items[2], right_answer(items[2]))
    assert signed_in.post(f"{QUIZ}bat-dau/").url == question_at(attempt, 2)
    assert Attempt.objects.count() == 1


def test_another_phone_shows_what_was_answered(signed_in, attempt, farmer):
    item = next(item for item in items_of(attempt) if item.version.kind == "single_choice")
    answer(signed_in, attempt, item, right_answer(item))
    phone = Client()
    phone.force_login(farmer, backend="people.authentication.PersonBackend")
    shown = phone.get(question_at(attempt, item.position)).content.decode()
    assert f'value="{right_answer(item)["choice"]}" checked' in shown


def test_the_overview_says_which_questions_are_open(signed_in, attempt):
    items = items_of(attempt)
    answer(signed_in, attempt, items[0], right_answer(items[0]))
    shown = signed_in.get(at(attempt))
    assert shown.context["answered_count"] == 1
    assert shown.context["first_open"] == 2
    assert question_at(attempt, 2) in shown.content.decode()


def test_handed_in_unanswered_everything_is_wrong_and_explained(signed_in, attempt):
    signed_in.post(at(attempt, "nop/"))
    response = signed_in.get(at(attempt, "ket-qua/"))
    shown = response.content.decode()
    assert "<b>0%</b>" in shown
    for item in items_of(attempt):
        assert f"{item.position}. " in shown
    weak = {outcome.key for outcome, _lessons in response.context["weak"]}
    assert weak == {part.outcome.key for part in attempt.quiz.parts.all()}
    assert all(lessons for _outcome, lessons in response.context["weak"])


# What an open question gives away


def test_the_page_of_an_open_question_is_the_same_whatever_is_right(signed_in, attempt):
    def page(position):
        html = signed_in.get(question_at(attempt, position)).content.decode()
        return re.sub(r'name="(key|csrfmiddlewaretoken)" value="[^"]*"', "", html)

    for item in items_of(attempt):
        content = item.version.content
        before = page(item.position)
        for option in content.get("options", []):
            option["correct"] = not option["correct"]
            option["feedback"] = "Điều khác."
        if "answer" in content:
            content["answer"] = not content["answer"]
        if "accepted" in content:
            content["accepted"] = ["điều khác"]
        content["explanation"] = "Điều khác."
        content |= {key: "Điều khác." for key in content if key.startswith("feedback")}
        QuestionVersion.objects.filter(pk=item.version_id).update(content=content)
        assert page(item.position) == before


# Somebody else's


@pytest.mark.parametrize("place", ["", "cau-1/", "ket-qua/"])
@pytest.mark.parametrize("handed_in", [False, True])
def test_somebody_elses_attempt_does_not_exist(client, attempt, neighbour, place, handed_in):
    if handed_in:
        attempts.submit(attempt=attempt.pk, by=attempt.person, at=timezone.now())
    client.force_login(neighbour, backend="people.authentication.PersonBackend")
    assert client.get(at(attempt, place)).status_code == 404


@pytest.mark.parametrize("place", ["cau-1/", "nop/"])
def test_nobody_answers_or_hands_in_for_somebody_else(client, attempt, neighbour, place):
    client.force_login(neighbour, backend="people.authentication.PersonBackend")
    response = client.post(at(attempt, place), {"key": uuid4(), "choice": 0})
    assert response.status_code == 404
    attempt.refresh_from_db()
    assert attempt.state == Attempt.State.OPEN
    assert not Answer.objects.exists()


@pytest.mark.parametrize("place", ["", "cau-1/", "ket-qua/"])
def test_a_visitor_is_asked_to_sign_in(client, attempt, place):
    client.logout()
    response = client.get(at(attempt, place))
    assert (response.status_code, response.url.split("?")[0]) == (302, "/tai-khoan/dang-nhap/")
    assert client.post(at(attempt, "cau-1/"), {"key": uuid4()}).status_code == 302


# After the end, twice, and garbage


def test_an_answer_after_the_end_is_refused_and_nothing_is_lost(signed_in, attempt):
    item = items_of(attempt)[0]
    answer(signed_in, attempt, item, right_answer(item))
    signed_in.post(at(attempt, "nop/"))
    response = answer(signed_in, attempt, item, {}, headers=JSON)
    assert response.status_code == 409
    assert response.json()["saved"] is False
    assert items_of(attempt)[0].given == right_answer(item)
    response = answer(signed_in, attempt, item, {})
    assert response.url == at(attempt)
    assert "notice error" in signed_in.get(at(attempt), follow=True).content.decode()


def test_handed_in_twice_it_is_marked_once(signed_in, attempt):
    for _time in range(2):
        assert signed_in.post(at(attempt, "nop/")).url == at(attempt, "ket-qua/")
    assert Grade.objects.count() == 1


def test_a_handed_in_attempt_shows_its_result_instead_of_its_questions(signed_in, attempt):
    assert signed_in.get(at(attempt, "ket-qua/")).url == at(attempt)
    signed_in.post(at(attempt, "nop/"))
    assert signed_in.get(at(attempt)).url == at(attempt, "ket-qua/")
    assert signed_in.get(question_at(attempt, 1)).url == at(attempt, "ket-qua/")


def test_one_answer_sent_twice_is_kept_once(signed_in, attempt):
    fields = {"key": uuid4(), "choice": 0}
    for _time in range(2):
        response = signed_in.post(question_at(attempt, 1), fields, headers=JSON)
        assert response.status_code == 200
    assert Answer.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x", "\x00", "1" * 5000])
def test_an_answer_without_a_key_is_refused(signed_in, attempt, key):
    response = signed_in.post(question_at(attempt, 1), {"key": key, "choice": 0}, headers=JSON)
    assert response.status_code == 400
    assert signed_in.post(question_at(attempt, 1), {"choice": 0}).url == at(attempt)
    assert not Answer.objects.exists()


@pytest.mark.parametrize("position", [0, 999, 10**20])
def test_a_question_that_does_not_exist_is_not_found(signed_in, attempt, position):
    assert signed_in.get(question_at(attempt, position)).status_code == 404
    response = signed_in.post(question_at(attempt, position), {"key": uuid4()})
    assert response.status_code == 404


@pytest.mark.parametrize("number", [0, 10**20])
def test_an_attempt_that_does_not_exist_is_not_found(signed_in, number):
    for place in ("", "cau-1/", "ket-qua/"):
        assert signed_in.get(f"/bai-lam/{number}/{place}").status_code == 404
    for place in ("cau-1/", "nop/"):
        assert signed_in.post(f"/bai-lam/{number}/{place}", {"key": uuid4()}).status_code == 404


@pytest.mark.parametrize("to", ["x", "-1", "9" * 5000, "https://xau.top"])
def test_a_button_that_no_page_of_ours_has_leads_to_the_overview(signed_in, attempt, to):
    item = items_of(attempt)[0]
    assert answer(signed_in, attempt, item, {}, to=to).url == at(attempt)


def hostile_forms():
    everything = [("choice", number) for number in range(1000)]
    rows = [(f"row-{row}", 999) for row in range(9)]
    return [everything, [*rows, ("choice", 999), ("text", "\x00'\"<")], [("text", "đ" * 90_000)]]


@pytest.mark.parametrize("form", hostile_forms(), ids=["everything", "out of range", "huge"])
def test_whatever_is_sent_every_page_of_the_attempt_still_stands(signed_in, attempt, form):
    for item in items_of(attempt):
        body = urlencode([*form, ("key", uuid4())])
        response = signed_in.post(
            question_at(attempt, item.position),
            body,
            content_type="application/x-www-form-urlencoded",
            headers=JSON,
        )
        assert response.status_code in (200, 400)
        assert signed_in.get(question_at(attempt, item.position)).status_code == 200
    assert signed_in.get(at(attempt)).status_code == 200
    signed_in.post(at(attempt, "nop/"))
    assert signed_in.get(at(attempt, "ket-qua/")).status_code == 200


def test_nothing_of_an_attempt_is_kept_by_the_browser(signed_in, attempt):
    for place in ("", "cau-1/"):
        assert "no-store" in signed_in.get(at(attempt, place))["Cache-Control"]


def test_looking_changes_nothing(signed_in, attempt):
    assert signed_in.get(at(attempt, "nop/")).headers["Location"] == at(attempt, "")
    assert signed_in.get(f"{QUIZ}bat-dau/").headers["Location"] == QUIZ
    attempt.refresh_from_db()
    assert attempt.state == Attempt.State.OPEN


# The page of a quiz, and the wait between attempts


def test_a_visitor_sees_what_a_quiz_asks(client, quiz):
    shown = client.get(QUIZ).content.decode()
    assert "/tai-khoan/dang-nhap/?next=/kiem-tra/nen-tang-khac/" in shown
    for part in quiz.parts.all():
        assert part.outcome.text in shown


def test_between_two_attempts_one_waits(signed_in, attempt):
    signed_in.post(at(attempt, "nop/"))
    assert "bat-dau" not in signed_in.get(QUIZ).content.decode()
    response = signed_in.post(f"{QUIZ}bat-dau/", follow=True)
    assert response.redirect_chain == [(QUIZ, 302)]
    assert "notice info" in response.content.decode()
    Attempt.objects.update(submitted_at=timezone.now() - timedelta(minutes=11))
    assert "bat-dau" in signed_in.get(QUIZ).content.decode()
    signed_in.post(f"{QUIZ}bat-dau/")
    assert Attempt.objects.count() == 2


def test_when_all_attempts_are_used_none_begins(signed_in, attempt):
    Quiz.objects.update(attempts_allowed=1, wait_minutes=0)
    signed_in.post(at(attempt, "nop/"))
    signed_in.post(f"{QUIZ}bat-dau/")
    assert Attempt.objects.count() == 1
    assert "bat-dau" not in signed_in.get(QUIZ).content.decode()


def test_a_quiz_with_too_few_questions_says_so(signed_in, quiz):
    quiz.parts.update(count=50)
    response = signed_in.post(f"{QUIZ}bat-dau/", follow=True)
    assert "notice error" in response.content.decode()
    assert not Attempt.objects.exists()


def test_a_quiz_that_was_taken_down_is_not_found_but_its_results_are(signed_in, attempt):
    signed_in.post(at(attempt, "nop/"))
    attempt.quiz.unpublish()
    assert signed_in.get(QUIZ).status_code == 404
    assert signed_in.post(f"{QUIZ}bat-dau/").status_code == 404
    assert signed_in.get(at(attempt, "ket-qua/")).status_code == 200


def test_past_attempts_are_listed_newest_first(signed_in, quiz, farmer):
    past_attempts(quiz, farmer, 3)
    shown = signed_in.get(QUIZ).content.decode()
    places = [
        shown.index(at(attempt, "ket-qua/")) for attempt in Attempt.objects.order_by("-number")
    ]
    assert places == sorted(places)


def test_of_a_learners_text_nothing_becomes_markup(signed_in, attempt):
    short = QuestionVersion.objects.filter(kind="short_answer", items=None).first()
    attempt.items.filter(position=1).update(version=short, order=[])
    item = items_of(attempt)[0]
    answer(signed_in, attempt, item, {"text": "<img src=x>"})
    signed_in.post(at(attempt, "nop/"))
    assert "<img src=x>" not in signed_in.get(at(attempt, "ket-qua/")).content.decode()
    assert json.dumps(items_of(attempt)[item.position - 1].given) == '{"text": "<img src=x>"}'


# What a page costs


@pytest.mark.parametrize("past", [0, 12])
def test_pages_of_an_attempt_cost_the_same_after_many_attempts(
    signed_in, quiz, farmer, past, django_assert_max_num_queries
):
    past_attempts(quiz, farmer, past)
    attempt = attempts.start(quiz=quiz, by=farmer, at=timezone.now())
    answer_all(attempt, wrong=[1])
    item = items_of(attempt)[0]
    signed_in.get(QUIZ)
    cache.clear()
    ContentType.objects.clear_cache()
    with django_assert_max_num_queries(6):  # one of them for the facts that a question names
        signed_in.get(question_at(attempt, 1))
    with django_assert_max_num_queries(4):
        answer(signed_in, attempt, item, right_answer(item), headers=JSON)
    with django_assert_max_num_queries(6):
        signed_in.get(at(attempt))
    with django_assert_max_num_queries(16):
        signed_in.post(at(attempt, "nop/"))
    with django_assert_max_num_queries(14):
        signed_in.get(at(attempt, "ket-qua/"))
    with django_assert_max_num_queries(13):
        signed_in.get(QUIZ)


def test_a_result_shows_the_marks_that_were_given_whatever_the_rule_says_now(signed_in, attempt):
    answer_all(attempt)
    signed_in.post(at(attempt, "nop/"))
    grade = Grade.objects.get(attempt=attempt)
    grade.marks[0] = "0"
    grade.save()
    shown = signed_in.get(at(attempt, "ket-qua/")).context
    assert shown["right_count"] == len(grade.marks) - 1
