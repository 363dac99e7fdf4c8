"""What the people of a role have to learn: the courses and quizzes by which their progress is counted."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from courses import audiences, outlines
from people.roles import LEARNERS, TEAM, Role
from quizzes.models import Quiz


@dataclass(frozen=True)
class Skill:
    """A skill as an audience learns it: lessons to read and, once there is one, a quiz to pass."""

    number: int
    key: str
    title: str
    url: str
    lessons: tuple[UUID, ...]
    quiz: int | None
    quiz_url: str


@dataclass(frozen=True)
class Goal:
    """What some roles learn, in the order in which it is learned."""

    roles: frozenset[Role]
    skills: tuple[Skill, ...]

    @property
    def lessons(self) -> list[UUID]:
        return [lesson for skill in self.skills for lesson in skill.lessons]

    @property
    def quizzes(self) -> list[int]:
        return [skill.quiz for skill in self.skills if skill.quiz is not None]


def all_goals() -> list[Goal]:
    """Return what is learned by those whose progress is counted, each role in exactly one; one query.

    Roles that learn the same courses share a goal. That of the team members, whose courses everybody
    without their own learns, comes first.
    """
    quizzes = {quiz.course_id: quiz for quiz in Quiz.objects.filter(live=True)}
    roles: dict[tuple[Skill, ...], set[Role]] = {}
    for role in sorted(LEARNERS, key=lambda role: (role not in TEAM, role)):
        audience = audiences.OF_ROLE.get(role, audiences.DEFAULT)
        skills = tuple(_skill(one, quizzes) for one in outlines.courses_for(audience))
        roles.setdefault(skills, set()).add(role)
    return [Goal(frozenset(whose), skills) for skills, whose in roles.items()]


def _skill(course: outlines.CourseOutline, quizzes: dict[int, Quiz]) -> Skill:
    quiz = quizzes.get(course.page_id)
    return Skill(
        number=course.skill_number,
        key=course.skill_key,
        title=course.skill_title,
        url=course.url,
        lessons=tuple(line.key for line in course.lessons),
        quiz=quiz.pk if quiz else None,
        quiz_url=reverse("quizzes:quiz", args=[quiz.slug]) if quiz else "",
    )
