"""A run from its number to its close: every command that looks at something keeps its record the same way."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing, suppress
from dataclasses import replace

from hmaint.app.world import World
from hmaint.model.look import Observation
from hmaint.model.playbook import Level, worst
from hmaint.model.run import Check, Finding, RunRecord, TargetResult
from hmaint.store.failures import RunExists
from hmaint.store.visit import Visit

Kept = tuple[TargetResult, tuple[Check, ...], tuple[Finding, ...]]
"""One visit as it was put on record."""

_TRIES = 10
"""Runs of one site begun in one second are few; each try finds one number less."""


def open_run(  # noqa: PLR0913 - what the head of a run says
    world: World, site: str, *, command: str, playbook: str, title: str, digest: str, mode: str
) -> RunRecord:
    """Open a run of a site under a free number."""
    now = world.clock.now()
    run = RunRecord(
        id=f"R-{now:%Y%m%d-%H%M%S}-{site}",
        command=command,
        site=site,
        playbook=playbook,
        playbook_title=title,
        playbook_digest=digest,
        mode=mode,
        operator=world.operator,
        started_at=now,
        finished_at=None,
        level=Level.UNKNOWN,
        state="running",
    )
    for _try in range(_TRIES - 1):
        # Another process may take the free number before this one does.
        with suppress(RunExists):
            return _begin(world, run)
    return _begin(world, run)


def _begin(world: World, run: RunRecord) -> RunRecord:
    numbered = replace(run, id=world.run_records.free_id(run.id))
    world.run_records.begin_run(numbered)
    return numbered


def gathered(
    world: World, run: RunRecord, visits: Generator[Kept], hear: Callable[[TargetResult], None]
) -> RunRecord:
    """Take visits in as they come, tell of each, and close the run; one that is broken off is closed as that.

    What the visits hold open is let go of before the run is closed.
    """
    targets: list[TargetResult] = []
    checks: list[Check] = []
    findings: list[Finding] = []
    state = "interrupted"
    try:
        with closing(visits) as coming:
            for result, mine, found in coming:
                targets.append(result)
                checks += mine
                findings += found
                hear(result)
        state = "finished"
    finally:
        done = composed(world, run, targets=targets, checks=checks, findings=findings, state=state)
        world.run_records.finish_run(run.id, done.finished_at, done.level, (), done.redacted, state)
    return done


def keep_visit(  # noqa: PLR0913, PLR0917 - all that a visit is
    world: World,
    run: RunRecord,
    result: TargetResult,
    checks: tuple[Check, ...],
    observations: tuple[Observation, ...],
    sent: Sequence[tuple[str, str, int]],
) -> Kept:
    """Keep one visit: first the trail of what was sent (what, how it ended, milliseconds), then what came of it."""
    mask = world.redactor.redact
    world.audit.write(
        [
            {"run": run.id, "target": result.name, "sent": mask(what), "outcome": how, "ms": ms}
            for what, how, ms in sent
        ],
        operator=world.operator,
        at=world.clock.now(),
    )
    [found] = world.run_records.append_all([Visit(run.id, run.site, result, checks, observations)])
    return result, checks, found


def composed(  # noqa: PLR0913 - all that a run found
    world: World,
    run: RunRecord,
    *,
    targets: Sequence[TargetResult],
    checks: Sequence[Check],
    findings: Sequence[Finding],
    state: str,
) -> RunRecord:
    """The whole run as it ended now; one that was stopped is never better than not examined."""
    level = worst([check.level for check in checks])
    if state != "finished" and level.rank < Level.UNKNOWN.rank:
        level = Level.UNKNOWN
    return replace(
        run,
        finished_at=world.clock.now(),
        level=level,
        targets=tuple(targets),
        checks=tuple(checks),
        findings=tuple(findings),
        metrics=tuple(metric for check in checks for metric in check.metrics),
        redacted=dict(world.redactor.counts),
        state=state,
    ).ordered()
