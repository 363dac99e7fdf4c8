"""What writers of question files share: their result, and texts that other formats have no place for."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from quizzes.exchange.parsed import Left, Parsed
from quizzes.exchange.texts import one_line, to_html

TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class Written:
    """The text of a file, and what the format could not say: whole questions, or parts of them."""

    text: str
    left: tuple[Left, ...] = ()


def kind_name(kind: str) -> str:
    """Return a type of questions in words."""
    names = {
        "single_choice": _("single choice"),
        "multiple_choice": _("multiple choice"),
        "true_false": _("true or false"),
        "matching": _("matching"),
        "ordering": _("ordering"),
        "short_answer": _("short answer"),
        "numerical": _("a number"),
        "cloze": _("a text with gaps"),
        "spot": _("spot the signs"),
    }
    return names.get(kind, kind)


def part_name(key: str) -> str:
    """Return a part of a content in words."""
    names = {
        "explanation": _("the explanation"),
        "points": _("points"),
        "hints": _("hints"),
        "penalty": _("the deduction for each further try"),
        "keep_order": _("that the order is kept"),
        "feedback_right": _("feedback for right answers"),
        "feedback_partial": _("feedback for answers right in part"),
        "feedback_wrong": _("feedback for wrong answers"),
        "exact": _("that case and accents matter"),
        "unit": _("the unit"),
    }
    return names.get(key, key)


def what(question: Parsed) -> str:
    """Return what an author knows a question by."""
    return question.name or one_line(TAG.sub(" ", question.content.get("stem", "")))[:80]


def no_such_type(question: Parsed, format_: str) -> Left:
    """Return that a format has no place for a question, for whoever exports."""
    why = _("%(format)s has no questions of this type: %(kind)s.")
    said = why % {"format": format_, "kind": kind_name(question.kind)}
    return Left(question.line, what(question), said)


def unsaid(question: Parsed, keys: Iterable[str], format_: str) -> list[Left]:
    """Return what a written question has lost: those of `keys` that its content holds."""
    lost = [part_name(key) for key in keys if question.content.get(key)]
    if not lost:
        return []
    why = _("The question was written, but %(format)s cannot say: %(what)s.")
    said = why % {"format": format_, "what": ", ".join(lost)}
    return [Left(question.line, what(question), said)]


def whole_stem(content: Mapping) -> str:
    """Return the stem with the message to be judged before it and the form of the answer after it."""
    is_html = content.get("markup") == "html"
    lines = "<br><br>" if is_html else "\n\n"
    stem = content["stem"]
    if message := content.get("message"):
        said = f"{message['from']}: “{message['text']}”"
        stem = f"{to_html(said, is_html=False) if is_html else said}{lines}{stem}"
    if hint := content.get("hint"):
        stem = f"{stem} ({hint})"
    return stem


# By these tags we know our own questions again, in formats that have no place for a message or a hint.
MESSAGE_TAG, HINT_TAG = "kns-tin-nhan", "kns-goi-y"
_MESSAGE = re.compile(r"(?P<from>.*?): “(?P<text>.*?)”\n\n(?P<stem>.*)", re.DOTALL)
_HINT = re.compile(r"(?P<stem>.*) \((?P<hint>[^()]*)\)", re.DOTALL)


def marked(question: Parsed) -> Parsed:
    """Return a question with its message and its hint in its stem, and tags that say so.

    One that could not be told apart again keeps them where they are: its writer says what is lost.
    """
    content = question.content
    tags = list(question.tags)
    tags += [MESSAGE_TAG] if content.get("message") else []
    tags += [HINT_TAG] if content.get("hint") else []
    if len(tags) == len(question.tags):
        return question
    inside = {key: content[key] for key in content if key != "message"}
    if "hint" in inside:
        inside["hint"] = ""
    inside["stem"] = whole_stem(content)
    folded = replace(question, content=inside, tags=tuple(tags))
    return folded if unmarked(folded).content == content else question


def unmarked(question: Parsed) -> Parsed:
    """Return a question that `marked` has written with its message and its hint in their places."""
    content, tags = dict(question.content), set(question.tags)
    if HINT_TAG in tags and (found := _HINT.fullmatch(content["stem"])):
        content |= {"stem": found["stem"], "hint": found["hint"]}
    if MESSAGE_TAG in tags and (found := _MESSAGE.fullmatch(content["stem"])):
        content |= {
            "stem": found["stem"],
            "message": {"from": found["from"], "text": found["text"]},
        }
    own = tuple(tag for tag in question.tags if tag not in (MESSAGE_TAG, HINT_TAG))
    return replace(question, content=content, tags=own)


def as_html(content: Mapping, text: str) -> str:
    """Return one of the texts of a content as HTML."""
    return to_html(text, is_html=content.get("markup") == "html")
