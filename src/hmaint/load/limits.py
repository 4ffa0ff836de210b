"""Days, and lengths of time as contracts are written: ISO 8601, hmaint's own short spelling, or a number and a unit."""

from __future__ import annotations

import re
from datetime import date

from hmaint.kit.clock import seconds
from hmaint.kit.i18n import _
from hmaint.model.limit import AGREED, Limit, Unit

_ISO = re.compile(
    r"P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,4})D)?"
    r"(?:T(?=\d)(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?"
)
_DAYS = re.compile(r"([1-9]\d{0,3})(wd|d|mo)")
_SHORT: dict[str, Unit] = {"wd": "workday", "d": "day", "mo": "month"}
_MOST: dict[Unit, int] = {"second": 366 * 86400, "day": 3660, "workday": 2500, "month": 120, "agreed": 0}
"""Ten years; a year of hours. More is a slip of the pen."""
_SECONDS = {"hour": 3600, "minute": 60}
YEAR = 12


def day_text(text: str) -> str:
    """Hand back a day as files write it, 2026-03-01; ValueError for anything else."""
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError(_("{text} is no day; write 2026-03-01").format(text=text)) from None
    return text


def read_limit(text: str) -> Limit:
    """Read PT15M, P3M, P10D, 15m, 2h, 3d, 5wd, 1mo or agreed; ValueError with words for people otherwise.

    >>> [str(read_limit(text)) for text in ("PT24H", "P1Y", "5wd", "2h", "agreed")]
    ['PT24H', '12mo', '5wd', 'PT2H', 'agreed']
    """
    if text == "agreed":
        return AGREED
    found = (_from_iso(text) or _from_short(text)) if text.isascii() else None
    if found is None:
        words = _("{text} is no length of time such as PT15M, 2h, 3d, 5wd, P3M or agreed")
        raise ValueError(words.format(text=text))
    return bounded(found)


def counted(number: int, unit: str) -> Limit:
    """The limit of a number and its unit: workday, month, day, hour or minute. ValueError where it is too long."""
    if unit in _SECONDS:
        return bounded(Limit(number * _SECONDS[unit], "second"))
    known: dict[str, Unit] = {"workday": "workday", "month": "month", "day": "day"}
    return bounded(Limit(number, known[unit]))


def bounded(limit: Limit) -> Limit:
    """Hand a limit back; ValueError where nobody can mean it."""
    if limit.count > _MOST[limit.unit]:
        words = _("{limit} is too long; at most ten years, or a year of hours")
        raise ValueError(words.format(limit=str(limit)))
    return limit


def _from_iso(text: str) -> Limit | None:
    found = _ISO.fullmatch(text)
    if found is None or text == "P":
        return None
    years, months, weeks, days, hours, minutes, secs = (int(part or 0) for part in found.groups())
    given = [
        Limit(years * YEAR + months, "month"),
        Limit(weeks * 7 + days, "day"),
        Limit(hours * 3600 + minutes * 60 + secs, "second"),
    ]
    named = [limit for limit in given if limit.count]
    if len(named) > 1:
        raise ValueError(
            _("{text} mixes months, days and hours; a contract counts one of them").format(text=text)
        )
    return named[0] if named else Limit(0, "second")


def _from_short(text: str) -> Limit | None:
    if found := _DAYS.fullmatch(text):
        return Limit(int(found[1]), _SHORT[found[2]])
    try:
        return Limit(round(seconds(text)), "second")
    except ValueError:
        return None
