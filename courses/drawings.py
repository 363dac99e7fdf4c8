"""Drawings in SVG that are sent inside the page: only shapes, text and our own classes."""

import re

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _

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
        raise UnsafeDrawing(
            _("%(bytes)s bytes; at most %(most)s") % {"bytes": len(svg), "most": LARGEST}
        )


def inline(svg: bytes) -> str:
    """Return the drawing as SVG to stand inside HTML, built anew from what is allowed.

    Raises UnsafeDrawing at the first element, attribute, class or value that is not.
    """
    try:
        root = ElementTree.fromstring(svg)
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
        raise UnsafeDrawing(
            _("it cannot be read as SVG: %(reason)s") % {"reason": error}
        ) from error
    if root.tag != f"{SVG}svg" or "viewBox" not in root.attrib:
        raise UnsafeDrawing(_("its first element must be <svg> with xmlns and viewBox"))
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
    try:
        return ElementTree.tostring(root, encoding="unicode")
    except RecursionError as error:
        raise UnsafeDrawing(_("its elements are nested too deeply")) from error


def _check_element(element) -> None:
    name = str(element.tag).removeprefix(SVG)
    if not isinstance(element.tag, str) or name not in ELEMENTS:
        raise UnsafeDrawing(_("<%(name)s> is not allowed") % {"name": name})
    for attribute, value in element.attrib.items():
        if attribute not in ATTRIBUTES:
            raise UnsafeDrawing(
                _("the attribute “%(attribute)s” of <%(name)s> is not allowed")
                % {"attribute": attribute, "name": name}
            )
        if not _HARMLESS.fullmatch(value) or "url" in value.lower():
            raise UnsafeDrawing(
                _("%(attribute)s=“%(value)s” is not allowed")
                % {"attribute": attribute, "value": value}
            )
        if attribute == "class" and not set(value.split()) <= CLASSES:
            raise UnsafeDrawing(_("unknown class “%(value)s”") % {"value": value})
