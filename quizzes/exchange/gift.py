"""GIFT, Moodle's plain text format for questions: https://docs.moodle.org/en/GIFT_format

A file is cut into blocks at blank lines; each block is a question, a category or comments. A block that
cannot be read is left, with its line, and the next is read. Writing: quizzes.exchange.gift_writing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from quizzes.exchange import answers as worth
from quizzes.exchange.answers import Amount, Answer, Broken
from quizzes.exchange.gift_writing import write
from quizzes.exchange.parsed import Left, Parsed, Read, Refused
from quizzes.exchange.texts import (
    Text,
    decode,
    from_format,
    markup,
    one_line,
)

__all__ = ["read", "write"]

# Escaped characters are set aside while a block is cut up; these code points are no characters.
HIDDEN = {":": "\ufdd0", "#": "\ufdd1", "=": "\ufdd2", "{": "\ufdd3", "}": "\ufdd4", "~": "\ufdd5"}
ESCAPED = re.compile(r"\\([\\:#={}~n])")
HIDE = {**HIDDEN, "\\": "\ufdd6", "n": "\ufdd7"}
SHOW = str.maketrans(
    {**{hidden: char for char, hidden in HIDDEN.items()}, "\ufdd6": "\\", "\ufdd7": "\n"}
)
NO_CHARACTERS = re.compile("[\ufdd0-\ufdd7]")

CATEGORY = re.compile(r"\$CATEGORY:[ \t]*(.*)")
NAME = re.compile(r"::(.*?)::\s*", re.DOTALL)
FORMAT = re.compile(r"\[(html|moodle|markdown|plain)\]\s*", re.IGNORECASE)
WEIGHT = re.compile(r"%(-?[\d.]+)%\s*")
IDENTITY = re.compile(r"\[id:((?:\\\]|[^\]])+)\]")
TAG = re.compile(r"\[tag:((?:\\\]|[^\]])+)\]")
INDENTATION = re.compile(r"(?<![ \t])[ \t]*+\n[ \t]*+")
TRUE_OR_FALSE = {"T": True, "TRUE": True, "F": False, "FALSE": False}
GAP = "_____"


@dataclass
class _Block:
    """The lines of a question, without the comments, and what the comments say of it."""

    line: int
    lines: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def text(self) -> str:
        return "\n".join(self.lines).strip()


def read(raw: bytes) -> Read:
    """Read a GIFT file."""
    questions: list[Parsed] = []
    left: list[Left] = []
    category: tuple[str, ...] = ()
    for block in _blocks(NO_CHARACTERS.sub("", decode(raw))):
        text = block.text()
        if match := CATEGORY.match(text):
            category = category_path(match[1])
            text = text[match.end() :].strip()
        if not text:
            continue
        try:
            found = _question(text, block, category)
        except (Broken, Refused) as broken:
            left.append(Left(block.line, one_line(text)[:80], str(broken)))
            continue
        if isinstance(found, Parsed):
            questions.append(found)
        else:
            left.append(found)
    return Read(tuple(questions), tuple(left))


def _blocks(text: str) -> Iterator[_Block]:
    block = _Block(0)
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            yield block
            block = _Block(0)
        elif line.lstrip().startswith("//"):
            block.comments.append(line)
        else:
            block.line = block.line or number
            block.lines.append(line)
    yield block


def category_path(text: str) -> tuple[str, ...]:
    """Return a category of Moodle's as a path: without the context and "top"; "//" is a slash."""
    parts = [one_line(part.replace("\0", "/")) for part in text.replace("//", "\0").split("/")]
    if parts and re.fullmatch(r"\$[a-z0-9]+\$", parts[0]):
        parts = parts[1:]
    if parts and parts[0] == "top":
        parts = parts[1:]
    return tuple(part for part in parts if part)


def _question(text: str, block: _Block, category: tuple[str, ...]) -> Parsed | Left:
    text = ESCAPED.sub(lambda match: HIDE[match[1]], text)
    name = ""
    if match := NAME.match(text):
        name, text = one_line(match[1].translate(SHOW)), text[match.end() :]
    stem, answers = _parts(text)
    if answers is None:
        return Left(block.line, _("description"), _("It is a text without a question."))
    reader = _Reader(stem, answers)
    if not reader.answers:
        return Left(block.line, _("essay"), _("Nobody here marks essays by hand."))
    if reader.answers.startswith(">"):
        return Left(block.line, _("ordering"), _("GIFT's own ordering questions are not read."))
    kind, content = reader.kind_and_content()
    if not reader.stem:
        raise Broken(_("It has no question text."))
    if reader.explanation:
        content["explanation"] = reader.explanation
    marked = markup({"stem": reader.stem, **content})
    comments = "\n".join(block.comments)
    if match := IDENTITY.search(comments):
        name = _said_in_comment(match[1])
    return Parsed(
        kind,
        marked.content,
        block.line,
        name=name,
        category=category,
        tags=tuple(dict.fromkeys(map(_said_in_comment, TAG.findall(comments)))),
        pictures=marked.pictures,
        notes=marked.notes,
    )


def _said_in_comment(text: str) -> str:
    return one_line(text.replace("\\]", "]"))


