import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quizzes.exchange import aiken
from quizzes.exchange.parsed import Parsed
from quizzes.exchange.texts import Text
from tests.quizzes.exchange.making import lines, questions

FILE = """\
Ai trồng vải?
A. ông Tư
B) bà Năm
C. con Mực
ANSWER: B

Tin nhắn nào đáng ngờ?
(Đọc kỹ rồi trả lời.)
A) Giục bấm ngay
B) Mời họp thôn
answer: a
"""


def test_both_forms_of_letters_are_read():
    read = aiken.read(FILE.encode())
    assert read.left == ()
    first, second = read.questions
    assert first == Parsed(
        "single_choice",
        {
            "stem": "Ai trồng vải?",
            "options": [
                {"text": "ông Tư", "correct": False, "feedback": ""},
                {"text": "bà Năm", "correct": True, "feedback": ""},
                {"text": "con Mực", "correct": False, "feedback": ""},
            ],
        },
        1,
    )
    assert second.content["stem"] == "Tin nhắn nào đáng ngờ?\n(Đọc kỹ rồi trả lời.)"
    assert (second.line, second.content["options"][0]["correct"]) == (7, True)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("\nAi?\nA. a\nB. b\n", 2, "ANSWER: is missing"),
        ("Ai?\nA. a\nB. b\nANSWER: C", 1, "none of the answers"),
        ("Ai?\nA. a\nB. b\nANSWER: A, B", 1, "none of the answers"),
        ("Ai?\nA. a\nC. b\nANSWER: A", 1, "A, B, C"),
        ("Ai?\nA. a\nANSWER: A", 1, "fewer than two"),
        ("ANSWER: A", 1, "no question text"),
        ("Chỉ có câu hỏi?", 1, "ANSWER: is missing"),
    ],
)
def test_what_is_broken_is_left_and_the_rest_is_read(text, line, reason):
    read = (
        aiken.read(f"{text}\n\n{FILE}".encode()) if "Chỉ" not in text else aiken.read(text.encode())
    )
    assert (read.left[0].line, len(read.left)) == (line, 1)
    assert reason in read.left[0].why
    assert len(read.questions) == (0 if "Chỉ" in text else 2)


@given(questions(["single_choice"], xml=False, text=lines.map(Text)))
def test_what_is_written_is_read_again(question):
    written = aiken.write([question])
    options = question.content["options"]
    assume(written.text)
    read = aiken.read(written.text.encode())
    assert read.left == ()
    (found,) = read.questions
    assert found.content["stem"] == question.content["stem"]
    assert [(option["text"], option["correct"]) for option in found.content["options"]] == [
        (option["text"], option["correct"]) for option in options
    ]
    lost = any(option["feedback"] or option.get("worth") for option in options)
    assert bool(written.left) == (lost or "explanation" in question.content)


@pytest.mark.parametrize(
    ("kind", "change", "reason"),
    [
        ("true_false", {}, "true or false"),
        ("single_choice", {"markup": "html"}, "plain text"),
        ("single_choice", {"stem": "a\nb"}, "one line"),
        ("single_choice", {"options": [{"text": "a", "correct": True}]}, "2 to 26"),
        ("single_choice", {"options": [{"text": "a", "correct": True}] * 2}, "exactly one"),
    ],
)
def test_what_aiken_cannot_say_is_left(kind, change, reason):
    content = aiken.read(FILE.encode()).questions[0].content
    written = aiken.write([Parsed(kind, {**content, **change}, 4)])
    assert written.text == ""
    assert (written.left[0].line, len(written.left)) == (4, 1)
    assert reason in written.left[0].why


@given(
    st.lists(
        st.sampled_from(["A. a", "B) b", "ANSWER: A", "ANSWER:", "Ai?", "", "A.", "ANSWER: Z"])
    )
)
def test_every_line_is_read_or_left(lines):
    read = aiken.read("\n".join(lines).encode())
    assert bool(read.questions or read.left) == any(lines)
