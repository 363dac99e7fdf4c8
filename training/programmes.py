"""Programmes and their versions: read from the file once, changed by a new version."""

import tomllib
from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from courses.models import Skill
from people.models import Person
from people.roles import LEARNERS, Role
from training import touching
from training.models import Programme, ProgrammeVersion
from training.standing import Version

FILE = Path(__file__).parent / "data" / "programmes.toml"


class Refused(Exception):
    """A version cannot be made so: says why, for the officer."""


def load(*, at: datetime) -> int:
    """Make the programmes of the file that do not exist yet, with their first version; return how many."""
    made = 0
    for position, said in enumerate(tomllib.loads(FILE.read_text(encoding="utf-8"))["programme"]):
        programme, is_new = Programme.objects.get_or_create(
            key=said["key"], defaults={"title": said["title"], "position": position}
        )
        if not is_new:
            continue
        made += 1
        add_version(
            programme,
            begins=said["begins"],
            roles=said["roles"],
            audiences=said["audiences"],
            deadline=said["deadline"],
            newcomer_days=said["newcomer_days"],
            valid_months=said.get("valid_months"),
            source=said["source"],
            by=None,
            at=at,
        )
    return made


@transaction.atomic
def add_version(
    programme: Programme,
    *,
    begins: date,
    roles: Collection[str],
    audiences: Collection[str],
    deadline: date,
    newcomer_days: int,
    valid_months: int | None,
    source: str,
    by: Person | None,
    at: datetime,
) -> ProgrammeVersion:
    """Let a programme ask something else from a day on; all standings are worked out anew.

    Raises Refused for a day on which a version begins already, or for roles whose progress nobody counts.
    """
    Programme.objects.select_for_update().get(pk=programme.pk)
    if not roles or not set(roles) <= {role.value for role in LEARNERS}:
        raise Refused(_("Say whom the programme is for."))
    if deadline < begins:
        raise Refused(_("The deadline is before the day from which this holds."))
    last = programme.versions.aggregate(last=Max("number"))["last"] or 0
    try:
        with transaction.atomic():
            made = ProgrammeVersion.objects.create(
                programme=programme,
                number=last + 1,
                begins=begins,
                roles=sorted(roles),
                skills=list(Skill.objects.order_by("number").values_list("key", flat=True)),
                audiences=sorted(audiences),
                deadline=deadline,
                newcomer_days=newcomer_days,
                valid_months=valid_months,
                source=source,
                by=by,
                at=at,
            )
    except IntegrityError as error:
        raise Refused(_("A version begins on this day already.")) from error
    touching.touch_roles(LEARNERS)
    return made


def versions_of(programme: int) -> list[Version]:
    """Return the versions of a programme as the rules take them, in the order in which they hold."""
    found = ProgrammeVersion.objects.filter(programme=programme).order_by("begins")
    return [as_rule(version) for version in found]


def as_rule(version: ProgrammeVersion) -> Version:
    """Return a version as the rules take it."""
    return Version(
        begins=version.begins,
        roles=frozenset(version.roles),
        skills=tuple(version.skills),
        audiences=frozenset(version.audiences),
        deadline=version.deadline,
        newcomer_days=version.newcomer_days,
        valid_months=version.valid_months,
    )


def in_force(programme: Programme, *, on: date) -> ProgrammeVersion | None:
    """Return what a programme asks on a day; None before its first version."""
    found = programme.versions.filter(begins__lte=on)
    return found.select_related("programme").order_by("begins").last()


def roles_of(version: ProgrammeVersion) -> frozenset[Role]:
    """Return whom a version obliges."""
    return frozenset(Role(role) for role in version.roles)


def held_in(version: ProgrammeVersion, held: int) -> frozenset[str]:
    """Return the keys of the skills that the bits of a Spell of that version stand for."""
    return frozenset(key for place, key in enumerate(version.skills) if held >> place & 1)
