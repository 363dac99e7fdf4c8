"""A school at a glance: classes by skills, and its teachers."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from certificates import awards
from classroom.models import Delivery, SchoolClass
from courses.models import Skill
from people.models import Person, Post
from people.roles import SCHOOL


@dataclass
class Cell:
    """What a class was taught of a skill: how many lessons, the last day, right answers of all."""

    lessons: int = 0
    last: date | None = None
    right: int = 0
    answered: int = 0

    @property
    def per_cent(self) -> int | None:
        return self.right * 100 // self.answered if self.answered else None


@dataclass(frozen=True)
class ClassRow:
    one: SchoolClass
    cells: list[Cell]


@dataclass(frozen=True)
class School:
    """Classes by skills, those of past terms too, and how many of them had each skill."""

    skills: list[Skill]
    rows: list[ClassRow]
    taught: list[int] = field(default_factory=list)

    @property
    def lessons(self) -> int:
        return sum(cell.lessons for row in self.rows for cell in row.cells)


def of_school(unit: int) -> School:
    """Return what the classes of a school were taught; three queries."""
    skills = list(Skill.objects.order_by("number"))
    place = {skill.pk: number for number, skill in enumerate(skills)}
    classes = list(SchoolClass.objects.filter(school=unit).order_by("-ends_on", "name", "pk"))
    cells: dict[int, list[Cell]] = defaultdict(lambda: [Cell() for _skill in skills])
    found = Delivery.objects.that_count().filter(school_class__school=unit)
    for one, skill, day, results in found.values_list(
        "school_class", "pack__skill", "on", "results"
    ):
        cell = cells[one][place[skill]]
        cell.lessons += 1
        cell.last = max(cell.last or day, day)
        for right, answered in results.values():
            cell.right += right
            cell.answered += answered
    rows = [ClassRow(one, cells[one.pk]) for one in classes]
    taught = [sum(1 for row in rows if row.cells[number].lessons) for number in range(len(skills))]
    return School(skills, rows, taught)


@dataclass(frozen=True)
class TeacherRow:
    """A teacher, and which of the awards for teachers they have earned, in the order of `awards`."""

    person: Person
    passed: list[bool]

    @property
    def is_trained(self) -> bool:
        return bool(self.passed) and all(self.passed)


@dataclass(frozen=True)
class Teachers:
    awards: list[awards.Award]
    rows: list[TeacherRow]

    @property
    def trained(self) -> int:
        return sum(row.is_trained for row in self.rows)


def teachers(unit: int, *, on: date) -> Teachers:
    """Return who teaches at a school and what they have passed; a few queries for each award."""
    posts = Post.objects.on(on).filter(unit=unit, role__in=SCHOOL, self_declared=False)
    people = list(
        Person.objects.filter(pk__in=posts.values("person"), erased_at=None).order_by(
            "sort_key", "pk"
        )
    )
    found = [one for one in awards.of_audience("teacher") if one.course is not None]
    keys = [person.pk for person in people]
    passed = [set(awards.passed(keys, award=award)) for award in found]
    rows = [TeacherRow(person, [person.pk in some for some in passed]) for person in people]
    return Teachers(found, rows)
