"""pyinfra: ten command facts, fifty hosts at a time."""

from __future__ import annotations

import json
from functools import partial

from bench.looks import looks
from bench.scene import BENCH, PARALLEL, Command, Scene, Tool, clean_environment
from bench.tools.replies import problem
from bench.venvs import install, program


def command(scene: Scene) -> Command:
    """Write an inventory of ours; the deploy that asks for the facts is clients/facts.py."""
    common = {
        "ssh_user": scene.user,
        "ssh_key": str(scene.key),
        "ssh_known_hosts_file": str(scene.known_hosts),
        "ssh_strict_host_key_checking": "yes",
        "ssh_allow_agent": False,
        "ssh_look_for_keys": False,
    }
    hosts = [(h.name, {**common, "ssh_hostname": h.address, "ssh_port": h.port}) for h in scene.hosts]
    (scene.folder / "pyinfra_inventory.py").write_text(f"hosts = {hosts!r}\n", encoding="utf-8")
    looked = list(looks(scene.log).values())
    (scene.folder / "looks.json").write_text(json.dumps(looked), encoding="utf-8")
    argv = (
        str(program("pyinfra", "pyinfra")),
        *("--yes", "--parallel", str(PARALLEL)),
        str(scene.folder / "pyinfra_inventory.py"),
        str(BENCH / "clients" / "facts.py"),
    )
    env = {**clean_environment(scene), "BENCH_LOOKS": str(scene.folder / "looks.json")}
    return Command(argv, scene.folder, env)


TOOL = Tool("pyinfra", "pyinfra, 10 command facts", command, problem, partial(install, "pyinfra"))
