"""Verify backups where they lie: one visit a holder, every layer judged, every look kept."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hmaint.app.backup_beside import checks_beside
from hmaint.app.backup_catalogue import ask_catalogue
from hmaint.app.backup_past import pasts_of
from hmaint.app.backup_visit import Held, visit_holders
from hmaint.app.backup_words import check_of, kept_of, metrics_of
from hmaint.app.inspect import Opened
from hmaint.app.run_record import composed, open_run
from hmaint.app.tools import open_tools
from hmaint.app.world import World
from hmaint.backup.ask import library
from hmaint.backup.case import Case, Past
from hmaint.backup.catalogue import KINDS
from hmaint.backup.facts import Facts
from hmaint.backup.judge import judge
from hmaint.backup.place import Place, places_by_host, places_of
from hmaint.backup.verdict import Verdict
from hmaint.engine.run import WORKERS
from hmaint.engine.trip import Tools
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _
from hmaint.kit.registry import nearest
from hmaint.model.inventory import Backup, Site
from hmaint.model.playbook import Level, worst
from hmaint.model.run import Check, Finding, RunRecord, TargetResult
from hmaint.store.visit import Visit as Kept

COMMAND = "backup-verify"
MODE = "远程"


@dataclass(frozen=True, slots=True)
class Request:
    """What an operator asked for; `backups` are names or globs, none means all of the site."""

    site: str
    backups: tuple[str, ...] = ()
    workers: int = WORKERS


@dataclass(frozen=True, slots=True)
class Verified:
    """One backup is judged, and kept."""

    result: TargetResult


Hear = Callable[[Opened | Held | Verified], None]


@dataclass
class _Tally:
    """What was judged so far."""

    targets: dict[str, TargetResult] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def verify(world: World, request: Request, hear: Hear) -> RunRecord:
    """Verify a site's backups and keep every one as it comes; a run that is stopped is still a record.

    Raises WrongUsage for a site or a backup there is none of, before anything is touched. What the holders do
    afterwards is data: the run's level says it.
    """
    site = world.site(request.site)
    backups = chosen(site, request.backups)
    world.unlock(site)
    beside = checks_beside(world, site.name, world.clock.now())
    run = _open_run(world, site)
    with suppress(OSError):
        # What the trail names by its digest can be read for as long as the records are kept.
        world.records.evidence.put(library().encode())
    hear(Opened(run, tuple(backup.name for backup in backups)))
    tally = _Tally()
    state = "interrupted"
    try:
        for judged in _verified(world, run, site, backups, request.workers, hear):
            _keep(world, run, judged, tally, beside)
            for each in judged:
                hear(Verified(tally.targets[each.case.backup.name]))
        state = "finished"
    finally:
        done = _compose(world, run, backups, tally, state)
        world.records.finish_run(run.id, done.finished_at, done.level, (), done.redacted, state)
    return done


def chosen(site: Site, wanted: Sequence[str]) -> tuple[Backup, ...]:
    """The backups of those names or globs, in the order of the inventory; WrongUsage where one fits none."""
    if not site.backups:
        raise WrongUsage(_("the inventory names no backup of site {site}").format(site=site.name))
    for name in wanted:
        if not any(fnmatch.fnmatchcase(backup.name, name) for backup in site.backups):
            known = [backup.name for backup in site.backups]
            close = nearest(name, known)
            hint = _("; did you mean {name}?").format(name=close) if close else ""
            words = _("no backup {name} in site {site}; it has: {known}")
            raise WrongUsage(words.format(name=name, site=site.name, known=", ".join(known)) + hint)
    return tuple(
        backup
        for backup in site.backups
        if not wanted or any(fnmatch.fnmatchcase(backup.name, name) for name in wanted)
    )


def spread(world: World, sites: Sequence[str], wanted: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Which of some names or globs concern each of several sites; a site that none concerns is left out.

    WrongUsage for one that fits no backup of any of them.
    """
    if not wanted:
        return dict.fromkeys(sites, ())
    known = {name: [backup.name for backup in world.site(name).backups] for name in sites}
    for each in wanted:
        if not any(fnmatch.filter(names, each) for names in known.values()):
            words = _("no backup {name} here; there are: {known}")
            told = ", ".join(name for names in known.values() for name in names)
            raise WrongUsage(words.format(name=each, known=told or "-"))
    fitting = {name: tuple(w for w in wanted if fnmatch.filter(names, w)) for name, names in known.items()}
    return {name: words for name, words in fitting.items() if words}


@dataclass(frozen=True, slots=True)
class _Judged:
    case: Case
    verdicts: tuple[Verdict, ...]


def _verified(  # noqa: PLR0913, PLR0917 - what a run stands on, and whom it tells
    world: World, run: RunRecord, site: Site, backups: tuple[Backup, ...], workers: int, hear: Hear
) -> Iterator[tuple[_Judged, ...]]:
    """Judge each backup as soon as all of its holders have answered: together those that are told of together."""
    with open_tools(world) as tools:
        gathering = _Gathering(world, run, site, tools, backups)
        yield from gathering.ready()
        for held in visit_holders(world, tools, site, places_by_host(backups), workers):
            gathering.take(held)
            hear(held)
            yield from gathering.ready()


