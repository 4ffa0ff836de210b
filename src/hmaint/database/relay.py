"""A loopback door to one server, which can be shut while a driver written in C waits behind it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from hmaint.database.dialect import hang_up

OVERHEARD = 65_536
"""Bytes of what the server says first that are kept, for when the driver does not tell why it gave up."""

_BLOCK = 65_536
_ARRIVES = 10.0
"""Seconds within which the driver, in this very process, comes through the door."""


class Relay:
    """Passes one connection on, byte for byte, to a socket that is connected already.

    Such a driver lets nobody have its socket, so a wait inside of it cannot be ended from Python, and it tells
    little of why it could not connect. Here both are ours: the connecting, and the cutting. `admits` is shown
    what the server has said so far until it says yes (pass it on) or no (cut); None waits for more.
    """

    def __init__(self, far: socket.socket, admits: Callable[[bytes], bool | None]) -> None:
        far.settimeout(None)
        self._far = far
        self._near: socket.socket | None = None
        self._admits = admits
        self._admitted: bool | None = None
        self._shut = False
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1)
        self._listener.settimeout(_ARRIVES)
        self.port = int(self._listener.getsockname()[1])
        self.heard = b""
        threading.Thread(target=self._run, name="relay", daemon=True).start()

    @property
    def carries(self) -> bool:
        """Whether the connection still goes through here: a server may have sent its client elsewhere."""
        return self._near is not None and not self._shut

    @property
    def refused(self) -> bool:
        """Whether what the server said was not good enough to go on."""
        return self._admitted is False

    def _run(self) -> None:
        near = self._accept()
        if near is not None:
            threading.Thread(target=self._back, args=(near,), name="relay", daemon=True).start()
            with suppress(OSError):
                while block := near.recv(_BLOCK):
                    self._far.sendall(block)
            self.cut()

    def _accept(self) -> socket.socket | None:
        """The first that comes is let in, and nobody after it."""
        near = None
        with suppress(OSError):
            near, _ = self._listener.accept()
        self._listener.close()
        with self._lock:
            self._near = near
            shut = self._shut
        if shut and near is not None:
            hang_up(near)
        return None if shut else near

    def _back(self, near: socket.socket) -> None:
        held = b""
        with suppress(OSError):
            while self._admitted is not False and (block := self._far.recv(_BLOCK)):
                self.heard += block if len(self.heard) < OVERHEARD else b""
                held += block
                self._admitted = self._admitted or self._admits(self.heard)
                if self._admitted:
                    near.sendall(held)
                    held = b""
        self.cut()

    def cut(self) -> None:
        """End the connection on both sides, whatever waits on it; safe from any thread, and twice."""
        with self._lock:
            self._shut = True
            near = self._near
        for end in (self._far, near):
            if end is not None:
                hang_up(end)
