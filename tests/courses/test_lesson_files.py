import unicodedata
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.course_files import CONTENT, read_course, read_facts, read_skills
from courses.lesson_files import read_lesson
from courses.mistakes import Notebook

FRONT = """+++
title = "Hai mức tài khoản"
summary = "Phân biệt được hai mức."
minutes = 6
outcomes = ["1.1"]
checked_on = 2026-11-23
+++
"""
FIRST = FRONT.count("\n") + 1  # the line of a body's first line
PICTURE = "![Màn hình báo mã OTP gồm sáu chữ số.](otp.svg)"
STEPS = f"::: steps Mở ví\n### Một\nBấm **Mở**.\n{PICTURE}\n\n### Hai\nChờ.\n:::"
SCAM = "::: scam Tin lạ\nfrom: Số lạ\n---\nBác {bấm x.top} {ngay}.\n---\n1. Sai đuôi.\n2. Thúc\n  ép.\n:::"
DIALOGUE = "::: dialogue Ở chợ\n**Bà Năm**: Mã gì đây?\nCon Hà: Mã\nOTP: sáu số.\n:::"
TABLE = "::: table Hai mức\n| Mức | Ở đâu |\n|---|:-:|\n| Một | **Tại nhà** |\n| Hai | |\n:::"
CHECK = "::: check Làm gì trước?\n- [ ] Bấm thử. | Nguy hiểm.\n- [x] Gọi\n  công an. | Đúng.\n:::"
MEDIA = "::: media Nghe thử\nfile: goi.mp3\n---\nMột cuộc gọi **lạ**.\n:::"
DOWNLOAD = "::: download Tờ rơi\nfile: to-roi.pdf\n---\nTờ rơi in hai mặt.\n:::"
SOURCES = "::: sources\n- [s1] Cổng tỉnh: hai mức — a.gov.vn/x\n- Sổ tay của thôn\n:::"


