from celery import shared_task
from django.utils import timezone

from certificates import printing
from jobs import queue


@shared_task
def draw(job_id: int) -> None:
    """Draw the certificates of a job."""
    queue.work(job_id=job_id, do=printing.keep_pdf, clock=timezone.now)
