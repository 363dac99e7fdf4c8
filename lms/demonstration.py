"""A small made-up province with made-up people, to try the product on. Only in demonstration mode.

It is brought in from spreadsheets as of 2023 and then lives through the reform of July 2025.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from certificates import awards, issuing
from courses import audiences, completions, outlines
from lms import demonstration_class, demonstration_figures, demonstration_quizzes, made_up
from lms.bringing_in import bring_in
from lms.made_up import Names, Place
from organisation import loading, tree
from organisation.changes import Act, Plan, Step
from organisation.models import Placement, Unit
from people import reorganising
from people.models import Person, Post
from people.roles import EDITING_GROUPS, Role, Slot
from quizzes.models import Quiz
from training import refreshing

PASSWORD = "minh-hoa-2026"  # noqa: S105 - printed by `make run`, and refused outside demonstration mode
# The directive's day; the province is as it was then, and then lives through July 2025.
BEGAN = date(2023, 8, 17)
REFORM = date(2025, 7, 1)

PROVINCE = "Tỉnh Sông Thương"
DEPARTMENTS = {
    "Sở Giáo dục và Đào tạo": "so-giao-duc",
    "Sở Khoa học và Công nghệ": "so-khoa-hoc",
    "Công an tỉnh": "cong-an",
    "Tỉnh đoàn": "tinh-doan",
}
DISTRICT = "Huyện Bến Thuyền"
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
    "Thị trấn Bến Thuyền": (
        "thi-tran",
        ["Tổ dân phố số 1", "Tổ dân phố số 2", "Tổ dân phố số 3"],
        ["Trường THCS Bến Thuyền"],
    ),
    "Xã Bến Cũ": ("xa", ["Thôn Bờ Sông", "Thôn Lò Gạch"], ["Trường Tiểu học Bến Cũ"]),
}
SCHOOLS_OF_THE_DEPARTMENT = ["Trường THPT Bến Thuyền"]
MEMBERS, STAFF = 70, 30


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
    Member("can.bo", "Đỗ Thị Cúc", "officer of the commune Xã Đồi Vải", Role.OFFICER, "Xã Đồi Vải"),
    Member(
        "hieu.truong",
        "Phan Thị Loan",
        "head of the school Trường THCS Đồi Vải",
        Role.SCHOOL_HEAD,
        "Trường THCS Đồi Vải",
    ),
    Member(
        "so.giao.duc",
        "Trịnh Văn Lâm",
        "officer of the department of education",
        Role.OFFICER,
        "Sở Giáo dục và Đào tạo",
    ),
    Member("can.bo.tinh", "Bùi Thị Ngân", "officer of the province", Role.OFFICER, PROVINCE),
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
        administrator = Person.objects.create_superuser(
            ADMINISTRATOR[0], PASSWORD, name=ADMINISTRATOR[1], is_demonstration=True
        )
        units = _found_units()
        _bring_in_sheets(units, by=administrator)
        for member in CAST:
            _load_member(member)
        _live_through_the_reform(units, by=administrator)
        _let_some_learn(random.Random(7))  # noqa: S311 - the same demonstration each time
        demonstration_class.load(
            Person.objects.get(login="co.hoa"),
            at=timezone.now(),
            dice=random.Random(13),  # noqa: S311 - the same demonstration each time
        )
    refreshing.catch_up(at=timezone.now(), seconds=600)
    with transaction.atomic():
        demonstration_figures.load(at=timezone.now())
    refreshing.catch_up(at=timezone.now(), seconds=600)
    return True


def _found_units() -> dict[str, Unit]:
    """Found the units of 2023 that come from no sheet; return them by name."""
    kinds = loading.load_kinds()
    units: dict[str, Unit] = {}

    def found(name: str, kind: str, parent: Unit | None) -> Unit:
        unit = units[name] = Unit.objects.create()
        tree.place(unit=unit, name=name, kind=kinds[kind], parent=parent, valid_from=BEGAN)
        return unit

    province = found(PROVINCE, "tinh", None)
    for name, kind in DEPARTMENTS.items():
        found(name, kind, province)
    district = found(DISTRICT, "huyen", province)
    for name, (kind, _villages, _schools) in COMMUNES.items():
        found(name, kind, district)
    return units


def _bring_in_sheets(units: dict[str, Unit], *, by: Person) -> None:
    """Bring in villages, schools, members and teachers as an officer does: from untidy spreadsheets."""
    communes = [Place(name, name, DISTRICT) for name in COMMUNES]
    villages = [Place(v, name, DISTRICT) for name, (_k, own, _s) in COMMUNES.items() for v in own]
    schools = [Place(s, name, DISTRICT) for name, (_k, _v, own) in COMMUNES.items() for s in own]
    schools += [Place(name, "") for name in SCHOOLS_OF_THE_DEPARTMENT]
    names = Names(random.Random(2023))  # noqa: S311 - the same demonstration each time
    for kind, content in [
        ("villages", made_up.village_sheet(villages)),
        ("schools", made_up.school_sheet(schools)),
        ("team_members", made_up.member_sheet(communes, villages, names, count=MEMBERS)),
        ("teachers", made_up.teacher_sheet(schools, names, count=STAFF, heads=False)),
    ]:
        bring_in(
            content, kind=kind, unit=units[PROVINCE], day=BEGAN, by=by, clock=timezone.now,
            file_name=f"{kind}.xlsx",
        )  # fmt: skip


def _live_through_the_reform(units: dict[str, Unit], *, by: Person) -> None:
    """Merge two communes, put all under the province and abolish the district, as on 1 July 2025."""
    town, old, district = (
        units[name].pk for name in ("Thị trấn Bến Thuyền", "Xã Bến Cũ", DISTRICT)
    )
    stay = [units[name].pk for name in COMMUNES if units[name].pk != old]
    for act, steps in [
        (
            Act.MERGER,
            [
                Step("succeed", old, into=town),
                Step("rename", town, kind="phuong", name="Phường Bến Thuyền"),
            ],
        ),
        (Act.MOVE, [Step("move", unit, parent=units[PROVINCE].pk) for unit in stay]),
        (Act.ABOLITION, [Step("abolish", district)]),
    ]:
        plan = Plan(act=act, day=REFORM, source="Nghị quyết minh họa", steps=tuple(steps))
        reorganising.apply(plan, by=by, at=timezone.now())


def _let_some_learn(dice: random.Random) -> None:
    """Let most of the people brought in read a few lessons, and some take a quiz."""
    courses = {key: outlines.courses_for(key) for key in ("team-member", "teacher")}
    now = timezone.now()
    for person in Person.objects.filter(is_demonstration=False).order_by("pk"):
        if dice.random() < 0.3:
            continue
        own = courses[audiences.of_person(person)]
        lessons = [line for course in own for line in course.lessons]
        slugs = [course.slug for course in own]
        days = dice.randrange(2, 150)
        for line in lessons[: dice.choice((1, 2, 4, 7, 12))]:
            completions.complete(lesson=line.key, by=person, at=now - timedelta(days=days))
        for slug in slugs[: max(0, dice.randrange(-20, len(slugs) + 1))]:
            _take_quiz(person, slug, at=now - timedelta(days=days - 1))


def _load_member(member: Member) -> None:
    person = Person.objects.create_user(
        member.login, PASSWORD, name=member.name, is_demonstration=True
    )
    unit = Placement.objects.on(BEGAN).get(name=member.unit).unit
    _serve(person, unit, member.role)
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
    for one in awards.of_person(person, audience="team-member"):
        if one.passed:
            issuing.issue(award=one.award, person=person, at=now - timedelta(days=2))


def _serve(person: Person, unit: Unit, role: Role) -> None:
    """Give somebody of the cast a post; who leads a team takes the place of whoever the sheet named."""
    slot = ""
    if role == Role.TEAM_LEADER:
        slot = Slot.VILLAGE_HEAD
        before = Post.objects.filter(unit=unit, slot=slot, until=None)
        before.update(slot="", role=Role.TEAM_MEMBER)
    Post.objects.create(person=person, unit=unit, role=role, since=BEGAN, slot=slot)


def _take_quiz(person: Person, slug: str, *, at) -> None:
    """Take a quiz as somebody who knows nearly everything, through the real rules."""
    quiz = Quiz.objects.filter(slug=slug, live=True).first()
    if quiz is not None:
        dice = random.Random(f"{person.login} {slug}")  # noqa: S311 - the same demonstration each time
        demonstration_quizzes.take(person, quiz, knows=0.95, at=at, dice=dice)
