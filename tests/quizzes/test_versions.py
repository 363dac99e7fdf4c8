from copy import deepcopy
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from quizzes import versions
from quizzes.models import Question, QuestionVersion
from tests.at_once import at_once
from tests.conftest import NOON
from tests.pictures import make_picture

FEEDBACK = {"feedback_right": "Đúng.", "feedback_wrong": "Sai."}
OPTIONS = [
    {"text": "gọi xã", "correct": True, "feedback": "Đúng."},
    {"text": "bấm thử", "correct": False, "feedback": "Sai."},
    {"text": "gửi con", "correct": False, "feedback": "Sai."},
]
OWN: dict[str, dict[str, Any]] = {
    "single_choice": {"options": OPTIONS},
    "multiple_choice": {"options": [*OPTIONS, {**OPTIONS[0], "text": "báo 156"}]},
    "true_false": {"answer": False, **FEEDBACK},
    "matching": {
        "pairs": [{"left": "a", "right": "1"}, {"left": "b", "right": "2"}],
        "distractors": ["3"],
        **FEEDBACK,
    },
    "ordering": {"items": ["mở", "quét", "gửi"], **FEEDBACK},
    "short_answer": {"accepted": ["156", "một năm sáu"], "hint": "một con số", **FEEDBACK},
    "numerical": {"answers": [{"value": "4.5", "tolerance": "0.5"}], **FEEDBACK},
    "cloze": {
        "stem": "Gọi [[1]] để báo [[2]] sau [[3]] phút.",
        "gaps": [
            {"kind": "short_answer", "accepted": ["156"]},
            {"kind": "single_choice", "options": OPTIONS},
            {"kind": "numerical", "answers": [{"value": "5", "tolerance": "0"}], "weight": 2},
        ],
    },
    "spot": {
        "parts": [
            {"text": "Chào bác,", "suspicious": False, "feedback": "Lời chào thì ai cũng viết."},
            {"text": "bấm vào x.top", "suspicious": True, "feedback": "Không phải .gov.vn."},
        ]
    },
}
# What the editor knows, and our own files do not use.
WEIGHED: list[tuple[str, dict[str, Any]]] = [
    (
        "single_choice",
        {
            "options": [{**OPTIONS[0], "worth": 100}, {**OPTIONS[1], "worth": 50}],
            "keep_order": True,
            "feedback_partial": "Gần đúng.",
        },
    ),
    (
        "multiple_choice",
        {
            "options": [
                {**option, "worth": 100 if option["correct"] else -33.33333} for option in OPTIONS
            ]
        },
    ),
    (
        "short_answer",
        {
            "accepted": ["156", {"text": "một*", "worth": 50, "feedback": "Viết bằng số."}],
            "exact": True,
            "wildcards": True,
            "hint": "",
            **FEEDBACK,
        },
    ),
    (
        "numerical",
        {
            "answers": [{"value": "4", "tolerance": "0", "worth": 50, "feedback": "Gần."}],
            "unit": "km",
            "points": 2.5,
            "penalty": 0.1,
            "hints": ["Nghĩ xem.", "Nhìn bản đồ."],
            **FEEDBACK,
        },
    ),
    ("true_false", {"answer": True, "markup": "html", **FEEDBACK}),
]
MESSAGE = {"message": {"from": "Số lạ", "text": "Bấm x.top"}}


def content_of(kind, **more):
    """Return plain data of a type, to be changed at will."""
    return deepcopy({"stem": "Nên làm gì?", "explanation": "Vì sao.", **OWN[kind], **more})


@pytest.fixture
def question(db):
    return Question.objects.get(key="nen-tang-khac-01")


def say(question, kind, content):
    question.content = versions.raw(kind, content)
    question.save_revision().publish()
    question.refresh_from_db()
    return question.current


# Plain data and the editor's blocks


@pytest.mark.parametrize("kind", OWN)
@pytest.mark.parametrize("more", [{}, MESSAGE], ids=["plain", "with a message"])
def test_what_a_question_says_survives_the_editor(question, kind, more):
    content = content_of(kind, **more)
    version = say(question, kind, content)
    assert (version.kind, version.content) == (kind, content)
    assert versions.plain(Question.objects.get(pk=question.pk)) == (kind, content)


