"""hmaint itself: `hmaint inspect` with a playbook of the same ten looks."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from bench.looks import TAIL
from bench.scene import BENCH, Command, Scene, Tool, clean_environment

SITE = "bench"
STEPS = 11
"""Of ten looks: the one listing of processes is read twice, by CPU and by memory."""


def executable() -> Path:
    """The command as users call it, from the environment that runs the bench."""
    return Path(sys.prefix) / "bin" / "hmaint"


def inventory(scene: Scene) -> dict[str, Any]:
    """One site with the whole fleet; YAML is a superset of what JSON writes here."""
    hosts = {
        host.name: {"address": host.address, "port": host.port, "logs": [str(scene.log)]}
        for host in scene.hosts
    }
    return {
        "version": 1,
        "hospital": {"name": "bench"},
        "vendor": {"name": "bench"},
        "defaults": {"ssh": {"user": scene.user, "key": str(scene.key)}},
        "sites": {SITE: {"name": "bench", "hosts": hosts}},
    }


def command(scene: Scene) -> Command:
    """Make a workspace that lasts over the runs, as an engineer's does."""
    workspace = scene.folder / "workspace"
    # With its private folder, without which the very first command keeps nothing of the files it read for the second.
    (workspace / ".hmaint").mkdir(mode=0o700, parents=True, exist_ok=True)
    path = workspace / "inventory.yaml"
    path.write_text(json.dumps(inventory(scene), indent=1), encoding="utf-8")
    (workspace / "known_hosts").write_bytes(scene.known_hosts.read_bytes())
    playbook = workspace / "ten.yaml"
    text = (BENCH / "ten.yaml").read_text(encoding="utf-8")
    playbook.write_text(
        text.replace("TAIL", str(TAIL)).replace("KERNEL", json.dumps(scene.kernel)), encoding="utf-8"
    )
    words = ("inspect", "--site", SITE, "-i", str(path), "--playbook", str(playbook), "--format", "json")
    return Command((str(executable()), *words), workspace, clean_environment(scene))


def problem(scene: Scene, status: int, out: str) -> str:
    """Ten looks and the contact itself seen on every host, all of them fine: the kernel must be the one expected."""
    if status not in {0, 1, 2}:
        return f"exit status {status}"
    run = json.loads(out)
    counts, wanted = dict(run["checks"]), (STEPS + 1) * len(scene.hosts)
    fine = counts.pop("ok")
    if fine != wanted or any(counts.values()):
        told = "; ".join(f"{each['target']}: {each['summary']}" for each in run["findings"][:3])
        return f"{fine} looks were as expected of {wanted}: {counts} {told}".strip()
    return _blind(scene, {target["name"]: target for target in run["targets"]})


def _blind(scene: Scene, targets: dict[str, Any]) -> str:
    wrong = [h.name for h in scene.hosts if h.name not in targets or targets[h.name]["error"]]
    return f"{len(wrong)} hosts not examined ({wrong[0]} …)" if wrong else ""


def missing() -> str:
    """Whether the command is there at all."""
    return (
        ""
        if executable().is_file()
        else f"{executable().name} is not installed beside {Path(sys.executable).name}"
    )


TOOL = Tool("hmaint", "hmaint inspect", command, problem, missing)
