"""附件1 维护项目运行表 of a site: every visit of a year, by the runs it left and what people told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from hmaint.app.contract import contract_of
from hmaint.app.matter_list import standing_matters
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.app.year_plan import contract_years
from hmaint.errors import WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import _
from hmaint.model.ledgers.log import LOG
from hmaint.model.matter import Matter
from hmaint.model.period import Period, read_period
from hmaint.model.run import RunRecord

if TYPE_CHECKING:
    from hmaint.report.maintenance_log import Row

FORM = "maintenance-log"
_VISITS = ("inspect", "data-check", "backup-verify")
_EVERY = 1_000_000


def told_of(world: World, site: str, period: str = "", playbook: str = "") -> Told:
    """Tell the visits of a period, else of the newest visit's contract year (or year); `playbook` may hold globs.

    Visits told by hand (`hmaint log add`) join them, unless it is narrowed to a playbook. Raises WrongUsage for a
    period that is none, or in which there was no visit.
    """
    from hmaint.report.maintenance_log import joined, maintenance_log  # noqa: PLC0415 - only who makes one needs it

    heads = [run for run in world.records.runs(site, _EVERY) if _is_visit(run, playbook)]
    told = {} if playbook else _told_by_hand(world, site)
    seen = [*(run.started_at.date() for run in heads[:1]), *told]
    span = _span(period, seen) if period else _contract_year(world, site, seen) or _span(period, seen)
    days = _days([run for run in heads if run.started_at.date() in span])
    told = {day: visits for day, visits in told.items() if day in span}
    if not days and not told:
        words = _("no visit of site {site} in {period} is kept here")
        raise WrongUsage(words.format(site=site, period=span.name))
    made = _documents(world, site)
    rows = [
        joined(_row(world, day, days[day], made) if day in days else None, day, told.get(day, ()))
        for day in sorted({*days, *told})
    ]
    data = maintenance_log(rows, world.inventory, site, span.words, world.clock.now())
    return Told(data, tuple(filter(None, (span.name, playbook))), span.first)


def _is_visit(run: RunRecord, playbook: str) -> bool:
    return run.command in _VISITS and fnmatchcase(run.playbook, playbook or "*")


def _told_by_hand(world: World, site: str) -> Mapping[date, Sequence[Matter]]:
    """The visits people put on record, by their days."""
    found: dict[date, list[Matter]] = {}
    for each in standing_matters(world, LOG, site):
        if each.opening:
            found.setdefault(each.opening.at.astimezone(CHINA).date(), []).append(each)
    return found


def _contract_year(world: World, site: str, days: Sequence[date]) -> Period | None:
    """The year of the site's contract that holds the newest visit: one running table a contract year."""
    contract = contract_of(world, site)
    if contract is None or not days:
        return None
    return next((year for year in contract_years(contract, max(days)) if max(days) in year), None)


def _span(text: str, days: Sequence[date]) -> Period:
    if not text and not days:
        raise WrongUsage(_("no visit is kept here that could be told of"))
    found = read_period(text or f"{max(days).year}")
    if found is None:
        words = _("{text} is no period: write 2026Q4, 2026-11 or 2026")
        raise WrongUsage(words.format(text=text))
    return found


def _days(heads: Sequence[RunRecord]) -> Mapping[date, list[str]]:
    """Put the runs of each day together, oldest first."""
    days: dict[date, list[str]] = {}
    for run in reversed(heads):
        days.setdefault(run.started_at.date(), []).append(run.id)
    return days


def _documents(world: World, site: str) -> Mapping[str, list[str]]:
    """The numbers of the documents that were made of each run, oldest first."""
    numbers: dict[str, list[str]] = {}
    for document in reversed(world.records.documents.listed(site)):
        for source in document.sources:
            if document.number not in numbers.setdefault(source, []):
                numbers[source].append(document.number)
    return numbers


def _row(world: World, day: date, ids: Sequence[str], made: Mapping[str, list[str]]) -> Row:
    # A day is read, told and let go: a year of large runs does not fit into a laptop's memory.
    from hmaint.report.maintenance_log import Visit, visit_row  # noqa: PLC0415 - see above

    numbers = dict.fromkeys(number for each in ids for number in made.get(each, ()))
    return visit_row(Visit(day, tuple(world.records.run(each) for each in ids), tuple(numbers)))
