"""From an item of QTI to a question. Which interaction is read where stands in `READERS`."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from quizzes.exchange import qti_blanks, qti_choices, qti_pairs
from quizzes.exchange.parsed import Parsed, Refused
from quizzes.exchange.qti_items import Item, NotRead
from quizzes.exchange.qti_processing import Unsupported
from quizzes.exchange.qti_shapes import fits
from quizzes.exchange.qti_xml import child, children, line
from quizzes.exchange.texts import Text, markup, nothing, one_line

READERS: dict[str, Callable[[Item, etree._Element], tuple[str, dict[str, Any]]]] = {
    "choiceInteraction": qti_choices.choice,
    "hottextInteraction": qti_choices.hottext,
    "hotspotInteraction": qti_choices.hotspot,
    "matchInteraction": qti_pairs.match,
    "associateInteraction": qti_pairs.associate,
    "orderInteraction": qti_pairs.order,
    "gapMatchInteraction": qti_blanks.gap_match,
}


def read_item(root: etree._Element, *, resolve: Callable[[str], bytes | None] = nothing) -> Parsed:
    """Return the question that an item is. Raises NotRead where the bank has no type for it."""
    body = child(root, "itemBody")
    if root.tag != "assessmentItem" or body is None:
        raise NotRead(str(root.tag), _("This is no item of QTI."), line(root))
    for tag in ("templateDeclaration", "templateProcessing"):
        if (element := child(root, tag)) is not None:
            raise NotRead(tag, _("Items with values drawn at random are not read."), line(element))
    try:
        return _read(root, body, resolve)
    except Refused as error:  # one of its texts is not to be read
        raise NotRead("itemBody", str(error), line(body)) from error


def _read(
    root: etree._Element, body: etree._Element, resolve: Callable[[str], bytes | None]
) -> Parsed:
    message = _message(root, body, resolve)
    item = Item(root, body, resolve)
    try:
        kind, content = _question(item, _interactions(item))
    except Unsupported as error:
        # From the beginning: what was asked before is not to be mixed with what is declared.
        item = Item(root, body, resolve, runs=False)
        kind, content = _question(item, _interactions(item))
        item.note(
            _("How answers are marked (%(what)s) was not read; right is what is declared.")
            % {"what": str(error) or "responseProcessing"}
        )
    if any(True for found in root.iter("rubricBlock")):
        item.note(_("Instructions for markers or candidates (rubricBlock) were left out."))
    content |= message
    marked = markup(content)
    if not fits(kind, marked.content, marked.pictures):
        raise NotRead("itemBody", _("It does not make up a whole question."), line(body))
    return Parsed(
        kind,
        marked.content,
        line(root),
        name=one_line(root.get("title") or root.get("identifier") or ""),
        pictures=marked.pictures,
        notes=tuple(dict.fromkeys([*item.notes, *marked.notes])),
    )


def _interactions(item: Item) -> list[etree._Element]:
    found = [
        element
        for element in item.body.iter()
        if isinstance(element.tag, str) and element.tag.endswith("Interaction")
    ]
    for element in found:
        if any(str(outer.tag).endswith("Interaction") for outer in element.iterancestors()):
            why = _("An item with several questions in it is not read.")
            raise NotRead(str(element.tag), why, line(element))
        if element.tag == "endAttemptInteraction":
            item.note(_("A button that ends the attempt was left out."))
        elif element.tag not in READERS and element.tag not in qti_blanks.INLINE:
            why = _("The bank has no type of question for it.")
            raise NotRead(str(element.tag), why, line(element))
    return [element for element in found if element.tag != "endAttemptInteraction"]


def _question(item: Item, interactions: Sequence[etree._Element]) -> tuple[str, dict[str, Any]]:
    if not interactions:
        raise NotRead("itemBody", _("Nothing is asked here."), line(item.body))
    if all(element.tag in qti_blanks.INLINE for element in interactions):
        return qti_blanks.inline(item, interactions)
    if len(interactions) > 1:
        why = _("An item with several questions in it is not read.")
        raise NotRead(str(interactions[1].tag), why, line(interactions[1]))
    return READERS[str(interactions[0].tag)](item, interactions[0])


def _message(
    root: etree._Element, body: etree._Element, resolve: Callable[[str], bytes | None]
) -> dict[str, dict[str, Text]]:
    """Return the message that is to be judged, as we write it, and take it out of the body."""
    item = Item(root, body, resolve)
    for element in body.iter("blockquote"):
        if "message" not in element.get("class", "").split():
            continue
        found = {part.get("class", ""): item.text(part) for part in children(element)}
        parent = element.getparent()
        if parent is None or "message-text" not in found:
            continue
        parent.remove(element)
        text = found["message-text"]
        return {"message": {"from": found.get("message-from", Text()), "text": text}}
    return {}
