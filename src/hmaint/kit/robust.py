"""Statistics that one wild reading does not upset: Theil–Sen slopes, Mann–Kendall's test, steps in a level."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations, pairwise
from statistics import NormalDist, fmean, median
from typing import NamedTuple

_MAD = 1.4826
"""What makes the median distance from the median the standard deviation, where noise is normal."""
_MEAN = math.sqrt(math.pi / 2)
_NEAR = 3
"""Readings on each side of a supposed step whose median is its level: one wild one among them changes nothing."""
_STEP = 5.0
"""A step is at least so many standard deviations of the noise."""
_EXACT = 30
"""Up to so many readings the chance of an order is counted, beyond it is normal."""


class Point(NamedTuple):
    """A reading: days since some moment, and what was read."""

    day: float
    value: float


Points = Sequence[Point]


def slopes(points: Points) -> list[float]:
    """The slope between every two readings, per day."""
    return [
        (later.value - earlier.value) / (later.day - earlier.day)
        for earlier, later in combinations(points, 2)
        if later.day > earlier.day
    ]


def spread(values: Sequence[float]) -> float:
    """The standard deviation as the median distance from the median tells it."""
    if not values:
        return 0.0
    middle = median(values)
    return _MAD * median(abs(value - middle) for value in values)


def scatter(values: Sequence[float]) -> float:
    """The standard deviation as the mean distance from nought tells it, of values among which nothing is wild."""
    return _MEAN * fmean(abs(value) for value in values) if values else 0.0


def split(points: Points, least: float) -> tuple[tuple[Point, ...], ...]:
    """Readings parted at each step of their level, at least `least` high: a clean-up, a move, a restored copy.

    What they grow by meanwhile is taken off first. One wild reading is no step, save at the very end, where nobody
    can tell yet.
    """
    if len(points) < _NEAR:
        return (tuple(points),)
    between = [(b.value - a.value) / (b.day - a.day) for a, b in pairwise(points)]
    growth = median(between)
    level = [value - growth * day for day, value in points]
    noise = spread([b - a for a, b in pairwise(level)]) / math.sqrt(2)
    cuts = sorted(_cuts(level, 0, max(least, _STEP * noise)))
    return tuple(tuple(points[a:b]) for a, b in pairwise([0, *cuts, len(points)]))


def _cuts(level: Sequence[float], offset: int, least: float) -> Iterator[int]:
    """Places before which the level steps, the highest step first and then in what is left on each side."""
    steps = [(_step(level, at), at) for at in range(1, len(level))]
    height, at = max(steps, default=(0.0, 0))
    if height <= least:
        return
    yield offset + at
    yield from _cuts(level[:at], offset, least)
    yield from _cuts(level[at:], offset + at, least)


def _step(level: Sequence[float], at: int) -> float:
    """How high the level steps just before a place: as far as the readings beside it jump, and those around bear it."""
    before, after = level[max(0, at - _NEAR) : at], level[at : at + _NEAR]
    if len(before) == 1 and len(after) > 1:
        return 0.0  # a wild first reading says nothing of what came later
    jump = after[0] - before[-1]
    lasting = _nearest(after, low=jump > 0) - _nearest(before, low=jump < 0)
    return min(abs(jump), abs(lasting)) if jump * lasting > 0 else 0.0


def _nearest(values: Sequence[float], *, low: bool) -> float:
    """The median; of two the one nearer to the other side, so that one wild reading makes no step."""
    if len(values) == 2:  # noqa: PLR2004 - two have no middle
        return min(values) if low else max(values)
    return median(values)


def chance(segments: Sequence[Points]) -> float:
    """How likely an order as regular as this is by mere chance (Mann–Kendall, two-sided), all segments together."""
    score = sum(_score(points) for points in segments)
    lengths = tuple(sorted(len(points) for points in segments if len(points) > 1))
    ties = any(len({point.value for point in points}) < len(points) for points in segments)
    if not ties and sum(lengths) <= _EXACT:
        return _counted(lengths, abs(score))
    variance = sum(_variance(points) for points in segments)
    if not variance:
        return 1.0
    return 2 * (1 - NormalDist().cdf(max(0.0, abs(score) - 1) / math.sqrt(variance)))


def _score(points: Points) -> int:
    return sum((b.value > a.value) - (b.value < a.value) for a, b in combinations(points, 2))


def _variance(points: Points) -> float:
    n = len(points)
    counts = [sum(p.value == value for p in points) for value in {p.value for p in points}]
    tied = sum(count * (count - 1) * (2 * count + 5) for count in counts)
    return (n * (n - 1) * (2 * n + 5) - tied) / 18


@cache
def _counted(lengths: tuple[int, ...], score: int) -> float:
    """The share of all orders whose score is at least so far from zero."""
    ways = {0: 1}
    for length in lengths:
        for size in range(2, length + 1):
            # The reading that comes last may stand above any number of those before it.
            grown: dict[int, int] = {}
            for sum_, number in ways.items():
                for above in range(size):
                    key = sum_ + 2 * above - (size - 1)
                    grown[key] = grown.get(key, 0) + number
            ways = grown
    extreme = sum(number for sum_, number in ways.items() if abs(sum_) >= score)
    return extreme / sum(ways.values())


def student(share: float, freedom: int) -> float:
    """The quantile of Student's distribution, to a hundredth from three degrees of freedom on."""
    z, n = NormalDist().inv_cdf(share), max(freedom, 1)
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
    )
