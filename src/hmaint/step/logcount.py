"""Lines of a log counted by pattern: pure, on the laptop, where it costs the host nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from hmaint.kit.frozen import dataclass
from hmaint.kit.text import one_line
from hmaint.model.look import Row
from hmaint.parse.stamps import HostTime, dated, unstamped

_LONGEST = 2000
"""Characters of a line that patterns see; safe patterns take polynomial time, so the line must be bounded."""
_SAMPLE = 160
_FOLDED = (
    (re.compile(r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b"), "#"),
    (re.compile(r"\b0x[0-9a-fA-F]+\b|\b(?=[0-9a-fA-F]*\d)[0-9a-fA-F]{8,}\b"), "#"),
    (re.compile(r"\d+"), "#"),
)

Patterns = Mapping[str, re.Pattern[str]]


@dataclass(frozen=True, slots=True)
class Log:
    """The last lines of one log; `whole` tells that nothing stands before them.

    `reaches` tells that they begin where the look was to begin, whatever the time of the first of them.
    """

    path: str
    lines: tuple[str, ...]
    whole: bool
    reaches: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """How to count: patterns by name, what to leave out, from when on (host's local time), how many samples."""

    patterns: Patterns
    ignore: Sequence[re.Pattern[str]]
    since: datetime | None
    top: int


def count(log: Log, how: Count, host: HostTime) -> list[Row]:
    """One row per pattern, 0 included.

    Columns: `path pattern count first last sample`, and what the count speaks of: `lines` looked at,
    `since` the earliest of them, `covered` whether they reach back as far as was asked, `readable`.
    """
    lines = [(time, line[:_LONGEST]) for time, line in dated(log.lines, host)]
    within = [(time, line) for time, line in lines if how.since is None or time is None or time >= how.since]
    ignored = how.ignore
    kept = [each for each in within if not any(p.search(each[1]) for p in ignored)] if ignored else within
    earliest = lines[0][0] if lines else None
    reached = earliest is not None and how.since is not None and earliest <= how.since
    covered = log.reaches or (log.whole if how.since is None else reached)
    about: dict[str, str | int | bool] = {
        "lines": len(within),
        "since": _told(max(earliest, how.since) if earliest and how.since else earliest),
        "covered": covered,
        "readable": True,
    }
    return [_row(log.path, name, pattern, kept, how.top) | about for name, pattern in how.patterns.items()]


def unread(path: str, patterns: Patterns, reason: str) -> list[Row]:
    """Rows of a log that could not be read: no count, so that nothing can be concluded."""
    return [
        {
            "path": path, "pattern": name, "count": None, "first": "", "last": "", "sample": reason,
            "lines": 0, "since": "", "covered": False, "readable": False,
        }
        for name in patterns
    ]  # fmt: skip


def _row(
    path: str, name: str, pattern: re.Pattern[str], kept: list[tuple[datetime | None, str]], top: int
) -> dict[str, str | int | float | bool | None]:
    found = [(time, line) for time, line in kept if pattern.search(line)]
    return {
        "path": path,
        "pattern": name,
        "count": len(found),
        "first": _told(found[0][0]) if found else "",
        "last": _told(found[-1][0]) if found else "",
        "sample": _sample([line for _, line in found], top),
    }


def _sample(lines: list[str], top: int) -> str:
    """Newest line, or with `top` the most repeated ones, in which numbers do not tell one from the other."""
    if not lines:
        return ""
    if not top:
        return one_line(lines[-1], _SAMPLE)
    repeated: Counter[str] = Counter()
    for message, times in Counter(
        map(unstamped, lines)
    ).items():  # what is repeated word for word is folded once
        repeated[fold(message)] += times
    return "；".join(f"{one_line(text, _SAMPLE)} ×{times}" for text, times in repeated.most_common(top))


def fold(line: str) -> str:
    """Line in which identifiers and numbers are `#`.

    >>> fold("Out of memory: Killed process 4711 (java)")
    'Out of memory: Killed process # (java)'
    """
    for pattern, mark in _FOLDED:
        line = pattern.sub(mark, line)
    return line


def _told(time: datetime | None) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S") if time else ""
