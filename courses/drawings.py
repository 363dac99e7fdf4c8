"""Drawings in SVG that are sent inside the page: only shapes, text and our own classes."""

import re

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

SVG = "{http://www.w3.org/2000/svg}"
LARGEST = 3000  # bytes: drawings are part of the page, which travels over patchy 4G
ELEMENTS = frozenset(
    [
        "svg",
        "g",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "path",
        "text",
        "tspan",
    ]
)
ATTRIBUTES = frozenset(
    [
        "viewBox",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "dx",
        "dy",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "width",
        "height",
        "d",
        "points",
        "transform",
        "class",
        "fill",
        "stroke",
        "stroke-width",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-dasharray",
        "opacity",
        "font-size",
        "font-weight",
        "text-anchor",
    ]
)
CLASSES = frozenset(
    [
        "d-paper",
        "d-soft",
        "d-ink",
        "d-line",
        "d-quiet",
        "d-accent",
        "d-on-accent",
        "d-danger",
        "d-warm",
    ]
)
# Values are numbers, path data, colours and keywords; "url(" and entities have no place in them.
_HARMLESS = re.compile(r"[\w\s.,#%()+-]*")


class UnsafeDrawing(Exception):
    """The drawing holds something that is not allowed inside a page, or cannot be read."""


def check(svg: bytes) -> None:
    """Raise UnsafeDrawing, saying what and where, unless `svg` is a drawing of ours."""
    inline(svg)
    if len(svg) > LARGEST:
        raise UnsafeDrawing(f"{len(svg)} bytes; at most {LARGEST}")


def inline(svg: bytes) -> str:
    """Return the drawing as SVG to stand inside HTML, built anew from what is allowed.

    Raises UnsafeDrawing at the first element, attribute, class or value that is not.
    """
    try:
        root = ElementTree.fromstring(svg)
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
        raise UnsafeDrawing(f"not readable as SVG: {error}") from error
    if root.tag != f"{SVG}svg" or "viewBox" not in root.attrib:
        raise UnsafeDrawing("the first element must be <svg> with xmlns and viewBox")
    for element in root.iter():
        _check_element(element)
        element.tag = element.tag.removeprefix(SVG)
        # A space between shapes means nothing; inside text it does.
        if element.tag not in ("text", "tspan"):
            element.text = None
        if element.tag != "tspan":
            element.tail = None
    root.set("xmlns", SVG[1:-1])
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    return ElementTree.tostring(root, encoding="unicode")


def _check_element(element) -> None:
    if not isinstance(element.tag, str) or element.tag.removeprefix(SVG) not in ELEMENTS:
        raise UnsafeDrawing(f"<{element.tag}> is not allowed")
    for name, value in element.attrib.items():
        if name not in ATTRIBUTES:
            raise UnsafeDrawing(
                f"the attribute {name} of <{element.tag.removeprefix(SVG)}> is not allowed"
            )
        if not _HARMLESS.fullmatch(value) or "url" in value.lower():
            raise UnsafeDrawing(f"{name}={value!r} is not allowed")
        if name == "class" and not set(value.split()) <= CLASSES:
            raise UnsafeDrawing(f"unknown class {value!r}")
