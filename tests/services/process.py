"""What every throwaway server has in common: a free port, a user that is not root, a wait until it answers."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path


class ServiceMissing(Exception):
    """A server that the tests need is not installed; the message says which package brings it."""


def free_port() -> int:
    """A loopback port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(name: str, package: str, folders: Sequence[Path] = ()) -> str:
    """The path of a server program, searched beyond PATH too; ServiceMissing when it is nowhere."""
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", *map(str, folders)])
    found = shutil.which(name, path=places)
    if found is None:
        raise ServiceMissing(f"{name} is not installed (Debian package {package})")
    return found


def private_folder(name: str, user: str | None) -> Path:
    """A new short-named folder that belongs to the user the server runs as."""
    folder = Path(tempfile.mkdtemp(prefix=f"hmaint-{name}-"))
    if user is not None:
        shutil.chown(folder, user)
    return folder


def server_user(name: str) -> str | None:
    """The user to become when the tests run as root: these servers refuse to run as root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(name).pw_name
    except KeyError as missing:
        raise ServiceMissing(f"there is no user {name} to run the server as") from missing


def run_as(user: str | None, command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """Start a command in the background as that user, its output in a file."""
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - a server of our own choosing, no shell
            list(command), stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", **_as(user)
        )


def _as(user: str | None) -> dict[str, object]:
    if user is None:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def finish(command: Sequence[str], user: str | None, log: Path) -> None:
    """Run a preparing command to its end; what it printed is part of the failure."""
    awaited(run_as(user, command, log), command[0], log)


def awaited(process: subprocess.Popen[bytes], name: str, log: Path) -> None:
    """Wait for the end of a preparing command; one that failed is an error with its log."""
    code = process.wait(timeout=120)
    if code != 0:
        raise RuntimeError(f"{name} ended with {code}: {log.read_text(errors='replace')[-2000:]}")


def wait_until(answers: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a server answers; a server that ended or stays silent is an error with its log."""
    limit = time.monotonic() + 60
    while not answers():
        if process.poll() is not None or time.monotonic() > limit:
            raise RuntimeError(f"the server does not answer: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.03)


class Here:
    """This machine as a place where servers live; `Guest` is the other one."""

    def program(self, name: str, package: str, places: Sequence[str] = ()) -> str:
        """The path of a program; the newest where several folders have it."""
        return program(
            name, package, [f for p in places for f in sorted(Path("/").glob(p[1:]), reverse=True)]
        )

    def folder(self, name: str, user: str) -> Path:
        """A new folder that belongs to the server's user."""
        return private_folder(name, server_user(user))

    def run(self, user: str, command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
        """Start a command as the server's user in the background, its output in a file."""
        return run_as(server_user(user), command, log)

    def finish(self, user: str, command: Sequence[str], log: Path) -> None:
        """Run a preparing command to its end; what it printed is part of the failure."""
        finish(command, server_user(user), log)
