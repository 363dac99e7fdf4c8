"""A small made-up province with made-up people, to try the product on. Only in demonstration mode."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from certificates import awards, issuing
from courses import completions, outlines
from organisation import loading, tree
from organisation.models import Unit
from people.models import Person, Post
from people.roles import EDITING_GROUPS, Role
from quizzes import attempts, marking
from quizzes.models import Quiz

PASSWORD = "minh-hoa-2026"  # noqa: S105 - printed by `make run`, and refused outside demonstration mode
BEGAN = date(2025, 7, 1)

PROVINCE = "Tỉnh Sông Thương"
DEPARTMENTS = ["Sở Giáo dục và Đào tạo", "Sở Khoa học và Công nghệ"]
COMMUNES = {
    "Xã Đồi Vải": (
        "xa",
        ["Thôn Bãi Đá", "Thôn Cầu Gỗ", "Thôn Đồi Chè", "Thôn Giếng Ngọc"],
        ["Trường THCS Đồi Vải", "Trường Tiểu học Đồi Vải"],
    ),
    "Xã Suối Hoa": (
        "xa",
        ["Thôn Ao Sen", "Thôn Đá Trắng", "Thôn Làng Mới"],
        ["Trường TH&THCS Suối Hoa"],
    ),
    "Xã Ba Cây": ("xa", ["Thôn Đầm Cò", "Thôn Ngã Ba", "Thôn Ươm"], ["Trường THCS Ba Cây"]),
    "Phường Bến Thuyền": (
        "phuong",
        ["Tổ dân phố số 1", "Tổ dân phố số 2", "Tổ dân phố số 3"],
        ["Trường THPT Bến Thuyền", "Trường THCS Bến Thuyền"],
    ),
}


@dataclass(frozen=True)
class Member:
    """Somebody of the demonstration. `passes` are the courses whose quiz they have passed."""

    login: str
    name: str
    who: str
    role: Role
    unit: str
    reads: int = 0
    passes: tuple[str, ...] = ()


CAST = [
    Member(
        "bac.tam",
        "Nguyễn Văn Tám",
        "farmer, leads a village team",
        Role.TEAM_LEADER,
        "Thôn Đồi Chè",
        9,
        ("dich-vu-cong",),
    ),
    Member("co.hoa", "Lê Thị Hòa", "teacher", Role.TEACHER, "Trường THCS Đồi Vải"),
    Member(
        "chi.duyen",
        "Đặng Mỹ Duyên",
        "team member, has all five certificates",
        Role.TEAM_MEMBER,
        "Thôn Ao Sen",
        99,
        ("dich-vu-cong", "mua-sam", "thanh-toan", "tu-bao-ve", "nen-tang-khac"),
    ),
    Member(
        "em.ut",
        "Trần Văn Út",
        "new team member, has done nothing yet",
        Role.TEAM_MEMBER,
        "Tổ dân phố số 2",
    ),
    Member(
        "tac.gia",
        "Vũ Minh Châu",
        "author, writes lessons at /quan-tri/",
        Role.AUTHOR,
        "Sở Khoa học và Công nghệ",
    ),
    Member(
        "nguoi.duyet",
        "Phạm Quốc Bảo",
        "approver, publishes lessons at /quan-tri/",
        Role.APPROVER,
        "Sở Khoa học và Công nghệ",
    ),
]
ADMINISTRATOR = ("quan.tri", "Hoàng Thị Yên", "administrator of the site, /quan-tri/")


class NotADemonstration(Exception):
    """Demonstration accounts can never exist outside demonstration mode."""


def accounts() -> list[tuple[str, str, str]]:
    """Return the demonstration accounts: login, password, who that is."""
    people = [(member.login, PASSWORD, str(member.who)) for member in CAST]
    return [*people, (ADMINISTRATOR[0], PASSWORD, str(ADMINISTRATOR[2]))]


def load() -> bool:
    """Make the province and its people where they do not exist yet; return whether they were made.

    Raises NotADemonstration outside demonstration mode.
    """
    if not settings.DEMONSTRATION:
        raise NotADemonstration
    if Person.objects.filter(login=ADMINISTRATOR[0]).exists():
        return False
    with transaction.atomic():
        units = _load_units()
        for member in CAST:
            _load_member(member, units)
        Person.objects.create_superuser(
            ADMINISTRATOR[0], PASSWORD, name=ADMINISTRATOR[1], is_demonstration=True
        )
    return True


def _load_units() -> dict[str, Unit]:
    """Make the units; return them by name."""
    kinds = loading.load_kinds()
    units: dict[str, Unit] = {}

    def add(name: str, kind: str, parent: Unit | None) -> Unit:
        unit = units[name] = Unit.objects.create()
        tree.place(unit=unit, name=name, kind=kinds[kind], parent=parent, valid_from=BEGAN)
        return unit

    province = add(PROVINCE, "tinh", None)
    for name in DEPARTMENTS:
        add(name, "so", province)
    for name, (kind, villages, schools) in COMMUNES.items():
        commune = add(name, kind, province)
        for village in villages:
            add(village, "thon" if kind == "xa" else "to-dan-pho", commune)
        for school in schools:
            add(school, "truong", commune)
    return units


def _load_member(member: Member, units: dict[str, Unit]) -> None:
    person = Person.objects.create_user(
        member.login, PASSWORD, name=member.name, is_demonstration=True
    )
    Post.objects.create(person=person, unit=units[member.unit], role=member.role, since=BEGAN)
    if member.role in EDITING_GROUPS:
        person.groups.add(Group.objects.get(name=EDITING_GROUPS[member.role]))
    now = timezone.now()
    lessons = [line for course in outlines.all_courses() for line in course.lessons]
    for place, line in enumerate(lessons[: member.reads]):
        completions.complete(
            lesson=line.key, by=person, at=now - timedelta(days=20, minutes=-place)
        )
    for slug in member.passes:
        _take_quiz(person, slug, at=now - timedelta(days=3))
    for award in awards.of_person(person, audience="team-member"):
        if award.earned:
            issuing.issue(award=award, person=person, at=now - timedelta(days=2))


def _take_quiz(person: Person, slug: str, *, at) -> None:
    """Take a quiz as somebody who knows nearly everything, through the real rules."""
    quiz = Quiz.objects.filter(slug=slug, live=True).first()
    if quiz is None:
        return
    dice = random.Random(f"{person.login} {slug}")  # noqa: S311 - the same demonstration each time
    attempt = attempts.start(quiz=quiz, by=person, at=at, dice=dice)
    for item in attempts.items_with_answers(attempt):
        if item.position == 3:
            continue  # nobody is perfect
        right = marking.right_answer(item.version.kind, item.version.content, item.order)
        attempts.answer(item=item.pk, given=right, key=new_key(dice), by=person, at=at)
    attempts.submit(attempt=attempt.pk, by=person, at=at + timedelta(minutes=12))


def new_key(dice: random.Random) -> UUID:
    """Return what an answer is sent under, the same for the same dice."""
    return UUID(int=dice.getrandbits(128), version=4)
