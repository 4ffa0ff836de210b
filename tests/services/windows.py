"""A throwaway OpenSSH server whose every session is a Windows host's, as far as a trip can tell."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .sshd import Sshd

_FAKE = Path(__file__).with_name("fake_windows.py")


class Windows(Sshd):
    """`shell` is the host's default shell: `cmd`, `powershell`, `none` (no PowerShell), `constrained`, or `slow`.

    `record()` tells what a fragment gives; what was not recorded is an error of its own.
    """

    def __init__(self, shell: str = "cmd", options: Sequence[str] = ()) -> None:
        self._replies = Path(tempfile.mkdtemp(prefix="hmaint-windows-")) / "replies.json"
        self._table: dict[str, dict[str, object]] = {}
        self._replies.write_text("{}")
        super().__init__([*options, f"ForceCommand {sys.executable} -I {_FAKE} {shell} {self._replies}"])

    def record(self, fragment: str, **told: object) -> None:
        """Give `rows`, `errors` and `code` for a fragment, or `behave` in one of the ways the fake knows."""
        self._table[hashlib.sha256(fragment.encode()).hexdigest()] = told
        self._replies.write_text(json.dumps(self._table), encoding="utf-8")

    @property
    def noted(self) -> list[str]:
        """What was asked of the host so far: its commands, and the fragments that began."""
        log = self._replies.with_suffix(".log")
        return log.read_text(encoding="utf-8").splitlines() if log.exists() else []

    @property
    def commands(self) -> list[str]:
        """The commands of all sessions so far."""
        return [line.removeprefix("command ") for line in self.noted if line.startswith("command ")]

    def forget(self) -> None:
        """End what earlier sessions left running, and begin a new list of what was asked."""
        for line in self.noted:
            if line.startswith("process ") and _FAKE.name.encode() in _words(int(line.split()[1])):
                os.kill(int(line.split()[1]), signal.SIGKILL)
        self._replies.with_suffix(".log").unlink(missing_ok=True)

    def stop(self) -> None:
        """End the server, everything its sessions left running, and what was recorded."""
        super().stop()
        self.forget()
        shutil.rmtree(self._replies.parent, ignore_errors=True)


def _words(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""
