"""Ansible: ten shell tasks, pipelining, fifty forks, no facts."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

from bench.looks import looks
from bench.scene import PARALLEL, Command, Scene, Tool, clean_environment, silent_hosts
from bench.venvs import install, program

CONFIG = """\
[defaults]
inventory = {folder}/ansible.ini
forks = {forks}
gathering = explicit
host_key_checking = True
local_tmp = {short}/ansible
retry_files_enabled = False
interpreter_python = {python}
[ssh_connection]
pipelining = True
control_path_dir = {short}/cp
ssh_args = -C -o ControlMaster=auto -o ControlPersist=60s -o UserKnownHostsFile={known_hosts}
"""


def command(scene: Scene) -> Command:
    """Write configuration, inventory and playbook; `-v` prints the answers, which is how they are checked."""
    folder = scene.folder
    system = Path("/usr/bin/python3")
    config = CONFIG.format(
        folder=folder,
        short=scene.short,
        forks=PARALLEL,
        known_hosts=scene.known_hosts,
        # Named, so that Ansible is spared its search for an interpreter on every host.
        python=system if system.exists() else sys.executable,
    )
    (folder / "ansible.cfg").write_text(config, encoding="utf-8")
    lines = [
        f"{host.name} ansible_host={host.address} ansible_port={host.port} ansible_user={scene.user} "
        f"ansible_ssh_private_key_file={scene.key}\n"
        for host in scene.hosts
    ]
    (folder / "ansible.ini").write_text("".join(lines), encoding="utf-8")
    tasks = [{"name": name, "ansible.builtin.shell": run} for name, run in looks(scene.log).items()]
    play = [{"hosts": "all", "gather_facts": False, "tasks": tasks}]
    (folder / "ansible.yml").write_text(json.dumps(play), encoding="utf-8")
    argv = (str(program("ansible-core", "ansible-playbook")), "-v", str(folder / "ansible.yml"))
    env = {**clean_environment(scene), "ANSIBLE_CONFIG": str(folder / "ansible.cfg"), "ANSIBLE_NOCOLOR": "1"}
    return Command(argv, folder, env)


def problem(scene: Scene, status: int, out: str) -> str:
    """Ten changed tasks and the kernel from every host."""
    if status != 0:
        return f"exit status {status}"
    answers: dict[str, list[str]] = {}
    for line in out.splitlines():
        if line.startswith("changed: ["):
            name, _, said = line.removeprefix("changed: [").partition("] => ")
            answers.setdefault(name, []).append(said)
    short = [host.name for host in scene.hosts if len(answers.get(host.name, ())) != len(looks(scene.log))]
    if short:
        return f"not all ten tasks ran on {len(short)} of {len(scene.hosts)} hosts ({short[0]} …)"
    return silent_hosts(scene, {name: "\n".join(said) for name, said in answers.items()})


TOOL = Tool("ansible", "Ansible, 10 shell tasks", command, problem, partial(install, "ansible-core"))
