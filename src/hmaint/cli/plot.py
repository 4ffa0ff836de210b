"""A forecast as a plot of characters. Plotext is loaded here alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hmaint.kit.outlook import Heading
from hmaint.model.forecast import Forecast, day_of, moment_of

_HEIGHT = 14
_DATE = 16
"""Columns a date needs on the ruler."""
_ROOM = 0.05
READ, AHEAD, LIMIT = "o", ".", "-"
"""Marks of one column in every terminal; colours would say nothing they do not, and a pipe wants none."""


def plot(forecast: Forecast, width: int) -> str:
    """Readings, the line drawn on, and the limit where it is in sight."""
    import plotext

    days = [day_of(at) for at, _value in forecast.readings]
    values = [value for _at, value in forecast.readings]
    figure: Any = plotext.figure
    figure.clear()
    figure.theme("colorless")
    figure.plot_size(width, _HEIGHT)
    end, ahead = _ahead(forecast, figure)
    low, high = _range([*values, *ahead], forecast)
    if forecast.limit is not None and forecast.limit <= high:
        figure.draw(figure.signal([days[0], end], [forecast.limit] * 2, marker=LIMIT).lines(True))
    figure.draw(figure.signal(days, values, marker=READ))
    _rulers(figure, (days[0], end), (low, high), width)
    drawn: str = figure.build().string(colorless=True)
    return "\n".join(line.rstrip() for line in drawn.splitlines()).rstrip("\n")


def _ahead(forecast: Forecast, figure: Any) -> tuple[float, list[float]]:  # noqa: ANN401 - the library has no types
    """Draw the line on; hands back the last day of the plot and the two ends of the line."""
    outlook, line = forecast.outlook, forecast.outlook.line
    if line is None or outlook.heading is Heading.FLAT:
        return max(outlook.last, day_of(forecast.readings[0][0]) + 1), []
    end = forecast.horizon
    ends = [line.at(outlook.since), line.at(end)]
    figure.draw(figure.signal([outlook.since, end], ends, marker=AHEAD).lines(True))
    return end, ends


def _range(values: Sequence[float], forecast: Forecast) -> tuple[float, float]:
    """What is shown: all of it with a little room, and no less than a tenth of what it is part of."""
    low, high = min(values), max(values)
    half = max(high - low, 0.1 * (forecast.limit or abs(high)), 1e-9) * (0.5 + _ROOM)
    middle = (low + high) / 2
    return max(middle - half, 0.0) if low >= 0 else middle - half, middle + half


def _rulers(
    figure: Any,  # noqa: ANN401 - the library has no types
    days: tuple[float, float],
    values: tuple[float, float],
    width: int,
) -> None:
    number = max(2, width // _DATE - 1)
    ticks = [days[0] + (days[1] - days[0]) * n / (number - 1) for n in range(number)]
    figure.ruler(0).lim(*days)
    figure.ruler(0).ticks(ticks, [f"{moment_of(day):%Y-%m-%d}" for day in ticks])
    figure.ruler(1).lim(*values)
