"""An import in the words of whoever looks at it: tabs, cells with their notes, before and after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imports import permissions
from imports.columns import KINDS
from imports.models import Import, ImportRow
from organisation.models import Placement
from people.models import Person, Post
from people.roles import Category, Column, Role, Slot

Outcome, Decision, State = ImportRow.Outcome, ImportRow.Decision, Import.State

# In the order in which somebody goes through them, with the word in the address.
TABS = {
    Outcome.QUESTION: ("quyet-dinh", gettext_lazy("For you to decide")),
    Outcome.REFUSED: ("tu-choi", gettext_lazy("Rows refused")),
    Outcome.CREATE: ("moi", gettext_lazy("Newly added")),
    Outcome.CHANGE: ("thay-doi", gettext_lazy("Changing")),
    Outcome.SAME: ("da-co", gettext_lazy("Already so")),
    Outcome.LEFT_OUT: ("bo-ra", gettext_lazy("Rows left out")),
}
BADGES = {
    State.PREVIEWING: "",
    State.READY: "warm",
    State.APPLYING: "",
    State.APPLIED: "good",
    State.UNDOING: "",
    State.UNDONE: "",
    State.DISCARDED: "",
    State.FAILED: "bad",
}
_CHOICES: dict[str, Any] = {"role": Role, "slot": Slot, "category": Category}


@dataclass(frozen=True)
class Tab:
    """The rows of one outcome: how many, and where they are shown."""

    outcome: str
    slug: str
    label: str
    count: int


def tabs(counts: dict[str, int]) -> list[Tab]:
    """Return the tabs of an import, given how many rows each outcome has; those without rows too."""
    return [
        Tab(outcome, slug, str(label), counts[outcome]) for outcome, (slug, label) in TABS.items()
    ]


def chosen_tab(found: Sequence[Tab], slug: str) -> Tab:
    """Return the tab that an address names, or else the first that has rows."""
    named = next((tab for tab in found if tab.slug == slug), None)
    return named or next((tab for tab in found if tab.count), found[0])


@dataclass(frozen=True)
class Note:
    """What is said about a cell: "error" or "warning", and the text."""

    level: str
    text: str


@dataclass(frozen=True)
class Cell:
    """What a sheet said under a column, and what is said about it."""

    key: str
    label: str
    text: str
    notes: list[Note]

    @property
    def level(self) -> str:
        levels = {note.level for note in self.notes}
        return "error" if "error" in levels else "warning" if levels else ""


@dataclass(frozen=True)
class Difference:
    """What would be, or was, changed: of what, from what, to what."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Candidate:
    """Somebody whom a row may mean, with what the officer may see of them."""

    pk: int
    name: str
    facts: list[str]
    chosen: bool


@dataclass
class Line:
    """A row as it is shown. `notes` are those that belong to none of its cells."""

    row: ImportRow
    cells: list[Cell]
    notes: list[Note]
    becomes: str = ""
    differences: list[Difference] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)


def shown_columns(one: Import) -> list[tuple[str, str]]:
    """Return the columns that the sheet had, as (key, title), in the order of the template."""
    had = {key for key, _letter, _heading in one.columns}
    kind = KINDS[one.kind]
    return [
        (column.key, column.title)
        for column in kind.columns
        if column.key in had or (not had and column.required)
    ]


def lines(one: Import, rows: Iterable[ImportRow], *, person, today: date) -> list[Line]:
    """Return rows as `person` sees them. A fixed number of queries, however many rows."""
    rows = list(rows)
    columns = shown_columns(one)
    posts = Post.objects.in_bulk(
        {pk for row in rows for pk in row.changes.get("post", [[], None])[0]}
    )
    names = _unit_names(rows, posts)
    made = [_line(row, columns, names, posts) for row in rows]
    asked = {pk for row in rows for pk in row.candidates}
    if asked:
        known = _candidates(asked, person=person, today=today)
        for line in made:
            line.candidates = [
                Candidate(pk, *known[pk], chosen=line.row.decided_for == pk)
                for pk in line.row.candidates
                if pk in known
            ]
    return made


