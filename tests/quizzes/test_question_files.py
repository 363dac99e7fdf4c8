import textwrap
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizzes import question_files
from quizzes.question_files import read_questions

HEAD = """\
- key: thu-01
  outcome: "1.1"
  type: {kind}
  difficulty: 2
  stem: Bác Tư nên làm gì?
  explanation: Vì sao như vậy.
"""
FEEDBACK = "  feedback_right: Đúng.\n  feedback_wrong: Sai.\n"
OWN = {
    "single_choice": """\
  options:
    - text: Gọi xã
      correct: true
      feedback: Đúng.
    - text: Bấm thử
      feedback: Sai.
    - text: Chuyển tiếp
      feedback: Sai.
""",
    "multiple_choice": """\
  options:
    - {text: a, correct: true, feedback: Đúng.}
    - {text: b, correct: true, feedback: Đúng.}
    - {text: c, feedback: Sai.}
    - {text: d, correct: false, feedback: Sai.}
""",
    "true_false": f"  answer: false\n{FEEDBACK}",
    "matching": f"""\
  pairs:
    - {{left: a, right: A}}
    - {{left: b, right: B}}
    - {{left: c, right: C}}
  distractors: [D]
{FEEDBACK}""",
    "ordering": f"  items: [mở, quét, gửi]\n{FEEDBACK}",
    "short_answer": f'  accepted: ["156", một năm sáu]\n  hint: một con số\n{FEEDBACK}',
}
BOTH_FEEDBACKS = {"feedback_right": "Đúng.", "feedback_wrong": "Sai."}
CONTENT: dict[str, dict[str, Any]] = {
    "single_choice": {
        "options": [
            {"text": "Gọi xã", "correct": True, "feedback": "Đúng."},
            {"text": "Bấm thử", "correct": False, "feedback": "Sai."},
            {"text": "Chuyển tiếp", "correct": False, "feedback": "Sai."},
        ]
    },
    "multiple_choice": {
        "options": [
            {"text": "a", "correct": True, "feedback": "Đúng."},
            {"text": "b", "correct": True, "feedback": "Đúng."},
            {"text": "c", "correct": False, "feedback": "Sai."},
            {"text": "d", "correct": False, "feedback": "Sai."},
        ]
    },
    "true_false": {"answer": False, **BOTH_FEEDBACKS},
    "matching": {
        "pairs": [
            {"left": "a", "right": "A"},
            {"left": "b", "right": "B"},
            {"left": "c", "right": "C"},
        ],
        "distractors": ["D"],
        **BOTH_FEEDBACKS,
    },
    "ordering": {"items": ["mở", "quét", "gửi"], **BOTH_FEEDBACKS},
    "short_answer": {
        "accepted": ["156", "một năm sáu"],
        "hint": "một con số",
        **BOTH_FEEDBACKS,
    },
}


def question(kind="single_choice", *, number=1):
    return (HEAD.format(kind=kind) + OWN[kind]).replace("thu-01", f"thu-{number:02}")


def read(path, text, *, outcomes=()):
    """Return the questions, and the mistakes as (line, message)."""
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    questions, mistakes = read_questions(
        path, prefix="thu", outcomes={"1.1", *outcomes}, facts={"hotline"}
    )
    assert {mistake.path for mistake in mistakes} <= {path}
    return questions, [(mistake.line, mistake.message) for mistake in mistakes]


@pytest.fixture
def bank(tmp_path):
    return tmp_path / "questions.yaml"


# What is read


@pytest.mark.parametrize("kind", OWN)
def test_a_question_of_each_type_is_read_as_plain_data(bank, kind):
    questions, mistakes = read(bank, question(kind) + question(kind, number=2))
    assert mistakes == []
    one = questions[0]
    assert (one.key, one.outcome, one.type, one.difficulty) == ("thu-01", "1.1", kind, 2)
    assert one.content == {
        "stem": "Bác Tư nên làm gì?",
        "explanation": "Vì sao như vậy.",
        **CONTENT[kind],
    }


