import io
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizzes.exchange import sheets
from quizzes.exchange.parsed import Parsed, Read, Refused
from quizzes.exchange.sheet_columns import COLUMNS, KINDS
from quizzes.exchange.sheets_examples import EXAMPLES
from tests.quizzes.exchange import making
from tests.quizzes.exchange.qti_questions import spots
from tests.quizzes.exchange.test_packages import zipped

TITLES = {column.key: column.title for column in COLUMNS}
SAID = {"feedback_right": "", "feedback_wrong": ""}


def sheet(*rows: dict[str, object], title: str = "Câu hỏi", above: int = 0) -> bytes:
    """Return a workbook with a column for each key that a row has."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = title
    keys = list(dict.fromkeys(key for row in rows for key in row))
    for place, key in enumerate(keys, start=1):
        page.cell(1 + above, place, TITLES[key])
        for down, row in enumerate(rows, start=2 + above):
            page.cell(down, place, row.get(key))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def content(**row: object) -> dict:
    read = sheets.read(sheet({"stem": "Câu", **row}))
    assert read.left == ()
    (question,) = read.questions
    return question.content


def wrong(**row: object) -> list[str]:
    read = sheets.read(sheet({"stem": "Câu", **row}))
    assert read.questions == ()
    return [left.why for left in read.left]


CHOICE = {"kind": "Một lựa chọn", "option_A": "a", "option_B": "b", "option_C": "c"}


def test_the_template_can_be_read_and_holds_no_question_yet():
    raw = sheets.template([("1.1", "Đăng nhập an toàn"), ("1.2", "Mật khẩu")])
    assert sheets.read(raw) == Read()
    book = openpyxl.load_workbook(io.BytesIO(raw))
    assert book.sheetnames == ["Hướng dẫn", "Câu hỏi", "Danh mục"]
    offered = [rule.formula1 for rule in book["Câu hỏi"].data_validations.dataValidation]
    assert any("Một lựa chọn" in one for one in offered)
    assert any("Trung bình" in one for one in offered)
    assert any("Danh mục" in one for one in offered)
    assert book["Danh mục"]["A1"].value == "1.1 – Đăng nhập an toàn"
    told = [cell.value for row in book["Hướng dẫn"].iter_rows() for cell in row if cell.value]
    assert all(title in told for title in KINDS.values())


def test_the_examples_of_the_template_are_read_as_they_are_meant():
    written = sheets.write(EXAMPLES)
    assert written.left == ()
    read = sheets.read(written.raw)
    assert read.left == ()
    assert [replace(q, line=1) for q in read.questions] == list(EXAMPLES)
    assert {q.kind for q in read.questions} == set(KINDS)
    assert [q.line for q in read.questions] == list(range(2, 2 + len(EXAMPLES)))


def test_the_same_questions_give_the_same_bytes():
    assert sheets.write(EXAMPLES).raw == sheets.write(EXAMPLES).raw


def test_common_columns_are_read():
    row = {
        **CHOICE,
        "answer": "b",
        "name": "c-1",
        "outcome": "1.1 – Đăng nhập",
        "difficulty": "khó",
    }
    row |= {"tags": "vneid; OTP", "explanation": "Vì thế.", "settings": "Giữ thứ tự; điểm 2"}
    (question,) = sheets.read(sheet({"stem": "Hai\ndòng", **row})).questions
    assert (question.name, question.category, question.tags, question.difficulty) == (
        "c-1",
        ("1.1",),
        ("vneid", "OTP"),
        3,
    )
    assert question.content["stem"] == "Hai\ndòng"
    assert question.content["explanation"] == "Vì thế."
    assert (question.content["keep_order"], question.content["points"]) == (True, 2)


def test_options_may_be_worth_a_part():
    options = content(**CHOICE, answer="B; C 50%", feedback_C="Gần.")["options"]
    assert [(o["correct"], o.get("worth"), o["feedback"]) for o in options] == [
        (False, None, ""),
        (True, None, ""),
        (False, 50, "Gần."),
    ]
    several = CHOICE | {"kind": "Nhiều lựa chọn"}
    assert [o["correct"] for o in content(**several, answer="A, C")["options"]] == [
        True,
        False,
        True,
    ]
    weighed = content(**several, answer="A 70%; B -33,5%; C 30%")["options"]
    assert [o["worth"] for o in weighed] == [70, -33.5, 30]


def test_a_statement_is_true_or_false():
    assert content(kind="Đúng/Sai", answer="sai") == {"stem": "Câu", "answer": False, **SAID}
    assert content(kind="Đúng/Sai", answer=True)["answer"] is True


def test_pairs_stand_around_an_equals_sign():
    row = {"kind": "Ghép đôi", "option_A": "1 = một", "option_B": "a\\=b=hai", "option_C": "~ ba"}
    assert content(**row) == {
        "stem": "Câu",
        "pairs": [{"left": "1", "right": "một"}, {"left": "a=b", "right": "hai"}],
        "distractors": ["ba"],
        **SAID,
    }


def test_short_answers_stand_on_lines_or_between_bars():
    row = {"kind": "Trả lời ngắn", "answer": "Hà Nội|a\\|b\nThăng Long [50%]", "hint": "hai chữ"}
    assert content(**row, settings="đúng từng chữ") == {
        "stem": "Câu",
        "accepted": ["Hà Nội", "a|b", {"text": "Thăng Long", "worth": 50, "feedback": ""}],
        "hint": "hai chữ",
        "exact": True,
        **SAID,
    }


@pytest.mark.parametrize(
    ("cell", "answers"),
    [
        ("3,14 ± 0,01", [{"value": "3.14", "tolerance": "0.01"}]),
        (12, [{"value": "12", "tolerance": "0"}]),
        (0.5, [{"value": "0.5", "tolerance": "0"}]),
        (
            "3 +/- 1 [50%]|3",
            [{"value": "3", "tolerance": "1", "worth": 50}, {"value": "3", "tolerance": "0"}],
        ),
    ],
)
def test_numbers_may_have_a_tolerance(cell, answers):
    assert content(kind="Số", answer=cell, unit="kg")["answers"] == answers


def test_gaps_stand_in_braces():
    stem = "Thủ đô {=Hà Nội|~Sài Gòn|~Huế [25%]} có {#12 ± 1} quận, {=đúng|=phải}. \\{thế\\}"
    (question,) = sheets.read(sheet({"stem": stem, "kind": "Điền chỗ trống"})).questions
    assert question.content["stem"] == "Thủ đô [[1]] có [[2]] quận, [[3]]. {thế}"
    menu, number, typed = question.content["gaps"]
    assert [(o["text"], o["correct"], o.get("worth")) for o in menu["options"]] == [
        ("Hà Nội", True, None),
        ("Sài Gòn", False, None),
        ("Huế", False, 25),
    ]
    assert number == {"kind": "numerical", "answers": [{"value": "12", "tolerance": "1"}]}
    assert typed == {"kind": "short_answer", "accepted": ["đúng", "phải"]}


def test_signs_stand_in_double_brackets():
    row = {
        "kind": "Tìm dấu hiệu",
        "message": "Chào bác, |mời [[bấm đây]] hoặc [[gọi]].",
        "feedback_A": "Lạ.",
    }
    assert [tuple(part.values()) for part in content(**row)["parts"]] == [
        ("Chào bác, ", False, ""),
        ("mời ", False, ""),
        ("bấm đây", True, "Lạ."),
        (" hoặc ", False, ""),
        ("gọi", True, ""),
        (".", False, ""),
    ]


@pytest.mark.parametrize(
    ("row", "whys"),
    [
        ({"kind": "Vẽ hình"}, ["Cell B2: the type must be one of: "]),
        (CHOICE, ["Cell 2: “” is not the letter of an option."]),
        (CHOICE | {"answer": "D"}, ["Cell F2: “D” is not the letter of an option."]),
        (CHOICE | {"answer": "A 50%"}, ["Cell F2: no option is wholly right."]),
        (CHOICE | {"answer": "A 500%"}, ["Cell F2: “500” is not a weight from -100 to 100."]),
        (
            CHOICE | {"answer": "A", "difficulty": "4", "unit": "kg"},
            [
                "Cell G2: the difficulty must be one of: Dễ, Trung bình, Khó.",
                "Cell H2: this type of question has nothing there.",
            ],
        ),
        (
            {"kind": "Sắp xếp", "option_A": "a", "option_B": None, "option_C": "c"},
            ["Cell D2: it is empty, though one after it is not."],
        ),
        (
            {"kind": "Ghép đôi", "option_A": "a=b", "option_B": "c"},
            ["Cell D2: it must read: left = right."],
        ),
        ({"kind": "Số", "answer": "ba"}, ["Cell C2: “ba” is not a number."]),
        ({"kind": "Đúng/Sai", "answer": "có"}, ["Cell C2: it must be “Đúng” or “Sai”."]),
        ({"kind": "Điền chỗ trống"}, ["Cell A2: it has no gap in braces"]),
        ({"kind": "Tìm dấu hiệu", "message": "lạ"}, ["Cell C2: put what is suspicious in double"]),
        (CHOICE | {"answer": "A", "settings": "to lên"}, ["Cell G2: “to lên” is no setting"]),
    ],
)
def test_a_wrong_cell_is_named(row, whys):
    found = wrong(**row)
    assert len(found) == len(whys)
    assert all(why.startswith(start) for why, start in zip(found, whys, strict=True))


def test_a_wrong_row_leaves_the_others_alone():
    rows = [{"stem": "x", **CHOICE, "answer": letter} for letter in ("A", "Z", "C")]
    read = sheets.read(sheet(*rows, above=3))
    assert [q.line for q in read.questions] == [5, 7]
    assert [(left.line, left.what) for left in read.left] == [(6, "x")]


def test_a_csv_is_read_as_well():
    raw = "Loại;Câu hỏi;Đáp án\nĐúng/Sai;Trái đất tròn;Đúng\n".encode()
    assert [q.content["answer"] for q in sheets.read(raw).questions] == [True]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1EncryptedPackage",
        zipped(("xl/workbook.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")),
        zipped(("word/document.xml", b"<a/>")),
        "Họ tên;Ngày sinh\nA;B\n".encode(),
    ],
)
def test_what_is_no_sheet_of_questions_is_refused(raw):
    with pytest.raises(Refused):
        sheets.read(raw)


def test_text_that_begins_like_a_formula_stays_text():
    question = Parsed("true_false", {"stem": "=1+1", "answer": True, **SAID}, 0)
    book = openpyxl.load_workbook(io.BytesIO(sheets.write([question]).raw))
    values = [cell for row in book["Câu hỏi"].iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in values] == ["s"]


# ── Written and read ────────────────────────────────────────────────────────────────────────────

PLAIN = [kind for kind in KINDS if kind != "spot"]
simple = st.text("aă Z59=|{}[]~\\#%;,.", min_size=1, max_size=8).map(making.one_line).filter(bool)


@given(
    st.lists(
        making.questions(PLAIN, xml=True) | spots() | making.questions(PLAIN, xml=False),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from([None, 1, 2, 3]),
)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_what_is_written_is_read_again_or_said_to_be_lost(questions, difficulty):
    questions = [replace(q, name=f"n{n}", difficulty=difficulty) for n, q in enumerate(questions)]
    written = sheets.write(questions)
    read = sheets.read(written.raw)
    assert read.left == ()
    found = {question.name: making.without_line(question) for question in read.questions}
    told = {left.what: left.why for left in written.left}
    for question in questions:
        if question.name not in told:
            assert found[question.name] == question
        elif question.name in found:
            assert found[question.name].kind == question.kind
            assert "cannot say: " in told[question.name]
        else:
            assert told[question.name] == "A row of a sheet cannot say this question."


@given(st.data())
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_what_is_in_plain_words_loses_nothing(data):
    texts = st.builds(making.from_plain, st.text("aăđ Z9.,?", min_size=1, max_size=9)).filter(bool)
    question = data.draw(
        making.questions(["single_choice", "ordering", "true_false"], xml=False, text=texts)
    )
    plain = replace(question, category=question.category[:1] and ("1.1",), tags=(), name="n")
    written = sheets.write([plain])
    assert written.left == ()
    assert [making.without_line(q) for q in sheets.read(written.raw).questions] == [plain]
