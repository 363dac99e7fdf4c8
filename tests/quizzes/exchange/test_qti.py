import pytest

from quizzes.exchange import qti
from quizzes.exchange.parsed import Parsed
from quizzes.exchange.texts import picture_key
from tests.quizzes.exchange.qti_questions import PICTURE, option
from tests.quizzes.exchange.qti_samples import (
    CHOICE,
    EDITED_NUMBER,
    MAP,
    NEW,
    choice,
    declared,
    item,
    manifest,
    mapped,
    package,
)

SAID = {"feedback_right": "", "feedback_wrong": ""}


def one(raw: bytes) -> Parsed:
    read = qti.read(raw)
    assert read.left == ()
    (question,) = read.questions
    return question


def content(raw: bytes) -> dict:
    return one(raw).content


# ── Items ───────────────────────────────────────────────────────────────────────────────────────


def test_a_choice_is_read_with_its_picture():
    raw = package({"imsmanifest.xml": manifest("a/1.xml"), "a/1.xml": CHOICE, "a/anh.png": PICTURE})
    question = one(raw)
    key = picture_key(PICTURE)
    assert (question.kind, question.name, dict(question.pictures)) == (
        "single_choice",
        "Thử",
        {key: PICTURE},
    )
    assert question.content["options"] == [
        option("Bấm vào"),
        option("Gọi <b>công an</b>", correct=True),
        option("Chuyển tiếp"),
    ]
    assert f'<img src="picture:{key}" alt="Tin nhắn">' in question.content["stem"]
    assert "Bà Năm nên làm gì?" in question.content["stem"]
    assert question.content["markup"] == "html"


def test_a_choice_with_a_mapping_says_what_each_option_is_worth():
    raw = item(
        declared("B", mapping=mapped({"B": "2", "C": "1"})), choice(dict.fromkeys("ABC", "x")), MAP
    )
    assert content(raw)["options"] == [
        option("x"),
        option("x", correct=True),
        option("x", worth=50),
    ]
    assert content(raw)["points"] == 2


def test_choices_that_are_not_shuffled_keep_their_order():
    assert content(item(declared("B"), choice({"A": "x", "B": "y"}, 'maxChoices="1"')))[
        "keep_order"
    ]


SEVERAL = 'shuffle="true" maxChoices="0"'


def test_equal_shares_for_the_right_and_against_the_wrong_ones_are_our_own_rule():
    mapping = mapped({"A": "1", "B": "1", "C": "-1", "D": "-1"}, 'lowerBound="0" defaultValue="0"')
    raw = item(
        declared("A", "B", cardinality="multiple", mapping=mapping),
        choice(dict.fromkeys("ABCD", "x"), SEVERAL),
        MAP,
    )
    assert [sorted(o) for o in content(raw)["options"]] == [["correct", "feedback", "text"]] * 4
    assert content(raw)["points"] == 2


def test_other_weights_stay_with_their_options():
    mapping = mapped({"A": "3", "B": "1", "C": "-2"}, 'lowerBound="0" defaultValue="-1"')
    raw = item(
        declared("A", "B", cardinality="multiple", mapping=mapping),
        choice(dict.fromkeys("ABCD", "x"), SEVERAL),
        MAP,
    )
    assert [o["worth"] for o in content(raw)["options"]] == [75, 25, -50, -25]


def test_all_or_nothing_becomes_shares_and_is_noted():
    raw = item(
        declared("A", "B", cardinality="multiple"), choice(dict.fromkeys("ABC", "x"), SEVERAL)
    )
    question = one(raw)
    assert [o["correct"] for o in question.content["options"]] == [True, True, False]
    assert question.notes == (
        "Marked all or nothing in the file; here each right choice earns its share.",
    )


@pytest.mark.parametrize(
    ("choices", "right", "answer"),
    [
        ({"true": "Chắc thế", "false": "Không"}, "true", True),
        ({"T": "Chuẩn", "F": "Không chuẩn"}, "F", False),
        ({"x": "Sai", "y": "Đúng"}, "x", False),
        ({"x": "True.", "y": "False."}, "x", True),
    ],
)
def test_a_choice_between_true_and_false_is_a_statement(choices, right, answer):
    question = one(item(declared(right), choice(choices)))
    assert question.kind == "true_false"
    assert question.content == {"stem": "Bà Năm nên làm gì?", "answer": answer, **SAID}


