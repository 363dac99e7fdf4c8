"""A report on paper: PDF in the layout of Nghị định 30/2020, the same as DOCX for offices that edit, XLSX.

One template says all of it (templates/reports/print/report.html); the DOCX is made from its elements,
so that the two never say different things.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path

from django.template.loader import render_to_string
from django.utils import timezone

import pdfs
from reports import indicators
from reports.figures import Figure
from reports.models import Report, Snapshot
from tables import Table
from vietnamese import place_sort_key

STYLE = Path(__file__).resolve().parent / "print" / "report.css"
ROMAN = ("I", "II", "III", "IV")
COMMITTEE = "Ủy ban nhân dân"


@dataclass(frozen=True)
class Line:
    """A figure of a programme as a document says it."""

    title: str
    numerator: int
    denominator: int
    details: dict
    share: str


@dataclass(frozen=True)
class Document:
    """All that a report says on paper, ready to be written."""

    above: str
    issuer: str
    number: str
    place: str
    day: str
    abstract: str
    quarter: str
    to: str
    until: date
    programmes: list[Line]
    others: list[dict]
    columns: list[str]
    below: list[dict]
    obstacles: list[dict]
    comment: list[str]
    office: str
    signer: str
    is_signed: bool
    worked_out: str
    programmes_count: int = field(default=0)


def read(report: Report) -> Document:
    """Return what a report says on paper; a few queries, however many units it rolls up."""
    snapshots = list(report.snapshots.select_related("programme").order_by("position"))
    own = [one for one in snapshots if one.unit_id == report.unit_id]
    programmes = [_line(one) for one in own if one.indicator == indicators.TRAINED]
    signed = timezone.localdate(report.signed_at) if report.signed_at else None
    quarter = f"quý {ROMAN[report.quarter - 1]} năm {report.year}"
    until = min(report.counted_until, timezone.localdate(report.worked_out_at))
    return Document(
        above=_committee(report.above_name),
        issuer=_committee(report.unit_name),
        number="……",
        place=_place(report.unit_name),
        day=_written(signed),
        abstract=f"Kết quả tập huấn năm kỹ năng số cơ bản {quarter}",
        quarter=quarter,
        to=_committee(report.above_name) or "……………………………………",
        until=until,
        programmes=programmes,
        programmes_count=len(programmes),
        others=[{"text": _other(one)} for one in own if one.indicator != indicators.TRAINED],
        columns=_columns(own),
        below=list(_below(snapshots, report.unit_id)),
        obstacles=report.obstacles,
        comment=[line for line in report.comment.splitlines() if line.strip()],
        office=report.signer_office or "CHỦ TỊCH",
        signer=report.signer_name,
        is_signed=report.state == Report.State.SIGNED,
        worked_out=f"{timezone.localtime(report.worked_out_at):%H:%M %d/%m/%Y}",
    )


def _committee(unit: str) -> str:
    return f"{COMMITTEE} {unit[:1].lower()}{unit[1:]}" if unit else ""


def _place(unit: str) -> str:
    """Return the name of a place without what kind it is: "Tân Yên"."""
    for kind in ("Thị trấn", "Thị xã", "Thành phố", "Phường", "Xã", "Huyện", "Tỉnh"):
        if unit.startswith(f"{kind} "):
            return unit.removeprefix(f"{kind} ")
    return unit


def _written(day: date | None) -> str:
    """Return a day as documents write it: days below 10, and months 1 and 2, with a nought before them."""
    if day is None:
        return "ngày …… tháng …… năm ……"
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def figure_of(snapshot: Snapshot) -> Figure:
    """Return a figure of a programme as it was written down."""
    names = ("done", "learning", "not_begun", "exempt", "overdue")
    return Figure(**{name: snapshot.details.get(name, 0) for name in names})


def _line(snapshot: Snapshot) -> Line:
    return Line(
        title=indicators.title(snapshot.indicator, snapshot.programme),
        numerator=snapshot.numerator,
        denominator=snapshot.denominator or 0,
        details=snapshot.details,
        share=figure_of(snapshot).share,
    )


def _other(snapshot: Snapshot) -> str:
    if snapshot.indicator == indicators.LESSONS:
        pupils = snapshot.details.get("pupils", 0)
        return f"Số tiết ngoại khóa đã dạy: {snapshot.numerator} tiết, {pupils} lượt học sinh."
    people = snapshot.details.get("people", 0)
    return f"Số giấy chứng nhận đã cấp: {snapshot.numerator} giấy cho {people} người."


def _columns(own: Sequence[Snapshot]) -> list[str]:
    return [
        f"{one.programme.title} (đã xong/phải học)" if one.programme else "Tiết đã dạy"
        for one in own
        if one.indicator in (indicators.TRAINED, indicators.LESSONS)
    ]


def _below(snapshots: Sequence[Snapshot], unit: int) -> Iterator[dict]:
    rows: dict[int, dict] = {}
    for one in snapshots:
        if one.unit_id == unit or one.indicator == indicators.CERTIFICATES:
            continue
        row = rows.setdefault(one.unit_id, {"name": one.unit_name, "cells": []})
        if one.indicator == indicators.TRAINED:
            row["cells"].append(f"{one.numerator}/{one.denominator} ({figure_of(one).share})")
        else:
            row["cells"].append(str(one.numerator))
    yield from sorted(rows.values(), key=lambda row: place_sort_key(row["name"]))


# On paper


def html(report: Report) -> str:
    """Return a report as HTML, which both files are made from."""
    context = {"report": report, "doc": read(report)}
    return render_to_string("reports/print/report.html", context)


def as_pdf(report: Report) -> bytes:
    """Return a report as a tagged PDF."""
    return pdfs.draw(html(report), style=STYLE)


def as_docx(report: Report) -> bytes:
    """Return a report as a Word file, to be edited further."""
    from reports import word

    stream = BytesIO()
    word.from_html(html(report)).save(stream)
    return stream.getvalue()


def as_table(report: Report) -> Table:
    """Return the figures of a report as a table: one row for each unit and figure."""
    rows = [
        [
            number,
            one.unit_name,
            indicators.title(one.indicator, one.programme),
            one.numerator,
            one.denominator,
            figure_of(one).share.removesuffix("%") if one.denominator is not None else None,
            *[one.details.get(name) for name in ("learning", "not_begun", "overdue", "exempt")],
            *[one.details.get(name) for name in ("joined", "left", "pupils")],
        ]
        for number, one in enumerate(
            report.snapshots.select_related("programme").order_by("position"), 1
        )
    ]
    state = "đã ký" if report.state == Report.State.SIGNED else "dự thảo"
    return Table(
        f"Quý {report.quarter}-{report.year}",
        [
            report.unit_name,
            f"Số liệu từ {report.counted_from:%d/%m/%Y} đến hết {report.counted_until:%d/%m/%Y}, {state}",
        ],
        [
            ("STT", 6), ("Đơn vị", 28), ("Chỉ tiêu", 40), ("Kết quả", 10), ("Tổng số", 10),
            ("Tỷ lệ (%)", 10), ("Đang học", 10), ("Chưa bắt đầu", 10), ("Quá hạn", 10),
            ("Được miễn", 10), ("Tăng", 8), ("Giảm", 8), ("Lượt học sinh", 10),
        ],
        rows,
    )  # fmt: skip
