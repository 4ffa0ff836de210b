"""Commands under test, each in a process of its own which need not load every library anew."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

_PARENT = Path(__file__).with_name("forks.py")
_OF_THE_INTERPRETER = (
    *("LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "PYTHONUTF8", "PYTHONIOENCODING"),
    *("PYTHONHASHSEED", "PYTHONPATH", "PYTHONWARNINGS", "PYTHONDEVMODE"),
)
"""What Python reads before its first line, so that a process which forks has read it for its children."""


class Forked:
    """A process of a command, as subprocess.Popen would show it."""

    def __init__(self, status: int) -> None:
        self._status = status
        self.returncode: int | None = None
        self.pid = int.from_bytes(self._told(), "big")

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        if self.returncode is None:
            told = select.poll()  # select() itself stops at a thousand open files
            told.register(self._status, select.POLLIN)
            if told.poll(0):
                self.wait()
        return self.returncode

    def wait(self) -> int:
        """Wait for its end."""
        if self.returncode is None:
            self.returncode = int.from_bytes(self._told(), "big", signed=True)
            os.close(self._status)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to this process alone, if it still runs."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it by force."""
        self.send_signal(signal.SIGKILL)

    def _told(self) -> bytes:
        told = os.read(self._status, 4)
        if len(told) != 4:
            raise RuntimeError("the parent of the commands under test is gone")
        return told


Process = subprocess.Popen[bytes] | Forked


class Parent:
    """The process that forks the commands of one environment of the interpreter."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with there:
            self._process = subprocess.Popen(  # noqa: S603 - this very interpreter
                [sys.executable, str(_PARENT), str(there.fileno())],
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[there.fileno()],
            )

    def start(
        self, argv: Sequence[str], folder: Path, environ: Mapping[str, str], streams: Sequence[IO[bytes]]
    ) -> Forked:
        """Start a command of Python, given its three streams."""
        words = json.dumps({"argv": list(argv), "folder": str(folder), "environ": dict(environ)})
        status, told = os.pipe()
        try:
            descriptors = [*(stream.fileno() for stream in streams), told]
            socket.send_fds(self._here, [words.encode("utf-8", "surrogateescape")], descriptors)
        finally:
            os.close(told)
        return Forked(status)

    def stop(self) -> None:
        """End the process; it sees that nobody will ask for a command any more."""
        self._here.close()
        self._process.wait(timeout=10)


_PARENTS: dict[tuple[str | None, ...], Parent] = {}


def stop() -> None:
    """Let the parents end; commands that still run go on."""
    while _PARENTS:
        _PARENTS.popitem()[1].stop()


def start(
    argv: Sequence[str], folder: Path, environ: Mapping[str, str], streams: Sequence[IO[bytes]]
) -> Forked:
    """Start a script of this environment's Python in a process of its own."""
    interpreter = tuple(environ.get(name) for name in _OF_THE_INTERPRETER)
    if interpreter not in _PARENTS:
        _PARENTS[interpreter] = Parent(environ)
    return _PARENTS[interpreter].start(argv, folder, environ, streams)
