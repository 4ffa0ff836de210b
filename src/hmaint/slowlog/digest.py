"""What slow logs held, as values: every kind of statement with its figures, the heaviest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from hmaint.kit.text import harmless
from hmaint.slowlog.canonical import canonical
from hmaint.slowlog.tally import (
    COUNT,
    EXAMINED,
    FIRST,
    LAST,
    LOCK,
    MAX,
    MOST_EXAMINED,
    SENT,
    TOTAL,
    digest_of,
)

_STEP, _LEAST = 1.05, 1e-6
_MOST_GROUPS, _MOST_TEXT, _MOST_STEPS = 100_000, 65_536, 1000
_FIGURES = 9


@dataclass(frozen=True, slots=True)
class Statement:
    """One kind of statement; seconds, and rows over all its calls. `p95_s` is exact to 5 %."""

    digest: str
    text: str
    calls: int
    total_s: float
    p95_s: float
    max_s: float
    lock_s: float
    rows_sent: int
    rows_examined: int
    most_examined: int
    first_seen: datetime | None
    last_seen: datetime | None
    schemas: tuple[str, ...] = ()

    @property
    def mean_s(self) -> float:
        return self.total_s / self.calls

    @property
    def hidden(self) -> bool:
        """Whether part of the text was left out because its literals could not be told for sure."""
        return self.text.endswith("...?")


@dataclass(frozen=True, slots=True)
class SlowLog:
    """One log, or several files of one, taken together."""

    place: str
    formats: tuple[str, ...]
    files: tuple[str, ...]
    bytes: int
    entries: int
    total_s: float
    statements: tuple[Statement, ...]
    unread: int = 0
    """Entries that were torn, or had no statement: not among the others."""
    doubtful: int = 0
    """Entries whose text is shown only up to the first thing that might be a literal."""
    rest_kinds: int = 0
    rest_calls: int = 0
    rest_s: float = 0.0
    """What is only summed up: the lightest of very many kinds."""


@dataclass(frozen=True, slots=True)
class Part:
    """What was told of one file, or of one part of it; ValueError by `read_part` for what no reader told."""

    path: str
    told: Mapping[str, object]


def read_part(path: str, told: object) -> Part:
    """Hold what a host told against what a reader tells; ValueError where it differs."""
    if not isinstance(told, dict) or not isinstance(told.get("groups"), list):
        raise ValueError("不是慢日志读取程序的应答")  # noqa: TRY004 - what a host told, not what a caller gave
    for name in ("entries", "seconds", "doubtful", "unread", "bytes"):
        _figure(told.get(name))
    groups, rest = told["groups"], told.get("rest")
    if not isinstance(rest, list) or len(rest) != len(("kinds", "calls", "seconds")):
        raise ValueError("不是慢日志读取程序的应答")
    if len(groups) > _MOST_GROUPS:
        raise ValueError("慢日志的语句种类太多")
    for group in groups:
        _check_group(group)
    return Part(path, {**told, "rest": [_figure(each) for each in rest]})


def _check_group(group: object) -> None:
    if not isinstance(group, dict):
        raise ValueError("不是慢日志读取程序的应答")  # noqa: TRY004 - what a host told, not what a caller gave
    figures, spread, text = _list(group.get("figures")), _list(group.get("spread")), group.get("text")
    if not isinstance(text, str) or len(figures) != _FIGURES:
        raise ValueError("不是慢日志读取程序的应答")
    _list(group.get("schemas", []))
    for value in (*figures, *(each for pair in spread for each in _pair(pair))):
        _figure(value)


def _list(told: object) -> list[object]:
    if not isinstance(told, list):
        raise ValueError("不是慢日志读取程序的应答")  # noqa: TRY004 - what a host told, not what a caller gave
    return told


def _pair(told: object) -> list[object]:
    pair = _list(told)
    if len(pair) != len(("step", "calls")):
        raise ValueError("不是慢日志读取程序的应答")
    return pair


def _figure(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0 or value > 1e300:  # noqa: PLR2004 - no figure of a log
        raise ValueError("慢日志的数字不合理")
    return float(value)


def joined(place: str, parts: Iterable[Part], most: int) -> SlowLog:
    """All parts as one, with its `most` heaviest kinds of statements; the others are summed up.

    Each part is let go before the next is taken: what they have in common is kept once.
    """
    groups: dict[str, _Group] = {}
    sizes: dict[str, float] = {}
    formats: dict[str, None] = {}
    sums = dict.fromkeys(("entries", "seconds", "unread", "doubtful"), 0.0)
    rest = [0.0, 0.0, 0.0]
    for part in parts:
        sizes[part.path] = _number(part, "bytes")
        formats[str(part.told["format"])] = None
        for name in sums:
            sums[name] += _number(part, name)
        rest = [one + other for one, other in zip(rest, cast("list[float]", part.told["rest"]), strict=True)]
        _gather(groups, part)
    ordered = sorted(groups.values(), key=lambda each: (-each.figures[TOTAL], each.text))
    left = ordered[most:]
    return SlowLog(
        place,
        tuple(formats),
        tuple(sizes),
        int(sum(sizes.values())),
        int(sums["entries"]),
        sums["seconds"],
        tuple(_statement(each) for each in ordered[:most]),
        int(sums["unread"]),
        int(sums["doubtful"]),
        int(rest[0]) + len(left),
        int(rest[1] + sum(each.figures[COUNT] for each in left)),
        rest[2] + sum(each.figures[TOTAL] for each in left),
    )


def _number(part: Part, name: str) -> float:
    return cast("float", part.told[name])


class _Group:
    __slots__ = ("figures", "key", "schemas", "spread", "text")

    def __init__(self, key: str, text: str) -> None:
        self.key, self.text = key, text
        self.figures = [0.0] * _FIGURES
        self.spread: dict[int, float] = {}
        self.schemas: dict[str, None] = {}


def _gather(groups: dict[str, _Group], part: Part) -> None:
    for told in cast("list[dict[str, object]]", part.told["groups"]):
        if cast("list[float]", told["figures"])[COUNT] < 1:
            continue
        # A program on a host tells the one text; what awk tells is written the one way here.
        text = str(told["text"])[:_MOST_TEXT]
        text = text if "key" in told else canonical(text)
        key = str(told.get("key") or digest_of(text))[:16]
        group = groups.get(key) or groups.setdefault(key, _Group(key, harmless(text)))
        _add(group, cast("list[float]", told["figures"]), cast("list[list[int]]", told["spread"]))
        names = cast("list[object]", told.get("schemas", []))
        group.schemas.update((harmless(str(name))[:64], None) for name in names)


def _add(group: _Group, figures: Sequence[float], spread: Sequence[Sequence[int]]) -> None:
    own = group.figures
    for place in (COUNT, TOTAL, LOCK, SENT, EXAMINED):
        own[place] += figures[place]
    for place in (MAX, MOST_EXAMINED, LAST):
        own[place] = max(own[place], figures[place])
    own[FIRST] = (
        min(each for each in (own[FIRST], figures[FIRST]) if each) if own[FIRST] or figures[FIRST] else 0
    )
    for step, count in spread:
        group.spread[min(int(step), _MOST_STEPS)] = group.spread.get(int(step), 0) + count


def _statement(group: _Group) -> Statement:
    figures = group.figures
    return Statement(
        group.key,
        group.text,
        int(figures[COUNT]),
        figures[TOTAL],
        _percentile(group.spread, figures[MAX]),
        figures[MAX],
        figures[LOCK],
        int(figures[SENT]),
        int(figures[EXAMINED]),
        int(figures[MOST_EXAMINED]),
        _time(figures[FIRST]),
        _time(figures[LAST]),
        tuple(sorted(group.schemas))[:5],
    )


def _percentile(spread: Mapping[int, float], most: float, part: float = 0.95) -> float:
    """The time that 95 % of the calls did not exceed; the upper end of its step, never more than the longest."""
    wanted, seen = sum(spread.values()) * part, 0.0
    for step, count in sorted(spread.items()):
        seen += count
        if seen >= wanted:
            return min(most, _LEAST * _STEP ** (step + 1))
    return most


def _time(epoch: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(epoch, UTC) if epoch else None
    except (OverflowError, OSError, ValueError):
        return None
