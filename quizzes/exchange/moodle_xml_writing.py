"""Writing Moodle XML, for Moodle and for whatever else reads it."""

import base64
from collections.abc import Iterable

from django.utils.translation import gettext as _
from lxml import etree

from quizzes.exchange import answers as worth
from quizzes.exchange import cloze
from quizzes.exchange.answers import Broken
from quizzes.exchange.gift_writing import category_address
from quizzes.exchange.parsed import Left, Parsed
from quizzes.exchange.texts import ADDRESS, from_html, picture_ending, with_pictures
from quizzes.exchange.written import Written, as_html, no_such_type, what, whole_stem

USUAL_PENALTY = 1 / 3  # what Moodle gives every question; contents leave it out
TYPES = {
    "single_choice": "multichoice",
    "multiple_choice": "multichoice",
    "true_false": "truefalse",
    "short_answer": "shortanswer",
    "numerical": "numerical",
    "matching": "matching",
    "ordering": "ordering",
    "cloze": "cloze",
}


def write(questions: Iterable[Parsed]) -> Written:
    """Write questions as a file in Moodle XML."""
    root = etree.Element("quiz")
    left: list[Left] = []
    category: tuple[str, ...] = ()
    for question in questions:
        if question.kind not in TYPES:
            left.append(no_such_type(question, "Moodle XML"))
            continue
        try:
            element = _Writer(question).element()
        except Broken as broken:
            left.append(Left(question.line, what(question), str(broken)))
            continue
        except ValueError:  # lxml refuses what XML has no way to say
            why = _("It holds a control character, which XML cannot say.")
            left.append(Left(question.line, what(question), why))
            continue
        if question.category != category:
            category = question.category
            root.append(_category(category))
        root.append(element)
    text = etree.tostring(root, pretty_print=True, encoding="unicode")
    return Written(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}', tuple(left))


def _category(category: tuple[str, ...]) -> etree._Element:
    element = etree.Element("question", type="category")
    etree.SubElement(etree.SubElement(element, "category"), "text").text = category_address(
        category
    )
    return element


