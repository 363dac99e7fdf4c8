"""Making an account of one's own."""

from datetime import date

from django.db import transaction

from organisation.models import Unit
from people.models import Person, Post
from people.roles import SELF_DECLARED, Role


class RoleNotOpen(Exception):
    """Nobody may give themselves this role."""


@transaction.atomic
def register(*, login: str, password: str, name: str, unit: Unit, role: Role, on: date) -> Person:
    """Make an account for somebody who says who they are and where they serve.

    What they say is marked as said by themselves alone. Raises RoleNotOpen for a role with rights,
    and IntegrityError where the login name is taken.
    """
    if role not in SELF_DECLARED:
        raise RoleNotOpen(role)
    person = Person.objects.create_user(login, password, name=name)
    Post.objects.create(person=person, unit=unit, role=role, since=on, self_declared=True)
    return person


def current_post(person, *, on: date) -> Post | None:
    """Return the post that a person has held last, as of a day."""
    return (
        Post.objects.on(on)
        .filter(person=person)
        .select_related("unit")
        .order_by("-since", "-pk")
        .first()
    )


@transaction.atomic
def correct(*, person: Person, name: str, unit: Unit | None, role: Role | None, on: date) -> None:
    """Let somebody correct their name and, where `unit` and `role` are given, say where they serve."""
    person.rename(name)
    person.save(update_fields=["name", "sort_key", "folded_name"])
    if unit and role:
        move(person=person, unit=unit, role=role, on=on)


@transaction.atomic
def move(*, person: Person, unit: Unit, role: Role, on: date) -> None:
    """Let somebody say that they serve elsewhere now: their own post ends, and one begins.

    Posts that an officer has written down are not touched. Raises RoleNotOpen for a role with
    rights.
    """
    if role not in SELF_DECLARED:
        raise RoleNotOpen(role)
    # One move at a time: of two at once, the second sees what the first has written.
    Person.objects.select_for_update().get(pk=person.pk)
    posts = Post.objects.on(on).filter(person=person)
    left = posts.filter(self_declared=True).exclude(unit=unit, role=role)
    # A post that began today never was: periods have at least one day.
    left.filter(since=on).delete()
    left.filter(until=None).update(until=on)
    if not posts.filter(unit=unit, role=role).exists():
        Post.objects.create(person=person, unit=unit, role=role, since=on, self_declared=True)
