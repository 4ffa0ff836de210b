"""A fleet of real OpenSSH servers on loopback ports, in a PID namespace of its own where that can be had."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.scene import BENCH, Endpoint

READY_SECONDS = 30.0
SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"

CONFIG = """\
ListenAddress 127.0.0.1:{port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/client_key.pub
PidFile none
StrictModes no
UsePAM no
UseDNS no
PrintMotd no
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxStartups 1000
MaxSessions 100
LogLevel ERROR
Subsystem sftp internal-sftp
SetEnv HOME={folder}/home PATH={path}
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """The target side's meters: the last PID given out (None where nobody can tell) and CPU seconds."""

    last_pid: int | None
    cpu: float


@dataclass(frozen=True, slots=True)
class Fleet:
    """The running servers. `counted` tells whether forks can be told apart from the rest of the machine's."""

    hosts: tuple[Endpoint, ...]
    keeper: subprocess.Popen[str]
    counted: bool

    def reading(self) -> Reading:
        """What the target side has spent so far."""
        if self.keeper.stdin is None or self.keeper.stdout is None:
            return Reading(None, 0.0)
        self.keeper.stdin.write("reading\n")
        self.keeper.stdin.flush()
        pid, cpu = self.keeper.stdout.readline().split()
        return Reading(int(pid) if self.counted and pid.isdigit() else None, float(cpu))


def forks_between(before: int | None, after: int | None, pid_max: int) -> int | None:
    """Forks on the target side between two readings; PIDs start again at 300 once they are used up."""
    if before is None or after is None:
        return None
    return after - before if after >= before else after - before + pid_max - 300


def find_sshd() -> str | None:
    """Where sshd is; it wants to be called by its whole path."""
    return shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}")


def make_keys(folder: Path) -> None:
    """One host key for all servers, one key for all clients, an empty home for the sessions."""
    (folder / "home").mkdir()
    for name in ("host_key", "client_key"):
        call = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)]
        subprocess.run(call, check=True)  # noqa: S603 - a fixed command line


def write_known_hosts(folder: Path, hosts: tuple[Endpoint, ...]) -> Path:
    """Every endpoint with the shared host key, as all clients are told to insist on."""
    kind, key, *_ = (folder / "host_key.pub").read_text(encoding="ascii").split()
    path = folder / "known_hosts"
    path.write_text("".join(f"[{h.address}]:{h.port} {kind} {key}\n" for h in hosts), encoding="ascii")
    return path


@contextmanager
def fleet(folder: Path, count: int) -> Iterator[Fleet]:
    """Start `count` servers on the files of `folder`; however the block is left, they are gone afterwards."""
    sshd = find_sshd()
    if sshd is None:
        raise FileNotFoundError("sshd is not installed (Debian: openssh-server)")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    hosts = tuple(Endpoint(f"h{number:03}", port) for number, port in enumerate(free_ports(count), 1))
    configs = [_write_config(folder, host) for host in hosts]
    prefix = namespace()
    argv = [*prefix, sys.executable, "-I", str(BENCH / "keeper.py"), sshd, *configs]
    pipe = subprocess.PIPE
    keeper = subprocess.Popen(  # noqa: S603 - our own script
        argv, stdin=pipe, stdout=pipe, text=True, start_new_session=True
    )
    with keeper:  # leaving closes stdin, which ends the keeper and its whole namespace, and waits for it
        for host in hosts:
            _await(host, time.monotonic() + READY_SECONDS)
        yield Fleet(hosts, keeper, counted=bool(prefix))


def namespace() -> list[str]:
    """The words that put a command into its own PID namespace; none where this machine refuses."""
    if shutil.which("unshare") is None:
        return []
    rights = [] if os.geteuid() == 0 else ["--user", "--map-current-user"]
    words = ["unshare", *rights, "--pid", "--fork", "--mount-proc", "--kill-child"]
    tried = subprocess.run([*words, "true"], check=False, capture_output=True)  # noqa: S603 - a fixed command line
    return words if tried.returncode == 0 else []


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on: all held at once, so that no two are the same."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _write_config(folder: Path, host: Endpoint) -> str:
    path = folder / f"sshd_{host.name}"
    path.write_text(CONFIG.format(port=host.port, folder=folder, path=SYSTEM_PATH), encoding="ascii")
    return str(path)


def _await(host: Endpoint, deadline: float) -> None:
    while True:
        try:
            with socket.create_connection((host.address, host.port), timeout=5) as link:
                if link.recv(4) == b"SSH-":
                    return
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise TimeoutError(f"sshd on port {host.port} did not answer within {READY_SECONDS:.0f} s")
        time.sleep(0.02)
