"""`hmaint runs trend`: where figures are heading, in the terminal and as a picture."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hmaint.cli.completion import site_names
from hmaint.cli.terminal import Terminal
from hmaint.kit.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hmaint.model.forecast import Forecast

_MOST = 40
"""Lines of the list on a screen; a database may have thousands of sequences, and JSON has all of them."""
_PLOTS = 4
"""More plots than this below each other are no overview any more."""
_WIDEST = 100


def trend(
    terminal: Terminal,
    site: Annotated[
        str,
        typer.Option("--site", "-s", help=_("The site."), metavar="SITE", autocompletion=site_names),
    ],
    target: Annotated[
        str | None, typer.Option("--target", help=_("Only this target."), metavar="NAME")
    ] = None,
    metric: Annotated[
        str | None,
        typer.Option("--metric", help=_("The figure, globs too; else whatever can fill up."), metavar="NAME"),
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option("--subject", help=_("Only what it is of, such as a mount point."), metavar="NAME"),
    ] = None,
    capacity: Annotated[
        float | None,
        typer.Option(
            "--capacity", help=_("The value at which it is full; a percentage is at 100."), metavar="N"
        ),
    ] = None,
    png: Annotated[
        Path | None, typer.Option("--png", help=_("Also draw it into this file."), metavar="FILE")
    ] = None,
) -> None:
    """Forecasts of a site's figures, those that are full soonest first."""
    from hmaint.app.trend import named

    world = terminal.world()
    found = named(world, site, metric=metric, target=target, subject=subject, capacity=capacity)
    now = world.clock.now()
    if terminal.format == "json":
        terminal.out(json.dumps(_object(site, found, now), ensure_ascii=False, indent=2))
    else:
        _show(terminal, site, found, now)
    if png is not None:
        _draw(terminal, found, png)


def _object(site: str, found: Sequence[Forecast], now: datetime) -> dict[str, object]:
    """The object `hmaint.trend/1`."""
    from hmaint.kit.outlook import METHOD

    series = [_series(forecast, now) for forecast in found]
    return {"schema": "hmaint.trend/1", "site": site, "method": METHOD, "interval": 0.9, "series": series}


def _series(forecast: Forecast, now: datetime) -> dict[str, object]:
    from hmaint.app.trend import told
    from hmaint.cli.format.machine import stamp
    from hmaint.model.forecast import moment_of

    outlook, line = forecast.outlook, forecast.outlook.line
    return {
        "target": forecast.target,
        "metric": forecast.metric,
        "subject": forecast.subject,
        "unit": forecast.unit,
        "value": forecast.value,
        "limit": forecast.limit,
        "heading": outlook.heading,
        "summary": told(forecast, now),
        "per_month": forecast.monthly,
        "per_month_error": None if line is None else 30 * line.slope_error,
        "since": None if line is None else stamp(moment_of(outlook.since)),
        "full_on": stamp(forecast.full_on),
        "full_earliest": stamp(forecast.early),
        "full_latest": stamp(forecast.late),
        "days": forecast.days(now),
        "readings": [{"at": stamp(at), "value": value} for at, value in forecast.readings],
    }


def _show(terminal: Terminal, site: str, found: Sequence[Forecast], now: datetime) -> None:
    from hmaint.app.trend import said
    from hmaint.cli.format.sections import Section, show_sections

    heads = (_("target"), _("figure"), _("subject"), _("last reading"), _("forecast"))
    rows = [
        (
            _colour(forecast),
            (forecast.target, forecast.metric, forecast.subject, _value(forecast), said(forecast, now)),
        )
        for forecast in found[:_MOST]
    ]
    several = len(found) > _PLOTS
    foot = _("narrow it down with --target, --metric, --subject to see plots") if several else ""
    if len(found) > _MOST:
        foot = _("{n} more that are full later or not at all").format(n=len(found) - _MOST) + "\n" + foot
    title = _("Trends of site {site}").format(site=site)
    show_sections(terminal, title, [Section(_("Forecasts"), heads, rows, whole=(heads[3],))], foot)
    if terminal.format == "table" and not several:
        _plots(terminal, found)


def _colour(forecast: Forecast) -> str:
    return {"full": "critical", "growing": "warning"}.get(forecast.outlook.heading, "")


def _value(forecast: Forecast) -> str:
    return f"{forecast.value:.4g}{'' if forecast.unit in ('%', '') else ' '}{forecast.unit}"


def _plots(terminal: Terminal, found: Sequence[Forecast]) -> None:
    from hmaint.cli.plot import AHEAD, LIMIT, READ, plot

    width = min(terminal.console().width, _WIDEST)
    for forecast in found:
        named = " ".join(part for part in (forecast.target, forecast.metric, forecast.subject) if part)
        terminal.out(f"{named}  {forecast.unit}".rstrip())
        terminal.out(plot(forecast, width) + "\n")
    words = _("{read} readings  {ahead} trend  {limit} limit")
    terminal.out(words.format(read=READ, ahead=AHEAD * 3, limit=LIMIT * 3))


def _draw(terminal: Terminal, found: Sequence[Forecast], path: Path) -> None:
    from hmaint.errors import Refused
    from hmaint.report.chart import picture

    drawn = picture(found)
    try:
        path.write_bytes(drawn)
    except OSError as error:
        words = _("{file} cannot be written: {reason}")
        raise Refused(words.format(file=path, reason=error.strerror)) from None
    terminal.err(_("drawn: {file}").format(file=path))
