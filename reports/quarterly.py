"""The quarterly report of a unit: worked out, commented on, signed, and corrected beside itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs import queue
from jobs.models import Job
from organisation import tree
from organisation.models import Family, Placement
from people import access
from people.models import Person
from people.roles import Action
from reports import indicators, obstacles
from reports.indicators import DEFINITION
from reports.models import Correction, Report, Snapshot
from reports.quarters import Quarter

FAMILIES = (Family.PROVINCE, Family.DISTRICT, Family.COMMUNE)
ROLLED_UP = (Family.PROVINCE, Family.DISTRICT)
TASK = "reports.tasks.work_out"
State = Report.State


class Refused(Exception):
    """A report cannot be written, signed or corrected so: says why, for the officer."""


def begin(unit: int, quarter: Quarter, *, by: Person, at: datetime) -> tuple[Report, Job | None]:
    """Return the report of a unit, a draft where there is none, and the job that works it out.

    What a single commune says is worked out at once; a roll-up in the background. Raises Refused
    where the unit does not report, or the quarter has not begun.
    """
    today = timezone.localdate(at)
    if quarter.counted_from > today:
        raise Refused(_("This quarter has not begun yet."))
    way = tree.path(unit, on=min(quarter.counted_until, today))
    if not way or Family(way[0].kind.family) not in FAMILIES:
        raise Refused(_("This unit does not report."))
    with transaction.atomic():
        report, is_new = Report.objects.get_or_create(
            unit_id=unit,
            year=quarter.year,
            quarter=quarter.number,
            defaults={
                "counted_from": quarter.counted_from,
                "counted_until": quarter.counted_until,
                "due_on": quarter.due_on,
                "definition": DEFINITION,
                "worked_out_at": at,
                "prepared_by": by,
                "unit_name": way[0].name,
                "above_name": way[1].name if len(way) > 1 else "",
            },
        )
        if not is_new:
            return report, None
        return report, _work_out(report, way[0], by=by, at=at)


def work_out_again(report: Report, *, by: Person, at: datetime) -> Job | None:
    """Work a draft out anew, with all that is known now. Raises Refused once it is signed."""
    if report.state != State.DRAFT:
        raise Refused(_("A signed report does not change any more."))
    way = tree.path(report.unit_id, on=_counted_on(report, at))
    return _work_out(report, way[0], by=by, at=at)


def _work_out(report: Report, here: Placement, *, by: Person, at: datetime) -> Job | None:
    if Family(here.kind.family) in ROLLED_UP:
        return queue.add(task=TASK, subjects=[report.pk], by=by, at=at)
    write(report.pk, at=at)
    return None


def _counted_on(report: Report, at: datetime) -> date:
    """Return the day whose figures a report says: its last, or today while that is to come."""
    return min(report.counted_until, timezone.localdate(at))


@transaction.atomic
def write(pk: int, *, at: datetime) -> None:
    """Write the figures of a draft anew. What is signed meanwhile stays as it is."""
    report = Report.objects.select_for_update().get(pk=pk)
    if report.state != State.DRAFT:
        return
    names, said = _said(report, at=at)
    report.snapshots.all().delete()
    Snapshot.objects.bulk_create(
        [
            Snapshot(
                report=report, unit_id=one.unit, unit_name=names[one.unit],
                indicator=one.indicator, programme_id=one.programme, position=position,
                numerator=one.numerator, denominator=one.denominator, details=dict(one.details),
                people=dict(one.people),
            )
            for position, one in enumerate(said)
        ],
        batch_size=200,
    )  # fmt: skip
    told = obstacles.of_report(
        report.unit_id, since=report.counted_from, until=timezone.localdate(at)
    )
    Report.objects.filter(pk=pk).update(worked_out_at=at, definition=DEFINITION, obstacles=told)


def _said(report: Report, *, at: datetime) -> tuple[dict[int, str], list[indicators.Said]]:
    on = _counted_on(report, at)
    way = tree.path(report.unit_id, on=on)
    names = {report.unit_id: report.unit_name}
    below: list[int] = []
    if way and Family(way[0].kind.family) in ROLLED_UP:
        for one in tree.children(report.unit_id, on=on):
            if Family(one.kind.family) in FAMILIES:
                names[one.unit_id] = one.name
                below.append(one.unit_id)
    said = indicators.work_out(report.unit_id, since=report.counted_from, until=on, below=below)
    return names, said


def comment(report: Report, text: str) -> None:
    """Keep what the unit says to its figures. Raises Refused once it is signed."""
    if not Report.objects.filter(pk=report.pk, state=State.DRAFT).update(comment=text.strip()):
        raise Refused(_("A signed report does not change any more."))


@transaction.atomic
def sign(report: Report, *, name: str, office: str, by: Person, at: datetime) -> None:
    """Sign a report: from then on nothing of it changes. Of two who sign at once one does.

    Its figures are worked out a last time, as of its last day, which must be over. Raises Refused.
    """
    today = timezone.localdate(at)
    if not access.may(by, to=Action.REPORT, on=today, unit=report.unit_id):
        raise Refused(_("This report is not yours to sign."))
    if today <= report.counted_until:
        raise Refused(
            _("It can be signed from the day after %(day)s, its last day.")
            % {"day": f"{report.counted_until:%d/%m/%Y}"}
        )
    if not name.strip() or not office.strip():
        raise Refused(_("Say who signs, and in which office."))
    write(report.pk, at=at)
    moved = Report.objects.filter(pk=report.pk, state=State.DRAFT).update(
        state=State.SIGNED,
        signed_by=by,
        signed_at=at,
        signer_name=name.strip()[:120],
        signer_office=office.strip()[:120],
    )
    if not moved:
        raise Refused(_("This report is signed already."))


def differences(report: Report, *, at: datetime) -> list[dict]:
    """Return the figures of a signed report that are others by what is known now."""
    _names, said = _said(report, at=at)
    return indicators.differences(
        report.snapshots.select_related("programme").order_by("position"), said
    )


@transaction.atomic
def correct(report: Report, *, reason: str, by: Person, at: datetime) -> Correction:
    """Write down beside a signed report what is known otherwise now. Raises Refused.

    The report itself stays as it was signed.
    """
    locked = Report.objects.select_for_update().get(pk=report.pk)
    if locked.state != State.SIGNED:
        raise Refused(_("A draft is not corrected but worked out anew."))
    if not access.may(by, to=Action.REPORT, on=timezone.localdate(at), unit=report.unit_id):
        raise Refused(_("This report is not yours to correct."))
    if not reason.strip():
        raise Refused(_("Say why the figures differ."))
    found = differences(locked, at=at)
    last = locked.corrections.last()
    if not found or (last is not None and last.differences == found):
        raise Refused(_("Nothing differs from what is written down already."))
    return Correction.objects.create(
        report=locked,
        number=last.number + 1 if last else 1,
        reason=reason.strip()[:500],
        differences=found,
        by=by,
        at=at,
    )


# Who has reported


@dataclass(frozen=True)
class Standing:
    """How far the report of a unit is: signed in time, signed late, a draft, or missing."""

    unit: int
    name: str
    report: Report | None
    is_late: bool

    @property
    def is_signed(self) -> bool:
        return self.report is not None and self.report.state == State.SIGNED


def standings(units: Sequence[Placement], quarter: Quarter, *, on: date) -> list[Standing]:
    """Return how far the reports of some units are, the missing ones that are late first; one query."""
    reports = {
        one.unit_id: one
        for one in Report.objects.filter(
            unit__in=[one.unit_id for one in units], year=quarter.year, quarter=quarter.number
        )
    }
    found = []
    for one in units:
        report = reports.get(one.unit_id)
        signed = report.signed_at if report else None
        day = timezone.localdate(signed) if signed else on
        found.append(Standing(one.unit_id, one.name, report, is_late=day > quarter.due_on))
    found.sort(key=lambda one: (one.is_signed, not one.is_late))
    return found
