"""Workbooks that the project writes: templates to fill in, and what became of an import.

Every cell with text is written as text, never guessed at: what somebody typed is no formula and no
link. Rows are written as they come, in constant memory.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import xlsxwriter
from xlsxwriter.utility import xl_range_abs

from imports.columns import EXAMPLE, Column, SheetKind

# In the order in which a result lists them; keyed by the outcomes of imports.models.ImportRow.
OUTCOMES = {
    "refused": "Bị từ chối",
    "question": "Cần quyết định",
    "left out": "Bỏ qua",
    "change": "Cập nhật",
    "create": "Tạo mới",
    "same": "Không đổi",
    "waiting": "Chưa kiểm tra",
}

ROWS_TO_FILL_IN = 1_000
LONGEST_INLINE_LIST = 255  # characters that Excel takes in a list of its own
LONGEST_CELL = 32_767
MOST_NOTES = (
    2_000  # a workbook with more comments than that opens slowly; the text stands beside it
)
FONT = "Times New Roman"
INK, PAPER, LINE = "#14313F", "#FFFFFF", "#B7C4CA"
HEADER, REQUIRED, SAMPLE_INK = "#DCEBF0", "#F7E3C4", "#6B7780"
TINTS = dict.fromkeys(("error", "refused"), "#F9D7D3") | dict.fromkeys(
    ("warning", "question"), "#FBEFC9"
)


@dataclass(frozen=True)
class ResultRow:
    """A row of a sheet and what became of it.

    `cells` are the texts of the sheet by key, `outcome` one of OUTCOMES; `notes` are (key, "error" or
    "warning", text), a key that is no column meaning the whole row.
    """

    number: int
    cells: Mapping[str, str]
    outcome: str
    notes: Sequence[tuple[str, str, str]] = field(default_factory=tuple)


class _Book:
    """A workbook in constant memory, and the formats that it has been asked for."""

    def __init__(self):
        self.content = io.BytesIO()
        self.book = xlsxwriter.Workbook(
            self.content,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self.formats: dict[tuple, object] = {}

    def format(self, **properties):
        """Return a format with the font of the house and what is given beside it."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(
                {
                    "font_name": FONT,
                    "font_size": 12,
                    "valign": "top",
                    "text_wrap": True,
                    **properties,
                }
            )
        return self.formats[key]

    def sheet(self, name: str):
        """Return a new sheet that prints on A4 across, as many pages down as it takes."""
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
        sheet.set_footer("&C&P/&N")
        return sheet

    def close(self) -> bytes:
        self.book.close()
        return self.content.getvalue()


def _write(sheet, row: int, column: int, text: str, style) -> None:
    if text:
        sheet.write_string(row, column, text[:LONGEST_CELL], style)
    else:
        sheet.write_blank(row, column, None, style)


# ── Templates ───────────────────────────────────────────────────────────────────────────────────

TEMPLATE_HEADER = 3  # row of the header, from 0
HOW_TO = (
    "Mỗi dòng ghi một {what}. Cột có dấu * là bắt buộc; các cột khác có thể để trống hoặc xóa bỏ.",
    "Xóa các dòng ví dụ trước khi gửi; nếu quên, phần mềm tự bỏ qua các dòng đó.",
    "Ngày ghi theo thứ tự ngày/tháng/năm, ví dụ 15/03/1980. Nếu chỉ biết năm sinh thì ghi năm: 1980.",
    "Số điện thoại gồm 10 chữ số, bắt đầu bằng số 0.",
    "Ô có mũi tên: bấm vào để chọn trong danh sách.",
    "Có thể đổi thứ tự các cột, thêm dòng tiêu đề phía trên; không đổi tên các cột cần dùng.",
    "KHÔNG ghi số căn cước, số định danh cá nhân, địa chỉ nhà, thông tin cha mẹ. Phần mềm không lưu các cột đó.",
    "Sau khi tải lên, phần mềm cho xem trước từng dòng; chưa có gì thay đổi cho tới khi bạn đồng ý.",
)
WHAT = {
    "team_members": "thành viên",
    "teachers": "cán bộ, giáo viên hoặc nhân viên",
    "villages": "thôn hoặc tổ dân phố",
    "schools": "trường",
}


