"""By when something is due: hours that run by a calendar, days and months after Civil Code 200 to 204. Pure.

The day of the event is not counted; hours run from the event itself; a month ends on the day of the same number or on
the month's last; what ends on a rest day ends on the next working day; a day ends at 24:00, or when business closes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from hmaint.duty.days import last_day
from hmaint.duty.hours import hours_after, whole_days
from hmaint.duty.statutory import PACKAGED, StatutoryDays
from hmaint.kit.clock import CHINA
from hmaint.kit.frozen import dataclass
from hmaint.model.limit import ALWAYS, Calendar, Limit

_END = time(23, 59, 59)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last second something is in time, in China's zone; a day that ends at 24:00 ends at 23:59:59."""

    due: datetime
    provisional: bool = False
    """暂定: a year it rests on is not announced, or the contract does not tell the hours it runs in. Say so wherever
    it is shown."""
    earliest: datetime | None = None
    """The earliest it can turn out to be, where it is provisional: remind on this one. Never after `due`."""
    calendar: str = ""
    """The digest of the statutory calendar it was computed with; empty where no calendar entered."""

    def kept(self, done: datetime) -> bool:
        """Whether something done then was in time; parts of a second are nobody's delay."""
        return done - self.due < _SECOND


def deadline(  # noqa: PLR0913 - what a deadline hangs on
    limit: Limit | None,
    start: datetime,
    calendar: Calendar = ALWAYS,
    days: StatutoryDays = PACKAGED,
    *,
    agreed: date | datetime | None = None,
    cap: Limit | None = None,
) -> Deadline | None:
    """The end of a limit that began at `start`, an aware time.

    None where there is nothing to reckon: no figure in the contract (measure, never judge), or `AGREED` with neither
    an `agreed` date nor a `cap`. Where both are known the earlier counts. `days` is the workspace's calendar
    (`World.days`); the version of it is taken that was in force at `start`.
    """
    if start.tzinfo is None:
        raise ValueError("a deadline needs a time with a zone")
    begun, days = start.astimezone(CHINA).replace(microsecond=0), days.as_of(start)
    found = [
        _ends(each, begun, calendar, days)
        for each in (limit, cap)
        if each is not None and each.unit != "agreed"
    ]
    if agreed is not None and limit is not None and limit.unit == "agreed":
        found.append(Deadline(_moment(agreed)))
    if not found:
        return None
    if len(found) == 1 and not found[0].provisional:
        return found[0]
    first = min(found, key=lambda each: (each.due, each.provisional))
    soonest = min(each.earliest or each.due for each in found)
    unsure = first.provisional or soonest < first.due
    return replace(first, provisional=True, earliest=soonest) if unsure else first


def remaining(deadline: Deadline, now: datetime) -> timedelta:
    """How much time is left by the clock on the wall; negative once it is over."""
    return deadline.due - now


def _ends(limit: Limit, start: datetime, calendar: Calendar, days: StatutoryDays) -> Deadline:
    if limit.unit == "second":
        return _by_hours(limit.count, start, calendar, days)
    day, sure = last_day(start.date(), limit, days)
    due = _closes(day, calendar)
    if sure:
        return Deadline(due, calendar=days.sha256)
    soonest, _sure = last_day(start.date(), limit, days.strictest())
    return Deadline(
        due, provisional=True, earliest=min(due, _closes(soonest, calendar)), calendar=days.sha256
    )


def _by_hours(seconds: int, start: datetime, calendar: Calendar, days: StatutoryDays) -> Deadline:
    if calendar.kind == "continuous":
        return Deadline(start + seconds * _SECOND)
    works = whole_days(calendar, days)
    due = hours_after(start, seconds, calendar, works)
    unsure = not calendar.windows and calendar.kind == "hours"
    digest = days.sha256 if calendar.days == "cn-statutory" or calendar.kind == "cn-statutory" else ""
    if not unsure and (not digest or _announced(start.date(), due.date(), days)):
        return Deadline(due, calendar=digest)
    soonest = hours_after(start, seconds, calendar, whole_days(calendar, days.strictest()))
    return Deadline(due, provisional=True, earliest=min(due, soonest), calendar=digest)


def _announced(first: date, last: date, days: StatutoryDays) -> bool:
    return all(days.announced(first + timedelta(n)) for n in range((last - first).days + 1))


def _closes(day: date, calendar: Calendar) -> datetime:
    if calendar.windows:
        return datetime.combine(day, time.min, CHINA) + calendar.windows[-1].end * _SECOND
    return datetime.combine(day, _END, CHINA)


def _moment(agreed: date | datetime) -> datetime:
    if isinstance(agreed, datetime):
        return agreed.astimezone(CHINA)
    return datetime.combine(agreed, _END, CHINA)
