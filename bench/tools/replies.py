"""How the clients of our own making print what they saw, and how it is checked."""

from __future__ import annotations

import json

from bench.looks import looks
from bench.scene import Scene, silent_hosts

MARK = "BENCH "


def problem(scene: Scene, status: int, out: str) -> str:
    """A line `BENCH [name, [ten replies]]` from every host, the kernel among them."""
    if status != 0:
        return f"exit status {status}"
    answers: dict[str, list[str]] = {}
    for line in out.splitlines():
        if line.startswith(MARK):
            name, replies = json.loads(line.removeprefix(MARK))
            answers[name] = replies
    short = [host.name for host in scene.hosts if len(answers.get(host.name, ())) != len(looks(scene.log))]
    if short:
        return f"not all ten replies from {len(short)} of {len(scene.hosts)} hosts ({short[0]} …)"
    return silent_hosts(scene, {name: "\n".join(replies) for name, replies in answers.items()})
