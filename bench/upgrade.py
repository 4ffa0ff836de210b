"""How long twenty steps take on ten hosts: `hmaint upgrade run`, journal and all, beside an Ansible playbook."""

from __future__ import annotations

import getpass
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from statistics import median

from bench.figures import Limit
from bench.fleet import find_sshd, fleet, make_keys, write_known_hosts
from bench.scene import Scene, clean_environment
from bench.tools.ansible import CONFIG
from bench.tools.hmaint import SITE, executable, inventory
from bench.venvs import install, program

HOSTS, STEPS, ROUNDS = 10, 20, 3
OURS, THEIRS = "hmaint upgrade run", "ansible-playbook"
_CHINA = timezone(timedelta(hours=8))
_SYSTEM = Path("/usr/bin/python3")


def measure_upgrade() -> dict[str, float]:
    """Seconds of each, the median of rounds in turn after one that warms up; empty where there is no fleet or peer."""
    if find_sshd() is None or install("ansible-core"):
        return {}
    with tempfile.TemporaryDirectory(prefix="hbu") as place:
        folder = Path(place)
        make_keys(folder)
        with fleet(folder, HOSTS) as servers:
            known = write_known_hosts(folder, servers.hosts)
            scene = Scene(
                folder,
                folder,
                servers.hosts,
                folder / "client_key",
                known,
                folder / "no.log",
                getpass.getuser(),
            )
            return _measured(scene)


def _measured(scene: Scene) -> dict[str, float]:
    _workspace(scene)
    _playbook(scene)
    taken: dict[str, list[float]] = {OURS: [], THEIRS: []}
    for _round in range(ROUNDS + 1):
        _clear(scene)
        taken[OURS].append(_ours(scene))
        _clear(scene)
        taken[THEIRS].append(_theirs(scene))
    return {name: median(seconds[1:]) for name, seconds in taken.items()}


def _room(scene: Scene, host: str) -> Path:
    return scene.folder / "rooms" / host


def _clear(scene: Scene) -> None:
    for host in scene.hosts:
        shutil.rmtree(_room(scene, host.name), ignore_errors=True)
        _room(scene, host.name).mkdir(parents=True)


def _workspace(scene: Scene) -> None:
    root = scene.folder / "workspace"
    (root / "plans").mkdir(parents=True)
    whole = inventory(scene)
    for name, host in whole["sites"][SITE]["hosts"].items():
        # All hosts are one machine here; what a run leaves on each must lie apart.
        host["vars"] = {"hmaint_folder": str(scene.folder / "runs" / name)}
        del host["logs"]
    (root / "inventory.yaml").write_text(json.dumps(whole), encoding="utf-8")
    (root / "known_hosts").write_bytes(scene.known_hosts.read_bytes())
    (scene.folder / "runs").mkdir()
    (root / "plans" / "twenty.yaml").write_text(json.dumps(_plan(scene)), encoding="utf-8")


def _plan(scene: Scene) -> dict[str, object]:
    now = datetime.now(_CHINA)
    steps = [
        {
            "id": f"step-{number}",
            "title": f"step {number}",
            "do": "shell",
            "on": "hosts",
            "with": {"run": f"echo {number} > {{{{ vars.room }}}}/{number}"},
            "probe": f"[ -e {{{{ vars.room }}}}/{number} ]",
            "undo": f"rm -f {{{{ vars.room }}}}/{number}",
            "estimate": "1s",
        }
        for number in range(1, STEPS + 1)
    ]
    look = {"id": "bench.there", "title": "there", "do": "shell", "on": "hosts", "with": {"run": "echo yes"}}
    window = {
        "from": f"{now - timedelta(minutes=10):%Y-%m-%d %H:%M}",
        "to": f"{now + timedelta(hours=12):%Y-%m-%d %H:%M}",
    }
    people = {"approvers": ["bench"], "supervisor": "bench"}
    words = dict.fromkeys(("content", "reason", "impact", "tests"), "bench")
    return {
        "plan": "twenty",
        "title": "bench",
        "site": SITE,
        "from": "1",
        "to": "2",
        "window": window,
        **people,
        **words,
        "risks": [{"risk": "none", "measure": "none"}],
        "vars": {"room": ""},
        "targets": {host.name: {"room": str(_room(scene, host.name))} for host in scene.hosts},
        "steps": steps,
        "verify": [{**look, "expect": {"line": "yes"}}],
    }


