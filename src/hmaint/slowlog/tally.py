"""What is counted of every kind of statement: how often, how long, how much was read, from when to when."""

from __future__ import annotations

import math
from hashlib import sha256

from hmaint.slowlog.canonical import LONGEST, canonical

MOST_GROUPS = 10_000
"""Kinds of statements kept at once; beyond it the half that took the least time is only summed up."""

_MOST_KNOWN, _MOST_KNOWN_BYTES = 20_000, 8 * 1024 * 1024
_STEP = math.log(1.05)
_LEAST = 1e-6
COUNT, TOTAL, MAX, LOCK, SENT, EXAMINED, MOST_EXAMINED, FIRST, LAST = range(9)


class Group:
    """One kind of statement. `figures` are by COUNT … LAST; `spread` counts calls by their time, 5 % a step."""

    __slots__ = ("figures", "schemas", "spread", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.figures: list[float] = [0, 0.0, 0.0, 0.0, 0, 0, 0, 0, 0]
        self.spread: dict[int, int] = {}
        self.schemas: set[str] = set()

    def told(self) -> dict[str, object]:
        return {
            "text": self.text,
            "figures": self.figures,
            "spread": [list(pair) for pair in sorted(self.spread.items())],
            "schemas": sorted(self.schemas)[:5],
        }


class Tally:
    """All kinds of statements of one log, or of one part of it, within bounded memory."""

    def __init__(self) -> None:
        self.groups: dict[str, Group] = {}
        self.entries = 0
        self.seconds = 0.0
        self.doubtful = 0
        self.unread = 0
        self.rest: list[float] = [0, 0, 0.0]
        """Kinds, calls and seconds of what is only summed up."""
        self._known: dict[bytes, Group] = {}
        self._known_bytes = 0

    def add(  # noqa: PLR0913, PLR0917 - one entry, three million times: no object is made for it
        self,
        masked: bytes,
        seconds: float,
        lock: float,
        sent: int,
        examined: int,
        at: float,
        schema: str = "",
    ) -> None:
        """Count one call of a masked statement; `at` is epoch seconds, 0 where the log does not tell."""
        group = self._known.get(masked)
        if group is None:
            group = self._learn(masked)
        self.entries += 1
        self.seconds += seconds
        figures = group.figures
        figures[COUNT] += 1
        figures[TOTAL] += seconds
        figures[MAX] = max(figures[MAX], seconds)
        figures[LOCK] += lock
        figures[SENT] += sent
        figures[EXAMINED] += examined
        figures[MOST_EXAMINED] = max(figures[MOST_EXAMINED], examined)
        if at:
            if not figures[FIRST] or at < figures[FIRST]:
                figures[FIRST] = at
            figures[LAST] = max(figures[LAST], at)
        step = int(math.log(seconds / _LEAST) / _STEP) if seconds > _LEAST else 0
        group.spread[step] = group.spread.get(step, 0) + 1
        if schema and len(group.schemas) < 5:  # noqa: PLR2004 - names to show, no more are read
            group.schemas.add(schema)

    def _learn(self, masked: bytes) -> Group:
        text = canonical(_decoded(masked))
        key = text
        if len(text) > LONGEST:
            key = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
            text = text[:LONGEST] + " …"
        group = self.groups.get(key)
        if group is None:
            if len(self.groups) >= MOST_GROUPS:
                self._forget()
            group = self.groups[key] = Group(text)
        self._known_bytes += len(masked)
        if len(self._known) >= _MOST_KNOWN or self._known_bytes > _MOST_KNOWN_BYTES:
            self._known.clear()
            self._known_bytes = len(masked)
        self._known[masked] = group
        return group

    def _forget(self) -> None:
        by_time = sorted(self.groups.items(), key=_weight)
        for key, group in by_time[: len(by_time) // 2]:
            del self.groups[key]
            self._sum_up(group.figures)
        self._known.clear()
        self._known_bytes = 0

    def _sum_up(self, figures: list[float]) -> None:
        self.rest[0] += 1
        self.rest[1] += figures[COUNT]
        self.rest[2] += figures[TOTAL]

    def told(self, most: int) -> dict[str, object]:
        """All of it as JSON has it, the heaviest `most` kinds one by one."""
        ordered = sorted(self.groups.items(), key=_weight, reverse=True)
        for _key, group in ordered[most:]:
            self._sum_up(group.figures)
        return {
            "entries": self.entries,
            "seconds": self.seconds,
            "doubtful": self.doubtful,
            "unread": self.unread,
            "rest": self.rest,
            "groups": [dict(group.told(), key=_digest(key)) for key, group in ordered[:most]],
        }


def _weight(item: tuple[str, Group]) -> tuple[float, float]:
    return item[1].figures[TOTAL], item[1].figures[COUNT]


def _digest(key: str) -> str:
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _decoded(masked: bytes) -> str:
    """Names of tables may be Chinese: UTF-8, else as a Chinese Windows has them."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return masked.decode(encoding)
        except UnicodeDecodeError:
            pass
    return masked.decode("latin-1")


def digest_of(text: str) -> str:
    """The name of a canonical text: stable from log to log, whatever the server."""
    return _digest(
        text if len(text) <= LONGEST else sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    )
