"""Tables as files: CSV that is written while it is sent, spreadsheets in constant memory."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

Cell = str | int | date | None
AT_ONCE = 200  # rows of a CSV that are sent together
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Table:
    """A table to be handed out: what it is, what stands above it, its columns (name, width), its rows."""

    title: str
    notes: Sequence[str]
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[Cell]]


def answer(table: Table, *, form: str, name: str) -> HttpResponseBase:
    """Return a table as a file; `form` is "csv" or "xlsx"."""
    if form == "csv":
        response: HttpResponseBase = StreamingHttpResponse(
            as_csv(table), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or ""
        return response
    folder = TemporaryDirectory()
    path = Path(folder.name) / f"{name}.xlsx"
    write_sheet(table, path)
    response = FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
    response["Content-Type"] = XLSX
    # The file is open: it can be read to its end although its name is gone.
    folder.cleanup()
    return response


def as_csv(table: Table) -> Iterator[bytes]:
    """Yield a table as CSV, some rows at a time, with the mark by which Excel knows UTF-8.

    The notes are no rows: a program that reads the file finds the names of the columns first.
    """
    yield "\ufeff".encode()
    stream = StringIO()
    writer = csv.writer(stream)
    rows = chain([[name for name, _width in table.columns]], table.rows)
    for number, row in enumerate(rows, start=1):
        writer.writerow([_plain(cell) for cell in row])
        if number % AT_ONCE == 0:
            yield _taken(stream)
    yield _taken(stream)


def _taken(stream: StringIO) -> bytes:
    text = stream.getvalue()
    stream.seek(0)
    stream.truncate()
    return text.encode()


def _plain(cell: Cell) -> str | int:
    """Return a cell as text that no spreadsheet takes for a formula (OWASP, "CSV injection")."""
    if cell is None:
        return ""
    if isinstance(cell, int):
        return cell
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return f"'{cell}" if cell.startswith(RISKY) else cell


def write_sheet(table: Table, target: Path) -> None:
    """Write a table into a spreadsheet that prints on A4, in constant memory. Text stays text."""
    import xlsxwriter

    book = xlsxwriter.Workbook(
        str(target),
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    add_sheet(book, table)
    book.close()


def add_sheet(book, table: Table) -> None:
    """Add a table to a workbook as a sheet of its own."""
    plain = {"font_name": "Times New Roman", "font_size": 11, "valign": "top"}
    text = book.add_format({**plain, "text_wrap": True})
    unwrapped = book.add_format(plain)  # a note runs on over the narrow first column
    day = book.add_format({**plain, "num_format": "dd/mm/yyyy", "align": "left"})
    bold = book.add_format({**plain, "bold": True, "font_size": 13})
    head = book.add_format(
        {**plain, "bold": True, "text_wrap": True, "bg_color": "#DCEBF0", "bottom": 1}
    )
    sheet = book.add_worksheet(table.title[:31].translate(str.maketrans("", "", "[]:*?/\\'")))
    for number, (_name, width) in enumerate(table.columns):
        sheet.set_column(number, number, width)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&CTrang &P/&N")
    sheet.write_string(0, 0, table.title, bold)
    top = len(table.notes) + 1
    for number, note in enumerate(table.notes, start=1):
        sheet.write_string(number, 0, note, unwrapped)
    sheet.write_row(top, 0, [name for name, _width in table.columns], head)
    sheet.repeat_rows(top)
    sheet.freeze_panes(top + 1, 0)
    last = top
    for last, row in enumerate(table.rows, start=top + 1):
        for column, cell in enumerate(row):
            if cell is None:
                sheet.write_blank(last, column, None, text)
            elif isinstance(cell, int):
                sheet.write_number(last, column, cell, text)
            elif isinstance(cell, date):
                sheet.write_datetime(last, column, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001 - a day has no zone
            else:
                sheet.write_string(last, column, cell, text)
    sheet.autofilter(top, 0, max(last, top + 1), len(table.columns) - 1)


def drawn_up(at: datetime) -> str:
    """Return when a table was drawn up, as it stands on it."""
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}"
