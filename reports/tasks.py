from celery import shared_task
from django.utils import timezone

from jobs import queue
from reports import copies, quarterly, reminding


@shared_task
def work_out(job_id: int) -> None:
    """Work out the figures of a report."""

    def write(report: int) -> None:
        quarterly.write(report, at=timezone.now())

    queue.work(job_id=job_id, do=write, clock=timezone.now)


@shared_task
def send_reminders(job_id: int) -> None:
    """Send reminders by e-mail."""

    def mail(reminder: int) -> None:
        reminding.mail(reminder, at=timezone.now())

    queue.work(job_id=job_id, do=mail, clock=timezone.now)


@shared_task
def sweep_copies() -> None:
    """Delete files of scans that no row names."""
    copies.sweep(at=timezone.now())
