"""Questions of QTI in which something is typed or chosen inside a text: blanks of all kinds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from quizzes.exchange.qti_items import (
    NEAR,
    Answered,
    Item,
    NotRead,
    joined,
    per_cent,
    plain_number,
    points,
)
from quizzes.exchange.qti_processing import NUMERIC, ZERO, Declaration, Unsupported, tolerances
from quizzes.exchange.qti_xml import child, children, line, number, text_of, truth
from quizzes.exchange.texts import Text, from_html
from vietnamese import fold, normalise

INLINE = ("textEntryInteraction", "inlineChoiceInteraction")
LONGEST_UNIT = 20  # characters after a number that may be its unit
TEXT_TESTS = ("match", "stringMatch", "member", "contains")
NUMBER_TESTS = ("equal", "match", "member", "equalRounded")
BOUNDS = ("gt", "gte", "lt", "lte")
NOTHING_LIKE_IT = "\u241f"  # an answer that nobody accepts


@dataclass(frozen=True)
class Accepted:
    """One answer that a blank takes. `value` is what is typed; a tolerance only numbers have."""

    value: str
    tolerance: str = ""
    score: Fraction = ZERO
    answered: Answered = field(default_factory=Answered)


def inline(item: Item, interactions: Sequence[etree._Element]) -> tuple[str, dict[str, Any]]:
    """Read blanks: one at the end of a text is a short answer, anything else a text with gaps."""
    if len(interactions) == 1 and interactions[0].tag == "textEntryInteraction":
        interaction = interactions[0]
        is_number = _is_number(item, item.response(interaction))
        after = _after(item, interaction)
        if is_number and 0 < len(after) <= LONGEST_UNIT and after == _tail(interaction):
            kind, content = _alone(item, interaction, is_number=True, has_unit=True)
            return kind, {**content, "unit": after}
        if not after:
            return _alone(item, interaction, is_number=is_number)
    return _cloze(item, interactions)


def _tail(interaction: etree._Element) -> str:
    return " ".join((interaction.tail or "").split())


def _after(item: Item, interaction: etree._Element) -> str:
    """Return what stands after an interaction, as plain text."""
    marked = item.html(item.body, {interaction: NOTHING_LIKE_IT})
    return " ".join(text_of_html(marked.partition(NOTHING_LIKE_IT)[2]).split())


def text_of_html(html: str) -> str:
    """Return the words of HTML without its elements."""
    found = from_html(html)
    if not found.is_html:
        return found.text
    tree = etree.fromstring(f"<div>{found.text}</div>", etree.HTMLParser(no_network=True))
    return "" if tree is None else text_of(tree)


def _is_number(item: Item, response: Declaration) -> bool:
    if response.base_type in NUMERIC:
        return True
    return any(_names(test, response) for test in item.root.iter("equal", *BOUNDS))


def _names(test: etree._Element, response: Declaration) -> bool:
    """Whether a test looks at a response."""
    return any(part.get("identifier") == response.identifier for part in children(test, "variable"))


# ── What a blank takes ──────────────────────────────────────────────────────────────────────────


def _texts_named(item: Item, response: Declaration) -> list[str]:
    """Return every text that the answer to a blank is compared with, in the order of the file."""
    found = list(response.correct)
    if response.mapping is not None:
        found = [*response.mapping.entries, *found]
    for test in item.root.iter(*TEXT_TESTS):
        if _names(test, response):
            found += [text_of(value) for value in test.iter("baseValue")]
    return list(dict.fromkeys(text for text in found if text.strip()))


def _numbers_named(item: Item, response: Declaration) -> list[tuple[str, str]]:
    """Return the numbers that the answer to a blank is compared with, and how exactly."""
    found: list[tuple[str, str]] = []
    for test in item.root.iter(*NUMBER_TESTS, "and"):
        if test.tag == "and":
            bounds = _bounds(test, response)
            if len(bounds) == 2:
                low, high = sorted(bounds)
                found.append((decimal((low + high) / 2), decimal((high - low) / 2)))
        elif _names(test, response):
            for text in _compared(test, response):
                found.append(_tolerated(test, text))
    known = {number(value) for value, tolerance in found}
    plain = [*(response.mapping.entries if response.mapping else ()), *response.correct]
    found += [(text.strip(), "0") for text in plain if number(text) not in known]
    return [pair for pair in dict.fromkeys(found) if number(pair[0]) is not None]


def _compared(test: etree._Element, response: Declaration) -> list[str]:
    if any(part.get("identifier") == response.identifier for part in test.iter("correct")):
        return list(response.correct)
    return [text_of(value) for value in test.iter("baseValue")]


def _bounds(test: etree._Element, response: Declaration) -> list[Fraction]:
    parts = [part for part in children(test, *BOUNDS) if _names(part, response)]
    found = [number(text_of(child(part, "baseValue"))) for part in parts]
    return [bound for bound in found if bound is not None]


def _tolerated(test: etree._Element, text: str) -> tuple[str, str]:
    """Return a number and its tolerance as decimals, as an `equal` compares with it."""
    value, mode = number(text), test.get("toleranceMode", "exact")
    if value is None or test.tag != "equal" or mode == "exact":
        return text, "0"
    try:
        below, above = tolerances(test)
    except Unsupported:
        return text, "0"
    if mode == "relative":
        below, above = abs(value) * below / 100, abs(value) * above / 100
        return text, decimal(above)
    if below == above:
        return text, (test.get("tolerance") or "").split()[0]
    return decimal(value + (above - below) / 2), decimal((above + below) / 2)


def decimal(value: Fraction) -> str:
    """Return a number as a decimal, to twelve places, without trailing zeros."""
    text = f"{float(value):.12f}" if abs(value) < 10**15 else str(int(value))
    return text.rstrip("0").rstrip(".") if "." in text else text


def _asked(item: Item, response: Declaration, *, is_number: bool) -> list[Accepted]:
    """Return what a blank takes, and what each of it earns."""
    found: list[Accepted] = []
    if is_number:
        pairs = _numbers_named(item, response)
        for value, tolerance in pairs:
            typed = _telling(value, tolerance, pairs)
            answered = item.ask({response.identifier: item.value(response, typed)})
            found.append(Accepted(value, tolerance, answered.score, answered))
        found = [one for one in found if not any(_covers(other, one) for other in found)]
    else:
        for text in _texts_named(item, response):
            answered = item.ask({response.identifier: item.value(response, text)})
            found.append(Accepted(text, "", answered.score, answered))
    if not any(one.score > 0 for one in found):
        raise NotRead("correctResponse", _("No answer to it is right."), line(item.root))
    return found


def _covers(one: Accepted, other: Accepted) -> bool:
    """Whether a number takes all that another one takes, for the same marks and the same words."""
    if one is other or one.answered != other.answered:
        return False
    reach = (number(one.tolerance) or ZERO) - (number(other.tolerance) or ZERO)
    return reach > 0 and abs((number(one.value) or ZERO) - (number(other.value) or ZERO)) <= reach


def _telling(value: str, tolerance: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Return a number that this answer takes and, if there is any, no narrower one.

    With 3 ± 1 for half the marks beside 3 ± 0.1 for all of them, 3 tells nothing and 4 does.
    """
    centre, reach = number(value) or ZERO, number(tolerance) or ZERO
    others = [
        (number(one) or ZERO, number(around) or ZERO)
        for one, around in pairs
        if (number(around) or ZERO) < reach
    ]
    for tried in (centre, centre + reach, centre - reach):
        if all(abs(tried - one) > around for one, around in others):
            return decimal(tried)
    return value


