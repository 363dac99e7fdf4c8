"""Sheets brought in from the command line, through the same rules as an officer's uploads."""

import time
from collections.abc import Callable
from datetime import date, datetime

from imports import applying, previewing
from imports.columns import KINDS
from imports.models import Import
from imports.reading import read
from jobs import queue
from jobs.models import JobItem
from organisation.models import Unit

PAUSE = 0.2  # seconds, while the worker or an error holds what is left


class NotBroughtIn(Exception):
    """A sheet could not be brought in: says how far it came."""


def bring_in(
    content: bytes,
    *,
    kind: str,
    unit: Unit,
    day: date,
    by,
    clock: Callable[[], datetime],
    file_name: str,
) -> Import:
    """Read, check and apply a sheet at once. Raises NotBroughtIn where rows ask for a decision.

    The background worker may take part in checking: each chunk is done by whoever has its lease.
    """
    table = read(content, filename=file_name, kind=KINDS[kind])
    one = previewing.begin(
        table=table,
        kind=KINDS[kind],
        unit=unit.pk,
        day=day,
        file_name=file_name,
        by=by,
        at=clock(),
    )
    finish(one, previewing.check_chunk, clock=clock)
    if one.state != Import.State.READY:
        raise NotBroughtIn(f"{file_name}: {one.state} {one.problem}")
    applying.start(one, by=by, at=clock())
    finish(one, applying.carry_out, clock=clock)
    if one.state != Import.State.APPLIED:
        raise NotBroughtIn(f"{file_name}: {one.state} {one.problem}")
    return one


def finish(one: Import, do, *, clock: Callable[[], datetime]) -> None:
    """Work on an import's job until nothing of it waits; `do` takes a subject and the time."""
    one.refresh_from_db()
    assert one.job is not None
    waiting = one.job.items.filter(state=JobItem.State.WAITING)
    while waiting.exists():
        queue.work(job_id=one.job.pk, do=lambda subject: do(subject, at=clock()), clock=clock)
        if waiting.filter(leased_until__gt=clock()).exists():
            time.sleep(PAUSE)
    one.refresh_from_db()
