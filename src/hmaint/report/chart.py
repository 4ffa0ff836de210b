"""A forecast as a picture: readings, the line drawn on, its band, and the limit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hmaint.kit.outlook import Heading
from hmaint.kit.text import one_line
from hmaint.model.forecast import Forecast, day_of
from hmaint.report.chart_page import HEIGHT, WIDTH, drawn

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_READ, _AHEAD, _LIMIT = "#1f4e79", "#c55a11", "#a61c1c"
_STEPS = 40


def picture(forecasts: Sequence[Forecast], *, width: float = WIDTH, height: float = HEIGHT) -> bytes:
    """Draw forecasts below each other as a PNG, the same bytes for the same data; Refused without a Chinese font.

    `width` and `height` of one are in inches.
    """

    def draw(figure: Figure) -> None:
        panels = figure.subplots(len(forecasts), squeeze=False)
        for forecast, (axes,) in zip(forecasts, panels, strict=True):
            _panel(axes, forecast)

    return drawn(draw, width, height * len(forecasts))


def _panel(axes: Axes, forecast: Forecast) -> None:
    # Matplotlib's own dates are days since 1970, too; given as such they need no zone.
    when = [day_of(at) for at, _value in forecast.readings]
    values = [value for _at, value in forecast.readings]
    axes.plot(when, values, "o-", color=_READ, markersize=3, linewidth=0.8, label="读数")
    top = max(values)
    # A line without a proven slope would be read as one.
    if forecast.outlook.line is not None and forecast.outlook.heading is not Heading.FLAT:
        top = max(top, _ahead(axes, forecast))
    if forecast.limit is not None and (top > 0.6 * forecast.limit or forecast.full_on is not None):
        axes.axhline(forecast.limit, color=_LIMIT, linewidth=0.8, linestyle="--", label="上限")
        top = forecast.limit
    _frame(axes, forecast, min(values), top)


def _ahead(axes: Axes, forecast: Forecast) -> float:
    """Draw the line and its band; hands back the highest value of the line."""
    outlook, line = forecast.outlook, forecast.outlook.line
    assert line is not None  # noqa: S101 - the caller has seen to it
    end = forecast.horizon
    days = [outlook.since + (end - outlook.since) * n / _STEPS for n in range(_STEPS + 1)]
    axes.plot(days, [line.at(day) for day in days], color=_AHEAD, linewidth=1.2, label="趋势线")
    low = [line.at(day) - line.reach(day) for day in days]
    high = [line.at(day) + line.reach(day) for day in days]
    if forecast.limit is not None:
        high = [min(value, forecast.limit) for value in high]
    axes.fill_between(days, low, high, color=_AHEAD, alpha=0.15, linewidth=0, label="90% 预测区间")
    if forecast.full_on is not None and outlook.full is not None and outlook.full <= end:
        axes.axvline(outlook.full, color=_LIMIT, linewidth=0.8, linestyle=":")
        axes.annotate(
            f"{forecast.full_on:%Y-%m-%d}",
            (outlook.full, 0),
            xycoords=("data", "axes fraction"),
            xytext=(-4, 4),
            textcoords="offset points",
            ha="right",
            color=_LIMIT,
        )
    return line.at(end)


def _frame(axes: Axes, forecast: Forecast, bottom: float, top: float) -> None:
    from matplotlib.dates import AutoDateLocator, DateFormatter  # noqa: PLC0415 - goes with the library

    # Noise that fills the panel looks like a drama: at least a tenth of what it is part of is shown.
    middle, half = (top + bottom) / 2, max(top - bottom, 0.1 * (forecast.limit or abs(top)), 1e-9) * 0.54
    axes.set_ylim(max(middle - half, 0) if bottom >= 0 else middle - half, middle + half)
    axes.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=7))  # type: ignore[no-untyped-call] # the library's
    axes.xaxis.set_major_formatter(DateFormatter("%Y-%m-%d"))  # type: ignore[no-untyped-call] # the library's
    axes.set_ylabel(forecast.unit)
    axes.set_title(one_line(heading(forecast), 80), fontsize=10, loc="left")
    axes.grid(visible=True, linewidth=0.3, color="#bbbbbb")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), fontsize=7, frameon=False, ncols=4, borderpad=0.1)


def heading(forecast: Forecast) -> str:
    """What a forecast is of: target, subject, figure."""
    return " ".join(part for part in (forecast.target, forecast.subject, f"（{forecast.metric}）") if part)
