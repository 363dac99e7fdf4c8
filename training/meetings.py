"""Training sessions face to face: who runs them, closed, cancelled; what shows skills is in training.attendance."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from people import access
from people.models import Person
from people.roles import Action
from training import reach
from training.models import Meeting

TO = Action.KEEP_PEOPLE
State = Meeting.State


class Refused(Exception):
    """A session cannot be planned, attended or closed so: says why."""


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
