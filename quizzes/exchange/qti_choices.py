"""Questions of QTI in which something is chosen: options, parts of a message, places in a picture."""

import io
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree
from PIL import Image

from quizzes.exchange.qti_items import (
    NAMED,
    NEAR,
    Answered,
    Item,
    NotRead,
    joined,
    per_cent,
    points,
    stem,
)
from quizzes.exchange.qti_processing import ZERO, Declaration
from quizzes.exchange.qti_xml import child, children, line, number, raw_text, truth
from quizzes.exchange.texts import Text, one_line, picture_key, unfit
from vietnamese import fold

TRUE, FALSE = ("true", "t", "dung", "yes", "right"), ("false", "f", "sai", "no", "wrong")
AREA = re.compile(r"\s*,\s*|\s+")


class _Choices:
    """The choices of one interaction, what each of them earns, and what is said to each."""

    def __init__(self, item: Item, response: Declaration, choices: Sequence[etree._Element]):
        self.item, self.response = item, response
        self.keys = [element.get("identifier", "") for element in choices]
        if not choices or len(set(self.keys)) < len(self.keys):
            raise NotRead(
                "responseIdentifier", _("Its choices are missing or have the same identifiers.")
            )
        self.singles = [self.ask(key) for key in self.keys]
        self.full = ZERO
        self.scores: list[Fraction] = []
        self.all_or_nothing = False
        if response.cardinality == "single":
            self.scores = [single.score for single in self.singles]
            self.full = max(self.scores)
        else:
            self._several()
        if self.full <= 0 or not any(score > 0 for score in self.scores):
            raise NotRead("correctResponse", _("No answer to it is right."), line(choices[0]))

    def ask(self, *keys: str) -> Answered:
        value = self.item.value(self.response, *keys)
        return self.item.ask({self.response.identifier: value})

    def _several(self) -> None:
        """Find what each choice adds, which a lower bound hides where it is chosen alone."""
        right = [key for key in self.keys if key in self.response.correct]
        if not right:
            right = [k for k, one in zip(self.keys, self.singles, strict=True) if one.score > 0]
        self.full = self.ask(*right).score if right else ZERO
        for key in self.keys:
            if key in right:
                rest = [other for other in right if other != key]
                self.scores.append(self.full - (self.ask(*rest).score if rest else ZERO))
            else:
                self.scores.append(self.ask(*right, key).score - self.full)
        if self._is_mapped():
            mapping = self.response.mapping
            assert mapping is not None
            self.scores = [mapping.entries.get(key, mapping.default) for key in self.keys]
        elif abs(sum(self._earned(), ZERO) - self.full) > NEAR * self.full:
            self.all_or_nothing = True
            self.item.note(
                _("Marked all or nothing in the file; here each right choice earns its share.")
            )

    def _earned(self) -> list[Fraction]:
        return [score for score in self.scores if score > 0]

    def _is_mapped(self) -> bool:
        """Whether the score is simply what the mapping says."""
        mapping = self.response.mapping
        if mapping is None:
            return False
        rules = child(self.item.root, "responseProcessing")
        named = rules is not None and any(
            element.get("identifier") == self.response.identifier
            for element in rules.iter("mapResponse")
        )
        template = "" if rules is None else rules.get("template", "")
        return named or "map_response" in template or not self.item.runs

    def rights(self) -> list[bool]:
        if self.all_or_nothing:
            return [key in self.response.correct for key in self.keys]
        return [score > 0 for score in self.scores]

    def shares(self) -> bool:
        """Whether each right choice earns an equal share and each wrong one takes it away."""
        if self.all_or_nothing:
            return True
        share = self.full / len(self._earned())
        return all(
            abs(score - (share if score > 0 else -share)) <= NEAR * self.full
            for score in self.scores
        )

    def own(self) -> list[list[int]]:
        """Return for each choice the feedbacks, by their place, that belong to it alone."""
        found: list[list[int]] = [[] for key in self.keys]
        for place, said in enumerate(self.item.said):
            key = said.choice if said.choice in self.keys else said.identifier
            shown = [n for n, single in enumerate(self.singles) if place in single.shown]
            if key in self.keys:
                found[self.keys.index(key)].append(place)
            elif said.identifier.lower() in NAMED:
                continue
            elif 0 < len(shown) < len(self.keys) and not self._is_overall(shown):
                for number_ in shown:
                    found[number_].append(place)
        return found

    def _is_overall(self, shown: list[int]) -> bool:
        """Whether something is said to just those who are right, or to just those who are not."""
        single = self.response.cardinality == "single"
        rights = [score == self.full if single else score > 0 for score in self.scores]
        chosen = {rights[place] for place in shown}
        if not single:
            return len(shown) != 1
        return len(chosen) == 1 and len(shown) == rights.count(chosen.pop())

    def options(self, texts: Sequence[Text]) -> list[dict[str, Any]]:
        own = self.own()
        options = []
        for place, text in enumerate(texts):
            said = [self.item.said[number_].text for number_ in own[place]]
            options.append(
                {"text": text, "correct": self.rights()[place], "feedback": joined(said)}
            )
        return options

    def worths(self) -> list[int | float]:
        return [per_cent(score, self.full) for score in self.scores]

    def overall(self) -> dict[str, Text]:
        taken = {place for places in self.own() for place in places}
        rights = self.rights()
        right = [key for key, is_right in zip(self.keys, rights, strict=True) if is_right]
        if self.response.cardinality == "single":
            best = self.singles[self.scores.index(self.full)]
            wrong = [one for one in self.singles if one.score <= 0]
            between = [one for one in self.singles if 0 < one.score < self.full]
            partial = between[0] if between else None
            return self.item.overall(right=best, wrong=wrong, partial=partial, taken=taken)
        misses = [key for key in self.keys if key not in right]
        wrong = [self.ask(*misses)] if misses else [self.ask()]
        partial = self.ask(right[0]) if len(right) > 1 else None
        return self.item.overall(right=self.ask(*right), wrong=wrong, partial=partial, taken=taken)


