"""Writing GIFT. What it cannot say is left: see quizzes.exchange.gift for the format."""

import base64
import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from quizzes.exchange import answers as worth
from quizzes.exchange.answers import Answer
from quizzes.exchange.parsed import Left, Parsed
from quizzes.exchange.texts import LIKE_HTML, LONGEST_LINE, picture_ending, with_pictures
from quizzes.exchange.written import Written, no_such_type, unsaid, what, whole_stem

ESCAPES = str.maketrans({**{char: f"\\{char}" for char in "\\~=#{}:"}, "\n": "\\n"})
LIKE_FORMAT = re.compile(r"\[(html|moodle|markdown|plain)\]", re.IGNORECASE)
LIKE_COMMAND = re.compile(r"//|\$CATEGORY:|\[(html|moodle|markdown|plain)\]", re.IGNORECASE)
COMMON_UNSAID = ("points", "hints", "penalty", "keep_order")
COMBINED = ("feedback_right", "feedback_partial", "feedback_wrong")


class _Unsayable(Exception):
    pass


def write(questions: Iterable[Parsed]) -> Written:
    """Write questions as a GIFT file."""
    blocks: list[str] = []
    left: list[Left] = []
    category: tuple[str, ...] = ()
    for question in questions:
        if question.kind not in _WRITERS:
            left.append(no_such_type(question, "GIFT"))
            continue
        try:
            block = _Writer(question).block()
        except _Unsayable as unsayable:
            left.append(Left(question.line, what(question), str(unsayable)))
            continue
        if question.category != category:
            category = question.category
            blocks.append(f"$CATEGORY: {category_address(category)}")
        blocks.append(block)
        left.extend(unsaid(question, (*COMMON_UNSAID, *_UNSAID[question.kind]), "GIFT"))
    return Written("".join(f"{block}\n\n" for block in blocks), tuple(left))


def category_address(category: tuple[str, ...]) -> str:
    """Return a path as Moodle addresses a category: a slash in a name is doubled."""
    return "/".join(["$course$", "top", *(part.replace("/", "//") for part in category)])


class _Writer:
    def __init__(self, question: Parsed):
        self.question = question
        self.content = question.content
        self.stem = whole_stem(self.content)
        self.format = "moodle"
        if self.content.get("markup") == "html":
            self.format = "html"
        elif any(map(LIKE_HTML.search, _strings(self.content))):
            self.format = "plain"

    def block(self) -> str:
        stem = self.text(self.stem)
        announced = self.format != "moodle" or LIKE_COMMAND.match(self.stem)
        if announced and not LIKE_FORMAT.match(self.stem):
            stem = f"[{self.format}]{stem}"
        lines = [f"// {self.comment()}"] if self.question.tags else []
        name = f"::{self.question.name.translate(ESCAPES)}::" if self.question.name else ""
        opening, *answers = _WRITERS[self.question.kind](self)
        lines.append(f"{name}{stem} {{{opening}")
        lines.extend(f"\t{answer}" for answer in answers)
        if explanation := self.content.get("explanation"):
            lines.append(f"\t####{self.text(explanation)}")
        block = "\n".join([*lines, "}"])
        if max(map(len, block.split("\n"))) > LONGEST_LINE:
            raise _Unsayable(_("Its pictures are too large for a line of GIFT."))
        return block

    def comment(self) -> str:
        return " ".join("[tag:{}]".format(tag.replace("]", "\\]")) for tag in self.question.tags)

    def text(self, text: str) -> str:
        if self.format == "html":
            text = with_pictures(text, self.picture)
        said = text.translate(ESCAPES)
        return f"[{self.format}]{said}" if LIKE_FORMAT.match(text) else said

    def picture(self, key: str) -> str:
        raw = self.question.pictures.get(key)
        if raw is None:
            raise _Unsayable(_("The bytes of a picture are missing."))
        kind = picture_ending(raw).replace("jpg", "jpeg")
        return f"data:image/{kind};base64,{base64.b64encode(raw).decode()}"

    def answer(self, sign: str, text: str, feedback: str) -> str:
        """Return an answer; `sign` says what it is worth."""
        return f"{sign}{text}#{self.text(feedback)}" if feedback else f"{sign}{text}"

    def single_choice(self) -> list[str]:
        options = self.content["options"]
        weights = worth.worths("single_choice", options)
        lines = []
        for option, weight in zip(options, weights, strict=True):
            sign = "=" if option.get("correct") else _weight("~", weight, 0)
            lines.append([sign, option])
        if all(sign == "=" for sign, __ in lines[1:]) and lines[0][0] == "=":
            lines[-1][0] = "~%100%"  # without a tilde it would be a short answer
        return ["", *(self.option(sign, option) for sign, option in lines)]

    def multiple_choice(self) -> list[str]:
        options = self.content["options"]
        weights = worth.worths("multiple_choice", options)
        return [
            "",
            *(
                self.option(_weight("~", weight, 0), option)
                for option, weight in zip(options, weights, strict=True)
            ),
        ]

    def option(self, sign: str, option: dict) -> str:
        text = self.text(option["text"])
        if text.startswith("%") and not sign.endswith("%"):
            text = f"[{self.format}]{text}"  # else it could be read as a weight
        return self.answer(sign, text, option.get("feedback", ""))

    def true_false(self) -> list[str]:
        right, wrong = self.content.get("feedback_right"), self.content.get("feedback_wrong")
        answer = "TRUE" if self.content["answer"] else "FALSE"
        if wrong or right:
            answer += f"#{self.text(wrong or '')}"
        if right:
            answer += f"#{self.text(right)}"
        return [answer]

    def matching(self) -> list[str]:
        pairs = [(pair["left"], pair["right"]) for pair in self.content["pairs"]]
        pairs += [("", right) for right in self.content.get("distractors", ())]
        if any("->" in side for pair in pairs for side in pair):
            raise _Unsayable(_("GIFT has no way to write -> inside an answer."))
        return ["", *(f"={self.text(left)} -> {self.text(right)}" for left, right in pairs)]

    def short_answer(self) -> list[str]:
        answers = worth.short_answers(self.content)
        if any("->" in f"{answer.text}{answer.feedback}" for answer in answers):
            raise _Unsayable(_("GIFT has no way to write -> inside an answer."))
        return ["", *map(self.accepted, answers)]

    def accepted(self, answer: Answer) -> str:
        said = str(answer.text).translate(ESCAPES)
        implied = None if said.startswith("%") else 100
        return self.answer(_weight("=", answer.worth, implied), said, str(answer.feedback))

    def numerical(self) -> list[str]:
        lines = ["#"]
        for value, tolerance, weight, feedback in worth.amounts(self.content):
            if value == "*":
                lines.append(self.answer("~", "", str(feedback)))
                continue
            said = value if tolerance == "0" else f"{value}:{tolerance}"
            lines.append(self.answer(_weight("=", weight, 100), said, str(feedback)))
        return lines


def _weight(sign: str, weight: float, implied: float | None) -> str:
    return sign if weight == implied else f"{sign}%{weight}%"


def _strings(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


_WRITERS = {
    "single_choice": _Writer.single_choice,
    "multiple_choice": _Writer.multiple_choice,
    "true_false": _Writer.true_false,
    "matching": _Writer.matching,
    "short_answer": _Writer.short_answer,
    "numerical": _Writer.numerical,
}
_UNSAID: dict[str, tuple[str, ...]] = {
    "single_choice": COMBINED,
    "multiple_choice": COMBINED,
    "true_false": (),
    "matching": COMBINED,
    "short_answer": ("exact",),
    "numerical": ("unit",),
}
