"""What parsers share: the shape of their result, and figures read strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from hmaint.model.inventory import Scalar

Rows = list[dict[str, Scalar]]
Options = Mapping[str, object]


class NotTold(ValueError):
    """The text is in order, but what was asked for is not in it: the host has no such thing or does not tell it."""


MONTHS = {
    name: number
    for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)  # noqa: SIM905 - reads better
}
"""English month names, whatever the laptop's language makes of strptime's %b."""

_OCTAL = re.compile(r"\\([0-3][0-7]{2})")
_DURATION = re.compile(r"(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)")
_SHORT_DURATION = re.compile(r"(\d+)([dhm])(\d+)")
_SHORT_UNITS = {"d": (86400, 3600), "h": (3600, 60), "m": (60, 1)}


def filled(text: str) -> list[str]:
    """Lines that hold more than blanks; ValueError when there is none."""
    found = [line.rstrip() for line in text.splitlines() if line.strip()]
    if not found:
        raise ValueError("没有内容")
    return found


def whole(word: str) -> int:
    """Whole number that a machine wrote: digits with an optional sign, nothing else."""
    if not re.fullmatch(r"[+-]?[0-9]{1,30}", word):
        raise ValueError(f"不是整数：{word[:40]!r}")
    return int(word)


def figure(word: str) -> float:
    """Decimal number that a machine wrote; infinities and NaN are none."""
    if not re.fullmatch(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?(?:[eE][+-]?[0-9]{1,2})?", word):
        raise ValueError(f"不是数字：{word[:40]!r}")
    return float(word)


def percent(part: float, all_of: float) -> float:
    """Share in percent with one decimal; 0 of nothing is 0."""
    return round(100 * part / all_of, 1) if all_of else 0.0


def unescaped(word: str) -> str:
    r"""Word of /proc/mounts or fstab, where blanks stand as octal escapes.

    >>> unescaped("/mnt/my\\040disk")
    '/mnt/my disk'
    """
    return _OCTAL.sub(lambda match: chr(int(match.group(1), 8)), word)


@lru_cache(maxsize=1024)  # most processes of a host are as old as it is and have used no time
def elapsed(word: str) -> int:
    """Seconds in the times of ps: `[[dd-]hh:]mm:ss`, or busybox's `3d07`, `12h33`.

    >>> elapsed("1-02:03:04")
    93784
    """
    long = _DURATION.fullmatch(word)
    if long:
        days, hours, minutes, seconds = (int(part or 0) for part in long.groups())
        return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    short = _SHORT_DURATION.fullmatch(word)
    if not short:
        raise ValueError(f"不是时长：{word[:40]!r}")
    big, small = _SHORT_UNITS[short.group(2)]
    return int(short.group(1)) * big + int(short.group(3)) * small


def choice(options: Options, name: str, default: str) -> str:
    """Text option of a format; ValueError when it is given as something else."""
    value = options.get(name, default)
    if not isinstance(value, str):
        raise ValueError(f"{name} 必须是文字")  # noqa: TRY004 - every refusal of a parser is a ValueError
    return value
