"""Restore drills: backups restored on trial into throwaway servers, judged, recorded, and always tidied away."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field

from hmaint.app.backup_lock import backup_lock
from hmaint.app.backup_verify import COMMAND
from hmaint.app.drill_notices import journals, unfinished
from hmaint.app.drill_plan import Plan, Planned, laptop
from hmaint.app.drill_run import run_drill
from hmaint.app.drill_told import Told
from hmaint.app.drill_words import kept
from hmaint.app.run_record import composed, open_run
from hmaint.app.world import World
from hmaint.engine.journal import Journal, Outcome, read_journal
from hmaint.errors import CouldNotLook, ExitStatus, Refused
from hmaint.kit.filename import file_name
from hmaint.kit.i18n import _
from hmaint.model.drill import Drill
from hmaint.model.inventory import Site
from hmaint.model.playbook import Level
from hmaint.model.run import Check, Finding, RunRecord, TargetResult

PLAYBOOK = "restore-drill"
TITLE = "恢复演练"
Hear = Callable[[str], None]


@dataclass
class _Tally:
    targets: list[TargetResult] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def drill(world: World, plan: Plan, hear: Hear) -> tuple[RunRecord, ExitStatus]:
    """Hold the drills one after another; the record and how the act ended.

    0 all restored and found sound, 1 failed or not sound but nothing is left behind, 2 something is left on a drill
    host and a person must see to it. Refused before anything is touched where a drill would meet its original, or
    another drill is under way.
    """
    with ExitStack() as held:
        held.enter_context(backup_lock(world, plan.site.name, f"{COMMAND} --restore"))
        world.unlock(plan.site)
        refuse_meetings(world, plan)
        tidy_earlier(world, plan.site, hear)
        return _held(world, plan, hear)


def _held(world: World, plan: Plan, hear: Hear) -> tuple[RunRecord, ExitStatus]:
    run, tally, state, left = None, _Tally(), "interrupted", False
    try:
        for planned in plan.drills:
            opening = run
            told: Told | None = None
            if opening is None:
                opening = _open_run(world, plan.site)
            run = opening
            told = run_drill(world, run, plan.site, planned, hear, _journal(world, run, planned))
            left = left or bool(told.left)
            _keep(world, run, planned, told, tally)
        state = "finished"
    except Refused:
        # Nothing was touched: what there is of the run says so, and the refusal is told as such.
        state = "refused"
        raise
    finally:
        if run is not None:
            done = _compose(world, run, tally, state)
            world.records.finish_run(
                done.id,
                done.finished_at,
                done.level,
                (),
                done.redacted,
                "interrupted" if state != "finished" else state,
            )
    assert run is not None  # noqa: S101 - a plan is never empty
    if left:
        return done, ExitStatus.CRITICAL
    sound = all(check.level in (Level.OK, Level.SKIPPED, Level.WARNING) for check in done.checks)
    return done, ExitStatus.OK if sound else ExitStatus.WARNING


def refuse_meetings(world: World, plan: Plan) -> None:
    """Refuse all of it where one drill would be held on the machine of its original: before anything is touched."""
    from hmaint.app.drill_apart import refuse_same_machine  # noqa: PLC0415 - brings the ways to hosts
    from hmaint.app.tools import open_tools  # noqa: PLC0415 - as above

    with open_tools(world) as tools:
        for planned in plan.drills:
            if planned.engine == "sqlite":
                continue
            host = planned.host or laptop(plan.site.name)
            with suppress(CouldNotLook), closing(tools.door_of(host).open(host, plan.site)) as line:
                refuse_same_machine(line, planned.host, planned.database, planned.backup)


def _journal(world: World, run: RunRecord, planned: Planned) -> Journal:
    path = journals(world) / f"{run.id}-{file_name(planned.backup.name)}.jsonl"
    return Journal(path, world.clock, world.redactor.redact)


def tidy_earlier(world: World, site: Site, hear: Hear) -> None:
    """Clear away what drills of a site left whose hmaint was killed, and write down that it is gone."""
    from hmaint.app.drill_run import sweep_host  # noqa: PLC0415 - only after an accident

    for path, of, host in unfinished(world):
        if of != site.name:
            continue
        facts = read_journal(path).standing()["server"].facts
        hear(
            _("an earlier drill on {host} was cut off; clearing away what it left").format(
                host=host or _("this laptop")
            )
        )
        try:
            left = sweep_host(
                world,
                site,
                host,
                Drill(folder=str(facts.get("folder") or Drill().folder)),
                str(facts.get("engine", "")),
            )
        except CouldNotLook as failure:
            hear(_("what it left could not be looked at: {reason}").format(reason=failure.reason))
            continue
        with Journal(path, world.clock, world.redactor.redact) as journal:
            journal.outcome("server", Outcome.FAILED if left else Outcome.UNDONE, left=left)


def _open_run(world: World, site: Site) -> RunRecord:
    return open_run(world, site.name, command=COMMAND, playbook=PLAYBOOK, title=TITLE, digest="", mode="远程")


def _keep(world: World, run: RunRecord, planned: Planned, told: Told, tally: _Tally) -> None:
    visit = kept(run, planned.backup, told, world.redactor)
    (findings,) = world.records.append_all([visit])
    tally.targets.append(visit.result)
    tally.checks += visit.checks
    tally.findings += findings


def _compose(world: World, run: RunRecord, tally: _Tally, state: str) -> RunRecord:
    return composed(
        world,
        run,
        targets=tally.targets,
        checks=tally.checks,
        findings=tally.findings,
        state="interrupted" if state != "finished" else state,
    )