def _said_to(item: Item, accepted: Sequence[Accepted], wrong: Answered) -> list[list[int]]:
    """Return for each accepted answer the feedbacks, by their place, that are for it alone."""
    full = max(one.score for one in accepted)
    rights = [n for n, one in enumerate(accepted) if one.score == full]
    found: list[list[int]] = [[] for one in accepted]
    for place, said in enumerate(item.said):
        shown = [n for n, one in enumerate(accepted) if place in one.answered.shown]
        numbered = said.identifier[:1] == "A" and said.identifier[1:].isdigit()
        if place in wrong.shown or not shown or (shown == rights and not numbered):
            continue
        if len(shown) == 1 or not set(shown) & set(rights):
            for number_ in shown:
                found[number_].append(place)
    return found


@dataclass(frozen=True)
class _Blank:
    """A blank as an entry of a content, and what is needed to ask about it among others."""

    taken: dict[str, Any]
    full: Fraction
    right: Any  # the answer that earns the full score
    own: frozenset[int]  # the feedbacks that belong to one of its answers
    said: Mapping[str, Text] = field(default_factory=dict)


def _blank(
    item: Item, interaction: etree._Element, *, is_number: bool, is_alone: bool = True
) -> _Blank:
    response = item.response(interaction)
    accepted = _asked(item, response, is_number=is_number)
    nobody = "987654321987654" if is_number else NOTHING_LIKE_IT
    wrong = item.ask({response.identifier: item.value(response, nobody)})
    full = max(one.score for one in accepted)
    own = _said_to(item, accepted, wrong)
    best = next(one for one in accepted if one.score == full)
    partial = next((one.answered for one in accepted if 0 < one.score < full), None)
    taken = frozenset(place for places in own for place in places)
    said = {}
    if is_alone:
        said = item.overall(right=best.answered, wrong=[wrong], partial=partial, taken=taken)
    exact = {} if is_number or not _is_exact(item, response) else {"exact": True}
    entries = []
    for one, places in zip(accepted, own, strict=True):
        feedback = joined([item.said[place].text for place in places])
        if one.score > 0 or feedback:
            entries.append((one, feedback, per_cent(one.score, full)))
    if not is_number and not exact:
        entries = _without_spellings(entries)
    listed = [_number_entry(*e) for e in entries] if is_number else _text_entries(entries)
    return _Blank(
        {"answers" if is_number else "accepted": listed, **exact},
        full,
        item.value(response, best.value),
        taken,
        said,
    )


