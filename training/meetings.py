"""Training sessions face to face: planned, attended, closed; then they show skills."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
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
from training.models import Meeting, MeetingPart, Participant, Presence, Programme, Spell
from vietnamese import normalise

LEAST = 80  # per cent of the minutes at which somebody has to be there
MOST = 500  # participants
TO = Action.KEEP_PEOPLE
State = Meeting.State


class Refused(Exception):
    """A session cannot be planned, attended or closed so: says why."""


def is_completed(*, present: int, total: int, practised: bool) -> bool:
    """Whether somebody has completed a session: there for LEAST per cent of its minutes, and practised."""
    return practised and total > 0 and 100 * present >= LEAST * total


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


@transaction.atomic
def attend(
    meeting: Meeting,
    *,
    present: Mapping[int, Collection[int]],
    practised: Collection[int],
    shown: "Shown | None" = None,
    by: Person,
    at: datetime,
) -> None:
    """Keep who was there, by part and participant, and who has practised; the whole sheet at once.

    `shown` is what the sheet said before it was filled in: then only what differs from that is
    changed, so that two who tick at once do not undo each other. Whatever does not belong to the
    session is left out. Raises Refused once it is closed.
    """
    _open(meeting)
    participants = set(meeting.participants.values_list("pk", flat=True))
    for part in meeting.parts.all():
        there = set(part.presences.values_list("participant", flat=True))
        before = there if shown is None else set(shown.present.get(part.pk, ()))
        ticked = set(present.get(part.pk, ()))
        wanted = participants & ((there | (ticked - before)) - (before - ticked))
        part.presences.filter(participant__in=there - wanted).delete()
        Presence.objects.bulk_create(
            [Presence(part=part, participant_id=one, by=by, at=at) for one in wanted - there],
            ignore_conflicts=True,
        )
    meeting.participants.filter(pk__in=practised).update(practised=True)
    untouched = meeting.participants.exclude(pk__in=practised)
    if shown is not None:
        untouched = untouched.filter(pk__in=shown.practised)
    untouched.update(practised=False)


@dataclass(frozen=True)
class Shown:
    """What a sheet said when it was shown: who was there, by part, and who had practised."""

    present: Mapping[int, Collection[int]]
    practised: Collection[int]


@dataclass(frozen=True)
class Matched:
    """What a pasted list said: how many were found, and the names that fit nobody, or more than one."""

    found: int
    unknown: list[str]
    ambiguous: list[str]


@transaction.atomic
def attend_by_names(
    meeting: Meeting, part: MeetingPart, lines: Iterable[str], *, by: Person, at: datetime
) -> Matched:
    """Mark those as present whose very names stand in a list: with their accents, large or small letters.

    "Hoa" is not "Hòa": what fits nobody exactly is returned, and nobody is guessed. Raises Refused.
    """
    _open(meeting)
    named: dict[str, list[int]] = defaultdict(list)
    for pk, name in meeting.participants.values_list("pk", "person__name"):
        named[normalise(name).casefold()].append(pk)
    found: set[int] = set()
    unknown: list[str] = []
    ambiguous: list[str] = []
    for line in lines:
        name = normalise(line).strip(" .,;)(\t0123456789")
        if not name:
            continue
        fitting = named.get(name.casefold(), [])
        if len(fitting) == 1:
            found.add(fitting[0])
        else:
            (ambiguous if fitting else unknown).append(name)
    Presence.objects.bulk_create(
        [Presence(part=part, participant_id=one, by=by, at=at) for one in sorted(found)],
        ignore_conflicts=True,
    )
    return Matched(len(found), unknown, ambiguous)


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


def _open(meeting: Meeting) -> None:
    held = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if held.state != State.PLANNED:
        raise Refused(_("It is closed or cancelled already."))


@dataclass(frozen=True)
class Row:
    """A line of the sheet: `present` are the parts, in their order, at which somebody was there."""

    participant: int
    person: int
    name: str
    present: list[tuple[int, bool]]
    practised: bool
    completed: bool


def sheet(meeting: Meeting) -> list[Row]:
    """Return who is invited, by given name, and who was there; three queries."""
    parts = list(meeting.parts.all())
    minutes = {part.pk: _minutes(part.starts_at, part.ends_at) for part in parts}
    there = set(Presence.objects.filter(part__meeting=meeting).values_list("part", "participant"))
    found = meeting.participants.select_related("person").order_by("person__sort_key", "pk")
    return [
        Row(
            one.pk,
            one.person_id,
            one.person.name,
            [(part.pk, (part.pk, one.pk) in there) for part in parts],
            one.practised,
            is_completed(
                present=sum(minutes[part.pk] for part in parts if (part.pk, one.pk) in there),
                total=sum(minutes.values()),
                practised=one.practised,
            ),
        )
        for one in found
    ]


def _minutes(starts: datetime, ends: datetime) -> int:
    return int((ends - starts).total_seconds()) // 60


def completed(people: Collection[int]) -> list[tuple[int, Meeting, datetime]]:
    """Return which closed sessions some people have completed, each with when it was over; four queries."""
    theirs = list(
        Participant.objects.filter(
            person__in=people, practised=True, meeting__state=State.CLOSED
        ).select_related("meeting")
    )
    parts: dict[int, list[MeetingPart]] = defaultdict(list)
    meetings = {one.meeting_id for one in theirs}
    for part in MeetingPart.objects.filter(meeting__in=meetings):
        parts[part.meeting_id].append(part)
    there = set(
        Presence.objects.filter(participant__in=[one.pk for one in theirs]).values_list(
            "part", "participant"
        )
    )
    found = []
    for one in theirs:
        of_meeting = parts[one.meeting_id]
        minutes = {part.pk: _minutes(part.starts_at, part.ends_at) for part in of_meeting}
        present = sum(minutes[part.pk] for part in of_meeting if (part.pk, one.pk) in there)
        if is_completed(present=present, total=sum(minutes.values()), practised=True):
            found.append((one.person_id, one.meeting, max(part.ends_at for part in of_meeting)))
    return found
