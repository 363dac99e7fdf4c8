"""QTI 1.2 in the manner of Canvas."""

import pytest

from quizzes.exchange import qti
from quizzes.exchange.parsed import Parsed, Read
from tests.quizzes.exchange.qti_samples import package

SAID = {"feedback_right": "", "feedback_wrong": ""}


def condition(tests: str, *acts: str, go_on: str = "No") -> str:
    return f'<respcondition continue="{go_on}"><conditionvar>{tests}</conditionvar>{"".join(acts)}</respcondition>'


def equal(value: str) -> str:
    return f'<varequal respident="r">{value}</varequal>'


def told(name: str) -> str:
    return f'<displayfeedback feedbacktype="Response" linkrefid="{name}"/>'


RIGHT = '<setvar action="Set" varname="SCORE">100</setvar>'


def material(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<material><mattext texttype="text/html">{escaped}</mattext></material>'


def item(kind: str, response: str, rules: str, *, points: str = "1", feedback: str = "") -> str:
    return f"""<item ident="i" title="Câu"><itemmetadata><qtimetadata>
<qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>{kind}</fieldentry></qtimetadatafield>
<qtimetadatafield><fieldlabel>points_possible</fieldlabel><fieldentry>{points}</fieldentry></qtimetadatafield>
</qtimetadata></itemmetadata><presentation>{material("<p>Nên làm gì?</p>")}{response}</presentation>
<resprocessing><outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE"/></outcomes>{rules}
</resprocessing>{feedback}</item>"""


def choices(*texts: str, several: bool = False) -> str:
    labels = "".join(
        f'<response_label ident="c{n}">{material(text)}</response_label>'
        for n, text in enumerate(texts)
    )
    cardinality = "Multiple" if several else "Single"
    return (
        f'<response_lid ident="r" rcardinality="{cardinality}"><render_choice>{labels}'
        "</render_choice></response_lid>"
    )


def blank(attributes: str = "") -> str:
    return (
        f'<response_str ident="r" rcardinality="Single"><render_fib {attributes}/></response_str>'
    )


def read(*items: str) -> Read:
    return qti.read(
        '<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"><assessment ident="a" '
        f'title="Bài thử"><section ident="root">{"".join(items)}</section></assessment>'
        "</questestinterop>".encode()
    )


def one(*arguments, **more) -> Parsed:
    found = read(item(*arguments, **more))
    assert found.left == ()
    return found.questions[0]


def test_a_choice_has_its_feedback_points_and_category():
    rules = condition("<other/>", told("general_fb"), go_on="Yes")
    rules += condition(equal("c0"), told("c0_fb"), go_on="Yes")
    rules += condition(equal("c1"), RIGHT, told("correct_fb"))
    rules += condition("<other/>", told("general_incorrect_fb"), go_on="Yes")
    feedback = "".join(
        f'<itemfeedback ident="{name}"><flow_mat>{material(f"<p>{text}</p>")}</flow_mat></itemfeedback>'
        for name, text in (
            ("general_fb", "Chung."),
            ("c0_fb", "Không bấm."),
            ("correct_fb", "Đúng."),
            ("general_incorrect_fb", "Sai."),
        )
    )
    response = choices("<p>Bấm</p>", "<p>Gọi <b>xã</b></p>", "<p>Hỏi</p>")
    question = one("multiple_choice_question", response, rules, points="2.5", feedback=feedback)
    assert (question.kind, question.category, question.content["points"]) == (
        "single_choice",
        ("Bài thử",),
        2.5,
    )
    assert [(o["correct"], o["feedback"]) for o in question.content["options"]] == [
        (False, "Không bấm."),
        (True, ""),
        (False, ""),
    ]
    said = ("explanation", "feedback_right", "feedback_wrong")
    assert [question.content[key] for key in said] == ["Chung.", "Đúng.", "Sai."]


def test_true_and_false_are_a_statement():
    question = one("true_false_question", choices("True", "False"), condition(equal("c1"), RIGHT))
    assert question.content == {"stem": "Nên làm gì?", "answer": False, **SAID}


def test_several_right_answers_are_found_in_their_condition():
    tests = f"<and><not>{equal('c0')}</not>{equal('c1')}{equal('c2')}</and>"
    question = one(
        "multiple_answers_question",
        choices("a", "b", "c", several=True),
        condition(tests, RIGHT),
    )
    assert [o["correct"] for o in question.content["options"]] == [False, True, True]
    assert [sorted(o) for o in question.content["options"]] == [["correct", "feedback", "text"]] * 3


def test_short_answers_side_by_side_are_alternatives():
    question = one("short_answer_question", blank(), condition(equal("một") + equal("hai"), RIGHT))
    assert question.content == {"stem": "Nên làm gì?", "accepted": ["một", "hai"], **SAID}


@pytest.mark.parametrize(
    ("tests", "answer"),
    [
        (
            f"<or>{equal('1.4142')}<and><vargte respident='r'>1.4141</vargte><varlte respident='r'>"
            "1.4143</varlte></and></or>",
            {"value": "1.4142", "tolerance": "0.0001"},
        ),
        (
            "<vargte respident='r'>1</vargte><varlte respident='r'>2.5</varlte>",
            {"value": "1.75", "tolerance": "0.75"},
        ),
        (equal("2"), {"value": "2", "tolerance": "0"}),
    ],
)
def test_numbers_have_their_tolerance(tests, answer):
    question = one("numerical_question", blank('fibtype="Decimal"'), condition(tests, RIGHT))
    assert question.kind == "numerical"
    assert question.content["answers"] == [answer]


def test_what_cannot_be_marked_is_left_and_the_others_are_read():
    found = read(
        item("essay_question", blank(), ""),
        item("file_upload_question", "", ""),
        item("matching_question", choices("a") + choices("b"), condition(equal("c0"), RIGHT)),
        item("true_false_question", choices("True", "False"), condition(equal("c0"), RIGHT)),
    )
    assert [q.content["answer"] for q in found.questions] == [True]
    assert [left.what for left in found.left] == [
        "Câu (essay_question)",
        "Câu (file_upload_question)",
        "Câu (matching_question)",
    ]


def test_scripts_in_its_html_are_gone():
    response = choices("<script>evil()</script>a", '<img src=x onerror="evil()">b')
    question = one("multiple_choice_question", response, condition(equal("c0"), RIGHT))
    assert [o["text"] for o in question.content["options"]] == ["a", "b"]


def test_a_package_of_canvas_is_read():
    manifest = (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"><resources>'
        '<resource identifier="a" type="imsqti_xmlv1p2"><file href="a/a.xml"/></resource>'
        '<resource identifier="m" type="associatedcontent/imscc_xmlv1p1/learning-application-resource" '
        'href="a/assessment_meta.xml"><file href="a/assessment_meta.xml"/></resource>'
        "</resources></manifest>"
    )
    body = item("true_false_question", choices("True", "False"), condition(equal("c0"), RIGHT))
    inside = f'<questestinterop><assessment title="Bài"><section>{body}</section></assessment></questestinterop>'
    found = qti.read(
        package(
            {"imsmanifest.xml": manifest, "a/a.xml": inside, "a/assessment_meta.xml": "<quiz/>"}
        )
    )
    assert found.left == ()
    assert [(q.kind, q.category) for q in found.questions] == [("true_false", ("Bài",))]
