"""Servers on loopback that accept a connection and then are no good."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress


class Rude:
    """Accepts every connection and sends these bytes, one each `pause` seconds, then nothing, for ever.

    Without words it is the server that never sends a banner.
    """

    address = "127.0.0.1"

    def __init__(self, words: bytes = b"", pause: float = 1.0) -> None:
        self._words = words
        self._pause = pause
        self._listener = socket.create_server((self.address, 0))
        self._open: list[socket.socket] = []
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                link, _ = self._listener.accept()
                self._open.append(link)
                threading.Thread(target=self._speak, args=(link,), daemon=True).start()

    def _speak(self, link: socket.socket) -> None:
        with suppress(OSError):
            for byte in self._words:
                link.sendall(bytes([byte]))
                time.sleep(self._pause)

    def stop(self) -> None:
        """Hang up on everybody."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for link in self._open:
            link.close()

    def __enter__(self) -> Rude:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def closed_port() -> Iterator[int]:
    """A loopback port nobody can listen on while it is held, and nobody answers on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])