def test_feedback_inside_the_choices_is_theirs():
    told = {
        key: f'{key}<feedbackInline outcomeIdentifier="FEEDBACK" identifier="{key}">Nói {key}'
        "</feedbackInline>"
        for key in "AB"
    }
    rules = (
        '<responseProcessing><setOutcomeValue identifier="FEEDBACK"><variable '
        'identifier="RESPONSE"/></setOutcomeValue><responseCondition><responseIf><match><variable '
        'identifier="RESPONSE"/><correct identifier="RESPONSE"/></match><setOutcomeValue '
        'identifier="SCORE"><baseValue baseType="float">10</baseValue></setOutcomeValue>'
        "</responseIf></responseCondition></responseProcessing>"
    )
    raw = item(declared("A"), choice(told), rules)
    assert content(raw)["options"] == [
        option("A", correct=True, feedback="Nói A"),
        option("B", feedback="Nói B"),
    ]
    assert content(raw)["points"] == 10


def test_a_matching_of_version_3_lets_right_sides_be_taken_twice():
    question = one(NEW)
    assert (question.kind, question.name) == ("matching", "Mới")
    assert question.content == {
        "stem": "Ghép món với mùa.",
        "pairs": [
            {"left": "Vải", "right": "Hè"},
            {"left": "Cam", "right": "Đông"},
            {"left": "Bưởi", "right": "Đông"},
        ],
        "distractors": ["Xuân"],
        "points": 2,
        **SAID,
    }
    assert question.notes == ("Pairs weigh differently in the file; here they all weigh the same.",)


def test_pairs_of_one_list_become_a_left_and_a_right_side():
    body = '<associateInteraction responseIdentifier="RESPONSE" maxAssociations="2">' + "".join(
        f'<simpleAssociableChoice identifier="{k}" matchMax="1">{k}</simpleAssociableChoice>'
        for k in "ABCDE"
    )
    raw = item(
        declared("A D", "C B", cardinality="multiple", base_type="pair"),
        f"{body}</associateInteraction>",
    )
    assert content(raw)["pairs"] == [{"left": "A", "right": "D"}, {"left": "C", "right": "B"}]
    assert content(raw)["distractors"] == ["E"]


def test_an_order_is_read_in_the_right_order():
    body = '<orderInteraction responseIdentifier="RESPONSE" shuffle="true"><prompt>Xếp.</prompt>'
    body += "".join(f'<simpleChoice identifier="{k}">{k}!</simpleChoice>' for k in "ABC")
    raw = item(declared("C", "A", "B", cardinality="ordered"), f"{body}</orderInteraction>")
    assert content(raw) == {"stem": "Xếp.", "items": ["C!", "A!", "B!"], **SAID}


def test_a_blank_at_the_end_is_a_short_answer():
    mapping = (
        '<mapping defaultValue="0"><mapEntry mapKey="Hà Nội" mappedValue="1" caseSensitive="false"/>'
        '<mapEntry mapKey="ha noi" mappedValue="1" caseSensitive="false"/>'
        '<mapEntry mapKey="Thăng Long" mappedValue="0.5" caseSensitive="false"/></mapping>'
    )
    raw = item(
        declared("Hà Nội", base_type="string", mapping=mapping),
        '<p>Thủ đô là <textEntryInteraction responseIdentifier="RESPONSE" expectedLength="9" '
        'placeholderText="hai chữ"/></p>',
        MAP,
    )
    assert one(raw).kind == "short_answer"
    assert content(raw) == {
        "stem": "Thủ đô là",
        "accepted": ["Hà Nội", {"text": "Thăng Long", "worth": 50, "feedback": ""}],
        "hint": "hai chữ",
        **SAID,
    }