def _line(
    row: ImportRow, columns: list[tuple[str, str]], names: dict[int, str], posts: dict[int, Post]
) -> Line:
    said: dict[str, list[Note]] = {}
    for key, level, text in row.notes:
        said.setdefault(key, []).append(Note(level, text))
    keys = {key for key, _title in columns}
    return Line(
        row=row,
        cells=[
            Cell(key, title, row.cells.get(key, ""), said.get(key, [])) for key, title in columns
        ],
        notes=[note for key, notes in said.items() if key not in keys for note in notes],
        becomes=_becomes(row, names),
        differences=_differences(row.changes, names, posts),
    )


def _unit_names(rows: list[ImportRow], posts: dict[int, Post]) -> dict[int, str]:
    """Return what the units that some rows speak of are called, by their last name: one query."""
    units = {post.unit_id for post in posts.values()}
    for row in rows:
        units |= {
            row.prepared.get("post", {}).get("unit"),
            row.prepared.get("unit", {}).get("parent"),
        }
        units |= {unit for unit in row.changes.get("residence_id", []) if unit}
    units.discard(None)
    found = Placement.objects.filter(unit__in=units).order_by("valid_from")
    return dict(found.values_list("unit", "name"))


def _becomes(row: ImportRow, names: dict[int, str]) -> str:
    """Return what a row comes to: the role and the unit, or the unit above a new one."""
    if post := row.prepared.get("post"):
        role = Slot(post["slot"]).label if post.get("slot") else Role(post["role"]).label
        return f"{role}, {names.get(post['unit'], '')}"
    if unit := row.prepared.get("unit"):
        return f"{unit['name']}, {names.get(unit['parent'], '')}"
    return ""


def _differences(
    changes: dict[str, list], names: dict[int, str], posts: dict[int, Post]
) -> list[Difference]:
    made = []
    for key, (before, after) in changes.items():
        if key == "post":
            from_ = "; ".join(
                f"{Role(posts[pk].role).label}, {names.get(posts[pk].unit_id, '')}"
                for pk in before
                if pk in posts
            )
            made.append(Difference(_("serves at"), from_, names.get(after, "")))
        elif key != "birth_year" or "born_on" not in changes:
            made.append(
                Difference(_label(key), _said(key, before, names), _said(key, after, names))
            )
    return made


def _label(key: str) -> str:
    if key == "residence_id":
        return _("lives in")
    model = Person if key in {field.name for field in Person._meta.concrete_fields} else Post
    return str(getattr(model._meta.get_field(key), "verbose_name", key))


def _said(key: str, value: Any, names: dict[int, str]) -> str:
    if value in (None, ""):
        return ""
    if key in _CHOICES:
        return str(_CHOICES[key](value).label)
    if key == "residence_id":
        return names.get(value, "")
    if key == "born_on":
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    return str(value)


def _candidates(asked: set[int], *, person, today: date) -> dict[int, tuple[str, list[str]]]:
    """Return the name of each of some people, and what `person` may see of them."""
    people = Person.objects.filter(erased_at=None).in_bulk(asked)
    posts = list(Post.objects.on(today).filter(person__in=people).exclude(role__startswith="pupil"))
    shown = permissions.columns(person, posts, on=today)
    placed = Placement.objects.on(today).filter(unit__in={post.unit_id for post in posts})
    names = dict(placed.values_list("unit", "name"))
    told: dict[int, tuple[str, list[str]]] = {}
    for pk, one in people.items():
        facts = [
            f"{Role(post.role).label}, {names.get(post.unit_id, '')}"
            + (f" ({_('said by themselves')})" if post.self_declared else "")
            for post in posts
            if post.person_id == pk
        ]
        columns = shown.get(pk, frozenset())
        if Column.BIRTH in columns and (one.born_on or one.birth_year):
            birth = f"{one.born_on:%d/%m/%Y}" if one.born_on else str(one.birth_year)
            facts.append(_("born %(birth)s") % {"birth": birth})
        if Column.CONTACT in columns:
            facts += filter(None, [one.phone, one.email])
        told[pk] = (one.name, facts)
    return told
