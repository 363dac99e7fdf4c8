"""Issuing: freezing what is attested, numbering it, and having it drawn."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from certificates import awards, codes, history, printing, templates
from certificates.awards import Award, Passed
from certificates.models import (
    BatchItem,
    Certificate,
    CertificateEvent,
    Register,
    TemplateVersion,
)
from courses.models import Audience
from jobs import queue
from organisation import tree
from organisation.models import Placement
from people import registration
from people.models import Person

log = logging.getLogger(__name__)

POLICY = "certificates-2"
DRAW = "certificates.tasks.draw"


class Refused(Exception):
    """No certificate can be issued. Nothing has changed."""


class NotEarned(Refused):
    """The quiz, or one of the quizzes, has not been passed."""


@dataclass(frozen=True)
class Recipient:
    """Somebody who gets a certificate: where they serve on the day, and what they have earned."""

    person: Person
    unit: int | None
    passed: Passed


@dataclass
class Issued:
    """What came of issuing to several people, by person: certificates, and why there is none.

    `pages` are what is to be drawn: made already to see whether it can be.
    """

    certificates: dict[int, Certificate] = field(default_factory=dict)
    pages: dict[int, str] = field(default_factory=dict)
    held: dict[int, Certificate] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)


def issue(*, award: Award, person, at: datetime) -> Certificate:
    """Issue what a person has earned and have it drawn; return it.

    Whoever holds a valid one already gets that one. Raises NotEarned, templates.NoTemplate, and
    printing.Unprintable for a name or a unit that the paper cannot show.
    """
    passed = awards.passed([person.pk], award=award).get(person.pk)
    if passed is None:
        raise NotEarned
    post = registration.current_post(person, on=timezone.localdate(at))
    recipient = Recipient(person, unit=post.unit_id if post else None, passed=passed)
    return issue_to(recipient, award=award, at=at)


@transaction.atomic
def issue_to(recipient: Recipient, *, award: Award, at: datetime) -> Certificate:
    """Issue to one person, at their own wish, and have it drawn; see `issue`."""
    person, day = recipient.person, timezone.localdate(at)
    issued = issue_all(award=award, recipients=[recipient], day=day, by=person, at=at)
    if problem := issued.problems.get(person.pk):
        raise printing.Unprintable(problem)
    if held := issued.held.get(person.pk):
        return held
    certificate = issued.certificates[person.pk]
    certificate.job = queue.add(task=DRAW, subjects=[certificate.pk], by=person, at=at)
    certificate.save(update_fields=["job"])
    return certificate


def issue_all(
    *, award: Award, recipients: Sequence[Recipient], day: date, by, at: datetime
) -> Issued:
    """Issue to several people in their order, numbered without a gap; nothing is drawn.

    The caller is in a transaction. From here to its end nobody else issues: so the numbers follow
    each other, and of two at once the second finds what the first has issued. One that has expired
    is superseded. Raises templates.NoTemplate.
    """
    hold_register(day.year)
    outcome = Issued()
    people = [one.person.pk for one in recipients]
    earlier = _held(award, people)
    outcome.held = {pk: one for pk, one in earlier.items() if not one.has_expired(on=day)}
    ways = tree.paths([one.unit for one in recipients if one.unit], on=day)
    choose = templates.chooser().choose
    wanted = [one for one in recipients if one.person.pk not in outcome.held]
    audience = Audience.objects.get(key=award.audience)
    versions: dict[int, TemplateVersion] = {}
    drafts = []
    for one in wanted:
        way = ways.get(one.unit or 0, [])
        template = choose(award=award, units=[placement.unit_id for placement in way])
        if template.pk not in versions:
            versions[template.pk] = templates.version_of(template, at=at)
        draft = _draft(one, award, way=way, version=versions[template.pk], day=day, at=at)
        draft.audience, draft.supersedes = audience, earlier.get(one.person.pk)
        drafts.append(draft)
    keep(drafts, outcome, by=by, at=at)
    return outcome


def hold_register(year: int) -> None:
    """Let nobody else issue until the end of the transaction."""
    Register.objects.get_or_create(year=year)
    # All years: at midnight on New Year's Eve one issues for the old year and one for the new.
    list(Register.objects.select_for_update().order_by("year"))


def keep(
    drafts: Sequence[Certificate], outcome: Issued, *, by, at: datetime, reason: str = ""
) -> None:
    """Number drafts, write them down with what they supersede, and say so in the log with the reason.

    The caller holds the register. What cannot be printed gets no number and is among the problems.
    """
    if not drafts:
        return
    year = drafts[0].year
    number = Register.objects.values_list("last", flat=True).get(year=year)
    kept = []
    for draft in drafts:
        draft.running_number = number + 1
        try:
            outcome.pages[draft.person_id] = printing.html(draft)
        except printing.Unprintable as problem:
            outcome.problems[draft.person_id] = str(problem)
        except Exception as error:
            # A font or a template that is broken: said of whom it concerns, and the rest goes on.
            log.exception("nothing can be printed for person %s", draft.person_id)
            outcome.problems[draft.person_id] = printing.in_words(error)
        else:
            number += 1
            kept.append(draft)
    Register.objects.filter(year=year).update(last=number)
    _supersede([one.supersedes for one in kept if one.supersedes], by=by, at=at, reason=reason)
    Certificate.objects.bulk_create(kept)
    history.write(kept, kind=CertificateEvent.Kind.ISSUED, by=by, at=at, reason=reason)
    outcome.certificates |= {one.person_id: one for one in kept}


def draw_again(certificate: Certificate, *, by, at: datetime) -> None:
    """Have a certificate drawn whose drawing has failed."""
    if certificate.job:
        queue.retry(job=certificate.job)
        return
    with transaction.atomic():
        certificate.job = queue.add(task=DRAW, subjects=[certificate.pk], by=by, at=at)
        certificate.save(update_fields=["job"])


def has_failed(certificate: Certificate) -> bool:
    """Whether a certificate could not be drawn, by itself or in its batch."""
    if certificate.pdf:
        return False
    if certificate.job:
        return queue.progress(job=certificate.job).failed > 0
    failed = BatchItem.objects.filter(certificate=certificate, state=BatchItem.State.FAILED)
    return failed.exists()


def _supersede(certificates: Sequence[Certificate], *, by, at: datetime, reason: str) -> None:
    live = Certificate.objects.filter(pk__in=[one.pk for one in certificates])
    live.filter(state=Certificate.State.LIVE).update(state=Certificate.State.SUPERSEDED)
    history.write(certificates, kind=CertificateEvent.Kind.SUPERSEDED, by=by, at=at, reason=reason)


def _draft(
    recipient: Recipient,
    award: Award,
    *,
    way: Sequence[Placement],
    version: TemplateVersion,
    day: date,
    at: datetime,
) -> Certificate:
    person, passed = recipient.person, recipient.passed
    return Certificate(
        person=person,
        course_id=award.course_id,
        code=codes.new(),
        year=day.year,
        name=person.name,
        unit=tree.written(way),
        born_on=person.born_on if version.shows_birth_date else None,
        title=award.title,
        audience_title=award.audience_title,
        per_cent=passed.per_cent if version.shows_result else None,
        trained_from=passed.began if version.shows_period else None,
        trained_until=passed.ended if version.shows_period else None,
        issuer=templates.issuer_of(version),
        issued_on=day,
        expires_on=templates.last_day(day, months=version.valid_months),
        issued_at=at,
        ground_checked_at=at,
        template_version=version,
        policy=POLICY,
    )


# Who holds what


def live(*, award: Award, person, on: date) -> Certificate | None:
    """Return the certificate that a person holds for an award and that is valid on a day."""
    held = _held(award, [person.pk]).get(person.pk)
    return held if held and not held.has_expired(on=on) else None


def holders(people: Sequence[int], *, award: Award, on: date) -> set[int]:
    """Return who of some people, any number, holds a certificate for an award that is valid on a day."""
    found: set[int] = set()
    for start in range(0, len(people), awards.AT_ONCE):
        held = _held(award, people[start : start + awards.AT_ONCE])
        found |= {pk for pk, one in held.items() if not one.has_expired(on=on)}
    return found


def _held(award: Award, people: Sequence[int]) -> dict[int, Certificate]:
    """Return who of some people holds a certificate for an award, one that has expired too."""
    found = Certificate.objects.filter(
        person__in=people,
        course=award.course_id,
        audience__key=award.audience,
        state=Certificate.State.LIVE,
    )
    return {one.person_id: one for one in found.order_by("pk")}


def not_held(earnable: Sequence[awards.Earned], *, person, on: date) -> list[awards.Earned]:
    """Return what of all that can be earned a person holds no valid certificate for; one query."""
    held: Mapping[tuple[int | None, str], Certificate] = {
        (one.course_id, one.audience.key): one
        for one in Certificate.objects.filter(
            person=person, state=Certificate.State.LIVE
        ).select_related("audience")
        if not one.has_expired(on=on)
    }
    return [one for one in earnable if (one.award.course_id, one.award.audience) not in held]
