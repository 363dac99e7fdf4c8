"""Laying pages out with WeasyPrint, and finding in them the boxes that a plate is cut at."""

from collections.abc import Iterable, Iterator
from typing import Any

from weasyprint import CSS, HTML, Document
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.text.fonts import FontConfiguration, get_hb_object_data

from certificates.press.faces import Face
from certificates.press.pages import DesignError
from certificates.press.paragraphs import Source

VARIANT = "pdf/a-3a"  # tagged, with an output intent; certificates.press.metadata adds PDF/UA-1
ALIGNMENTS = {"start": 0.0, "left": 0.0, "center": 0.5, "right": 1.0, "end": 1.0}
CODE_ALT = "@QR@"  # the description of the QR code on plates, by which its tag is found


class Drawing:
    """WeasyPrint with styles and fonts loaded once, which costs more than drawing a page."""

    def __init__(self, stylesheets: Iterable[str], base_url: str) -> None:
        self._fonts = FontConfiguration()
        self._styles = [CSS(filename=name, font_config=self._fonts) for name in stylesheets]
        self._base_url = base_url
        self._faces: dict[bytes, Face] = {}

    def parse(self, source: str, *, picture: str, alt: str = CODE_ALT) -> HTML:
        """Return HTML as a tree, the image of the QR code set to a picture and its description."""
        page = HTML(string=source, base_url=self._base_url)
        for image in page.etree_element.iter("img"):
            if image.get("data-slot") == "qr":
                image.set("src", picture)
                image.set("alt", alt)
        return page

    def render(self, page: HTML) -> Document:
        """Lay a page out. More than one sheet of paper is refused: DesignError."""
        document = page.render(
            stylesheets=self._styles, font_config=self._fonts, pdf_variant=VARIANT
        )
        if len(document.pages) != 1:
            raise DesignError("a certificate is one page")
        return document

    def face(self, font: Any) -> Face:
        """Return the font file that WeasyPrint draws with."""
        data = get_hb_object_data(font.hb_face)
        if data not in self._faces:
            self._faces[data] = Face(data)
        return self._faces[data]


def _boxes(box: Any) -> Iterator[Any]:
    box = box._box if isinstance(box, AbsolutePlaceholder) else box
    yield box
    for child in getattr(box, "children", ()):
        yield from _boxes(child)


def block_of(document: Document, source: Source) -> Any:
    """Return the box of a paragraph, after looking that we could set its text as WeasyPrint does."""
    found = [
        box
        for box in _boxes(document.pages[0]._page_box)
        if box.element is source.element and isinstance(box, boxes.BlockContainerBox)
    ]
    if len(found) != 1 or not all(isinstance(line, boxes.LineBox) for line in found[0].children):
        raise DesignError(f"<{source.element.tag}> with a slot is a block of text alone")
    [block] = found
    for box in _boxes(block):
        for name, allowed in PLAIN.items():
            if box.style[name] not in allowed:
                raise DesignError(f"no {name.replace('_', '-')}: {box.style[name]} around a slot")
        if box.style["text_indent"].value:
            raise DesignError("no text-indent around a slot")
        if isinstance(box, boxes.InlineBox) and _edges(box):
            raise DesignError("no margin, border or padding on an inline element around a slot")
    return block


PLAIN: dict[str, tuple[Any, ...]] = {
    "text_transform": ("none", "uppercase"),
    "text_align_all": tuple(ALIGNMENTS),
    "word_spacing": (0,),
    "hyphens": ("manual", "none"),
    "overflow_wrap": ("normal",),
    "text_decoration_line": ("none",),
    "visibility": ("visible",),
    "bookmark_level": ("none",),  # it would put the placeholder in the outline
    "direction": ("ltr",),
}


def _edges(box: Any) -> float:
    return sum(
        abs(getattr(box, f"{kind}_{side}{end}"))
        for side in ("left", "right")
        for kind, end in (("margin", ""), ("padding", ""), ("border", "_width"))
    )


def texts_of(line: Any) -> list[Any]:
    """Return the boxes of text in a line, in the order of the page."""
    return [box for box in _boxes(line) if isinstance(box, boxes.TextBox)]


def code_box(document: Document) -> tuple[float, float, float]:
    """Return where the QR code stands: its left and upper edge, and its size."""
    [box] = [
        box
        for box in _boxes(document.pages[0]._page_box)
        if isinstance(box, boxes.ReplacedBox) and box.element.get("data-slot") == "qr"
    ]
    if abs(box.width - box.height) > 0.01:
        raise DesignError("a QR code is square")
    return box.content_box_x(), box.content_box_y(), box.width
