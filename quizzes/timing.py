"""When an attempt is due. Pure: the clock and the quiz are given as plain values."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Times:
    """The end as it is shown, and the moment after which nothing is taken; None without a limit."""

    due_at: datetime | None
    ends_at: datetime | None


def times(
    *,
    started_at: datetime,
    minutes_allowed: int | None,
    extra_minutes: int,
    closes_at: datetime | None,
    grace_seconds: int,
) -> Times:
    """Return when an attempt that begins now is due.

    Extra minutes lengthen the limit, not the day on which the quiz closes. The grace is for answers
    on their way, and is not shown.
    """
    ends = [closes_at] if closes_at else []
    if minutes_allowed:
        ends.append(started_at + timedelta(minutes=minutes_allowed + extra_minutes))
    if not ends:
        return Times(None, None)
    due_at = min(ends)
    return Times(due_at, due_at + timedelta(seconds=grace_seconds))
