"""From a question to an item of QTI, in the names of version 2.1.

What is asked, what is right and what is said to whom is plain QTI, so that other systems mark as this
one does. Accents, which do not count here, QTI cannot ignore: a short answer is also accepted in its
spelling without them.
"""

import io
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from hashlib import sha1
from typing import Any

from lxml import etree
from PIL import Image

from quizzes.exchange import qti_making_blanks
from quizzes.exchange.answers import worths
from quizzes.exchange.parsed import Parsed
from quizzes.exchange.qti_items import STEM
from quizzes.exchange.qti_rules import Rules, clean, element, mapping, number_text
from quizzes.exchange.qti_xml import raw_text
from quizzes.exchange.texts import TAGS, to_html, with_pictures

BLOCKS = ("p", "div", "ul", "ol", "dl", "table", "blockquote", "pre", "hr")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
HTML = TAGS | {"object", "span"}  # what is not QTI of all that is written
SIZE = 1_000  # what a picture is taken to measure where its own size is not known


class Maker:
    """Makes the item of one question. `address` gives the address of a picture by its SHA-1."""

    def __init__(self, question: Parsed, address: Callable[[str], str]):
        self.content = question.content
        self.pictures = question.pictures
        self.address = address
        self.kind = question.kind
        self.is_html = question.content.get("markup") == "html"
        points = Fraction(str(question.content.get("points", 1)))
        self.points = points if points > 0 else Fraction(1)
        self.body = element("itemBody")
        self.declared: list[etree._Element] = []
        self.rules = Rules(self.points)

    # ── Texts ───────────────────────────────────────────────────────────────────────────────────

    def fill(self, into: etree._Element, text: str) -> etree._Element:
        """Put a text of the content into an element."""
        html = with_pictures(to_html(clean(text), is_html=self.is_html), self.address)
        if not html.strip():
            into.text = html
            return into
        tree = etree.fromstring(f"<div>{html}</div>", etree.HTMLParser(no_network=True))
        holder: Any = tree.find(".//div")
        into.text = holder.text
        into.extend(list(holder))
        return into

    def block(self, text: str) -> etree._Element:
        """Return the stem as a paragraph, or as a division where it has paragraphs of its own."""
        made = self.fill(element("p", {"class": STEM}), text)
        if any(True for part in made.iter(*BLOCKS, *HEADINGS) if part is not made):
            made.tag = "div"
        return made

    def bare(self, text: str) -> str:
        """Return a text without any formatting, for where QTI takes none."""
        return raw_text(self.fill(element("p"), text))

    # ── The frame ───────────────────────────────────────────────────────────────────────────────

    def make(self, *, identifier: str, title: str) -> etree._Element:
        """Return the item."""
        if message := self.content.get("message"):
            quote = element("blockquote", {"class": "message"})
            for key in ("from", "text"):
                part = self.fill(element("p", {"class": f"message-{key}"}), message.get(key, ""))
                quote.append(part)
            self.body.append(quote)
        MAKERS[self.kind](self)
        root = element(
            "assessmentItem",
            {
                "identifier": identifier,
                "title": clean(title),
                "adaptive": "false",
                "timeDependent": "false",
            },
        )
        said = self._said()
        root.extend(self.declared)
        root.append(
            element(
                "outcomeDeclaration",
                {
                    "identifier": "SCORE",
                    "cardinality": "single",
                    "baseType": "float",
                    "normalMaximum": number_text(self.points),
                },
                element("defaultValue", {}, element("value", text="0")),
            )
        )
        root.extend(self.rules.outcomes())
        root.append(self.body)
        root.append(self.rules.processing())
        root.extend(said)
        return root

    def _said(self) -> list[etree._Element]:
        """Return the feedbacks of the answer as a whole after those of its parts."""
        for key, name in (
            ("feedback_right", "RIGHT"),
            ("feedback_partial", "PARTIAL"),
            ("feedback_wrong", "WRONG"),
            ("explanation", "EXPLANATION"),
        ):
            if self.content.get(key):
                self.rules.tell_all(name)
                self.say(name, self.content[key])
        return self.feedbacks

    @property
    def feedbacks(self) -> list[etree._Element]:
        return self.rules.feedbacks

    def say(self, name: str, text: str, *, outcome: str = "FEEDBACK") -> None:
        made = element(
            "modalFeedback",
            {"outcomeIdentifier": outcome, "identifier": name, "showHide": "show"},
        )
        self.feedbacks.append(self.fill(made, text))

    def declare(
        self,
        correct: Sequence[str],
        *,
        identifier: str = "RESPONSE",
        cardinality: str = "single",
        base_type: str = "identifier",
        mapping: etree._Element | None = None,
    ) -> None:
        made = element(
            "responseDeclaration",
            {"identifier": identifier, "cardinality": cardinality, "baseType": base_type},
        )
        if correct:
            values = [element("value", text=clean(value)) for value in correct]
            made.append(element("correctResponse", {}, *values))
        if mapping is not None:
            made.append(mapping)
        self.declared.append(made)

    def share(self, worth: float | Decimal, points: Fraction | None = None) -> str:
        """Return what a part that is worth so many per cent adds to the score."""
        return number_text(Fraction(str(worth)) * (points or self.points) / 100)


