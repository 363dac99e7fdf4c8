"""Aiken: a question on a line, its answers on lines with letters, and a line that names the right one.

https://docs.moodle.org/en/Aiken_format. It knows single choice in plain text, and nothing else.
"""

import re
import string
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from quizzes.exchange import answers as worth
from quizzes.exchange.answers import Answer, Broken
from quizzes.exchange.parsed import Left, Parsed, Read
from quizzes.exchange.texts import decode, from_plain, markup, one_line
from quizzes.exchange.written import Written, no_such_type, unsaid, what, whole_stem

OPTION = re.compile(r"([A-Z])[.)]\s+(.*\S)")
RIGHT = re.compile(r"ANSWER\s*:\s*(.*)", re.IGNORECASE)
UNSAID = (
    "explanation",
    "points",
    "hints",
    "penalty",
    "keep_order",
    "feedback_right",
    "feedback_partial",
    "feedback_wrong",
)


@dataclass
class _Draft:
    """A question as far as it has been read."""

    line: int = 0
    stem: list[str] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)


def read(raw: bytes) -> Read:
    """Read an Aiken file."""
    questions: list[Parsed] = []
    left: list[Left] = []

    def finish(draft: _Draft, right: str | None) -> None:
        try:
            questions.append(_question(draft, right))
        except Broken as broken:
            named = draft.stem[0] if draft.stem else f"ANSWER: {right}"
            left.append(Left(draft.line, one_line(named)[:80], str(broken)))

    draft = _Draft()
    for number, line in enumerate(map(str.strip, decode(raw).split("\n")), start=1):
        if not line:
            continue
        option = OPTION.fullmatch(line) if draft.stem else None
        answer = RIGHT.fullmatch(line)
        if draft.options and not option and not answer:
            finish(draft, None)
            draft = _Draft()
        draft.line = draft.line or number
        if answer and (draft.options or not draft.stem):
            finish(draft, answer[1])
            draft = _Draft()
        elif option:
            draft.options.append((option[1], option[2]))
        else:
            draft.stem.append(line)
    if draft.line:
        finish(draft, None)
    return Read(tuple(questions), tuple(left))


def _question(draft: _Draft, right: str | None) -> Parsed:
    letters = [letter for letter, __ in draft.options]
    if not draft.stem:
        raise Broken(_("It has no question text."))
    if right is None:
        raise Broken(_("The line that begins with ANSWER: is missing."))
    if letters != list(string.ascii_uppercase[: len(letters)]):
        raise Broken(_("The letters of the answers are not A, B, C … in their order."))
    letter = right.strip().rstrip(".)").upper()
    if letter not in letters:
        raise Broken(
            _("ANSWER: names “%(text)s”, which is none of the answers.") % {"text": right[:40]}
        )
    options = [
        Answer(from_plain(text), 100 if letter == own else 0, "") for own, text in draft.options
    ]
    stem = from_plain("\n".join(draft.stem))
    content = markup({"stem": stem, **worth.choice(options, single=True)}).content
    return Parsed("single_choice", content, draft.line)


def write(questions: Iterable[Parsed]) -> Written:
    """Write the single choices in plain text among some questions as an Aiken file."""
    blocks: list[str] = []
    left: list[Left] = []
    for question in questions:
        if question.kind != "single_choice":
            left.append(no_such_type(question, "Aiken"))
            continue
        if reason := _unsayable(question.content):
            left.append(Left(question.line, what(question), reason))
            continue
        options = question.content["options"]
        lines = [whole_stem(question.content)]
        for letter, option in zip(string.ascii_uppercase, options, strict=False):
            lines.append(f"{letter}. {option['text']}")
        right = [option["correct"] for option in options].index(True)
        lines.append(f"ANSWER: {string.ascii_uppercase[right]}")
        blocks.append("\n".join(lines))
        left.extend(unsaid(question, UNSAID, "Aiken"))
        if any(option.get("feedback") or option.get("worth") for option in options):
            why = _(
                "The question was written, but Aiken cannot say feedback and weights of answers."
            )
            left.append(Left(question.line, what(question), why))
    return Written("".join(f"{block}\n\n" for block in blocks), tuple(left))


def _unsayable(content: dict) -> str:
    """Return why Aiken cannot say a single choice; nothing if it can."""
    texts = [whole_stem(content), *(option["text"] for option in content["options"])]
    if content.get("markup") == "html":
        return _("Aiken is plain text; the question has formatting or pictures.")
    if any("\n" in text for text in texts):
        return _("Aiken has one line for a text; one of these has more.")
    if not 2 <= len(content["options"]) <= 26:
        return _("Aiken has 2 to 26 answers.")
    if sum(option.get("correct", False) for option in content["options"]) != 1:
        return _("Aiken has exactly one right answer.")
    return ""
