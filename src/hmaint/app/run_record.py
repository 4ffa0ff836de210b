"""A run from its number to its close: every command that looks at something keeps its record the same way."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from hmaint.app.world import World
from hmaint.model.playbook import Level, worst
from hmaint.model.run import Check, Finding, RunRecord, TargetResult
from hmaint.store.failures import RunExists

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
    numbered = replace(run, id=world.records.free_id(run.id))
    world.records.begin_run(numbered)
    return numbered


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
