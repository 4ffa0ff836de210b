"""What an inspection costs one Linux host: one command over one connection, and few processes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hmaint.app.kinds import KINDS
from hmaint.engine.plan import Job, selects
from hmaint.engine.trip import Tools
from hmaint.engine.visit import Errand, Visit, visit
from hmaint.kit.clock import SystemClock
from hmaint.kit.redact import Redactor
from hmaint.model.inventory import Host
from hmaint.model.look import Fragment
from hmaint.model.playbook import Level
from tests.checks.hosts import catalogue
from tests.contract.transports import door, host_of, site_of
from tests.services.fixtures import running
from tests.services.sshd import Sshd
from tests.services.unixuser import UnixUser

LAST = Fragment("read -r a b c d last </proc/loadavg; echo $last", inline=True)


@pytest.fixture(scope="module")
def jailed() -> Iterator[Sshd]:
    """A server in a PID namespace of its own, where nothing else makes processes."""
    with running(Sshd(["LogLevel VERBOSE"], jail=True)) as server:
        yield server


def youngest(server: Sshd, host: Host) -> int:
    line = door(server).open(host, site_of(host))
    (reply,) = line.trip([LAST])
    line.close()
    return int(reply.out)


def inspect(server: Sshd, host: Host, name: str) -> Visit:
    playbook = catalogue(name)
    steps = tuple(step for step in playbook.steps if selects(step.on, host))
    way = door(server)
    tools = Tools(SystemClock(), KINDS.__getitem__, lambda _: way, _never, _never, Redactor())
    return visit(Errand(Job(host, steps), site_of(host), playbook.vars, tools))


def _never(*_: object) -> None:
    raise AssertionError("a host was to be looked at")


@pytest.mark.parametrize(("name", "most"), [("inspect/monthly", 40), ("inspect/weekly", 40)])
def test_an_inspection_of_a_host_is_one_command_and_few_processes(jailed: Sshd, name: str, most: int) -> None:
    with UnixUser() as user:
        host = host_of(jailed, user=user.name)
        first, second = youngest(jailed, host), youngest(jailed, host)
        before = jailed.log.read_text().count("Starting session: command")
        seen = inspect(jailed, host, name)
        commands = jailed.log.read_text().count("Starting session: command") - before
        forks = youngest(jailed, host) - second - (second - first)
    assert [check.summary for check in seen.checks if check.id == "target.contact"] == ["可连接并检查"]
    assert sum(check.level is not Level.SKIPPED for check in seen.checks) >= 15
    assert commands == 1
    assert forks < most, forks
