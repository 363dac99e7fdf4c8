"""Putting work into rows, taking it under a lease, and saying how far it is."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from celery import current_app
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from kombu.exceptions import OperationalError

from jobs.models import Heartbeat, Job, JobItem

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
MOST_TRIES = 4
CHUNK = 25
KEPT = timedelta(days=90)
HEART_STOPS_AFTER = timedelta(seconds=45)
TRY_ONCE = {"max_retries": 0, "socket_connect_timeout": 3}


@dataclass(frozen=True)
class Progress:
    """How far a job is. `done`, `failed` and `total` count items; `per_cent` is whole."""

    total: int
    done: int
    failed: int

    @property
    def per_cent(self) -> int:
        return 100 * (self.done + self.failed) // self.total if self.total else 100

    @property
    def ended(self) -> bool:
        return self.done + self.failed == self.total


def add(*, task: str, subjects: Iterable[int], by, at: datetime, hands: int = 1) -> Job:
    """Write down work and, once that is committed, send hints to start: one for each of so many hands.

    `task` is the dotted name of a Celery task that takes the job's id and calls `work`. Nothing is
    lost if the hint is: `sweep` sends it again.
    """
    with transaction.atomic():
        job = Job.objects.create(task=task, created_at=at, created_by=by)
        JobItem.objects.bulk_create(JobItem(job=job, subject=subject) for subject in subjects)
        for _hand in range(hands):
            transaction.on_commit(partial(hint, task=task, job_id=job.pk))
    return job


def hint(*, task: str, job_id: int) -> None:
    """Tell the worker that a job has waiting items.

    A broker that is away is written to the log and is no error: `sweep` hints again.
    """
    try:
        with current_app.connection_for_write() as connection:
            # Tried once: whoever asked for the work does not wait for a broker to come back.
            connection.transport_options = {**(connection.transport_options or {}), **TRY_ONCE}
            current_app.send_task(task, args=[job_id], connection=connection, retry=False)
    except (OSError, OperationalError):
        log.warning("no broker for job %s; the next sweep hints again", job_id, exc_info=True)


def claim(
    *, job_id: int, at: datetime, most: int = CHUNK, lease: timedelta = LEASE
) -> list[JobItem]:
    """Take up to `most` waiting items of a job that nobody holds, until `at` + `lease`.

    Each is taken by a conditional update, so that of two workers one gets it.
    """
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    taken = []
    for item in JobItem.objects.filter(free, job=job_id, state=JobItem.State.WAITING)[:most]:
        if JobItem.objects.filter(free, pk=item.pk, state=JobItem.State.WAITING).update(
            leased_until=at + lease
        ):
            item.leased_until = at + lease
            taken.append(item)
    return taken


def work(
    *,
    job_id: int,
    do: Callable[[int], None],
    clock: Callable[[], datetime],
    most: int = CHUNK,
    lease: timedelta = LEASE,
) -> None:
    """Do a chunk of what waits in a job, item by item, then hint at the rest: `do` takes a subject's id.

    `most` items are a chunk, and `lease` is longer than any of them takes. One chunk at a time, so that jobs share the worker and its heart goes on beating. `do` must be idempotent: an item whose worker was killed is handed out again. An exception
    counts as a try, and so does a worker that dies of an item; after MOST_TRIES the item has failed
    and keeps the error.
    """
    items = claim(job_id=job_id, at=clock(), most=most, lease=lease)
    for item in items:
        if not _begin(item, at=clock(), lease=lease):
            continue
        try:
            do(item.subject)
        except Exception as error:
            log.exception("job %s, subject %s, try %s", job_id, item.subject, item.tries)
            _failed(item, error=error, at=clock())
        else:
            _end(item, state=JobItem.State.DONE, error="", at=clock())
    if len(items) == most:
        hint(task=Job.objects.values_list("task", flat=True).get(pk=job_id), job_id=job_id)


def _held(item: JobItem):
    """Return the item's row while it waits under the lease that we have; else nothing."""
    return JobItem.objects.filter(
        pk=item.pk, state=JobItem.State.WAITING, leased_until=item.leased_until
    )


def _begin(item: JobItem, *, at: datetime, lease: timedelta) -> bool:
    """Count a try before it is made, and hold the item anew; return whether it is ours to do.

    An item that has taken its worker down as often as anything is tried fails here, so that what
    stands behind it gets done.
    """
    if item.tries >= MOST_TRIES:
        _end(item, state=JobItem.State.FAILED, error="its worker died each time", at=at)
        return False
    if not _held(item).update(tries=item.tries + 1, leased_until=at + lease):
        return False
    item.tries += 1
    item.leased_until = at + lease
    return True


def _failed(item: JobItem, *, error: Exception, at: datetime) -> None:
    message = f"{type(error).__name__}: {error}"
    if item.tries >= MOST_TRIES:
        _end(item, state=JobItem.State.FAILED, error=message, at=at)
    else:
        # Wait a little longer after each try; the sweep hands it out again.
        _held(item).update(error=message, leased_until=at + timedelta(seconds=10 * item.tries))


def _end(item: JobItem, *, state: str, error: str, at: datetime) -> None:
    _held(item).update(state=state, error=error, ended_at=at, leased_until=None)


def retry(*, job: Job) -> int:
    """Let the failed items of a job wait once more, as if never tried; return how many there were."""
    with transaction.atomic():
        again = job.items.filter(state=JobItem.State.FAILED).update(
            state=JobItem.State.WAITING, tries=0, error="", ended_at=None, leased_until=None
        )
        if again:
            transaction.on_commit(partial(hint, task=job.task, job_id=job.pk))
    return again


def forget(*, at: datetime) -> int:
    """Delete the jobs that ended more than KEPT ago with nothing failed; return how many."""
    unfinished = JobItem.objects.filter(job=OuterRef("pk")).exclude(state=JobItem.State.DONE)
    old = Job.objects.filter(~Exists(unfinished), created_at__lt=at - KEPT)
    count = old.count()
    old.delete()
    return count


def sweep(*, at: datetime) -> int:
    """Hint at every job that has waiting items which nobody holds; return how many jobs."""
    free = Q(items__leased_until=None) | Q(items__leased_until__lte=at)
    jobs = Job.objects.filter(free, items__state=JobItem.State.WAITING).order_by("pk").distinct()
    for job in jobs:
        hint(task=job.task, job_id=job.pk)
    return len(jobs)


def progress(*, job: Job) -> Progress:
    """Return how far a job is, in one query."""
    counts = job.items.aggregate(
        total=Count("pk"),
        done=Count("pk", filter=Q(state=JobItem.State.DONE)),
        failed=Count("pk", filter=Q(state=JobItem.State.FAILED)),
    )
    return Progress(**counts)


def beat(*, at: datetime) -> None:
    """Write down that the worker is alive."""
    Heartbeat.objects.update_or_create(id=1, defaults={"at": at})


def forget_heartbeat() -> None:
    """Forget an earlier worker's sign of life, so that only a new one counts."""
    Heartbeat.objects.all().delete()


def worker_is_well(*, at: datetime) -> bool:
    """Whether the worker has been alive within the last HEART_STOPS_AFTER."""
    return Heartbeat.objects.filter(at__gte=at - HEART_STOPS_AFTER).exists()
