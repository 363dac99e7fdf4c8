"""Moodle XML, which Moodle exports questions in: https://docs.moodle.org/en/Moodle_XML_format

Writing: quizzes.exchange.moodle_xml_writing.
"""

import base64
import binascii
from typing import Any, cast
from urllib.parse import unquote

from django.utils.translation import gettext as _
from lxml import etree

from quizzes.exchange import answers as worth
from quizzes.exchange import cloze
from quizzes.exchange.answers import Amount, Answer, Broken
from quizzes.exchange.gift import category_path
from quizzes.exchange.moodle_xml_writing import USUAL_PENALTY, write
from quizzes.exchange.parsed import Left, Parsed, Read, Refused
from quizzes.exchange.texts import Text, from_format, from_plain, markup, one_line, xml_tree

__all__ = ["read", "write"]

COMBINED = {
    "feedback_right": "correctfeedback",
    "feedback_partial": "partiallycorrectfeedback",
    "feedback_wrong": "incorrectfeedback",
}


def read(raw: bytes) -> Read:
    """Read a file in Moodle XML."""
    root = xml_tree(raw)
    if root.tag != "quiz":
        raise Refused(_("It is no file of questions in Moodle XML: it does not begin with <quiz>."))
    questions: list[Parsed] = []
    left: list[Left] = []
    category: tuple[str, ...] = ()
    for element in root.iterchildren("question"):
        kind = element.get("type", "")
        if kind == "category":
            category = category_path(_inner(element.find("category")))
            continue
        line = cast(int, element.sourceline)  # the stubs do not know its type
        if kind not in _READERS:
            left.append(Left(line, kind, _("There is no type for it here.")))
            continue
        try:
            questions.append(_Reader(element).question(line, category))
        except (Broken, Refused) as broken:
            name = one_line(_inner(element.find("name")))
            left.append(Left(line, name or kind, str(broken)))
    return Read(tuple(questions), tuple(left))


def _inner(element: etree._Element | None) -> str:
    """Return what the <text> in an element says, or the element itself where it has none."""
    if element is None:
        return ""
    text = element.find("text")
    return "".join(map(str, (element if text is None else text).itertext()))


