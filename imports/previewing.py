"""What a sheet would do, row by row and cell by cell, before anything is done."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import override

from imports import matching, permissions, teams_and_schools
from imports.columns import KINDS, SheetKind
from imports.matching import Known, Wanted
from imports.models import Import, ImportRow
from imports.places import places_of, plain
from imports.values import Unusable
from jobs import queue
from organisation import tree
from organisation.models import Family, Placement
from people.models import Person, Post
from people.roles import GROWN_UP, Role
from vietnamese import fold

if TYPE_CHECKING:
    from imports.reading import Table

CHUNK = 1000
TASK = "imports.tasks.preview"
PLACES = {
    "commune": Family.COMMUNE,
    "district": Family.DISTRICT,
    "village": Family.VILLAGE,
    "school": Family.SCHOOL,
}
CHECKED = ["outcome", "notes", "changes", "candidates", "prepared", "decision", "decided_for"]
Outcome = ImportRow.Outcome


class TooEarly(Exception):
    """Units in the area have changed after the day of an import: it would write into what is no more."""


@transaction.atomic
def begin(
    *, table: "Table", kind: SheetKind, unit: int, day: date, file_name: str, by, at: datetime
) -> Import:
    """Keep the rows of a sheet that has been read, and have them checked in the background.

    Raises TooEarly for a day after which units there have changed.
    """
    here = Placement.objects.on(day).filter(unit__in=tree.within([unit], on=day))
    if here.exclude(valid_until=None).exists():
        raise TooEarly
    one = Import.objects.create(
        kind=kind.key,
        unit_id=unit,
        day=day,
        file_name=file_name[-200:],
        sheet=table.sheet[:100],
        columns=[[found.column.key, found.letter, found.heading] for found in table.columns],
        dropped=[[drop.letter, drop.heading, drop.reason] for drop in table.dropped],
        skipped=[[number, str(reason)] for number, reason in table.skipped],
        by=by,
        uploaded_at=at,
    )
    seen: dict[tuple, int] = {}
    rows = []
    for row in table.rows:
        twin = seen.setdefault(_what_it_says(row.cells, kind, today=at.date()), row.number)
        prepared = {} if twin == row.number else {"twin": twin}
        rows.append(ImportRow(parent=one, number=row.number, cells=row.cells, prepared=prepared))
    ImportRow.objects.bulk_create(rows, batch_size=500)
    check_again(one, at=at)
    return one


def _what_it_says(cells: dict[str, str], kind: SheetKind, *, today: date) -> tuple:
    """Return what two rows share that mean the same: whom or what they name, and where.

    Of two people of one name and no birthday the telephone tells whether they are one.
    """
    telling = ("name", "birth", "ministry_id", *PLACES)
    if not cells.get("birth"):
        telling = (*telling, "phone")
    said = []
    for column in kind.columns:
        if column.key in telling:
            try:
                value = column.parse(cells.get(column.key, ""), today=today).value
            except Unusable:
                value = cells.get(column.key, "")
            if isinstance(value, str):
                value = plain(value, PLACES[column.key]) if column.key in PLACES else fold(value)
            said.append(value)
    return tuple(said)


def check_again(one: Import, *, at: datetime) -> None:
    """Have all rows of an import checked, or checked anew, in the background."""
    chunks = range((one.rows.count() + CHUNK - 1) // CHUNK)
    one.rows.update(outcome=Outcome.WAITING)
    job = queue.add(
        task=TASK, subjects=[one.pk * 1000 + chunk for chunk in chunks], by=one.by, at=at
    )
    Import.objects.filter(pk=one.pk).update(
        state=Import.State.PREVIEWING, job=job, previewed_at=None, problem=""
    )


def check_chunk(subject: int, *, at: datetime) -> None:
    """Check some rows of an import; the last to be checked makes it ready. Can run twice.

    `subject` is a thousand times the import's key and the number of the chunk.
    """
    pk, chunk = divmod(subject, 1000)
    one = Import.objects.select_related("by").get(pk=pk)
    if one.state != Import.State.PREVIEWING:
        return
    rows = list(one.rows.all()[chunk * CHUNK : (chunk + 1) * CHUNK])
    work_out(one, rows, today=at.date())
    with transaction.atomic():
        # Rows of an import that is thrown away meanwhile must not be written anew.
        if Import.objects.select_for_update().get(pk=pk).state != Import.State.PREVIEWING:
            return
        ImportRow.objects.save_all(rows, CHECKED)
        _make_ready(one, at=at)


def _make_ready(one: Import, *, at: datetime) -> None:
    if not one.rows.filter(outcome=Outcome.WAITING).exists():
        Import.objects.filter(pk=one.pk).update(state=Import.State.READY, previewed_at=at)


def work_out(one: Import, rows: list[ImportRow], *, today: date) -> None:
    """Work out what each of some rows would do. Saves nothing: what is worked out are the fields CHECKED."""
    with override("vi"):
        checker = _Checker(one, rows, today=today)
        for row in rows:
            checker.check(row)
        checker.compare(rows)
        for row in rows:
            _forget_idle_decision(row)


def _forget_idle_decision(row: ImportRow) -> None:
    """Forget what was decided on a row that asks nothing any more, or asks about others."""
    asks = row.outcome == Outcome.QUESTION
    if not asks or (row.decided_for is not None and row.decided_for not in row.candidates):
        row.decision, row.decided_for = "", None


def counts(one: Import) -> dict[str, int]:
    """Return how many rows there are of each outcome, none left out."""
    found = dict(one.rows.order_by().values_list("outcome").annotate(Count("pk")))
    return {outcome: found.get(outcome, 0) for outcome in Outcome.values}


@dataclass
class Reading:
    """What the cells of a row say, and the notes on those that say nothing usable.

    A cell that must be there and is not usable refuses the row; another one is only left out.
    """

    row: ImportRow
    kind: SheetKind
    today: date
    values: dict[str, Any] = field(default_factory=dict)
    refused: bool = False

    def parse(self) -> None:
        self.row.notes = []
        for column in self.kind.columns:
            text = self.row.cells.get(column.key, "")
            try:
                parsed = column.parse(text, today=self.today)
            except Unusable as error:
                self.refuse(column.key, error, row=column.required)
                continue
            self.values[column.key] = parsed.value
            if parsed.warning:
                self.row.notes.append([column.key, "warning", str(parsed.warning)])

    def refuse(self, column: str, error: object, *, row: bool = True) -> None:
        """Say that a cell cannot be used; `row`: nor can the row without it."""
        self.row.notes.append([column, "error", str(error)])
        self.refused = self.refused or row

    def warn(self, column: str, text: str) -> None:
        self.row.notes.append([column, "warning", text])


class _Checker:
    """Checks the rows of one chunk against what there is: a fixed number of queries."""

    def __init__(self, one: Import, rows: list[ImportRow], *, today: date):
        self.one = one
        self.kind = KINDS[one.kind]
        self.today = today
        self.places = places_of(one.unit_id, on=one.day)
        self.known = _known_people(one, rows) if one.kind in teams_and_schools.OF_PEOPLE else {}
        self.certain: list[tuple[ImportRow, int]] = []

    def check(self, row: ImportRow) -> None:
        twin = row.prepared.get("twin")
        row.changes, row.candidates, row.prepared = {}, [], {"twin": twin} if twin else {}
        reading = Reading(row=row, kind=self.kind, today=self.today)
        reading.parse()
        if twin:
            reading.warn("name", _("Says the same as row %(row)s.") % {"row": twin})
            row.outcome = Outcome.LEFT_OUT
            return
        if self.one.kind in teams_and_schools.OF_PEOPLE:
            self._check_person(row, reading)
        else:
            self._check_unit(row, reading)

    def _check_person(self, row: ImportRow, reading: Reading) -> None:
        prepare = teams_and_schools.PREPARE[self.one.kind]
        prepared = prepare(reading, self.places)
        if prepared is None:
            row.outcome = Outcome.LEFT_OUT
            return
        if reading.refused:
            row.outcome = Outcome.REFUSED
            return
        row.prepared |= prepared
        wanted = _wanted(prepared)
        among = {
            known.pk: known
            for known in [
                *self.known.get(wanted.folded_name, []),
                *self.known.get(wanted.ministry_id or "-", []),
            ]
        }
        found = matching.match(wanted, among.values())
        if found.certain is not None:
            self.certain.append((row, found.certain))
        elif found.likely:
            row.candidates = list(found.likely)
            row.outcome = Outcome.QUESTION
        else:
            row.outcome = Outcome.CREATE

    def compare(self, rows: list[ImportRow]) -> None:
        """Work out what the rows that are somebody for sure would change of them; three queries in all."""
        who = {row.pk: pk for row, pk in self.certain}
        certain_or_new = [row for row in rows if row.pk in who or row.outcome == Outcome.CREATE]
        settle_slots(certain_or_new, who=lambda row: who.get(row.pk, -row.number))
        posts = _open_posts({pk for _row, pk in self.certain})
        for row, pk in self.certain:
            row.prepared["same_as"] = pk
            row.changes = differences(row.prepared, *posts[pk])
            row.outcome = Outcome.CHANGE if row.changes else Outcome.SAME

    def _check_unit(self, row: ImportRow, reading: Reading) -> None:
        prepared = teams_and_schools.PREPARE[self.one.kind](reading, self.places)
        if prepared is None or reading.refused:
            row.outcome = Outcome.REFUSED
            return
        row.prepared |= prepared
        row.outcome = Outcome.SAME if prepared.get("same_as") else Outcome.CREATE


def _wanted(prepared: dict) -> Wanted:
    person = prepared["person"]
    return Wanted(
        name=person["name"],
        folded_name=fold(person["name"]),
        born_on=date.fromisoformat(person["born_on"]) if person.get("born_on") else None,
        birth_year=person.get("birth_year"),
        phone=person.get("phone", ""),
        ministry_id=person.get("ministry_id", ""),
        unit=prepared["post"]["unit"],
    )


def _known_people(one: Import, rows: Iterable[ImportRow]) -> dict[str, list[Known]]:
    """Return who in the officer's area has a name, or an identifier, of some rows: by these."""
    names = {fold(row.cells.get("name", "")) for row in rows}
    # A sheet may give a name in capitals or with a form of address; what counts is what is kept.
    kind = KINDS[one.kind]
    for row in rows:
        try:
            names.add(
                fold(kind.column("name").parse(row.cells.get("name", ""), today=one.day).value)
            )
        except Unusable:
            continue
    area = tree.within([one.unit_id], on=one.day)
    # No sheet is of children.
    here = Post.objects.on(one.day).filter(unit__in=area, role__in=GROWN_UP)
    found = here.filter(person__erased_at=None, person__folded_name__in=names)
    identifiers = {row.cells.get("ministry_id", "").replace(" ", "") for row in rows} - {""}
    if identifiers:
        found = found | here.filter(person__ministry_id__in=identifiers)
    units: dict[int, set[int]] = defaultdict(set)
    people: dict[int, dict[str, Any]] = {}
    fields = ["name", "folded_name", "born_on", "birth_year", "phone", "ministry_id"]
    for pk, unit, *values in found.values_list("person", "unit", *[f"person__{f}" for f in fields]):
        units[pk].add(unit)
        people[pk] = dict(zip(fields, values, strict=True))
    for pk in permissions.out_of_reach(one.by, list(people), on=one.day):
        del people[pk]
    by_key: dict[str, list[Known]] = defaultdict(list)
    for pk, said in people.items():
        known = Known(pk=pk, units=frozenset(units[pk]), **said)
        by_key[known.folded_name].append(known)
        if known.ministry_id:
            by_key[known.ministry_id].append(known)
    return by_key