def test_tags_and_a_message_may_stand_with_any_question(bank):
    more = "  tags: [vneid, otp]\n  message:\n    from: Số lạ\n    text: Bấm [[hotline]].\n"
    [one, _other], mistakes = read(bank, question() + more + question(number=2))
    assert mistakes == []
    assert one.tags == ["otp", "vneid"]
    assert one.content["message"] == {"from": "Số lạ", "text": "Bấm [[hotline]]."}


# What is wrong


def changed(kind, old, new):
    text = question(kind)
    assert old in text
    return text.replace(old, new)


def without(kind, key):
    return "".join(
        line for line in question(kind).splitlines(keepends=True) if not line.startswith(f"  {key}")
    )


ONE, MANY, MATCH = "single_choice", "multiple_choice", "matching"
ORDER, SHORT, TRUE = "ordering", "short_answer", "true_false"
LONG = "a" * 1501
WRONG = [  # the question, the line of the mistake, what is said
    (changed(ONE, "difficulty: 2", "difficulty: 2\n  stem: Hai"), 6, "“stem” stands twice"),
    (changed(ONE, "stem: Bác", "stem: a: Bác"), 5, "YAML"),
    (changed(ONE, "stem:", "? [stem]\n  :"), 5, "a key must be a word"),
    (changed(ONE, "type: single_choice", "type: essay"), 3, "no type of question is called “essay”"),
    (changed(ONE, "type: single_choice", "type: [single_choice]"), 3, "no type of question"),
    (changed(ONE, "difficulty:", "difficult: 1\n  difficulty:"), 4, "unknown key “difficult”"),
    (without(ONE, "explanation"), 1, "“explanation” is missing"),
    (without(TRUE, "feedback_wrong"), 1, "“feedback_wrong” is missing"),
    (changed(ONE, "thu-01", "mua-01"), 1, "a key is thu-01"),
    (changed(ONE, "thu-01", "thu-1"), 1, "a key is thu-01"),
    (changed(ONE, '"1.1"', '"2.1"'), 2, "no outcome “2.1”"),
    (changed(ONE, '"1.1"', '["1.1"]'), 2, "no outcome"),
    (changed(ONE, "difficulty: 2", "difficulty: 4"), 4, "1, 2 or 3"),
    (changed(ONE, "  stem: Bác Tư nên làm gì?", "  stem: 5"), 5, "“stem” must be a text"),
    (changed(ONE, "  stem: Bác Tư nên làm gì?", "  stem:"), 5, "“stem” must be a text"),
    (changed(ONE, "Vì sao như vậy.", LONG), 6, "longer than 1500"),
    (question(ONE) + "  tags: [Có Dấu]\n", 15, "tags are lower case"),
    (question(ONE) + "  tags: otp\n", 15, "tags are lower case"),
    (question(ONE) + "  message: Bấm đi\n", 15, "“from” and “text”"),
    (question(ONE) + "  message:\n    from: Số lạ\n", 16, "“text” is missing"),
    (question(ONE) + "  message: {from: 156, text: a}\n", 15, "“from” must be a text"),
    (changed(ONE, "Bấm thử", "Gọi [[tong-dai]]"), 11, "no fact “tong-dai”"),
    (without(ONE, "options").split("    -")[0] + "  options: []\n", 7, "must list 3 to 5"),
    (changed(ONE, "      correct: true\n", ""), 7, "0 options are right"),
    (changed(ONE, "correct: true", "correct: yes lắm"), 9, "“correct” is true or false"),
    (changed(ONE, "Bấm thử", "Gọi xã"), 7, "an option stands twice"),
    (changed(ONE, "text: Bấm thử", "text: [a]"), 11, "“text” must be a text"),
    (changed(ONE, "text: Bấm thử", "text: 2025-07-01"), 11, "“text” must be a text"),
    (changed(ONE, "Bấm thử", "a" * 401), 11, "longer than 400"),
    (changed(ONE, "    - text: Bấm thử\n      feedback: Sai.", "    - Bấm thử"), 7, "an option has"),
    (changed(ONE, "    - text: Bấm thử\n", "    - txt: Bấm thử\n"), 11, "unknown key “txt”"),
    (changed(MANY, "text: b, correct: true", "text: b"), 7, "1 of 4 options are right"),
    (changed(MANY, "c, ", "c, correct: true, ").replace("false", "true"), 7, "4 of 4 options"),
    (changed(TRUE, "answer: false", "answer: sai"), 7, "“answer” is true or false"),
    (changed(MATCH, "    - {left: c, right: C}\n", ""), 7, "must list 3 to 5"),
    (changed(MATCH, "{left: c, right: C}", "c"), 7, "a pair has “left” and “right”"),
    (changed(MATCH, "right: C", "rigt: C"), 10, "unknown key “rigt”"),
    (changed(MATCH, "right: C", "right: 3"), 10, "“right” must be a text"),
    (changed(MATCH, "[D]", "[A]"), 7, "a right side stands twice"),
    (changed(MATCH, "[D]", "[D, E, F]"), 11, "must list 0 to 2"),
    (changed(ORDER, "[mở, quét, gửi]", "[mở, quét]"), 7, "must list 3 to 6"),
    (changed(ORDER, "[mở, quét, gửi]", "[mở, mở, gửi]"), 7, "stands twice"),
    (changed(ORDER, "[mở, quét, gửi]", "mở"), 7, "must list 3 to 6"),
    (changed(SHORT, '"156"', "156"), 7, "put it in quotes"),
    (changed(SHORT, "một con số", "a" * 151), 8, "longer than 150"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "message"), WRONG)
