"""The trips to the holders of backups: each once, many at a time, none waited for longer than it may take."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from hmaint.app.world import World
from hmaint.backup.ask import call, fragment, library_digest
from hmaint.backup.facts import Facts, read_facts
from hmaint.backup.place import Place
from hmaint.engine.trip import Tools
from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Backup, Host, Site
from hmaint.model.look import Seen

LIMIT = 6 * 3600.0
"""Seconds that the reading of one backup may take: a terabyte at 50 MB/s."""

HOST_LIMIT = 20 * 3600.0
"""Seconds for all backups of one holder: a night's run is over before the next."""


@dataclass(frozen=True, slots=True)
class Held:
    """What one holder told of every copy it has."""

    host: str
    looks: Mapping[Place, Facts]
    asked_at: datetime
    skew: float | None = None
    sent: tuple[tuple[str, str, int], ...] = field(default=())


def visit_holders(
    world: World, tools: Tools, site: Site, by_host: Mapping[str, Sequence[Place]], workers: int
) -> Iterator[Held]:
    """Visit every holder and hand over what each told as it comes, in the caller's thread.

    Workers are daemons: leaving the loop never waits for a host.
    """
    waiting: queue.SimpleQueue[tuple[str, Sequence[Place]]] = queue.SimpleQueue()
    said: queue.SimpleQueue[Held | BaseException] = queue.SimpleQueue()
    for item in by_host.items():
        waiting.put(item)
    go = partial(_visit, world, tools, site)
    for _number in range(min(workers, len(by_host))):
        threading.Thread(target=_work, args=(go, waiting, said), daemon=True).start()
    for _each in by_host:
        answer = said.get()
        if isinstance(answer, BaseException):
            raise answer
        yield answer


def _work(
    go: Callable[[str, Sequence[Place]], Held],
    waiting: queue.SimpleQueue[tuple[str, Sequence[Place]]],
    said: queue.SimpleQueue[Held | BaseException],
) -> None:
    try:
        while True:
            said.put(go(*waiting.get_nowait()))
    except queue.Empty:
        return
    except BaseException as bug:  # noqa: BLE001 - handed to the main thread, which alone may fail the run
        said.put(bug)


def _visit(world: World, tools: Tools, site: Site, name: str, places: Sequence[Place]) -> Held:
    asked_at = tools.clock.now()
    try:
        host = _holder(site, name, [place.backup for place in places])
        fragments = [
            fragment(place, _key(world, place.backup), _limit(place.backup), _base(site, place))
            for place in places
        ]
        line = tools.door_of(host).open(host, site)
        asked_at = tools.clock.now()
        try:
            replies = line.trip(fragments)
        finally:
            line.close()
    except CouldNotLook as failure:
        reason = world.redactor.redact(failure.reason)
        lost = Facts({}, Seen(failure.seen), reason)
        return Held(name, dict.fromkeys(places, lost), asked_at, None, (("连接", str(failure.seen), 0),))
    looks = {place: read_facts(reply, host.encoding) for place, reply in zip(places, replies, strict=True)}
    library = f"# 核查脚本 sha256:{library_digest()}\n"
    sent = tuple(
        (library + call(place, base=_base(site, place)), str(reply.seen), reply.elapsed_ms)
        for place, reply in zip(places, replies, strict=True)
    )
    return Held(name, looks, asked_at, _skew(looks[places[0]], asked_at), sent)


def _holder(site: Site, name: str, backups: Sequence[Backup]) -> Host:
    """The holder with the long limits of a reader; no name means this very machine."""
    host = Host("", site.name, connection="local") if not name else site.host(name)
    if host is None:
        raise CouldNotLook(Seen.UNSUPPORTED, f"清单的站点 {site.name} 中没有主机 {name}")
    if host.platform == "windows":
        raise CouldNotLook(Seen.UNSUPPORTED, f"{name} 是 Windows 主机，不能在其上读取备份文件")
    whole = max([HOST_LIMIT, *(_limit(backup) for backup in backups)])
    return replace(host, limits=replace(host.limits, command=LIMIT, host=whole))


def _limit(backup: Backup) -> float:
    """Seconds for one backup: the variable `backup_limit_s`, else LIMIT."""
    value = backup.vars.get("backup_limit_s")
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if plain and value > 0 else LIMIT  # type: ignore[arg-type, operator]  # plain is a number


def _base(site: Site, place: Place) -> str:
    """The path of the full backup a copy stands on, where the same host holds it."""
    base = next((each for each in site.backups if each.name == place.backup.base), None)
    return base.path if base is not None and base.host == place.host else ""


def _key(world: World, backup: Backup) -> str:
    """The key of a locked backup; a missing one is told by what could not be opened."""
    if backup.password is not None:
        with suppress(CouldNotLook):
            return world.secret_of(backup.password)
    return ""


def _skew(facts: Facts, asked_at: datetime) -> float | None:
    """Seconds the holder's clock is ahead; it is read as the first thing of the trip."""
    now = facts.number("host_now")
    return None if now is None else now - asked_at.timestamp()
