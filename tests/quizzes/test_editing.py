"""What authors and approvers do with questions and quizzes in Wagtail's admin."""

import json
from io import StringIO
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.management import call_command
from django.urls import reverse
from taggit.models import Tag
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from courses.models import Audience, LearningOutcome, Skill
from quizzes import attempts
from quizzes.models import Question, Quiz
from tests.conftest import NOON
from tests.editing import ADMIN, may_be_framed_by_us, some

BANK = f"{ADMIN}snippets/quizzes/question/"
QUIZZES = f"{ADMIN}snippets/quizzes/quiz/"


def options(*right: bool) -> dict:
    return some(
        *[
            {
                "text": f"Câu {place}",
                "feedback": "Vì thế.",
                "worth": "",
                **({"correct": "on"} if good else {}),
            }
            for place, good in enumerate(right)
        ]
    )


def pairs(*rights: str) -> dict:
    return some(*[{"left": f"Bên {place}", "right": right} for place, right in enumerate(rights)])


def accepted(*texts: str) -> dict:
    return some(*[{"text": text, "worth": "", "feedback": ""} for text in texts])


def numbers(*values: str) -> dict:
    return some(
        *[{"value": value, "tolerance": "0,5", "worth": "", "feedback": ""} for value in values]
    )


def parts(*suspicious: bool) -> dict:
    area = {"left": "", "top": "", "width": "", "height": ""}
    return some(
        *[
            {
                "text": f"Đoạn {place}",
                "feedback": "",
                "area": area,
                **({"suspicious": "on"} if is_one else {}),
            }
            for place, is_one in enumerate(suspicious)
        ]
    )


COMMON: dict[str, Any] = {
    "message": {"sender": "", "text": ""},
    "stem": "Nên làm gì?",
    "explanation": "Vì thế.",
    "markup": "",
    "for_others": {"points": "", "penalty": "", "hints": some()},
}
FEEDBACK = {"feedback_right": "Đúng rồi.", "feedback_wrong": "Chưa đúng."}
PARTIAL = {**FEEDBACK, "feedback_partial": ""}
WHOLE: dict[str, dict[str, Any]] = {
    "single_choice": {"options": options(True, False), **PARTIAL},
    "multiple_choice": {"options": options(True, True, False), **PARTIAL},
    "true_false": {"answer": "on", **FEEDBACK},
    "matching": {"pairs": pairs("một", "hai"), "distractors": some("ba"), **PARTIAL},
    "ordering": {"items": some("trước", "sau"), **PARTIAL},
    "short_answer": {"accepted": accepted("1900"), "hint": "", **PARTIAL},
    "numerical": {"answers": numbers("4,5"), "unit": "km", **PARTIAL},
    "cloze": {
        "stem": "Gọi [[1]], chờ [[2]] phút, rồi [[3]].",
        "gaps": streamfield(
            [
                ("short_answer", {"weight": "", "accepted": accepted("156")}),
                ("numerical", {"weight": "2", "answers": numbers("5")}),
                ("single_choice", {"weight": "", "options": options(True, False)}),
            ]
        ),
        **PARTIAL,
    },
    "spot": {"picture": "", "parts": parts(True, False), **PARTIAL},
}


def question_form(kind: str, own: dict | None = None, **fields) -> dict:
    return nested_form_data(
        {
            "content": streamfield([(kind, {**COMMON, **(WHOLE[kind] if own is None else own)})]),
            "outcome": LearningOutcome.objects.get(key="1.1").pk,
            "difficulty": "2",
            "tags": "",
            "key": "thu-01",
            **fields,
        }
    )


def complaints(response) -> str:
    """What the form says of the question's blocks, as JSON."""
    [error] = response.context["form"].errors["content"].as_data()
    return json.dumps(error.as_json_data(), ensure_ascii=False)


def approve(browser, what):
    state = what.current_workflow_task_state
    name = what.snippet_viewset.get_url_name("workflow_action")
    return browser.post(reverse(name, args=[what.pk, "approve", state.pk]))


