"""The record of lessons given, which school and department count. What was wrong is corrected, not changed."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from classroom import results, sessions
from classroom.models import MOST_PUPILS, Delivery, LessonPack, SchoolClass, Session


class Refused(Exception):
    """A lesson cannot be recorded so: says why, for the teacher."""


def record(
    *,
    school_class: SchoolClass,
    pack: LessonPack,
    on: date,
    pupils: int,
    by,
    at: datetime,
    session: Session | None = None,
) -> Delivery:
    """Record that a lesson was given. With a session its mode and results are kept, and it is recorded once.

    Raises Refused for a day to come, a session that goes on, or a number of pupils that cannot be.
    """
    _check(on=on, pupils=pupils, at=at)
    if session is not None and session.state != Session.State.CLOSED:
        raise Refused(_("End the questions first."))
    found = results.of(session) if session else None
    if found and pupils < found.took_part:
        raise Refused(
            _("%(count)s pupils answered: there cannot have been fewer.")
            % {"count": found.took_part}
        )
    try:
        with transaction.atomic():
            return Delivery.objects.create(
                school_class=school_class,
                pack=pack,
                on=on,
                teacher=by,
                pupils=pupils,
                mode=session.mode if session else Delivery.Mode.TALK,
                session=session,
                results=results.as_counts(found) if found else {},
                by=by,
                at=at,
            )
    except IntegrityError:
        return Delivery.objects.get(session=session, corrects=None)  # pressed twice


def _check(*, on: date, pupils: int, at: datetime) -> None:
    if on > timezone.localdate(at):
        raise Refused(_("This day has not come yet."))
    if not 1 <= pupils <= MOST_PUPILS:
        raise Refused(_("Say how many pupils were there: 1 to %(most)s.") % {"most": MOST_PUPILS})


def correct(
    delivery: Delivery, *, on: date, pupils: int, reason: str, by, at: datetime
) -> Delivery:
    """Record a lesson anew in the place of a record that was wrong. Raises Refused."""
    _check(on=on, pupils=pupils, at=at)
    return _replace(delivery, reason=reason, by=by, at=at, on=on, pupils=pupils)


def correct_answers(
    session: Session,
    choices: Mapping[tuple[int, int], int | None],
    *,
    reason: str,
    by,
    at: datetime,
) -> int:
    """Correct answers of a session that has ended, by (item, pupil), and its record with them.

    Whatever the class answered so already is left alone. Returns of how many pupils something was
    changed. Raises Refused, as sessions.correct does.
    """
    with transaction.atomic():
        Session.objects.select_for_update().get(pk=session.pk)
        changed = sessions.changes(session, choices)
        try:
            for pupil, theirs in changed.items():
                sessions.correct(session, pupil=pupil, choices=theirs, reason=reason, by=by, at=at)
        except sessions.Refused as error:
            raise Refused(str(error)) from error
        recorded = session.deliveries.that_count().first()
        if changed and recorded is not None:
            found = results.of(session)
            _replace(
                recorded,
                reason=reason,
                by=by,
                at=at,
                results=results.as_counts(found),
                pupils=max(recorded.pupils, found.took_part),
            )
    return len(changed)


def withdraw(delivery: Delivery, *, reason: str, by, at: datetime) -> Delivery:
    """Take back the record of a lesson that was not given. Raises Refused."""
    return _replace(delivery, reason=reason, by=by, at=at, withdrawn=True)


def _replace(delivery: Delivery, *, reason: str, by, at: datetime, **changed) -> Delivery:
    if not reason.strip():
        raise Refused(_("Say why it is corrected."))
    kept = {
        name: getattr(delivery, name)
        for name in (
            *("school_class_id", "pack_id", "session_id", "on", "teacher_id"),
            *("pupils", "mode", "results"),
        )
    }
    try:
        with transaction.atomic():
            return Delivery.objects.create(
                **kept | changed,
                corrects=delivery,
                reason=reason.strip()[:200],
                by=by,
                at=at,
            )
    except IntegrityError as error:
        raise Refused(_("Somebody has corrected this already.")) from error
