"""A commune with people who have passed a quiz, and the officer who issues certificates there."""

from datetime import date, timedelta
from fractions import Fraction

from certificates import awards
from certificates.awards import Award
from organisation import tree
from organisation.models import Placement, Unit
from people.models import Person, Post
from people.roles import Role
from quizzes import grading
from quizzes.models import Attempt, Quiz
from tests.conftest import NOON, make_person

SLUG = "nen-tang-khac"
FIRST_DAY = date(2025, 7, 1)


# What a certificate attests, but for whose it is and its numbers.
ATTESTED = {
    "year": 2026,
    "name": "Nguyễn Văn Tám",
    "unit": "Thôn Đồi Chè, Xã Đồi Vải, Tỉnh Sông Thương",
    "title": "Tự bảo vệ mình trên không gian mạng",
    "audience_title": "Thành viên Tổ công nghệ số cộng đồng",
    "per_cent": 92,
    "issuer": "Ban Chỉ đạo chuyển đổi số tỉnh",
    "issued_on": NOON.date(),
    "issued_at": NOON,
    "policy": "certificates-1",
}


def award_of(slug: str = SLUG) -> Award:
    found = awards.find(slug=slug, audience="team-member")
    assert found is not None
    return found


def put(kinds, name: str, kind: str, parent: Unit) -> Unit:
    unit = Unit.objects.create()
    tree.place(unit=unit, name=name, kind=kinds[kind], parent=parent, valid_from=FIRST_DAY)
    return unit


def commune_of(village: Unit) -> Unit:
    parent = Placement.objects.get(unit=village).parent
    assert parent is not None
    return parent


def officer_of(unit: Unit, login: str = "chi.cuc") -> Person:
    person = make_person(login, "Nông Thị Cúc")
    Post.objects.create(person=person, unit=unit, role=Role.OFFICER, since=FIRST_DAY)
    return person


def members(unit: Unit, count: int, *, first: int = 1, **fields) -> list[Person]:
    """Put so many people into the team of a unit; their names are in the order of their numbers."""
    people = []
    for number in range(first, first + count):
        person = make_person(f"to.vien.{unit.pk}.{number}", f"Bùi Thị Lành {number:04d}", **fields)
        Post.objects.create(person=person, unit=unit, role=Role.TEAM_MEMBER, since=FIRST_DAY)
        people.append(person)
    return people


def let_pass(people: list[Person], *, slug: str = SLUG, per_cent: int = 100, days_ago: int = 3):
    """Write down for each a marked attempt at the quiz of a course, as handing in does."""
    quiz = Quiz.objects.get(slug=slug)
    at = NOON - timedelta(days=days_ago)
    made = Attempt.objects.bulk_create(
        Attempt(
            quiz=quiz,
            person=person,
            number=1,
            state=Attempt.State.MARKED,
            started_at=at - timedelta(minutes=20),
            submitted_at=at,
            pass_mark=quiz.pass_mark,
        )
        for person in people
    )
    for attempt in made:
        grading.append_grade(attempt, [Fraction(per_cent, 100)], rule="marking-1", at=at)
    return made
