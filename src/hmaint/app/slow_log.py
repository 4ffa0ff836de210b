"""Read slow logs where they lie, on hosts of a site or on this machine, and keep what was slow as a run of the site."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from hmaint.app.db_tune_names import COMMAND, MODE
from hmaint.app.run_record import Kept, gathered, keep_visit, open_run
from hmaint.app.slow_log_words import checks_of, observation_of, unread
from hmaint.app.tools import open_tools
from hmaint.app.world import World
from hmaint.engine.trip import Tools
from hmaint.errors import CouldNotLook, WrongUsage
from hmaint.kit.clock import stopwatch
from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import _
from hmaint.model.inventory import Host, Site
from hmaint.model.look import Observation, Seen
from hmaint.model.playbook import worst
from hmaint.model.run import Check, RunRecord, TargetResult
from hmaint.slowlog.ask import LIMIT, call, fragment, program_digest, read_answer
from hmaint.slowlog.digest import Part, SlowLog, joined
from hmaint.slowlog.local import read_local

PLAYBOOK = "slow-log"
TITLE = "慢日志分析"
_LONGEST_NAME = 100
"""Characters of a target's name that the records hold everywhere."""

MOST = 1000
"""Kinds of statements kept of one log; the lighter ones are summed up."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a log lies: on a host of the site, or without one on this machine. The path may be a glob."""

    spoken: str
    path: str
    host: Host | None = None
    target: str = ""
    """What its run calls it: of one host several logs may be read."""

    @property
    def kind(self) -> str:
        return self.host.kind if self.host else "file"