def _is_exact(item: Item, response: Declaration) -> bool:
    """Whether the file says in so many words that case matters."""
    if response.mapping is not None and response.mapping.exact_in_words:
        return True
    return any(
        _names(test, response) and truth(test.get("caseSensitive"))
        for test in item.root.iter("stringMatch")
    )


def _without_spellings(entries: list) -> list:
    """Drop what is but another spelling of an earlier answer: here accents and case do not count."""
    kept: dict[tuple, Any] = {}
    for entry in entries:
        one, feedback, worth = entry
        kept.setdefault((fold(normalise(one.value)), worth, feedback.text), entry)
    return list(kept.values())


def _number_entry(one: Accepted, feedback: Text, worth: int | float) -> dict[str, Any]:
    entry: dict[str, Any] = {"value": one.value.replace(",", "."), "tolerance": one.tolerance}
    if worth != 100:
        entry["worth"] = worth
    return entry | ({"feedback": feedback} if feedback else {})


def _text_entries(entries: Sequence[tuple[Accepted, Text, int | float]]) -> list[Any]:
    return [
        one.value
        if worth == 100 and not feedback
        else {"text": one.value, "worth": worth, "feedback": feedback}
        for one, feedback, worth in entries
    ]


# ── One blank, and many ─────────────────────────────────────────────────────────────────────────


def _alone(
    item: Item, interaction: etree._Element, *, is_number: bool, has_unit: bool = False
) -> tuple[str, dict[str, Any]]:
    blank = _blank(item, interaction, is_number=is_number)
    content = {
        "stem": _without_blank(item, interaction, has_unit=has_unit),
        "feedback_right": Text(),
        "feedback_wrong": Text(),
        **blank.taken,
        **points(blank.full),
        **blank.said,
    }
    if is_number:
        return "numerical", content
    hint = interaction.get("placeholderText", "").strip()
    return "short_answer", {**content, **({"hint": Text(hint)} if hint else {})}


def _without_blank(item: Item, interaction: etree._Element, *, has_unit: bool) -> Text:
    """Return the text before a blank, without the unit and the paragraph that holds nothing else."""
    tail = interaction.tail
    interaction.tail = None if has_unit else tail
    empty = interaction
    try:
        while (parent := empty.getparent()) is not None and parent is not item.body:
            if text_of(parent) or any(True for picture in parent.iter("img", "object")):
                break
            empty = parent
        return item.text(item.body, {empty: ""})
    finally:
        interaction.tail = tail


