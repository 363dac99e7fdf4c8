from celery import shared_task
from django.utils import timezone

from jobs import queue
from training import outside, reconciling, refreshing


@shared_task
def catch_up() -> None:
    """Write the standings of all for whom something has changed."""
    refreshing.catch_up(at=timezone.now())


@shared_task
def reconcile(job_id: int) -> None:
    """Compare the standings of a part of the people with what they ought to be."""

    def compare(first: int) -> None:
        reconciling.compare(first, at=timezone.now())

    queue.work(job_id=job_id, do=compare, clock=timezone.now, most=5)


@shared_task
def start_reconciling() -> None:
    """Begin the reconciliation of today, once."""
    reconciling.start(at=timezone.now())


@shared_task
def sweep_papers() -> None:
    """Delete files of outside certificates that no row names."""
    outside.sweep(at=timezone.now())
