"""Which lessons somebody has read to their end."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from courses.models import Completion


def complete(*, lesson: UUID, by, at: datetime) -> bool:
    """Write down that somebody has read a lesson; return whether that is new.

    Saying it twice, or from two devices at once, changes nothing.
    """
    _completion, new = Completion.objects.get_or_create(
        person=by, lesson=lesson, defaults={"at": at}
    )
    return new


def of(person, *, lessons: Iterable[UUID] | None = None) -> set[UUID]:
    """Return which lessons a person has completed, in one query; only among `lessons` if given."""
    if not person.is_authenticated:
        return set()
    found = Completion.objects.filter(person=person)
    if lessons is not None:
        found = found.filter(lesson__in=list(lessons))
    return set(found.values_list("lesson", flat=True))


def last_of(person) -> UUID | None:
    """Return the lesson that a person completed last."""
    if not person.is_authenticated:
        return None
    return Completion.objects.filter(person=person).values_list("lesson", flat=True).first()
