"""paramiko as most home-made scripts use it: ten execs per host."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial

from bench.looks import looks
from bench.scene import BENCH, PARALLEL, Command, Scene, Tool, clean_environment
from bench.tools.replies import problem
from bench.venvs import install, program


def command(scene: Scene) -> Command:
    """Write the scene down for clients/naive.py."""
    told = {
        "hosts": [asdict(host) for host in scene.hosts],
        "known_hosts": str(scene.known_hosts),
        "key": str(scene.key),
        "user": scene.user,
        "parallel": PARALLEL,
        "looks": list(looks(scene.log).values()),
    }
    path = scene.folder / "naive.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    argv = (str(program("paramiko")), str(BENCH / "clients" / "naive.py"), str(path))
    return Command(argv, scene.folder, clean_environment(scene))


TOOL = Tool("paramiko", "paramiko, 10 execs", command, problem, partial(install, "paramiko"))
