"""Which template a certificate is issued with, and what it said then."""

from calendar import monthrange
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from certificates.awards import Award
from certificates.models import Certificate, CertificateTemplate, TemplateVersion
from certificates.models.templates import Design, Wording
from courses.editing import allow
from courses.models import Audience
from people.roles import Role

FOR_ALL = {"design": Design.FORMAL}
FOR_PUPILS = {
    "design": Design.PUPIL,
    "addressed": "em",
    "completed": "đã hoàn thành các bài học ngoại khóa dành cho {đối tượng}",
}
PUPILS = ("lower-secondary", "upper-secondary")


class NoTemplate(Exception):
    """No template is in use for what is to be issued."""


@dataclass(frozen=True)
class Chooser:
    """The templates in use, read once for any number of certificates."""

    templates: Sequence[CertificateTemplate]

    def choose(self, *, award: Award, units: Collection[int]) -> CertificateTemplate:
        """Return the nearest template for somebody who serves under `units`, from their own up.

        The unit counts most (the lowest first), then the course, then the audience. Raises NoTemplate.
        """
        upwards = list(units)
        fitting = [one for one in self.templates if _fits(one, award, upwards)]
        if not fitting:
            raise NoTemplate
        return min(fitting, key=lambda one: _distance(one, upwards))


def chooser() -> Chooser:
    """Return a chooser over the templates in use; one query."""
    used = CertificateTemplate.objects.filter(is_used=True).select_related("audience")
    return Chooser(list(used.order_by("pk")))


def _fits(template: CertificateTemplate, award: Award, units: Collection[int]) -> bool:
    return (
        template.unit_id in (None, *units)
        and template.course_id in (None, award.course_id)
        and (template.audience is None or template.audience.key == award.audience)
    )


def _distance(template: CertificateTemplate, units: Sequence[int]) -> tuple:
    place = len(units) if template.unit_id is None else units.index(template.unit_id)
    return (place, template.course_id is None, template.audience_id is None, template.pk)


def version_of(template: CertificateTemplate, *, at: datetime) -> TemplateVersion:
    """Return the version of a template as it is worded now, written down if that is new.

    The caller is in a transaction: of two who write at once the second waits and finds the first's.
    """
    wording = template.wording()
    last = template.versions.last()
    if last and last.wording() == wording:
        return last
    CertificateTemplate.objects.select_for_update(no_key=True, of=("self",)).get(pk=template.pk)
    last = template.versions.last()
    if last and last.wording() == wording:
        return last
    return TemplateVersion.objects.create(
        template=template, number=last.number + 1 if last else 1, written_at=at, **wording
    )


def wording_of(certificate: Certificate) -> Wording:
    """Return what the template said when a certificate was issued."""
    if certificate.template_version is None:  # issued before there were templates
        return TemplateVersion(design=Design.MODERN)
    return certificate.template_version


def issuer_of(wording: Wording) -> str:
    """Return who issues: as the template says, else as the site is set up."""
    return wording.issuer or settings.ISSUER_NAME


def last_day(issued_on: date, *, months: int | None) -> date | None:
    """Return the last day of so many months from a day; 31 August and six months end on 27 February.

    None where it is valid without end.
    """
    if months is None:
        return None
    month = issued_on.month - 1 + months
    year, month = issued_on.year + month // 12, month % 12 + 1
    same_day = min(issued_on.day, monthrange(year, month)[1])
    return date(year, month, same_day) - timedelta(days=1)


@transaction.atomic
def write_standard() -> None:
    """Write down the templates that a new site begins with, and let approvers change them.

    Where there are any, it does nothing.
    """
    if CertificateTemplate.objects.exists():
        return
    allow(Role.APPROVER, CertificateTemplate, "add", "change", "view")
    CertificateTemplate.objects.create(name="Mẫu chung", **FOR_ALL)
    for audience in Audience.objects.filter(key__in=PUPILS).order_by("pk"):
        CertificateTemplate.objects.create(
            name=f"Mẫu cho {audience.title.lower()}", audience=audience, **FOR_PUPILS
        )
