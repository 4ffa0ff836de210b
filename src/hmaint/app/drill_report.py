"""备份恢复验证报告 of a drill: gathered from its run and from what verifications told of the site's backups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time

from hmaint.app.backup_nights import missing_nights
from hmaint.app.backup_verify import COMMAND as VERIFICATION
from hmaint.app.documents import issue_document
from hmaint.app.drill import PLAYBOOK
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.errors import WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import _
from hmaint.model.look import Observation, Row
from hmaint.model.period import read_period
from hmaint.model.run import RunRecord

FORM = "restore-report"
_FAR = 500


def write_report(world: World, run: RunRecord) -> RunRecord:
    """Write a drill's report; the run as it is with its paths."""
    document = issue_document(world, FORM, run.site, _told(world, run))
    told = replace(run, reports=(*run.reports, document.path))
    world.records.finish_run(told.id, told.finished_at, told.level, told.reports, told.redacted, told.state)
    return told


def told_of(world: World, site: str, run: str = "") -> Told:
    """Tell a drill of a site: the one named, else the newest. WrongUsage where there is none."""
    found = world.records.run(run) if run else newest_drill(world, site)
    if found is None or found.site != site or found.playbook != PLAYBOOK:
        words = _(
            "no restore drill of site {site} is kept here; hold one with hmaint backup-verify --restore"
        )
        raise WrongUsage(words.format(site=site))
    return _told(world, found.ordered())


def newest_drill(world: World, site: str) -> RunRecord | None:
    """The newest drill of a site that came to its end; None where none was held."""
    return next(drills_of(world, site), None)


def drills_of(world: World, site: str) -> Iterator[RunRecord]:
    """The drills of a site that came to their end, newest first."""
    for head in world.records.runs(site=site, limit=_FAR):
        if head.playbook == PLAYBOOK and head.state == "finished":
            yield world.records.run(head.id)


def rows_of(world: World, run: RunRecord) -> dict[str, dict[str, tuple[Row, ...]]]:
    """What a drill kept of each backup: rows by the step's last word."""
    seen: dict[str, tuple[Observation, ...]] = dict(world.records.observed(run.id))
    return {
        target: {each.step.rpartition(".")[2]: each.table.rows for each in observations}
        for target, observations in seen.items()
    }


def _told(world: World, run: RunRecord) -> Told:
    from hmaint.report.restore_report import restore_report  # noqa: PLC0415 - only who makes a document needs it

    day = run.started_at.astimezone(CHINA).date()
    quarter = read_period(f"{day.year}Q{(day.month + 2) // 3}")
    assert quarter is not None  # noqa: S101 - spelt right above
    missing = missing_nights(world, run.site, quarter.first, min(quarter.last, day))
    begin = datetime.combine(quarter.first, time.min, CHINA)
    attended = world.records.nights.attended(VERIFICATION, run.site, begin)
    data = restore_report(
        run,
        world.inventory,
        rows_of(world, run),
        {
            each.name: missing[each.name].nights if each.name in missing else ()
            for each in world.site(run.site).backups
            if each.name in attended
        },
        _looks(world, run.site),
        world.clock.now(),
    )
    return Told(data, (run.id,), day, f"{data['title']}-{run.id}")


def _looks(world: World, site: str) -> dict[str, Row]:
    """What the newest verification saw of each backup's own copy."""
    known: dict[str, Row] = {}
    for head in world.records.runs(site=site, limit=_FAR):
        if head.playbook == VERIFICATION and head.state == "finished":
            for target, observations in world.records.observed(head.id).items():
                rows = next((each.table.rows for each in observations if each.step == "backup.look"), ())
                if rows:
                    known.setdefault(target, rows[0])
            break
    return known
