"""An item of QTI on its way to a question: its texts, what answers earn, what is said to them.

Names are those of QTI 2.1 (`quizzes.exchange.qti_xml`).
"""

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from quizzes.exchange.qti_processing import (
    ZERO,
    Declaration,
    Processing,
    declarations,
    same,
    typed,
)
from quizzes.exchange.qti_xml import MATHML, child, line, text_of
from quizzes.exchange.texts import Text, from_html

FEEDBACK = ("modalFeedback", "feedbackInline", "feedbackBlock")
CHOICES = ("simpleChoice", "hottext", "hotspotChoice", "inlineChoice", "simpleAssociableChoice")
OUT_OF_TEXT = frozenset({*FEEDBACK, "rubricBlock", "stylesheet", "catalogInfo", "prompt"})
KEPT_ATTRIBUTES = {"img": ("src", "alt"), "a": ("href",), "td": ("colspan", "rowspan")}
NEAR = Fraction(1, 100_000)  # of the full score: how exact editors write thirds
STEM = "kns-stem"  # class of what we put around a stem, which is no part of it
MOST_POINTS = 10_000  # more than that is no mark but a slip, or mischief
VOID = frozenset({"br", "hr", "img"})
# What authors and editors call the things that are said of the answer as a whole.
NAMED = {
    "right": "feedback_right",
    "correct": "feedback_right",
    "wrong": "feedback_wrong",
    "incorrect": "feedback_wrong",
    "partial": "feedback_partial",
    "partially_correct": "feedback_partial",
    "explanation": "explanation",
    "general": "explanation",
    "solution": "explanation",
}


class NotRead(Exception):
    """An item cannot become a question: what it has, on which line, and why."""

    def __init__(self, what: str, why: str, line: int = 1):
        super().__init__(why)
        self.what, self.why, self.line = what, why, line


@dataclass(frozen=True)
class Said:
    """A feedback. `choice` is the identifier of the choice that it stands in, if it does."""

    identifier: str
    outcome: str
    shown_if_set: bool
    text: Text
    choice: str | None

    def is_shown(self, outcomes: Mapping[str, Any]) -> bool:
        value = outcomes.get(self.outcome)
        said = value if isinstance(value, tuple) else (value,)
        return (self.identifier in said) is self.shown_if_set


@dataclass(frozen=True)
class Answered:
    """What an answer earns and which feedbacks (by their place) it is shown."""

    score: Fraction = ZERO
    shown: frozenset[int] = frozenset()