def _cloze(item: Item, interactions: Sequence[etree._Element]) -> tuple[str, dict[str, Any]]:
    blanks = [_gap(item, interaction) for interaction in interactions]
    marks = {element: f"[[{n}]]" for n, element in enumerate(interactions, start=1)}
    content = {"stem": item.text(item.body, marks), "gaps": _weighed(blanks)}
    names = [item.response(interaction).identifier for interaction in interactions]
    rights = dict(zip(names, [blank.right for blank in blanks], strict=True))
    said = item.overall(
        right=item.ask(rights),
        wrong=[item.ask({})],
        partial=item.ask(dict([*rights.items()][:1])) if len(rights) > 1 else None,
        taken=frozenset().union(*(blank.own for blank in blanks)),
    )
    return "cloze", content | points(sum((blank.full for blank in blanks), ZERO)) | said


def _gap(item: Item, interaction: etree._Element) -> _Blank:
    response = item.response(interaction)
    if interaction.tag == "inlineChoiceInteraction":
        elements = list(children(interaction, "inlineChoice"))
        texts = {one.get("identifier", ""): item.text(one) for one in elements}
        return _options(item, response, texts, {key: key for key in texts})
    is_number = _is_number(item, response)
    blank = _blank(item, interaction, is_number=is_number, is_alone=False)
    kind = "numerical" if is_number else "short_answer"
    return replace(blank, taken={"kind": kind, **blank.taken})


def _weighed(blanks: Sequence[_Blank]) -> list[dict[str, Any]]:
    """Return the gaps of a text, with their weights where they differ."""
    fulls = [blank.full for blank in blanks]
    least = min(fulls)
    if max(fulls) - least <= NEAR * least:
        return [blank.taken for blank in blanks]
    gaps = []
    for blank in blanks:
        weight = plain_number((blank.full / least).limit_denominator(100))
        gaps.append(blank.taken if weight == 1 else blank.taken | {"weight": weight})
    return gaps


def _options(
    item: Item, response: Declaration, texts: Mapping[str, Text], answers: Mapping[str, str]
) -> _Blank:
    """Return a gap in which something is chosen; `answers` are what each choice sends."""
    asked = {
        key: item.ask({response.identifier: item.value(response, value)})
        for key, value in answers.items()
    }
    full = max((one.score for one in asked.values()), default=ZERO)
    if full <= 0:
        raise NotRead("correctResponse", _("No answer to it is right."), line(item.root))
    options, own = [], set()
    for key, text in texts.items():
        said = {place for place, one in enumerate(item.said) if key in (one.choice, one.identifier)}
        own |= said
        worth = per_cent(asked[key].score, full)
        feedback = joined([item.said[place].text for place in sorted(said)])
        option = {"text": text, "correct": worth == 100, "feedback": feedback}
        options.append(option if worth in (0, 100) else option | {"worth": worth})
    best = next(key for key, one in asked.items() if one.score == full)
    taken = {"kind": "single_choice", "options": options}
    return _Blank(taken, full, item.value(response, answers[best]), frozenset(own))


def gap_match(item: Item, interaction: etree._Element) -> tuple[str, dict[str, Any]]:
    """Read a text into whose gaps words are dragged: each gap is a choice among all the words."""
    if any(True for picture in interaction.iter("gapImg")):
        why = _("Pictures that are dragged into gaps are not read.")
        raise NotRead("gapMatchInteraction", why, line(interaction))
    response = item.response(interaction)
    words = list(children(interaction, "gapText"))
    texts = {word.get("identifier", ""): item.text(word) for word in words}
    places = list(interaction.iter("gap"))
    if not places:
        raise NotRead("gapMatchInteraction", _("Nothing is asked here."), line(interaction))
    blanks = []
    for place in places:
        name = place.get("identifier", "")
        blanks.append(_options(item, response, texts, {key: f"{key} {name}" for key in texts}))
    marks = {element: f"[[{n}]]" for n, element in enumerate(places, start=1)}
    marks |= dict.fromkeys(words, "")
    prompt = child(interaction, "prompt")
    said = "" if prompt is None else f"<p>{item.html(prompt, {})}</p>"
    stem = item.text(item.body, {interaction: said + item.html(interaction, marks)})
    full = sum((blank.full for blank in blanks), ZERO)
    return "cloze", {"stem": stem, "gaps": _weighed(blanks), **points(full)}
