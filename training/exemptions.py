"""Who need not be trained for a while: approved by somebody else, with a reason and an end."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from organisation import tree
from people import access
from people.models import Person, Post
from training import reach
from training.models import Exemption, Programme
from training.standing import months_later
from vietnamese import fold

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
    """Let an exemption end before a day instead of later: from its first day, before which it never held, to
    the day until which it was granted. Raises Refused.

    It is only ever made shorter: after somebody else has ended it, only a day before that can be meant.
    """
    _check(exemption.person, exemption.programme, by=by, on=timezone.localdate(at))
    if on < exemption.since:
        raise Refused(
            _("It began on %(day)s: it cannot end before that.")
            % {"day": _written(exemption.since)}
        )
    if on > exemption.granted_until:
        raise Refused(
            _("It was granted only until before %(day)s.")
            % {"day": _written(exemption.granted_until)}
        )
    going_on = Exemption.objects.filter(pk=exemption.pk, until__gt=on)
    if not going_on.update(until=on, ended_by=by, ended_at=at):
        exemption.refresh_from_db(fields=["until"])
        raise Refused(_("It ends before %(day)s already.") % {"day": _written(exemption.until)})


def _written(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def seen_by(
    person: Person, *, on: date, unit: int | None = None, text: str = ""
) -> QuerySet[Exemption]:
    """Return the exemptions of those whom somebody keeps: of a unit and those below it, and whose name has
    all words of a text, accents or none. Without an order."""
    found = Exemption.objects.filter(person__in=access.people(person, to=reach.TO, on=on))
    if unit is not None:
        serving = Post.objects.on(on).filter(unit__in=tree.within([unit], on=on))
        found = found.filter(Exists(serving.filter(person=OuterRef("person"))))
    for word in fold(text).split():
        found = found.filter(person__folded_name__contains=word)
    return found.select_related("person", "programme", "approved_by", "ended_by")


def forget(person: Person) -> None:
    """Forget why somebody was exempt who is erased: it may tell of health."""
    Exemption.objects.filter(person=person).update(reason=Exemption.Reason.OTHER, note=FORGOTTEN)
