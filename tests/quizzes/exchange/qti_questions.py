"""Questions of every type that QTI is to carry, ordinary ones and made-up ones."""

import re

from hypothesis import strategies as st

from quizzes.exchange.parsed import Parsed
from quizzes.exchange.texts import picture_key
from tests.quizzes.exchange import making

PICTURE = making.picture_bytes(size=(200, 100))


def option(text: str, *, correct: bool = False, feedback: str = "", **more) -> dict:
    return {"text": text, "correct": correct, "feedback": feedback, **more}


KINDS = [
    "single_choice",
    "multiple_choice",
    "true_false",
    "matching",
    "ordering",
    "short_answer",
    "numerical",
    "cloze",
]
said = st.text("aă Z<&\n", max_size=8).map(lambda text: re.sub(r"\s+", " ", text).strip())
percents = st.integers(0, 50) | st.sampled_from([33.33, 12.5])


@st.composite
def spots(draw):
    """A question to spot the signs in a message or in a picture."""
    size = draw(st.integers(2, 4))
    in_picture = draw(st.booleans())
    parts = [
        {
            "text": draw(said) or "x",
            "suspicious": n == 0 or draw(st.booleans()),
            "feedback": draw(said),
        }
        for n in range(size)
    ]
    if not in_picture:
        return Parsed("spot", {"stem": draw(said) or "x", "parts": parts}, 0, name="n")
    for part in parts:
        part["area"] = [draw(percents), draw(percents), 50, draw(st.integers(5, 50))]
    made = {"stem": draw(said) or "x", "picture": picture_key(PICTURE), "parts": parts}
    return Parsed("spot", made, 0, name="n", pictures={picture_key(PICTURE): PICTURE})


FULL = {"feedback_right": "Đúng.", "feedback_wrong": "Chưa đúng."}
ORDINARY = [
    Parsed(
        "single_choice",
        {
            "stem": "Bà Năm nên làm gì?\nChọn một.",
            "message": {"from": "Số lạ", "text": "Bấm vào đây."},
            "options": [
                option("Bấm", feedback="Nguy hiểm."),
                option("Gọi <xã>", correct=True),
                option("Hỏi con", worth=50),
            ],
            "explanation": "Vì thế.",
            "points": 2,
        },
        0,
        name="Câu 1",
        category=("An toàn", "Tin nhắn"),
        tags=("vneid",),
        difficulty=2,
    ),
    Parsed(
        "multiple_choice",
        {
            "stem": "Chọn.",
            "options": [
                option("a", correct=True, feedback="fa"),
                option("b", correct=True),
                option("c", correct=True),
                option("d", feedback="fd"),
            ],
            **FULL,
            "feedback_partial": "Một phần.",
        },
        0,
        name="Câu 2",
    ),
    Parsed("true_false", {"stem": "Trái đất tròn.", "answer": False, **FULL}, 0, name="Câu 3"),
    Parsed(
        "matching",
        {
            "stem": "Nối.",
            "pairs": [
                {"left": "2", "right": "hai"},
                {"left": "1", "right": "một"},
                {"left": "02", "right": "hai"},
            ],
            "distractors": ["ba"],
            **FULL,
            "feedback_partial": "Một nửa.",
        },
        0,
        name="Câu 4",
    ),
    Parsed("ordering", {"stem": "Xếp.", "items": ["mở", "quét", "gửi"], **FULL}, 0, name="Câu 5"),
    Parsed(
        "short_answer",
        {
            "stem": "Thủ đô?",
            "accepted": ["Hà Nội", {"text": "Thăng Long", "worth": 50, "feedback": "Tên cũ."}],
            "hint": "hai chữ",
            **FULL,
        },
        0,
        name="Câu 6",
    ),
    Parsed(
        "numerical",
        {
            "stem": "Nặng bao nhiêu?",
            "answers": [
                {"value": "3.14", "tolerance": "0.01"},
                {"value": "3", "tolerance": "0.5", "worth": 50, "feedback": "Gần."},
            ],
            "unit": "kg",
            **FULL,
        },
        0,
        name="Câu 7",
    ),
    Parsed(
        "cloze",
        {
            "stem": "Thủ đô [[1]] có [[2]] quận, [[3]].",
            "gaps": [
                {
                    "kind": "single_choice",
                    "options": [option("HN", correct=True, feedback="ừ"), option("SG")],
                },
                {"kind": "numerical", "answers": [{"value": "12", "tolerance": "0"}], "weight": 2},
                {"kind": "short_answer", "accepted": ["đúng", "phải"]},
            ],
            "explanation": "Vì thế.",
        },
        0,
        name="Câu 8",
    ),
    Parsed(
        "spot",
        {
            "stem": "Đánh dấu.",
            "parts": [
                {"text": "Chào bác, ", "suspicious": False, "feedback": ""},
                {"text": "bấm vào đây", "suspicious": True, "feedback": "Lạ."},
                {"text": " trước 17 giờ.", "suspicious": True, "feedback": "Gấp."},
            ],
        },
        0,
        name="Câu 9",
    ),
    Parsed(
        "spot",
        {
            "stem": "Đánh dấu.",
            "picture": picture_key(PICTURE),
            "parts": [
                {
                    "text": "Địa chỉ",
                    "suspicious": True,
                    "feedback": "Lạ.",
                    "area": [10, 10, 25, 50],
                },
                {"text": "Hình", "suspicious": False, "feedback": "", "area": [50, 50, 33.5, 11]},
            ],
        },
        0,
        name="Câu 10",
        pictures={picture_key(PICTURE): PICTURE},
    ),
    Parsed(
        "single_choice",
        {
            "markup": "html",
            "stem": f'<p>Xem <b>hình</b> <img src="picture:{picture_key(PICTURE)}" alt="đỏ"></p>',
            "options": [option("a &lt; b", correct=True), option("<i>b</i>")],
        },
        0,
        name="Câu 11",
        pictures={picture_key(PICTURE): PICTURE},
    ),
]