def test_a_mistake_in_a_question_is_named_with_its_line(bank, text, line, message):
    _questions, mistakes = read(bank, text)
    assert (line, True) in [(at, message in said) for at, said in mistakes], mistakes


@pytest.mark.parametrize(("text", "line", "message"), WRONG)
def test_a_question_with_a_mistake_is_never_half_read(bank, text, line, message):
    if "no fact" not in message:
        assert read(bank, text)[0] == []


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (None, 1, "the file is missing"),
        ("", 1, "must be a list"),
        ("key: thu-01", 1, "must be a list"),
        ("- key: [", 1, "YAML"),
        ("- một câu hỏi", 1, "must be a mapping"),
        ("- &a [*a]", 1, "must be a mapping"),
        (b"- key: thu-01\n- \xff", 2, "not in UTF-8"),
    ],
)
def test_a_bank_that_is_no_list_of_questions_is_named(bank, text, line, message):
    questions, mistakes = read(bank, text)
    assert questions == []
    assert (line, True) in [(at, message in said) for at, said in mistakes], mistakes


def test_a_key_that_stands_twice_is_named_where_it_stands_again(bank):
    first = question()
    _questions, mistakes = read(bank, first + question("ordering"))
    assert mistakes == [(first.count("\n") + 1, "the key thu-01 stands twice")]


def test_an_outcome_that_is_hardly_asked_about_is_named(bank):
    _questions, mistakes = read(bank, question() + question(number=2), outcomes=["1.2"])
    assert mistakes == [(1, "outcome 1.2 is asked about 0 times, not twice")]


KEYS = sorted(
    question_files.COMMON.union(
        question_files.COMMON_OPTIONAL,
        *(needed | optional for needed, optional in question_files.OWN.values()),
    )
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(list(OWN)),
    st.sampled_from(KEYS),
    st.sampled_from(
        ["", "[]", "{}", "[1]", "[[a]]", "[{a: b}]", "{a: b}", "1.5", "true", "a", "~"]
    ),
)
def test_whatever_stands_under_a_key_is_read_or_noted(bank, kind, key, value):
    text = without(kind, key)
    if key in ("options", "pairs"):
        text = "".join(x for x in text.splitlines(keepends=True) if not x.startswith("    "))
    text = text.replace("- key: thu-01", f"- {key}: {value}") if key == "key" else (
        f"{text}  {key}: {value}\n"
    )  # fmt: skip
    questions, mistakes = read(bank, textwrap.dedent(text))
    assert len(questions) <= 1
    assert mistakes
