"""Whom to invite to a session: of its unit and below, whoever still lacks skills of its programme."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from organisation import tree
from people.models import Person
from people.roles import Role
from training import meetings, programmes, reach
from training.meetings import Refused
from training.models import Meeting, MeetingPart, Participant, Programme, Spell
from vietnamese import fold

MOST = 500  # participants
MOST_COMING = 10  # mornings and afternoons to come that somebody is told of


def lacking(
    *, programme: Programme, unit: int, roles: Collection[Role], on: date, today: date
) -> QuerySet[Spell]:
    """Return how those stand who are in a programme in a unit or below it and are not done, by given name."""
    return (
        Spell.objects.on(on)
        .filter(programme=programme, unit__in=tree.within([unit], on=today), role__in=roles)
        .exclude(state=Spell.State.DONE)
        .order_by("person__sort_key", "person")
    )


def candidates(meeting: Meeting, *, by: Person, today: date, name: str = "") -> QuerySet[Spell]:
    """Return whom somebody may invite to a session, as they stand on its day; `name` with accents or none."""
    found = lacking(
        programme=meeting.programme,
        unit=meeting.unit_id,
        roles=reach.roles(by, meeting.programme, unit=meeting.unit_id, on=today),
        on=day_of(meeting),
        today=today,
    )
    for word in fold(name).split():
        found = found.filter(person__folded_name__contains=word)
    return found


def day_of(meeting: Meeting) -> date:
    """Return the day on which a session begins."""
    first = meeting.parts.order_by("starts_at").first()
    return timezone.localdate(first.starts_at if first else meeting.planned_at)


def due(spells: QuerySet[Spell]) -> list[int]:
    """Return who of some is to be invited where all are: not whoever is exempt."""
    found = spells.exclude(state=Spell.State.EXEMPT)
    people = list(found.values_list("person", flat=True)[: MOST + 1])
    if len(people) > MOST:
        raise Refused(
            _(
                "More than %(most)s people would be invited: choose fewer, or plan for a smaller unit."
            )
            % {"most": MOST}
        )
    return people


@transaction.atomic
def choose(
    meeting: Meeting,
    *,
    invited: Collection[int],
    dropped: Collection[int] = (),
    by: Person,
    at: datetime,
) -> list[str]:
    """Invite some people, and others no longer; return who stays because the sheet has a tick of theirs.

    Whoever cannot be invited is left out. Raises Refused once the session is closed, or for too many.
    """
    meetings.hold(meeting, state=Meeting.State.PLANNED)
    gone = meeting.participants.filter(person__in=set(dropped) - set(invited))
    ticked = gone.exclude(presences=None, practices=None).order_by("person__sort_key", "pk")
    stay = dict(ticked.values_list("pk", "person__name"))
    gone.exclude(pk__in=stay).delete()
    allowed = candidates(meeting, by=by, today=timezone.localdate(at)).filter(person__in=invited)
    there = set(meeting.participants.values_list("person", flat=True))
    new = sorted(set(allowed.values_list("person", flat=True)) - there)
    if len(there) + len(new) > MOST:
        raise Refused(
            _(
                "More than %(most)s people would be invited: choose fewer, or plan for a smaller unit."
            )
            % {"most": MOST}
        )
    Participant.objects.bulk_create(
        [Participant(meeting=meeting, person_id=one) for one in new], ignore_conflicts=True
    )
    return list(stay.values())


def coming(person: Person, *, at: datetime) -> dict[Meeting, list[MeetingPart]]:
    """Return the sessions to which somebody is invited, the next first, each with its parts to come; one query."""
    parts = MeetingPart.objects.filter(
        meeting__participants__person=person, meeting__state=Meeting.State.PLANNED, ends_at__gt=at
    ).select_related("meeting")
    found: dict[Meeting, list[MeetingPart]] = {}
    for part in parts.order_by("starts_at", "pk")[:MOST_COMING]:
        found.setdefault(part.meeting, []).append(part)
    return found


def missing(spells: Collection[Spell], meeting: Meeting) -> dict[int, list[str]]:
    """Return the keys of the skills that each of some people lacks, by the key of the person."""
    version = programmes.in_force(meeting.programme, on=day_of(meeting))
    skills = version.skills if version else []
    return {
        one.person_id: [key for place, key in enumerate(skills) if not one.held >> place & 1]
        for one in spells
    }


def units_of(meeting: Meeting) -> dict[int, str]:
    """Return where those who are invited serve on the day of a session, by the key of the person; three queries.

    Whoever is not in the programme has no unit here.
    """
    people = meeting.participants.values("person")
    found = dict(
        Spell.objects.on(day_of(meeting))
        .filter(programme=meeting.programme_id, person__in=people)
        .order_by()
        .values_list("person", "unit")
    )
    names = tree.last_names(set(found.values()))
    return {person: names.get(unit, "") for person, unit in found.items()}
