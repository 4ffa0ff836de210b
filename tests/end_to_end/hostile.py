"""A site where almost every host is no good in a way of its own, and one is well."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.end_to_end.desk import Desk, Tagged, Written, ssh_host
from tests.services.fixtures import running
from tests.services.process import free_port
from tests.services.sshd import Sshd
from tests.services.web import listening

LIMITS = {"connect": "2s", "banner": "2s", "login": "5s", "command": "8s", "host": "40s"}
ENDLESS = "617.31"
FLOOD = "hmaint-flood-617"
"""Words by which what hmaint started can be told from what others run on this machine."""

GBK = "中文版 CentOS，磁盘已满"


def _steps() -> list[Written]:
    """One step of its own for each kind of trouble, besides the shipped catalogue."""

    def step(role: str, run: str, **more: object) -> Written:
        return {
            "id": f"own.{role}",
            "title": f"试验 {role}",
            "do": "shell",
            "on": {"hosts": {"roles": [role]}},
            "with": {"run": run, **more},
            "keep": True,
            "says": "{{ line }}",
        }

    everywhere = {"id": "own.answers", "title": "试验", "do": "shell", "on": "hosts", "keep": True}
    colours = (
        r"printf '\033[31m\326\320\316\304\260\346 CentOS\243\254\264\305\305\314\322\321\302\372\033[0m\n'"
    )
    return [
        {**everywhere, "with": {"run": "echo in"}, "says": "{{ line }}"},
        step("endless", f"sleep {ENDLESS}"),
        step("flood", f"yes {FLOOD} | head -c 500000000"),
        step("gbk", colours),
        {**step("planted", "echo 1"), "keep": None, "found": "critical"},
    ]


@contextmanager
def hostile(folder: Path) -> Iterator[Desk]:
    """A desk whose site `icu` is such a site; its sites `quiet` and `planted` have a host that is down,
    `planted` a critical beside it."""
    with ExitStack() as stack:
        server = stack.enter_context(running(Sshd()))
        desk = Desk(folder / "desk", WRONG_PASSWORD="falsch")
        desk.trust(server.known_hosts_line())
        steps = [{k: v for k, v in step.items() if v is not None} for step in _steps()]
        include = [{"name": "checks/linux", "tags": ["monthly"]}]
        desk.write_playbook("inspect/hostile", steps, include=include)
        desk.write_playbook("inspect/own", [steps[0], steps[-1]])
        down = {"address": "127.0.0.1", "port": free_port()}
        desk.write_inventory(
            {
                "icu": {
                    "name": "重症监护系统",
                    "hosts": {**_good(server), "down": down, **_bad(stack, server, desk)},
                },
                "quiet": {"hosts": {"well-2": ssh_host(server), "down-2": down}},
                "planted": {"hosts": {"planted": ssh_host(server, roles=["planted"]), "down-3": down}},
            },
            defaults={"limits": LIMITS},
        )
        yield desk


def _good(server: Sshd) -> Written:
    return {
        "well": ssh_host(server),
        "gb18030": ssh_host(server, roles=["gbk"], encoding="gb18030"),
    }


def _bad(stack: ExitStack, server: Sshd, desk: Desk) -> Written:
    return {
        "silent": _rude(stack, _say_nothing),
        "dripping": _rude(stack, _drip),
        "endless": ssh_host(server, roles=["endless"]),
        "flood": ssh_host(server, roles=["flood"]),
        "not-utf8": ssh_host(server, roles=["gbk"]),
        "changed-key": _changed(stack, desk),
        "wrong-password": ssh_host(server, ssh={"key": None, "password": Tagged("!env WRONG_PASSWORD")}),
    }


def _rude(stack: ExitStack, behave: object) -> Written:
    listener = listening(behave)
    stack.callback(listener.close)
    return {"address": "127.0.0.1", "port": listener.getsockname()[1]}


def _say_nothing(link: socket.socket) -> None:
    link.recv(1)
    time.sleep(600)


def _drip(link: socket.socket) -> None:
    for byte in b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n" * 100:
        link.sendall(bytes([byte]))
        time.sleep(1)


def _changed(stack: ExitStack, desk: Desk) -> Written:
    """A host that shows another key than the one this workspace trusts."""
    now, before = (stack.enter_context(running(Sshd())) for _ in range(2))
    desk.trust(before.known_hosts_line().replace(f":{before.port} ", f":{now.port} "))
    return ssh_host(now)
