"""Deadlines by Chinese law: the day of the event is not counted, and what ends on a rest day ends on the next workday.

Statutory working days are those of the State Council's notices. A year not announced yet is reckoned by weekends and
statutory festivals, without the days that will be moved, and whatever rests on it is provisional.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

from hmaint.kit.i18n import _

Unit = Literal["d", "wd", "mo"]
_SPAN = re.compile(r"([1-9]\d{0,3})(d|wd|mo)")
_SATURDAY = 5
_DAY = timedelta(days=1)

_FIXED = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
_LUNAR = {
    2027: ((2, 6), (4, 5), (6, 9), (9, 15)),
    2028: ((1, 26), (4, 4), (5, 28), (10, 3)),
    2029: ((2, 13), (4, 4), (6, 16), (9, 22)),
    2030: ((2, 3), (4, 5), (6, 5), (9, 12)),
}
"""春节 (first day), 清明, 端午, 中秋: known by astronomy long before any notice."""


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in days, working days or months."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"


@dataclass(frozen=True, slots=True)
class Due:
    """The last day something may be done on; `provisional` where a year of its reckoning is not announced."""

    day: date
    provisional: bool = False


def read_span(text: str) -> Span:
    """Read `3d`, `5wd` or `1mo`; ValueError when it is none of these.

    >>> str(read_span("5wd"))
    '5wd'
    """
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(_("{text} is no length of time such as 3d, 5wd or 1mo").format(text=text))
    unit: Unit = "wd" if found[2] == "wd" else "mo" if found[2] == "mo" else "d"
    return Span(int(found[1]), unit)


def due(event: date, span: Span) -> Due:
    """The last day of a span that begins with an event."""
    if span.unit == "wd":
        return _workdays_after(event, span.count)
    end = _months_after(event, span.count) if span.unit == "mo" else event + span.count * _DAY
    return _rolled(end)


def is_workday(day: date) -> bool:
    """Whether people work that day, as announced or as far as can be told."""
    return _workday(day)[0]


def is_announced(year: int) -> bool:
    """Whether the notice for that year is known here."""
    return year in _announced()


def _workdays_after(event: date, count: int) -> Due:
    day, provisional = event, False
    while count:
        day += _DAY
        works, announced = _workday(day)
        count -= works
        provisional = provisional or not announced
    return Due(day, provisional)


def _rolled(day: date) -> Due:
    works, announced = _workday(day)
    if works:
        return Due(day, not announced)
    after = _workdays_after(day, 1)
    return Due(after.day, after.provisional or not announced)


def _months_after(event: date, count: int) -> date:
    """The day of the same number, or the last of a month that has none."""
    years, month = divmod(event.month - 1 + count, 12)
    year, month = event.year + years, month + 1
    return date(year, month, min(event.day, calendar.monthrange(year, month)[1]))


def _workday(day: date) -> tuple[bool, bool]:
    """Whether people work that day, and whether that was announced."""
    if not is_announced(day.year):
        return day.weekday() < _SATURDAY and day not in _festivals(day.year), False
    # 20 ms that only deadlines need.
    import chinese_calendar  # noqa: PLC0415 - see above

    return chinese_calendar.is_workday(day), True


@cache
def _announced() -> frozenset[int]:
    import chinese_calendar  # noqa: PLC0415 - 20 ms that only deadlines need

    return frozenset(day.year for day in chinese_calendar.holidays)


@cache
def _festivals(year: int) -> frozenset[date]:
    """The statutory festivals of a year, thirteen days since 2025, the lunar ones where they are known here.

    What falls on a weekend is made up for by the next day that is neither.
    """
    days = {date(year, month, day) for month, day in _FIXED}
    moons = _LUNAR.get(year)
    if moons is not None:
        spring, *others = (date(year, month, day) for month, day in moons)
        days |= {spring + n * _DAY for n in range(-1, 3)} | set(others)
    free = set(days)
    for day in sorted(day for day in days if day.weekday() >= _SATURDAY):
        instead = day
        while instead in free or instead.weekday() >= _SATURDAY:
            instead += _DAY
        free.add(instead)
    return frozenset(free)
