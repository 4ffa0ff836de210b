"""The transports under one contract: each opens lines to a host that is this very machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from hmaint.model.inventory import Host, Limits, Secret, Site, Ssh
from hmaint.model.look import Fragment, Reply
from hmaint.transport.hostkeys import HostKeys
from hmaint.transport.line import Line
from hmaint.transport.local import LocalDoor
from hmaint.transport.ssh import SshDoor
from tests.services.sshd import Sshd

LIMITS = Limits(connect=5, banner=5, login=10, command=15, host=60)
Opening = Callable[..., Line]


def host_of(server: Sshd, name: str = "icu-1", **ssh: object) -> Host:
    """The throwaway server as the inventory would describe it."""
    login: dict[str, object] = {"user": server.user, "key": str(server.key), **ssh}
    return Host(name, "icu", server.address, server.port, ssh=Ssh(**login), limits=LIMITS)  # type: ignore[arg-type]


def site_of(*hosts: Host) -> Site:
    return Site("icu", "重症监护系统", hosts=hosts)


def door(*servers: Sshd, secrets: dict[str, str] | None = None, known: Sequence[Path] = ()) -> SshDoor:
    """A door that trusts these servers."""
    table = secrets or {}

    def secret_of(secret: Secret) -> str:
        return secret.name if secret.source == "plain" else table[secret.name]

    return SshDoor(HostKeys([*known, *(server.known_hosts() for server in servers)]), secret_of, "nobody")


def open_local(**limits: object) -> Line:
    host = Host("here", "icu", connection="local", limits=replace(LIMITS, **limits))  # type: ignore[arg-type]
    return LocalDoor().open(host, site_of(host))


def open_ssh(server: Sshd) -> Opening:
    def opening(encoding: str = "utf-8", **limits: object) -> Line:
        host = replace(host_of(server), limits=replace(LIMITS, **limits), encoding=encoding)  # type: ignore[arg-type]
        return door(server).open(host, site_of(host))

    return opening


def run(line: Line, *scripts: str, **bounds: float) -> list[Reply]:
    """One trip with these scripts, and close."""
    try:
        return list(line.trip([Fragment(script, **bounds) for script in scripts]))  # type: ignore[arg-type]
    finally:
        line.close()
