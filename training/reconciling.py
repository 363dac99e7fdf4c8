"""Every night all standings are worked out anew: what differs from what is kept is reported, and mended."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from jobs import queue
from jobs.models import Job
from people.models import Person
from training import refreshing, touching
from training.models import Reconciliation

log = logging.getLogger(__name__)

STEP = refreshing.AT_ONCE  # of the keys of people; each is an item of the job
EXAMPLES = 50
TASK = "training.tasks.reconcile"


def start(*, at: datetime) -> Job | None:
    """Begin the reconciliation of a day; None where it has been begun already."""
    day = timezone.localdate(at)
    with transaction.atomic():
        _made, is_new = Reconciliation.objects.get_or_create(day=day, defaults={"begun_at": at})
        if not is_new:
            return None
        last = Person.objects.order_by("pk").values_list("pk", flat=True).last() or 0
        return queue.add(task=TASK, subjects=range(0, last + 1, STEP), by=None, at=at)


@transaction.atomic
def compare(first: int, *, at: datetime) -> int:
    """Compare the standings of the people whose key is within STEP from `first`; return of how many they differ.

    Those are written into the reconciliation that goes on and have their standings worked out anew.
    """
    people = list(
        Person.objects.filter(pk__gte=first, pk__lt=first + STEP).values_list("pk", flat=True)
    )
    waiting = refreshing.touched(people)
    wrong = [
        person for person in refreshing.differing(people) if person not in waiting
    ]  # whom something has changed for just now is worked out anew anyway
    latest = Reconciliation.objects.select_for_update().order_by("-day").first()
    if latest is not None:
        Reconciliation.objects.filter(pk=latest.pk).update(
            people=F("people") + len(people),
            wrong=F("wrong") + len(wrong),
            examples=[*latest.examples, *wrong][:EXAMPLES],
        )
    if wrong:
        log.error("standings of %s people differed, first %s", len(wrong), wrong[:5])
        touching.touch(wrong)
    return len(wrong)