def _keeps_order(item: Item, interaction: etree._Element) -> dict[str, bool]:
    """Return the entry of a content for choices that stay where they are."""
    if not truth(interaction.get("shuffle")):
        return {"keep_order": True}
    if any(truth(choice.get("fixed")) for choice in interaction.iter("simpleChoice")):
        item.note(_("Some choices have a fixed place; here all keep their order."))
        return {"keep_order": True}
    return {}


def choice(item: Item, interaction: etree._Element) -> tuple[str, dict[str, Any]]:
    """Return the kind and the content of a choiceInteraction. Raises NotRead."""
    elements = list(children(interaction, "simpleChoice"))
    choices = _Choices(item, item.response(interaction), elements)
    texts = [item.text(element) for element in elements]
    content: dict[str, Any] = {"stem": stem(item, interaction)}
    options = choices.options(texts)
    said = choices.overall()
    content |= points(choices.full)
    if choices.response.cardinality == "single":
        answer = _answer(choices, texts)
        if answer is not None:
            return "true_false", content | _true_false(options, said, answer)
        for option, worth in zip(options, choices.worths(), strict=True):
            option["correct"] = worth == 100
            if worth not in (0, 100):
                option["worth"] = worth
        kind = "single_choice"
    else:
        kind = "multiple_choice"
        if not choices.shares():
            for option, worth in zip(options, choices.worths(), strict=True):
                option["worth"] = worth
    return kind, content | {"options": options} | _keeps_order(item, interaction) | said


def _answer(choices: _Choices, texts: Sequence[Text]) -> bool | None:
    """Return what is right of a statement, or None where the choices are no true and false."""
    if len(choices.keys) != 2 or sorted(choices.worths()) not in ([-100, 100], [0, 100]):
        return None
    right = choices.scores.index(choices.full)
    for words in (choices.keys, [text.text.strip(" .") for text in texts]):
        one, other = (fold(word) for word in words)
        if one in TRUE and other in FALSE:
            return right == 0
        if one in FALSE and other in TRUE:
            return right == 1
    return None


def _true_false(options: list[dict], said: dict[str, Text], answer: bool) -> dict[str, Any]:
    content: dict[str, Any] = {"answer": answer}
    for key, is_right in (("feedback_right", True), ("feedback_wrong", False)):
        texts = [option["feedback"] for option in options if option["correct"] is is_right]
        content[key] = joined([*texts, said.get(key, Text())])
    if "explanation" in said:
        content["explanation"] = said["explanation"]
    return content


# ── Parts to be marked ──────────────────────────────────────────────────────────────────────────


def _spot(item: Item, choices: _Choices, texts: Sequence[Text]) -> dict[str, Any]:
    if not choices.shares():
        item.note(_("Parts weigh differently in the file; here they all weigh the same."))
    parts = [
        {"text": o["text"], "suspicious": o["correct"], "feedback": o["feedback"]}
        for o in choices.options(texts)
    ]
    return {"parts": parts} | points(choices.full) | choices.overall()


