import json
import re
import textwrap
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizzes import marking, question_contents, question_files, versions
from quizzes.models import Question
from quizzes.question_files import read_questions
from tests.environment import ROOT

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
    "numerical": f"""\
  answers:
    - {{value: "35000", tolerance: "0.5"}}
    - {{value: "3500", worth: 50, feedback: Thiếu một số không.}}
  unit: đồng
{FEEDBACK}""",
    "cloze": """\
  gaps:
    - type: short_answer
      accepted: ["156"]
    - type: single_choice
      options:
        - {text: xã, correct: true, feedback: Đúng.}
        - {text: người lạ, feedback: Sai.}
    - type: numerical
      answers: [{value: "5"}]
      weight: 2
""",
    "spot": """\
  text: >-
    Chào bác! Mùa vải, bác bận không? {Hồ sơ lỗi}, {bấm x.top}.
    Xã nhắn bác|một câu.
  signs: [Công an không báo lỗi qua tin., Không phải .gov.vn.]
""",
}
STEMS = {"cloze": "Gọi [[1]] để báo [[2]] sau [[3]] phút."}
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
    "numerical": {
        "answers": [
            {"value": "35000", "tolerance": "0.5"},
            {"value": "3500", "tolerance": "0", "worth": 50, "feedback": "Thiếu một số không."},
        ],
        "unit": "đồng",
        **BOTH_FEEDBACKS,
    },
    "cloze": {
        "stem": STEMS["cloze"],
        "gaps": [
            {"kind": "short_answer", "accepted": ["156"]},
            {
                "kind": "single_choice",
                "options": [
                    {"text": "xã", "correct": True, "feedback": "Đúng."},
                    {"text": "người lạ", "correct": False, "feedback": "Sai."},
                ],
            },
            {"kind": "numerical", "answers": [{"value": "5", "tolerance": "0"}], "weight": 2},
        ],
    },
    "spot": {
        "parts": [
            {"text": "Chào bác!", "suspicious": False, "feedback": ""},
            {"text": "Mùa vải, bác bận không?", "suspicious": False, "feedback": ""},
            {
                "text": "Hồ sơ lỗi,",
                "suspicious": True,
                "feedback": "Công an không báo lỗi qua tin.",
            },
            {"text": "bấm x.top.", "suspicious": True, "feedback": "Không phải .gov.vn."},
            {"text": "Xã nhắn bác", "suspicious": False, "feedback": ""},
            {"text": "một câu.", "suspicious": False, "feedback": ""},
        ]
    },
}


def question(kind="single_choice", *, number=1):
    text = HEAD.format(kind=kind) + OWN[kind]
    text = text.replace("Bác Tư nên làm gì?", STEMS.get(kind, "Bác Tư nên làm gì?"))
    return text.replace("thu-01", f"thu-{number:02}")


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


@pytest.mark.parametrize("kind", OWN)
def test_whatever_is_read_survives_the_editor(bank, kind):
    read_one, _other = read(bank, question(kind) + question(kind, number=2))[0]
    unsaved = Question(content=json.dumps(versions.raw(kind, read_one.content)))
    assert versions.plain(unsaved) == (kind, read_one.content)
    unsaved.content.stream_block.clean(unsaved.content)


@pytest.mark.parametrize("kind", OWN)
def test_whatever_is_read_can_be_answered_rightly(bank, kind):
    content = read(bank, question(kind) + question(kind, number=2))[0][0].content
    order = list(range(marking.places_to_shuffle(kind, content)))
    assert marking.mark(kind, content, order, marking.right_answer(kind, content, order)) == 1


@pytest.mark.parametrize("kind", ["cloze", "spot"])
def test_what_is_said_to_a_partly_right_answer_may_be_left_out(bank, kind):
    more = f"  feedback_partial: Gần đúng.\n{FEEDBACK}"
    [one, _other], mistakes = read(bank, question(kind) + more + question(kind, number=2))
    assert mistakes == []
    assert one.content["feedback_partial"] == "Gần đúng."
    assert one.content["feedback_wrong"] == "Sai."


def test_something_may_be_said_to_each_harmless_part(bank):
    more = "  harmless: [Lời chào., Chuyện mùa màng., Lời nhắn., Một câu.]\n"
    [one, _other], mistakes = read(bank, question("spot") + more + question(number=2))
    assert mistakes == []
    said = [part["feedback"] for part in one.content["parts"] if not part["suspicious"]]
    assert said == ["Lời chào.", "Chuyện mùa màng.", "Lời nhắn.", "Một câu."]


