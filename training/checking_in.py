"""Checking in oneself: a code on the screen of the session that changes, as an authenticator's does.

The code is made from the site's secret key, the session and the step of 30 seconds (as RFC 6238
makes one), so that nothing is stored that could be read. It is right during its step and the next:
whoever reads it in its last second can still type it.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from organisation import tree
from people.models import Person, Post
from training import inviting, meetings, programmes
from training.meetings import Refused
from training.models import Meeting, MeetingPart, Participant, Presence

SECONDS = 30  # of a step
DIGITS = 6
REMEMBERED = 20  # steps for which a code is told to be old, instead of wrong
EARLY = timedelta(minutes=30)  # before a part begins
SALT = "training.checking_in"


class WrongCode(Refused):
    """The code is not that of the session, or is no longer."""


def code_of(meeting: int, *, at: datetime, back: int = 0) -> str:
    """Return the code of a session at a moment, or `back` steps before."""
    step = int(at.timestamp()) // SECONDS - back
    digest = salted_hmac(SALT, f"{meeting}:{step}", algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8]) % 10**DIGITS:0{DIGITS}}"


def seconds_left(at: datetime) -> int:
    """Return for how many seconds the code of a moment stays on the screen."""
    return SECONDS - int(at.timestamp()) % SECONDS


def address(meeting: int, *, at: datetime) -> str:
    """Return the address that the screen shows as a QR code."""
    here = reverse("training:check_in_to", args=[meeting])
    return f"{settings.BASE_URL}{here}?ma={code_of(meeting, at=at)}"


def part_now(meeting: Meeting, *, at: datetime) -> MeetingPart:
    """Return the part that is on, or begins within EARLY. Raises Refused where none is, and says when."""
    parts = list(meeting.parts.all())
    for part in parts:
        if part.starts_at <= at < part.ends_at:
            return part
    for part in parts:
        if part.starts_at - EARLY <= at < part.starts_at:
            return part
    coming = [part for part in parts if part.starts_at > at]
    today = timezone.localdate(at)
    if not any(timezone.localdate(part.starts_at) == today for part in parts):
        days = sorted({timezone.localdate(part.starts_at) for part in parts})
        raise Refused(
            _("This session is not today: it is on %(days)s.")
            % {"days": ", ".join(date_format(day, "d/m/Y") for day in days)}
        )
    if coming:
        opens = timezone.localtime(coming[0].starts_at - EARLY)
        raise Refused(_("It is too early: come back from %(time)s.") % {"time": f"{opens:%H:%M}"})
    raise Refused(_("This session is over: the trainer can still tick you."))


def find(typed: str, *, person: Person, at: datetime) -> Meeting:
    """Return the session of these days that shows a code; of two the one that is somebody's own.

    Raises WrongCode where none does.
    """
    near = timedelta(days=1)
    found = Meeting.objects.filter(
        state=Meeting.State.PLANNED, parts__starts_at__lt=at + near, parts__ends_at__gt=at - near
    )
    all_ = list(found.distinct().order_by("pk"))
    showing = [one for one in all_ if is_right(one, typed, at=at)]
    for one in showing:
        if _is_invited(one, person) or _belongs(one, person, at):
            return one
    if showing:
        return showing[0]
    if any(_was_right(one, typed, at=at) for one in all_):
        raise _expired()
    raise _wrong()


def is_right(meeting: Meeting, typed: str, *, at: datetime) -> bool:
    """Whether a code is the one on the screen of a session, or the one before it."""
    codes = [code_of(meeting.pk, at=at, back=back) for back in (0, 1)]
    return any(constant_time_compare(typed, code) for code in codes)


def _was_right(meeting: Meeting, typed: str, *, at: datetime) -> bool:
    return typed in {code_of(meeting.pk, at=at, back=back) for back in range(2, REMEMBERED)}


def _expired() -> WrongCode:
    return WrongCode(
        _("This code is no longer right: it changes every 30 seconds. Type the one on the screen.")
    )


def _wrong() -> WrongCode:
    return WrongCode(_("This code is not right. Look at the screen once more."))


@transaction.atomic
def check_in(meeting: Meeting, typed: str, *, person: Person, at: datetime) -> MeetingPart:
    """Mark somebody as present at the part that is on, and return it. Twice does no harm.

    Whoever is not invited is added if they serve in the unit, or below it, in a role of the
    programme. Raises WrongCode, or Refused with what else is in the way.
    """
    meetings.hold(meeting, state=Meeting.State.PLANNED)
    if not is_right(meeting, typed, at=at):
        raise _expired() if _was_right(meeting, typed, at=at) else _wrong()
    part = part_now(meeting, at=at)
    participant = meeting.participants.filter(person=person).first()
    if participant is None:
        if not _belongs(meeting, person, at):
            raise Refused(
                _(
                    "You are not invited, and do not serve where this session is for: ask the trainer."
                )
            )
        if meeting.participants.count() >= inviting.MOST:
            raise Refused(_("The list is full: ask the trainer."))
        participant = Participant.objects.create(meeting=meeting, person=person)
    Presence.objects.bulk_create(
        [Presence(part=part, participant=participant, by=person, at=at)], ignore_conflicts=True
    )
    return part


def _is_invited(meeting: Meeting, person: Person) -> bool:
    return meeting.participants.filter(person=person).exists()


def _belongs(meeting: Meeting, person: Person, at: datetime) -> bool:
    day = timezone.localdate(at)
    version = programmes.in_force(meeting.programme, on=day)
    if version is None:
        return False
    # What somebody has only said of themselves opens no list.
    posts = Post.objects.on(day).filter(person=person, role__in=version.roles, self_declared=False)
    return posts.filter(unit__in=tree.within([meeting.unit_id], on=day)).exists()


def my_parts(meeting: Meeting, *, person: Person) -> list[tuple[MeetingPart, bool]]:
    """Return the parts of a session, each with whether somebody is marked as present."""
    mine = set(
        Presence.objects.filter(part__meeting=meeting, participant__person=person).values_list(
            "part", flat=True
        )
    )
    return [(part, part.pk in mine) for part in meeting.parts.all()]
