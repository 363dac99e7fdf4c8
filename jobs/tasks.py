from celery import shared_task
from django.utils import timezone

from jobs import queue


@shared_task
def beat() -> None:
    queue.beat(at=timezone.now())


@shared_task
def sweep() -> None:
    queue.sweep(at=timezone.now())


@shared_task
def forget() -> None:
    """Delete what has long been done, so that the tables stay small."""
    queue.forget(at=timezone.now())
