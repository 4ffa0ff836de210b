"""Where a curve is heading: slope, proof that there is one, and when it reaches a limit, with the error of all three.

The method: the history is parted at clean-ups and other steps; the slope is the median of the slopes between every two
readings of a part (Theil–Sen); it counts only where Mann–Kendall's test finds the order of the readings too regular
for chance; the day is where the line from the last part meets the limit, its bounds where the 90 % prediction
interval does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from statistics import fmean, median

from hmaint.kit.robust import Point, Points, chance, scatter, slopes, split, spread, student

METHOD = "Theil–Sen"
FEWEST = 5
"""Fewer days with a reading tell no trend."""
HORIZON = 1826
"""Days: what is further away than five years is no date to plan by."""
_MOST = 120
"""More readings are put together by their medians: the slope needs no more, and neighbours are no witnesses."""
_LEAST_STEP = 0.04
_CHANCE = 0.02
"""Five readings in perfect order are chance once in sixty; so the slope must stand out of its own error besides."""
_PROOF = 0.9998
_SHARE = 0.95
_WILD = 5.0
_ROUNDING = 1e-9
_EFFICIENCY = 1.05


class Heading(StrEnum):
    """What may be said of a curve."""

    FEW = "few"
    FLAT = "flat"
    FALLING = "falling"
    GROWING = "growing"
    SLOW = "slow"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Line:
    """The line that is drawn on: `level` on day `origin`, growing by `slope` a day, and what is uncertain of it."""

    origin: float
    level: float
    slope: float
    noise: float = 0.0
    level_error: float = 0.0
    slope_error: float = 0.0
    quantile: float = 0.0
    proof: float = 0.0

    def at(self, day: float) -> float:
        """The value on a day."""
        return self.level + self.slope * (day - self.origin)

    def reach(self, day: float) -> float:
        """How far a reading of that day may lie from the line, either way."""
        far = self.slope_error * (day - self.origin)
        return self.quantile * math.hypot(self.noise, self.level_error, far)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What became of a history; days are counted as its points count them.

    `since` is the first day of the part the line rests on. `full`, `early` and `late` are given for GROWING with a
    limit; a `late` of None means that the interval has no end. `alone` is a last reading so far above the line that
    it is either wild or a step: it is not in the line, and `early` allows for it.
    """

    heading: Heading
    readings: int
    since: float = 0.0
    last: float = 0.0
    line: Line | None = None
    chance: float = 1.0
    limit: float | None = None
    full: float | None = None
    early: float | None = None
    late: float | None = None
    alone: Point | None = None


def look_ahead(history: Sequence[Point], limit: float | None = None) -> Outlook:
    """Say where a history is heading, and when it reaches the limit; any order, any distances."""
    points = _daily(history)
    if len(points) < FEWEST:
        return Outlook(Heading.FEW, len(points), limit=limit, last=points[-1].day if points else 0.0)
    parts, alone = _parts(points, limit)
    if sum(len(part) for part in parts) < FEWEST:
        return Outlook(Heading.FEW, len(points), limit=limit, last=points[-1].day, alone=alone)
    line, used = _line(_tamed(parts))
    seen = Outlook(Heading.FLAT, len(points), parts[-1][0].day, points[-1].day, line, chance(used), limit)
    return _headed(replace(seen, alone=alone), line)


def _daily(history: Sequence[Point]) -> list[Point]:
    """One reading a day, the median of it; of very many, one for each of equal spans."""
    days = _medians(sorted(history), 1.0)
    if len(days) <= _MOST:
        return days
    return _medians(days, (days[-1].day - days[0].day) / _MOST)