def settle_slots(rows: list[ImportRow], *, who: Callable[[ImportRow], int]) -> None:
    """Leave an office empty that somebody else holds already, or an earlier row takes; with a note.

    `who` returns the key of the person that a row means, or a number of its own for somebody new.
    Only an officer replaces whoever leads a team.
    """
    wanted = [row for row in rows if row.prepared.get("post", {}).get("slot")]
    units = {row.prepared["post"]["unit"] for row in wanted}
    held = Post.objects.filter(unit__in=units, until=None).exclude(slot="") if units else []
    holders = {(post.unit_id, post.slot): post.person_id for post in held}
    for row in wanted:
        post = row.prepared["post"]
        if holders.setdefault((post["unit"], post["slot"]), who(row)) != who(row):
            text = _("Somebody else holds this office in the team: left empty.")
            row.notes = [*row.notes, ["slot", "warning", text]]
            post |= {"slot": "", "role": Role.TEAM_MEMBER}


def _open_posts(keys: set[int]) -> dict[int, tuple[Person, list[Post]]]:
    people = {person.pk: person for person in Person.objects.filter(pk__in=keys)}
    posts: dict[int, list[Post]] = defaultdict(list)
    for post in Post.objects.filter(person__in=keys, until=None):
        posts[post.person_id].append(post)
    return {pk: (person, posts[pk]) for pk, person in people.items()}


PERSON_FIELDS = ("name", "born_on", "birth_year", "phone", "email", "ministry_id", "residence_id")
POST_FIELDS = ("role", "slot", "category", "employer", "position", "task")


def differences(prepared: dict, person: Person, posts: list[Post]) -> dict[str, list]:
    """Return what a row would change of somebody: {field: [before, after]}, as plain values.

    An empty cell changes nothing. "post" says that they come to serve at the unit, from the units named.
    """
    changes: dict[str, list] = {}
    for key in PERSON_FIELDS:
        after = prepared["person"].get(key)
        before = getattr(person, key)
        before = before.isoformat() if isinstance(before, date) else before
        if after and after != before:
            changes[key] = [before or "", after]
    wanted = prepared["post"]
    alike = teams_and_schools.alike(wanted["role"])
    here = [post for post in posts if post.unit_id == wanted["unit"] and post.role in alike]
    if not here:
        before = [post.pk for post in posts if post.role in alike]
        changes["post"] = [before, wanted["unit"]]
        return changes
    for key in POST_FIELDS:
        after = wanted.get(key)
        if after and after != getattr(here[0], key):
            changes[key] = [getattr(here[0], key), after]
    return changes