# ── Choices ─────────────────────────────────────────────────────────────────────────────────────


def _choice(maker: Maker) -> None:
    options = maker.content["options"]
    keys = [f"C{number}" for number in range(1, len(options) + 1)]
    several = maker.kind == "multiple_choice"
    _declare_choice(maker, keys, options, several=several)
    shuffled = str(not maker.content.get("keep_order")).lower()
    interaction = element(
        "choiceInteraction",
        {
            "responseIdentifier": "RESPONSE",
            "shuffle": shuffled,
            "maxChoices": "0" if several else "1",
        },
    )
    for key, option in zip(keys, options, strict=True):
        choice = element("simpleChoice", {"identifier": key})
        interaction.append(maker.fill(choice, option["text"]))
    maker.body.extend([maker.block(maker.content["stem"]), interaction])
    _say_to_each(maker, keys, options)


def _declare_choice(
    maker: Maker, keys: Sequence[str], options: Sequence[dict], *, several: bool
) -> None:
    right = [key for key, option in zip(keys, options, strict=True) if option.get("correct")]
    plain = not several and not any("worth" in option for option in options)
    if plain and maker.points == 1 and len(right) == 1:
        maker.declare(right)
        maker.rules.match()
        return
    if several and not any("worth" in option for option in options):
        # A third as a float: three of them make up one exactly, as they do for who adds them up.
        share = maker.points / max(1, len(right))
        scores = [number_text(share if option.get("correct") else -share) for option in options]
    else:
        kind = "multiple_choice" if several else "single_choice"
        scores = [maker.share(worth) for worth in worths(kind, options)]
    bounds = ("0", number_text(maker.points)) if several else None
    maker.declare(
        right if several else right[:1],
        cardinality="multiple" if several else "single",
        mapping=mapping(zip(keys, scores, strict=True), bounds=bounds),
    )
    maker.rules.map("RESPONSE", by_correct=several)


def _say_to_each(maker: Maker, keys: Sequence[str], options: Sequence[dict]) -> None:
    told = [(key, option["feedback"]) for key, option in zip(keys, options, strict=True)]
    for key, text in told:
        if text:
            maker.rules.tell_choice()
            maker.say(key, text)


def _true_false(maker: Maker) -> None:
    answer = str(maker.content["answer"]).lower()
    maker.declare(
        [answer], mapping=None if maker.points == 1 else mapping([(answer, maker.share(100))])
    )
    if maker.points == 1:
        maker.rules.match()
    else:
        maker.rules.map("RESPONSE")
    interaction = element(
        "choiceInteraction",
        {"responseIdentifier": "RESPONSE", "shuffle": "false", "maxChoices": "1"},
    )
    for key, text in (("true", "Đúng"), ("false", "Sai")):
        attributes = {"identifier": key, "fixed": "true"}
        interaction.append(element("simpleChoice", attributes, text=text))
    maker.body.extend([maker.block(maker.content["stem"]), interaction])


def _spot(maker: Maker) -> None:
    parts = maker.content["parts"]
    options = [{**part, "correct": part["suspicious"]} for part in parts]
    keys = [f"P{number}" for number in range(1, len(parts) + 1)]
    _declare_choice(maker, keys, options, several=True)
    attributes = {"responseIdentifier": "RESPONSE", "maxChoices": "0"}
    if "picture" in maker.content:
        interaction = element("hotspotInteraction", attributes)
        _hotspots(maker, interaction, keys)
    else:
        interaction = element("hottextInteraction", attributes)
        text = element("p")
        for key, part in zip(keys, parts, strict=True):
            text.append(maker.fill(element("hottext", {"identifier": key}), part["text"]))
        interaction.append(text)
    maker.body.extend([maker.block(maker.content["stem"]), interaction])
    _say_to_each(maker, keys, options)


