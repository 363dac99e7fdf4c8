"""Questions in a spreadsheet: a template for authors, and sheets written and read.

How a cell says things stands in the instructions that the template begins with (`HOW_TO`).
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_range_abs

from quizzes.exchange.parsed import Left, Parsed
from quizzes.exchange.sheet_columns import COLUMNS, DIFFICULTIES, KINDS, ROWS_TO_FILL_IN
from quizzes.exchange.sheets_examples import EXAMPLES, HOW_TO
from quizzes.exchange.sheets_reading import read
from quizzes.exchange.sheets_rows import cells_of
from quizzes.exchange.texts import one_line

__all__ = ["WrittenSheet", "read", "template", "write"]

LONGEST_CELL = 32_767
FONT = "Times New Roman"
INK, LINE, HEADER, NEEDED, SAMPLE = "#14313F", "#B7C4CA", "#DCEBF0", "#F7E3C4", "#6B7780"
MADE_ON = datetime(2000, 1, 1)  # noqa: DTZ001 - so that the same questions give the same bytes
SHEET, LISTS = "Câu hỏi", "Danh mục"


@dataclass(frozen=True)
class WrittenSheet:
    """A workbook, and what a cell could not say: whole questions, or parts of them."""

    raw: bytes
    left: tuple[Left, ...] = ()


def template(outcomes: Sequence[tuple[str, str]]) -> bytes:
    """Return a workbook to fill in. `outcomes` are the keys and the names of learning outcomes."""
    return _workbook([], [f"{key} – {one_line(name)}" for key, name in outcomes])


def write(questions: Sequence[Parsed]) -> WrittenSheet:
    """Return questions as a workbook that `read` understands.

    A question that a row cannot say is left out; a part of one that no cell can say is lost. Both are
    told in `left`.
    """
    rows, left = [], []
    for question in questions:
        cells, lost = cells_of(question)
        what = question.name or one_line(str(question.content.get("stem", "")))[:80]
        if cells is None:
            why = _("A row of a sheet cannot say this question.")
            left.append(Left(question.line, what, why))
            continue
        rows.append(cells)
        if lost:
            why = _("The question was written, but a sheet cannot say: %(what)s.")
            left.append(Left(question.line, what, why % {"what": ", ".join(lost)}))
    return WrittenSheet(_workbook(rows, []), tuple(left))


def _workbook(rows: Sequence[Mapping[str, str]], outcomes: Sequence[str]) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(
        content,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"created": MADE_ON})
    house = {"font_name": FONT, "font_size": 12, "valign": "top", "text_wrap": True}
    plain = book.add_format(house)
    bold = book.add_format({**house, "bold": True, "text_wrap": False})
    title = book.add_format(
        {**house, "bold": True, "font_size": 16, "font_color": INK, "text_wrap": False}
    )
    lined = {**house, "border": 1, "border_color": LINE}
    body = book.add_format({**lined, "num_format": "@"})
    sample = book.add_format({**lined, "italic": True, "font_color": SAMPLE})
    heading = {
        wanted: book.add_format({**lined, "bold": True, "align": "center", "bg_color": colour})
        for wanted, colour in ((True, NEEDED), (False, HEADER))
    }

    how_to = book.add_worksheet("Hướng dẫn")
    how_to.set_landscape()
    how_to.set_column(0, 0, 26)
    how_to.write_string(0, 0, "HƯỚNG DẪN SOẠN CÂU HỎI", title)
    for at, (name, text) in enumerate(HOW_TO, start=2):
        how_to.write_string(at, 0, name, bold)
        how_to.merge_range(at, 1, at, 8, "", plain)
        how_to.write_string(at, 1, text, plain)
        how_to.set_row(at, 18 * (1 + len(text) // 110 + text.count("\n")))
    first = 4 + len(HOW_TO)
    how_to.write_string(first - 1, 0, "Mỗi loại câu hỏi một ví dụ", bold)
    _write_rows(how_to, first, [_cells(example) for example in EXAMPLES], heading, sample)

    sheet = book.add_worksheet(SHEET)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, column.width, body)
        if column.key != "outcome":
            how_to.set_column(max(place, 1), max(place, 1), COLUMNS[max(place, 1)].width)
    _write_rows(sheet, 0, rows, heading, body)
    _offer(sheet, "kind", list(KINDS.values()))
    _offer(sheet, "difficulty", list(DIFFICULTIES.values()))
    if outcomes:
        lists = book.add_worksheet(LISTS)
        lists.hide()
        for at, outcome in enumerate(outcomes):
            lists.write_string(at, 0, outcome)
        _offer(sheet, "outcome", f"='{LISTS}'!{xl_range_abs(0, 0, len(outcomes) - 1, 0)}")
    sheet.activate() if rows else how_to.activate()
    book.close()
    return content.getvalue()


def _cells(example: Parsed) -> Mapping[str, str]:
    cells, lost = cells_of(example)
    assert cells is not None
    assert not lost
    return cells


def _write_rows(
    sheet, first: int, rows: Sequence[Mapping[str, str]], heading: Mapping, body
) -> None:
    """Write the headings and the rows, every cell as text."""
    for place, column in enumerate(COLUMNS):
        sheet.write_string(first, place, column.title, heading[column.key in ("kind", "stem")])
        for at, cells in enumerate(rows, start=first + 1):
            if text := cells.get(column.key, ""):
                sheet.write_string(at, place, text[:LONGEST_CELL], body)
            else:
                sheet.write_blank(at, place, None, body)


def _offer(sheet, key: str, source: list[str] | str) -> None:
    """Offer a list to choose from; it guides and does not bind."""
    place = next(at for at, column in enumerate(COLUMNS) if column.key == key)
    sheet.data_validation(
        1,
        place,
        ROWS_TO_FILL_IN,
        place,
        {
            "validate": "list",
            "source": source,
            "error_type": "information",
            "error_title": "Ngoài danh sách",
            "error_message": "Nên chọn trong danh sách để phần mềm hiểu đúng.",
        },
    )
