"""Reminding those who are missing: on their first screen, by e-mail, and as text for a Zalo group."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs import queue
from people.models import Person
from reports import figures
from reports.figures import Scope
from reports.models import Reminder
from training.models import Spell

TASK = "reports.tasks.send_reminders"
SHOWN_FOR = timedelta(days=14)  # on the first screen, unless they are done before
MOST_NAMED = 40


@transaction.atomic
def remind(scope: Scope, *, overdue_only: bool, by: Person, at: datetime) -> int:
    """Remind all who are missing in a scope who have not been reminded today; return of how many.

    E-mails are sent by the worker. Of two who remind the same people at once, each is reminded by one.
    """
    day = timezone.localdate(at)
    chosen = "qua-han" if overdue_only else "chua-xong"
    people = list(
        figures.people(scope, on=day, chosen=chosen)
        .exclude(person__reminders__day=day)
        .values_list("person", flat=True)
    )
    before = set(_of(day, people).values_list("pk", flat=True))
    Reminder.objects.bulk_create(
        [
            Reminder(person_id=person, programme=scope.programme, day=day, by=by, at=at)
            for person in people
        ],
        ignore_conflicts=True,
        batch_size=500,
    )
    made = _of(day, people).filter(by=by, at=at).exclude(pk__in=before)
    to_mail = list(made.exclude(person__email="").values_list("pk", flat=True))
    if to_mail:
        queue.add(task=TASK, subjects=to_mail, by=by, at=at)
    return made.count()


def _of(day: date, people: list[int]):
    return Reminder.objects.filter(day=day, person__in=people).order_by()


def mail(pk: int, *, at: datetime) -> None:
    """Send one reminder by e-mail, once."""
    one = Reminder.objects.select_related("person", "programme").get(pk=pk)
    if not Reminder.objects.filter(pk=pk, mailed_at=None).update(mailed_at=at):
        return
    send_mail(
        subject=_("A reminder: %(title)s") % {"title": one.programme.title},
        message=_(
            "Dear %(name)s,\n\nyou still have skills to finish. A lesson takes some minutes, and you "
            "go on where you stopped: %(address)s\n"
        )
        % {"name": one.person.name, "address": f"{settings.BASE_URL}/"},
        from_email=None,
        recipient_list=[one.person.email],
    )


def shown_to(person: Person, *, on: date) -> Spell | None:
    """Return how a person stands whom somebody reminded lately, until they are done."""
    last = (
        Reminder.objects.filter(person=person, day__gt=on - SHOWN_FOR, day__lte=on)
        .order_by("-day")
        .first()
    )
    if last is None:
        return None
    standing = Spell.objects.on(on).filter(person=person, programme=last.programme_id)
    return standing.filter(state__in=figures.MISSING).select_related("programme").first()


def text(scope: Scope, *, place: str, on: date) -> str:
    """Return the reminder as text to be copied into a group: how far the unit is, and who is missing by name."""
    total = figures.total(scope, on=on)
    missing = figures.people(scope, on=on, chosen="chua-xong")
    names = [one.person.name for one in missing[: MOST_NAMED + 1]]
    lines = [
        _("%(place)s: %(done)s of %(obliged)s people have finished the five digital skills.")
        % {"place": place, "done": total.done, "obliged": total.obliged}
    ]
    if names:
        lines.append(_("Still on the way:"))
        lines += [f"• {name}" for name in names[:MOST_NAMED]]
        if total.missing > MOST_NAMED:
            lines.append(_("… and %(count)s more") % {"count": total.missing - MOST_NAMED})
    lines.append(
        _("A lesson takes some minutes. Go on here: %(address)s")
        % {"address": f"{settings.BASE_URL}/"}
    )
    return "\n".join(lines)