def _ours(scene: Scene) -> float:
    root = scene.folder / "workspace"
    (root / "ok.txt").write_text("ok\n", encoding="utf-8")
    approval = (
        "upgrade",
        "approve",
        "plans/twenty.yaml",
        "--by",
        "bench",
        "--text",
        "ok",
        "--evidence",
        "ok.txt",
    )
    _run((str(executable()), *approval), root, scene)
    run = ("upgrade", "run", "plans/twenty.yaml", "--supervisor", "bench", "--yes")
    taken = _run((str(executable()), *run), root, scene)
    _there(scene)
    return taken


def _playbook(scene: Scene) -> None:
    folder = scene.folder
    config = CONFIG.format(
        folder=folder,
        short=folder,
        forks=HOSTS,
        known_hosts=scene.known_hosts,
        python=_SYSTEM if _SYSTEM.exists() else sys.executable,
    )
    (folder / "ansible.cfg").write_text(config, encoding="utf-8")
    lines = [
        f"{host.name} ansible_host={host.address} ansible_port={host.port} ansible_user={scene.user} "
        f"ansible_ssh_private_key_file={scene.key} room={_room(scene, host.name)}\n"
        for host in scene.hosts
    ]
    (folder / "ansible.ini").write_text("".join(lines), encoding="utf-8")
    tasks = [
        {
            "name": f"step {number}",
            "ansible.builtin.shell": f"echo {number} > {{{{ room }}}}/{number}",
            "args": {"creates": f"{{{{ room }}}}/{number}"},
        }
        for number in range(1, STEPS + 1)
    ]
    play = [{"hosts": "all", "gather_facts": False, "tasks": tasks}]
    (folder / "twenty.yml").write_text(json.dumps(play), encoding="utf-8")


def _theirs(scene: Scene) -> float:
    argv = (str(program("ansible-core", "ansible-playbook")), str(scene.folder / "twenty.yml"))
    taken = _run(argv, scene.folder, scene)
    _there(scene)
    return taken


def _run(argv: tuple[str, ...], cwd: Path, scene: Scene) -> float:
    env = {
        **clean_environment(scene),
        "ANSIBLE_CONFIG": str(scene.folder / "ansible.cfg"),
        "ANSIBLE_NOCOLOR": "1",
    }
    began = time.perf_counter()
    done = subprocess.run(argv, cwd=cwd, env=env, check=False, capture_output=True)  # noqa: S603 - our own words
    taken = time.perf_counter() - began
    if done.returncode != 0:
        raise RuntimeError(f"{argv[:3]}: {done.stdout[-1000:]!r} {done.stderr[-2000:]!r}")
    return taken


def _there(scene: Scene) -> None:
    """Whoever did it must have done all of it."""
    for host in scene.hosts:
        found = len(list(_room(scene, host.name).iterdir()))
        if found != STEPS:
            raise RuntimeError(f"{found} of {STEPS} steps were done on {host.name}")


def upgrade_limits(measured: Mapping[str, float]) -> list[Limit]:
    """What an upgrade promises, with what was measured."""
    text = f"an upgrade of {STEPS} steps on {HOSTS} hosts: no longer than as an Ansible playbook"
    if not measured:
        return [Limit(text, "not measured", None)]
    ours, theirs = measured[OURS], measured[THEIRS]
    return [Limit(text, f"{ours:.1f} s beside {theirs:.1f} s", ours <= theirs)]


def render_upgrade(measured: Mapping[str, float]) -> str:
    """The figures in a line."""
    if not measured:
        return f"{STEPS} steps on {HOSTS} hosts: no fleet or no Ansible here"
    told = " · ".join(f"{name} {seconds:.1f} s" for name, seconds in measured.items())
    return f"{STEPS} steps on {HOSTS} hosts: {told}"


if __name__ == "__main__":
    sys.stdout.write(f"{render_upgrade(measure_upgrade())}\n")
