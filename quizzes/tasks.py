from celery import shared_task
from django.utils import timezone

from quizzes import attempts


@shared_task
def end_attempts() -> None:
    """Hand in what has been left open past its time, with what was answered."""
    attempts.sweep(at=timezone.now())
