"""Deadlines by Chinese law: the day of the event is not counted, and what ends on a rest day ends on the next workday.

Civil Code 201 to 203. What rests on a day whose year is not announced yet is provisional.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from hmaint.duty.statutory import PACKAGED, StatutoryDays
from hmaint.kit.frozen import dataclass
from hmaint.kit.i18n import _
from hmaint.model.limit import Limit, Unit

_SPAN = re.compile(r"([1-9]\d{0,3})(d|wd|mo)")
_UNITS: dict[str, Unit] = {"d": "day", "wd": "workday", "mo": "month"}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """The last day something may be done on; `provisional` where a year of its reckoning is not announced."""

    day: date
    provisional: bool = False


def read_span(text: str) -> Limit:
    """Read `3d`, `5wd` or `1mo`; ValueError when it is none of these.

    >>> str(read_span("5wd"))
    '5wd'
    """
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(_("{text} is no length of time such as 3d, 5wd or 1mo").format(text=text))
    return Limit(int(found[1]), _UNITS[found[2]])


def due(event: date, limit: Limit, days: StatutoryDays = PACKAGED) -> Due:
    """The last day of a limit in days, working days or months that begins with an event."""
    day, sure = last_day(event, limit, days)
    return Due(day, not sure)


def last_day(event: date, limit: Limit, days: StatutoryDays) -> tuple[date, bool]:
    """The last day of a limit, and whether all of its reckoning is announced."""
    if limit.unit == "workday":
        return _workdays_after(event, limit.count, days)
    if limit.unit not in {"day", "month"}:
        raise ValueError(f"{limit} is not counted in days")
    end = months_after(event, limit.count) if limit.unit == "month" else event + limit.count * _DAY
    return _rolled(end, days)


def months_after(event: date, count: int) -> date:
    """The day of the same number so many months later, or the last of a month that has none."""
    years, month = divmod(event.month - 1 + count, 12)
    year, month = event.year + years, month + 1
    return date(year, month, min(event.day, calendar.monthrange(year, month)[1]))


def _workdays_after(event: date, count: int, days: StatutoryDays) -> tuple[date, bool]:
    day, sure = event, True
    while count:
        day += _DAY
        count -= days.works(day)
        sure = sure and days.announced(day)
    return day, sure


def _rolled(day: date, days: StatutoryDays) -> tuple[date, bool]:
    """The day itself, or the next on which people work."""
    if days.works(day):
        return day, days.announced(day)
    after, sure = _workdays_after(day, 1, days)
    return after, sure and days.announced(day)
