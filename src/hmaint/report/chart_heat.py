"""A week by the hour: the darker the more, a number in each field, and a cross where nobody looked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hmaint.report.chart_page import WIDTH, drawn, head

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_HOURS = 24
_TALL = 2.5
_DARK = 0.62
"""From this share of the highest value on, print is white."""
_BLACK = 1.18
"""The share that would be black."""
_LONG = 3
"""A field has room for so many digits."""
Week = Mapping[tuple[int, int], float]
"""By weekday (0 is Monday) and hour; a field that is not there was not looked at."""


def heat_map(title: str, unit: str, week: Week) -> bytes:
    """Draw a week as a PNG. Raises ValueError for what is no week or below 0; Refused without a font."""
    outside = [key for key in week if key[0] not in range(len(_DAYS)) or key[1] not in range(_HOURS)]
    if outside or any(value < 0 for value in week.values()):
        message = f"a week has days 0 to 6, hours 0 to 23 and values from 0 on: {outside}"
        raise ValueError(message)
    return drawn(lambda figure: _draw(figure, title, unit, week), WIDTH, _TALL)


def _draw(figure: Figure, title: str, unit: str, week: Week) -> None:
    axes = figure.subplots()
    most = max(week.values(), default=0) or 1
    shares = [[week.get((day, hour), 0) / most for hour in range(_HOURS)] for day in range(len(_DAYS))]
    # White for nothing, never quite black: the grid must stay to be seen.
    axes.pcolormesh(shares, cmap="gray_r", vmin=0, vmax=_BLACK, edgecolors="#777777", linewidth=0.4)
    for day, row in enumerate(shares):
        for hour, share in enumerate(row):
            _number(axes, hour, day, week.get((day, hour)), share)
    axes.set_xlim(0, _HOURS)
    axes.set_ylim(len(_DAYS), 0)
    axes.set_xticks(
        [hour + 0.5 for hour in range(_HOURS)], [str(hour) for hour in range(_HOURS)], fontsize=7.5
    )
    axes.set_yticks([day + 0.5 for day in range(len(_DAYS))], _DAYS)
    axes.tick_params(length=0)
    axes.set_xlabel(f"小时（0–23）　单位：{unit}　×：未采集", fontsize=8)
    head(axes, title, "")


def _number(axes: Axes, hour: int, day: int, value: float | None, share: float) -> None:
    ink = "white" if share > _DARK else "black"
    words = "×" if value is None else _short(value)
    written = axes.text(hour + 0.5, day + 0.5, words, ha="center", va="center", fontsize=6.5, color=ink)
    # It lies in its field: to measure it for the layout would take longer than to draw it.
    written.set_in_layout(False)


def _short(value: float) -> str:
    shown = f"{value:.0f}" if value == int(value) or value >= 10 else f"{value:.1f}"  # noqa: PLR2004 - two digits
    return shown if len(shown) <= _LONG else f"{value / 1000:.0f}k"
