"""A small province whose people came, went, learned, were regraded, exempted and reorganised at random.

And how each stood on a day, worked out from the rows themselves, person by person and day by day,
sharing nothing with the product's own calculation.
"""

import random
from datetime import date, datetime, time, timedelta
from functools import cache

from django.utils import timezone

from certificates.models import Certificate, CertificateEvent
from courses.models import Audience, Completion, CoursePage
from organisation import tree
from organisation.changes import Act, Plan, Step
from organisation.models import Placement, Unit
from people import reorganising
from people.models import Post
from people.roles import Role
from quizzes.models import Attempt, Grade
from tests.conftest import TODAY, make_person
from tests.training.conftest import passes
from tests.training.test_standing import slowly
from training.models import OPEN_END, Exemption, ProgrammeVersion
from training.standing import Away, Evidence, Service, Version

DAYS = 110
FIRST = TODAY - timedelta(days=DAYS)
SKILLS = ["dich-vu-cong", "mua-sam", "thanh-toan", "tu-bao-ve", "nen-tang-khac"]


def at(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


class History:
    """What happened, made by dice."""

    def __init__(self, province: Unit, kinds, teachers, dice: random.Random):
        self.kinds, self.teachers, self.dice, self.top = kinds, teachers, dice, province
        self.communes = [self._unit(f"Xã {name}", "xa", province) for name in ("Một", "Hai")]
        self.schools = [self._unit(f"Trường {n}", "truong", self.communes[n % 2]) for n in range(4)]
        self._rules()
        self.people = [self._person(number) for number in range(24)]
        self.merged_on = self._day(30, 100)
        steps = (Step("succeed", self.schools[3].pk, into=self.schools[0].pk),)
        plan = Plan(act=Act.MERGER, day=self.merged_on, source="Minh họa", steps=steps)
        reorganising.apply(plan, by=None, at=at(TODAY))

    def _unit(self, name, kind, parent):
        unit = Unit.objects.create()
        began = TODAY - timedelta(days=900)
        tree.place(unit=unit, name=name, kind=self.kinds[kind], parent=parent, valid_from=began)
        return unit

    def _day(self, low=0, high=DAYS):
        return FIRST + timedelta(days=self.dice.randint(low, high))

    def _rules(self):
        version = self.teachers.versions.get()
        ProgrammeVersion.objects.filter(pk=version.pk).update(
            begins=FIRST - timedelta(days=900), deadline=self._day(), newcomer_days=20,
            valid_months=self.dice.choice([None, 3, 4]),
            skills=SKILLS[:2],
        )  # fmt: skip

    def _person(self, number):
        dice = self.dice
        person = make_person(f"gv.{number}", f"Vi Thị {number:02}")
        for _post in range(dice.choice([1, 1, 2])):
            since = self._day(-200, 60)
            until = dice.choice([None, None, None, since + timedelta(days=dice.randint(1, 150))])
            role = dice.choice([Role.TEACHER, Role.TEACHER, Role.SCHOOL_HEAD, Role.OFFICER])
            school = dice.choice(self.schools)
            if not Post.objects.filter(person=person, unit=school, role=role).exists():
                Post.objects.create(
                    person=person, unit=school, role=role, since=since, until=until,
                    self_declared=dice.random() < 0.1,
                )  # fmt: skip
        if dice.random() < 0.3:
            Completion.objects.create(person=person, lesson=f"{number:032x}", at=at(self._day()))
        for skill in SKILLS[:3]:
            for _attempt in range(dice.choice([0, 1, 1, 1, 2])):
                grades = dice.choice(
                    [[True], [True], [True], [False], [True, False], [False, True]]
                )
                attempt = passes(person, skill, *grades, at=at(self._day()))
                if dice.random() < 0.1:
                    Attempt.objects.filter(pk=attempt.pk).update(state=Attempt.State.VOID)
        if dice.random() < 0.2:
            self._revoke(person, number)
        if number % 3 == 0:
            since = self._day(0, 60)
            Exemption.objects.create(
                person=person, programme=self.teachers, reason="illness", since=since, granted_until=TODAY,
                until=since + timedelta(days=dice.randint(0, 40)), approved_at=at(TODAY),
            )  # fmt: skip
        return person

    def _revoke(self, person, number):
        course = self.dice.choice([None, CoursePage.objects.get(slug="gv-mua-sam")])
        certificate = Certificate.objects.create(
            person=person, course=course, audience=Audience.objects.get(key="teacher"),
            state="revoked", code=f"TEST{number}", year=2026, running_number=9000 + number, name="x",
            unit="x", title="x", audience_title="x", issuer="x", issued_on=FIRST, policy="1",
            issued_at=at(FIRST),
        )  # fmt: skip
        CertificateEvent.objects.create(
            certificate=certificate, kind="revoked", at=at(self._day()), reason="Làm hộ"
        )


def services(person):
    return [
        Service(post.unit_id, post.role, post.since, post.until or OPEN_END, post.pk)
        for post in Post.objects.filter(person=person)
        if not post.self_declared
    ]


def shown(person):
    """Everything a person has passed, attempt by attempt, and until when it counted."""
    found = []
    for attempt in Attempt.objects.filter(person=person, state="marked").select_related(
        "quiz__course__skill"
    ):
        last = Grade.objects.filter(attempt=attempt).order_by("pk").last()
        if not last.passed:
            continue
        day = timezone.localdate(attempt.submitted_at)
        until = OPEN_END
        for event in CertificateEvent.objects.filter(kind="revoked", certificate__person=person):
            of = event.certificate.course_id
            revoked = timezone.localdate(event.at)
            if of in (None, attempt.quiz.course_id) and revoked >= day:
                until = min(until, revoked)
        found.append(Evidence(attempt.quiz.course.skill.key, day, until, "teacher"))
    return found


def every_day(person, programme):
    """Return how somebody stood on each day, by day; None where they were not in the programme."""
    version = programme.versions.get()
    rule = Version(
        version.begins, frozenset(version.roles), tuple(version.skills),
        frozenset(version.audiences), version.deadline, version.newcomer_days,
        version.valid_months,
    )  # fmt: skip
    learned = [timezone.localdate(one.at) for one in Completion.objects.filter(person=person)]
    learned += [timezone.localdate(one.started_at) for one in Attempt.objects.filter(person=person)]
    said = {
        "services": services(person),
        "evidence": shown(person),
        "exemptions": [
            Away(one.since, one.until) for one in Exemption.objects.filter(person=person)
        ],
        "begun": min(learned, default=None),
        "versions": [rule],
    }
    found, before = {}, None
    start = min([one.since for one in said["services"]], default=TODAY)
    for number in range((TODAY - start).days + 1):
        day = start + timedelta(days=number)
        before = slowly(day, **said, before=before)
        found[day] = before
    return found


@cache
def _above(unit: int, day: date) -> frozenset[int]:
    """Climb from a unit, placement by placement."""
    found = set()
    here: int | None = unit
    while here is not None:
        found.add(here)
        placed = [
            one
            for one in Placement.objects.filter(unit=here)
            if one.valid_from <= day and (one.valid_until is None or one.valid_until > day)
        ]
        here = placed[0].parent_id if placed else None
    return frozenset(found)


def counted(days: dict, *, on: date, unit: int) -> dict:
    """Count, person by person, who stood how at a unit on a day; people in each state, and overdue."""
    found: dict[str, set] = {
        name: set() for name in ("done", "learning", "not_begun", "exempt", "overdue")
    }
    for person, stood in days.items():
        said = stood.get(on)
        if said is None or unit not in _above(said["unit"], on):
            continue
        found[said["state"]].add(person)
        if said["state"] in ("learning", "not_begun") and said["due"] < on:
            found["overdue"].add(person)
    return found


def forget_units():
    _above.cache_clear()
