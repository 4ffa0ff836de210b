"""性能调优记录 of tuning that was applied: gathered from its run, and from the run that took it back, if any did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from hmaint.app import record_papers
from hmaint.app.db_tune_keep import ACTS, FIGURES, ORDER_STEP
from hmaint.app.db_tune_names import APPLIED, UNDONE
from hmaint.app.documents import issue_document
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.duty.papers import TUNING
from hmaint.errors import WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import _
from hmaint.model.look import Observation, Row
from hmaint.model.run import RunRecord

FORM = TUNING
_FAR = 500


def told_of(world: World, site: str, run: str, of: str) -> Told:
    """Tell the run named, else a decision about a restart by its number, else the newest of either kind.

    WrongUsage where there is none.
    """
    found = None if of else _found(world, site, run)
    if found is None:
        return record_papers.told_of(world, site, FORM, of)
    return _told(world, found)


def write_record(world: World, run: RunRecord) -> RunRecord:
    """Write the record of a run; the run as it is with its paths."""
    document = issue_document(world, FORM, run.site, _told(world, run))
    told = replace(run, reports=(*run.reports, document.path))
    world.records.finish_run(told.id, told.finished_at, told.level, told.reports, told.redacted, told.state)
    return told


def applied_runs(world: World, site: str, playbook: str = APPLIED) -> Iterator[RunRecord]:
    """The heads of the runs that applied tuning at a site, the newest first."""
    for head in world.records.runs(site=site, limit=_FAR):
        if head.playbook == playbook and head.state != "running":
            yield head


def _found(world: World, site: str, run: str) -> RunRecord | None:
    if not run:
        newest = next(applied_runs(world, site), None)
        return None if newest is None else world.records.run(newest.id)
    found = world.records.run(run)
    if found.site != site or found.playbook != APPLIED:
        words = _("run {run} applied no tuning to site {site}")
        raise WrongUsage(words.format(run=found.id, site=site))
    return found


def _told(world: World, run: RunRecord) -> Told:
    from hmaint.report.tuning_record import Kept, tuning_record  # noqa: PLC0415 - only who makes a document needs it

    seen: dict[str, tuple[Observation, ...]] = dict(world.records.observed(run.id))
    order = next((row for rows in _rows(seen, ORDER_STEP).values() for row in rows), {})
    undone = _undone_by(world, run)
    kept = Kept(order, _rows(seen, ACTS), _rows(seen, FIGURES), undone.id if undone else "")
    # Told again it says the same, to the minute, until something happened.
    last = undone or run
    data = tuning_record(run, world.inventory, kept, last.finished_at or last.started_at)
    return Told(
        data,
        (run.id,),
        run.started_at.astimezone(CHINA).date(),
        f"{data['title']}-{run.id}".replace("/", "-"),
    )


def _rows(seen: Mapping[str, tuple[Observation, ...]], step: str) -> dict[str, tuple[Row, ...]]:
    return {target: each.table.rows for target, looks in seen.items() for each in looks if each.step == step}


def _undone_by(world: World, run: RunRecord) -> RunRecord | None:
    for head in applied_runs(world, run.site, UNDONE):
        seen = dict(world.records.observed(head.id))
        if any(row.get("of") == run.id for rows in _rows(seen, ORDER_STEP).values() for row in rows):
            return head
    return None
