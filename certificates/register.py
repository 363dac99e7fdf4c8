"""The register of certificates ("sổ cấp giấy chứng nhận"), as a spreadsheet and on paper."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string

import pdfs
from certificates import codes
from certificates.models import Certificate

if TYPE_CHECKING:
    from weasyprint.document import Page

STYLE = Path(__file__).resolve().parent / "print" / "lists.css"
# Rows drawn at a time: WeasyPrint keeps all that it draws, so memory does not grow with the register.
PART = 60
VARIANT = "pdf/a-3a"  # as the certificates are, which are bound with them


class EndlessPart(Exception):
    """Pages were drawn on which no row stands: the same rows would be drawn for ever."""


COLUMNS = {
    "Vào sổ số": 10,
    "Số giấy chứng nhận": 20,
    "Họ và tên": 28,
    "Ngày sinh": 12,
    "Đơn vị": 48,
    "Khóa tập huấn": 44,
    "Kết quả (%)": 11,
    "Ngày cấp": 12,
    "Có giá trị đến": 14,
    "Mã xác minh": 17,
    "Tình trạng": 14,
}
"""The columns of the spreadsheet with their widths in letters."""


def _row(certificate: Certificate) -> list:
    return [
        certificate.running_number,
        certificate.number,
        certificate.name,
        certificate.born_on,
        certificate.unit,
        certificate.title,
        certificate.per_cent,
        certificate.issued_on,
        certificate.expires_on,
        codes.grouped(certificate.code),
        certificate.get_state_display(),
    ]


def write_sheet(certificates: QuerySet[Certificate], target: Path) -> None:
    """Write certificates into a spreadsheet, in their order, in constant memory."""
    import xlsxwriter

    book = xlsxwriter.Workbook(
        str(target),
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    book.set_properties({"title": "Sổ cấp giấy chứng nhận", "author": settings.ISSUER_NAME})
    plain = {"font_name": "Times New Roman", "font_size": 11, "valign": "top"}
    cell = book.add_format({**plain, "text_wrap": True})
    day = book.add_format({**plain, "num_format": "dd/mm/yyyy", "align": "left"})
    head = book.add_format(
        {**plain, "bold": True, "text_wrap": True, "bg_color": "#DCEBF0", "bottom": 1}
    )
    sheet = book.add_worksheet("Sổ cấp")
    for number, width in enumerate(COLUMNS.values()):
        sheet.set_column(number, number, width)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&CTrang &P/&N")
    sheet.write_row(0, 0, list(COLUMNS), head)
    last = 0
    for last, one in enumerate(certificates.iterator(chunk_size=1000), start=1):
        for column, value in enumerate(_row(one)):
            if value is None:
                sheet.write_blank(last, column, None, cell)
            elif hasattr(value, "year"):
                sheet.write_datetime(last, column, value, day)
            elif isinstance(value, int):
                sheet.write_number(last, column, value, cell)
            else:
                sheet.write_string(last, column, value, cell)
    sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
    book.close()


def write_pdf(certificates: QuerySet[Certificate], target: Path) -> None:
    """Write the register on A4, landscape, its pages numbered through."""
    from certificates.press import bind

    parts = _draw(certificates, template="certificates/print/register.html", context={})
    bind(parts, target, title="Sổ cấp giấy chứng nhận")


def signature_list(certificates: QuerySet[Certificate], *, place: str) -> Iterator[bytes]:
    """Yield the list on which the people of a place sign that they have got theirs, as parts of a PDF."""
    return _draw(
        certificates,
        template="certificates/print/signature_list.html",
        context={"place": place},
    )


def _numbering(pages_before: int) -> str:
    """Return the style that numbers pages on, and leaves the very first without a number."""
    if pages_before:
        return f"@page :first {{ counter-reset: page {pages_before + 1} }}"
    return "@page :first { @top-center { content: none } }"


def _draw(certificates: QuerySet[Certificate], *, template: str, context: dict) -> Iterator[bytes]:
    """Yield a table, part by part. What stands on the last page of a part, which is not full, begins the next."""
    count = certificates.count()
    pages = start = 0
    while start < count:
        is_last = start + PART >= count
        html = render_to_string(
            template,
            {
                "certificates": certificates[start : start + PART],
                "start": start,
                "count": count,
                "issuer": settings.ISSUER_NAME,
                "is_first": start == 0,
                "is_last": is_last,
                **context,
            },
        )
        document = pdfs.laid_out(html, style=STYLE, variant=VARIANT, also=_numbering(pages))
        full = document.pages if is_last or len(document.pages) == 1 else document.pages[:-1]
        pages += len(full)
        start = count if is_last else start + _take_rows(full)
        yield document.copy(full).write_pdf(pdf_variant=VARIANT)


def _take_rows(pages: Sequence["Page"]) -> int:
    """Return how many rows of a table, which the templates name, stand on pages; take their names away.

    A name would be written into the file, and be there again in every part. Raises EndlessPart for none.
    """
    rows = {name for page in pages for name in page.anchors}
    if not rows:
        raise EndlessPart
    for page in pages:
        page.anchors.clear()
    return len(rows)
