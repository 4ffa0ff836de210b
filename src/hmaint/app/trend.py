"""Where a site's figures are heading, and what is to be said of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hmaint.app.world import World
from hmaint.errors import WrongUsage
from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import _, for_a_record, series
from hmaint.kit.outlook import FEWEST, Heading, look_ahead
from hmaint.kit.robust import Point
from hmaint.model.forecast import Forecast, day_of
from hmaint.store.kept import Series

FILLING = (
    "disk.used_pct", "disk.*.used_pct", "*volume*.used_pct", "*volume*.free_pct", "*storage*.used_pct",
    "*tablespace*.used_pct", "*.asm.free_pct", "*.fra.used_pct", "*sequence*.used_pct", "*increment*.used_pct",
    "*identity*.used_pct", "*wraparound*.used_pct",
)  # fmt: skip
"""Figures of what fills up and stays full: not processors, memory or connections, which come and go."""
_FULL = {"%": 100.0}
_FREE, _USED = "free_pct", "used_pct"


def forecasts(  # noqa: PLR0913 - a site and whatever narrows it down
    world: World,
    site: str,
    *,
    metrics: Sequence[str] = FILLING,
    target: str | None = None,
    subject: str | None = None,
    capacity: float | None = None,
    until: datetime | None = None,
) -> tuple[Forecast, ...]:
    """Forecast each figure of a site whose name fits, those that are full soonest first.

    A percentage is full at 100, everything else at `capacity`. With `until` nothing later is looked at, so that a
    report of an earlier quarter says what could be said then.
    """
    found = world.records.series(site, metrics, target, subject, until)
    return tuple(sorted((_forecast(each, capacity) for each in found), key=_urgency))


def named(  # noqa: PLR0913 - as above
    world: World,
    site: str,
    *,
    metric: str | None,
    target: str | None,
    subject: str | None,
    capacity: float | None,
) -> tuple[Forecast, ...]:
    """The same for what a person named; WrongUsage with what there is where nothing fits."""
    world.site(site)
    wanted = FILLING if metric is None else (metric,)
    found = forecasts(world, site, metrics=wanted, target=target, subject=subject, capacity=capacity)
    if found:
        return found
    known = sorted({each.name for each in world.records.series(site, target=target, subject=subject)})
    words = _("no figure {name} is kept of site {site}").format(name=metric or "*.used_pct", site=site)
    hint = did_you_mean(metric, known) if metric else ""
    raise WrongUsage(words + (hint or _("; there are: {names}").format(names=series(known))))


def _forecast(each: Series, capacity: float | None) -> Forecast:
    limit = capacity if capacity is not None else _FULL.get(each.unit)
    readings = tuple((reading.at, reading.value) for reading in each.readings)
    name = each.name
    if each.unit == "%" and name.endswith(_FREE):
        # What is free is told as what is used, so that everything here is full at the top.
        name = name.removesuffix(_FREE) + _USED
        readings = tuple((at, 100.0 - value) for at, value in readings)
    outlook = look_ahead([Point(day_of(at), value) for at, value in readings], limit)
    return Forecast(each.target, name, each.subject, each.unit, readings, outlook, limit)


_RANKS = {Heading.FULL: 0, Heading.GROWING: 1, Heading.SLOW: 2}


def _urgency(forecast: Forecast) -> tuple[int, float, float]:
    full = forecast.outlook.full
    return (
        _RANKS.get(forecast.outlook.heading, 3),
        float("inf") if full is None else full,
        -forecast.value,
    )


def said(forecast: Forecast, now: datetime) -> str:
    """What is to be said of a forecast, in the language in force."""
    words = _heading(forecast, now)
    alone = forecast.outlook.alone
    if alone is None:
        return words
    return words + _("; the last reading {value} lies far above the line and may be a step").format(
        value=_figure(alone.value, forecast.unit)
    )


def told(forecast: Forecast, now: datetime) -> str:
    """What is to be said of a forecast, in a record or a report: in Chinese whatever is spoken."""
    with for_a_record():
        return said(forecast, now)


def _heading(forecast: Forecast, now: datetime) -> str:
    outlook, unit = forecast.outlook, forecast.unit
    # Two per cent of what? A percentage grows by points.
    rate = _figure(abs(forecast.monthly or 0.0), _("points") if unit == "%" else unit)
    level = "" if outlook.line is None else _figure(outlook.line.at(outlook.last), unit)
    match outlook.heading:
        case Heading.FEW:
            words = _("too few readings for a trend: {n} days, {least} are needed")
            return words.format(n=outlook.readings, least=FEWEST)
        case Heading.FLAT:
            return _("no trend: the readings scatter around {level}").format(level=level)
        case Heading.FALLING:
            return _("falling by {rate} a month").format(rate=rate)
        case Heading.SLOW:
            return _("growing by {rate} a month, not full within five years").format(rate=rate)
        case Heading.FULL:
            return _("full")
        case Heading.GROWING:
            grown = _("growing by {rate} a month").format(rate=rate)
            return grown + _full(forecast, now) if outlook.full is not None else grown


def _full(forecast: Forecast, now: datetime) -> str:
    early, late = forecast.early, forecast.late
    words = _(", full in about {days} days, on {day} ({early} to {late})")
    return words.format(
        days=forecast.days(now),
        day=f"{forecast.full_on:%Y-%m-%d}",
        early=f"{early:%Y-%m-%d}",
        late=_("without end") if late is None else f"{late:%Y-%m-%d}",
    )


def _figure(value: float, unit: str) -> str:
    """A figure as people write it: enough digits to see it move."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 1 else 2  # noqa: PLR2004 - by the size of the figure
    blank = "" if unit in ("%", "") else " "
    return f"{value:,.{digits}f}{blank}{unit}"
