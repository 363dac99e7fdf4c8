"""The whole province as the directive counts it, made up but for its units, to try the product at its size.

10 districts, 209 communes, 1,891 villages, 1,000 schools, 16,000 members and 30,000 teachers are
brought in from spreadsheets as of August 2023; then every change since is replayed on them. Only in
demonstration mode.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from time import perf_counter

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from courses import outlines
from courses.models import Completion
from lms import demonstration_quizzes, demonstration_year, made_up
from lms.bringing_in import bring_in
from lms.demonstration import ADMINISTRATOR, PASSWORD, NotADemonstration
from lms.made_up import Names, Place
from organisation import loading, tree
from organisation.models import Family, Placement, Unit
from people import reorganising
from people.models import Person, Post
from people.roles import TEAM, Role, Slot
from quizzes.models import Quiz
from training import refreshing

DIRECTIVE = date(2023, 8, 17)
TEACHERS = 1_500  # who have taken a quiz of those for the teams


@dataclass(frozen=True)
class Size:
    """How much of everything there is to be."""

    villages: int = 1_891
    schools: int = 1_000
    members: int = 16_000
    teachers: int = 30_000


FULL = Size()

# Officers of the real units, so that each screen can be looked at: login, name, unit, role, slot.
OFFICERS = [
    ("bg.tinh", "Hoàng Thị Ngát", "bac-giang", Role.OFFICER, ""),
    ("bg.giao.duc", "Thân Văn Lịch", "so-giao-duc-bac-giang", Role.OFFICER, ""),
    ("bg.thong.tin", "Giáp Thị Thơm", "so-thong-tin-bac-giang", Role.OFFICER, ""),
    ("bg.noi.vu", "Nông Văn Khoát", "so-noi-vu-bac-giang", Role.OFFICER, ""),
    ("bg.cong.an", "Dương Đình Vững", "cong-an-bac-giang", Role.OFFICER, ""),
    ("bg.huyen", "Vi Thị Lụa", "huyen-tan-yen", Role.OFFICER, ""),
    ("bg.xa", "Lý Văn Đoàn", "xa-lao-ho-yen-dung", Role.OFFICER, ""),
]


class AlreadyThere(Exception):
    """The province has been loaded before. Nothing has changed."""


def load(*, size: Size = FULL, say: Callable[[str], None] = print, with_year: bool = False) -> None:
    """Load the province and live through its changes. Raises NotADemonstration, or AlreadyThere."""
    if not settings.DEMONSTRATION:
        raise NotADemonstration
    if Person.objects.filter(login=OFFICERS[0][0]).exists():
        raise AlreadyThere
    by = Person.objects.get(login=ADMINISTRATOR[0])
    told = partial(_told, say)
    with transaction.atomic():
        told("units of 2023", _load_units)
    province = Unit.objects.get(key="bac-giang")
    for kind, content in _sheets(size).items():
        told(
            f"{kind}, {len(content) // 1024} kB",
            partial(
                bring_in,
                content, kind=kind, unit=province, day=DIRECTIVE, by=by, clock=timezone.now,
                file_name=f"{kind}.xlsx",
            ),
        )  # fmt: skip
    _appoint()
    told("what they have read", _let_most_read)
    told("a quiz that the teams have taken", _let_teams_take_a_quiz)
    told("changes until today", lambda: _replay(by))
    if with_year:
        year = partial(demonstration_year.live_through, clock=timezone.now, dice=random.Random(23))  # noqa: S311 - the same province each time
        told("a year of learning", year)
    told("standings", work_out)


def work_out() -> None:
    """Work out all standings, with a database that knows how much there is."""
    _let_the_database_look()
    refreshing.catch_up(at=timezone.now(), seconds=36_000)
    _let_the_database_look()


def _let_the_database_look() -> None:
    """Have PostgreSQL do at once what its autovacuum does within minutes of so many new rows."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM (ANALYZE)")


def _told(say: Callable[[str], None], what: str, do: Callable[[], object]) -> None:
    began = perf_counter()
    do()
    say(f"{what}: {perf_counter() - began:.1f} s")


def _load_units() -> None:
    loading.load_units(loading.read_units(), kinds=loading.load_kinds())


