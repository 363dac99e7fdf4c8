"""The paragraphs of a page's HTML that hold slots: their runs, and placeholders in the place of these."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element

from certificates.press.lines import Breaks
from certificates.press.pages import PLACEHOLDER, DesignError

BLOCKS = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "div", "li", "dt", "dd", "td", "th"])
BREAKERS = frozenset(["br", "img", "svg", "wbr", "{http://www.w3.org/2000/svg}svg"])
SPACES = re.compile("[ \t\n\r\f]+")


@dataclass(frozen=True)
class Node:
    """A text node: the attribute of an element that holds it, and its text, None for a slot's."""

    holder: Element
    kind: Literal["text", "tail"]
    text: str | None


@dataclass(frozen=True)
class Source:
    """A paragraph in the HTML, its text nodes with spaces collapsed as CSS collapses them."""

    element: Element
    nodes: tuple[Node, ...]


def find(root: Element) -> list[Source]:
    """Return the paragraphs of a page: for each slot the nearest element of those in BLOCKS."""
    parents = {child: parent for parent in root.iter() for child in parent}
    found: list[Element] = []
    for slot in root.iter():
        if slot.get("data-slot") is None or slot.tag == "img":
            continue
        element = slot
        while element.tag not in BLOCKS:
            if element not in parents:
                raise DesignError(f"the slot {slot.get('data-slot')} stands in no paragraph")
            element = parents[element]
        if element not in found:
            found.append(element)
    return [Source(element, tuple(_collapse(element))) for element in found]


def write_placeholders(source: Source, lines: Breaks, placeholder: str = PLACEHOLDER) -> None:
    """Put placeholders in a paragraph's text nodes, broken where the certificate's texts break."""
    texts = [""] * len(source.nodes)
    for number, line in enumerate(lines):
        if number:
            texts[lines[number - 1][-1]] += "\n"
        for run in line:
            texts[run] += placeholder
    for node, text in zip(source.nodes, texts, strict=True):
        setattr(node.holder, node.kind, text or None)
    style = source.element.get("style", "")
    source.element.set("style", f"{style};white-space:pre-line")


def one_line(source: Source) -> Breaks:
    """Return the breaks of a paragraph that stands on one line."""
    return (tuple(range(len(source.nodes))),)


def is_nested(source: Source) -> bool:
    """Say whether inline elements stand in others, where WeasyPrint keeps spaces at a line's end."""
    return any(len(child) for child in source.element)


def _collapse(element: Element) -> Sequence[Node]:
    """Collapse the spaces of a paragraph, over the borders of its elements, and return its texts."""
    kept: list[tuple[Element, Literal["text", "tail"]]] = []
    before = " "
    for holder, kind in _text_nodes(element):
        text = SPACES.sub(" ", getattr(holder, kind))
        text = text.removeprefix(" ") if before.endswith(" ") else text
        setattr(holder, kind, text or None)
        if text:
            kept.append((holder, kind))
            before = text
    holder, kind = kept[-1]
    setattr(holder, kind, getattr(holder, kind).removesuffix(" ") or None)
    if getattr(holder, kind) is None:
        kept.pop()
    return [
        Node(holder, kind, None if _is_slot(holder, kind) else getattr(holder, kind))
        for holder, kind in kept
    ]


def _is_slot(holder: Element, kind: str) -> bool:
    return kind == "text" and holder.get("data-slot") is not None


def _text_nodes(element: Element) -> Iterator[tuple[Element, Literal["text", "tail"]]]:
    inside = BLOCKS.intersection(child.tag for child in element)
    if not isinstance(element.tag, str) or element.tag in BREAKERS or inside:
        raise DesignError("a paragraph with a slot has no <br>, pictures, comments or blocks in it")
    if element.text:
        yield element, "text"
    for child in element:
        yield from _text_nodes(child)
        if child.tail:
            yield child, "tail"
