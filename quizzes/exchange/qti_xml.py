"""XML of QTI from strangers, read safely, and under one set of names whatever its version.

QTI 3.0 calls everything otherwise than 2.1 (``qti-simple-choice`` for ``simpleChoice``, ``map-key``
for ``mapKey``) and means the same. Elements are renamed to the names of 2.1, without a namespace, so
that one reader serves all versions. Elements of MathML and our own keep their
namespace.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from quizzes.exchange.parsed import Refused

OWN = "urn:ky-nang-so:question:1"  # of what QTI has no word for
MATHML = "http://www.w3.org/1998/Math/MathML"
XML_SPACE = re.compile(r"[ \t\r\n]+")
NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,2})?")


class Broken(Exception):
    """A file is no well-formed XML: where, and why."""

    def __init__(self, line: int, why: str):
        super().__init__(why)
        self.line = line


def parse(raw: bytes) -> etree._Element:
    """Return the root of a file, its names those of QTI 2.1.

    Raises Broken, or Refused where the file declares entities: a few lines of them can grow to
    gigabytes, or name a file of ours.
    """
    bare = raw.replace(b"\0", b"").upper()  # also where it is UTF-16
    if b"<!DOCTYPE" in bare and b"<!ENTITY" in bare:
        raise _entities()
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise Broken(line, _("The file is no well-formed XML.")) from error
    if root is None:
        raise Broken(1, _("The file is no well-formed XML."))
    internal: Any = root.getroottree().docinfo.internalDTD
    if internal is not None and any(True for entity in internal.iterentities()):
        raise _entities()
    _rename(root)
    return root


def _entities() -> Refused:
    return Refused(_("The file declares entities of its own; such files are not read."))


def _rename(root: etree._Element) -> None:
    for element in root.iter():
        if not isinstance(element.tag, str):  # a reference to an entity that nobody declared
            continue
        name = etree.QName(element)
        if name.namespace in (MATHML, OWN):
            continue
        local = name.localname
        if local.startswith("qti-"):
            local = _camel(local.removeprefix("qti-"))
            _rename_attributes(element)
        element.tag = local


def _rename_attributes(element: etree._Element) -> None:
    for key in list(element.attrib):
        if isinstance(key, str) and "-" in key and not key.startswith(("data-", "aria-", "{")):
            element.set(_camel(key), element.attrib.pop(key))


def _camel(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the children of an element, of these names if any are given."""
    for child in element:
        if isinstance(child.tag, str) and (not names or child.tag in names):
            yield child


def child(element: etree._Element, name: str) -> etree._Element | None:
    """Return the first child of a name, or None."""
    return next(children(element, name), None)


def text_of(element: etree._Element | None) -> str:
    """Return all text inside an element, with single spaces."""
    if element is None:
        return ""
    return XML_SPACE.sub(" ", raw_text(element)).strip()


def raw_text(element: etree._Element) -> str:
    """Return all text inside an element, with its blanks."""
    return "".join(str(text) for text in element.itertext(tag="*"))


def line(element: etree._Element) -> int:
    """Return the line of its file that an element begins on."""
    number_: Any = element.sourceline
    return number_ or 1


def words(value: str | None) -> list[str]:
    """Return the words of an attribute that lists identifiers."""
    return (value or "").split()


def truth(value: str | None, *, default: bool = False) -> bool:
    """Return what a boolean of XML says."""
    return default if value is None else value.strip().lower() in ("true", "1")


def number(text: str | None) -> Fraction | None:
    """Return a number exactly, or None where there is none. A comma may stand for the point."""
    text = (text or "").strip().replace(",", ".")
    return Fraction(text) if NUMBER.fullmatch(text) else None
