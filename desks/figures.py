"""How far the people of a unit are: the figures of their programmes, and who they are, one by one.

The numbers are those of `reports.figures`, added up over the programmes that somebody follows there,
so that a first screen says what the dashboard, the export and the report say. Only here are those
who have stopped told from those who learn: by name they can be helped; as a number they learn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _

from courses.models import Completion
from desks.goals import Goal
from people.roles import Role
from quizzes.models import Attempt
from reports import figures
from reports.figures import Figure
from reports.reach import Seen
from training import programmes
from training.models import Spell

INACTIVE_AFTER = timedelta(days=90)
MISSING = Q(state__in=figures.MISSING)


class State(models.TextChoices):
    """How far somebody is. Exactly one holds; `inactive` have begun, and stopped before the end."""

    NOT_BEGUN = "not begun", _("Not begun")
    INACTIVE = "inactive", _("Inactive")
    LEARNING = "learning", _("Learning")
    FINISHED = "finished", _("Finished")
    EXEMPT = "exempt", _("Exempt")


# What a list of people can be narrowed to, by what stands in the address.
FILTERS: dict[str, tuple[object, Q]] = {
    "": (_("Everybody"), Q()),
    "chua-xong": (_("Not finished"), MISSING),
    "qua-han": (_("Overdue"), MISSING & Q(is_overdue=True)),
    "chua-bat-dau": (State.NOT_BEGUN.label, Q(state=Spell.State.NOT_BEGUN)),
    "dung-lau": (State.INACTIVE.label, Q(shown=State.INACTIVE)),
    "da-xong": (State.FINISHED.label, Q(state=Spell.State.DONE)),
    "duoc-mien": (State.EXEMPT.label, Q(state=Spell.State.EXEMPT)),
}


@dataclass(frozen=True)
class Measured:
    """Somebody, how far they are, which of the goals is theirs, and the keys of the skills they hold."""

    person: int
    state: State
    goal: int
    held: frozenset[str]


def by_unit(seen: Sequence[Seen], *, on: date) -> dict[int, Figure]:
    """Return the figures of each unit where somebody counts, over some programmes; a query for each."""
    found: dict[int, Figure] = {}
    for one in seen:
        for unit, figure in figures.by_unit(one.scope, on=on).items():
            found[unit] = found.get(unit, Figure()) + figure
    return found


def summed(counted: Mapping[int, Figure]) -> Figure:
    """Return the figure of several units together."""
    return sum(counted.values(), Figure())


def people(seen: Sequence[Seen], unit: int, *, on: date, at: datetime) -> QuerySet[Spell]:
    """Return how those stand who count at a unit itself, in some programmes, with what FILTERS ask for.

    `shown` is the State, given those who were last here before INACTIVE_AFTER.
    """
    whose = Q(pk=None)
    for one in seen:
        roles = Q() if one.scope.roles is None else Q(role__in=sorted(one.scope.roles))
        whose |= Q(programme=one.scope.programme) & roles
    since = at - INACTIVE_AFTER
    been_here = (
        Exists(Completion.objects.filter(person=OuterRef("person"), at__gt=since))
        | Exists(Attempt.objects.filter(person=OuterRef("person"), started_at__gt=since))
        | Q(person__last_login__gt=since)
    )
    states = Spell.State
    shown = Case(
        When(state=states.DONE, then=models.Value(State.FINISHED)),
        When(state=states.EXEMPT, then=models.Value(State.EXEMPT)),
        When(state=states.NOT_BEGUN, then=models.Value(State.NOT_BEGUN)),
        When(been_here, then=models.Value(State.LEARNING)),
        default=models.Value(State.INACTIVE),
    )
    overdue = Case(When(due__lt=on, then=True), default=False, output_field=models.BooleanField())
    found = Spell.objects.filter(whose, unit=unit).on(on).order_by()
    return found.annotate(shown=shown, is_overdue=overdue)


def counts(standings: QuerySet[Spell]) -> dict[str, int]:
    """Return how many of some people each of FILTERS leaves; one query."""
    asked = {f"n{place}": chosen for place, (_text, chosen) in enumerate(FILTERS.values())}
    found = standings.aggregate(
        **{name: Count("pk", filter=chosen or None) for name, chosen in asked.items()}
    )
    return {key: found[name] for key, name in zip(FILTERS, asked, strict=True)}


def page(
    standings: QuerySet[Spell],
    seen: Sequence[Seen],
    *,
    goals: Sequence[Goal],
    chosen: str = "",
    first: int = 0,
    most: int,
) -> list[Measured]:
    """Return some of `people`: who has something left to do first, then by name; one query.

    `chosen` is one of FILTERS.
    """
    versions = {one.version.programme_id: one.version for one in seen}
    goal_of = {role: number for number, goal in enumerate(goals) for role in goal.roles}
    last = Case(
        When(state=Spell.State.DONE, then=models.Value(1)),
        When(state=Spell.State.EXEMPT, then=models.Value(2)),
        default=models.Value(0),
    )
    found: QuerySet = standings.filter(FILTERS[chosen][1])
    rows = found.order_by(last, "person__sort_key", "person_id", "pk")[first : first + most]
    values = rows.values_list("person_id", "shown", "role", "programme_id", "held")
    return [
        Measured(
            person,
            State(shown),
            goal_of[Role(role)],
            programmes.held_in(versions[programme], held),
        )
        for person, shown, role, programme, held in values
    ]
