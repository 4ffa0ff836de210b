"""What must hold before a database is changed: every refusal with its reason, and what a person may answer for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from hmaint.app.tools import open_tools
from hmaint.app.world import World
from hmaint.database.tune import Hand
from hmaint.errors import CouldNotLook
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import _
from hmaint.model.advice import Act
from hmaint.model.inventory import Backup, Database, Host, Site
from hmaint.model.look import Fragment
from hmaint.model.playbook import Level
from hmaint.model.tuning import Item
from hmaint.store.results import read_last

OLDEST = 60.0
"""Seconds a transaction may be open: DDL waits for it, and everybody behind the DDL."""
LAG = 60.0
"""Seconds a replica may be behind before more is put on it."""
_SPARE = 1 << 30
"""Bytes that must stay free besides twice what is needed."""
_AHEAD = 300.0
"""Seconds a result may be younger than now: two clocks."""
_MAX_AGE = 26 * 3600.0
_ROOM = (Act.CREATE_INDEX, Act.REBUILD, Act.REINDEX, Act.VACUUM)
ACCEPTABLE = ("backup", "disk", "sight")
"""What a person may answer for with --accept: no fresh verified backup, room or sessions that could not be seen."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a database is not changed now."""

    gate: str
    words: str

    @property
    def acceptable(self) -> bool:
        """Whether a person may answer for it: only what is missing or could not be seen, never what was seen."""
        return self.gate in ACCEPTABLE


def refusals(world: World, site: Site, hand: Hand, items: Sequence[Item]) -> tuple[Refusal, ...]:
    """Everything that speaks against changing this database now."""
    return (
        *_backup(world, site, hand.database),
        *server_refusals(hand),
        *_disk(world, site, hand, items),
    )


def _backup(world: World, site: Site, database: Database) -> Iterator[Refusal]:
    mine = [each for each in site.backups if each.of == database.name]
    if not mine:
        words = _("the inventory names no backup of {name}")
        yield Refusal("backup", words.format(name=database.name))
        return
    said = [_stale(world, each) for each in mine]
    if all(said):
        yield Refusal("backup", said[0])


def _stale(world: World, backup: Backup) -> str:
    """Why a backup cannot be relied on; empty where it was verified lately and found good."""
    last = read_last(world.workspace.private, backup.site, "backup-verify")
    result = last.results.get(backup.name)
    if last.tampered or result is None:
        return _("backup {name} was never verified; run hmaint backup-verify first").format(name=backup.name)
    age = (world.clock.now() - result.at).total_seconds()
    if result.level is not Level.OK:
        return _("backup {name} was not good when it was verified last").format(name=backup.name)
    if age < -_AHEAD or age > _MAX_AGE:
        words = _("backup {name} was verified last at {at}; run hmaint backup-verify first")
        return words.format(name=backup.name, at=f"{result.at.astimezone(CHINA):%Y-%m-%d %H:%M}")
    return ""


def server_refusals(hand: Hand) -> Iterator[Refusal]:
    """What of the server itself speaks against changing it now."""
    name = hand.database.name
    try:
        if not hand.claim():
            words = _("another hmaint is tuning {name} just now")
            yield Refusal("busy", words.format(name=name))
        pulse = hand.pulse()
    except CouldNotLook as failure:
        words = _("the sessions of {name} could not be looked at: {reason}")
        yield Refusal("unseen", words.format(name=name, reason=failure.reason))
        return
    if pulse.forbidden:
        yield Refusal("replica", f"{name}: {pulse.forbidden}")
    if pulse.blind:
        yield Refusal("sight", f"{name}: {pulse.blind}")
    if pulse.waiting:
        words = _("{n} sessions of {name} wait for locks just now")
        yield Refusal("waiting", words.format(n=pulse.waiting, name=name))
    if pulse.oldest > OLDEST:
        words = _("a transaction of {name} has been open for {n} s; let it end first")
        yield Refusal("transaction", words.format(n=round(pulse.oldest), name=name))
    if pulse.lag is not None and pulse.lag > LAG:
        words = _("a replica of {name} is {n} s behind")
        yield Refusal("lag", words.format(n=round(pulse.lag), name=name))


def _disk(world: World, site: Site, hand: Hand, items: Sequence[Item]) -> Iterator[Refusal]:
    needy = [item for item in items if item.fix.act in _ROOM]
    if not needy:
        return
    sizes = [item.fix.bytes if item.fix.bytes is not None else hand.size(item.fix) for item in needy]
    needed = sum(size or 0 for size in sizes)
    free, why = free_room(world, site, hand)
    name = hand.database.name
    if free is None or None in sizes:
        words = _("it could not be seen whether the disk of {name} has room enough: {reason}")
        yield Refusal("disk", words.format(name=name, reason=why or _("sizes are not known")))
    elif free < 2 * needed + _SPARE:
        words = _(
            "the disk of {name} has {free} MB free, twice {needed} MB and something to spare are wanted"
        )
        told = words.format(name=name, free=round(free / 2**20), needed=round(needed / 2**20))
        yield Refusal("room", told)


def free_room(world: World, site: Site, hand: Hand) -> tuple[float | None, str]:
    """Bytes free where the database keeps its data, and why that could not be seen where it could not."""
    database = hand.database
    if database.engine == "sqlite":
        return float(shutil.disk_usage((world.workspace.root / database.path).resolve().parent).free), ""
    try:
        folder = hand.folder()
        host = _host_of(site, database)
        if host is None:
            return None, _("no host of the inventory has its address")
        return _df(world, site, host, folder), ""
    except CouldNotLook as failure:
        return None, failure.reason


def _host_of(site: Site, database: Database) -> Host | None:
    """The host of the inventory with the database's address; this very machine for one that is asked on loopback."""
    named = [each for each in site.hosts if each.address and each.address == database.address]
    if named:
        return named[0]
    here = database.address.startswith("/") or database.address in ("localhost", "127.0.0.1", "::1")
    return Host("", site.name, connection="local") if here else None


def _df(world: World, site: Site, host: Host, folder: str) -> float:
    script = f"df -Pk {_quoted(folder)} | awk 'NR==2{{print $4}}'"
    with open_tools(world) as tools:
        line = tools.door_of(host).open(host, site)
        try:
            [reply] = line.trip([Fragment(script)])
        finally:
            line.close()
    with suppress(ValueError):
        return float(reply.out.decode("ascii", "replace").strip()) * 1024
    raise CouldNotLook(str(reply.seen), reply.reason or reply.err.decode("utf-8", "replace")[:100])


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