def template(kind: SheetKind, lists: Mapping[str, Sequence[str]]) -> bytes:
    """Return a workbook to fill in. `lists` holds, by the key of a column, what may be chosen there.

    A column with choices of its own needs none in `lists`. A list guides and does not bind.
    """
    made = _Book()
    offered = {column.key: _offered(column, lists) for column in kind.columns}
    sheet = made.sheet("Danh sách")
    how_to = made.sheet("Hướng dẫn")
    ranges = _hidden_lists(made, {key: words for key, words in offered.items() if not _fits(words)})
    # In constant memory, all that concerns columns comes before the first row.
    body = made.format(border=1, border_color=LINE)
    as_text = made.format(border=1, border_color=LINE, num_format="@")
    plain = made.format()
    for place, column in enumerate(kind.columns):
        is_text = column.written or column.dated
        sheet.set_column(
            place, place, column.width, made.format(num_format="@") if is_text else plain
        )
        _offer(sheet, place, offered[column.key], ranges.get(column.key))
    sheet.freeze_panes(TEMPLATE_HEADER + 1, 1)
    sheet.repeat_rows(TEMPLATE_HEADER)
    _title(made, sheet, f"DANH SÁCH {kind.title.upper()}", HOW_TO[0].format(what=WHAT[kind.key]))
    sheet.set_row(TEMPLATE_HEADER, 36)
    for place, column in enumerate(kind.columns):
        colour = REQUIRED if column.required else HEADER
        style = made.format(
            bold=True,
            bg_color=colour,
            border=1,
            border_color=LINE,
            align="center",
            valign="vcenter",
        )
        _write(
            sheet, TEMPLATE_HEADER, place, column.title + (" *" if column.required else ""), style
        )
    sample = made.format(
        border=1, border_color=LINE, italic=True, font_color=SAMPLE_INK, num_format="@"
    )
    for down, example in enumerate(kind.examples, start=TEMPLATE_HEADER + 1):
        for place, column in enumerate(kind.columns):
            mark = f" {EXAMPLE}" if column.key == "name" else ""
            _write(sheet, down, place, example.get(column.key, "") + mark, sample)
    first = TEMPLATE_HEADER + 1 + len(kind.examples)
    for down in range(first, first + 20):
        for place, column in enumerate(kind.columns):
            sheet.write_blank(
                down, place, None, as_text if column.written or column.dated else body
            )
    _write_how_to(made, how_to, kind, offered)
    return made.close()


