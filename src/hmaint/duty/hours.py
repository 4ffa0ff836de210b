"""Hours that only run while people serve: counted on within the windows of a calendar's days."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from hmaint.duty.statutory import StatutoryDays
from hmaint.kit.clock import CHINA
from hmaint.model.limit import Calendar, Window

_DAY = 86400
_SECOND = timedelta(seconds=1)


def whole_days(calendar: Calendar, days: StatutoryDays) -> Callable[[date], bool]:
    """On which days a calendar's hours run at all."""
    statutory = calendar.kind == "cn-statutory" or calendar.days == "cn-statutory"
    return days.works if statutory else _every


def hours_after(start: datetime, seconds: int, calendar: Calendar, works: Callable[[date], bool]) -> datetime:
    """When so many seconds have been served after `start`, which is in China's zone.

    A start outside the hours counts from when they begin again. Where the windows are not told, people are taken to
    serve from the first possible moment of each day: the end is then the earliest it can be.
    """
    left = seconds
    for opens, closes in _served(start, calendar, works):
        served = int((closes - opens) / _SECOND)
        if left <= served:
            return opens + left * _SECOND
        left -= served
    raise AssertionError("time does not end")  # pragma: no cover - the stretches of service never do


def _served(
    start: datetime, calendar: Calendar, works: Callable[[date], bool]
) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of service after a moment, without end."""
    day = start.date()
    while True:
        if works(day):
            midnight = datetime.combine(day, time.min, CHINA)
            begun = max(start, midnight)
            for window in _windows(calendar, begun - midnight):
                opens, closes = midnight + window.start * _SECOND, midnight + window.end * _SECOND
                if closes > begun or (closes == begun and window.end == _DAY):
                    yield max(opens, begun), closes
        day += timedelta(days=1)


def _windows(calendar: Calendar, begun: timedelta) -> tuple[Window, ...]:
    if calendar.windows:
        return calendar.windows
    first = int(begun / _SECOND)
    length = calendar.seconds_per_day or _DAY
    return (Window(first, min(first + length, _DAY)),)


def _every(day: date) -> bool:
    del day
    return True