# Questions


@pytest.mark.parametrize("kind", WHOLE)
def test_a_question_of_each_type_goes_from_author_to_approver(as_author, as_approver, kind):
    as_author.post(f"{BANK}add/", {**question_form(kind), "action-submit": "1"})
    question = Question.objects.get(key="thu-01")
    assert not question.live
    assert question.current is None
    approve(as_approver, question)
    question = Question.objects.get(key="thu-01")
    assert question.live
    assert (question.current.kind, question.current.number) == (kind, 1)


@pytest.mark.parametrize("kind", WHOLE)
def test_a_question_of_each_type_is_previewed(as_author, kind):
    url = f"{BANK}preview/"
    assert as_author.post(url, question_form(kind)).json()["is_valid"]
    preview = as_author.get(url)
    asked = "Gọi " if kind == "cloze" else "Nên làm gì?"
    assert preview.content.decode().count(asked) >= 2  # as asked, and as explained
    assert may_be_framed_by_us(preview)


def test_an_author_cannot_publish_a_question(as_author):
    as_author.post(f"{BANK}add/", {**question_form("true_false"), "action-publish": "1"})
    assert not Question.objects.get(key="thu-01").live


@pytest.mark.parametrize(
    ("kind", "own", "field"),
    [
        ("single_choice", {"options": options(False, False)}, "options"),
        ("single_choice", {"options": options(True, True)}, "options"),
        ("numerical", {"answers": numbers("bốn"), "unit": "", **PARTIAL}, "answers"),
        ("cloze", {**WHOLE["cloze"], "stem": "Gọi [[1]] rồi [[3]] rồi [[2]]"}, "stem"),
        ("cloze", {**WHOLE["cloze"], "stem": "Gọi [[1]]"}, "stem"),
        ("spot", {"picture": "", "parts": parts(True, True), **PARTIAL}, "parts"),
        ("spot", {"picture": "", "parts": parts(False, False), **PARTIAL}, "parts"),
        ("multiple_choice", {"options": options(False, False, False)}, "options"),
        ("multiple_choice", {"options": options(True, True, True)}, "options"),
        ("matching", {"pairs": pairs("một", "một"), "distractors": some(), **PARTIAL}, "pairs"),
        (
            "matching",
            {"pairs": pairs("một", "hai"), "distractors": some("hai"), **PARTIAL},
            "pairs",
        ),
        ("ordering", {"items": some("như nhau", "như nhau"), **PARTIAL}, "items"),
        ("short_answer", {"accepted": accepted(), "hint": "", **PARTIAL}, "accepted"),
        ("short_answer", {"accepted": accepted("?!"), "hint": "", **PARTIAL}, "accepted"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(as_author, kind, own, field):
    response = as_author.post(f"{BANK}add/", {**question_form(kind, own), "action-submit": "1"})
    assert f'"{field}"' in complaints(response)


def test_a_question_says_exactly_one_thing(as_author):
    form = question_form("true_false")
    form |= nested_form_data({"content": streamfield([])})
    response = as_author.post(f"{BANK}add/", {**form, "action-submit": "1"})
    assert "content" in response.context["form"].errors


def test_an_unfinished_question_can_be_saved_and_seen(as_author):
    empty = dict.fromkeys(("stem", "explanation", "feedback_right", "feedback_wrong"), "")
    as_author.post(f"{BANK}add/", question_form("true_false", empty))
    draft = Question.objects.get(key="thu-01")
    assert as_author.get(BANK).status_code == 200
    assert as_author.get(f"{BANK}edit/{draft.pk}/").status_code == 200


def test_editing_a_question_changes_no_attempt(as_approver, quiz, farmer):
    attempt = attempts.start(quiz=quiz, by=farmer, at=NOON)
    version = attempt.items.get(position=1).version
    question = version.question
    form = question_form("true_false", outcome=question.outcome_id, key=question.key)
    as_approver.post(f"{BANK}edit/{question.pk}/", {**form, "action-publish": "1"})
    assert question.versions.filter(number=version.number + 1, kind="true_false").exists()
    assert attempt.items.get(position=1).version == version


def test_the_key_of_a_question_that_has_been_asked_stays(as_approver):
    question = Question.objects.first()
    form = question_form("true_false", key="khac", outcome=question.outcome_id)
    as_approver.post(f"{BANK}edit/{question.pk}/", {**form, "action-publish": "1"})
    assert Question.objects.get(pk=question.pk).key == question.key


def test_loading_content_leaves_an_editors_question_alone(as_approver):
    question = Question.objects.first()
    form = question_form("true_false", outcome=question.outcome_id)
    as_approver.post(f"{BANK}edit/{question.pk}/", {**form, "action-publish": "1"})
    call_command("load_content", stdout=StringIO())
    assert Question.objects.get(pk=question.pk).stem() == "Nên làm gì?"


def test_a_question_that_has_been_asked_is_unpublished_not_deleted(as_administrator):
    question = Question.objects.first()
    as_administrator.post(f"{BANK}delete/{question.pk}/")
    as_administrator.post(f"{ADMIN}bulk/quizzes/question/delete/?id={question.pk}")
    assert Question.objects.filter(pk=question.pk).exists()
    as_administrator.post(f"{BANK}unpublish/{question.pk}/")
    assert not Question.objects.get(pk=question.pk).live


def test_a_draft_question_is_deleted(as_administrator):
    as_administrator.post(f"{BANK}add/", question_form("true_false"))
    draft = Question.objects.get(key="thu-01")
    as_administrator.post(f"{BANK}delete/{draft.pk}/")
    assert not Question.objects.filter(pk=draft.pk).exists()


# Search and filters


def found(browser, **asked) -> list[Question]:
    return list(browser.get(BANK, asked).context["object_list"])


@pytest.mark.parametrize("words", ["mật khẩu", "mat khau", "MẬT KHẨU", "mật khau"])
def test_the_bank_is_searched_with_and_without_accents(as_author, words):
    questions = found(as_author, q=words)
    assert questions
    assert all("mật khẩu" in question.stem().lower() for question in questions)


def test_a_question_is_found_by_its_key(as_author):
    question = Question.objects.get(key="gv-dich-vu-cong-01")
    shown = found(as_author, q=question.key)
    assert question in shown
    assert len(shown) < 5  # PostgreSQL finds the parts of the key in texts too


@pytest.fixture
def filters(db):
    """Every filter, with a value that some questions about passwords have."""
    question = next(
        question
        for question in Question.objects.filter(outcome__skill__number=4).order_by("key")
        if "mật khẩu" in question.stem() and question.tags.exists()
    )
    return {
        "outcome__skill": Skill.objects.get(number=4).pk,
        "outcome": question.outcome_id,
        "audience": Audience.objects.get(key="team-member").pk,
        "tags": question.tags.order_by("name").first().pk,
        "kind": question.current.kind,
        "difficulty": question.difficulty,
        "live": "true",
    }


FILTERS = {
    "outcome__skill": lambda q, value: q.outcome.skill_id == value,
    "outcome": lambda q, value: q.outcome_id == value,
    "audience": lambda q, value: Quiz.objects.filter(
        parts__outcome=q.outcome, course__audience=value
    ).exists(),
    "tags": lambda q, value: Tag.objects.get(pk=value) in q.tags.all(),
    "kind": lambda q, value: q.current.kind == value,
    "difficulty": lambda q, value: q.difficulty == value,
    "live": lambda q, value: q.live,
}


@pytest.mark.parametrize("words", [{}, {"q": "mat khau"}])
@pytest.mark.parametrize("name", FILTERS)
def test_each_filter_alone_and_with_a_search(as_author, filters, name, words):
    questions = found(as_author, **{name: filters[name]}, **words)
    assert questions
    assert all(FILTERS[name](question, filters[name]) for question in questions)


@pytest.mark.parametrize("words", [{}, {"q": "mat khau"}])
def test_all_filters_together(as_author, filters, words):
    questions = found(as_author, **filters, **words)
    assert questions
    for name, value in filters.items():
        assert all(FILTERS[name](question, value) for question in questions)


# Quizzes


def quiz_form(quiz, *, count=2, title="Bài kiểm tra mới", more=()):
    parts = [
        {"id": part.pk, "outcome": part.outcome_id, "difficulty": "", "count": count}
        for part in quiz.parts.all()
    ]
    return nested_form_data(
        {
            "title": title,
            "slug": quiz.slug,
            "course": quiz.course_id,
            "pass_mark": "80",
            "wait_minutes": "10",
            "attempts_allowed": "",
            "opens_at": "",
            "closes_at": "",
            "minutes_allowed": "",
            "grace_seconds": "60",
            "review": "at_once",
            "parts": inline_formset([*parts, *more], initial=len(parts)),
        }
    )


def test_a_quiz_is_changed_by_author_and_approver(as_author, as_approver, quiz, client):
    as_author.post(f"{QUIZZES}edit/{quiz.pk}/", {**quiz_form(quiz), "action-submit": "1"})
    course = client.get(quiz.course.url).content.decode()
    assert "Bài kiểm tra mới" not in course
    approve(as_approver, Quiz.objects.get(pk=quiz.pk))
    assert "Bài kiểm tra mới" in client.get(quiz.course.url).content.decode()


def test_a_quiz_is_previewed(as_author, quiz):
    url = f"{QUIZZES}preview/{quiz.pk}/"
    assert as_author.post(url, quiz_form(quiz)).json()["is_valid"]
    preview = as_author.get(url)
    assert "Bài kiểm tra mới" in preview.content.decode()
    assert may_be_framed_by_us(preview)


def test_a_blueprint_that_the_bank_cannot_serve_is_refused(as_approver, quiz):
    response = as_approver.post(
        f"{QUIZZES}edit/{quiz.pk}/", {**quiz_form(quiz, count=40), "action-publish": "1"}
    )
    assert all(error["count"] for error in response.context["form"].formsets["parts"].errors)
    assert Quiz.objects.get(pk=quiz.pk).parts.first().count == 2


def test_a_draft_blueprint_may_wait_for_its_questions(as_author, quiz):
    as_author.post(f"{QUIZZES}edit/{quiz.pk}/", quiz_form(quiz, count=40))
    assert Quiz.objects.get(pk=quiz.pk).get_latest_revision_as_object().parts.first().count == 40


@pytest.mark.parametrize("action", [{}, {"action-publish": "1"}])
def test_a_blueprint_that_names_an_outcome_twice_is_refused(as_approver, quiz, action):
    twice = {"id": "", "outcome": quiz.parts.first().outcome_id, "difficulty": "", "count": 1}
    response = as_approver.post(
        f"{QUIZZES}edit/{quiz.pk}/", {**quiz_form(quiz, more=[twice]), **action}
    )
    assert response.status_code == 200
    assert not response.context["form"].is_valid()


def test_a_quiz_without_questions_is_refused(as_approver, quiz):
    form = {**quiz_form(quiz), **nested_form_data({"parts": inline_formset([])})}
    response = as_approver.post(f"{QUIZZES}edit/{quiz.pk}/", {**form, "action-publish": "1"})
    assert response.status_code == 200


def test_a_quiz_with_attempts_is_not_deleted(as_administrator, quiz, farmer):
    attempts.start(quiz=quiz, by=farmer, at=NOON)
    response = as_administrator.post(f"{QUIZZES}delete/{quiz.pk}/")
    assert Quiz.objects.filter(pk=quiz.pk).exists()
    assert quiz.title in " ".join(str(m) for m in get_messages(response.wsgi_request))
