from celery import shared_task
from django.utils import timezone

from certificates import batches, files, printing, reissuing
from certificates.models import Batch
from jobs import queue


@shared_task
def draw(job_id: int) -> None:
    """Draw the certificates of a job."""
    queue.work(job_id=job_id, do=printing.keep_pdf, clock=timezone.now)


@shared_task
def work_out_batch(job_id: int) -> None:
    """Work out who is in a batch."""

    def work_out(batch: int) -> None:
        batches.work_out(batch, at=timezone.now())

    queue.work(job_id=job_id, do=work_out, clock=timezone.now)


@shared_task
def take_turns(job_id: int) -> None:
    """Issue the next certificates of a batch, a turn an item."""
    batch = Batch.objects.values_list("pk", flat=True).filter(job=job_id).first()

    def take(turn: int) -> None:
        # A job that a later one has taken the place of has nothing left to do.
        if batch is not None:
            batches.take_turn(batch, turn, at=timezone.now())

    queue.work(
        job_id=job_id,
        do=take,
        clock=timezone.now,
        most=batches.TURNS_AT_ONCE,
        lease=batches.LONGEST_TURN,
    )


@shared_task
def make_files(job_id: int) -> None:
    """Make the files of a batch."""

    def make(file: int) -> None:
        files.make(file, at=timezone.now())

    queue.work(job_id=job_id, do=make, clock=timezone.now)


@shared_task
def open_reviews() -> None:
    """Have certificates looked at whose ground has gone."""
    reissuing.open_reviews(at=timezone.now())
