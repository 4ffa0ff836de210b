"""When a line of a log was written, in the formats that hospital systems write.

Every time is handed around as the host's local time without a zone; lines that tell their zone are converted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone

from hmaint.kit.frozen import dataclass
from hmaint.parse.fields import MONTHS

_MONTH = "(?P<month>[A-Z][a-z]{2})"
_CLOCK = r"(?P<clock>\d\d:\d\d:\d\d)(?:[.,]\d+)?"
_DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_LEAD = r"^[^\n]{0,60}?(?<!\d)"
"""What may stand before an ISO time: brackets, a level, a program's name, the beginning of a JSON object."""

_SYSLOG = re.compile(rf"^(?:<\d+>)?{_MONTH} +(?P<day>\d{{1,2}}) {_CLOCK}")
"""Without a year."""
_WEEKDAY = re.compile(
    rf"^\[?{_DAY} {_MONTH} +(?P<day>\d{{1,2}}) {_CLOCK}(?: [A-Z]{{3,4}})? (?P<year>\d{{4}})"
)
"""Oracle alert before 12.2 and dmesg -T, Apache error: weekday first, year last."""
_TOMCAT = re.compile(rf"^(?P<day>\d\d)-{_MONTH}-(?P<year>\d{{4}}) {_CLOCK}")
_ACCESS = re.compile(
    rf"^[^\[\n]{{0,200}}\[(?P<day>\d\d)/{_MONTH}/(?P<year>\d{{4}}):{_CLOCK} ?(?P<zone>[+-]\d{{4}})?\]"
)
"""Access logs of nginx, Apache, Tomcat."""
_ISO = re.compile(
    _LEAD
    + rf"(?P<year>\d{{4}})[-/](?P<number>\d\d)[-/](?P<day>\d\d)[T ]{_CLOCK} ?(?P<zone>Z|[+-]\d\d:?\d\d)?"
)
"""ISO 8601: log4j, PostgreSQL, journal, Oracle 12.2 alert; with slashes nginx error."""
_OLD_MYSQL = re.compile(r"^(?P<year>\d\d)(?P<number>\d\d)(?P<day>\d\d) +(?P<clock>\d{1,2}:\d\d:\d\d)\b")
"""MySQL before 5.7: 261120  9:00:00."""
_FROM_FIGURE = (_TOMCAT, _ACCESS, _ISO, _OLD_MYSQL)
_FROM_WORD = (_SYSLOG, _WEEKDAY, _ACCESS, _ISO)
"""What may begin with a figure and what with anything else, in the order in which they are tried."""
_SINCE_BOOT = re.compile(r"^(?:<\d+>)?\[\s*(\d+)\.\d+\]")
_MONTH_FIGURES = {name: f"{number:02}" for name, number in MONTHS.items()}
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
    match = _dated(line)
    if match:
        return _time(match, host)
    boot = _SINCE_BOOT.match(line)
    if boot and host.uptime:
        return host.now - timedelta(seconds=host.uptime - float(boot.group(1)))
    return None


def unstamped(line: str) -> str:
    """Line without the time it begins with."""
    match = _dated(line) or _SINCE_BOOT.match(line)
    return line[match.end() :].lstrip(" ]:-|,") if match else line


def _dated(line: str) -> re.Match[str] | None:
    for pattern in _FROM_FIGURE if line[:1].isdecimal() else _FROM_WORD:
        # Two that few logs are in, and that cannot match without their sign.
        if (pattern is _ACCESS and "[" not in line) or (pattern is _TOMCAT and line[2:3] != "-"):
            continue
        if match := pattern.match(line):
            return match
    return None


def _told(match: re.Match[str]) -> Sequence[str | None]:
    """Year, month in figures, day, clock and zone, as far as a line tells them."""
    if match.re is _ISO:
        return match.groups()
    told = match.groupdict()
    month = told.get("number") or _MONTH_FIGURES.get(told.get("month") or "", "00")
    return told.get("year"), month, told["day"], told["clock"], told.get("zone")


def _time(match: re.Match[str], host: HostTime) -> datetime | None:
    told, month, day, clock, zone = _told(match)
    if not match.string.isascii():  # figures of other scripts are figures too
        told, month, day = (each and _plain(each) for each in (told, month, day))
    year = told or f"{host.now.year:04}"
    if len(year) == 2 or year.startswith("00"):  # noqa: PLR2004 - figures of a year without its century
        year = f"20{year[-2:]}"
    try:
        time = datetime.fromisoformat(
            f"{year}-{month}-{(day or '').rjust(2, '0')} {(clock or '').rjust(8, '0')}"
        )
    except ValueError:
        return None
    if not told and time > host.now + _LOOKAHEAD:
        return _last_year(time)
    return time if not zone else _local(time, zone, host)


def _plain(figures: str) -> str:
    return f"{int(figures):0{len(figures)}}"


def _last_year(time: datetime) -> datetime | None:
    try:
        return time.replace(year=time.year - 1)
    except ValueError:  # 29 February
        return None


def _local(time: datetime, zone: str, host: HostTime) -> datetime:
    aware = datetime.fromisoformat(f"{time.isoformat()}{'+00:00' if zone == 'Z' else zone}")
    return aware.astimezone(timezone(host.offset)).replace(tzinfo=None)
