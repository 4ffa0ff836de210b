"""What follows a finished run of a job: its line in the trail, the file for pollers, and a notice if things changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from hmaint.app.notify import notify
from hmaint.app.world import World
from hmaint.errors import Failure
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.model.notice import Notice
from hmaint.model.playbook import Level, worst
from hmaint.model.run import RunRecord, TargetResult
from hmaint.report.night import night_lines, night_title
from hmaint.store.audit import Audit
from hmaint.store.results import TRAIL, Result, file_bytes, place_of, read_last, write_last
from hmaint.store.seal import FORM, seal_of, target_seals

JOB = "backup-verify"
_BAD = (Level.CRITICAL, Level.UNKNOWN, Level.WARNING)


@dataclass(frozen=True, slots=True)
class Concluded:
    """A finished run as it is kept, its check value, and what went wrong with telling of it."""

    run: RunRecord
    seal: str
    remarks: tuple[str, ...] = ()


def trail_of(world: World) -> Audit:
    """The chain of results of this workspace."""
    return Audit(world.workspace.private / TRAIL, world.records)


def conclude(world: World, run: RunRecord, job: str = JOB) -> Concluded:
    """Vouch for a finished run, tell pollers and, where things changed, people.

    Breaks nothing: the run is kept already, and a file that could not be written grows old, which pollers see.
    """
    remarks: list[str] = []
    kept = _as_kept(world, run)
    targets = target_seals(kept)
    seal, results = seal_of(kept, targets), _merged(world, kept, job)
    try:
        _write(world, kept, job, (seal, targets), results)
    except (Failure, OSError) as failure:
        words = _("the result of {run} could not be written for pollers: {reason}")
        remarks.append(words.format(run=run.id, reason=failure))
    for delivery in notify(world, run.site, _notice(job, kept, seal, results)):
        if delivery.failure:
            words = _("not told through {channel}: {reason}")
            remarks.append(words.format(channel=delivery.channel, reason=delivery.failure))
    return Concluded(kept, seal, tuple(remarks))


def _as_kept(world: World, run: RunRecord) -> RunRecord:
    """The run as the records give it back, as that is what it will be held against."""
    try:
        return world.records.run(run.id) if world.records.rescue is None else run
    except Failure:
        return run


def _notice(job: str, run: RunRecord, seal: str, results: Mapping[str, Result]) -> Notice:
    """Of all backups as they stand: that the one looked at now is fine says nothing of the others."""
    mine = {target.name for target in run.targets}
    others = tuple(_as_it_stood(each) for each in results.values() if each.name not in mine)
    level = worst([each.level for each in results.values()])
    whole = replace(run, targets=(*run.targets, *others), level=level)
    bad = sorted(f"{r.name} {r.level} {','.join(r.bad)}" for r in results.values() if r.level in _BAD)
    mark = sha256("\n".join(bad).encode()).hexdigest()[:16] if bad else ""
    return Notice(job, night_title(whole), "\n".join(night_lines(whole, seal)), level, mark)


def _as_it_stood(result: Result) -> TargetResult:
    bad = result.level in _BAD
    words = f"{result.at.astimezone(CHINA):%Y-%m-%d %H:%M} 核验：{result.summary}" if bad else None
    return TargetResult(result.name, "backup", result.level, 0, error=words)


_Sealed = tuple[str, Mapping[str, str]]
"""A run's check value and those of its targets."""


def _write(world: World, run: RunRecord, job: str, sealed: _Sealed, results: Mapping[str, Result]) -> None:
    seal, targets = sealed
    head = _head(world, run, job, seal, worst([each.level for each in results.values()]))
    path = place_of(world.workspace.private, run.site, job)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    line = {
        "run": run.id,
        "site": run.site,
        "job": job,
        "level": str(run.level),
        "form": FORM,
        "seal": seal,
        "targets": targets,
        "file": sha256(file_bytes(head, results)).hexdigest(),
    }
    # The trail first: a file that nothing vouches for would look tampered with.
    trail_of(world).write([line], operator=world.operator, at=world.clock.now())
    write_last(path, head, results)


def _head(world: World, run: RunRecord, job: str, seal: str, level: Level) -> dict[str, object]:
    site = world.inventory.sites.get(run.site)
    return {
        "job": job,
        "site": run.site,
        "system": site.title if site else run.site,
        "run": run.id,
        "level": str(level),
        "operator": run.operator,
        "started_at": run.started_at.isoformat(timespec="seconds"),
        "finished_at": run.finished_at.isoformat(timespec="seconds") if run.finished_at else None,
        "checks": run.counts(),
        "seal": seal,
    }


def _merged(world: World, run: RunRecord, job: str) -> dict[str, Result]:
    """The newest result of each target: this run's, and of what it left out the one before."""
    before = read_last(world.workspace.private, run.site, job).results
    mine = {target.name: _result(run, target) for target in run.targets}
    site = world.inventory.sites.get(run.site)
    known = {backup.name for backup in site.backups} if site else set()
    return {name: each for name, each in before.items() if name in known} | mine


def _result(run: RunRecord, target: TargetResult) -> Result:
    bad = [c for c in run.checks if c.target == target.name and c.level in _BAD]
    bad.sort(key=lambda check: -check.level.rank)
    words = target.error or (f"{bad[0].title}：{bad[0].summary}" if bad else "")
    checks = tuple(check.id for check in bad)
    return Result(target.name, target.level, one_line(words, 200), run.started_at, run.id, checks)