def _parts(text: str) -> tuple[str, str | None]:
    """Return the stem and what stands in the braces; text after the braces makes them a gap."""
    opening, closing = text.find("{"), text.find("}")
    if opening == closing == -1:
        return text, None
    if opening == -1 or closing < opening or text.count("{") > 1 or text.count("}") > 1:
        raise Broken(_("The braces { } do not match. A brace in a text is written \\{ or \\}."))
    before, after = text[:opening], text[closing + 1 :]
    stem = f"{before}{GAP}{after}" if after.strip() else before
    return stem, text[opening + 1 : closing].strip()


class _Reader:
    """Reads the answers of one question, whose texts are in the format that its stem names."""

    def __init__(self, stem: str, answers: str):
        match = FORMAT.match(stem.lstrip())
        self.format = match[1].lower() if match else "moodle"
        self.stem = self.text(stem)
        before, mark, after = answers.rpartition("####")
        self.answers = (before if mark else after).strip()
        self.explanation = self.text(after) if mark else Text()

    def text(self, raw: str) -> Text:
        raw = raw.strip()
        format_ = self.format
        if match := FORMAT.match(raw):
            format_, raw = match[1].lower(), raw[match.end() :]
        if format_ != "markdown":
            raw = INDENTATION.sub("\n", raw)
        return from_format(raw.translate(SHOW), format_)

    def kind_and_content(self) -> tuple[str, dict[str, Any]]:
        if self.answers.startswith("#"):
            return "numerical", self.numerical(self.answers[1:])
        if "~" in self.answers:
            return self.choice()
        entries = self.entries()
        if "=" in self.answers and all("->" in entry.split("#")[0] for entry in entries):
            return "matching", self.matching(entries)
        answer, *feedback = self.answers.split("#", 2)
        if answer.strip().upper() in TRUE_OR_FALSE:
            return "true_false", self.true_or_false(answer.strip().upper(), feedback)
        return "short_answer", worth.short_answer([self.accepted(entry) for entry in entries])

    def entries(self) -> list[str]:
        """Return what stands after each equals sign, or all of it where there is none."""
        first, *rest = self.answers.split("=")
        return [first, *rest] if first.strip() else rest

    def weighed(self, entry: str, otherwise: int) -> tuple[str, float, Text]:
        """Cut an answer into its text, its weight and its feedback."""
        entry, __, feedback = entry.partition("#")
        entry = entry.strip()
        match = WEIGHT.match(entry)
        if match is None:
            return entry, otherwise, self.text(feedback)
        return entry[match.end() :], worth.per_cent(match[1]), self.text(feedback)

    def choice(self) -> tuple[str, dict[str, Any]]:
        """One answer to choose if any has an equals sign; else several, each with its weight."""
        before, *pieces = re.split("([~=])", self.answers)
        if before.strip():
            raise Broken(_("“%(text)s” stands before the first = or ~.") % {"text": before[:40]})
        single = "=" in pieces
        options = []
        for sign, entry in zip(pieces[::2], pieces[1::2], strict=True):
            text, weight, feedback = self.weighed(entry, 100 if sign == "=" else 0)
            options.append(Answer(self.text(text), weight, feedback))
        if not all(option.text for option in options):
            raise Broken(_("An answer has no text."))
        return (
            "single_choice" if single else "multiple_choice",
            worth.choice(options, single=single),
        )

    def matching(self, entries: list[str]) -> dict[str, Any]:
        pairs, distractors = [], []
        for entry in entries:
            left, __, right = (self.text(side) for side in entry.partition("->"))
            if not right:
                raise Broken(_("An answer has no text."))
            if left:
                pairs.append({"left": left, "right": right})
            else:
                distractors.append(right)
        if len(pairs) < 2:
            raise Broken(_("It has fewer than two pairs."))
        content = {"pairs": pairs, "distractors": distractors}
        return {**content, "feedback_right": "", "feedback_wrong": ""}

    def true_or_false(self, answer: str, feedback: list[str]) -> dict[str, Any]:
        """The feedback for the wrong answer stands first."""
        wrong, right = [*map(self.text, feedback), Text(), Text()][:2]
        return {
            "answer": TRUE_OR_FALSE[answer],
            "feedback_right": right,
            "feedback_wrong": wrong,
        }

    def accepted(self, entry: str) -> Answer:
        text, weight, feedback = self.weighed(entry, 100)
        literal = one_line(text.translate(SHOW))
        if not literal:
            raise Broken(_("An answer has no text."))
        return Answer(literal, weight, feedback)

    def numerical(self, text: str) -> dict[str, Any]:
        text, tilde, wrong = text.partition("~")
        first, *rest = text.split("=")
        entries = [first, *rest] if first.strip() else rest
        found = [self.amount(entry) for entry in entries]
        if tilde:
            found.append(Amount("*", "0", 0, self.text(wrong.partition("#")[2])))
        return worth.numerical(found)

    def amount(self, entry: str) -> Amount:
        said, weight, feedback = self.weighed(entry, 100)
        said = said.translate(SHOW).strip()
        if said == "*":
            return Amount("*", "0", weight, feedback)
        low, dots, high = said.partition("..")
        if dots:
            value, tolerance = worth.middle(low, high)
        else:
            exact, colon, margin = said.partition(":")
            value, tolerance = worth.number(exact), worth.number(margin if colon else "0")
        return Amount(value, tolerance, weight, feedback)
