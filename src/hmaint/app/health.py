"""The report of a deep inspection: the run, the one before it, what is owed, and where the figures are heading."""

from __future__ import annotations

from collections.abc import Sequence

from hmaint.app.difference import difference
from hmaint.app.trend import forecasts, told
from hmaint.app.world import World
from hmaint.errors import Refused, WrongUsage
from hmaint.kit.outlook import Heading
from hmaint.model.difference import Difference
from hmaint.model.forecast import Forecast
from hmaint.model.run import RunRecord
from hmaint.report.chart import heading, picture
from hmaint.report.health import Prospect, Quarter
from hmaint.report.health_capacity import Plotted
from hmaint.report.pictures import as_text
from hmaint.report.rectification import Rectification

_LOAD = (
    "cpu.busy_pct", "memory.available_pct", "*.connections.used_pct", "*.connections.sessions",
    "device.cpu.busy", "device.interface.in_pct",
)  # fmt: skip
"""Figures whose course over the months is drawn, though they do not fill up."""
_DRAWN = 6
"""Pictures of a kind: two pages."""
_READINGS = 3
"""Fewer readings make no curve."""


def quarter_of(world: World, run: RunRecord, owed: Rectification) -> Quarter:
    """Put a run together with what its report holds it against: nothing that came later."""
    return Quarter(run, _before(world, run), owed, _prospect(world, run))


def _before(world: World, run: RunRecord) -> Difference | None:
    try:
        return difference(world, "previous", run.id)
    except WrongUsage:  # the first of its kind has nothing to be held against
        return None


def _prospect(world: World, run: RunRecord) -> Prospect:
    until = run.finished_at or run.started_at
    filling = forecasts(world, run.site, until=until)
    load = forecasts(world, run.site, metrics=_LOAD, until=until)
    sentences = [told(forecast, until) for forecast in filling]
    try:
        capacity = [_plotted(each, told(each, until)) for each in filling if _is_growing(each)][:_DRAWN]
        course = [_plotted(each, "") for each in load if len(each.readings) >= _READINGS][:_DRAWN]
    except Refused as missing:
        return Prospect(filling, sentences, undrawn=f"未附图：{missing}")
    return Prospect(filling, sentences, capacity, course)


def _is_growing(forecast: Forecast) -> bool:
    wanted: Sequence[Heading] = (Heading.GROWING, Heading.FULL, Heading.SLOW)
    return forecast.outlook.heading in wanted and len(forecast.readings) >= _READINGS


def _plotted(forecast: Forecast, sentence: str) -> Plotted:
    title = f"{heading(forecast)}{f'：{sentence}' if sentence else ''}"
    return Plotted(title, as_text(picture([forecast])))