@pytest.fixture
def course(tmp_path):
    """A folder with a picture and two files."""
    folder = tmp_path / "thu"
    for name in ("pictures/otp.svg", "files/goi.mp3", "files/to-roi.pdf"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def read(course, text, name="02-hai-muc.md"):
    """Return the lesson, and the mistakes as (line, message)."""
    path = course / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    notebook = Notebook(path)
    lesson = read_lesson(path, outcomes={"1.1", "1.2"}, facts={"hotline"}, notebook=notebook)
    assert {mistake.path for mistake in notebook.mistakes} <= {path}
    return lesson, [(mistake.line, mistake.message) for mistake in notebook.mistakes]


def block_of(course, body):
    lesson, mistakes = read(course, FRONT + body)
    assert mistakes == []
    [block] = lesson.body
    return block["type"], block["value"]


def items(values):
    return [item["value"] for item in values]


# What is read


def test_the_front_matter_and_the_name_of_the_file_say_what_the_lesson_is(course):
    lesson, mistakes = read(course, FRONT + "Gọi [[hotline]].")
    assert mistakes == []
    assert (lesson.slug, lesson.title, lesson.minutes) == ("hai-muc", "Hai mức tài khoản", 6)
    assert (lesson.summary, lesson.outcomes) == ("Phân biệt được hai mức.", ["1.1"])
    assert lesson.checked_on == date(2026, 11, 23)
    assert lesson.pictures == lesson.documents == []


def test_text_between_blocks_becomes_one_block(course):
    lesson, _none = read(course, f"{FRONT}\n\nMột.\n\n## Hai\n\nBa.\n\n{CHECK}\n\nBốn.\n")
    assert [block["type"] for block in lesson.body] == ["text", "check", "text"]
    assert lesson.body[0]["value"] == "<p>Một.</p>\n<h2>Hai</h2>\n<p>Ba.</p>"


def test_steps_have_a_title_a_text_and_perhaps_a_picture(course):
    kind, value = block_of(course, STEPS)
    assert (kind, value["title"]) == ("steps", "Mở ví")
    assert items(value["steps"]) == [
        {
            "title": "Một",
            "text": "<p>Bấm <b>Mở</b>.</p>",
            "picture": {
                "picture": "otp.svg",
                "text_alternative": "Màn hình báo mã OTP gồm sáu chữ số.",
            },
        },
        {
            "title": "Hai",
            "text": "<p>Chờ.</p>",
            "picture": {"picture": None, "text_alternative": ""},
        },
    ]


def test_a_picture_has_a_caption_and_a_text_alternative(course):
    assert block_of(course, f"::: picture Mã OTP\n\n{PICTURE}\n:::") == (
        "picture",
        {
            "picture": "otp.svg",
            "text_alternative": "Màn hình báo mã OTP gồm sáu chữ số.",
            "caption": "Mã OTP",
        },
    )


@pytest.mark.parametrize("kind", ["warning", "tip", "remember", "neighbour"])
def test_a_callout_has_a_kind_a_title_and_a_text(course, kind):
    assert block_of(course, f"::: {kind} Nhớ kỹ\n- một\n- hai\n:::") == (
        "callout",
        {"kind": kind, "title": "Nhớ kỹ", "text": "<ul>\n<li>một</li>\n<li>hai</li>\n</ul>"},
    )


def test_a_scam_has_a_sender_a_message_and_its_signs(course):
    kind, value = block_of(course, SCAM)
    assert (kind, value["sender"]) == ("spot_the_scam", "Số lạ")
    assert value["message"] == "Bác {bấm x.top} {ngay}."
    assert items(value["signs"]) == ["Sai đuôi.", "Thúc ép."]


def test_a_dialogue_is_read_line_by_line(course):
    kind, value = block_of(course, DIALOGUE.replace("OTP: sáu", "OTP gồm sáu"))
    assert kind == "dialogue"
    assert items(value["lines"]) == [
        {"name": "Bà Năm", "text": "Mã gì đây?"},
        {"name": "Con Hà", "text": "Mã OTP gồm sáu số."},
    ]


def test_a_table_has_a_header_and_rows(course):
    assert block_of(course, TABLE) == (
        "table",
        {
            "columns": [
                {"type": "text", "heading": "Mức"},
                {"type": "text", "heading": "Ở đâu"},
            ],
            "rows": [
                {"values": ["<p>Một</p>", "<p><b>Tại nhà</b></p>"]},
                {"values": ["<p>Hai</p>", ""]},
            ],
            "caption": "Hai mức",
        },
    )


def test_a_check_has_answers_with_what_to_say_to_each(course):
    kind, value = block_of(course, CHECK)
    assert (kind, value["question"]) == ("check", "Làm gì trước?")
    assert items(value["answers"]) == [
        {"text": "Bấm thử.", "correct": False, "feedback": "Nguy hiểm."},
        {"text": "Gọi công an.", "correct": True, "feedback": "Đúng."},
    ]


def test_media_and_downloads_stand_by_file_name(course):
    lesson, mistakes = read(course, f"{FRONT}{MEDIA}\n{DOWNLOAD}")
    assert mistakes == []
    assert lesson.documents == ["goi.mp3", "to-roi.pdf"]
    assert [block["value"] for block in lesson.body] == [
        {
            "title": "Nghe thử",
            "file": "goi.mp3",
            "text_alternative": "<p>Một cuộc gọi <b>lạ</b>.</p>",
        },
        {"title": "Tờ rơi", "file": "to-roi.pdf", "description": "Tờ rơi in hai mặt."},
    ]


def test_a_source_has_a_tag_a_text_and_an_address_or_only_a_text(course):
    kind, value = block_of(course, SOURCES)
    assert kind == "sources"
    assert items(value["sources"]) == [
        {"tag": "s1", "text": "Cổng tỉnh: hai mức", "address": "a.gov.vn/x"},
        {"tag": "", "text": "Sổ tay của thôn", "address": ""},
    ]


def test_blocks_keep_their_ids_from_load_to_load(course):
    body = f"{FRONT}Một.\n{STEPS}\n{SCAM}"
    once, again = read(course, body)[0], read(course, body)[0]
    assert once.body == again.body
    ids = [block["id"] for block in once.body]
    ids += [item["id"] for item in once.body[1]["value"]["steps"]]
    ids += [item["id"] for item in once.body[2]["value"]["signs"]]
    assert len(set(ids)) == len(ids)


# What is wrong


LONG = "a" * 151
WRONG_FRONT = [
    ("Không có gì.", 1, "begins with TOML"),
    ('+++\ntitle = "x"\n', 1, "begins with TOML"),
    ('+++\ntitle = "x"\nsummary = \n+++\n', 3, "TOML"),
    (FRONT.replace("minutes", "phut = 1\nminutes"), 4, "unknown key “phut”"),
    (FRONT.replace("minutes = 6\n", ""), 1, "“minutes” is missing"),
    (FRONT.replace('"Phân biệt được hai mức."', "3"), 3, "text in quotation marks"),
    (FRONT.replace("= 6", '= "6"'), 4, "whole number"),
    (FRONT.replace("= 6", "= true"), 4, "whole number"),
    (FRONT.replace("= 6", "= 0"), 4, "from 1 to 60"),
    (FRONT.replace("Hai mức tài khoản", " "), 2, "1 to 120"),
    (FRONT.replace("Phân biệt được hai mức.", "a" * 301), 3, "1 to 300"),
    (FRONT.replace('["1.1"]', '"1.1"'), 5, "must be a list"),
    (FRONT.replace('["1.1"]', "[]"), 5, "at least one outcome"),
    (FRONT.replace('["1.1"]', '["9.9"]'), 5, "no outcome “9.9”"),
    (FRONT.replace('["1.1"]', "[1.1]"), 5, "no outcome “1.1”"),
    (FRONT.replace('["1.1"]', '[["1.1"]]'), 5, "no outcome"),
    (FRONT.replace("2026-11-23", '"2026-11-23"'), 6, "a date like"),
    (FRONT.replace("2026-11-23", "2026-11-23T10:00:00"), 6, "a date like"),
    (FRONT.replace("\n", "\r\n"), 1, "Windows line endings"),
    (unicodedata.normalize("NFD", FRONT), 1, "NFC"),
    (FRONT.encode() + b"m\xe1t", FIRST, "not in UTF-8"),
]  # fmt: skip
WRONG_BODY = [  # the body, the line of the mistake from 0 in it, what is said
    ("Gọi\n[[tong-dai]].", 1, "no fact “tong-dai”"),
    ("Theo [s9].", 0, "[s9] is not among the sources"),
    ("Một\n\nhai `ba`.", 2, "`code`"),
    ("# Quá to", 0, "a heading must be"),
    ("một\n\n![x](https://a.vn/x.png)", 2, "stand in blocks"),
    ("| a | b |", 0, "stand in blocks"),
    ("> trích", 0, "stand in blocks"),
    (":::", 0, "closes nothing"),
    ("\n::: poem Thơ\nx\n:::", 1, "no block is called “poem”"),
    ("::: tip Một\nx", 0, "not closed"),
    ("::: tip Một\nx\n::: tip Hai\nx\n:::", 2, "the block of line 8 is not closed"),
    ("::: tip\nx\n:::", 0, "needs a title"),
    (f"::: tip {LONG}\nx\n:::", 0, "longer than 150"),
    ("::: tip Trống\n\n:::", 1, "text is missing"),
    ("::: tip Nhớ\n\n\n## Hai\n:::", 3, "a heading must be"),
    ("::: picture Ảnh\nkhông có\n:::", 1, "a picture is"),
    ("::: picture Ảnh\n![Một bức ảnh không có](thieu.svg)\n:::", 1, "no picture pictures/thieu.svg"),
    ("::: picture Ảnh\n![ngắn](otp.svg)\n:::", 1, "10 to 500 characters"),
    ("::: picture Ảnh\n![Lấy từ nơi khác về](../../x.svg)\n:::", 1, "a picture is"),
    ("::: steps Mở\nlạc\n### Một\na\n### Hai\nb\n:::", 1, "steps begin with"),
    ("::: steps Mở\n### Một\na\n:::", 0, "fewer than two steps"),
    (f"::: steps Mở\n### {LONG}\na\n### Hai\nb\n:::", 1, "longer than 150"),
    ("::: steps Mở\n### Một\na\n### Hai\n:::", 4, "text is missing"),
    (f"::: steps Mở\n### Một\na\n{PICTURE}\n{PICTURE}\n### Hai\nb\n:::", 4, "at most one picture"),
    (f"::: steps Mở\n### Một\n{PICTURE}\nb `c`\n### Hai\nb\n:::", 3, "`code`"),
    ("::: scam Tin\nSố lạ\n---\n{a}\n---\n1. b\n:::", 1, "a scam is"),
    ("::: scam Tin\nfrom: Số lạ\n---\n{a}\n:::", 1, "a scam is"),
    ("::: scam Tin\nfrom: Số lạ\n---\n{a\n---\n1. b\n:::", 3, "Ngoặc nhọn"),
    ("::: scam Tin\nfrom: Số lạ\n---\n{a} {b}\n---\n1. c\n:::", 5, "2 parts in braces, but 1 signs"),
    ("::: scam Tin\nfrom: Số lạ\n---\na\n---\n:::", 5, "0 parts in braces"),
    (f"::: scam Tin\nfrom: {LONG}\n---\n{{a}}\n---\n1. c\n:::", 1, "longer than 100"),
    ("::: dialogue Chợ\nBà Năm: Gì?\n\nkhông ai nói\n\nHà: Mã.\n:::", 3, "a line of a dialogue"),
    ("::: dialogue Chợ\nBà Năm: Gì?\n:::", 1, "at least two lines"),
    ("::: table Bảng\n| a | b |\n|---|---|\n| c |\n:::", 3, "1 cells, but 2 headings"),
    ("::: table Bảng\n| a |\n|---|\n| b |\nc\n:::", 4, "stands between | and |"),
    ("::: table Bảng\n| a |\n:::", 1, "a header and at least one row"),
    ("::: table Bảng\n| a |\n|---|\n| b |\n| `c` |\n:::", 4, "`code`"),
    ("::: check Gì?\n- [ ] a\n- [x] b | c\n- [ ] d | e\n:::", 1, "an answer is"),
    ("::: check Gì?\n- [x] a | b\n:::", 1, "two to four answers"),
    ("::: check Gì?\n- [ ] a | b\n- [ ] c | d\n:::", 1, "exactly one answer"),
    ("::: check Gì?\n- [x] a | b\n- [x] c | d\n:::", 1, "exactly one answer"),
    ("::: media Nghe\ngoi.mp3\n:::", 1, "the block is “file: name”"),
    ("::: media Nghe\nfile: thieu.mp3\n---\nLời.\n:::", 1, "no file files/thieu.mp3"),
    ("::: media Nghe\nfile: goi.mp3\n---\n\n# Lời\n:::", 4, "a heading must be"),
    (f"::: download Tờ\nfile: to-roi.pdf\n---\n{LONG}{LONG}\n:::", 3, "longer than 250"),
    ("::: sources\nCổng tỉnh\n- Sổ tay\n:::", 1, "a source is"),
    ("::: sources\n:::", 1, "there are no sources"),
    (f"::: sources\n- a\n- {LONG}{LONG}\n:::", 2, "longer than 300"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "message"), WRONG_FRONT)
def test_a_mistake_at_the_head_of_a_file_is_named_with_its_line(course, text, line, message):
    _lesson, mistakes = read(course, text)
    assert [(at, message in said) for at, said in mistakes] == [(line, True)], mistakes


@pytest.mark.parametrize(("body", "line", "message"), WRONG_BODY)
def test_a_mistake_in_the_body_is_named_with_its_line(course, body, line, message):
    _lesson, mistakes = read(course, FRONT + body)
    assert [(at, message in said) for at, said in mistakes] == [(FIRST + line, True)], mistakes


def test_a_file_with_an_accent_in_its_name_has_no_address(course):
    _lesson, mistakes = read(course, FRONT, name="01-hai-mức.md")
    assert [line for line, _said in mistakes] == [1]


def test_all_mistakes_of_a_file_are_named_at_once(course):
    _lesson, mistakes = read(
        course, FRONT.replace("= 6", "= 99") + "::: tip\n:::\n[[a]]\n::: x Y\n:::"
    )
    assert sorted(line for line, _said in mistakes) == [4, FIRST, FIRST + 1, FIRST + 2, FIRST + 3]


LINES = """\
::: tip Một
::: steps Hai
::: scam Ba
::: check Bốn
::: table Năm
::: media Sáu
::: sources
:::
---
### Bước
from: Ai
{a}
1. b
- [x] c
- [x] c | d
Bà: gì
file: goi.mp3
| a | b |
|---|
`x`

""".splitlines()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([*LINES, PICTURE]), max_size=12))
def test_whatever_the_lines_every_mistake_is_inside_the_file(course, lines):
    _lesson, mistakes = read(course, FRONT + "\n".join(lines))
    assert all(1 <= line <= FIRST + len(lines) for line, _said in mistakes)


# Our own content


def test_every_lesson_of_ours_holds_what_a_lesson_needs():
    skills = read_skills(Notebook(CONTENT / "skills.toml"))
    facts = read_facts(Notebook(CONTENT / "facts.toml"))
    for folder in sorted(path.parent for path in CONTENT.glob("*/course.toml")):
        course, mistakes = read_course(folder, skills=skills, facts=facts)
        assert course
        assert mistakes == []
        for lesson in course.lessons:
            found = {block["type"] for block in lesson.body}
            found |= {b["value"]["kind"] for b in lesson.body if b["type"] == "callout"}
            assert {"steps", "warning", "check", "neighbour"} <= found, lesson.path
            assert found & {"spot_the_scam", "dialogue"}, lesson.path
            assert lesson.body[-1]["type"] == "sources", lesson.path
            assert len(lesson.pictures) >= 2, lesson.path