def hottext(item: Item, interaction: etree._Element) -> tuple[str, dict[str, Any]]:
    """Return a hottextInteraction as signs to spot in a message. Raises NotRead."""
    elements = list(interaction.iter("hottext"))
    choices = _Choices(item, item.response(interaction), elements)
    # Texts are read one by one; blanks at their ends belong to the message and would be lost there.
    marks = {element: f"\ue000{place}\ue001" for place, element in enumerate(elements)}
    whole = item.text(interaction, marks)
    content = _spot(item, choices, [item.text(element) for element in elements])
    raw = [_blanks_kept(item, element) for element in elements]
    content["parts"] = list(_in_order(whole, content["parts"], raw))
    return "spot", {"stem": stem(item, interaction), **content}


def _blanks_kept(item: Item, element: etree._Element) -> Text:
    """Return the text of a part with the blanks at its ends."""
    inside = item.text(element)
    if inside.is_html:
        return inside
    bare = re.sub(r"\s+", " ", raw_text(element))
    before = " " if bare.startswith(" ") else ""
    return Text(f"{before}{inside.text}{' ' if bare.endswith(' ') else ''}", notes=inside.notes)


def _in_order(whole: Text, parts: list[dict], raw: Sequence[Text]) -> Iterator[dict[str, Any]]:
    """Yield the parts of a message: those that can be marked, and what stands between them."""
    made: list[dict[str, Any]] = []
    for piece in re.split("(\ue000\\d+\ue001)", whole.text):
        if piece.startswith("\ue000"):
            place = int(piece[1:-1])
            made.append(parts[place] | {"text": raw[place]})
        elif not piece.strip() and made and not whole.is_html:
            last = made[-1]["text"]
            made[-1]["text"] = Text(last.text + piece, last.is_html, last.pictures, last.notes)
        elif piece:
            text = Text(piece, whole.is_html, whole.pictures, whole.notes)
            made.append({"text": text, "suspicious": False, "feedback": Text()})
    yield from made


def hotspot(item: Item, interaction: etree._Element) -> tuple[str, dict[str, Any]]:
    """Return a hotspotInteraction as signs to spot in a picture. Raises NotRead, also without its picture."""
    picture = next(interaction.iter("object", "img"), None)
    raw = None if picture is None else item.resolve(picture.get("data") or picture.get("src") or "")
    if picture is None or raw is None or unfit(raw):
        why = _("Its picture is not in the file, or cannot be used.")
        raise NotRead("hotspotInteraction", why, line(interaction))
    width, height = (number(picture.get(side)) for side in ("width", "height"))
    if not width or not height:
        with Image.open(io.BytesIO(raw)) as opened:
            width, height = (Fraction(side) for side in opened.size)
    elements = list(children(interaction, "hotspotChoice"))
    choices = _Choices(item, item.response(interaction), elements)
    labels = [Text(one_line(element.get("hotspotLabel", ""))) for element in elements]
    content = _spot(item, choices, labels)
    for part, element in zip(content["parts"], elements, strict=True):
        part["area"] = _area(element, width, height)
    return "spot", {
        "stem": stem(item, interaction),
        "picture": Text(picture_key(raw), pictures={picture_key(raw): raw}),
        **content,
    }


def _area(element: etree._Element, width: Fraction, height: Fraction) -> list[int | float]:
    """Return the area of a hotspot in per cent of the picture: left, top, width, height."""
    coords = [number(word.strip("%")) for word in AREA.split(element.get("coords", "").strip())]
    if element.get("shape") != "rect" or len(coords) != 4 or None in coords:
        why = _("Only rectangles are read as areas of a picture.")
        raise NotRead("hotspotChoice", why, line(element))
    left, top, right, bottom = (coord or ZERO for coord in coords)
    if not (0 <= left < right <= width and 0 <= top < bottom <= height):
        why = _("An area reaches out of the picture.")
        raise NotRead("hotspotChoice", why, line(element))
    across, down = 100 / width, 100 / height
    sides = (left * across, top * down, (right - left) * across, (bottom - top) * down)
    return [_short(side) for side in sides]


def _short(value: Fraction) -> int | float:
    rounded = round(float(value), 2)
    return int(rounded) if rounded == int(rounded) else rounded