@pytest.mark.parametrize(("kind", "own"), WEIGHED)
def test_what_a_question_of_others_says_survives_the_editor(question, kind, own):
    content = {"stem": "Nên làm gì?", "explanation": "", **own}
    version = say(question, kind, content)
    assert (version.kind, version.content) == (kind, content)
    question.content.stream_block.clean(question.content)


def test_the_parts_of_a_picture_survive_the_editor(question):
    picture = make_picture()
    parts = [
        {"text": "Địa chỉ", "suspicious": True, "feedback": "Đuôi lạ.", "area": [0, 0, 100, 10]},
        {"text": "Quốc huy", "suspicious": False, "feedback": "", "area": [40, 20, 20, 20]},
    ]
    content = content_of("spot", picture=picture.file_hash, parts=parts)
    assert say(question, "spot", content).content == content
    question.content.stream_block.clean(question.content)


@pytest.mark.parametrize("kind", OWN)
def test_an_editor_could_save_it_as_it_is(question, kind):
    question.content = versions.raw(kind, content_of(kind))
    question.content.stream_block.clean(question.content)


def test_every_question_of_ours_says_what_its_current_version_says(db):
    for question in Question.objects.select_related("current"):
        current = question.current
        assert versions.plain(question) == (current.kind, current.content), question.key


# Versions are appended


def test_publishing_something_new_appends_a_version_with_the_next_number(question, author):
    old = question.current
    question.content = versions.raw("true_false", content_of("true_false"))
    question.save_revision(user=author).publish()
    question.refresh_from_db()
    new = question.current
    assert (new.number, new.kind, new.created_by) == (old.number + 1, "true_false", author)
    old_again = QuestionVersion.objects.get(pk=old.pk)
    assert (old_again.kind, old_again.content) == (old.kind, old.content)


def test_publishing_the_same_again_appends_nothing(question):
    before = question.current
    question.difficulty = 3
    question.save_revision().publish()
    question.refresh_from_db()
    assert (question.difficulty, question.current) == (3, before)
    assert versions.append(question, by=None, at=NOON) == before


def test_a_draft_appends_nothing(question):
    before = question.versions.count()
    question.content = versions.raw("true_false", content_of("true_false"))
    question.save_revision()
    assert question.versions.count() == before


def test_going_back_to_what_was_said_before_is_a_version_too(question):
    first = question.current
    say(question, "true_false", content_of("true_false"))
    third = say(question, first.kind, first.content)
    assert (third.number, third.content) == (first.number + 2, first.content)


def test_the_database_numbers_versions_once(question):
    current = question.current
    with pytest.raises(IntegrityError), transaction.atomic():
        QuestionVersion.objects.create(
            question=question, number=current.number, kind="ordering", content={}, created_at=NOON
        )


def test_two_who_publish_at_once_get_two_numbers(committed_db):
    start = Question.objects.get(key="nen-tang-khac-01").current.number

    def publishing(stem):
        def publish():
            question = Question.objects.get(key="nen-tang-khac-01")
            question.content = versions.raw("true_false", content_of("true_false", stem=stem))
            return versions.append(question, by=None, at=NOON).number

        return publish

    numbers = at_once(*[publishing(f"Câu {number}?") for number in range(4)])
    assert sorted(numbers) == [start + 1, start + 2, start + 3, start + 4]
    question = Question.objects.select_related("current").get(key="nen-tang-khac-01")
    assert question.current.number == start + 4


def test_two_who_publish_the_same_at_once_append_it_once(committed_db):
    before = Question.objects.get(key="nen-tang-khac-01").versions.count()

    def publish():
        question = Question.objects.get(key="nen-tang-khac-01")
        question.content = versions.raw("true_false", content_of("true_false"))
        return versions.append(question, by=None, at=NOON).pk

    assert len(set(at_once(publish, publish, publish))) == 1
    assert Question.objects.get(key="nen-tang-khac-01").versions.count() == before + 1
