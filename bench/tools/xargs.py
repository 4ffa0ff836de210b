"""The OpenSSH client under xargs: one script of ten commands per host, fifty at a time."""

from __future__ import annotations

import re
import shutil

from bench.looks import batched
from bench.scene import PARALLEL, Command, Scene, Tool, clean_environment, silent_hosts

HOST = """\
Host {name}
  HostName {address}
  Port {port}
"""
COMMON = """\
Host *
  User {user}
  IdentityFile {key}
  IdentitiesOnly yes
  UserKnownHostsFile {known_hosts}
  StrictHostKeyChecking yes
  BatchMode yes
"""


def command(scene: Scene) -> Command:
    """Write a client configuration; names come from a file, the script is ssh's argument."""
    hosts = "".join(HOST.format(name=h.name, address=h.address, port=h.port) for h in scene.hosts)
    common = COMMON.format(user=scene.user, key=scene.key, known_hosts=scene.known_hosts)
    config = scene.folder / "ssh_config"
    config.write_text(hosts + common, encoding="utf-8")
    names = scene.folder / "names.txt"
    names.write_text("".join(f"{h.name}\n" for h in scene.hosts), encoding="utf-8")
    call = ("ssh", "-n", "-F", str(config), "{}", batched(scene.log))
    argv = ("xargs", "-a", str(names), f"-P{PARALLEL}", "-I{}", *call)
    return Command(argv, scene.folder, clean_environment(scene))


def problem(scene: Scene, status: int, out: str) -> str:
    """Every ssh ended well and every port told its kernel."""
    if status != 0:
        return f"exit status {status}"
    by_port = dict(re.findall(r"kernel (\d+) (\S+)", out))
    return silent_hosts(scene, {host.name: by_port.get(str(host.port), "") for host in scene.hosts})


def missing() -> str:
    """What of it is not on this machine."""
    absent = [name for name in ("xargs", "ssh") if shutil.which(name) is None]
    return f"{' and '.join(absent)} not installed" if absent else ""


TOOL = Tool("xargs", f"xargs -P{PARALLEL} ssh, 1 script", command, problem, missing)
