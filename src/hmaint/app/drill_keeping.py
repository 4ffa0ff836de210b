"""The laptop's end of a throwaway server's life: it hears what the keeper says, and says it is alive."""

from __future__ import annotations

import queue
import threading
import time
from contextlib import suppress

from hmaint.drill.keeper import BEAT
from hmaint.errors import CouldNotLook
from hmaint.transport.shell import LinkLost, Pipes

_PIECE = 0.5
_KEPT = 65_536
Said = tuple[str, str]


class Keeping(threading.Thread):
    """Holds the pipes of one keeper; words come out in order as (word, rest), `over` when nothing more can come."""

    def __init__(self, pipes: Pipes, script: str, mark: str) -> None:
        super().__init__(daemon=True)
        self._pipes, self._script, self._mark = pipes, script, mark + " "
        self._said: queue.SimpleQueue[Said] = queue.SimpleQueue()
        self._ending = threading.Event()
        self._over = threading.Event()
        self.trouble = ""
        """The word of the keeper for why it had to end early: `disk`, `time` or `died`; empty while all is well."""

    def run(self) -> None:
        with suppress(LinkLost, CouldNotLook, OSError, ValueError):
            self._listen()
        with suppress(LinkLost, OSError, ValueError):
            self._pipes.close()
        self._over.set()
        self._said.put(("over", ""))

    def _listen(self) -> None:
        self._pipes.send(self._script.encode(), last=False)
        buffer, last, told = b"", time.monotonic(), False
        while True:
            arrived = self._pipes.receive(_PIECE)
            buffer = self._heard(buffer + arrived.out)[-_KEPT:]
            if arrived.ended:
                return
            if self._ending.is_set() and not told:
                told = True
                self._pipes.send(b"end\n", last=True)
            elif not told and time.monotonic() - last >= BEAT:
                last = time.monotonic()
                self._pipes.send(b"here\n", last=False)

    def _heard(self, buffer: bytes) -> bytes:
        *lines, rest = buffer.split(b"\n")
        for line in lines:
            text = line.decode("utf-8", "replace")
            if text.startswith(self._mark):
                word, _, more = text[len(self._mark) :].partition(" ")
                if word in {"disk", "time", "died"}:
                    self.trouble = word
                self._said.put((word, more))
        return rest

    def next(self, seconds: float) -> Said:
        """Wait for the next word; (`late`, ``) when none comes in time."""
        try:
            return self._said.get(timeout=seconds)
        except queue.Empty:
            return ("late", "")

    @property
    def over(self) -> bool:
        """Whether nothing more can come from it."""
        return self._over.is_set()

    def end(self) -> None:
        """Ask the keeper to tidy up."""
        self._ending.set()
