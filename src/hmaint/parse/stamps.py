"""When a line of a log was written, in the formats that hospital systems write.

Every time is handed around as the host's local time without a zone; lines that tell their zone are converted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from hmaint.parse.fields import MONTHS

_MONTH = "(?P<month>[A-Z][a-z]{2})"
_CLOCK = r"(?P<clock>\d\d:\d\d:\d\d)(?:[.,]\d+)?"
_DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_LEAD = r"^[^\n]{0,60}?(?<!\d)"
"""What may stand before an ISO time: brackets, a level, a program's name, the beginning of a JSON object."""

_FORMATS = tuple(
    re.compile(pattern)
    for pattern in (
        # syslog: no year
        rf"^(?:<\d+>)?{_MONTH} +(?P<day>\d{{1,2}}) {_CLOCK}",
        # Oracle alert before 12.2 and dmesg -T, Apache error: weekday first, year last
        rf"^\[?{_DAY} {_MONTH} +(?P<day>\d{{1,2}}) {_CLOCK}(?: [A-Z]{{3,4}})? (?P<year>\d{{4}})",
        # Tomcat
        rf"^(?P<day>\d\d)-{_MONTH}-(?P<year>\d{{4}}) {_CLOCK}",
        # access logs of nginx, Apache, Tomcat
        rf"^[^\[\n]{{0,200}}\[(?P<day>\d\d)/{_MONTH}/(?P<year>\d{{4}}):{_CLOCK} ?(?P<zone>[+-]\d{{4}})?\]",
        # ISO 8601: log4j, PostgreSQL, journal, Oracle 12.2 alert; with slashes nginx error
        _LEAD
        + rf"(?P<year>\d{{4}})[-/](?P<number>\d\d)[-/](?P<day>\d\d)[T ]{_CLOCK} ?(?P<zone>Z|[+-]\d\d:?\d\d)?",
        # MySQL before 5.7: 261120  9:00:00
        r"^(?P<year>\d\d)(?P<number>\d\d)(?P<day>\d\d) +(?P<clock>\d{1,2}:\d\d:\d\d)\b",
    )
)
_SINCE_BOOT = re.compile(r"^(?:<\d+>)?\[\s*(\d+)\.\d+\]")
_CENTURY = 100
_LOOKAHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HostTime:
    """The host's own idea of now: local time without zone, its offset from UTC, seconds since boot (0: unknown)."""

    now: datetime
    offset: timedelta
    uptime: float = 0.0


def dated(lines: Sequence[str], host: HostTime) -> Iterator[tuple[datetime | None, str]]:
    """Each line with its time; a line without one (a stack trace) belongs to the line before it.

    Lines before the first time get that first time, and all get None where there is no time at all.
    """
    times = [stamp(line, host) for line in lines]
    current = next((time for time in times if time is not None), None)
    for time, line in zip(times, lines, strict=True):
        current = time or current
        yield current, line


def stamp(line: str, host: HostTime) -> datetime | None:
    """Local time a line begins with, or None when it begins with none."""
    for pattern in _FORMATS:
        match = pattern.match(line)
        if match:
            return _time(match.groupdict(), host)
    boot = _SINCE_BOOT.match(line)
    if boot and host.uptime:
        return host.now - timedelta(seconds=host.uptime - float(boot.group(1)))
    return None


def unstamped(line: str) -> str:
    """Line without the time it begins with."""
    for pattern in (*_FORMATS, _SINCE_BOOT):
        match = pattern.match(line)
        if match:
            return line[match.end() :].lstrip(" ]:-|,")
    return line


def _time(told: dict[str, str | None], host: HostTime) -> datetime | None:
    month = int(told.get("number") or 0) or MONTHS.get(told.get("month") or "", 0)
    year = int(told.get("year") or host.now.year)
    year += 2000 if year < _CENTURY else 0
    clock = (told["clock"] or "").rjust(8, "0")
    try:
        time = datetime.fromisoformat(f"{year:04}-{month:02}-{int(told['day'] or 0):02} {clock}")
    except ValueError:
        return None
    if not told.get("year") and time > host.now + _LOOKAHEAD:
        return _last_year(time)
    zone = told.get("zone")
    return time if not zone else _local(time, zone, host)


def _last_year(time: datetime) -> datetime | None:
    try:
        return time.replace(year=time.year - 1)
    except ValueError:  # 29 February
        return None


def _local(time: datetime, zone: str, host: HostTime) -> datetime:
    aware = datetime.fromisoformat(f"{time.isoformat()}{'+00:00' if zone == 'Z' else zone}")
    return aware.astimezone(timezone(host.offset)).replace(tzinfo=None)