class _Gathering:
    """What the holders have told so far, and which backups still wait for one."""

    def __init__(
        self, world: World, run: RunRecord, site: Site, tools: Tools, backups: tuple[Backup, ...]
    ) -> None:
        self._world, self._run, self._site, self._tools = world, run, site, tools
        self._waiting = {backup.name: backup for backup in backups}
        self._told: dict[Place, Facts] = {}
        self._asked_at: dict[str, datetime] = {}
        self._skews: dict[str, float] = {}

    def take(self, held: Held) -> None:
        """What was sent must be in the trail before the record has what came of it."""
        self._audit(held.host or "本机", held.sent)
        self._told |= held.looks
        self._asked_at[held.host] = held.asked_at
        if held.skew is not None:
            self._skews[held.host] = held.skew

    def ready(self) -> Iterator[tuple[_Judged, ...]]:
        """Judge those of which everything is told; one whose database is asked first comes alone."""
        told = [each for each in self._waiting.values() if all(p in self._told for p in places_of(each))]
        for each in told:
            del self._waiting[each.name]
        asked = [each for each in told if each.kind in KINDS]
        plain = [each for each in told if each.kind not in KINDS]
        for batch in (plain, *([each] for each in asked)):
            if batch:
                yield tuple(self._judged(*each) for each in pasts_of(self._world, self._site.name, batch))

    def _judged(self, backup: Backup, past: Past) -> _Judged:
        case = self._case(backup, {place: self._told[place] for place in places_of(backup)}, past)
        return _Judged(case, judge(case))

    def _case(self, backup: Backup, looks: Mapping[Place, Facts], past: Past) -> Case:
        world = self._world
        of = next((each for each in self._site.databases if each.name == backup.of), None)
        catalogue, sent = ask_catalogue(world, self._tools, self._site, backup)
        if sent:
            self._audit(backup.of, sent)
        name = of.database if of is not None else ""
        return Case(backup, looks, self._asked_at, self._skews, name, past, catalogue)

    def _audit(self, target: str, sent: Sequence[tuple[str, str, int]]) -> None:
        world = self._world
        mask = world.redactor.redact
        world.audit.write(
            [
                {"run": self._run.id, "target": target, "sent": mask(what), "outcome": how, "ms": ms}
                for what, how, ms in sent
            ],
            operator=world.operator,
            at=world.clock.now(),
        )


def _keep(
    world: World,
    run: RunRecord,
    judged: Sequence[_Judged],
    tally: _Tally,
    beside: Mapping[str, tuple[Check, ...]],
) -> None:
    kept = [_kept(world, run, each, beside.get(each.case.backup.name, ())) for each in judged]
    for one, findings in zip(kept, world.records.append_all(kept), strict=True):
        tally.targets[one.result.name] = one.result
        tally.checks += one.checks
        tally.findings += findings


def _kept(world: World, run: RunRecord, judged: _Judged, beside: tuple[Check, ...]) -> Kept:
    backup = judged.case.backup
    mask = world.redactor.redact
    grouped: dict[str, list[Verdict]] = {}
    for verdict in judged.verdicts:
        grouped.setdefault(verdict.what, []).append(replace(verdict, summary=mask(verdict.summary)))
    checks = tuple(check_of(backup, what, verdicts) for what, verdicts in grouped.items())
    level = worst([check.level for check in checks])
    if checks:
        checks = (replace(checks[0], metrics=metrics_of(judged.case, level, run.started_at)), *checks[1:])
    facts = judged.case.main
    checks += beside
    result = TargetResult(
        backup.name,
        "backup",
        worst([check.level for check in checks]),
        sum(look.elapsed_ms for look in judged.case.looks.values()),
        backup.title,
        judged.case.label,
        None if facts.told or judged.case.catalogued else mask(facts.reason),
    )
    good = level is not Level.CRITICAL and bool(facts.told or judged.case.catalogued)
    observations, evidence = kept_of(judged.case, world.redactor, run.started_at, good=good)
    held = () if good and not _held(judged, run) else tuple(each.step for each in observations)
    return Kept(run.id, run.site, result, checks, observations, evidence, held=held)


_TRENDS = ("tables.missing", "tables.rows", "objects.missing")
_USED_TO = timedelta(days=8)
"""How long a table that shrank or went is told of before what is there now counts as usual: a week of nights."""


def _held(judged: _Judged, run: RunRecord) -> bool:
    """Whether the next look is still compared with the earlier one: what is told once only is overlooked."""
    shrunk = any(v.what in _TRENDS and v.level is Level.WARNING for v in judged.verdicts)
    since = judged.case.past.at
    return shrunk and since is not None and run.started_at - since < _USED_TO


def _open_run(world: World, site: Site) -> RunRecord:
    return open_run(
        world,
        site.name,
        command=COMMAND,
        playbook=COMMAND,
        title=_PLAYBOOK_TITLE,
        digest=_digest(),
        mode=MODE,
    )


_PLAYBOOK_TITLE = "备份核查"


def _digest() -> str:
    from hmaint.backup.ask import library_digest  # noqa: PLC0415 - reads the script

    return library_digest()


def _compose(world: World, run: RunRecord, backups: Sequence[Backup], tally: _Tally, state: str) -> RunRecord:
    order: Mapping[str, int] = {backup.name: number for number, backup in enumerate(backups)}
    return composed(
        world,
        run,
        targets=[tally.targets[name] for name in sorted(tally.targets, key=order.__getitem__)],
        checks=sorted(tally.checks, key=lambda check: order[check.target]),
        findings=tally.findings,
        state=state,
    )
