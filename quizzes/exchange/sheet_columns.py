"""The columns of a sheet of questions, its words for types and difficulties, and how a cell says things.

What authors read is in the workbook itself, in Vietnamese, like the sheets of `imports`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vietnamese import fold, normalise

LETTERS = "ABCDEFGH"
ROWS_TO_FILL_IN = 1_000


@dataclass(frozen=True)
class Column:
    """A column: what it is called, how wide it is, and what it may be called as well."""

    key: str
    title: str
    width: int
    aliases: tuple[str, ...] = ()


COLUMNS = (
    Column("name", "Mã", 14, ("Mã câu hỏi", "Tên")),
    Column("outcome", "Chuẩn đầu ra", 18, ("Chuẩn", "CĐR")),
    Column("kind", "Loại", 18, ("Loại câu hỏi", "Dạng")),
    Column("difficulty", "Độ khó", 12, ("Mức độ",)),
    Column("stem", "Câu hỏi", 50, ("Nội dung câu hỏi", "Nội dung")),
    Column("from", "Tin nhắn từ", 18, ("Người gửi",)),
    Column("message", "Tin nhắn", 40, ("Nội dung tin nhắn",)),
    *(Column(f"option_{x}", f"Phương án {x}", 28) for x in LETTERS),
    Column("answer", "Đáp án", 24),
    *(Column(f"feedback_{x}", f"Phản hồi {x}", 28) for x in LETTERS),
    Column("feedback_right", "Phản hồi khi đúng", 28),
    Column("feedback_partial", "Phản hồi khi đúng một phần", 28),
    Column("feedback_wrong", "Phản hồi khi sai", 28),
    Column("explanation", "Giải thích", 40),
    Column("hint", "Gợi ý dạng trả lời", 18, ("Gợi ý",)),
    Column("unit", "Đơn vị", 10),
    Column("settings", "Tùy chọn", 20),
    Column("tags", "Thẻ", 18, ("Nhãn",)),
)
NEEDED = ("kind", "stem")

KINDS = {
    "single_choice": "Một lựa chọn",
    "multiple_choice": "Nhiều lựa chọn",
    "true_false": "Đúng/Sai",
    "matching": "Ghép đôi",
    "ordering": "Sắp xếp",
    "short_answer": "Trả lời ngắn",
    "numerical": "Số",
    "cloze": "Điền chỗ trống",
    "spot": "Tìm dấu hiệu",
}
KIND_ALIASES = {
    "single_choice": ("một đáp án", "trắc nghiệm", "chọn một"),
    "multiple_choice": ("nhiều đáp án", "chọn nhiều"),
    "true_false": ("đúng sai", "đúng hoặc sai"),
    "matching": ("nối", "ghép cặp"),
    "ordering": ("sắp thứ tự", "thứ tự"),
    "short_answer": ("câu trả lời ngắn", "điền từ"),
    "numerical": ("con số", "trả lời số"),
    "cloze": ("điền khuyết",),
    "spot": ("đánh dấu dấu hiệu",),
}
DIFFICULTIES = {1: "Dễ", 2: "Trung bình", 3: "Khó"}
TRUE, FALSE = "Đúng", "Sai"
SETTINGS = {"keep_order": "giữ thứ tự", "exact": "đúng từng chữ", "wildcards": "dấu * thay chữ"}
POINTS = "điểm"

# What each type makes use of, beside what all do. Anything else that is filled in is a mistake.
COMMON = ("name", "outcome", "kind", "difficulty", "stem", "explanation", "settings", "tags")
OVERALL = ("feedback_right", "feedback_partial", "feedback_wrong")
OPTIONS = tuple(f"option_{x}" for x in LETTERS)
FEEDBACKS = tuple(f"feedback_{x}" for x in LETTERS)
MESSAGE = ("from", "message")
USED = {
    "single_choice": (*MESSAGE, *OPTIONS, "answer", *FEEDBACKS, *OVERALL),
    "multiple_choice": (*MESSAGE, *OPTIONS, "answer", *FEEDBACKS, *OVERALL),
    "true_false": (*MESSAGE, "answer", "feedback_right", "feedback_wrong"),
    "matching": (*MESSAGE, *OPTIONS, *OVERALL),
    "ordering": (*MESSAGE, *OPTIONS, *OVERALL),
    "short_answer": (*MESSAGE, "answer", *FEEDBACKS, *OVERALL, "hint"),
    "numerical": (*MESSAGE, "answer", *FEEDBACKS, *OVERALL, "unit"),
    "cloze": (*MESSAGE, *OVERALL),
    "spot": ("message", *FEEDBACKS, *OVERALL),
}
SETTINGS_OF = {
    "single_choice": ("keep_order",),
    "multiple_choice": ("keep_order",),
    "matching": ("keep_order",),
    "short_answer": ("exact", "wildcards"),
}

WORTH = re.compile(
    r"(?P<text>.*\S)\s*\[\s*(?P<worth>[+-]?\d{1,3}(?:[.,]\d{1,5})?)\s*%\s*\]", re.DOTALL
)
ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def bare(text: str) -> str:
    """Return a heading or a word of a list as it is compared: without accents, case and marks."""
    return "".join(c for c in fold(normalise(text)) if c.isalnum())


def split(text: str, marks: str) -> Iterator[str]:
    """Yield the parts of a cell between unescaped marks, still escaped."""
    part, escaped = "", False
    for letter in text:
        if letter in marks and not escaped:
            yield part
            part = ""
        else:
            part += letter
        escaped = letter == "\\" and not escaped
    yield part


def unescaped(text: str) -> str:
    """Return what a cell says, the backslashes before marks taken away."""
    return ESCAPED.sub(r"\1", text)


def escaped(text: str, marks: str) -> str:
    """Return a text for a cell, with a backslash before each of some marks."""
    return "".join(
        f"\\{letter}" if letter in marks or letter == "\\" else letter for letter in text
    )


def weighed(text: str) -> tuple[str, float | None]:
    """Return a text and the weight in per cent that stands in brackets after it."""
    found = WORTH.fullmatch(text.strip())
    if found is None:
        return text.strip(), None
    worth = float(found["worth"].replace(",", "."))
    return found["text"], int(worth) if worth == int(worth) else worth


def with_worth(text: str, worth: float | None) -> str:
    """Return a text with its worth in brackets behind it, where it has one."""
    return (
        text
        if worth is None
        else f"{text} [{worth:g}%]"
        if worth == round(worth, 3)
        else (f"{text} [{worth:.5f}%]")
    )
