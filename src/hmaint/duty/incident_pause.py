"""What waiting takes off a clock: nothing, unless the hospital consented in writing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime

from hmaint.duty.clock import Deadline, deadline
from hmaint.duty.statutory import StatutoryDays
from hmaint.model.incident import Wait
from hmaint.model.limit import Calendar, Limit


def deadline_with_waits(  # noqa: PLR0913 - what a clock hangs on
    limit: Limit,
    start: datetime,
    calendar: Calendar,
    days: StatutoryDays,
    *,
    waits: Iterable[Wait],
    now: datetime,
) -> Deadline | None:
    """The end of a limit that stands still while the hospital was waited for with its written consent.

    Only clocks of hours stand still; a stretch without an end lasts until `now`.
    """
    agreed = sorted((each for each in waits if each.consent), key=lambda each: each.since)
    if limit.unit != "second" or not agreed:
        return deadline(limit, start, calendar, days)
    rest, running_from = limit.count, start
    for wait in agreed:
        begun, over = max(wait.since, running_from), wait.until or max(now, wait.since)
        if over <= begun or _end(rest, running_from, calendar, days).due <= begun:
            continue
        rest -= _used(rest, running_from, begun, calendar, days)
        running_from = over
    return _end(rest, running_from, calendar, days)


def _end(seconds: int, start: datetime, calendar: Calendar, days: StatutoryDays) -> Deadline:
    found = deadline(Limit(seconds, "second"), start, calendar, days)
    assert found is not None  # noqa: S101 - hours always have an end
    return found


def _used(most: int, start: datetime, until: datetime, calendar: Calendar, days: StatutoryDays) -> int:
    """How many seconds of a clock had run by a moment."""
    return (
        bisect_right(range(most + 1), until, key=lambda seconds: _end(seconds, start, calendar, days).due) - 1
    )
