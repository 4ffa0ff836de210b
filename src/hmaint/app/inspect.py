"""Inspect a site: look at everything it has, judge, record, and write the sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hmaint.app.baseline import baseline_of
from hmaint.app.kinds import KINDS
from hmaint.app.run_record import composed, open_run
from hmaint.app.tools import open_tools
from hmaint.app.world import World
from hmaint.engine.plan import Job, Plan, make_plan
from hmaint.engine.rows import Previous
from hmaint.engine.run import WORKERS, Event, Finished, run_plan
from hmaint.engine.visit import Visit
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _
from hmaint.load.baseline import Entries
from hmaint.load.playbook import load_playbook
from hmaint.model.inventory import Database
from hmaint.model.playbook import Changed, Playbook
from hmaint.model.run import Check, Finding, RunRecord, TargetResult
from hmaint.store.visit import Visit as Kept

DEFAULT_PLAYBOOK = "inspect/monthly"


@dataclass(frozen=True, slots=True)
class Request:
    """What an operator asked for."""

    site: str
    playbook: str = DEFAULT_PLAYBOOK
    limit: str = ""
    tags: tuple[str, ...] = ()
    report: bool = False
    workers: int = WORKERS
    command: str = "inspect"
    since: str = ""
    """How far back the playbook's logs are read in place of what it says, such as 3h."""
    databases_only: bool = False
    """Leave out whatever is no database, and databases the playbook has no step for."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The run has a number and its targets are known."""

    run: RunRecord
    targets: tuple[str, ...]


@dataclass
class _Tally:
    """What came in so far."""

    workers: int
    targets: dict[str, TargetResult] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def take(self, visit: Visit, findings: tuple[Finding, ...]) -> None:
        self.targets[visit.result.name] = visit.result
        self.checks += visit.checks
        self.findings += findings


def inspect(world: World, request: Request, hear: Callable[[Opened | Event], None]) -> RunRecord:
    """Run an inspection and keep every event as it comes; a run that is stopped is still a record.

    Raises WrongUsage, BadFile or Refused before anything is touched; afterwards whatever the targets do is data.
    """
    site = world.site(request.site)
    playbook = load_playbook(request.playbook, workspace=world.workspace.root, kinds=KINDS)
    if request.since:
        playbook = _reaching_back(playbook, request.since)
    plan = make_plan(playbook, site, limit=request.limit, tags=request.tags)
    if request.databases_only:
        plan = _of_databases(plan)
    learned = baseline_of(world, plan)
    world.unlock(site)
    run = _open_run(world, plan, request.command)
    hear(Opened(run, tuple(job.target.name for job in plan.jobs)))
    tally = _Tally(request.workers)
    try:
        _look(world, run, plan, learned, tally, hear)
    except BaseException:
        _finish(world, _compose(run, plan, tally, world, "interrupted"))
        raise
    done = _compose(run, plan, tally, world, "finished")
    if request.report:
        # The record is closed first: a sheet that cannot be made must not cost the run.
        _finish(world, done)
        from hmaint.app.sheet import write_documents  # noqa: PLC0415 - contracts, which a run without a sheet need not load

        done = replace(done, reports=write_documents(world, done, playbook.forms))
    _finish(world, done)
    return done


def _reaching_back(playbook: Playbook, since: str) -> Playbook:
    """Let every log whose reach the playbook fixes be read so far back; the others go back to the last look."""
    from hmaint.step.log import LogArgs  # noqa: PLC0415 - a kind of step is loaded where one is asked for

    steps = tuple(
        replace(step, args=replace(step.args, since=since))
        if isinstance(step.args, LogArgs) and step.args.since != "last"
        else step
        for step in playbook.steps
    )
    return replace(playbook, steps=steps)


def _of_databases(plan: Plan) -> Plan:
    jobs = tuple(job for job in plan.jobs if isinstance(job.target, Database) and job.steps)
    if not jobs:
        words = _("{playbook} has no step for any of the databases asked for in site {site}")
        raise WrongUsage(words.format(playbook=plan.playbook.name, site=plan.site.name))
    return replace(plan, jobs=jobs)


def _open_run(world: World, plan: Plan, command: str) -> RunRecord:
    playbook = plan.playbook
    return open_run(
        world,
        plan.site.name,
        command=command,
        playbook=playbook.name,
        title=playbook.title,
        digest=playbook.digest,
        mode=playbook.mode,
    )


def _look(  # noqa: PLR0913, PLR0917 - what a run stands on, and whom it tells
    world: World,
    run: RunRecord,
    plan: Plan,
    learned: Entries,
    tally: _Tally,
    hear: Callable[[Event], None],
) -> None:
    previous = _previous(world, plan)
    with open_tools(world) as tools:
        for events in run_plan(plan, tools, previous=previous, learned=learned, workers=tally.workers):
            done = [event for event in events if isinstance(event, Finished)]
            for each, findings in zip(done, _keep(world, run, plan, done), strict=True):
                tally.take(each.visit, findings)
            for event in events:
                hear(event)


def _previous(world: World, plan: Plan) -> dict[str, dict[str, Previous]]:
    wanted = {job.target.name: _comparing(job) for job in plan.jobs}
    found = world.run_records.previous(plan.site.name, wanted)
    return {
        target: {step: Previous(rows, at, accepted) for step, (rows, at, accepted) in looks.items()}
        for target, looks in found.items()
    }


def _comparing(job: Job) -> list[str]:
    """Steps that compare with last time, or read a log since then."""
    return [s.id for s in job.steps if s.delta or s.do == "log" or isinstance(s.judge, Changed)]


def _held(job: Job, visit: Visit) -> list[str]:
    """Steps that saw a lasting change: until it is undone or closed, the next run compares with the same baseline."""
    lasting = {s.id for s in job.steps if isinstance(s.judge, Changed) and s.judge.lasting}
    return [check.id for check in visit.checks if check.id in lasting and check.findings]


def _keep(
    world: World, run: RunRecord, plan: Plan, done: Sequence[Finished]
) -> tuple[tuple[Finding, ...], ...]:
    """Keep what came together in one go. First what was sent: the trail must not lack what the record has."""
    world.audit.write(
        [
            {"run": run.id, "target": each.visit.result.name, "sent": what, "outcome": how, "ms": ms}
            for each in done
            for what, how, ms in each.visit.sent
        ],
        operator=world.operator,
        at=world.clock.now(),
    )
    places = {job.target.name: place for place, job in enumerate(plan.jobs)}
    return world.run_records.append_all([_kept(run, plan, each, places) for each in done])


def _kept(run: RunRecord, plan: Plan, done: Finished, places: Mapping[str, int]) -> Kept:
    visit = done.visit
    return Kept(
        run.id,
        plan.site.name,
        visit.result,
        visit.checks,
        visit.observations,
        visit.evidence,
        held=tuple(_held(done.job, visit)),
        place=places[done.job.target.name],
    )


def _compose(run: RunRecord, plan: Plan, tally: _Tally, world: World, state: str) -> RunRecord:
    order = [job.target.name for job in plan.jobs if job.target.name in tally.targets]
    place = {name: number for number, name in enumerate(order)}
    return composed(
        world,
        run,
        targets=[tally.targets[name] for name in order],
        checks=sorted(tally.checks, key=lambda check: place[check.target]),
        findings=tally.findings,
        state=state,
    )


def _finish(world: World, run: RunRecord) -> None:
    world.run_records.finish_run(run.id, run.finished_at, run.level, run.reports, run.redacted, run.state)
