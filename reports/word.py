"""Our own printed HTML as a Word file: paragraphs and tables by their class, in the sizes of the style sheet."""

from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt
from lxml import html as parser

FACE = "Times New Roman"
CENTRE, JUSTIFY, LEFT = (
    WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.LEFT,
)  # fmt: skip
# class: size in points, bold, italic, alignment, indented
STYLES: dict[str, tuple[float, bool, bool, Any, bool]] = {
    "": (14, False, False, JUSTIFY, True),
    "h2": (14, True, False, JUSTIFY, True),
    "above": (12.5, False, False, CENTRE, False),
    "issuer": (13, True, False, CENTRE, False),
    "number": (13, False, False, CENTRE, False),
    "nation": (12.5, True, False, CENTRE, False),
    "motto": (13.5, True, False, CENTRE, False),
    "place": (13.5, False, True, CENTRE, False),
    "rule": (6, False, False, CENTRE, False),
    "kind": (14, True, False, CENTRE, False),
    "abstract": (14, True, False, CENTRE, False),
    "to": (14, False, False, CENTRE, False),
    "copies": (12, True, True, LEFT, False),
    "copy": (11, False, False, LEFT, False),
    "office": (14, True, False, CENTRE, False),
    "space": (36, False, False, CENTRE, False),
    "signer": (14, True, False, CENTRE, False),
    "draft": (11, False, True, CENTRE, False),
    "cell": (12, False, False, LEFT, False),
    "th": (12, True, False, CENTRE, False),
}
WIDTHS = {"letterhead": (6.6, 9.9), "signature": (7.4, 9.1)}  # centimetres of the columns


def from_html(text: str) -> Any:
    """Return a document of python-docx that says what our HTML says, on A4 with the margins of the decree."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    style = document.styles["Normal"]
    style.font.name = FACE
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FACE)
    for element in parser.document_fromstring(text).iterfind("body/*"):
        if element.tag == "table":
            _table(document, element)
        else:
            _paragraph(document.add_paragraph(), element)
    return document


def _table(document, element) -> None:
    rows = element.findall(".//tr")
    kind = element.get("class", "")
    table = document.add_table(rows=0, cols=len(rows[0]))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    if kind == "figures":
        table.style = "Table Grid"
    for row in rows:
        cells = table.add_row().cells
        for cell, said in zip(cells, row, strict=True):
            _cell(cell, said, kind)
    for column, width in zip(table.columns, WIDTHS.get(kind, ()), strict=False):
        for cell in column.cells:
            cell.width = Cm(width)


def _cell(cell, said, kind: str) -> None:
    first = cell.paragraphs[0]
    if kind == "figures":
        _write(first, said, "th" if said.tag == "th" else "cell")
        if said.get("class") == "number":
            first.alignment = CENTRE
        return
    for place, element in enumerate(said):
        _paragraph(first if place == 0 else cell.add_paragraph(), element)


def _paragraph(paragraph, element) -> None:
    kind = "h2" if element.tag == "h2" else element.get("class", "").split(" ")[0]
    _write(paragraph, element, kind)


def _write(paragraph, element, kind: str) -> None:
    size, bold, italic, alignment, indented = STYLES[kind]
    paragraph.alignment = alignment
    form = paragraph.paragraph_format
    form.space_before = Pt(6 if indented else 0)
    form.space_after = Pt(0)
    if indented:
        form.first_line_indent = Cm(1.27)
    for text, strong in _runs(element):
        run = paragraph.add_run(text)
        run.font.name, run.font.size = FACE, Pt(size)
        run.bold, run.italic = bold or strong, italic
    if kind == "rule":
        paragraph.add_run("─" * (6 if "short" in element.get("class") else 16)).font.size = Pt(6)
    if kind == "space":
        paragraph.add_run(" ").font.size = Pt(size)


def _runs(element):
    """Yield the text of an element, and whether it is strong."""
    if element.text:
        yield element.text, False
    for child in element:
        yield child.text_content(), child.tag in ("b", "strong")
        if child.tail:
            yield child.tail, False
