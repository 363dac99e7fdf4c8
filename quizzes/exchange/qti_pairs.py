"""Questions of QTI in which things are paired or put in order."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from quizzes.exchange.qti_items import NEAR, Answered, Item, NotRead, points, stem
from quizzes.exchange.qti_processing import ZERO, Declaration
from quizzes.exchange.qti_xml import children, line, truth
from quizzes.exchange.texts import Text


def _right_pairs(response: Declaration) -> list[tuple[str, str]]:
    """Return the pairs that are right: those declared, and those that a mapping rewards."""
    keys = list(response.correct)
    if response.mapping is not None:
        keys += [key for key, score in response.mapping.entries.items() if score > 0]
    pairs = [tuple(key.split()) for key in keys]
    found = dict.fromkeys(pair for pair in pairs if len(pair) == 2)
    return [(one, other) for one, other in found]


def _paired(item: Item, response: Declaration, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return what earns what, and what is said, where answers are `pairs` in the file's keys."""
    keys = [f"{one} {other}" for one, other in pairs]

    def ask(*chosen: str) -> Answered:
        return item.ask({response.identifier: item.value(response, *chosen)})

    right, alone = ask(*keys), [ask(key).score for key in keys]
    if right.score <= 0:
        raise NotRead("correctResponse", _("No answer to it is right."), line(item.root))
    if max(alone) - min(alone) > NEAR * right.score:
        item.note(_("Pairs weigh differently in the file; here they all weigh the same."))
    elif len(keys) > 1 and sum(alone, ZERO) < right.score * (1 - NEAR):
        item.note(_("Marked all or nothing in the file; here each pair earns its share."))
    ends = [other for one, other in pairs]
    turned = zip(pairs, [*ends[1:], *ends[:1]], strict=True)
    wrong = [f"{one} {other}" for (one, own), other in turned if other != own]
    partial = ask(*keys[:1]) if len(keys) > 1 else None
    said = item.overall(right=right, wrong=[ask(*wrong)], partial=partial)
    return {"feedback_right": Text(), "feedback_wrong": Text()} | points(right.score) | said


def match(item: Item, interaction: etree._Element) -> tuple[str, dict[str, Any]]:
    """Return a matchInteraction as matching. Raises NotRead."""
    sets = list(children(interaction, "simpleMatchSet"))
    if len(sets) != 2:
        raise NotRead("matchInteraction", _("It has not two lists."), line(interaction))
    lefts, rights = (
        {one.get("identifier", ""): item.text(one) for one in children(each)} for each in sets
    )
    response = item.response(interaction)
    keyed = [pair for pair in _right_pairs(response) if pair[0] in lefts and pair[1] in rights]
    if len({one for one, other in keyed}) < len(keyed):
        if len({other for one, other in keyed}) < len(keyed):
            why = _("A side has more than one right partner.")
            raise NotRead("matchInteraction", why, line(interaction))
        lefts, rights = rights, lefts
        turned = sorted(
            ((other, one) for one, other in keyed), key=lambda p: list(lefts).index(p[0])
        )
        content = _paired(item, response, [(other, one) for one, other in turned])
        keyed = turned
    else:
        keyed.sort(key=lambda pair: list(lefts).index(pair[0]))
        content = _paired(item, response, keyed)
    if len(keyed) < len(lefts):
        item.note(_("What has no partner on the left was left out."))
    used = {other for one, other in keyed}
    return "matching", {
        "stem": stem(item, interaction),
        "pairs": [{"left": lefts[one], "right": rights[other]} for one, other in keyed],
        "distractors": [text for key, text in rights.items() if key not in used],
        **({} if truth(interaction.get("shuffle")) else {"keep_order": True}),
        **content,
    }


def associate(item: Item, interaction: etree._Element) -> tuple[str, dict[str, Any]]:
    """Return an associateInteraction as matching, where each choice stands in one pair. Raises NotRead."""
    elements = children(interaction, "simpleAssociableChoice")
    texts = {element.get("identifier", ""): item.text(element) for element in elements}
    response = item.response(interaction)
    keyed = [pair for pair in _right_pairs(response) if pair[0] in texts and pair[1] in texts]
    keyed = list({frozenset(pair): pair for pair in keyed}.values())
    used = [key for pair in keyed for key in pair]
    if len(set(used)) < len(used):
        why = _("A side has more than one right partner.")
        raise NotRead("associateInteraction", why, line(interaction))
    item.note(_("Pairs of one list were read as a left and a right side."))
    return "matching", {
        "stem": stem(item, interaction),
        "pairs": [{"left": texts[one], "right": texts[other]} for one, other in keyed],
        "distractors": [text for key, text in texts.items() if key not in used],
        **_paired(item, response, keyed),
    }


def order(item: Item, interaction: etree._Element) -> tuple[str, dict[str, Any]]:
    """Return an orderInteraction as ordering. Raises NotRead where the key does not name each part once."""
    elements = children(interaction, "simpleChoice")
    texts = {element.get("identifier", ""): item.text(element) for element in elements}
    response = item.response(interaction)
    keys = list(response.correct)
    if sorted(keys) != sorted(texts) or not keys:
        why = _("The right order does not name each of its parts once.")
        raise NotRead("orderInteraction", why, line(interaction))

    def ask(order: Sequence[str]) -> Answered:
        return item.ask({response.identifier: item.value(response, *order)})

    right, wrong = ask(keys), ask([*keys[1:], *keys[:1]])
    partial = ask([*keys[:-2], *keys[:-3:-1]]) if len(keys) > 2 else None
    if right.score <= 0:
        raise NotRead("correctResponse", _("No answer to it is right."), line(interaction))
    if partial is not None and partial.score > 0:
        item.note(_("Part of the order earns marks in the file; here all of it must be right."))
    said = item.overall(right=right, wrong=[wrong], partial=partial)
    return "ordering", {
        "stem": stem(item, interaction),
        "items": [texts[key] for key in keys],
        "feedback_right": Text(),
        "feedback_wrong": Text(),
        **points(right.score),
        **said,
    }
