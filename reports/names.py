"""The people behind a figure: each with what they have, from where, and what they still need."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from courses.models import Skill
from organisation import tree
from people.roles import Role
from training import evidence
from training.models import ProgrammeVersion, Spell

SOURCES = {
    evidence.QUIZ: lambda: _("quiz"),
    evidence.OUTSIDE: lambda: _("certificate of others"),
    evidence.MEETING: lambda: _("training session"),
}


@dataclass(frozen=True)
class Shown:
    """A skill of somebody: whether they hold it on the day, and since when and by what they do."""

    number: int
    title: str
    is_held: bool
    since: date | None = None
    source: str = ""


@dataclass(frozen=True)
class Row:
    """Somebody behind a figure."""

    person: int
    name: str
    unit: int
    place: str
    role: str
    state: Spell.State
    skills: list[Shown]
    due: date
    is_overdue: bool
    ends: date | None  # of who is done: the day on which that runs out, if it does

    @property
    def tone(self) -> str:
        if self.is_overdue:
            return "bad"
        return {"done": "good", "learning": "warm"}.get(self.state, "")


def skills(version: ProgrammeVersion | None) -> list[Skill]:
    """Return the skills that a version asks for, in its order; one query."""
    if version is None:
        return []
    found = {skill.key: skill for skill in Skill.objects.filter(key__in=version.skills)}
    return [found[key] for key in version.skills if key in found]


def rows(spells: Iterable[Spell], *, version: ProgrammeVersion | None, on: date) -> list[Row]:
    """Return people for a list, in the order of their spells; a fixed number of queries for all of them."""
    spells = list(spells)
    asked = skills(version)
    told = _Told(on, {key: said() for key, said in SOURCES.items()})
    shown = evidence.of_people([one.person_id for one in spells])
    ways = tree.paths({one.unit_id for one in spells}, on=on)
    last = tree.last_names({one.unit_id for one in spells} - ways.keys())
    return [
        _row(one, asked, shown.get(one.person_id, []), _place(one.unit_id, ways, last), told)
        for one in spells
    ]


def _place(unit: int, ways: dict, last: dict[int, str]) -> str:
    return tree.written(ways[unit][:2]) if unit in ways else last.get(unit, "")


@dataclass(frozen=True)
class _Told:
    """What is the same for all rows: the day, and what sources are called, looked up once for thousands."""

    on: date
    sources: dict[str, str]


def _row(spell: Spell, asked: list[Skill], shown: list, place: str, told: _Told) -> Row:
    is_missing = spell.state in (Spell.State.NOT_BEGUN, Spell.State.LEARNING)
    runs_out = spell.state == Spell.State.DONE and spell.until.year < 9999
    return Row(
        person=spell.person_id,
        name=spell.person.name,
        unit=spell.unit_id,
        place=place,
        role=str(Role(spell.role).label),
        state=Spell.State(spell.state),
        skills=[
            _shown(number, skill, bool(spell.held >> number & 1), shown, told)
            for number, skill in enumerate(asked)
        ],
        due=spell.due,
        is_overdue=is_missing and spell.due < told.on,
        ends=spell.until if runs_out else None,
    )


def _shown(place: int, skill: Skill, is_held: bool, shown: list, told: _Told) -> Shown:
    by = [one for one in shown if one.skill == skill.key and one.since <= told.on < one.until]
    if not is_held or not by:
        return Shown(place + 1, skill.title, is_held)
    last = max(by, key=lambda one: one.since)
    return Shown(place + 1, skill.title, True, last.since, told.sources[last.source])
