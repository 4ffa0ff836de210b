"""How long something may take, and in which hours that time runs."""

from __future__ import annotations

from typing import Literal

from hmaint.kit.frozen import dataclass

Unit = Literal["second", "day", "workday", "month", "agreed"]
"""`second` runs by the clock, the others end with a day; `agreed` has no length before both sides name a date."""
_DAY, _HOUR, _MINUTE = 86400, 3600, 60


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time as a contract grants it; `count` is 0 for what is to be done at once, and for `agreed`."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        """As contracts and JSON spell it: PT15M, 3wd, 10d, 3mo, agreed."""
        if self.unit == "second":
            return _iso(self.count)
        if self.unit == "agreed":
            return "agreed"
        return f"{self.count}{_SHORT[self.unit]}"


_SHORT = {"workday": "wd", "day": "d", "month": "mo"}
AGREED = Limit(0, "agreed")


def _iso(seconds: int) -> str:
    if not seconds:
        return "PT0S"
    hours, rest = divmod(seconds, _HOUR)
    parts = ((hours, "H"), (rest // _MINUTE, "M"), (rest % _MINUTE, "S"))
    return "PT" + "".join(f"{count}{unit}" for count, unit in parts if count)


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of a day in which people serve, in seconds after midnight; `end` may be 86400 (24:00)."""

    start: int
    end: int

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"


def _clock(seconds: int) -> str:
    return f"{seconds // _HOUR:02}:{seconds % _HOUR // _MINUTE:02}"


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a clock runs.

    `continuous`: day and night, rest days as well. `hours`: on its `days` only, within its `windows`; where the
    contract tells no windows there are none here, and whatever is reckoned with it is provisional. `cn-statutory`:
    by whole statutory working days.
    """

    id: str
    kind: Literal["continuous", "hours", "cn-statutory"]
    days: Literal["cn-statutory", "everyday"] = "everyday"
    windows: tuple[Window, ...] = ()
    """In the order of the day, none touching another; empty where they are not known."""
    seconds_per_day: int | None = None
    """How long people serve a day where that is told and the windows are not."""
    quote: str = ""


ALWAYS = Calendar("always", "continuous")
"""What holds for a clock that names no calendar."""
