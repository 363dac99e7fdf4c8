"""The sheet of a training session: who was there, who has practised what, and which skills that shows.

After a session is closed its sheet changes only with a reason, which is written down with what was
there before.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.models import Skill
from people.models import Person
from training import inviting, meetings
from training.meetings import Refused
from training.models import Meeting, MeetingPart, Participant, Practice, Presence, SheetCorrection
from vietnamese import normalise

LEAST = 80  # per cent of the minutes at which somebody has to be there
REASON_LENGTH = 300
State = Meeting.State


def is_completed(*, present: int, total: int, practised: bool) -> bool:
    """Whether somebody has completed a skill of a session: there for LEAST per cent of its minutes, and practised."""
    return practised and total > 0 and 100 * present >= LEAST * total


@dataclass(frozen=True)
class Ticks:
    """What a sheet says: participants by the key of the part they were at, and of the skill they practised."""

    present: Mapping[int, Collection[int]] = field(default_factory=dict)
    practised: Mapping[int, Collection[int]] = field(default_factory=dict)


def skills_of(meeting: Meeting) -> list[Skill]:
    """Return the skills that a session covers, in their order."""
    return list(Skill.objects.filter(key__in=meeting.skills).order_by("number"))


@transaction.atomic
def attend(
    meeting: Meeting, ticked: Ticks, *, shown: Ticks | None = None, by: Person, at: datetime
) -> None:
    """Keep who was there and who has practised what; the whole sheet at once.

    `shown` is what the sheet said before it was filled in: then only what differs from that is
    changed, so that two who tick at once do not undo each other. Whatever does not belong to the
    session is left out. Raises Refused once it is closed.
    """
    meetings.hold(meeting, state=State.PLANNED)
    _write(meeting, ticked, shown, by=by, at=at)


@transaction.atomic
def correct(
    meeting: Meeting,
    ticked: Ticks,
    *,
    shown: Ticks | None = None,
    reason: str,
    by: Person,
    at: datetime,
) -> int:
    """Correct the sheet of a closed session; return for how many participants something changed.

    For each of them who, when, why, before and after are written down for good. Raises Refused
    without a reason, where nothing would change, and for a session that is not closed.
    """
    reason = normalise(reason)
    if not reason:
        raise Refused(_("Say why the sheet is corrected."))
    if len(reason) > REASON_LENGTH:
        raise Refused(
            _("The reason is too long: at most %(most)s characters.") % {"most": REASON_LENGTH}
        )
    meetings.hold(meeting, state=State.CLOSED)
    before = _said(meeting)
    _write(meeting, ticked, shown, by=by, at=at)
    after = _said(meeting)
    changed = [one for one in before if before[one] != after[one]]
    if not changed:
        raise Refused(_("Nothing is changed: tick what was otherwise."))
    SheetCorrection.objects.bulk_create(
        SheetCorrection(
            participant_id=one, by=by.pk, at=at, reason=reason, before=before[one], after=after[one]
        )
        for one in changed
    )
    return len(changed)


def _said(meeting: Meeting) -> dict[int, dict[str, list]]:
    """Return what the sheet says of each participant, as a correction keeps it."""
    found: dict[int, dict[str, list]] = {
        one: {"parts": [], "skills": []}
        for one in meeting.participants.values_list("pk", flat=True)
    }
    there = Presence.objects.filter(part__meeting=meeting).order_by("part__starts_at", "part")
    for participant, part in there.values_list("participant", "part"):
        found[participant]["parts"].append(part)
    done = Practice.objects.filter(participant__meeting=meeting).order_by("skill__number")
    for participant, skill in done.values_list("participant", "skill__key"):
        found[participant]["skills"].append(skill)
    return found


def _write(
    meeting: Meeting, ticked: Ticks, shown: Ticks | None, *, by: Person, at: datetime
) -> None:
    participants = set(meeting.participants.values_list("pk", flat=True))

    for part in meeting.parts.all():
        said = ticked.present.get(part.pk, ())
        _keep(
            Presence.objects.filter(part=part),
            participants & set(said),
            None if shown is None else set(shown.present.get(part.pk, ())),
            partial(Presence, part=part, by=by, at=at),
        )
    for skill in skills_of(meeting):
        said = ticked.practised.get(skill.pk, ())
        _keep(
            Practice.objects.filter(skill=skill, participant__meeting=meeting),
            participants & set(said),
            None if shown is None else set(shown.practised.get(skill.pk, ())),
            partial(Practice, skill=skill, by=by, at=at),
        )


def _keep(rows: QuerySet, now: set[int], before: set[int] | None, make: partial) -> None:
    there = set(rows.values_list("participant", flat=True))
    seen = there if before is None else before
    wanted = (there | (now - seen)) - (seen - now)
    rows.filter(participant__in=there - wanted).delete()
    made = [make(participant_id=one) for one in sorted(wanted - there)]
    rows.model.objects.bulk_create(made, ignore_conflicts=True)


# What it says


@dataclass(frozen=True)
class Tick:
    """A box of the sheet: of which part or skill, what it says, and what it said when it was shown."""

    key: int
    label: str
    is_ticked: bool
    was: bool


@dataclass(frozen=True)
class Row:
    """A line of the sheet: a box for each part and each skill of the session, in their order.

    `completed` counts the skills that the session shows of them, or will when it is closed.
    """

    participant: int
    person: int
    name: str
    unit: str
    present: list[Tick]
    practised: list[Tick]
    completed: int
    is_all: bool


def sheet(meeting: Meeting, *, sent: Ticks | None = None, shown: Ticks | None = None) -> list[Row]:
    """Return who is invited, by given name, where they serve, who was there and has practised; eight queries.

    `sent` are ticks that were not taken on a sheet that said `shown`: the boxes then say these again.
    """
    parts, skills = list(meeting.parts.all()), skills_of(meeting)
    minutes = {part.pk: _minutes(part.starts_at, part.ends_at) for part in parts}
    present: dict[int, set[int]] = {part.pk: set() for part in parts}
    for part_key, one in Presence.objects.filter(part__meeting=meeting).values_list(
        "part", "participant"
    ):
        present[part_key].add(one)
    practised: dict[int, set[int]] = {skill.pk: set() for skill in skills}
    for skill_key, one in Practice.objects.filter(
        participant__meeting=meeting, skill__in=skills
    ).values_list("skill", "participant"):
        practised[skill_key].add(one)
    written = Ticks(present, practised)
    said, was = sent or written, shown or written
    labels, units = _labels(parts), inviting.units_of(meeting)
    rows = []
    for person in meeting.participants.select_related("person").order_by("person__sort_key", "pk"):
        one = person.pk
        done = [skill for skill in skills if one in practised[skill.pk]]
        is_enough = is_completed(
            present=sum(minutes[part.pk] for part in parts if one in present[part.pk]),
            total=sum(minutes.values()),
            practised=bool(done),
        )
        rows.append(
            Row(
                one,
                person.person_id,
                person.person.name,
                units.get(person.person_id, ""),
                [
                    Tick(
                        part.pk,
                        labels[part.pk],
                        one in said.present.get(part.pk, ()),
                        one in was.present.get(part.pk, ()),
                    )
                    for part in parts
                ],
                [
                    Tick(
                        skill.pk,
                        skill.short_title,
                        one in said.practised.get(skill.pk, ()),
                        one in was.practised.get(skill.pk, ()),
                    )
                    for skill in skills
                ],
                len(done) if is_enough else 0,
                is_enough and len(done) == len(skills),
            )
        )
    return rows


def _labels(parts: list[MeetingPart]) -> dict[int, str]:
    """Return what tells the parts of a session apart: the hour, or the day too where there are several."""
    days = {timezone.localdate(part.starts_at) for part in parts}
    return {
        part.pk: date_format(
            timezone.localtime(part.starts_at), "H:i" if len(days) == 1 else "H:i d/m"
        )
        for part in parts
    }


def _minutes(starts: datetime, ends: datetime) -> int:
    return int((ends - starts).total_seconds()) // 60


def completed(people: Collection[int]) -> list[tuple[int, Meeting, list[str], datetime]]:
    """Return what closed sessions show of some people: the session, the skills, when it was over; four queries."""
    theirs = list(
        Participant.objects.filter(person__in=people, meeting__state=State.CLOSED).select_related(
            "meeting"
        )
    )
    keys = [one.pk for one in theirs]
    parts: dict[int, list[MeetingPart]] = defaultdict(list)
    for part in MeetingPart.objects.filter(meeting__in={one.meeting_id for one in theirs}):
        parts[part.meeting_id].append(part)
    there = set(Presence.objects.filter(participant__in=keys).values_list("part", "participant"))
    practised: dict[int, list[str]] = defaultdict(list)
    for participant, skill in (
        Practice.objects.filter(participant__in=keys)
        .order_by("skill__number")
        .values_list("participant", "skill__key")
    ):
        practised[participant].append(skill)
    found = []
    for one in theirs:
        of_meeting = parts[one.meeting_id]
        minutes = {part.pk: _minutes(part.starts_at, part.ends_at) for part in of_meeting}
        present = sum(minutes[part.pk] for part in of_meeting if (part.pk, one.pk) in there)
        skills = [skill for skill in practised[one.pk] if skill in one.meeting.skills]
        if is_completed(present=present, total=sum(minutes.values()), practised=bool(skills)):
            over_at = max(part.ends_at for part in of_meeting)
            found.append((one.person_id, one.meeting, skills, over_at))
    return found


# What was corrected


@dataclass(frozen=True)
class Corrected:
    """A correction in words: of whom, by whom, and what each box that changed says since."""

    name: str
    by: str
    at: datetime
    reason: str
    changes: list[str]


def corrections(meeting: Meeting) -> list[Corrected]:
    """Return the corrections of a session, the last first; four queries."""
    rows = list(
        SheetCorrection.objects.filter(participant__meeting=meeting).select_related(
            "participant__person"
        )
    )
    by = dict(Person.objects.filter(pk__in={row.by for row in rows}).values_list("pk", "name"))
    parts = _labels(list(meeting.parts.all()))
    skills = {skill.key: skill.short_title for skill in Skill.objects.order_by("number")}
    said = (
        ("parts", parts, (_("not present at %(what)s"), _("present at %(what)s"))),
        ("skills", skills, (_("has not practised %(what)s"), _("has practised %(what)s"))),
    )
    found = []
    for row in rows:
        changes = [
            words[key in row.after[kind]] % {"what": label}
            for kind, labels, words in said
            for key, label in labels.items()
            if (key in row.before[kind]) != (key in row.after[kind])
        ]
        found.append(
            Corrected(row.participant.person.name, by.get(row.by, ""), row.at, row.reason, changes)
        )
    return found
