"""Certificates of other courses: brought with a file, decided on by somebody else."""

import io
import secrets
from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from functools import partial
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from courses.models import Skill
from people import access, files
from people.models import Person
from people.roles import Action
from training.models import OutsideCertificate

LARGEST = 10 * 1024 * 1024
KINDS = ("pdf", "png", "jpg")
MOST_PIXELS = 50_000_000
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

    `skills` are keys of the skills that it stands for; the file is a PDF or a picture.
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
    ending = files.ending_of(content)
    if ending not in KINDS:
        raise Refused(_("This is no PDF and no picture."))
    if len(content) > LARGEST:
        raise Refused(_("The file is larger than 10 MB."))
    if ending != "pdf":
        content, ending = _without_metadata(content), "jpg"
    path = storages["private"].save(
        f"outside/{secrets.token_hex(16)}.{ending}", ContentFile(content)
    )
    return OutsideCertificate.objects.create(
        person=person,
        issuer=OutsideCertificate.Issuer(issuer),
        issuer_name=issuer_name.strip()[:150],
        number=number.strip()[:60],
        issued_on=issued_on,
        skills=wanted,
        file=path,
        file_name=f"{PurePath(name).stem[:140]}.{ending}",
        brought_by=by,
        brought_at=at,
    )


def _without_metadata(content: bytes) -> bytes:
    """Return a picture anew as JPEG: where a phone says it was taken does not go along. Raises Refused."""
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Refused(_("The picture is too large: photograph it anew."))
            stream = io.BytesIO()
            ImageOps.exif_transpose(picture).convert("RGB").save(stream, "jpeg", quality=85)
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise Refused(_("This is no PDF and no picture.")) from error
    return stream.getvalue()


def decide(
    certificate: OutsideCertificate, *, approve: bool, reason: str, by: Person, at: datetime
) -> None:
    """Approve a certificate, or refuse it with a reason. Of two who decide at once one does. Raises Refused."""
    if certificate.person == by:
        raise Refused(_("Nobody decides on themselves."))
    today = timezone.localdate(at)
    if not access.may(by, to=Action.KEEP_PEOPLE, on=today, subject=certificate.person_id):
        raise Refused(_("This person is not yours to decide on."))
    if not approve and not reason.strip():
        raise Refused(_("Say why it is refused: the person reads it."))
    moved = OutsideCertificate.objects.filter(pk=certificate.pk, state=State.WAITING).update(
        state=State.APPROVED if approve else State.REFUSED,
        decided_by=by,
        decided_at=at,
        decision=reason.strip()[:200],
    )
    if not moved:
        raise Refused(_("Somebody else has decided on it already."))


def seen_by(person: Person, *, on: date) -> QuerySet[OutsideCertificate]:
    """Return the certificates of those whom somebody keeps, those that wait first."""
    people = access.people(person, to=Action.KEEP_PEOPLE, on=on)
    found = OutsideCertificate.objects.filter(person__in=people).exclude(person=person)
    return found.select_related("person", "decided_by").order_by("-state", "brought_at", "pk")


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
        transaction.on_commit(partial(storages["private"].delete, path))
    theirs.update(file="", file_name="", number="", issuer_name=FORGOTTEN)
    OutsideCertificate.objects.filter(person=person).exclude(decision="").update(decision=FORGOTTEN)
