"""Bringing units in from data files: what is new is added, what is there is left alone."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from django.db import transaction

from organisation import changes, tree
from organisation.changes import Plan, Step
from organisation.models import Change, Family, Placement, Unit, UnitKind

DATA = Path(__file__).resolve().parent / "data"


class UnusableFile(Exception):
    """A data file cannot be loaded; says which line and why. Nothing has been loaded."""


@dataclass(frozen=True)
class UnitLine:
    """A line of a units file: what a unit is called, and under which it stands, from a day on."""

    line: int
    key: str
    kind: str
    name: str
    code: str
    parent: str
    valid_from: date


def read_units(path: Path = DATA / "units.csv") -> list[UnitLine]:
    """Read a units file. Raises UnusableFile at the first line that cannot be used."""
    lines: list[UnitLine] = []
    known: set[str] = set()
    for number, row in _rows(path, columns=["key", "kind", "name", "code", "parent", "valid_from"]):
        if row["parent"] and row["parent"] not in known:
            raise UnusableFile(f"{path}:{number}: no earlier line has the key “{row['parent']}”")
        day = _day(row["valid_from"], at=f"{path}:{number}")
        if not row["key"] or not row["name"]:
            raise UnusableFile(f"{path}:{number}: a unit has a key and a name")
        known.add(row["key"])
        lines.append(UnitLine(line=number, **{**row, "valid_from": day}))
    return lines


@dataclass(frozen=True)
class ChangeLine:
    """A line of a changes file: what one act does to one unit. Units are named by their keys."""

    line: int
    change: str
    day: date
    act: Change.Act
    source: str
    unit: str
    into: str
    kind: str
    name: str
    code: str
    parent: str


_DOES = {
    Change.Act.MERGER: "succeed",
    Change.Act.SPLIT: "succeed",
    Change.Act.RENAMING: "rename",
    Change.Act.MOVE: "move",
    Change.Act.ABOLITION: "abolish",
}


def read_changes(path: Path = DATA / "changes.csv") -> list[ChangeLine]:
    """Read a changes file, in the order of the acts. Raises UnusableFile at the first unusable line."""
    columns = ["change", "day", "act", "source", "unit", "into", "kind", "name", "code", "parent"]
    lines: list[ChangeLine] = []
    for number, row in _rows(path, columns=columns):
        day = _day(row["day"], at=f"{path}:{number}")
        if row["act"] not in _DOES:
            raise UnusableFile(f"{path}:{number}: no act is called “{row['act']}”")
        if lines and day < lines[-1].day:
            raise UnusableFile(f"{path}:{number}: an act of an earlier day than the one before")
        lines.append(ChangeLine(line=number, **{**row, "day": day, "act": Change.Act(row["act"])}))
    return lines


def _day(written: str, *, at: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise UnusableFile(f"{at}: not a day: “{written}”") from error


def load_changes(
    lines: list[ChangeLine], *, apply: Callable[[Plan], object], until: date | None = None
) -> int:
    """Have the acts of a changes file applied that are not recorded yet; return how many those were.

    `apply` carries out one plan. Acts in force only after the day `until` are left for later. Raises
    UnusableFile for a unit that there is not, and what `apply` raises.
    """
    units = {str(key): pk for key, pk in Unit.objects.exclude(key=None).values_list("key", "pk")}
    recorded = set(Change.objects.exclude(key=None).values_list("key", flat=True))
    applied = 0
    for key, group in groupby(lines, key=attrgetter("change")):
        together = list(group)
        if key in recorded or (until and together[0].day > until):
            continue
        try:
            steps = tuple(_step(line, units) for line in together)
            apply(
                Plan(
                    act=_act_of(together),
                    day=together[0].day,
                    source=together[0].source,
                    steps=steps,
                    key=key,
                )
            )
        except KeyError as error:
            raise UnusableFile(f"change {key}: there is no unit {error}") from error
        except changes.Impossible as error:
            raise UnusableFile(f"change {key}: {error}") from error
        applied += 1
    return applied


def _act_of(lines: list[ChangeLine]) -> Change.Act:
    """Return what an act of several lines is called: a merger that renames as well is a merger."""
    acts = {line.act for line in lines}
    order = [
        Change.Act.MERGER,
        Change.Act.SPLIT,
        Change.Act.ABOLITION,
        Change.Act.MOVE,
        Change.Act.RENAMING,
    ]
    return next(act for act in order if act in acts)


def _step(line: ChangeLine, units: dict[str, int]) -> Step:
    return Step(
        does=_DOES[line.act],
        unit=units[line.unit],
        into=units[line.into] if line.into else None,
        parent=units[line.parent] if line.parent else None,
        kind=line.kind,
        name=line.name,
        code=line.code,
    )


def _rows(path: Path, *, columns: list[str]):
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != columns:
            raise UnusableFile(f"{path}:1: the columns must be {', '.join(columns)}")
        for number, row in enumerate(reader, start=2):
            if None in row or None in row.values():
                raise UnusableFile(f"{path}:{number}: {len(columns)} columns are needed")
            yield number, {key: value.strip() for key, value in row.items()}


def load_kinds(path: Path = DATA / "kinds.csv") -> dict[str, UnitKind]:
    """Load the kinds of unit that are not there yet; return all of them by key."""
    for number, row in _rows(path, columns=["key", "name", "level", "family"]):
        if row["family"] not in Family.values:
            raise UnusableFile(f"{path}:{number}: not a family: “{row['family']}”")
        UnitKind.objects.get_or_create(
            key=row["key"],
            defaults={"name": row["name"], "level": int(row["level"]), "family": row["family"]},
        )
    return {kind.key: kind for kind in UnitKind.objects.all()}


@transaction.atomic
def load_units(lines: list[UnitLine], *, kinds: dict[str, UnitKind]) -> int:
    """Write down what is not written down yet; return how many lines that were.

    Raises UnusableFile for a kind that there is not, tree.Overlaps for a line that says something
    about days for which another says something else.
    """
    units = {unit.key: unit for unit in Unit.objects.exclude(key=None)}
    written = set(Placement.objects.exclude(unit__key=None).values_list("unit__key", "valid_from"))
    added = 0
    for line in lines:
        if (line.key, line.valid_from) in written:
            continue
        if line.kind not in kinds:
            raise UnusableFile(f"line {line.line}: no kind is called “{line.kind}”")
        unit = units.get(line.key) or Unit.objects.create(key=line.key)
        units[line.key] = unit
        tree.place(
            unit=unit,
            name=line.name,
            kind=kinds[line.kind],
            parent=units[line.parent] if line.parent else None,
            code=line.code,
            valid_from=line.valid_from,
        )
        added += 1
    return added
