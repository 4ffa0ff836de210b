"""书面巡检报告 of a run: what it saw, what is owed, and what became of each problem since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from hmaint.app.bundle_papers import ALL_RUNS, day_of
from hmaint.app.contract import contract_of
from hmaint.app.sheet import owed_of
from hmaint.app.stretch import heads_before, period_of
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _
from hmaint.model.limit import Limit
from hmaint.model.run import RunRecord, State
from hmaint.store.kept import StoredFinding

if TYPE_CHECKING:  # the Word libraries take a quarter of a second that most commands need not pay
    from hmaint.report.inspection_report import Progress
    from hmaint.report.scope import Completeness

FORM = "inspection-report"
_MONTHS = 3
Begun = Mapping[str, datetime]
"""When each finding that was alive at the end of the run last came up."""


def told_of(world: World, site: str, run: str = "", period: str = "") -> Told:
    """Tell the inspection named, or the newest one (of a period). WrongUsage where there is none of the site."""
    from hmaint.report.inspection_report import Inspection, inspection_report  # noqa: PLC0415 - see above

    found = _run(world, site, run, period)
    alive = world.records.spells(site, found.finished_at or found.started_at)
    begun = {identity: spell[0].at for identity, spell in alive.items()}
    kept = _completeness(world, found, begun)
    inspection = Inspection(
        found,
        owed_of(world, found),
        _progress(world, found, begun),
        kept,
        days=world.days,
        **_within(world, site),
    )
    data = inspection_report(inspection, world.inventory, world.clock.now())
    return Told(data, (found.id,), found.started_at.date())


def _within(world: World, site: str) -> dict[str, Limit]:
    """By when the contract wants the report, where it says so in days."""
    contract = contract_of(world, site)
    told = [
        each.within
        for each in (contract.triggered if contract else ())
        if "inspection_report" in each.deliver and each.on == "inspection.finished" and each.within
    ]
    return {"within": told[0]} if told and told[0].unit in {"day", "workday", "month"} else {}


def _run(world: World, site: str, name: str, period: str) -> RunRecord:
    if not name:
        span = period_of(world, site, period) if period else None
        heads = world.records.runs(world.site(site).name, ALL_RUNS)
        looked = (head for head in heads if head.command == "inspect")
        name = next((head.id for head in looked if span is None or day_of(head) in span), "")
    if not name:
        raise WrongUsage(_("no run of site {site} is kept here").format(site=site))
    found = world.records.run(name).ordered()
    if found.site != site:
        words = _("run {run} is of site {other}, not of {site}")
        raise WrongUsage(words.format(run=found.id, other=found.site, site=site))
    if found.command != "inspect":
        words = _("a run of {command} is not told on the form {name}")
        raise WrongUsage(words.format(command=found.command, name=FORM))
    return found


def _progress(world: World, run: RunRecord, begun: Begun) -> Mapping[str, Progress]:
    from hmaint.report.inspection_report import Progress  # noqa: PLC0415 - see above

    progress = {}
    for finding in run.findings:
        stored = world.records.finding(finding.id)
        since = begun.get(finding.id, run.started_at)
        said = (note for note in stored.notes if note.kind == "solution" and note.at >= since)
        measure = "；".join(note.text for note in said)
        progress[finding.id] = Progress(measure, _done(stored, run))
    return progress


def _done(stored: StoredFinding, run: RunRecord) -> str:
    """What of its end is known: that a later run saw it gone, or that a person closed it unseen."""
    ending = stored.ending
    if stored.finding.state is State.RESOLVED and ending is not None and ending.at > run.started_at:
        seen = f"：{ending.summary}" if ending.summary else ""
        return f"{ending.at:%Y-%m-%d} 复查已消除{seen}（{ending.run}）"
    closed = [note for note in stored.notes if note.kind == "closed" and note.at > run.started_at]
    if stored.finding.state is State.CLOSED and closed:
        return f"{closed[-1].at:%Y-%m-%d} 由 {closed[-1].operator} 关闭，未经复查：{closed[-1].text}"
    return ""


def _completeness(world: World, run: RunRecord, begun: Begun) -> Completeness:
    from hmaint.report.scope import Completeness  # noqa: PLC0415 - see above

    months = {f"{month:%Y-%m}": 0 for month in _months(day_of(run))}
    for head in heads_before(world, run.site, run):
        name = f"{day_of(head):%Y-%m}"
        if name in months:
            months[name] += 1
    until = run.finished_at or run.started_at
    said = [
        any(since <= note.at <= until for note in world.records.notes(identity))
        for identity, since in begun.items()
    ]
    return Completeness(months, len(said), said.count(False))


def _months(day: date) -> list[date]:
    """The first days of the three months before a day's month, and of its own."""
    found = [day.replace(day=1)]
    for _number in range(_MONTHS):
        found.insert(0, (found[0] - timedelta(days=1)).replace(day=1))
    return found
