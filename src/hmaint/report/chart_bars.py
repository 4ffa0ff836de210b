"""Stacked bars by class: each class has its own hatch and grey, so that a black and white copy tells them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hmaint.report.chart_page import HEIGHT, WIDTH, drawn, head, name

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_FILLS = (
    ("#ffffff", ""), ("#d9d9d9", "///"), ("#8c8c8c", ""), ("#ffffff", "..."),
    ("#404040", ""), ("#e8e8e8", "xxx"), ("#ffffff", "\\\\\\"), ("#bfbfbf", "+++"),
)  # fmt: skip
"""Ground and hatch of each class."""
MOST = len(_FILLS)
_TILTED = 10
"""More names than this below the bars lie aslant."""


@dataclass(frozen=True, slots=True)
class Stack:
    """One class over all bars, in their order."""

    name: str
    values: Sequence[float]


def bar_chart(title: str, unit: str, bars: Sequence[str], stacks: Sequence[Stack]) -> bytes:
    """Draw stacked bars as a PNG, each total on top.

    Raises ValueError for no bar, no class or more than MOST, or values that do not fit; Refused without a font.
    """
    if not bars or not 0 < len(stacks) <= MOST:
        message = f"a chart shows at least one bar of 1 to {MOST} classes"
        raise ValueError(message)
    if any(len(stack.values) != len(bars) or min(stack.values) < 0 for stack in stacks):
        message = "every class has one value for each bar, none below 0"
        raise ValueError(message)
    return drawn(lambda figure: _draw(figure, title, unit, bars, stacks), WIDTH, HEIGHT)


def _draw(figure: Figure, title: str, unit: str, bars: Sequence[str], stacks: Sequence[Stack]) -> None:
    axes = figure.subplots()
    places = range(len(bars))
    tops = [0.0] * len(bars)
    for stack, (ground, hatch) in zip(stacks, _FILLS, strict=False):
        axes.bar(
            places, stack.values, bottom=tops, width=0.62, color=ground, hatch=hatch, edgecolor="black",
            linewidth=0.7, label=name(stack.name),
        )  # fmt: skip
        tops = [top + value for top, value in zip(tops, stack.values, strict=True)]
    for place, top in zip(places, tops, strict=True):
        axes.annotate(f"{top:g}", (place, top), (0, 2), textcoords="offset points", ha="center", fontsize=8)
    aslant = len(bars) > _TILTED
    axes.set_xticks(
        places, [name(bar) for bar in bars], rotation=35 if aslant else 0, ha="right" if aslant else "center"
    )
    axes.set_ylim(0, max(max(tops) * 1.15, 1))
    head(axes, title, unit)
    # From the top of a bar down, as the eye reads it.
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=8, frameon=False, reverse=True)
