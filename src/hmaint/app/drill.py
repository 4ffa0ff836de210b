"""Restore drills: backups restored on trial into throwaway servers, judged, recorded, and always tidied away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from hmaint.app.backup_lock import backup_lock
from hmaint.app.backup_verify import COMMAND, chosen
from hmaint.app.drill_run import NAMELESS, Told, run_drill
from hmaint.app.drill_words import kept
from hmaint.app.world import World
from hmaint.engine.journal import Journal, Outcome, read_journal
from hmaint.errors import BadFile, CouldNotLook, ExitStatus, Refused, WrongUsage
from hmaint.kit.filename import file_name
from hmaint.kit.i18n import _
from hmaint.model.drill import Drill
from hmaint.model.inventory import Backup, Database, Host, Limits, Site
from hmaint.model.playbook import Level, worst
from hmaint.model.run import Check, Finding, RunRecord, TargetResult
from hmaint.store.failures import RunExists

PLAYBOOK = "restore-drill"
TITLE = "恢复演练"
_TRIES = 10
_ENGINES = {"mysql", "postgresql", "sqlite"}
_OF_KIND = {"mysqldump": "mysql", "pg_dump": "postgresql", "sqlite": "sqlite"}
Hear = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Planned:
    """One drill that was decided on: which backup, of which engine, where; `host` None is this laptop."""

    backup: Backup
    drill: Drill
    engine: str
    database: Database | None
    host: Host | None
    name: str
    """What the restored database is called."""

    @property
    def where(self) -> str:
        return self.host.name if self.host is not None else _("this laptop")


@dataclass(frozen=True, slots=True)
class Plan:
    """All drills of a site that were asked for."""

    site: Site
    drills: tuple[Planned, ...]


@dataclass
class _Tally:
    targets: list[TargetResult] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def plan_drills(world: World, site_name: str, wanted: Sequence[str] = ()) -> Plan:
    """Decide what would be drilled, touching nothing. WrongUsage where nothing can be.

    Without names: every backup that has `drill:` in the inventory.
    """
    site = world.site(site_name)
    backups = chosen(site, wanted)
    if not wanted:
        backups = tuple(backup for backup in backups if backup.drill is not None)
    if not backups:
        words = _(
            "no backup of site {site} says how it is drilled: write drill: below one, or name one with --backup"
        )
        raise WrongUsage(words.format(site=site.name))
    return Plan(site, tuple(_planned(site, backup) for backup in backups))


def _planned(site: Site, backup: Backup) -> Planned:
    drill = backup.drill or Drill()
    database = next((each for each in site.databases if each.name == backup.of), None)
    engine = database.engine if database is not None else _OF_KIND.get(backup.kind, "")
    if engine in {"oracle", "sqlserver"}:
        words = _(
            "{backup} is a backup of {engine}: its drill is a scripted procedure on a drill host,"
            " see docs/how-to/restore-drill.md"
        )
        raise WrongUsage(words.format(backup=backup.name, engine=engine))
    if engine not in _ENGINES:
        words = _("it is not known of which database {backup} is a backup: write of: or kind: below it")
        raise WrongUsage(words.format(backup=backup.name))
    host = site.host(drill.host) if drill.host else None
    if engine == "sqlite" and host is not None and host.connection != "local":
        words = _("{backup} is a backup of SQLite, which is drilled on this laptop: leave drill.host out")
        raise WrongUsage(words.format(backup=backup.name))
    if host is not None and host.platform == "windows":
        words = _("the drill host {host} runs Windows; a drill needs Linux")
        raise WrongUsage(words.format(host=host.name))
    name = (
        drill.database or backup.database or (database.database if database is not None else "") or NAMELESS
    )
    return Planned(replace(backup, drill=drill), drill, engine, database, host, name)


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
            host = planned.host or Host("本机", plan.site.name, connection="local")
            with suppress(CouldNotLook), closing(tools.door_of(host).open(host, plan.site)) as line:
                refuse_same_machine(line, planned.host, planned.database, planned.backup)


def _journal(world: World, run: RunRecord, planned: Planned) -> Journal:
    path = _folder(world) / f"{run.id}-{file_name(planned.backup.name)}.jsonl"
    return Journal(path, world.clock, world.redactor.redact)


def _folder(world: World) -> Path:
    return world.workspace.private / "drills"


def unfinished(world: World) -> Iterator[tuple[Path, str, str]]:
    """Drills whose end nobody wrote down: the journal, the site and the drill host of each."""
    folder = _folder(world)
    for path in sorted(folder.glob("*.jsonl")) if folder.is_dir() else ():
        try:
            story = read_journal(path)
        except (BadFile, Refused):
            yield path, "", ""
            continue
        last = story.standing().get("server")
        if last is not None and last.outcome is Outcome.INTENT:
            yield path, str(last.facts.get("site", "")), str(last.facts.get("host", ""))


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
    now = world.clock.now()
    run = RunRecord(
        id=f"R-{now:%Y%m%d-%H%M%S}-{site.name}",
        command=COMMAND,
        site=site.name,
        playbook=PLAYBOOK,
        playbook_title=TITLE,
        playbook_digest="",
        mode="远程",
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


def _keep(world: World, run: RunRecord, planned: Planned, told: Told, tally: _Tally) -> None:
    visit = kept(run, planned.backup, told, world.redactor)
    (findings,) = world.records.append_all([visit])
    tally.targets.append(visit.result)
    tally.checks += visit.checks
    tally.findings += findings


def _compose(world: World, run: RunRecord, tally: _Tally, state: str) -> RunRecord:
    level = worst([check.level for check in tally.checks])
    if state != "finished" and level.rank < Level.UNKNOWN.rank:
        level = Level.UNKNOWN
    return replace(
        run,
        finished_at=world.clock.now(),
        level=level,
        targets=tuple(tally.targets),
        checks=tuple(tally.checks),
        findings=tuple(tally.findings),
        metrics=tuple(metric for check in tally.checks for metric in check.metrics),
        redacted=dict(world.redactor.counts),
        state="interrupted" if state != "finished" else state,
    ).ordered()


def patient(host: Host, limit: float) -> Host:
    """The host with limits that a drill needs: its commands take as long as a restore does."""
    limits: Limits = replace(host.limits, command=min(limit, 600.0), host=limit + 600.0)
    return replace(host, limits=limits)
