"""The inventory as an operator asks about it: what it holds, what answers, which keys are trusted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import chain

from hmaint.app.tools import open_tools
from hmaint.app.world import World
from hmaint.engine.plan import Job, Plan, address_of
from hmaint.engine.run import Finished, run_plan
from hmaint.errors import Place, Refused, WrongUsage
from hmaint.kit.i18n import _
from hmaint.model.inventory import Host, Site, Target
from hmaint.model.playbook import Playbook
from hmaint.model.run import TargetResult
from hmaint.transport.hostkeys import HostKey, HostKeys, Verdict, fingerprint, forget, remember
from hmaint.transport.ssh import SshDoor


@dataclass(frozen=True, slots=True)
class Entry:
    """One target of an inventory, for a list."""

    site: str
    name: str
    kind: str
    address: str
    title: str


def entries(world: World, site: str = "") -> list[Entry]:
    """List every target, in the order of the file."""
    sites = [world.site(site)] if site else list(world.inventory.sites.values())
    return [Entry(s.name, t.name, t.kind, address_of(t), t.title) for s in sites for t in s.targets()]


def ping(world: World, site: Site, limit: str, hear: Callable[[TargetResult], None]) -> list[TargetResult]:
    """Log in everywhere and leave again: which targets an inspection would reach."""
    targets = _chosen(site, limit)
    world.unlock(site)
    nothing = Playbook("inventory/ping", "", "", (), {}, "", Place(""))
    plan = Plan(site, nothing, tuple(Job(target, (), contact=True) for target in targets))
    results = []
    with open_tools(world) as tools:
        for event in chain.from_iterable(run_plan(plan, tools)):
            if isinstance(event, Finished):
                hear(event.visit.result)
                results.append(event.visit.result)
    world.audit.write(
        [{"target": r.name, "sent": "ping", "outcome": str(r.level), "ms": r.elapsed_ms} for r in results],
        operator=world.operator,
        at=world.clock.now(),
    )
    order = {target.name: number for number, target in enumerate(targets)}
    return sorted(results, key=lambda result: order[result.name])


def _chosen(site: Site, limit: str) -> list[Target]:
    targets = [t for t in site.targets() if not limit or fnmatchcase(t.name, limit)]
    if not targets:
        raise WrongUsage(_("nothing in site {site} is called {name}").format(site=site.name, name=limit))
    return targets


def hosts_named(world: World, names: list[str], site: str = "") -> list[Host]:
    """Hosts reached by ssh with one of these names, over all sites or one; WrongUsage when a name is nobody's."""
    sites = [world.site(site)] if site else list(world.inventory.sites.values())
    known = [h for s in sites for h in s.hosts if h.connection == "ssh"]
    # The way to a host leads through its jump hosts: these come first.
    known.sort(key=lambda host: len(host.ssh.jumps))
    if not names:
        return known
    chosen = [host for host in known if host.name in names]
    missing = set(names) - {host.name for host in chosen}
    if missing:
        raise WrongUsage(_("no ssh host called {name}").format(name=", ".join(sorted(missing))))
    return chosen


@dataclass(frozen=True, slots=True)
class Shown:
    """One key a host shows now, and what this workspace knows of it."""

    key: HostKey
    fingerprint: str
    verdict: Verdict


def shown(world: World, host: Host) -> list[Shown]:
    """Ask a host for its keys, through its jump hosts; CouldNotLook when it does not answer."""
    known = HostKeys(world.workspace.known_hosts_files)
    door = SshDoor(known, world.secret_of, world.login)
    try:
        keys = door.fetch_keys(host, world.inventory.sites[host.site])
    finally:
        door.close()
    return [Shown(key, fingerprint(key), known.verdict(host.address, host.port, key)) for key in keys]


def trust(world: World, host: Host, keys: list[Shown], *, replace: bool) -> None:
    """Write a host's keys into the workspace's known_hosts, and who accepted them into the audit trail.

    A key that differs from a trusted one needs `replace`, a revoked one cannot be trusted at all: Refused.
    """
    if any(key.verdict is Verdict.REVOKED for key in keys):
        raise Refused(_("{host} shows a key that is marked revoked").format(host=host.name))
    changed = any(key.verdict is Verdict.CHANGED for key in keys)
    if changed and not replace:
        raise Refused(
            _("{host} shows another key than the trusted one; was it reinstalled? then say --replace").format(
                host=host.name
            )
        )
    world.workspace.prepare()
    gone = forget(world.workspace.known_hosts, host.address, host.port) if changed else ()
    for key in keys:
        remember(world.workspace.known_hosts, host.address, host.port, key.key)
    told = [("forget", old.kind, fingerprint(old)) for old in gone]
    told += [("trust", key.key.kind, key.fingerprint) for key in keys]
    world.audit.write(
        [
            {"target": host.name, "sent": f"{act} {kind} {printed}", "outcome": "accepted", "ms": 0}
            for act, kind, printed in told
        ],
        operator=world.operator,
        at=world.clock.now(),
    )
