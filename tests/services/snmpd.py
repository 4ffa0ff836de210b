"""A throwaway agent of Net-SNMP that plays whatever device a test tells it to: a real protocol, made-up values."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from .process import private_folder, program

COMMUNITY = "zai-kan-yi-ci"
KEY, HIDDEN = "renzheng-kouling-1", "jiami-kouling-2"
USERS = f"""\
createUser full SHA-256 {KEY} AES {HIDDEN}
createUser signed SHA-512 {KEY}
createUser old MD5 {KEY} DES {HIDDEN}
createUser bare
rouser full priv
rouser signed auth
rouser old priv
rouser bare noauth
rocommunity {COMMUNITY} 127.0.0.1
"""
_ROOTS = ("1.3.6.1.2.1", "1.3.6.1.4.1", "1.3.6.1.6.3.10")
_MODULES = "pass_persist,vacm_conf,vacm_context,usmConf,usmUser,usmStats,snmpMPDStats"
_TALE = Path(__file__).with_name("snmptale.py")

Told = Mapping[str, tuple[str, object]]
"""OID → (type as `pass_persist` has it, value); a text `a+b*t` is worked out with the seconds of the clock."""


SYSTEM: Told = {
    "1.3.6.1.2.1.1.1.0": ("string", "a box"),
    "1.3.6.1.2.1.1.2.0": ("objectid", ".1.3.6.1.4.1.8072.3.2.10"),
    "1.3.6.1.2.1.1.3.0": ("timeticks", 864000),
    "1.3.6.1.2.1.1.5.0": ("string", "box"),
}


def free_datagram_port() -> int:
    """A loopback port no datagram is awaited at right now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Snmpd:
    """The agent; `tell` changes what it says while it runs."""

    def __init__(self, access: str = USERS) -> None:
        self._access = access
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = Path()
        self.port = 0

    def start(self) -> Snmpd:
        agent = program("snmpd", "snmpd")
        self._folder = folder = private_folder("snmpd", None)
        self.port = free_datagram_port()
        self.tell({})
        passing = [f"pass_persist .{root} {sys.executable} -S -E {_TALE} {self._tale}" for root in _ROOTS]
        config = folder / "snmpd.conf"
        config.write_text(
            "\n".join([f"agentAddress udp:127.0.0.1:{self.port}", *passing, self._access]), encoding="utf-8"
        )
        with (folder / "log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own agent, no shell
                [agent, "-f", "-Lo", "-C", "-c", str(config), "-I", _MODULES, "-p", str(folder / "pid")],
                env={"SNMP_PERSISTENT_DIR": str(folder / "kept"), "MIBS": "", "PATH": "/usr/bin:/bin"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._await()
        return self

    def tell(self, told: Told) -> None:
        """What the agent says from now on, beside a system group of its own where it is told none."""
        new = self._tale.with_suffix(".new")
        new.write_text(json.dumps({**SYSTEM, **told}), encoding="utf-8")
        new.replace(self._tale)

    def log(self) -> str:
        """What the agent itself noted, such as requests it refused."""
        return (self._folder / "log").read_text(errors="replace")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=20)
            shutil.rmtree(self._folder)

    @property
    def _tale(self) -> Path:
        return self._folder / "tale.json"

    def _await(self) -> None:
        limit = time.monotonic() + 30
        while "NET-SNMP version" not in self.log():
            assert self._process is not None
            if self._process.poll() is not None or time.monotonic() > limit:
                raise RuntimeError(f"snmpd does not answer: {self.log()[-2000:]}")
            time.sleep(0.03)
