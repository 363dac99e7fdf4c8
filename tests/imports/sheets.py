"""Spreadsheets for the tests, made as awkward as those that come."""

import csv
import io
import re
import zipfile
from html import escape

import openpyxl
import xlsxwriter
from openpyxl.utils import get_column_letter


def xlsx(rows, *, merged=(), errors=(), title="Sheet1"):
    """Return an Excel workbook with one sheet; `errors` are cells that show an error."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for cell in errors:
        sheet[cell].data_type = "e"
    for cells in merged:
        sheet.merge_cells(cells)
    return saved(book)


def saved(book):
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def changed(content, part, change):
    """Return a zip with the bytes of one of its parts changed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == part else data)
    return out.getvalue()


def with_dimension(content, cells):
    """Return a workbook whose sheet declares another size than it has."""
    return changed(
        content,
        "xl/worksheets/sheet1.xml",
        lambda xml: re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="{cells}"'.encode(), xml),
    )


def with_far_cell(row, column):
    """Return a workbook of a few kilobytes that would take gigabytes of room."""
    book = openpyxl.Workbook()
    book.active["A1"] = "Họ và tên"
    book.active[f"{get_column_letter(column)}{row}"] = "x"
    return saved(book)


def sharing(words, times):
    """Return a workbook whose cells below the header all show one text, which is stored once."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("Sheet1")
    sheet.write_column(0, 0, ["Họ và tên", *[words] * times])
    book.close()
    return out.getvalue()


def text(rows, *, delimiter=",", encoding="utf-8"):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def ods(rows, *, repeat_row="", repeat_cell=""):
    """Return an OpenDocument spreadsheet; what is repeated is the last row or its cells."""
    body = ""
    for number, row in enumerate(rows, start=1):
        last = number == len(rows)
        body += f"<table:table-row{repeat_row if last else ''}>"
        for cell in row:
            value = f"<text:p>{escape(cell)}</text:p>"
            body += (
                f'<table:table-cell office:value-type="string"{repeat_cell if last else ""}>'
                f"{value}</table:table-cell>"
                if cell
                else "<table:table-cell/>"
            )
        body += "</table:table-row>"
    # As LibreOffice ends a sheet: the rest of it, empty.
    body += (
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    names = "".join(
        f' xmlns:{key}="urn:oasis:names:tc:opendocument:xmlns:{key}:1.0"'
        for key in ("office", "table", "text")
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{manifest}"/>')
        archive.writestr(
            "content.xml",
            f"<office:document-content{names}><office:body><office:spreadsheet>"
            f'<table:table table:name="Trang 1">{body}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()