@dataclass
class Item:
    """An item that can be asked what an answer earns. `notes` grows while it is read."""

    root: etree._Element
    body: etree._Element
    resolve: Callable[[str], bytes | None]
    responses: dict[str, Declaration] = field(init=False)
    processing: Processing = field(init=False)
    said: list[Said] = field(init=False)
    runs: bool = True  # False: what answers earn is not computed but taken as declared
    notes: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.responses = declarations(self.root)
        self.processing = Processing(self.root, self.responses)
        self.said = [self._said(element) for element in self.root.iter(*FEEDBACK)]

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def response(self, interaction: etree._Element) -> Declaration:
        """Return the response variable of an interaction."""
        found = self.responses.get(interaction.get("responseIdentifier", ""))
        if found is None:
            why = _("The answer to it is not declared.")
            raise NotRead(str(interaction.tag), why, line(interaction))
        return found

    def _said(self, element: etree._Element) -> Said:
        inside = next((up for up in element.iterancestors() if up.tag in CHOICES), None)
        return Said(
            element.get("identifier", ""),
            element.get("outcomeIdentifier", ""),
            element.get("showHide", "show") != "hide",
            self.text(element),
            None if inside is None else inside.get("identifier"),
        )

    # ── Texts ───────────────────────────────────────────────────────────────────────────────────

    def text(
        self, element: etree._Element, swap: Mapping[etree._Element, str] | None = None
    ) -> Text:
        """Return what stands in an element, with some elements in it replaced by HTML."""
        return from_html(self.html(element, swap or {}), resolve=self.resolve)

    def html(self, element: etree._Element, swap: Mapping[etree._Element, str]) -> str:
        """Return the inside of an element as HTML; nothing of it is safe yet."""
        out = [html.escape(element.text or "", quote=False)]
        for part in element:
            if part in swap:
                out.append(swap[part])
            elif isinstance(part.tag, str):
                out.append(self._outer(part, swap))
            out.append(html.escape(part.tail or "", quote=False))
        return "".join(out)

    def _outer(self, element: etree._Element, swap: Mapping[etree._Element, str]) -> str:
        tag = str(element.tag)
        if tag in OUT_OF_TEXT or tag.endswith("Interaction"):
            return ""
        if tag.startswith(f"{{{MATHML}}}"):
            return html.escape(self._formula(element), quote=False)
        if tag == "object" and element.get("type", "").startswith("image/"):
            return _tag("img", {"src": element.get("data", ""), "alt": text_of(element)})
        if element.get("class") == STEM:
            return self.html(element, swap)
        names = KEPT_ATTRIBUTES.get("td" if tag == "th" else tag, ())
        opening = _tag(tag, {name: element.get(name, "") for name in names if element.get(name)})
        return opening if tag in VOID else f"{opening}{self.html(element, swap)}</{tag}>"

    def _formula(self, element: etree._Element) -> str:
        self.note(_("A formula was read as plain text."))
        annotation = next(element.iter(f"{{{MATHML}}}annotation"), None)
        return element.get("alttext") or text_of(element if annotation is None else annotation)

    # ── Answers ─────────────────────────────────────────────────────────────────────────────────

    def ask(self, given: Mapping[str, Any]) -> Answered:
        """Return what an answer earns and is told. Raises Unsupported while the item `runs`."""
        if self.runs:
            outcomes = self.processing.run(given)
            score = outcomes.get("SCORE")
            shown = frozenset(
                place for place, said in enumerate(self.said) if said.is_shown(outcomes)
            )
            return Answered(score if isinstance(score, Fraction) else ZERO, shown)
        return Answered(sum((self._declared(key, given) for key in self.responses), ZERO))

    def _declared(self, identifier: str, given: Mapping[str, Any]) -> Fraction:
        response = self.responses[identifier]
        if response.mapping is not None:
            self.processing.given = dict(given)
            return self.processing.mapped(identifier)
        right, value = response.correct_value(), given.get(identifier)
        return Fraction(same(value, right, response) is True)

    def value(self, response: Declaration, *texts: str) -> Any:
        """Return an answer to a response variable that consists of these texts."""
        values = tuple(typed(text, response.base_type) for text in texts)
        if response.cardinality == "single":
            return values[0] if values else None
        return values or None

    # ── What is said ────────────────────────────────────────────────────────────────────────────

    def overall(
        self,
        *,
        right: Answered,
        wrong: Sequence[Answered],
        partial: Answered | None = None,
        taken: Iterable[int] = (),
    ) -> dict[str, Text]:
        """Return the feedback of the answer as a whole, and the explanation, that there are.

        `taken` are the feedbacks that belong to one choice or one accepted answer.
        """
        found: dict[str, list[Text]] = {}
        own = set(taken)
        for place, said in enumerate(self.said):
            if place in own or not said.text:
                continue
            in_wrong = bool(wrong) and all(place in one.shown for one in wrong)
            key = _key(said, place, right=right, in_wrong=in_wrong, partial=partial)
            if key is None:
                self.note(_("A feedback that no answer seems to bring about was left out."))
            else:
                found.setdefault(key, []).append(said.text)
        return {key: joined(texts) for key, texts in found.items()}


def _key(
    said: Said, place: int, *, right: Answered, in_wrong: bool, partial: Answered | None
) -> str | None:
    in_right = place in right.shown
    if in_right and in_wrong:
        return "explanation"
    if in_right:
        return "feedback_right"
    if in_wrong:
        return "feedback_wrong"
    if partial is not None and place in partial.shown:
        return "feedback_partial"
    return NAMED.get(said.identifier.lower())


def _tag(name: str, attributes: Mapping[str, str]) -> str:
    written = "".join(f' {key}="{html.escape(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>"


def joined(texts: Sequence[Text]) -> Text:
    """Return several texts as one, each in lines of its own."""
    texts = [text for text in texts if text]
    if len(texts) < 2:
        return texts[0] if texts else Text()
    is_html = any(text.is_html for text in texts)
    parts = [
        text.text
        if text.is_html or not is_html
        else html.escape(text.text, quote=False).replace("\n", "<br>")
        for text in texts
    ]
    return Text(
        "<br>".join(parts) if is_html else "\n".join(parts),
        is_html,
        {key: raw for text in texts for key, raw in text.pictures.items()},
        tuple(note for text in texts for note in text.notes),
    )


def plain_number(value: Fraction) -> int | float:
    """Return a fraction as a number of JSON: whole where it is whole."""
    return int(value) if value.denominator == 1 else float(value)


def per_cent(score: Fraction, full: Fraction) -> int | float:
    """Return what a score is of the full one, −100 to 100 per cent, to five places like Moodle."""
    share = max(Fraction(-1), min(Fraction(1), score / full))
    return plain_number(Fraction(round(100 * share * 100_000), 100_000))


def points(full: Fraction) -> dict[str, int | float]:
    """Return the entry of a content for the points of a question: none for one point."""
    near = full.limit_denominator(10_000)
    usual = near == 1 or not 0 < near <= MOST_POINTS
    return {} if usual else {"points": plain_number(near)}


def stem(item: Item, interaction: etree._Element) -> Text:
    """Return all that stands around an interaction, its prompt included."""
    prompt = child(interaction, "prompt")
    inside = "" if prompt is None else f"<p>{item.html(prompt, {})}</p>"
    return item.text(item.body, {interaction: inside})
