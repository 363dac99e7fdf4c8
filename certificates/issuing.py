"""Issuing: freezing what is attested, numbering it, and having it drawn."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from certificates import codes, printing
from certificates.awards import Award
from certificates.models import Certificate, Register
from courses.models import Audience
from jobs import queue
from organisation import tree
from people import registration

POLICY = "certificates-1"
DRAW = "certificates.tasks.draw"


class Refused(Exception):
    """No certificate can be issued. Nothing has changed."""


class NotEarned(Refused):
    """The quiz, or one of the quizzes, has not been passed."""


def issue(*, award: Award, person, at: datetime) -> Certificate:
    """Issue what a person has earned and have it drawn; return it.

    Whoever holds a live one already gets that one; of two requests at once one issues. The number
    is taken in the same transaction, so numbers have no gaps. Raises NotEarned, and
    printing.Unprintable for a name or a unit that the paper cannot show.
    """
    if not award.earned or award.per_cent is None:
        raise NotEarned
    held = live(award=award, person=person)
    if held:
        return held
    try:
        with transaction.atomic():
            return _issue(award=award, person=person, at=at)
    except IntegrityError:
        held = live(award=award, person=person)
        if held is None:
            raise
        return held


def live(*, award: Award, person) -> Certificate | None:
    """Return the live certificate that a person holds for an award."""
    return live_of(person).get(_what_for(award))


def live_of(person) -> dict[tuple[int | None, str], Certificate]:
    """Return a person's live certificates by what they are for, in one query."""
    held = Certificate.objects.filter(person=person, state=Certificate.State.LIVE)
    return {
        (one.course_id, one.audience.key): one
        for one in held.select_related("audience").order_by("pk")
    }


def not_held(earnable: list[Award], *, person) -> list[Award]:
    """Return the awards that a person holds no live certificate for; one query."""
    held = live_of(person)
    return [award for award in earnable if _what_for(award) not in held]


def _what_for(award: Award) -> tuple[int | None, str]:
    return (award.course.page_id if award.course else None, award.audience)


def _issue(*, award: Award, person, at: datetime) -> Certificate:
    day = timezone.localdate(at)
    post = registration.current_post(person, on=day)
    certificate = Certificate.objects.create(
        person=person,
        course_id=award.course.page_id if award.course else None,
        audience=Audience.objects.get(key=award.audience),
        code=codes.new(),
        year=day.year,
        running_number=_next_number(day.year),
        name=person.name,
        unit=tree.written(tree.path(post.unit, on=day)) if post else "",
        title=award.title,
        audience_title=award.audience_title,
        per_cent=award.per_cent or 0,
        issuer=settings.ISSUER_NAME,
        issued_on=day,
        issued_at=at,
        policy=POLICY,
    )
    printing.refuse_unprintable(certificate)
    certificate.job = queue.add(task=DRAW, subjects=[certificate.pk], by=person, at=at)
    certificate.save(update_fields=["job"])
    return certificate


def _next_number(year: int) -> int:
    """Take the next number of a year. Whoever comes second waits for the first to finish."""
    Register.objects.get_or_create(year=year)
    Register.objects.filter(year=year).update(last=F("last") + 1)
    return Register.objects.values_list("last", flat=True).get(year=year)
