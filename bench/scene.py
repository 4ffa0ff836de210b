"""The scene that every tool is given: the same hosts, key, host keys and log file."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

BENCH = Path(__file__).resolve().parent
OUT = BENCH / "out"
PARALLEL = 50
"""How many hosts each peer may visit at a time: the first release sets Ansible's forks and xargs' -P to 50."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One sshd of the fleet."""

    name: str
    port: int
    address: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Scene:
    """What a tool needs to know to look at the fleet; `short` is a folder whose path fits a socket's."""

    folder: Path
    short: Path
    hosts: tuple[Endpoint, ...]
    key: Path
    known_hosts: Path
    log: Path
    user: str

    @property
    def kernel(self) -> str:
        """The answer that every host must be seen to have given."""
        return os.uname().release


@dataclass(frozen=True, slots=True)
class Command:
    """A command line ready to run."""

    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tool:
    """A client of the bench: how it is called, and how its answers are checked.

    `command` writes the files the tool wants and returns the call. `problem` reads the tool's exit status and
    what it printed, and returns what is missing from the answers, or nothing.
    """

    name: str
    title: str
    command: Callable[[Scene], Command]
    problem: Callable[[Scene, int, str], str]
    missing: Callable[[], str] = lambda: ""


def clean_environment(scene: Scene) -> dict[str, str]:
    """The environment of every client: no agent, no personal configuration, no colour."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "TZ") if name in os.environ}
    home = scene.short / "home"
    home.mkdir(exist_ok=True)
    return kept | {"HOME": str(home), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}


def silent_hosts(scene: Scene, answers: Mapping[str, str]) -> str:
    """Which hosts' answers lack the kernel's release, in words; nothing when all have it."""
    silent = [host.name for host in scene.hosts if scene.kernel not in answers.get(host.name, "")]
    return f"no kernel seen from {len(silent)} of {len(scene.hosts)} hosts ({silent[0]} …)" if silent else ""
