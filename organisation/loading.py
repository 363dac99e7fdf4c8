"""Bringing units in from data files: what is new is added, what is there is left alone."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from organisation import tree
from organisation.models import Placement, Unit, UnitKind

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
        try:
            day = date.fromisoformat(row["valid_from"])
        except ValueError as error:
            raise UnusableFile(f"{path}:{number}: not a day: “{row['valid_from']}”") from error
        if not row["key"] or not row["name"]:
            raise UnusableFile(f"{path}:{number}: a unit has a key and a name")
        known.add(row["key"])
        lines.append(UnitLine(line=number, **{**row, "valid_from": day}))
    return lines


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
    for _number, row in _rows(path, columns=["key", "name", "level"]):
        UnitKind.objects.get_or_create(
            key=row["key"], defaults={"name": row["name"], "level": int(row["level"])}
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
