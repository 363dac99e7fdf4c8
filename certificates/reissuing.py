"""What becomes of a certificate after its issue: corrected, revoked, reviewed. Nothing is ever deleted."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from certificates import awards, codes, history, issuing, printing, templates
from certificates.awards import Award
from certificates.models import Certificate, CertificateEvent, Review
from jobs import queue
from organisation import tree
from people import access, registration
from people.roles import Action
from quizzes.models import AttemptEvent

Kind = CertificateEvent.Kind
State = Certificate.State
# An act on an attempt may be committed this much after the moment that it is written down with.
LATE = timedelta(minutes=10)
# What a certificate that is issued anew does not take over from the old one.
NEW_EACH_TIME = frozenset(
    {"id", "supersedes", "code", "year", "running_number", "issued_on", "issued_at", "job", "pdf"}
    | {"pdf_sha256", "template_version"}
)


class Refused(Exception):
    """It cannot be done with this certificate. Nothing has changed."""


class NotYours(Refused):
    """Whoever asks has no right over the certificates of this person."""


class NotValid(Refused):
    """It is not valid any more: replaced, revoked or expired."""


class NothingToCorrect(Refused):
    """The name, the place and the date of birth are as printed."""


class NoReason(Refused):
    """A decision has to say why."""


def reissue(*, certificate: Certificate, by, at: datetime, reason: str) -> Certificate:
    """Issue a certificate anew with the person's name, place and date of birth as they are now.

    The old one is superseded, and its code says so. All else is as it was, the last day too. Raises
    NotYours, NotValid, NothingToCorrect or printing.Unprintable.
    """
    day = timezone.localdate(at)
    _refuse_strangers(certificate, by=by, at=at)
    with transaction.atomic():
        issuing.hold_register(day.year)
        old = _valid(certificate.pk, at=at)
        person = old.person
        post = registration.current_post(person, on=day)
        place = tree.written(tree.path(post.unit, on=day)) if post else ""
        shows_birth = templates.wording_of(old).shows_birth_date
        corrected = {
            "name": person.name,
            "unit": place or old.unit,
            "born_on": person.born_on if shows_birth else None,
        }
        if all(getattr(old, field) == value for field, value in corrected.items()):
            raise NothingToCorrect
        new = _draft(old, corrected, day=day, at=at)
        outcome = issuing.Issued()
        issuing.keep([new], outcome, by=by, at=at, reason=reason)
        if problem := outcome.problems.get(person.pk):
            raise printing.Unprintable(problem)
        new.job = queue.add(task=issuing.DRAW, subjects=[new.pk], by=by, at=at)
        new.save(update_fields=["job"])
        # Whatever was to be decided about the old one is to be decided about the new one.
        Review.objects.filter(certificate=old, state=Review.State.OPEN).update(certificate=new)
    return new


def _draft(old: Certificate, corrected: dict, *, day: date, at: datetime) -> Certificate:
    """Return what is to be issued instead of a certificate: as it was, but for what is corrected."""
    kept = {
        field.attname: getattr(old, field.attname)
        for field in Certificate._meta.concrete_fields
        if field.name not in NEW_EACH_TIME
    }
    return Certificate(
        **{**kept, **corrected},
        supersedes=old,
        code=codes.new(),
        year=day.year,
        issued_on=day,
        issued_at=at,
        template_version=old.template_version,
    )


def revoke(*, certificate: Certificate, by, at: datetime, reason: str) -> None:
    """Revoke a certificate for a reason that its page then says. Raises NotYours, NotValid or NoReason."""
    _refuse_strangers(certificate, by=by, at=at)
    if not reason.strip():
        raise NoReason
    with transaction.atomic():
        # Whoever corrects it at the same time finds it revoked, or this finds it replaced.
        issuing.hold_register(timezone.localdate(at).year)
        live = Certificate.objects.filter(pk=certificate.pk, state=State.LIVE)
        if not live.update(state=State.REVOKED):
            raise NotValid
        history.write([certificate], kind=Kind.REVOKED, by=by, at=at, reason=reason.strip())
        _decide(certificate, Review.State.REVOKED, at=at)


def uphold(*, certificate: Certificate, by, at: datetime, reason: str) -> None:
    """Let a certificate under review stand. Raises NotYours, NoReason, or NotValid where none is open."""
    _refuse_strangers(certificate, by=by, at=at)
    if not reason.strip():
        raise NoReason
    with transaction.atomic():
        if not _decide(certificate, Review.State.UPHELD, at=at):
            raise NotValid
        # It was decided in the knowledge of all that had happened until now.
        Certificate.objects.filter(pk=certificate.pk).update(ground_checked_at=at)
        history.write([certificate], kind=Kind.UPHELD, by=by, at=at, reason=reason.strip())


def _decide(certificate: Certificate, state: Review.State, *, at: datetime) -> int:
    opened = Review.objects.filter(certificate=certificate, state=Review.State.OPEN)
    return opened.update(state=state, decided_at=at)


def _refuse_strangers(certificate: Certificate, *, by, at: datetime) -> None:
    day = timezone.localdate(at)
    if not access.may(by, to=Action.ISSUE_CERTIFICATES, on=day, subject=certificate.person_id):
        raise NotYours


def _valid(pk: int, *, at: datetime) -> Certificate:
    certificate = Certificate.objects.select_related("person", "template_version").get(pk=pk)
    if certificate.state != State.LIVE or certificate.has_expired(on=timezone.localdate(at)):
        raise NotValid
    return certificate


# Reviews


@transaction.atomic
def open_reviews(*, at: datetime) -> int:
    """Open a review of each valid certificate whose ground has gone; return how many were opened.

    Asked after attempts have been marked anew or taken out of account since a certificate was looked
    at last. What was attested stands until somebody decides.
    """
    taken = AttemptEvent.objects.filter(
        kind__in=[AttemptEvent.Kind.REGRADED, AttemptEvent.Kind.VOIDED],
        attempt__person=OuterRef("person"),
        at__gt=OuterRef("ground_checked_at"),
    )
    in_doubt = list(
        Certificate.objects.filter(Exists(taken), state=State.LIVE)
        .select_related("audience")
        .order_by("pk")
    )
    shaken = [one for award, some in _by_award(in_doubt) for one in _without_ground(award, some)]
    under_review = set(
        Review.objects.filter(certificate__in=shaken, state=Review.State.OPEN).values_list(
            "certificate", flat=True
        )
    )
    fresh = [one for one in shaken if one.pk not in under_review]
    Review.objects.bulk_create(
        [Review(certificate=one, opened_at=at) for one in fresh], ignore_conflicts=True
    )
    Certificate.objects.filter(pk__in=[one.pk for one in in_doubt]).update(
        ground_checked_at=Greatest("ground_checked_at", Value(at - LATE))
    )
    return len(fresh)


def _by_award(certificates: list[Certificate]) -> list[tuple[Award, list[Certificate]]]:
    """Return certificates by what they are for. What there is no course for any more is left as it is."""
    found = defaultdict(list)
    for one in certificates:
        found[one.course_id, one.audience.key].append(one)
    known = {(award.course_id, award.audience): award for award in awards.everything()}
    return [(known[key], some) for key, some in found.items() if key in known]


def _without_ground(award: Award, certificates: list[Certificate]) -> list[Certificate]:
    passed = awards.passed([one.person_id for one in certificates], award=award)
    return [one for one in certificates if one.person_id not in passed]