@dataclass(frozen=True, slots=True)
class Digested:
    """One log as it was read; `log` is None where it could not be, and `failure` says why."""

    place: Place
    log: SlowLog | None = None
    failure: CouldNotLook | None = None
    elapsed_ms: int = 0
    sent: tuple[tuple[str, str, int], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it."""

    run: RunRecord
    logs: tuple[Digested, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """The run began; so many logs will be read."""

    run: RunRecord
    places: int


@dataclass(frozen=True, slots=True)
class Read:
    """So many bytes more of a log of this machine were read."""

    bytes: int


Hear = Callable[[Opened | Read | TargetResult], None]


def places_of(site: Site, spoken: Sequence[str]) -> tuple[Place, ...]:
    """`FILE` or `HOST:FILE`, each once. WrongUsage for a host the site does not have, or one that cannot be asked."""
    places = [_place(site, each) for each in dict.fromkeys(spoken)]
    names = [each.spoken if each.host else Path(each.path).name for each in places]
    named: dict[str, Place] = {}
    for place, name in zip(places, names, strict=True):
        # Logs of two folders may have one name, and a run knows each of its targets by another.
        wanted = _clipped(name if names.count(name) == 1 else place.spoken)
        others = (f"{wanted[: _LONGEST_NAME - 6]} ({n})" for n in range(2, len(places) + 2))
        target = next(each for each in (wanted, *others) if each not in named)
        named[target] = replace(place, target=target)
    return tuple(named.values())


def _clipped(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[:20]}…{name[21 - _LONGEST_NAME :]}"


def _place(site: Site, spoken: str) -> Place:
    name, colon, path = spoken.partition(":")
    host = site.host(name) if colon else None
    if host is None:
        # A drive of Windows is one letter; a path has a slash before any colon that is part of it.
        if colon and len(name) > 1 and "/" not in name and "\\" not in name and not _is_there(Path(spoken)):
            words = _("site {site} has no host {name}; it has: {known}")
            known = [each.name for each in site.hosts]
            told = words.format(site=site.name, name=name, known=", ".join(known) or "-")
            raise WrongUsage(told + did_you_mean(name, known))
        if not spoken.strip():
            raise WrongUsage(_("--slow-log wants a file, or HOST:FILE"))
        return Place(spoken, spoken)
    if not path.startswith("/"):
        raise WrongUsage(_("on a host the log is named by its whole path: {name}:/…").format(name=name))
    return Place(spoken, path, host)


def _is_there(path: Path) -> bool:
    """A name no file can have is none: too long, or within a folder that may not be looked into."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def digest(world: World, site_name: str, spoken: Sequence[str], hear: Hear) -> Told:
    """Read, judge and keep. WrongUsage before anything is touched; afterwards whatever a log holds is data."""
    site = world.site(site_name)
    places = places_of(site, spoken)
    world.unlock(site)
    run = open_run(
        world, site.name, command=COMMAND, playbook=PLAYBOOK, title=TITLE, digest=program_digest(), mode=MODE
    )
    hear(Opened(run, len(places)))
    logs: list[Digested] = []

    def visits() -> Generator[Kept]:
        with open_tools(world) as tools:
            for place in places:
                logs.append(_digested(world, tools, site, place, hear))
                yield _keep(world, run, logs[-1])

    return Told(gathered(world, run, visits(), hear), tuple(logs))


def _digested(world: World, tools: Tools, site: Site, place: Place, hear: Hear) -> Digested:
    took = stopwatch(world.clock)
    try:
        if place.host is None:
            parts: Iterable[Part] = _here(place.path, hear)
        else:
            parts = _there(tools, site, place.host, place.path)
        log = _masked(world, joined(place.spoken, parts, MOST))
    except CouldNotLook as failure:
        reason = CouldNotLook(failure.seen, world.redactor.redact(failure.reason))
        return Digested(place, None, reason, took(), _sent(place, Seen(failure.seen), took()))
    return Digested(place, log, None, took(), _sent(place, Seen.OBSERVED, took()))


def _sent(place: Place, seen: Seen, elapsed_ms: int) -> tuple[tuple[str, str, int], ...]:
    return ((call(place.path), str(seen), elapsed_ms),) if place.host else ()


def _here(path: str, hear: Hear) -> Iterator[Part]:
    for file in _files(Path(path)):
        yield from read_local(file, lambda size: hear(Read(size)))


def _files(path: Path) -> list[Path]:
    """The files a path or a glob names; of several those that hold anything. CouldNotLook for what names none."""
    try:
        if path.exists():
            return [path]
        anchor = Path(path.anchor)
        found = sorted(anchor.glob(str(path.relative_to(anchor))))
        filled = [each for each in found if not each.is_file() or each.stat().st_size]
    except OSError as failure:
        seen = Seen.DENIED if isinstance(failure, PermissionError) else Seen.UNSUPPORTED
        raise CouldNotLook(seen, f"读不到 {path}：{failure.strerror}") from None
    except (ValueError, IndexError):
        raise CouldNotLook(Seen.UNSUPPORTED, f"{path} 不是可用的文件名或通配写法") from None
    return filled or found or [path]


def _there(tools: Tools, site: Site, host: Host, path: str) -> list[Part]:
    if host.platform == "windows":
        words = f"{host.name} 是 Windows 主机：请把慢日志复制到本机，再用 --slow-log 文件 读取"
        raise CouldNotLook(Seen.UNSUPPORTED, words)
    patient = replace(host, limits=replace(host.limits, command=LIMIT, host=LIMIT + host.limits.host))
    line = tools.door_of(patient).open(patient, site)
    try:
        [reply] = line.trip([fragment(path)])
    finally:
        line.close()
    return read_answer(reply)


def _masked(world: World, log: SlowLog) -> SlowLog:
    """Nothing of it is a literal; names of tables and files are masked like everything else that comes from hosts."""
    mask = partial(world.redactor.redact)
    statements = tuple(
        replace(each, text=mask(each.text), schemas=tuple(map(mask, each.schemas))) for each in log.statements
    )
    return replace(log, statements=statements, files=tuple(map(mask, log.files)))


def _keep(world: World, run: RunRecord, digested: Digested) -> Kept:
    place = digested.place
    checks: tuple[Check, ...] = (unread(run.site, place.target, digested.failure),)
    observations: tuple[Observation, ...] = ()
    if digested.log is not None:
        checks = checks_of(run.site, place.target, digested.log)
        observations = (observation_of(place.target, digested.log, world.clock.now()),)
    result = TargetResult(
        place.target,
        place.kind,
        worst([check.level for check in checks]),
        digested.elapsed_ms,
        place.spoken,
        place.host.address if place.host else "",
        digested.failure.reason if digested.failure else None,
    )
    return keep_visit(world, run, result, checks, observations, digested.sent)
