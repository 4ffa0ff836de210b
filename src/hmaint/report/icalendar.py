"""Days that something is due on as an iCalendar file (RFC 5545), for any calendar program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from hmaint.kit.text import one_line

_OCTETS = 75
"""The longest line RFC 5545 (3.1) has; what is longer goes on after a line break and a blank."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Day:
    """One entry of a calendar: a whole day."""

    key: str
    """What it is about, the same whenever the file is written: a calendar program then moves it, and adds none."""
    day: date
    title: str
    text: str = ""
    place: str = ""
    sure: bool = True
    """Whether the day is certain; else the entry is marked as tentative."""
    before: tuple[int, ...] = (7, 1)
    """How many days before to remind."""


def calendar_of(days: Sequence[Day], name: str, now: datetime) -> str:
    """Write a calendar; the same days give the same file at the same moment."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//hmaint//contract due//ZH", "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH", f"X-WR-CALNAME:{_text(name)}"]  # fmt: skip
    for each in days:
        lines += _entry(each, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _entry(each: Day, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{sha256(each.key.encode()).hexdigest()[:32]}@hmaint"
    yield f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{each.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{each.day + _DAY:%Y%m%d}"
    yield f"SUMMARY:{_text(each.title)}"
    if each.text:
        yield f"DESCRIPTION:{_text(each.text)}"
    if each.place:
        yield f"LOCATION:{_text(each.place)}"
    yield f"STATUS:{'CONFIRMED' if each.sure else 'TENTATIVE'}"
    yield "TRANSP:TRANSPARENT"
    for days in each.before:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_text(each.title)}", f"TRIGGER:-P{days}D",
            "END:VALARM")  # fmt: skip
    yield "END:VEVENT"


def _text(text: str) -> str:
    """Text as a value: what has a meaning in the format is escaped, control characters are made visible."""
    lines = (one_line(line, 1000) for line in text.splitlines())
    escaped = (line.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,") for line in lines)
    return "\\n".join(escaped)


def _folded(line: str) -> Iterator[str]:
    """Break a line where it gets too long in UTF-8, never within a character."""
    part, room = "", _OCTETS
    for char in line:
        size = len(char.encode("utf-8", "replace"))
        if size > room:
            yield part
            part, room = " ", _OCTETS - 1
        part, room = part + char, room - size
    yield part
