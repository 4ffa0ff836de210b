"""A TCP proxy that can stop passing bytes on, or cut, as a bad network does."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Proxy:
    """Passes loopback connections on to a port until told to stall or cut."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = _listening(0)
        self._flowing = threading.Event()
        self._flowing.set()
        self._open: list[socket.socket] = []
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
                self._open += [near, far]
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while block := source.recv(65536):
                self._flowing.wait()
                sink.sendall(block)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        source.close()

    def stall(self) -> None:
        """Keep connections open and pass nothing on."""
        self._flowing.clear()

    def flow(self) -> None:
        """Pass bytes on again."""
        self._flowing.set()

    def cut(self) -> None:
        """Break every connection; new ones still get through."""
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def go_away(self) -> None:
        """Break every connection and refuse new ones, as a host that is down."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def come_back(self) -> None:
        """Let connections through again, on the same port."""
        self._listener = _listening(self.port)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def close(self) -> None:
        """Break everything and listen no more."""
        self.go_away()
        self.flow()


def _listening(port: int) -> socket.socket:
    return socket.create_server(("127.0.0.1", port))
