"""The real doors of a run: ssh, this machine, databases, probes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from hmaint.app.kinds import KINDS
from hmaint.app.world import World
from hmaint.engine.conversation import Session
from hmaint.engine.trip import DeviceSession, Tools
from hmaint.kit.memory import settle
from hmaint.model.inventory import Database, Device, Limits
from hmaint.model.look import Probe, Rows
from hmaint.transport.hostkeys import HostKeys
from hmaint.transport.local import LocalDoor
from hmaint.transport.ssh import SshDoor


@contextmanager
def open_tools(world: World) -> Iterator[Tools]:
    """Tools over the real world; keys and known hosts are read once, jump hosts are hung up on at the end."""
    settle()
    local = LocalDoor(world.secret_of)
    ssh = SshDoor(HostKeys(world.workspace.known_hosts_files), world.secret_of, world.login)

    def open_database(database: Database) -> Session:
        # SQLAlchemy is 200 ms that a site without databases need not pay.
        from hmaint.database.session import open_session  # noqa: PLC0415 - see above

        password = None if database.password is None else world.secret_of(database.password)
        return open_session(database, password, world.workspace.root)

    def open_device(device: Device) -> DeviceSession:
        # The SNMP library is 300 ms that a site without devices need not pay.
        from hmaint.transport.snmp import open_snmp  # noqa: PLC0415 - see above

        return open_snmp(device, world.secret_of)

    def probe(asked: Probe, limits: Limits) -> Rows:
        from hmaint.transport.probe import run_probe  # noqa: PLC0415 - http and ssl, only where there are endpoints

        return run_probe(asked, limits)

    try:
        yield Tools(
            clock=world.clock,
            kind_of=KINDS.__getitem__,
            door_of=lambda host: local if host.connection == "local" else ssh,
            open_database=open_database,
            probe=probe,
            mask=world.redactor,
            desk=Lock(),
            open_device=open_device,
        )
    finally:
        ssh.close()
