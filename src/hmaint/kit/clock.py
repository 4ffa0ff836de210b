"""Time as it is handed around: aware, in the hospital's zone, and replaceable in tests."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Protocol

from hmaint.kit.i18n import _

CHINA = timezone(timedelta(hours=8), "CST")
"""China has had one zone without daylight saving since 1992, so no zone data is needed."""

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)")


class Clock(Protocol):
    """What may be asked for the time."""

    def now(self) -> datetime: ...
    def monotonic(self) -> float: ...


class SystemClock:
    """The laptop's own clock, told in the zone records are kept in."""

    def __init__(self, zone: tzinfo = CHINA) -> None:
        self._zone = zone

    def now(self) -> datetime:
        return datetime.now(self._zone)

    def monotonic(self) -> float:
        return time.monotonic()


def seconds(text: str) -> float:
    """Seconds in a duration such as `90s`, `15m`, `2h`, `3d` or `1h30m`; ValueError when it is none.

    >>> seconds("1h30m")
    5400.0
    """
    parts = _DURATION.findall(text)
    if not parts or "".join(n + u for n, u in parts) != text:
        raise ValueError(_("{text} is no duration such as 90s, 15m, 2h or 3d").format(text=text))
    return float(sum(float(n) * _UNITS[u] for n, u in parts))


def stopwatch(clock: Clock) -> Callable[[], int]:
    """Start counting; the function handed back tells whole milliseconds since."""
    begun = clock.monotonic()
    return lambda: round((clock.monotonic() - begun) * 1000)
