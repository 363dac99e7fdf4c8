import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quizzes.exchange import gift
from quizzes.exchange.answers import amounts, short_answers, worths
from quizzes.exchange.gift import category_path
from quizzes.exchange.gift_writing import category_address
from quizzes.exchange.parsed import Left, Parsed, Refused
from tests.quizzes.exchange.making import (
    picture_address,
    picture_bytes,
    questions,
    without_line,
)

DATA = Path(__file__).parent / "data"
SAYABLE = [
    "single_choice",
    "multiple_choice",
    "true_false",
    "matching",
    "short_answer",
    "numerical",
]
KIND_OF = {
    "MC": ("single_choice", "multiple_choice"),
    "Short": ("short_answer",),
    "TF": ("true_false",),
    "Matching": ("matching",),
    "Numerical": ("numerical",),
}


def only(text: str) -> Parsed:
    read = gift.read(text.encode())
    assert read.left == ()
    (question,) = read.questions
    return question


def left(text: str) -> Left:
    read = gift.read(text.encode())
    assert read.questions == ()
    (found,) = read.left
    return found


def answers_of(question: Parsed) -> list:
    """Return the answers of a question as gift-pegjs.json has them."""
    content = question.content
    if question.kind == "matching":
        return [[pair["left"], pair["right"]] for pair in content["pairs"]]
    if question.kind == "true_false":
        return [content["answer"], content["feedback_wrong"], content["feedback_right"]]
    if question.kind == "short_answer":
        return [list(answer) for answer in short_answers(content)]
    if question.kind == "numerical":
        return [
            [float(amount.value), float(amount.tolerance), amount.worth, amount.feedback]
            for amount in amounts(content)
        ]
    weights = worths(question.kind, content["options"])
    return [
        [option["text"], weight, option["feedback"]]
        for option, weight in zip(content["options"], weights, strict=True)
    ]


def test_another_parser_reads_the_same_in_a_file_of_a_village():
    """gift-pegjs.json is what the npm package gift-pegjs 1.0.2 makes of village.gift.

    It gives the two feedbacks of true/false in their order; that the first is for the wrong answer
    says Moodle. Where a question has an id, that is its name here.
    """
    expected = json.loads((DATA / "gift-pegjs.json").read_text())
    read = gift.read((DATA / "village.gift").read_bytes())
    assert [found.what for found in read.left] == ["essay", "description"]
    assert [entry["type"] for entry in expected[-2:]] == ["Essay", "Description"]
    assert len(read.questions) == len(expected) - 2 >= 12
    for question, entry in zip(read.questions, expected, strict=False):
        assert question.kind in KIND_OF[entry["type"]]
        assert question.content["stem"] == entry["stem"]
        assert question.name == entry["name"]
        assert list(question.tags) == entry["tags"]
        assert question.content.get("explanation", "") == entry["explanation"]
        assert answers_of(question) == entry["answers"]


@given(questions(SAYABLE, xml=False))
def test_what_is_written_is_read_again(question):
    if question.kind in ("matching", "short_answer"):
        assume("->" not in json.dumps(question.content))
    written = gift.write([question, question])
    assert written.left == ()
    read = gift.read(written.text.encode())
    assert read.left == ()
    assert [without_line(found) for found in read.questions] == [question, question]


@given(questions(["matching", "short_answer"], xml=False))
def test_an_arrow_in_an_answer_is_left_and_never_misread(question):
    written = gift.write([question])
    read = gift.read(written.text.encode())
    assert [without_line(found) for found in read.questions] == ([] if written.left else [question])


def test_single_choice_has_an_equals_sign_and_keeps_weights_apart():
    question = only("Ai? {=bà Năm ~%50%ông Tư ~%-25%con Mực ~không ai}")
    assert question.kind == "single_choice"
    assert [option.get("worth") for option in question.content["options"]] == [None, 50, -25, None]
    assert [option["correct"] for option in question.content["options"]] == [
        True,
        False,
        False,
        False,
    ]


def test_several_answers_by_the_rule_of_the_bank_need_no_weights():
    by_rule = only("Chọn {~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-33.33333%d}")
    assert by_rule.kind == "multiple_choice"
    assert not any("worth" in option for option in by_rule.content["options"])
    own = only("Chọn {~%50%a ~%50%b ~c}")
    assert [option["worth"] for option in own.content["options"]] == [50, 50, 0]


def test_the_first_feedback_of_true_or_false_is_for_the_wrong_answer():
    content = only("Vải là quả. {T#sai rồi#đúng rồi####vì sao}").content
    assert (content["feedback_wrong"], content["feedback_right"]) == ("sai rồi", "đúng rồi")
    assert content["explanation"] == "vì sao"


def test_matching_may_have_right_sides_too_many():
    content = only("Ghép {=a -> A =b -> B = -> C}").content
    assert content["distractors"] == ["C"]


def test_text_after_the_braces_makes_them_a_gap():
    assert only("Bà có {=hai ~ba} con mèo.").content["stem"] == "Bà có _____ con mèo."


