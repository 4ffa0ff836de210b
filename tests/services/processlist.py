"""Looks at the command line of every process of this machine, again and again, for words that must not stand there."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Self


class ProcessList:
    """While it is open, `seen` gathers what was found; `looks` is how often it looked.

    The processes of throwaway machines are among this machine's, so one look sees the laptop and the targets alike.
    """

    def __init__(self, *secrets: str) -> None:
        self._secrets = [secret.encode() for secret in secrets]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.seen: set[str] = set()
        self.looks = 0
        self.processes = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_why: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.01):
            for process in Path("/proc").iterdir():
                if process.name.isdecimal():
                    self._look(process)
            self.looks += 1

    def _look(self, process: Path) -> None:
        try:
            line = (process / "cmdline").read_bytes()
        except OSError:  # it ended meanwhile
            return
        self.processes += 1
        if any(secret in line for secret in self._secrets):
            self.seen.add(line.replace(b"\0", b" ").decode(errors="replace"))
