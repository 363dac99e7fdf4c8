"""The tables of figures, ready to be handed out: units, weeks, people by name."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from reports import figures, names
from reports.figures import Figure, Point, Scope
from reports.quarterly import Standing
from tables import Cell, Table
from training.models import ProgrammeVersion, Spell

AT_ONCE = 1000  # people whose evidence is read together

FIGURES = (
    (lambda: _("To be trained"), 12),
    (lambda: _("Done"), 10),
    (lambda: _("Share (%)"), 10),
    (lambda: _("Learning"), 12),
    (lambda: _("Not begun"), 12),
    (lambda: _("Overdue"), 10),
    (lambda: _("Exempt"), 10),
)


def _columns() -> list[tuple[str, int]]:
    return [(name(), width) for name, width in FIGURES]


def cells(figure: Figure) -> list[Cell]:
    """Return a figure as cells, in the order of its columns; the share as it is written, without its sign."""
    return [
        figure.obliged,
        figure.done,
        figure.share.removesuffix("%"),
        figure.learning,
        figure.not_begun,
        figure.overdue,
        figure.exempt,
    ]


def of_units(
    rows: Iterable[tuple[str, Figure]], total: Figure, *, title: str, notes: Sequence[str]
) -> Table:
    """Return the table of units, with their sum."""
    listed = [[number, name, *cells(figure)] for number, (name, figure) in enumerate(rows, 1)]
    return Table(
        title,
        notes,
        [(_("No."), 6), (_("Unit"), 40), *_columns()],
        [*listed, [None, _("Together"), *cells(total)]],
    )


def of_weeks(points: Iterable[Point], *, title: str, notes: Sequence[str]) -> Table:
    """Return the table of a series. Who is overdue is not told week by week."""
    without = 5  # the place of the overdue
    columns = _columns()
    rows = [[point.on, *cells(point.figure)] for point in points]
    return Table(
        title,
        notes,
        [(_("Day"), 14), *columns[:without], *columns[without + 1 :]],
        [[*row[: without + 1], *row[without + 2 :]] for row in rows],
    )


def of_reports(standings: Iterable[Standing], *, title: str, notes: Sequence[str]) -> Table:
    """Return the table of who has reported: by when, signed by whom, and who is late or missing."""
    rows: list[list[Cell]] = []
    for number, one in enumerate(standings, 1):
        report = one.report
        state = str(report.get_state_display()) if report else _("Not begun")
        signed = report.signed_at if report else None
        rows.append(
            [
                number,
                one.name,
                state,
                timezone.localdate(signed) if signed else None,
                report.signer_name if report else "",
                "x" if one.is_late else None,
            ]
        )
    return Table(
        title,
        notes,
        [
            (_("No."), 6), (_("Unit"), 40), (_("Report"), 16), (_("Signed"), 14),
            (_("Who signs"), 28), (_("Late"), 10),
        ],
        rows,
    )  # fmt: skip


def of_people(
    scope: Scope,
    *,
    on: date,
    chosen: str,
    version: ProgrammeVersion,
    title: str,
    notes: Sequence[str],
) -> Table:
    """Return the table of people, by given name; its rows are read while they are written."""
    # Of a person the name alone is wanted: of thirty thousand the rest takes a second to read.
    fields = [field.name for field in Spell._meta.concrete_fields]
    found = figures.people(scope, on=on, chosen=chosen).only(*fields, "person__name")
    skills = [(f"{skill.number}. {skill.title}", 16) for skill in names.skills(version)]
    return Table(
        title,
        notes,
        [
            (_("No."), 6), (_("Full name"), 28), (_("Role"), 16), (_("Unit"), 44),
            (_("State"), 16), *skills, (_("Due"), 14), (_("Overdue"), 10),
        ],
        _people(found, version, on),
    )  # fmt: skip


def _people(found, version: ProgrammeVersion, on: date) -> Iterator[list[Cell]]:
    number = 0
    for some in _in_parts(found.iterator(chunk_size=AT_ONCE)):
        for row in names.rows(some, version=version, on=on):
            number += 1
            yield [
                number,
                row.name,
                row.role,
                row.place,
                str(row.state.label),
                *[_skill(one) for one in row.skills],
                None if row.state == Spell.State.DONE else row.due,
                "x" if row.is_overdue else None,
            ]


def _skill(shown: names.Shown) -> Cell:
    if not shown.is_held:
        return None
    return f"{shown.since:%d/%m/%Y} ({shown.source})" if shown.since else "x"


def _in_parts(spells: Iterable[Spell]) -> Iterator[list[Spell]]:
    some: list[Spell] = []
    for one in spells:
        some.append(one)
        if len(some) == AT_ONCE:
            yield some
            some = []
    if some:
        yield some