def test_a_number_of_an_editor_has_its_tolerance_unit_and_feedback():
    assert one(EDITED_NUMBER).kind == "numerical"
    assert content(EDITED_NUMBER) == {
        "stem": "Tỉnh ta có bao nhiêu người?",
        "answers": [{"value": "4.136", "tolerance": "0.2068"}],
        "unit": "triệu",
        "feedback_right": "Đúng.",
        "feedback_wrong": "Sai.",
    }


def test_a_range_of_numbers_is_its_middle_and_half_its_width():
    rules = (
        "<responseProcessing><responseCondition><responseIf><and>"
        '<gte><variable identifier="RESPONSE"/><baseValue baseType="float">3</baseValue></gte>'
        '<lte><variable identifier="RESPONSE"/><baseValue baseType="float">3.5</baseValue></lte>'
        '</and><setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue>'
        "</setOutcomeValue></responseIf></responseCondition></responseProcessing>"
    )
    raw = item(
        declared("3.1", base_type="float"),
        '<p>Bao nhiêu? <textEntryInteraction responseIdentifier="RESPONSE"/></p>',
        rules,
    )
    assert content(raw)["answers"] == [{"value": "3.25", "tolerance": "0.25"}]


def test_blanks_and_menus_inside_a_text_are_gaps():
    body = (
        '<p>Thủ đô <inlineChoiceInteraction responseIdentifier="R1" shuffle="false">'
        '<inlineChoice identifier="H">Hà Nội</inlineChoice>'
        '<inlineChoice identifier="S">Sài Gòn</inlineChoice></inlineChoiceInteraction> có\n  '
        '<textEntryInteraction responseIdentifier="R2"/> quận.</p>'
    )
    rules = "".join(
        f"<responseCondition><responseIf><match><variable identifier='R{n}'/><correct "
        f"identifier='R{n}'/></match><setOutcomeValue identifier='SCORE'><sum><variable "
        f"identifier='SCORE'/><baseValue baseType='float'>{n}</baseValue></sum></setOutcomeValue>"
        "</responseIf></responseCondition>"
        for n in (1, 2)
    )
    raw = item(
        declared("H", identifier="R1") + declared("12", identifier="R2", base_type="integer"),
        body,
        f"<responseProcessing>{rules}</responseProcessing>",
    )
    assert one(raw).kind == "cloze"
    assert content(raw) == {
        "stem": "Thủ đô [[1]] có [[2]] quận.",
        "gaps": [
            {
                "kind": "single_choice",
                "options": [option("Hà Nội", correct=True), option("Sài Gòn")],
            },
            {"kind": "numerical", "answers": [{"value": "12", "tolerance": "0"}], "weight": 2},
        ],
        "points": 3,
    }


def test_words_that_are_dragged_into_gaps_are_menus():
    body = (
        '<gapMatchInteraction responseIdentifier="RESPONSE"><prompt>Điền.</prompt>'
        '<gapText identifier="X" matchMax="1">hè</gapText><gapText identifier="Y" matchMax="1">đông'
        '</gapText><p>Vải mùa <gap identifier="G1"/>, cam mùa <gap identifier="G2"/>.</p>'
        "</gapMatchInteraction>"
    )
    mapping = mapped({"X G1": "1", "Y G2": "1"}, 'defaultValue="-1" lowerBound="0"')
    raw = item(
        declared("X G1", "Y G2", cardinality="multiple", base_type="directedPair", mapping=mapping),
        body,
        MAP,
    )
    assert content(raw)["stem"] == "Điền.\n\nVải mùa [[1]], cam mùa [[2]]."
    rights = [[o["correct"] for o in gap["options"]] for gap in content(raw)["gaps"]]
    assert rights == [[True, False], [False, True]]


def test_hot_text_is_a_message_with_signs():
    body = (
        "<p>Đánh dấu.</p>"
        '<hottextInteraction responseIdentifier="RESPONSE" maxChoices="0"><p>Chào bác, '
        '<hottext identifier="A">bấm vào</hottext> <hottext identifier="B">đường này</hottext> '
        "nhé.</p></hottextInteraction>"
    )
    raw = item(declared("B", cardinality="multiple"), body)
    assert (one(raw).kind, content(raw)["stem"]) == ("spot", "Đánh dấu.")
    assert [(p["text"], p["suspicious"]) for p in content(raw)["parts"]] == [
        ("Chào bác, ", False),
        ("bấm vào ", False),
        ("đường này", True),
        (" nhé.", False),
    ]


