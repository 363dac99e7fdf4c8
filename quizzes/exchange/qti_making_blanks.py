"""From questions with something to type, or to choose in a text, to items of QTI."""

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lxml import etree

from quizzes.exchange.answers import worths
from quizzes.exchange.qti_rules import MARKER, base_value, clean, element, mapping, variable
from vietnamese import fold

if TYPE_CHECKING:
    from quizzes.exchange.qti_making import Maker


def _entry(identifier: str, *, hint: str = "", length: int = 20) -> etree._Element:
    attributes = {"responseIdentifier": identifier, "expectedLength": str(length)}
    return element("textEntryInteraction", attributes | ({"placeholderText": hint} if hint else {}))


def short_answer(maker: "Maker") -> None:
    """Write a question for a short text, its hint as what the blank expects."""
    _declare_texts(maker, maker.content, identifier="RESPONSE", points=maker.points)
    blank = _entry("RESPONSE", hint=maker.bare(maker.content.get("hint", "")))
    maker.body.extend([maker.block(maker.content["stem"]), element("p", {}, blank)])


def _declare_texts(maker: "Maker", gap: Mapping, *, identifier: str, points: Fraction) -> None:
    exact = bool(gap.get("exact"))
    entries: dict[str, str] = {}
    correct, best = "", -1000.0
    for number, answer in enumerate(gap["accepted"], start=1):
        said = answer if isinstance(answer, Mapping) else {"text": answer}
        text, worth = clean(said["text"]), said.get("worth", 100)
        spellings = [text] if exact else list(dict.fromkeys([text, fold(text)]))
        known = {key.casefold() for key in entries}
        spellings = spellings[:1] + [s for s in spellings[1:] if s.casefold() not in known]
        for spelling in spellings:
            entries.setdefault(spelling, maker.share(worth, points))
        if worth > best:
            correct, best = text, worth
        if said.get("feedback"):
            outcome = maker.rules.tell_text(identifier, f"A{number}", spellings, exact=exact)
            maker.say(f"A{number}", said["feedback"], outcome=outcome)
    maker.declare(
        [correct],
        identifier=identifier,
        base_type="string",
        mapping=mapping(entries.items(), exact=exact),
    )
    maker.rules.map(identifier)


def numerical(maker: "Maker") -> None:
    """Write a question for a number, its unit behind the blank."""
    _declare_numbers(maker, maker.content, identifier="RESPONSE", points=maker.points)
    blank = _entry("RESPONSE", length=10)
    if unit := maker.content.get("unit"):
        blank.tail = f" {clean(unit)}"
    maker.body.extend([maker.block(maker.content["stem"]), element("p", {}, blank)])


def _declare_numbers(maker: "Maker", gap: Mapping, *, identifier: str, points: Fraction) -> None:
    best = max(gap["answers"], key=lambda answer: answer.get("worth", 100))
    maker.declare([best["value"]], identifier=identifier, base_type="float")
    branches = []
    for number, answer in enumerate(gap["answers"], start=1):
        tolerance = answer.get("tolerance", "0")
        is_exact = Fraction(tolerance) == 0
        mode = {"toleranceMode": "exact" if is_exact else "absolute"}
        if not is_exact:
            mode["tolerance"] = f"{tolerance} {tolerance}"
        test = element("equal", mode, variable(identifier), base_value(answer["value"], "float"))
        name = f"A{number}" if answer.get("feedback") else ""
        branches.append((test, maker.share(answer.get("worth", 100), points), name))
    outcome = maker.rules.compare(identifier, branches)
    for number, answer in enumerate(gap["answers"], start=1):
        if answer.get("feedback"):
            maker.say(f"A{number}", answer["feedback"], outcome=outcome)


def cloze(maker: "Maker") -> None:
    """Write a text with gaps: each gap an interaction of its own, worth its weight."""
    gaps = maker.content["gaps"]
    weights = [Fraction(str(gap.get("weight", 1))) for gap in gaps]
    total = sum(weights) or Fraction(1)
    text = maker.block(maker.content["stem"])
    blanks: dict[int, etree._Element] = {}
    for number, (gap, weight) in enumerate(zip(gaps, weights, strict=True), start=1):
        points = maker.points * weight / total
        blanks[number] = _gap(maker, gap, identifier=f"RESPONSE_{number}", points=points)
    _put(text, blanks)
    maker.body.append(text)


def _gap(maker: "Maker", gap: Mapping, *, identifier: str, points: Fraction) -> etree._Element:
    if gap["kind"] == "short_answer":
        _declare_texts(maker, gap, identifier=identifier, points=points)
        return _entry(identifier)
    if gap["kind"] == "numerical":
        _declare_numbers(maker, gap, identifier=identifier, points=points)
        return _entry(identifier, length=10)
    options = gap["options"]
    keys = [f"G{identifier.rpartition('_')[2]}_{n}" for n in range(1, len(options) + 1)]
    scores = [maker.share(worth, points) for worth in worths("single_choice", options)]
    right = [key for key, option in zip(keys, options, strict=True) if option.get("correct")]
    made = mapping(zip(keys, scores, strict=True))
    maker.declare(right[:1], identifier=identifier, mapping=made)
    maker.rules.map(identifier)
    blank = element(
        "inlineChoiceInteraction", {"responseIdentifier": identifier, "shuffle": "true"}
    )
    for key, option in zip(keys, options, strict=True):
        text = maker.bare(option["text"])
        blank.append(element("inlineChoice", {"identifier": key}, text=text))
        if option.get("feedback"):
            outcome = maker.rules.tell_gap(identifier)
            maker.say(key, option["feedback"], outcome=outcome)
    return blank


def _put(text: etree._Element, blanks: dict[int, etree._Element]) -> None:
    """Put blanks in the places of their markers."""
    for part in list(text.iter()):
        for where in ("text", "tail"):
            if where == "tail" and part is text:
                continue
            pieces = MARKER.split(getattr(part, where) or "")
            if len(pieces) < 3:
                continue
            setattr(part, where, pieces[0])
            parent: Any = part if where == "text" else part.getparent()
            place = 0 if where == "text" else parent.index(part) + 1
            for marker, after in zip(pieces[1::2], pieces[2::2], strict=True):
                blank = blanks.pop(int(marker), None)
                if blank is None:
                    continue
                blank.tail = after
                parent.insert(place, blank)
                place += 1