class _Reader:
    """Reads one question."""

    def __init__(self, element: etree._Element):
        self.element = element
        stem = element.find("questiontext")
        self.format = "html" if stem is None else stem.get("format", "html")
        self.notes: list[str] = []

    def question(self, line: int, category: tuple[str, ...]) -> Parsed:
        kind, content = _READERS[self.element.get("type", "")](self)
        content = {"stem": self.stem(), **content, **self.common(kind)}
        if not content["stem"]:
            raise Broken(_("It has no question text."))
        marked = markup(content)
        tags = self.element.findall("tags/tag")
        return Parsed(
            kind,
            marked.content,
            line,
            name=one_line(self.value("idnumber") or _inner(self.element.find("name"))),
            category=category,
            tags=tuple(dict.fromkeys(tag for tag in map(one_line, map(_inner, tags)) if tag)),
            pictures=marked.pictures,
            notes=tuple(dict.fromkeys([*self.notes, *marked.notes])),
        )

    def common(self, kind: str) -> dict[str, Any]:
        """Return what questions of every type may have: points, hints, an explanation."""
        content: dict[str, Any] = {}
        if explanation := self.text(self.element.find("generalfeedback")):
            content["explanation"] = explanation
        points = worth.measure(self.value("defaultgrade") or "1")
        if points != 1:
            content["points"] = points
        if hints := [hint for hint in map(self.text, self.element.findall("hint")) if hint]:
            content["hints"] = hints
        penalty = worth.measure(self.value("penalty") or str(USUAL_PENALTY))
        if kind != "true_false" and abs(penalty - USUAL_PENALTY) > 0.001:
            content["penalty"] = penalty
        return content

    def value(self, tag: str) -> str:
        return (self.element.findtext(tag) or "").strip()

    def is_true(self, tag: str, otherwise: str) -> bool:
        return (self.value(tag) or otherwise).lower() in ("true", "1")

    def stem(self) -> Text:
        return self.text(self.element.find("questiontext"))

    def text(self, element: etree._Element | None, raw: str | None = None) -> Text:
        """Return the text of an element, or another text in its format, with its pictures."""
        if element is None:
            return Text()
        said = _inner(element) if raw is None else raw
        return from_format(
            said, element.get("format", self.format), resolve=lambda name: _file(element, name)
        )

    def combined(self) -> dict[str, Text]:
        """Return what is said to whoever is right, right in part, or wrong."""
        return {key: self.text(self.element.find(tag)) for key, tag in COMBINED.items()}

    def order(self) -> dict[str, Any]:
        return {} if self.is_true("shuffleanswers", "1") else {"keep_order": True}

    def answers(self) -> list[Answer]:
        """Return the answers with what their elements say; texts that are compared stay strings."""
        return [
            Answer(
                one_line(_inner(answer)),
                worth.per_cent(answer.get("fraction", "0")),
                self.text(answer.find("feedback")),
            )
            for answer in self.element.findall("answer")
        ]

    def choice(self) -> tuple[str, dict[str, Any]]:
        single = self.is_true("single", "true")
        elements = self.element.findall("answer")
        answers = [
            answer._replace(text=self.text(element))
            for answer, element in zip(self.answers(), elements, strict=True)
        ]
        if not all(answer.text for answer in answers):
            raise Broken(_("An answer has no text."))
        said = {key: text for key, text in self.combined().items() if text}
        kind = "single_choice" if single else "multiple_choice"
        return kind, {**worth.choice(answers, single=single), **self.order(), **said}

    def true_or_false(self) -> tuple[str, dict[str, Any]]:
        answers = {str(answer.text).lower(): answer for answer in self.answers()}
        if answers.keys() != {"true", "false"}:
            raise Broken(_("A true/false question needs the answers “true” and “false”."))
        right, wrong = answers["true"], answers["false"]
        if wrong.worth > right.worth:
            right, wrong = wrong, right
        if right.worth <= 0:
            raise Broken(_("It has no right answer."))
        return "true_false", {
            "answer": right is answers["true"],
            "feedback_right": right.feedback,
            "feedback_wrong": wrong.feedback,
        }

    def short_answer(self) -> tuple[str, dict[str, Any]]:
        exact = {"exact": True} if self.is_true("usecase", "0") else {}
        answers = self.answers()
        if not all(answer.text for answer in answers):
            raise Broken(_("An answer has no text."))
        return "short_answer", {**worth.short_answer(answers), **exact}

    def numerical(self) -> tuple[str, dict[str, Any]]:
        amounts = []
        for element, answer in zip(self.element.findall("answer"), self.answers(), strict=True):
            value = "*" if answer.text == "*" else worth.number(str(answer.text))
            tolerance = worth.number(element.findtext("tolerance") or "0")
            amounts.append(Amount(value, tolerance, answer.worth, answer.feedback))
        return "numerical", {**worth.numerical(amounts), **self.unit()}

    def unit(self) -> dict[str, str]:
        units = [unit.findtext("unit_name") or "" for unit in self.element.findall("units/unit")]
        units = [unit for unit in map(one_line, units) if unit]
        if units[1:]:
            self.notes.append(_("Only the first unit was kept: %(unit)s.") % {"unit": units[0]})
        return {"unit": units[0]} if units else {}

    def matching(self) -> tuple[str, dict[str, Any]]:
        pairs, distractors = [], []
        for element in self.element.findall("subquestion"):
            left = self.text(element)
            right = self.right_side(element.find("answer"))
            if not right:
                raise Broken(_("An answer has no text."))
            if left:
                pairs.append({"left": left, "right": right})
            else:
                distractors.append(right)
        if len(pairs) < 2:
            raise Broken(_("It has fewer than two pairs."))
        content = {"pairs": pairs, "distractors": distractors}
        return "matching", {**content, **self.needed_feedback(), **self.order()}

    def right_side(self, element: etree._Element | None) -> Text:
        """Moodle's are plain, and it does not say so; ours say where they are not."""
        if element is not None and element.get("format"):
            return self.text(element)
        return from_plain(_inner(element))

    def needed_feedback(self) -> dict[str, Text]:
        said = self.combined()
        if not said["feedback_partial"]:
            del said["feedback_partial"]
        return said

    def ordering(self) -> tuple[str, dict[str, Any]]:
        items = [self.text(answer) for answer in self.element.findall("answer")]
        if len(items) < 2 or not all(items):
            raise Broken(_("It has fewer than two items, or one of them is empty."))
        return "ordering", {"items": items, **self.needed_feedback()}

    def gaps(self) -> tuple[str, dict[str, Any]]:
        stem = self.element.find("questiontext")
        text, gaps = cloze.cut(_inner(stem), lambda raw: self.text(stem, raw))
        # Moodle has none for the whole text, and passes over ours.
        said = {key: text for key, text in self.combined().items() if text}
        return "cloze", {"stem": self.text(stem, text), "gaps": gaps, **said}

    def gaps_with_choices(self) -> tuple[str, dict[str, Any]]:
        """Read a text whose [[n]] stand for the nth choice; what may be chosen is its group."""
        choices = self.element.findall("selectoption") + self.element.findall("dragbox")
        texts = [self.text(choice) for choice in choices]
        groups = [(choice.findtext("group") or "1").strip() for choice in choices]
        gaps: list[dict[str, Any]] = []

        def number(match) -> str:
            right = int(match[1]) - 1
            if not 0 <= right < len(choices):
                raise Broken(_("There is no choice %(number)s.") % {"number": match[1]})
            options = [
                Answer(text, 100 if place == right else 0, Text())
                for place, text in enumerate(texts)
                if groups[place] == groups[right]
            ]
            gaps.append({"kind": "single_choice", **worth.choice(options, single=True)})
            return f"[[{len(gaps)}]]"

        stem = self.element.find("questiontext")
        text = cloze.MARKER.sub(number, _inner(stem))
        if not gaps:
            raise Broken(_("It has no gap."))
        if any(self.combined().values()):
            self.notes.append(_("The feedback for the whole text was left out."))
        return "cloze", {"stem": self.text(stem, text), "gaps": gaps}


def _file(element: etree._Element, name: str) -> bytes | None:
    """Return the bytes of a file that stands beside a text, by its path and name."""
    for file in element.iterchildren("file"):
        path = file.get("path", "/").strip("/")
        known = f"{path}/{file.get('name', '')}".lstrip("/")
        if unquote(known) == name or known == name:
            try:
                return base64.b64decode(file.text or "")
            except (binascii.Error, ValueError):
                return None
    return None


_READERS = {
    "multichoice": _Reader.choice,
    "truefalse": _Reader.true_or_false,
    "shortanswer": _Reader.short_answer,
    "numerical": _Reader.numerical,
    "matching": _Reader.matching,
    "ordering": _Reader.ordering,
    "cloze": _Reader.gaps,
    "multianswer": _Reader.gaps,
    "gapselect": _Reader.gaps_with_choices,
    "ddwtos": _Reader.gaps_with_choices,
}
