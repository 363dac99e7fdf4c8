"""Forgetting the names of pupils when their term has ended. What they knew as a class stays, in numbers."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from classroom import sessions
from classroom.models import Pupil, SchoolClass, Session
from quizzes.models import MasteryRecord

MOST_AT_ONCE = 100


def purge_ended(*, at: datetime) -> int:
    """Forget the pupils of classes whose term has ended, MOST_AT_ONCE of them; return how many classes."""
    over = SchoolClass.objects.filter(purged_at=None, ends_on__lt=timezone.localdate(at))
    keys = list(over.order_by("ends_on", "pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
    return sum(purge(key, at=at) for key in keys)


@transaction.atomic
def purge(school_class: int, *, at: datetime) -> bool:
    """Forget the pupils of a class; return whether there was anything to do. Can run twice.

    Sessions that are open are ended first, so that no answer is lost.
    """
    held = SchoolClass.objects.select_for_update().get(pk=school_class)
    if held.purged_at is not None:
        return False
    for session in held.sessions.exclude(state=Session.State.CLOSED):
        sessions.close(session, by=None, at=at)
    held.summary = summary(held)
    held.purged_at, held.join_code, held.is_open = at, "", False
    held.save()
    Pupil.objects.filter(school_class=held).delete()
    return True


def summary(school_class: SchoolClass) -> dict:
    """Return what is kept of a class: how many pupils, and by outcome how many mastered what.

    A pupil's last record on an outcome counts.
    """
    takers = list(school_class.pupils.values_list("taker", flat=True))
    latest: dict[tuple[int, str], str] = {}
    records = MasteryRecord.objects.filter(taker__in=takers).order_by("pk")
    for taker, outcome, level in records.values_list("taker", "outcome__key", "level"):
        latest[taker, outcome] = level
    counts: dict[str, dict[str, int]] = defaultdict(lambda: {"asked": 0, "mastered": 0})
    for (_taker, outcome), level in sorted(latest.items(), key=lambda one: one[0][1]):
        counts[outcome]["asked"] += 1
        counts[outcome]["mastered"] += level == MasteryRecord.Level.MASTERED
    return {"pupils": len(takers), "outcomes": dict(counts)}
