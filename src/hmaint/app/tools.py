"""The real doors of a run: ssh, this machine, databases, probes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from hmaint.app.world import World
from hmaint.engine.trip import Session, Tools
from hmaint.model.inventory import Database, Host
from hmaint.step.kind import Kind
from hmaint.transport.line import Door
from hmaint.transport.local import LocalDoor
from hmaint.transport.probe import run_probe


def make_tools(world: World, kind_of: Callable[[str], Kind]) -> Tools:
    """Tools over the real world; what a site does not use is not even imported."""
    doors = _Doors(world)

    def open_database(database: Database) -> Session:
        from hmaint.database.session import open_session  # noqa: PLC0415 - SQLAlchemy is 200 ms a site without databases need not pay

        password = None if database.password is None else world.secret_of(database.password)
        return open_session(database, password, world.workspace.root)

    return Tools(world.clock, kind_of, doors.of, open_database, run_probe, world.redactor)


class _Doors:
    """One door of each sort a run, so that keys and known hosts are read once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._local = LocalDoor()

    @cached_property
    def _ssh(self) -> Door:
        from hmaint.transport.hostkeys import HostKeys  # noqa: PLC0415 - paramiko is 140 ms a local run need not pay
        from hmaint.transport.ssh import SshDoor  # noqa: PLC0415

        return SshDoor(HostKeys(self._world.workspace.known_hosts_files), self._world.secret_of, self._world.operator)

    def of(self, host: Host) -> Door:
        return self._local if host.connection == "local" else self._ssh