def _replay(by: Person) -> None:
    with transaction.atomic():
        loading.load_changes(
            loading.read_changes(), apply=partial(reorganising.apply, by=by, at=timezone.now())
        )


def _sheets(size: Size) -> dict[str, bytes]:
    """Return the four sheets, in the order in which they come in."""
    there = communes()
    villages = made_up.villages(there, count=size.villages)
    schools = made_up.schools(there, count=size.schools)
    names = Names(random.Random(17))  # noqa: S311 - the same province each time
    return {
        "villages": made_up.village_sheet(villages),
        "schools": made_up.school_sheet(schools),
        "team_members": made_up.member_sheet(there, villages, names, count=size.members),
        "teachers": made_up.teacher_sheet(schools, names, count=size.teachers),
    }


def communes() -> list[Place]:
    """Return the 209 communes of 2023, which must have been loaded."""
    placements = tree.subtree(Unit.objects.get(key="bac-giang"), on=DIRECTIVE).of(Family.COMMUNE)
    names = dict(Placement.objects.on(DIRECTIVE).values_list("unit", "name"))
    return [Place(one.name, one.name, names[one.parent_id]) for one in placements if one.parent_id]


def _appoint() -> None:
    """Give each officer's screen somebody to look at it."""
    for login, name, key, role, slot in OFFICERS:
        person = Person.objects.create_user(login, PASSWORD, name=name, is_demonstration=True)
        unit = Unit.objects.get(key=key)
        Post.objects.create(person=person, unit=unit, role=role, since=DIRECTIVE, slot=slot)
    for login, role, slot in [
        ("bg.thon", Role.TEAM_LEADER, Slot.VILLAGE_HEAD),
        ("bg.truong", Role.SCHOOL_HEAD, ""),
    ]:
        # Somebody whom the sheets brought in gets an account that can be signed in with.
        post = Post.objects.filter(role=role, slot=slot, until=None).order_by("pk").last()
        if post:
            post.person.login = login
            post.person.is_demonstration = True
            post.person.set_password(PASSWORD)
            post.person.save()


def _let_most_read(clock: Callable[[], datetime] = timezone.now) -> None:
    """Write down lessons that most of the people have read."""
    dice = random.Random(5)  # noqa: S311 - the same province each time
    lessons = [line for course in outlines.courses_for("team-member") for line in course.lessons]
    people = Person.objects.filter(is_demonstration=False).order_by("pk")
    completions = (
        Completion(
            person_id=pk, lesson=line.key, at=clock() - timedelta(days=dice.randrange(1, 300))
        )
        for pk in people.values_list("pk", flat=True).iterator()
        if dice.random() < 0.6
        for line in lessons[: dice.randrange(1, 12)]
    )
    Completion.objects.bulk_create(completions, batch_size=1000, ignore_conflicts=True)


def _let_teams_take_a_quiz(clock: Callable[[], datetime] = timezone.now) -> None:
    """Write down that all members of teams, and some teachers, have taken the quiz of the first course."""
    dice = random.Random(11)  # noqa: S311 - the same province each time
    course = outlines.courses_for("team-member")[0]
    quiz = Quiz.objects.get(course=course.page_id)
    posts = Post.objects.on(DIRECTIVE).filter(person__is_demonstration=False)
    members = posts.filter(role__in=TEAM).values("person")
    teachers = posts.filter(role=Role.TEACHER).values("person")
    fresh = Person.objects.filter(attempts=None).order_by("pk")
    people = list(fresh.filter(pk__in=members))
    people += list(fresh.filter(pk__in=teachers)[:TEACHERS])
    demonstration_quizzes.let_take(people, quiz, share_passing=0.97, at=clock(), dice=dice)


def accounts() -> list[tuple[str, str, str]]:
    """Return the accounts that the province brings: login, password, who that is."""
    named = [(login, PASSWORD, f"{name}, {key}") for login, name, key, _role, _slot in OFFICERS]
    more = [
        ("bg.thon", PASSWORD, "leads a village team"),
        ("bg.truong", PASSWORD, "heads a school"),
    ]
    return [*named, *more]
