"""Certificates of other courses: brought with a file, decided on by somebody else."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Skill
from people import access, papers
from people.models import Person
from people.roles import Action
from training.models import OutsideCertificate

FOLDER = "outside"  # of their files
FORGOTTEN = "…"  # in place of what was said of somebody who has been erased
State = OutsideCertificate.State


class Refused(Exception):
    """A certificate cannot be brought or decided on so: says why."""


def bring(
    *,
    person: Person,
    issuer: str,
    issuer_name: str,
    number: str,
    issued_on: date,
    skills: Collection[str],
    content: bytes,
    name: str,
    by: Person,
    at: datetime,
) -> OutsideCertificate:
    """Keep a certificate that somebody brings, to be decided on. Raises Refused.

    `skills` are keys of the skills that it stands for; the file is a PDF or a picture. Whoever keeps
    people may bring one for them; then somebody else decides.
    """
    today = timezone.localdate(at)
    if by != person and not access.may(by, to=Action.KEEP_PEOPLE, on=today, subject=person.pk):
        raise Refused(_("This person is not yours to decide on."))
    if issued_on > today:
        raise Refused(_("This day has not come yet."))
    known = list(Skill.objects.order_by("number").values_list("key", flat=True))
    wanted = [key for key in known if key in skills]
    if not wanted:
        raise Refused(_("Say which skills it stands for."))
    if issuer == OutsideCertificate.Issuer.OTHER and not issuer_name.strip():
        raise Refused(_("Say who issued it."))
    paper = _read(content, name)
    with papers.kept(paper, folder=FOLDER) as path:
        return OutsideCertificate.objects.create(
            person=person,
            issuer=OutsideCertificate.Issuer(issuer),
            issuer_name=issuer_name.strip()[:150],
            number=number.strip()[:60],
            issued_on=issued_on,
            skills=wanted,
            file=path,
            file_name=paper.name,
            brought_by=by,
            brought_at=at,
        )


def _read(content: bytes, name: str) -> papers.Paper:
    try:
        return papers.read(content, name=name)
    except papers.Refused as refusal:
        raise Refused(str(refusal)) from refusal


def replace(
    certificate: OutsideCertificate, *, content: bytes, name: str, by: Person, at: datetime
) -> None:
    """Put another file in the place of one that nobody has decided on; it waits anew. Raises Refused."""
    _refuse_strangers(certificate, by)
    paper = _read(content, name)
    with papers.kept(paper, folder=FOLDER) as path:
        # The row as it was read: what somebody else has put or decided in the meantime stays.
        waiting = OutsideCertificate.objects.filter(
            pk=certificate.pk, state=State.WAITING, file=certificate.file
        )
        if not waiting.update(file=path, file_name=paper.name, brought_by=by, brought_at=at):
            raise Refused(
                _("It has been decided on, or changed, in the meantime. Look at it anew.")
            )
        papers.drop(certificate.file)


@transaction.atomic
def take_back(certificate: OutsideCertificate, *, by: Person) -> None:
    """Delete a certificate that nobody has decided on, and its file with it. Raises Refused."""
    _refuse_strangers(certificate, by)
    waiting = OutsideCertificate.objects.filter(
        pk=certificate.pk, state=State.WAITING, file=certificate.file
    )
    if not waiting.delete()[0]:
        raise Refused(_("It has been decided on, or changed, in the meantime. Look at it anew."))
    papers.drop(certificate.file)


def _refuse_strangers(certificate: OutsideCertificate, by: Person) -> None:
    if by.pk not in (certificate.person_id, certificate.brought_by_id):
        raise Refused(_("Only who it is for, and who brought it, may change it."))


def decide(
    certificate: OutsideCertificate, *, approve: bool, reason: str, by: Person, at: datetime
) -> None:
    """Approve a certificate, or refuse it with a reason. Of two who decide at once one does. Raises Refused.

    Neither whose it is decides, nor who brought it: there are always two who have looked at it. What is
    decided on is the file that was seen, and none that was put in its place in the meantime.
    """
    if certificate.person_id == by.pk:
        raise Refused(_("Nobody decides on themselves."))
    if certificate.brought_by_id == by.pk:
        raise Refused(_("You have brought it yourself: somebody else decides on it."))
    today = timezone.localdate(at)
    if not access.may(by, to=Action.KEEP_PEOPLE, on=today, subject=certificate.person_id):
        raise Refused(_("This person is not yours to decide on."))
    if not approve and not reason.strip():
        raise Refused(_("Say why it is refused: the person reads it."))
    moved = OutsideCertificate.objects.filter(
        pk=certificate.pk, state=State.WAITING, file=certificate.file
    ).update(
        state=State.APPROVED if approve else State.REFUSED,
        decided_by=by,
        decided_at=at,
        decision=reason.strip()[:200],
    )
    if not moved:
        raise Refused(
            _("Somebody else has decided on it already, or it has been changed. Look at it anew.")
        )


def seen_by(person: Person, *, on: date) -> QuerySet[OutsideCertificate]:
    """Return the certificates of those whom somebody keeps, those that wait first."""
    people = access.people(person, to=Action.KEEP_PEOPLE, on=on)
    found = OutsideCertificate.objects.filter(person__in=people).exclude(person=person)
    return found.select_related("person", "brought_by", "decided_by").order_by(
        "-state", "brought_at", "pk"
    )


def with_the_number_of_others(certificates: Collection[OutsideCertificate]) -> set[int]:
    """Return which of some certificates bear a number that somebody else has brought too; one query."""
    numbers = {one.number.casefold() for one in certificates if one.number}
    found = OutsideCertificate.objects.annotate(folded=Lower("number")).filter(folded__in=numbers)
    holders: dict[tuple[str, str], set[int]] = defaultdict(set)
    for issuer, number, person in found.values_list("issuer", "folded", "person"):
        holders[issuer, number].add(person)
    return {
        one.pk
        for one in certificates
        if holders.get((one.issuer, one.number.casefold()), set()) - {one.person_id}
    }


def forget(person: Person) -> None:
    """Delete the files of somebody who is erased, once that is certain; what they showed stays as a fact."""
    theirs = OutsideCertificate.objects.filter(person=person).exclude(file="")
    for path in theirs.values_list("file", flat=True):
        papers.drop(path)
    theirs.update(file="", file_name="", number="", issuer_name=FORGOTTEN)
    OutsideCertificate.objects.filter(person=person).exclude(decision="").update(decision=FORGOTTEN)


def sweep(*, at: datetime) -> int:
    """Delete the files that no certificate names any more; return how many."""
    named = OutsideCertificate.objects.exclude(file="").values_list("file", flat=True)
    return papers.sweep(FOLDER, named=named, at=at)
