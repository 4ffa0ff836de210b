"""Watches a connection until the server has said it speaks SSH: silence, dripping and garbage are bounded."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

_MOST = 65_536  # bytes before the identification line, where RFC 4253 4.2 allows other lines


class Wire(Protocol):
    """What a socket and a forwarded channel have in common, as far as SSH needs it."""

    def recv(self, size: int, /) -> bytes: ...
    def send(self, data: bytes, /) -> int: ...
    def settimeout(self, seconds: float | None, /) -> None: ...
    def close(self) -> None: ...


_PIECE = 4_096
"""Bytes asked for at once where less is wanted; room for them is taken by every connection that waits."""


class Unwelcome(Exception):
    """The server did not identify itself as SSH within its limits."""


class Doorstep:
    """A wire that reads like the one it wraps, and raises Unwelcome where no `SSH-` line comes in time."""

    def __init__(self, wire: Wire, seconds: float) -> None:
        self._wire = wire
        self._deadline = time.monotonic() + seconds
        self.heard = b""
        self.greeted = False
        self.hung_up = False
        self.settled = threading.Event()
        """Set once it is clear whether the server speaks SSH; where sending failed nobody comes to hear that."""
        self.recv: Callable[[int], bytes] = self._listen
        self.send = wire.send
        self.settimeout = wire.settimeout
        self.close = wire.close

    def _hear(self, size: int) -> bytes:
        try:
            data = self._wire.recv(size)
        except ConnectionError:
            self.hung_up = True
            raise
        self.hung_up = not data
        return data

    def __getattr__(self, name: str) -> object:
        """Whatever else the library asks a socket for."""
        return getattr(self._wire, name)

    def _listen(self, size: int) -> bytes:
        try:
            data = self._overheard(size)
        except TimeoutError:  # how the library looks up from listening, every tenth of a second
            raise
        except BaseException:
            self.settled.set()
            raise
        if self.greeted or self.hung_up:
            self.settled.set()
        return data

    def _overheard(self, size: int) -> bytes:
        if time.monotonic() > self._deadline or len(self.heard) > _MOST:
            raise Unwelcome
        data = self._hear(size)
        self.heard += data
        start = 0 if self.heard.startswith(b"SSH-") else self.heard.find(b"\nSSH-") + 1
        if (start or self.heard.startswith(b"SSH-")) and b"\n" in self.heard[start:]:
            self.greeted = True
            self.recv = Ahead(self._wire).recv
        return data


class Ahead:
    """Takes from a wire all that is there and hands it out as it is asked for: SSH asks twice for each small packet."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._data, self._at = b"", 0

    def recv(self, size: int) -> bytes:
        """Up to so many bytes, waited for only where none are there; empty at the end."""
        if self._at == len(self._data):
            if size >= _PIECE:
                return self._wire.recv(size)
            self._data, self._at = self._wire.recv(_PIECE), 0
        start, self._at = self._at, min(self._at + size, len(self._data))
        return self._data[start : self._at]