def test_facts_and_gaps_stand_side_by_side_in_a_cloze(bank):
    text = question("cloze").replace("Gọi [[1]]", "Gọi [[hotline]] hoặc [[1]]")
    assert read(bank, text + question(number=2))[1] == []


def test_the_gaps_of_a_stem_may_stand_on_many_lines(bank):
    text = question("cloze").replace(
        STEMS["cloze"], ">-\n    Gọi [[1]]\n    báo [[2]]\n    sau [[3]]."
    )
    [one, _other], mistakes = read(bank, text + question(number=2))
    assert mistakes == []
    assert one.content["stem"] == "Gọi [[1]] báo [[2]] sau [[3]]."


def test_tags_and_a_message_may_stand_with_any_question(bank):
    more = "  tags: [vneid, otp]\n  message:\n    from: Số lạ\n    text: Bấm [[hotline]].\n"
    [one, _other], mistakes = read(bank, question() + more + question(number=2))
    assert mistakes == []
    assert one.tags == ["otp", "vneid"]
    assert one.content["message"] == {"from": "Số lạ", "text": "Bấm [[hotline]]."}


def test_the_examples_in_the_documentation_are_right(bank):
    examples = re.findall(
        r"```yaml\n(- key: .*?)```", (ROOT / "docs/content.md").read_text(), re.DOTALL
    )
    assert len(examples) == 4
    for number, example in enumerate(examples):
        text = re.sub(r"key: [a-z-]+-\d+", f"key: thu-{number:02}", example)
        text = re.sub(r'outcome: "[\d.]+"', 'outcome: "1.1"', text)
        [one, _other], mistakes = read(bank, text + question(number=90))
        assert (mistakes, one.key) == ([], f"thu-{number:02}")


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
NUMBER, CLOZE, SPOT = "numerical", "cloze", "spot"
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
    (without(NUMBER, "feedback_right"), 1, "“feedback_right” is missing"),
    (changed(NUMBER, "unit: đồng", "unit: 5"), 10, "“unit” must be a text"),
    (changed(NUMBER, "unit: đồng", "unit: " + "a" * 21), 10, "longer than 20"),
    (changed(NUMBER, '{value: "35000", tolerance: "0.5"}', "35000"), 7, "a number has “value”"),
    (changed(NUMBER, '"35000"', "35000"), 8, "“value” must be a number in quotes"),
    (changed(NUMBER, '"35000"', '"35 nghìn"'), 8, "“value” must be a number in quotes"),
    (changed(NUMBER, '"0.5"', '"0,5"'), 8, "“tolerance” must be a number in quotes"),
    (changed(NUMBER, '"0.5"', '"-0.5"'), 8, "“tolerance” must be a number in quotes"),
    (changed(NUMBER, "value: \"3500\"", "valu: \"3500\""), 9, "unknown key “valu”"),
    (changed(NUMBER, '"3500"', '"35000"'), 7, "a number stands twice"),
    (changed(NUMBER, "worth: 50", "worth: 101"), 9, "“worth” is a number from 0 to 100"),
    (changed(NUMBER, "worth: 50", "worth: true"), 9, "“worth” is a number from 0 to 100"),
    (changed(NUMBER, 'tolerance: "0.5"', "worth: 99"), 7, "no number is worth 100"),
    (changed(NUMBER, "feedback: Thiếu một số không.", "feedback:"), 9, "“feedback” must be a text"),
    (without(NUMBER, "answers").replace("    - {", "  # {") + "  answers: []\n", 12, "1 to 5"),
    (without(CLOZE, "gaps").split("    -")[0] + "  gaps: []\n", 7, "must list 1 to 8"),
    (changed(CLOZE, "sau [[3]] phút", "ngay"), 5, "must name its gaps in order"),
    (changed(CLOZE, "sau [[3]]", "sau [[2]]"), 5, "each once: [[1]] [[2]] [[3]]"),
    (changed(CLOZE, "phút", "phút, [[4]]"), 5, "must name its gaps in order"),
    (changed(CLOZE, "[[1]] để báo [[2]]", "[[2]] để báo [[1]]"), 5, "must name its gaps in order"),
    (changed(CLOZE, "- type: short_answer\n      accepted: [\"156\"]", "- a"), 7, "a gap has “type”"),
    (changed(CLOZE, "- type: short_answer", "- type: ordering"), 8, "no type of gap is called “ord"),
    (changed(CLOZE, "- type: short_answer", "- type: [a]"), 8, "no type of gap is called"),
    (changed(CLOZE, "accepted: [", "acepted: ["), 9, "unknown key “acepted”"),
    (changed(CLOZE, 'accepted: ["156"]', "accepted: [156]"), 9, "put it in quotes"),
    (changed(CLOZE, "correct: true, ", ""), 11, "0 options are right"),
    (changed(CLOZE, "text: người lạ", "text: xã"), 11, "an option stands twice"),
    (changed(CLOZE, '"5"', "5"), 15, "“value” must be a number in quotes"),
    (changed(CLOZE, "weight: 2", "weight: 0"), 16, "“weight” is a number from 0.01"),
    (changed(CLOZE, "weight: 2", "weight: true"), 16, "“weight” is a number from 0.01"),
    (changed(CLOZE, "Vì sao như vậy.", "Gọi [[1]]."), 6, "no fact “1”"),
    (changed(CLOZE, "phút", "phút, [[100]]"), 5, "no fact “100”"),
    (changed(CLOZE, "text: xã", 'text: "[[2]]"'), 12, "no fact “2”"),
    (changed(ONE, "Bác Tư", "Bác [[1]]"), 5, "no fact “1”"),
    (question(SPOT) + "  message: {from: Xã, text: Bấm}\n", 11, "unknown key “message”"),
    (without(SPOT, "signs"), 1, "“signs” is missing"),
    (changed(SPOT, "{Hồ sơ lỗi}", "{Hồ sơ {lỗi}"), 7, "braces: "),
    (changed(SPOT, "{Hồ sơ lỗi}", "Hồ sơ lỗi"), 10, "2 entries for 1 parts: bấm x.top."),
    (changed(SPOT, ", Không phải .gov.vn.", ""), 10, "1 entries for 2 parts: Hồ sơ lỗi, / bấm"),
    (changed(SPOT, "Không phải .gov.vn.", "156"), 10, "put it in quotes"),
    (changed(SPOT, "Không phải .gov.vn.", "Công an không báo lỗi qua tin."), 10, "stands twice"),
    (changed(SPOT, "Chào bác!", "Chào bác! –|"), 7, "the part “–” has no word"),
    (changed(SPOT, "Chào bác!", "A. " * 9), 7, "has 14 parts, more than 12"),
    (changed(SPOT, "Chào bác!", "a" * 501 + "."), 7, "longer than 500"),
    (changed(SPOT, "Chào bác!", "a" * 1501), 7, "longer than 1500"),
    (question(SPOT) + "  harmless: [Lời chào.]\n", 11, "1 entries for 4 parts: Chào bác! / Mùa"),
    (question(SPOT) + "  feedback_wrong: 5\n", 11, "“feedback_wrong” must be a text"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "message"), WRONG)
