from celery import shared_task
from django.utils import timezone

from imports import applying, previewing, undoing
from jobs import queue


def _now(do):
    return lambda subject: do(subject, at=timezone.now())


@shared_task
def preview(job_id: int) -> None:
    """Check the rows of an import, a chunk an item."""
    queue.work(job_id=job_id, do=_now(previewing.check_chunk), clock=timezone.now)


@shared_task
def apply(job_id: int) -> None:
    """Write down what an import says, in one transaction."""
    queue.work(job_id=job_id, do=_now(applying.carry_out), clock=timezone.now)


@shared_task
def undo(job_id: int) -> None:
    """Take back what an import wrote, in one transaction."""
    queue.work(job_id=job_id, do=_now(undoing.carry_out), clock=timezone.now)