HOTSPOTS = (
    '<hotspotInteraction responseIdentifier="RESPONSE" maxChoices="0"><prompt>Chỗ nào lạ?</prompt>'
    '<object type="image/png" data="anh.png" width="400" height="200">Màn hình</object>'
    '<hotspotChoice identifier="A" shape="{}" coords="40,20,140,120" hotspotLabel="Địa chỉ"/>'
    '<hotspotChoice identifier="B" shape="rect" coords="200,0,400,200"/></hotspotInteraction>'
)


def test_hot_spots_are_places_in_a_picture_in_per_cent():
    raw = item(declared("A", cardinality="multiple"), HOTSPOTS.format("rect"))
    question = one(
        package({"imsmanifest.xml": manifest("1.xml"), "1.xml": raw, "anh.png": PICTURE})
    )
    assert question.content["picture"] == picture_key(PICTURE)
    assert dict(question.pictures) == {picture_key(PICTURE): PICTURE}
    assert [(p["text"], p["suspicious"], p["area"]) for p in question.content["parts"]] == [
        ("Địa chỉ", True, [10, 10, 25, 50]),
        ("", False, [50, 0, 50, 100]),
    ]


def test_a_round_hot_spot_is_left():
    raw = item(declared("A", cardinality="multiple"), HOTSPOTS.format("circle"))
    read = qti.read(
        package({"imsmanifest.xml": manifest("1.xml"), "1.xml": raw, "anh.png": PICTURE})
    )
    assert [left.why for left in read.left] == ["Only rectangles are read as areas of a picture."]


@pytest.mark.parametrize(
    "name", ["extendedText", "upload", "drawing", "slider", "media", "custom", "graphicOrder"]
)
def test_what_the_bank_has_no_type_for_is_left_with_its_line(name):
    raw = item(declared("A"), f'<p>Viết.</p>\n<{name}Interaction responseIdentifier="RESPONSE"/>')
    (left,) = qti.read(raw).left
    assert (left.line, left.what, left.why) == (
        7,
        f"{name}Interaction",
        "The bank has no type of question for it.",
    )


def test_rubrics_are_left_out_and_rules_that_are_not_run_are_noted():
    rules = '<responseProcessing><lookupOutcomeValue identifier="SCORE"/></responseProcessing>'
    body = '<rubricBlock view="scorer"><p>Bí mật</p></rubricBlock>' + choice({"A": "x", "B": "y"})
    question = one(item(declared("B"), body, rules))
    assert [o["correct"] for o in question.content["options"]] == [False, True]
    assert "Bí mật" not in question.content["stem"]
    assert question.notes == (
        "How answers are marked (lookupOutcomeValue) was not read; right is what is declared.",
        "Instructions for markers or candidates (rubricBlock) were left out.",
    )


def test_rules_of_any_size_are_run_for_a_bounded_time():
    rule = '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">0</baseValue></setOutcomeValue>'
    choices = {f"C{n}": "x" for n in range(300)}
    question = one(
        item(
            declared("C7"),
            choice(choices),
            f"<responseProcessing>{rule * 2_000}</responseProcessing>",
        )
    )
    assert [n for n, o in enumerate(question.content["options"]) if o["correct"]] == [7]


def test_a_text_that_looks_like_the_marker_of_a_gap_is_left():
    body = '<p>[[1]] <textEntryInteraction responseIdentifier="RESPONSE"/> quận</p>'
    (left,) = qti.read(item(declared("12", base_type="string"), body)).left
    assert left.why == "It does not make up a whole question."


def test_a_text_of_too_many_tags_is_left():
    body = "<b>x</b>" * 3_000 + choice({"A": "x", "B": "y"})
    (left,) = qti.read(item(declared("A"), body)).left
    assert left.why == "A text has more than 3,000 HTML tags."
