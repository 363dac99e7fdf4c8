"""Which certificates hang on attempts that are to be marked anew, for whoever decides on that."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import ngettext

from certificates.models import Certificate
from quizzes.models import Quiz

BATCH = 500
SHOWN = 30


def lines(results: Sequence[tuple[int, int]]) -> list[str]:
    """Return what is to be said of certificates, given the (person, quiz) whose result would change.

    A valid one for the course of the quiz, or for all courses of its audience. What was attested stands
    until somebody revokes it: marking anew changes no certificate.
    """
    courses = dict(Quiz.objects.values_list("pk", "course"))
    wanted = {(person, courses[quiz]) for person, quiz in results}
    people = sorted({person for person, _course in wanted})
    found: list[Certificate] = []
    for start in range(0, len(people), BATCH):
        live = Certificate.objects.filter(
            Q(course__in=courses.values()) | Q(course=None),
            state=Certificate.State.LIVE,
            person__in=people[start : start + BATCH],
        )
        found += [
            one
            for one in live.order_by("pk")
            if one.course_id is None or (one.person_id, one.course_id) in wanted
        ]
    if not found:
        return []
    numbers = ", ".join(one.number for one in found[:SHOWN]) + (" …" if len(found) > SHOWN else "")
    text = ngettext(
        "%(count)s certificate of people whose result changes: %(numbers)s.",
        "%(count)s certificates of people whose result changes: %(numbers)s.",
        len(found),
    )
    return [text % {"count": len(found), "numbers": numbers}]
