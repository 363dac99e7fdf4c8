"""Who need not be trained for a while: approved by somebody else, with a reason and an end."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from people.models import Person
from training import reach
from training.models import Exemption, Programme
from training.standing import months_later

LONGEST = 24  # months
FORGOTTEN = "…"  # in place of a note of somebody who has been erased


class Refused(Exception):
    """An exemption cannot be granted or ended so: says why."""


def _check(person: Person, programme: Programme, *, by: Person, on: date) -> None:
    if person == by:
        raise Refused(_("Nobody decides on themselves."))
    if not reach.keeps(by, person, programme, on=on):
        raise Refused(_("This person is not yours to decide on."))


@transaction.atomic
def grant(
    *,
    person: Person,
    programme: Programme,
    reason: str,
    note: str,
    since: date,
    until: date,
    by: Person,
    at: datetime,
) -> Exemption:
    """Exempt somebody from a day until before a day, at most LONGEST months. Raises Refused.

    Of two who exempt a person for the same days at once, one does.
    """
    _check(person, programme, by=by, on=timezone.localdate(at))
    if not since < until:
        raise Refused(_("It ends before it begins."))
    if until > months_later(since, LONGEST):
        raise Refused(_("An exemption lasts at most %(months)s months.") % {"months": LONGEST})
    if reason == Exemption.Reason.OTHER and not note.strip():
        raise Refused(_("Say what the other reason is."))
    Person.objects.select_for_update().get(pk=person.pk)
    same = Exemption.objects.filter(person=person, programme=programme, until__gt=F("since"))
    if same.filter(since__lt=until, until__gt=since).exists():
        raise Refused(_("This person is exempt for some of these days already."))
    return Exemption.objects.create(
        person=person,
        programme=programme,
        reason=Exemption.Reason(reason),
        note=note.strip()[:200],
        since=since,
        until=until,
        granted_until=until,
        approved_by=by,
        approved_at=at,
    )


def end(exemption: Exemption, *, on: date, by: Person, at: datetime) -> None:
    """Let an exemption end before a day instead of later; before its first day it never held. Raises Refused."""
    _check(exemption.person, exemption.programme, by=by, on=timezone.localdate(at))
    until = max(on, exemption.since)
    going_on = Exemption.objects.filter(pk=exemption.pk, until__gt=until)
    if not going_on.update(until=until, ended_by=by, ended_at=at):
        raise Refused(_("It has ended already."))


def forget(person: Person) -> None:
    """Forget why somebody was exempt who is erased: it may tell of health."""
    Exemption.objects.filter(person=person).update(reason=Exemption.Reason.OTHER, note=FORGOTTEN)