def _hotspots(maker: Maker, interaction: etree._Element, keys: Sequence[str]) -> None:
    key = maker.content["picture"]
    width, height, kind = SIZE, SIZE, "png"
    if raw := maker.pictures.get(key):
        with Image.open(io.BytesIO(raw)) as picture:
            (width, height), kind = picture.size, str(picture.format).lower()
    shown = {"width": str(width), "height": str(height)}
    address = {"data": maker.address(key), "type": f"image/{kind}"}
    interaction.append(element("object", {**address, **shown}))
    for name, part in zip(keys, maker.content["parts"], strict=True):
        left, top, across, down = part["area"]
        sides = (left * width, top * height, (left + across) * width, (top + down) * height)
        coords = ",".join(str(round(side / 100)) for side in sides)
        label = {"hotspotLabel": label} if (label := maker.bare(part["text"])) else {}
        attributes = {"identifier": name, "shape": "rect", "coords": coords, **label}
        interaction.append(element("hotspotChoice", attributes))


# ── Pairs and orders ────────────────────────────────────────────────────────────────────────────


def _matching(maker: Maker) -> None:
    pairs, distractors = maker.content["pairs"], maker.content.get("distractors", [])
    lefts = [f"L{number}" for number in range(1, len(pairs) + 1)]
    rights: dict[str, str] = {}
    for pair in pairs:  # of the same right sides one stands in the list, and may be taken often
        rights.setdefault(pair["right"], f"R{len(rights) + 1}")
    keys = [f"{left} {rights[pair['right']]}" for left, pair in zip(lefts, pairs, strict=True)]
    share = number_text(maker.points / max(1, len(keys)))
    bounds = ("0", number_text(maker.points))
    maker.declare(
        keys,
        cardinality="multiple",
        base_type="directedPair",
        mapping=mapping([(key, share) for key in keys], bounds=bounds),
    )
    maker.rules.map("RESPONSE", by_correct=True)
    interaction = element(
        "matchInteraction",
        {
            "responseIdentifier": "RESPONSE",
            "shuffle": str(not maker.content.get("keep_order")).lower(),
            "maxAssociations": str(len(pairs)),
        },
    )
    left_set, right_set = element("simpleMatchSet"), element("simpleMatchSet")
    for left, pair in zip(lefts, pairs, strict=True):
        left_set.append(_associable(maker, left, pair["left"], most=1))
    listed = list(rights.items())
    listed += [(text, f"D{number}") for number, text in enumerate(distractors, start=1)]
    for text, key in _scrambled(listed) if not maker.content.get("keep_order") else listed:
        right_set.append(_associable(maker, key, text, most=len(pairs)))
    interaction.extend([left_set, right_set])
    maker.body.extend([maker.block(maker.content["stem"]), interaction])


def _associable(maker: Maker, key: str, text: str, *, most: int) -> etree._Element:
    attributes = {"identifier": key, "matchMax": str(most)}
    return maker.fill(element("simpleAssociableChoice", attributes), text)


def _scrambled(listed: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return texts in an order that tells nothing, the same every time; some systems do not shuffle."""
    return sorted(listed, key=lambda one: sha1(one[0].encode(errors="replace")).digest())  # noqa: S324


def _ordering(maker: Maker) -> None:
    listed = [(text, str(number)) for number, text in enumerate(maker.content["items"])]
    shown = _scrambled(listed)
    keys = {number: f"I{place}" for place, (text, number) in enumerate(shown, start=1)}
    maker.declare([keys[number] for text, number in listed], cardinality="ordered")
    maker.rules.match()
    attributes = {"responseIdentifier": "RESPONSE", "shuffle": "true"}
    interaction = element("orderInteraction", attributes)
    for text, number in shown:
        choice = element("simpleChoice", {"identifier": keys[number]})
        interaction.append(maker.fill(choice, text))
    maker.body.extend([maker.block(maker.content["stem"]), interaction])


MAKERS: dict[str, Callable[[Maker], Any]] = {
    "single_choice": _choice,
    "multiple_choice": _choice,
    "true_false": _true_false,
    "spot": _spot,
    "matching": _matching,
    "ordering": _ordering,
    "short_answer": qti_making_blanks.short_answer,
    "numerical": qti_making_blanks.numerical,
    "cloze": qti_making_blanks.cloze,
}
