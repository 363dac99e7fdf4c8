"""Training sessions face to face: planned, closed; what shows skills is in training.attendance."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import pairwise

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Skill
from organisation import tree
from people import access
from people.models import Person
from people.roles import Action
from training import reach
from training.models import Meeting, MeetingPart, Participant, Programme, Spell

MOST = 500  # participants
TO = Action.KEEP_PEOPLE
State = Meeting.State


class Refused(Exception):
    """A session cannot be planned, attended or closed so: says why."""


@transaction.atomic
def plan(
    *,
    programme: Programme,
    unit: int,
    title: str,
    place: str,
    skills: Collection[str],
    parts: Sequence[tuple[datetime, datetime]],
    by: Person,
    at: datetime,
) -> Meeting:
    """Plan a session and invite all who are in the programme in a unit and have not finished. Raises Refused."""
    today = timezone.localdate(at)
    roles = reach.roles(by, programme, unit=unit, on=today)
    if not access.may(by, to=TO, on=today, unit=unit) or not roles:
        raise Refused(_("This unit is not yours to plan for."))
    if not title.strip() or not place.strip():
        raise Refused(_("Say what it is about, and where."))
    known = list(Skill.objects.order_by("number").values_list("key", flat=True))
    wanted = [key for key in known if key in skills]
    if not wanted:
        raise Refused(_("Say which skills are taught."))
    ordered = sorted(parts)
    if not ordered or any(starts >= ends for starts, ends in ordered):
        raise Refused(_("Each part ends after it begins."))
    if any(one[1] > other[0] for one, other in pairwise(ordered)):
        raise Refused(_("The parts do not overlap."))
    invited = list(
        Spell.objects.on(timezone.localdate(ordered[0][0]))
        .filter(programme=programme, unit__in=tree.within([unit], on=today), role__in=roles)
        .exclude(state=Spell.State.DONE)
        .order_by("person")
        .values_list("person", flat=True)[: MOST + 1]
    )
    if len(invited) > MOST:
        raise Refused(
            _("More than %(most)s people would be invited: plan for a smaller unit.")
            % {"most": MOST}
        )
    made = Meeting.objects.create(
        programme=programme, unit_id=unit, title=title.strip()[:150], place=place.strip()[:150],
        skills=wanted, planned_by=by, planned_at=at,
    )  # fmt: skip
    MeetingPart.objects.bulk_create(
        MeetingPart(meeting=made, starts_at=starts, ends_at=ends) for starts, ends in ordered
    )
    Participant.objects.bulk_create(Participant(meeting=made, person_id=one) for one in invited)
    return made


def seen_by(person: Person, *, on) -> QuerySet[Meeting]:
    """Return the sessions of the programmes and units in which somebody keeps people."""
    return Meeting.objects.filter(
        unit__in=access.units(person, to=TO, on=on),
        programme__in=reach.kept_programmes(person, on=on),
    )


def close(meeting: Meeting, *, by: Person, at: datetime) -> None:
    """Close a session that is over: from then on it shows skills, and its sheet stays. Raises Refused."""
    if meeting.parts.filter(ends_at__gt=at).exists():
        raise Refused(_("It is not over yet."))
    moved = Meeting.objects.filter(pk=meeting.pk, state=State.PLANNED).update(
        state=State.CLOSED, closed_by=by, closed_at=at
    )
    if not moved:
        raise Refused(_("It is closed or cancelled already."))


def cancel(meeting: Meeting, *, by: Person, at: datetime) -> None:
    """Cancel a session that is not held. Raises Refused."""
    moved = Meeting.objects.filter(pk=meeting.pk, state=State.PLANNED).update(
        state=State.CANCELLED, closed_by=by, closed_at=at
    )
    if not moved:
        raise Refused(_("It is closed or cancelled already."))


def hold(meeting: Meeting, *, state: Meeting.State) -> None:
    """Keep a session from being closed or changed by another until the transaction is over.

    Raises Refused where it is not in a state.
    """
    held = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if held.state == state:
        return
    if state == State.CLOSED:
        raise Refused(_("Only what was held and closed can be corrected."))
    raise Refused(_("It is closed or cancelled already."))
