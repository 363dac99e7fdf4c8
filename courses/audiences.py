"""For which audience somebody learns, by the post they hold."""

from django.utils import timezone

from people import registration
from people.roles import Role

DEFAULT = "team-member"
OF_ROLE = {
    Role.TEACHER: "teacher",
    Role.SCHOOL_HEAD: "teacher",
    Role.PUPIL_LOWER: "lower-secondary",
    Role.PUPIL_UPPER: "upper-secondary",
}


def of_person(person) -> str:
    """Return the key of the audience that a person belongs to.

    Everybody else, visitors too, belongs to the team members. What an audience without courses of
    its own learns, `outlines.courses_for` says.
    """
    if not person.is_authenticated:
        return DEFAULT
    post = registration.current_post(person, on=timezone.localdate())
    return OF_ROLE.get(Role(post.role), DEFAULT) if post else DEFAULT