class _Writer:
    def __init__(self, question: Parsed):
        self.question = question
        self.content = question.content
        self.root = etree.Element("question", type=TYPES[question.kind])

    def element(self) -> etree._Element:
        content = self.content
        name = etree.SubElement(self.root, "name")
        etree.SubElement(name, "text").text = self.question.name
        self.html("questiontext", self.stem())
        self.text("generalfeedback", content.get("explanation", ""))
        self.value("defaultgrade", content.get("points", 1))
        usual = 1 if self.question.kind == "true_false" else round(USUAL_PENALTY, 7)
        self.value("penalty", content.get("penalty", usual))
        self.value("hidden", 0)
        _WRITERS[self.question.kind](self)
        for hint in content.get("hints", ()):
            self.text("hint", hint)
        if self.question.tags:
            tags = etree.SubElement(self.root, "tags")
            for tag in self.question.tags:
                etree.SubElement(etree.SubElement(tags, "tag"), "text").text = tag
        return self.root

    def stem(self) -> str:
        stem = whole_stem(self.content)
        if self.question.kind == "cloze":
            is_html = self.content.get("markup") == "html"
            return cloze.filled(stem, self.content["gaps"], is_html=is_html)
        return as_html(self.content, stem)

    def value(self, tag: str, value: object) -> None:
        etree.SubElement(self.root, tag).text = str(value)

    def text(self, tag: str, text: str, parent: etree._Element | None = None) -> etree._Element:
        return self.html(tag, as_html(self.content, text), parent)

    def html(self, tag: str, html: str, parent: etree._Element | None = None) -> etree._Element:
        """Add a text with the files of its pictures."""
        element = etree.SubElement(self.root if parent is None else parent, tag, format="html")
        names = {key: self.file_name(key) for key in dict.fromkeys(self.pictures(html))}
        said = with_pictures(html, lambda key: f"@@PLUGINFILE@@/{names[key]}")
        etree.SubElement(element, "text").text = said
        for key, name in names.items():
            file = etree.SubElement(element, "file", name=name, path="/", encoding="base64")
            file.text = base64.b64encode(self.question.pictures[key]).decode()
        return element

    def pictures(self, html: str) -> list[str]:
        return [match[2] for match in ADDRESS.finditer(html)]

    def file_name(self, key: str) -> str:
        raw = self.question.pictures.get(key)
        if raw is None:
            raise Broken(_("The bytes of a picture are missing."))
        return f"{key}.{picture_ending(raw)}"

    def answer(self, weight: float, feedback: str) -> etree._Element:
        """Add an answer without its text, which stands before the feedback."""
        element = etree.SubElement(self.root, "answer", fraction=str(weight))
        self.text("feedback", feedback, element)
        return element

    def plain_answer(self, text: str, weight: float, feedback: str) -> etree._Element:
        element = self.answer(weight, feedback)
        element.set("format", "moodle_auto_format")
        said = etree.Element("text")
        said.text = text
        element.insert(0, said)
        return element

    def rich_answer(self, text: str, weight: float, feedback: str) -> None:
        element = self.text("answer", text)
        element.set("fraction", str(weight))
        self.text("feedback", feedback, element)

    def combined(self) -> None:
        self.text("correctfeedback", self.content.get("feedback_right", ""))
        self.text("partiallycorrectfeedback", self.content.get("feedback_partial", ""))
        self.text("incorrectfeedback", self.content.get("feedback_wrong", ""))

    def order(self) -> None:
        self.value("shuffleanswers", "false" if self.content.get("keep_order") else "true")

    def choice(self) -> None:
        options = self.content["options"]
        self.value("single", "true" if self.question.kind == "single_choice" else "false")
        self.order()
        self.value("answernumbering", "abc")
        self.combined()
        weights = worth.worths(self.question.kind, options)
        for option, weight in zip(options, weights, strict=True):
            self.rich_answer(option["text"], weight, option.get("feedback", ""))

    def true_false(self) -> None:
        for value in (True, False):
            right = value is self.content["answer"]
            feedback = self.content.get("feedback_right" if right else "feedback_wrong", "")
            self.plain_answer("true" if value else "false", 100 if right else 0, feedback)

    def short_answer(self) -> None:
        self.value("usecase", 1 if self.content.get("exact") else 0)
        for answer in worth.short_answers(self.content):
            self.plain_answer(str(answer.text), answer.worth, str(answer.feedback))

    def numerical(self) -> None:
        for amount in worth.amounts(self.content):
            element = self.plain_answer(amount.value, amount.worth, str(amount.feedback))
            etree.SubElement(element, "tolerance").text = amount.tolerance
        unit = self.content.get("unit", "")
        if unit:
            said = etree.SubElement(etree.SubElement(self.root, "units"), "unit")
            etree.SubElement(said, "multiplier").text = "1"
            etree.SubElement(said, "unit_name").text = unit
        self.value("unitgradingtype", 0)
        self.value("unitpenalty", "0.1")
        self.value("showunits", 0 if unit else 3)  # 0: may be typed after the number; 3: no units
        self.value("unitsleft", 0)

    def matching(self) -> None:
        self.order()
        self.combined()
        pairs = [(pair["left"], pair["right"]) for pair in self.content["pairs"]]
        for left, right in [*pairs, *(("", text) for text in self.content.get("distractors", ()))]:
            element = self.text("subquestion", left)
            self.right_side(right, element)

    def right_side(self, text: str, pair: etree._Element) -> None:
        """Plain where it can be: Moodle shows right sides in a list, without formatting."""
        plain = from_html(as_html(self.content, text))
        if plain.is_html or ADDRESS.search(text):
            self.text("answer", text, pair)
        else:
            etree.SubElement(etree.SubElement(pair, "answer"), "text").text = plain.text

    def ordering(self) -> None:
        self.value("layouttype", "VERTICAL")
        self.value("selecttype", "ALL")
        self.value("selectcount", 0)
        self.value("gradingtype", "ALL_OR_NOTHING")
        self.value("showgrading", "SHOW")
        self.value("numberingstyle", "none")
        self.combined()
        for place, item in enumerate(self.content["items"], start=1):
            self.rich_answer(item, place, "")

    def cloze(self) -> None:
        """Write what is said to the whole; all else stands in the question text."""
        if any(
            self.content.get(key)
            for key in ("feedback_right", "feedback_partial", "feedback_wrong")
        ):
            self.combined()


_WRITERS = {
    "single_choice": _Writer.choice,
    "multiple_choice": _Writer.choice,
    "true_false": _Writer.true_false,
    "short_answer": _Writer.short_answer,
    "numerical": _Writer.numerical,
    "matching": _Writer.matching,
    "ordering": _Writer.ordering,
    "cloze": _Writer.cloze,
}