def _offered(column: Column, lists: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    return tuple(lists.get(column.key) or column.choices)


def _fits(words: Sequence[str]) -> bool:
    """Return whether Excel takes a list inside its rule; commas would part its words."""
    return len(",".join(words)) <= LONGEST_INLINE_LIST and not any("," in word for word in words)


def _hidden_lists(made: _Book, lists: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Write lists, one a column, on a sheet that nobody sees; return where each stands."""
    if not lists:
        return {}
    sheet = made.book.add_worksheet("Danh mục")
    sheet.hide()
    for row in range(max(map(len, lists.values()))):
        for place, words in enumerate(lists.values()):
            if row < len(words):
                sheet.write_string(row, place, words[row])
    return {
        key: f"='Danh mục'!{xl_range_abs(0, place, len(words) - 1, place)}"
        for place, (key, words) in enumerate(lists.items())
    }


def _offer(sheet, place: int, words: Sequence[str], where: str | None) -> None:
    if not words:
        return
    last = TEMPLATE_HEADER + ROWS_TO_FILL_IN
    sheet.data_validation(
        TEMPLATE_HEADER + 1,
        place,
        last,
        place,
        {
            "validate": "list",
            "source": where or list(words),
            "error_type": "information",
            "error_title": "Ngoài danh sách",
            "error_message": "Nên chọn trong danh sách để phần mềm hiểu đúng.",
        },
    )


def _title(made: _Book, sheet, title: str, below: str) -> None:
    sheet.set_row(0, 26)
    _write(
        sheet, 0, 0, title, made.format(bold=True, font_size=16, font_color=INK, text_wrap=False)
    )
    _write(sheet, 1, 0, below, made.format(italic=True, font_color=INK, text_wrap=False))


def _write_how_to(
    made: _Book, sheet, kind: SheetKind, offered: Mapping[str, Sequence[str]]
) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 100)
    _write(sheet, 0, 0, "HƯỚNG DẪN", made.format(bold=True, font_size=16, font_color=INK))
    row = 2
    for number, line in enumerate(HOW_TO, start=1):
        _write(sheet, row, 0, f"Bước {number}", made.format(bold=True))
        _write(sheet, row, 1, line.format(what=WHAT[kind.key]), made.format())
        row += 1
    row += 1
    bold = made.format(bold=True, bg_color=HEADER, border=1, border_color=LINE)
    cell = made.format(border=1, border_color=LINE)
    _write(sheet, row, 0, "Tên cột trong mẫu", bold)
    _write(sheet, row, 1, "Có thể ghi", bold)
    for down, column in enumerate(kind.columns, start=row + 1):
        words = offered[column.key]
        shown = "; ".join(words[:12]) + (" …" if len(words) > 12 else "")
        example = next((one[column.key] for one in kind.examples if column.key in one), "")
        _write(sheet, down, 0, column.title + (" *" if column.required else ""), cell)
        _write(sheet, down, 1, shown or (f"Ví dụ: {example}" if example else ""), cell)


# ── Results ─────────────────────────────────────────────────────────────────────────────────────

RESULT_HEADER = 3


def result(
    kind: SheetKind, heading: str, rows: Iterable[ResultRow], *, keys: Sequence[str] | None = None
) -> bytes:
    """Return a workbook of what became of each row: the refused first, then in the sheet's order.

    `keys` are the columns to show, all of the kind's by default.
    """
    columns = [column for column in kind.columns if keys is None or column.key in keys]
    order = {outcome: place for place, outcome in enumerate(OUTCOMES)}
    ordered = sorted(rows, key=lambda row: (order[row.outcome], row.number))
    titles = ["Dòng", "Kết quả", *(column.title for column in columns), "Ghi chú"]
    made = _Book()
    sheet = made.sheet("Kết quả")
    widths = [8, 16, *(column.width for column in columns), 60]
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(RESULT_HEADER + 1, 2)
    sheet.repeat_rows(RESULT_HEADER)
    sheet.autofilter(RESULT_HEADER, 0, RESULT_HEADER + len(ordered), len(titles) - 1)
    counted = [(word, sum(row.outcome == key for row in ordered)) for key, word in OUTCOMES.items()]
    summary = "; ".join(f"{word}: {count}" for word, count in counted if count)
    _title(made, sheet, heading, summary or "Không có dòng nào.")
    bold = made.format(
        bold=True, bg_color=HEADER, border=1, border_color=LINE, align="center", valign="vcenter"
    )
    for place, title in enumerate(titles):
        _write(sheet, RESULT_HEADER, place, title, bold)
    notes_left = MOST_NOTES
    for down, row in enumerate(ordered, start=RESULT_HEADER + 1):
        notes_left -= _write_result(made, sheet, down, row, columns=columns, notes_left=notes_left)
    return made.close()


def _write_result(
    made: _Book, sheet, down: int, row: ResultRow, *, columns: Sequence[Column], notes_left: int
) -> int:
    """Write one row of a result; return how many comments it took."""
    titles = {column.key: column.title for column in columns}
    by_column: dict[str, list[tuple[str, str]]] = {}
    for key, grade, text in row.notes:
        by_column.setdefault(key, []).append((grade, text))
    plain = made.format(border=1, border_color=LINE, num_format="@")
    sheet.write_number(down, 0, row.number, made.format(border=1, border_color=LINE))
    _write(sheet, down, 1, OUTCOMES[row.outcome], _tinted(made, row.outcome))
    comments = 0
    for place, column in enumerate(columns, start=2):
        said = by_column.get(column.key)
        worst = min((grade for grade, _text in said), default="") if said else ""
        style = _tinted(made, worst) if worst else plain
        _write(sheet, down, place, row.cells.get(column.key, ""), style)
        if said and comments < notes_left:
            sheet.write_comment(
                down, place, "\n".join(text for _grade, text in said)[:1000], {"x_scale": 2}
            )
            comments += 1
    lines = [f"{titles[key]}: {text}" if key in titles else text for key, _grade, text in row.notes]
    _write(sheet, down, len(columns) + 2, "\n".join(lines), plain)
    return comments


def _tinted(made: _Book, key: str):
    tint = {"bg_color": TINTS[key]} if key in TINTS else {}
    return made.format(border=1, border_color=LINE, num_format="@", **tint)
