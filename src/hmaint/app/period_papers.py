"""巡检记录单, 系统运行汇总报告 and 备份检查记录: what the records tell of some months, each on its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hmaint.app.backup_nights import missing_nights
from hmaint.app.stretch import period_of, stretch_of
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.errors import WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import _

if TYPE_CHECKING:  # the Word libraries take a quarter of a second that most commands need not pay
    from hmaint.report.operation_summary import Course
    from hmaint.report.stretch import Stretch

SHEET, SUMMARY, BACKUPS = "inspection-sheet", "operation-summary", "backup-log"
_LOAD = (
    "cpu.busy_pct", "memory.available_pct", "*.connections.used_pct", "*.connections.sessions",
    "device.cpu.busy", "device.interface.in_pct",
)  # fmt: skip
"""Figures that come and go with the work, told over the period."""


def inspections(world: World, site: str, period: str = "") -> Told:
    """Tell the inspections of a period. WrongUsage for none in it, or a period that is none."""
    from hmaint.report.inspection_sheet import inspection_sheet  # noqa: PLC0415 - see above

    stretch = _inspected(stretch_of(world, site, period_of(world, site, period)), site)
    data = inspection_sheet(stretch, world.inventory, site, world.clock.now())
    return Told(data, (stretch.period.name,), stretch.period.first)


def summary(world: World, site: str, period: str = "") -> Told:
    """Tell how a system ran in a period. WrongUsage for no inspection in it, or a period that is none."""
    from hmaint.report.operation_summary import operation_summary  # noqa: PLC0415 - see above

    stretch = _inspected(stretch_of(world, site, period_of(world, site, period)), site)
    courses = _courses(world, site, stretch)
    data = operation_summary(stretch, courses, world.inventory, site, world.clock.now())
    return Told(data, (stretch.period.name,), stretch.period.first)


def backups(world: World, site: str, period: str = "") -> Told:
    """Tell what was looked at of backups in a period. WrongUsage for no run in it, or a period that is none."""
    from hmaint.report.backup_log import backup_log  # noqa: PLC0415 - see above

    stretch = stretch_of(world, site, period_of(world, site, period, monthly=True))
    silent = missing_nights(world, site, stretch.period.first, stretch.period.last)
    data = backup_log(stretch, world.inventory, world.site(site), world.clock.now(), silent)
    return Told(data, (stretch.period.name,), stretch.period.first)


def _inspected(stretch: Stretch, site: str) -> Stretch:
    if stretch.last is None:
        words = _("no inspection of site {site} in {period} is kept here")
        raise WrongUsage(words.format(site=site, period=stretch.period.name))
    return stretch


def _courses(world: World, site: str, stretch: Stretch) -> list[Course]:
    from hmaint.report.operation_summary import Course  # noqa: PLC0415 - see above

    titles = {name: title for run in stretch.inspections for name, title in run.titles.items()}
    found = []
    for each in world.records.series(site, _LOAD, until=stretch.until):
        values = [one.value for one in each.readings if one.at.astimezone(CHINA).date() in stretch.period]
        if values:
            name = " ".join(
                word for word in (titles.get((each.target, each.name), each.name), each.subject) if word
            )
            found.append(Course(each.target, name, each.unit, values))
    return found
