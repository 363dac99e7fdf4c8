"""Figures for the reporting systems of others: read-only JSON, described at /api/v1/openapi.json.

No names: who is behind a figure is for whoever looks after them. A key opens a unit and all below it.
"""

from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError
from ninja.security import HttpBearer

from organisation import tree
from people.access import public
from reports import figures, keys
from reports.figures import DEFINITION, Figure, Scope
from reports.models import Key, Report
from training.models import Programme

NO_UNIT = "There is no such unit below yours on that day."


class Bearer(HttpBearer):
    """The secret of a key, as `Authorization: Bearer kns_…`."""

    def authenticate(self, request: HttpRequest, token: str) -> Key | None:
        return keys.find(token, on=timezone.localdate())


api = NinjaAPI(
    title="Kỹ năng số",
    version="1",
    description="Figures of training programmes, and signed quarterly reports. Read-only.",
    auth=Bearer(),
    docs_url=None,
    urls_namespace="api",
)


class ProgrammeOut(Schema):
    key: str
    title: str


class FigureOut(Schema):
    """`obliged` is the denominator, `done` the numerator; `exempt` are in neither."""

    unit: int
    name: str
    obliged: int
    done: int
    learning: int
    not_begun: int
    overdue: int
    exempt: int


class FiguresOut(Schema):
    programme: str
    on: date
    definition: int
    whole: FigureOut
    below: list[FigureOut]


class SnapshotOut(Schema):
    unit: int
    name: str
    indicator: str
    programme: str | None
    numerator: int
    denominator: int | None
    details: dict[str, int]


class ReportOut(Schema):
    unit: int
    name: str
    year: int
    quarter: int
    counted_from: date
    counted_until: date
    signed_on: date
    definition: int
    corrections: int
    figures: list[SnapshotOut]


def _day(on: date | None) -> date:
    today = timezone.localdate()
    return min(on, today) if on else today


def _out(unit: int, name: str, figure: Figure) -> FigureOut:
    return FigureOut(
        unit=unit,
        name=name,
        obliged=figure.obliged,
        done=figure.done,
        learning=figure.learning,
        not_begun=figure.not_begun,
        overdue=figure.overdue,
        exempt=figure.exempt,
    )


@api.get("/programmes", response=list[ProgrammeOut], summary="The programmes that there are")
def list_programmes(request: HttpRequest):
    """Return the programmes whose figures can be asked for."""
    return [ProgrammeOut(key=one.key, title=one.title) for one in Programme.objects.all()]


@api.get("/figures/{programme}", response=FiguresOut, summary="The figure of a unit on a day")
def read_figures(
    request: HttpRequest, programme: str, unit: int | None = None, on: date | None = None
):
    """Return the figure of a unit, by default that of the key, and those of the units directly below."""
    key: Key = request.auth  # type: ignore[attr-defined]
    day = _day(on)
    found = Programme.objects.filter(key=programme).first()
    if found is None:
        raise HttpError(404, "There is no such programme.")
    way = tree.path(unit or key.unit_id, on=day)
    if key.unit_id not in {one.unit_id for one in way}:
        raise HttpError(404, NO_UNIT)
    here = way[0]
    counted = figures.by_unit(Scope(found, here.unit_id), on=day)
    below = figures.by_child(here.unit_id, counted, on=day)
    children = tree.children(here.unit_id, on=day)
    return FiguresOut(
        programme=found.key,
        on=day,
        definition=DEFINITION,
        whole=_out(here.unit_id, here.name, sum(below.values(), Figure())),
        below=[
            _out(one.unit_id, one.name, below[one.unit_id])
            for one in children
            if one.unit_id in below
        ],
    )


@api.get(
    "/reports/{year}/{quarter}", response=list[ReportOut], summary="Signed reports of a quarter"
)
def read_reports(request: HttpRequest, year: int, quarter: int):
    """Return the signed reports of a quarter of the units below that of the key, and its own."""
    key: Key = request.auth  # type: ignore[attr-defined]
    reports = Report.objects.filter(
        year=year,
        quarter=quarter,
        state=Report.State.SIGNED,
        unit__in=tree.within([key.unit_id], on=timezone.localdate()),
    ).order_by("unit")
    return [
        ReportOut(
            unit=one.unit_id,
            name=one.unit_name,
            year=one.year,
            quarter=one.quarter,
            counted_from=one.counted_from,
            counted_until=one.counted_until,
            signed_on=timezone.localdate(one.signed_at),
            definition=one.definition,
            corrections=len(one.corrections.all()),
            figures=[
                SnapshotOut(
                    unit=said.unit_id,
                    name=said.unit_name,
                    indicator=said.indicator,
                    programme=said.programme.key if said.programme else None,
                    numerator=said.numerator,
                    denominator=said.denominator,
                    details=said.details,
                )
                for said in one.snapshots.all()
            ],
        )
        for one in reports.prefetch_related("snapshots__programme", "corrections")
    ]


def urls() -> tuple:
    """Return the addresses of the API. A key opens them, not a session: each view asks for it itself."""
    patterns, app, namespace = api.urls
    for pattern in patterns:
        callback = getattr(pattern, "callback", None)
        if callback is not None:
            pattern.callback = public(callback)
    return patterns, app, namespace
