import base64
import time
from html import escape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.exchange import moodle_xml
from quizzes.exchange.parsed import Parsed, Refused
from quizzes.exchange.texts import picture_key
from tests.quizzes.exchange.making import picture_bytes, questions, without_line

DATA = Path(__file__).parent / "data"
SAYABLE = [
    "single_choice",
    "multiple_choice",
    "true_false",
    "matching",
    "ordering",
    "short_answer",
    "numerical",
    "cloze",
]


def quiz(*inner: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>{"".join(inner)}</quiz>'.encode()


def only(kind: str, inner: str) -> Parsed:
    stem = "" if "<questiontext" in inner else "<questiontext><text>Hỏi?</text></questiontext>"
    read = moodle_xml.read(quiz(f'<question type="{kind}">{stem}{inner}</question>'))
    assert read.left == ()
    (question,) = read.questions
    return question


def answer(text: str, fraction: str = "0", feedback: str = "", more: str = "") -> str:
    return (
        f'<answer fraction="{fraction}"><text>{text}</text>{more}'
        f"<feedback><text>{feedback}</text></feedback></answer>"
    )


@given(questions(SAYABLE, xml=True))
def test_what_is_written_is_read_again(question):
    written = moodle_xml.write([question, question])
    assert written.left == ()
    read = moodle_xml.read(written.text.encode())
    assert read.left == ()
    assert [without_line(found) for found in read.questions] == [question, question]


def test_a_file_as_moodle_exports_it_is_read():
    read = moodle_xml.read((DATA / "village.moodle.xml").read_bytes())
    choice, several, short, number, pairs, order, truth, gaps = read.questions
    assert {question.category for question in read.questions} == {("Kỹ năng số", "Xã/phường")}
    assert choice.name == "vai-01"
    assert choice.tags == ("mùa vụ", "vải")
    assert choice.content == {
        "stem": "Vải thiều chín rộ vào tháng nào?",
        "options": [
            {"text": "Tháng 6", "correct": True, "feedback": "Đúng."},
            {"text": "Tháng 3", "correct": False, "feedback": ""},
        ],
        "keep_order": True,
        "feedback_right": "Giỏi.",
        "explanation": "Vải thiều chín trong tháng 6.",
        "points": 2,
        "hints": ["Sau mùa lúa chiêm."],
        "penalty": 0.1,
    }
    assert several.kind == "multiple_choice"
    assert not any("worth" in option for option in several.content["options"])
    assert several.content["markup"] == "html"
    assert several.content["stem"] == "<p>Chọn <b>hai</b> &amp; chỉ hai.</p>"
    assert short.content == {
        "stem": "Tổng đài?",
        "accepted": ["156*"],
        "wildcards": True,
        "exact": True,
        "feedback_right": "Đúng.",
        "feedback_wrong": "Xem lại.",
    }
    assert number.content["answers"] == [{"value": "60", "tolerance": "5"}]
    assert (number.content["unit"], number.content["feedback_wrong"]) == ("độ", "Chưa đúng.")
    assert pairs.content["pairs"] == [{"left": "a", "right": "A"}, {"left": "b", "right": "B"}]
    assert pairs.content["distractors"] == ["C"]
    assert order.content["items"] == ["Mở", "Quét", "Gửi"]
    assert order.content["feedback_partial"] == "Một phần."
    assert truth.content == {
        "stem": "Vải là quả.",
        "answer": True,
        "feedback_right": "Phải.",
        "feedback_wrong": "Sai rồi.",
    }
    assert gaps.content["stem"] == "Vải chín tháng [[1]], sấy ở [[2]] độ, gọi số [[3]]."
    assert [found.what for found in read.left] == ["description", "essay", "calculated"]
    assert all(found.line > 10 for found in read.left)


def test_the_gaps_of_a_text_keep_weights_feedback_and_what_is_escaped():
    text = (
        "{1:MULTICHOICE_S:=hai#đúng~%50%ba \\} \\~ \\#~bốn} "
        "{2:SHORTANSWER_C:=A&amp;amp;B~%50%x#gần~*#xa} {:NM:%100%3,5:0.1~*#lệch} {x:y}"
    )
    content = only("cloze", f"<questiontext><text>{text}</text></questiontext>").content
    assert content["stem"] == "[[1]] [[2]] [[3]] {x:y}"
    choice, short, number = content["gaps"]
    assert [option["text"] for option in choice["options"]] == ["hai", "ba } ~ #", "bốn"]
    assert [option.get("worth") for option in choice["options"]] == [None, 50, None]
    assert short == {
        "kind": "short_answer",
        "accepted": ["A&B", {"text": "x", "worth": 50, "feedback": "gần"}],
        "exact": True,
        "weight": 2,
        "feedback_wrong": "xa",
    }
    assert number == {
        "kind": "numerical",
        "answers": [{"value": "3.5", "tolerance": "0.1"}],
        "feedback_wrong": "lệch",
    }


def test_a_text_that_looks_like_a_gap_or_a_marker_is_no_gap():
    text = "Viết [[7]] và {1:SA:=a}"
    question = only("cloze", f"<questiontext><text>{text}</text></questiontext>")
    assert question.content["stem"] == "Viết [ [7]] và [[1]]"
    literal = Parsed("cloze", {**question.content, "stem": "Viết {1:SA:=b} và [[1]]"}, 0)
    written = moodle_xml.write([literal])
    assert [without_line(found) for found in moodle_xml.read(written.text.encode()).questions] == [
        literal
    ]


@pytest.mark.parametrize(
    ("kind", "element"),
    [("gapselect", "selectoption"), ("ddwtos", "dragbox")],
)
def test_words_to_choose_or_drag_become_gaps_with_choices(kind, element):
    choices = "".join(
        f"<{element}><text>{text}</text><group>{group}</group></{element}>"
        for text, group in [("hè", 1), ("đông", 1), ("sáng", 2), ("tối", 2)]
    )
    stem = "<questiontext><text>Mùa [[2]], buổi [[3]], mùa [[1]].</text></questiontext>"
    content = only(kind, stem + choices).content
    assert content["stem"] == "Mùa [[1]], buổi [[2]], mùa [[3]]."
    right = [
        [option["text"] for option in gap["options"] if option["correct"]]
        for gap in content["gaps"]
    ]
    assert right == [["đông"], ["sáng"], ["hè"]]
    assert len(content["gaps"][1]["options"]) == 2


def test_pictures_beside_a_text_are_kept_and_others_are_noted():
    raw = picture_bytes("JPEG")
    file = (
        f'<file name="ảnh 1.jpg" path="/" encoding="base64">{base64.b64encode(raw).decode()}</file>'
    )
    image = '&lt;img src="@@PLUGINFILE@@/%E1%BA%A3nh%201.jpg"&gt;'
    stem = f'<questiontext format="html"><text>{image}</text>{file}</questiontext>'
    question = only("truefalse", stem + answer("true", "100") + answer("false", "0", image))
    key = picture_key(raw)
    assert question.content["stem"] == f'<img src="picture:{key}">'
    assert question.pictures == {key: raw}
    assert len(question.notes) == 1  # the feedback brings no file of its own
    written = moodle_xml.write([question]).text
    assert f"@@PLUGINFILE@@/{key}.jpg" in written
    (again,) = moodle_xml.read(written.encode()).questions
    assert again.pictures == question.pictures


def test_cdata_and_escaped_html_say_the_same():
    escaped = only(
        "truefalse", "<questiontext><text>&lt;b&gt;a&lt;/b&gt;</text></questiontext>" + TRUTH
    )
    cdata = only(
        "truefalse", "<questiontext><text><![CDATA[<b>a</b>]]></text></questiontext>" + TRUTH
    )
    assert escaped.content == cdata.content
    assert escaped.content["stem"] == "<b>a</b>"


TRUTH = answer("true") + answer("false", "100")


def test_a_script_is_left_out_and_noted():
    stem = "<questiontext><text><![CDATA[<p onclick='x()'>a</p><script>x()</script>]]></text></questiontext>"
    question = only("truefalse", stem + TRUTH)
    assert question.content["stem"] == "a"
    assert question.notes


@pytest.mark.parametrize(
    ("format_", "text", "stem"),
    [
        ("plain_text", "1 &lt; 2", "1 < 2"),
        ("moodle_auto_format", "a\nb", "a\nb"),
        ("markdown", "một *hai*", "<p>một <em>hai</em></p>"),
        ("html", "&lt;p&gt;a&lt;/p&gt;", "a"),
    ],
)
def test_texts_are_read_in_their_format(format_, text, stem):
    said = f'<questiontext format="{format_}"><text>{text}</text></questiontext>'
    assert only("truefalse", said + TRUTH).content["stem"] == stem


def test_more_units_than_one_are_noted():
    units = "".join(f"<unit><unit_name>{unit}</unit_name></unit>" for unit in ("kg", "g"))
    question = only("numerical", answer("5", "100") + f"<units>{units}</units>")
    assert question.content["unit"] == "kg"
    assert question.notes == ("Only the first unit was kept: kg.",)


@pytest.mark.parametrize(
    ("kind", "inner", "reason"),
    [
        ("multichoice", answer("a", "100"), "fewer than two"),
        ("multichoice", answer("a") + answer("b"), "no right answer"),
        ("multichoice", answer("a", "100") + answer(""), "no text"),
        ("multichoice", answer("a", "1e9") + answer("b"), "not a weight"),
        ("truefalse", answer("true", "100"), "needs the answers"),
        ("truefalse", answer("true") + answer("false"), "no right answer"),
        ("shortanswer", answer("", "100"), "no text"),
        ("shortanswer", "", "no right answer"),
        ("numerical", answer("năm", "100"), "not a number"),
        ("numerical", answer("5", "100", more="<tolerance>-1</tolerance>"), "below zero"),
        ("numerical", answer("5", "100") + answer("*", "50"), "Any number"),
        ("matching", "<subquestion><text>a</text></subquestion>", "no text"),
        ("ordering", answer("a"), "fewer than two"),
        ("cloze", "", "no gap"),
        ("cloze", "<questiontext><text>{1:SA:=a</text></questiontext>", "no end"),
        ("cloze", "<questiontext><text>{1:MR:=a~=b}</text></questiontext>", "MULTIRESPONSE"),
        ("gapselect", "<questiontext><text>[[3]]</text></questiontext>", "no choice 3"),
        ("truefalse", TRUTH + "<defaultgrade>-1</defaultgrade>", "out of bounds"),
        ("truefalse", TRUTH + "<questiontext/>", "no question text"),
        ("calculatedmulti", "", "no type"),
        ("ddimageortext", "", "no type"),
    ],
)
def test_what_cannot_be_read_is_left_with_its_line(kind, inner, reason):
    stem = "" if "<questiontext" in inner else "<questiontext><text>Hỏi?</text></questiontext>"
    broken = f'\n\n<question type="{kind}">{stem}{inner}</question>'
    sound = (
        f'<question type="truefalse"><questiontext><text>a</text></questiontext>{TRUTH}</question>'
    )
    read = moodle_xml.read(quiz(broken, sound))
    assert [question.content["stem"] for question in read.questions] == ["a"]
    (found,) = read.left
    assert (found.line, found.what) == (4, kind)
    assert reason in found.why


@pytest.mark.parametrize(
    "raw",
    [
        b'<!DOCTYPE quiz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><quiz>&b;</quiz>',
        b'<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/hostname">]><quiz>&x;</quiz>',
        pytest.param(b"<quiz>" + b"<question>" * 5_000, id="deep"),
        b"<html/>",
        b"no xml",
        b"<quiz>\xff</quiz>",
    ],
)
def test_a_hostile_or_foreign_file_is_refused_at_once(raw):
    began = time.perf_counter()
    with pytest.raises(Refused):
        moodle_xml.read(raw)
    assert time.perf_counter() - began < 0.5


def test_a_text_of_a_hundred_megabytes_is_refused_at_once():
    test_a_hostile_or_foreign_file_is_refused_at_once(b"<quiz>" + b"a" * 100_000_000)


def test_what_moodle_has_no_type_for_is_left():
    spot = Parsed("spot", {"stem": "Tìm", "parts": []}, 3)
    control = Parsed("true_false", {"stem": "a\x01", "answer": True}, 5)
    astray = Parsed("cloze", {"stem": "[[2]]", "gaps": [{"kind": "numerical", "answers": []}]}, 6)
    lost = Parsed(
        "true_false",
        {"stem": f'<img src="picture:{"0" * 40}">', "answer": True, "markup": "html"},
        7,
    )
    written = moodle_xml.write([spot, control, astray, lost])
    assert [found.line for found in written.left] == [3, 5, 6, 7]
    assert moodle_xml.read(written.text.encode()).questions == ()


GAP_PIECES = [
    "{1:",
    "SA:",
    "MC:",
    "NM:",
    "=",
    "~",
    "#",
    "}",
    "%50%",
    "\\",
    "*",
    "5",
    "a",
    "&#39;",
    ":",
    "[[1]]",
]


@given(st.lists(st.sampled_from(GAP_PIECES)).map("".join), st.sampled_from(["cloze", "ddwtos"]))
def test_no_text_with_gaps_breaks_the_reader(text, kind):
    stem = f"<questiontext><text>x{escape(text)}</text></questiontext>"
    read = moodle_xml.read(quiz(f'<question type="{kind}">{stem}</question>'))
    assert len(read.questions) + len(read.left) == 1
    written = moodle_xml.write(read.questions)
    again = moodle_xml.read(written.text.encode())
    assert [without_line(question) for question in again.questions] == [
        without_line(question) for question in read.questions
    ]
