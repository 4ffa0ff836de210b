"""Lines over time with thresholds: told apart by stroke and marker, named where they end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from hmaint.model.forecast import day_of
from hmaint.report.chart_page import HEIGHT, WIDTH, drawn, head, name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_STYLES = (
    ("-", "o", "#1f4e79"), ("--", "s", "#c55a11"), (":", "^", "#3b7a3b"),
    ("-.", "D", "#6b3fa0"), ("-", "v", "#7f7f7f"), ("--", "x", "#000000"),
)  # fmt: skip
"""Stroke, marker and ink; in grey the first two still tell one from the other."""
MOST = len(_STYLES)
"""More lines than this cannot be told apart on paper."""
_APART = 0.085
"""Between the names of two lines, as a share of the height."""
_ROUNDS = 40
"""Enough to settle as many names as a chart has."""


@dataclass(frozen=True, slots=True)
class Line:
    """A figure over time; None where it could not be read."""

    name: str
    points: Sequence[tuple[datetime, float | None]]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A value that lines are held against."""

    name: str
    value: float


def line_chart(title: str, unit: str, lines: Sequence[Line], thresholds: Sequence[Threshold] = ()) -> bytes:
    """Draw lines as a PNG. Raises ValueError for more than MOST, or none with a reading; Refused without a font."""
    if not 0 < len(lines) <= MOST:
        message = f"a chart shows 1 to {MOST} lines, not {len(lines)}"
        raise ValueError(message)
    if not any(value is not None for line in lines for _at, value in line.points):
        message = "no line has a reading"
        raise ValueError(message)
    return drawn(lambda figure: _draw(figure, title, unit, lines, thresholds), WIDTH, HEIGHT)


def _draw(
    figure: Figure, title: str, unit: str, lines: Sequence[Line], thresholds: Sequence[Threshold]
) -> None:
    axes = figure.subplots()
    for line, (stroke, marker, ink) in zip(lines, _STYLES, strict=False):
        when = [day_of(at) for at, _value in line.points]
        # Not a number breaks the line: between two readings nobody looked.
        values = [float("nan") if value is None else value for _at, value in line.points]
        axes.plot(when, values, linestyle=stroke, marker=marker, color=ink, markersize=3.5, linewidth=1.1)
    for threshold in thresholds:
        axes.axhline(threshold.value, color="black", linewidth=0.9, linestyle=(0, (6, 2)))
    head(axes, title, unit)
    _scale(axes, lines, thresholds)
    _names(axes, lines, thresholds)


def _scale(axes: Axes, lines: Sequence[Line], thresholds: Sequence[Threshold]) -> None:
    from matplotlib.dates import AutoDateLocator, DateFormatter  # noqa: PLC0415 - goes with the library

    shown = [value for line in lines for _at, value in line.points if value is not None]
    shown += [threshold.value for threshold in thresholds]
    low, high = min(shown), max(shown)
    room = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    axes.set_ylim(max(low - room, 0) if low >= 0 else low - room, high + room)
    axes.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=7))  # type: ignore[no-untyped-call] # the library's
    axes.xaxis.set_major_formatter(DateFormatter("%Y-%m-%d"))  # type: ignore[no-untyped-call] # the library's
    axes.grid(visible=True, linewidth=0.3, color="#bbbbbb")


def _names(axes: Axes, lines: Sequence[Line], thresholds: Sequence[Threshold]) -> None:
    """Name each line and threshold at the right edge, none over another."""
    ends = [(threshold.value, f"{name(threshold.name)} {threshold.value:g}") for threshold in thresholds]
    ends += [_end(line, axes.get_ylim()[0]) for line in lines]
    low, high = axes.get_ylim()
    heights = spread([(value - low) / (high - low) for value, _words in ends], _APART)
    for height, (_value, words) in zip(heights, ends, strict=True):
        axes.text(1.01, height, words, transform=axes.transAxes, fontsize=7.5, va="center", ha="left")


def _end(line: Line, bottom: float) -> tuple[float, str]:
    """Where a line ends, and its name; that its last point was not read must not look like a calm end."""
    read = [value for _at, value in line.points if value is not None]
    if not read:
        return bottom, f"{name(line.name)}（未采集）"
    lost = line.points[-1][1] is None
    return read[-1], f"{name(line.name)}（末次未采集）" if lost else name(line.name)


def spread(heights: Sequence[float], apart: float) -> list[float]:
    """Move heights between 0 and 1 as little as keeps them apart."""
    order = sorted(range(len(heights)), key=lambda index: heights[index])
    placed = list(heights)
    for _round in range(_ROUNDS):
        for below, above in pairwise(order):
            lacking = max(apart - (placed[above] - placed[below]), 0) / 2
            placed[below] = max(placed[below] - lacking, 0)
            placed[above] = min(placed[above] + lacking, 1)
    return placed
