"""What shows that people have skills, from wherever it comes: quizzes, training sessions, outside certificates."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Min
from django.db.models.functions import TruncDate
from django.utils import timezone

from certificates.models import Certificate, CertificateEvent
from courses.models import Completion
from quizzes.models import Attempt, Grade
from training import attendance
from training.models import OPEN_END, OutsideCertificate
from training.standing import Evidence


@dataclass(frozen=True)
class Shown(Evidence):
    """A piece of evidence and where it comes from; `reference` is the key of the row that it is."""

    source: str = ""
    reference: int = 0


ByPerson = dict[int, list[Shown]]
QUIZ, OUTSIDE, MEETING = "quiz", "outside", "meeting"


def of_people(people: Collection[int]) -> ByPerson:
    """Return all evidence of some people, in order of its day; a few queries for each source."""
    found: ByPerson = defaultdict(list)
    for source in SOURCES:
        for person, some in source(people).items():
            found[person] += some
    for some in found.values():
        some.sort(key=lambda one: (one.since, one.skill, one.source, one.reference))
    return dict(found)


def of_quizzes(people: Collection[int]) -> ByPerson:
    """Return the skills whose quiz people have passed, from the day on which they handed it in.

    The last grade of an attempt counts, as everywhere. Where the certificate for a course, or that
    for all of its audience, has been revoked, what was passed until then shows nothing from that day.
    """
    grades = (
        Grade.objects.filter(
            attempt__person__in=people,
            attempt__state=Attempt.State.MARKED,
            attempt__quiz__course__isnull=False,
        )
        # Not by `that_count`: read in their order, the last of an attempt stands, whatever plan the
        # database makes of tables whose sizes it has not looked at yet.
        .order_by("pk")
        # The database makes days of times: of a hundred thousand that is quicker by a second.
        .annotate(day=TruncDate("attempt__submitted_at"))
        .values_list(
            *["attempt", "passed", "attempt__person", "attempt__quiz__course__skill__key"],
            *["attempt__quiz__course__audience__key", "attempt__quiz__course", "day"],
        )
    )
    last = {attempt: rest for attempt, *rest in grades}
    revoked = _revoked(people)
    found: ByPerson = defaultdict(list)
    for attempt, (passed, person, skill, audience, course, day) in last.items():
        if not passed:
            continue
        ends = [
            on
            for on in revoked.get((person, course), []) + revoked.get((person, audience), [])
            if on >= day
        ]
        until = min(ends, default=OPEN_END)
        if until > day:
            found[person].append(Shown(skill, day, until, audience, QUIZ, attempt))
    return found


def _revoked(people: Collection[int]) -> dict[tuple[int, int | str], list[date]]:
    """Return the days on which certificates were revoked, by person and course, or audience of all courses."""
    events = CertificateEvent.objects.filter(
        kind=CertificateEvent.Kind.REVOKED,
        certificate__person__in=people,
        certificate__state=Certificate.State.REVOKED,
    )
    found: dict[tuple[int, int | str], list[date]] = defaultdict(list)
    for person, course, audience, at in events.order_by().values_list(
        "certificate__person", "certificate__course", "certificate__audience__key", "at"
    ):
        found[person, course or audience].append(timezone.localdate(at))
    return found


def of_outside_certificates(people: Collection[int]) -> ByPerson:
    """Return the skills that approved certificates of others show, from their own day on."""
    approved = OutsideCertificate.objects.filter(
        person__in=people, state=OutsideCertificate.State.APPROVED
    )
    found: ByPerson = defaultdict(list)
    for pk, person, skills, issued_on in approved.order_by().values_list(
        "pk", "person", "skills", "issued_on"
    ):
        found[person] += [Shown(skill, issued_on, source=OUTSIDE, reference=pk) for skill in skills]
    return found


def of_meetings(people: Collection[int]) -> ByPerson:
    """Return the skills of the training sessions that people have completed, from the day they were over."""
    found: ByPerson = defaultdict(list)
    for person, meeting, skills, over_at in attendance.completed(people):
        day = timezone.localdate(over_at)
        found[person] += [
            Shown(skill, day, source=MEETING, reference=meeting.pk) for skill in skills
        ]
    return found


SOURCES: list[Callable[[Collection[int]], ByPerson]] = [
    of_quizzes,
    of_outside_certificates,
    of_meetings,
]


def begun(people: Collection[int], shown: ByPerson) -> dict[int, date]:
    """Return the day on which each of some people first learned anything, given what they have shown."""
    found: dict[int, date] = {
        person: min(one.since for one in some) for person, some in shown.items() if some
    }
    read = Completion.objects.filter(person__in=people)
    tried = Attempt.objects.filter(person__in=people)
    for person, at in _first(read, "at") + _first(tried, "started_at"):
        day = timezone.localdate(at)
        found[person] = min(day, found.get(person, day))
    return found


def _first(rows, name: str) -> list[tuple]:
    firsts: Iterable[tuple] = (
        rows.order_by().values("person").annotate(first=Min(name)).values_list("person", "first")
    )
    return list(firsts)