def _medians(points: Points, width: float) -> list[Point]:
    groups = (tuple(group) for _day, group in groupby(points, key=lambda point: point.day // width))
    return [Point(fmean(p.day for p in group), median(p.value for p in group)) for group in groups]


def _parts(points: list[Point], limit: float | None) -> tuple[list[Points], Point | None]:
    high = limit if limit is not None else median(abs(point.value) for point in points)
    parts: list[Points] = list(split(points, _LEAST_STEP * high))
    # A last reading that stands alone: fallen, it was cleaned up; risen, it may be wild, and the line goes on below it.
    if len(parts) > 1 and len(parts[-1]) == 1 and parts[-1][0].value > parts[-2][-1].value:
        (alone,) = parts.pop()
        return parts, alone
    return parts, None


def _tamed(parts: list[Points]) -> list[Points]:
    """The parts without readings that no noise explains; a part of which nothing else is left stays as it is."""
    line = _fit(parts, spread)
    calm = []
    for part in parts:
        level = median(value - line.slope * day for day, value in part)
        bound = _WILD * line.noise + _ROUNDING * abs(level)
        kept = [p for p in part if abs(p.value - line.slope * p.day - level) <= bound]
        calm.append(kept or part)
    return calm


def _line(parts: list[Points]) -> tuple[Line, list[Points]]:
    """The line from the last part, and the parts its slope rests on: all, or the last where its pace is its own."""
    last = parts[-1]
    if len(parts) > 1 and len(last) >= FEWEST:
        own, before = _fit([last]), _fit(parts[:-1])
        if abs(own.slope - before.slope) > own.proof * math.hypot(own.slope_error, before.slope_error):
            return own, [last]
    return _fit(parts), parts


def _fit(parts: list[Points], scale: Callable[[Sequence[float]], float] = scatter) -> Line:
    found = [slope for part in parts for slope in slopes(part)]
    slope = median(found) if found else 0.0
    levels = [median(value - slope * day for day, value in part) for part in parts]
    rests = [
        value - slope * day - level for part, level in zip(parts, levels, strict=True) for day, value in part
    ]
    freedom = max(1, len(rests) - len(parts) - 1)
    noise = scale(rests) * math.sqrt(len(rests) / freedom)
    centres = [fmean(day for day, _value in part) for part in parts]
    width = sum(
        (day - centre) ** 2 for part, centre in zip(parts, centres, strict=True) for day, _value in part
    )
    return Line(
        centres[-1],
        levels[-1] + slope * centres[-1],
        slope,
        noise,
        1.25 * noise / math.sqrt(len(parts[-1])),
        _EFFICIENCY * noise / math.sqrt(width) if width else math.inf,
        student(_SHARE, freedom),
        student(_PROOF, freedom),
    )


def _headed(seen: Outlook, line: Line) -> Outlook:
    limit = seen.limit
    if limit is not None and line.at(seen.last) >= limit:
        return replace(seen, heading=Heading.FULL)
    if seen.chance > _CHANCE or abs(line.slope) <= line.slope_error * line.proof:
        return seen
    if line.slope < 0:
        return replace(seen, heading=Heading.FALLING)
    if limit is None:
        return replace(seen, heading=Heading.GROWING)
    full = line.origin + (limit - line.level) / line.slope
    if full - seen.last > HORIZON:
        return replace(seen, heading=Heading.SLOW)
    early, late = _bounds(line, limit)
    if seen.alone is not None:
        early = min(early, seen.last + (limit - seen.alone.value) / line.slope)
    return replace(seen, heading=Heading.GROWING, full=full, early=max(early, seen.last), late=late)


def _bounds(line: Line, limit: float) -> tuple[float, float | None]:
    """The days on which the two edges of the interval meet the limit; the later edge may never do so."""
    gap, widening = limit - line.level, line.quantile * line.slope_error
    wide = line.quantile * math.hypot(line.noise, line.level_error)
    # (slope·x - gap)² = wide² + (widening·x)², solved for x.
    bend = line.slope**2 - widening**2
    root = math.sqrt(max(0.0, (line.slope * wide) ** 2 + (widening * gap) ** 2 - (widening * wide) ** 2))
    if bend <= 0:
        # The edge below falls or stays: only the upper one meets the limit.
        early = (gap**2 - wide**2) / (line.slope * gap + root)
        return line.origin + early, None
    return line.origin + (line.slope * gap - root) / bend, line.origin + (line.slope * gap + root) / bend
