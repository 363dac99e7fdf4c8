"""Planning a training session: when, where, what, and for whom."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import pairwise

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Skill
from people import access
from people.models import Person
from training import inviting, meetings, reach
from training.meetings import Refused
from training.models import Meeting, MeetingPart, Programme


@transaction.atomic
def plan(
    *,
    programme: Programme,
    unit: int,
    title: str,
    place: str,
    skills: Collection[str],
    parts: Sequence[tuple[datetime, datetime]],
    everyone: bool = True,
    by: Person,
    at: datetime,
) -> Meeting:
    """Plan a session, and invite `everyone` who is in the programme in a unit and not done. Raises Refused."""
    today = timezone.localdate(at)
    roles = reach.roles(by, programme, unit=unit, on=today)
    if not access.may(by, to=meetings.TO, on=today, unit=unit) or not roles:
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
    made = Meeting.objects.create(
        programme=programme, unit_id=unit, title=title.strip()[:150], place=place.strip()[:150],
        skills=wanted, planned_by=by, planned_at=at,
    )  # fmt: skip
    MeetingPart.objects.bulk_create(
        MeetingPart(meeting=made, starts_at=starts, ends_at=ends) for starts, ends in ordered
    )
    if everyone:
        choose_all(made, by=by, at=at)
    return made


def choose_all(meeting: Meeting, *, by: Person, at: datetime) -> int:
    """Invite all who are not done in a session's programme and unit; return how many. Raises Refused."""
    people = inviting.due(inviting.candidates(meeting, by=by, today=timezone.localdate(at)))
    inviting.choose(meeting, invited=people, by=by, at=at)
    return len(people)
