from celery import shared_task
from django.utils import timezone

from jobs import queue
from quizzes import attempts, regrading, tallying
from quizzes.models import Regrade


@shared_task
def end_attempts() -> None:
    """Hand in what has been left open past its time, with what was answered."""
    attempts.sweep(at=timezone.now())


@shared_task
def regrade(job_id: int) -> None:
    """Mark attempts anew, an attempt an item."""
    found = Regrade.objects.select_related("version__question", "key").get(job=job_id)

    def do(attempt: int) -> None:
        regrading.apply_to(attempt, regrade=found, at=timezone.now())

    queue.work(job_id=job_id, do=do, clock=timezone.now)


@shared_task
def refresh_tallies() -> None:
    """Count what has been marked since the last time."""
    tallying.refresh_all(at=timezone.now())