def test_an_answer_of_anything_says_what_wrong_answers_are_told():
    content = only("Số? {=156#tốt =1 5 6#tốt =%0%*#xem lại bài}").content
    assert content == {
        "stem": "Số?",
        "accepted": ["156", "1 5 6"],
        "feedback_right": "tốt",
        "feedback_wrong": "xem lại bài",
    }
    assert only("Số? {=15*}").content["wildcards"] is True
    assert only("Số? {=15\\*}").content["accepted"] == ["15*"]


def test_numbers_come_with_a_tolerance_a_range_or_weights():
    content = only("Số? {#=%100%3:0 =%50%-1..2#gần ~#xa}").content
    assert content["answers"] == [
        {"value": "3", "tolerance": "0"},
        {"value": "0.5", "tolerance": "1.5", "worth": 50, "feedback": "gần"},
    ]
    assert content["feedback_wrong"] == "xa"


def test_html_is_safe_and_its_pictures_are_kept():
    raw = picture_bytes()
    source = picture_address(raw).replace(":", "\\:").replace("=", "\\=")
    question = only(
        f'[html]<b>Ảnh</b> <img src\\="{source}"><script>x()</script>{{=a~[plain]<b>b</b>}}'
    )
    assert question.content["markup"] == "html"
    assert question.content["options"][1]["text"] == "&lt;b&gt;b&lt;/b&gt;"
    assert list(question.pictures.values()) == [raw]
    assert question.notes
    assert "script" not in question.content["stem"]


def test_a_category_holds_until_the_next():
    read = gift.read(
        "$CATEGORY: $course$/top/Xã//phường/Vải\n\na{T}\n\n$CATEGORY: tom/x\nb{F}".encode()
    )
    assert [question.category for question in read.questions] == [
        ("Xã/phường", "Vải"),
        ("tom", "x"),
    ]
    assert category_path(category_address(("a/b", "c"))) == ("a/b", "c")


def test_windows_line_endings_and_a_byte_order_mark_do_no_harm():
    assert only("\ufeff::Tên::Câu\r\nhỏi {\r\n=a\r\n~b\r\n}\r\n").content["stem"] == "Câu\nhỏi"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("\n\nHỏng {=a ~b", 3, "braces"),
        ("Hỏng =a}", 1, "braces"),
        ("// chú thích\nHai {=a} ngoặc {=b}", 2, "braces"),
        ("Không đúng {~a ~b}", 1, "no right answer"),
        ("Một {=a ~}", 1, "no text"),
        ("Một {~%100%a}", 1, "fewer than two"),
        ("Trước {x =a ~b}", 1, "before the first"),
        ("Nặng {~%500%a ~b}", 1, "not a weight"),
        ("Số {#abc}", 1, "not a number"),
        ("Số {#5..1}", 1, "empty"),
        ("Số {#5:-1}", 1, "below zero"),
        ("Số {#1e999999999}", 1, "not a number"),
        ("Số {#}", 1, "no right answer"),
        ("Ghép {=a -> b}", 1, "fewer than two pairs"),
        ("Ghép {=a -> =c -> d}", 1, "no text"),
        ("{=a ~b}", 1, "no question text"),
        ("Luận {}", 1, "essays"),
        ("Luận {####gợi ý}", 1, "essays"),
        ("Chỉ là lời dẫn.", 1, "without a question"),
        ("Xếp {>3 VERTICAL\na\nb\n}", 1, "ordering"),
        pytest.param("[html]" + "<b>" * 5000 + "{=a~b}", 1, "3,000", id="many tags"),
    ],
)
def test_what_cannot_be_read_is_left_with_its_line(text, line, reason):
    found = left(text)
    assert found.line == line
    assert reason in found.why


def test_a_broken_question_does_not_take_the_others_with_it():
    read = gift.read(b"a{T}\n\nb{=\n\nc{F}\n")
    assert [question.content["stem"] for question in read.questions] == ["a", "c"]
    assert [found.line for found in read.left] == [3]


def test_what_gift_cannot_say_is_left():
    ordering = Parsed("ordering", {"stem": "Xếp", "items": ["a", "b"]}, 7, name="thu-01")
    choice = only("Ai? {=a ~b}")
    rich = Parsed("single_choice", {**choice.content, "points": 2, "hints": ["x"]}, 9)
    written = gift.write([ordering, rich])
    assert [(found.line, found.what) for found in written.left] == [(7, "thu-01"), (9, "Ai?")]
    assert "points, hints" in written.left[1].why
    assert without_line(only(written.text)).content == choice.content


def test_a_message_and_the_form_of_the_answer_stand_in_the_stem():
    content = only("Số? {=156}").content
    message = {"from": "Số lạ", "text": "Bấm ngay"}
    question = Parsed("short_answer", {**content, "message": message, "hint": "một con số"}, 1)
    stem = only(gift.write([question]).text).content["stem"]
    assert stem == "Số lạ: “Bấm ngay”\n\nSố? (một con số)"


def test_a_file_that_is_no_text_is_refused():
    with pytest.raises(Refused):
        gift.read(b"\xff\xff\xff")


@given(st.text("{}=~#:->%\\\n/[]$*.,1aT <>&", max_size=60))
def test_no_text_breaks_the_reader(text):
    read = gift.read(f"a{{T}}\n\n{text}".encode())
    assert read.questions[0].content["stem"] == "a"
    gift.write(read.questions)