def test_a_mistake_in_a_question_is_named_with_its_line(bank, text, line, message):
    _questions, mistakes = read(bank, text)
    assert (line, True) in [(at, message in said) for at, said in mistakes], mistakes


@pytest.mark.parametrize(("text", "line", "message"), WRONG)
def test_a_question_with_a_mistake_is_never_half_read(bank, text, line, message):
    if not message.startswith("no fact"):
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


def test_a_message_of_which_everything_is_suspicious_or_nothing_is_named(bank):
    all_of_it = question(SPOT).split("  text:")[0] + "  text: >-\n    {a} {b}\n  signs: [c, d]\n"
    assert "no part is harmless" in [said for _at, said in read(bank, all_of_it)[1]]
    nothing = all_of_it.replace("{a} {b}", "a. b.")
    assert "no part in braces is suspicious" in [said for _at, said in read(bank, nothing)[1]]


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
        *(needed | optional for needed, optional in question_contents.OWN.values()),
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
    if key in ("options", "pairs", "answers", "gaps", "text"):
        text = "".join(x for x in text.splitlines(keepends=True) if not x.startswith("    "))
    text = text.replace("- key: thu-01", f"- {key}: {value}") if key == "key" else (
        f"{text}  {key}: {value}\n"
    )  # fmt: skip
    questions, mistakes = read(bank, textwrap.dedent(text))
    assert len(questions) <= 1
    assert mistakes
