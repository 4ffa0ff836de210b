"""A listener that speaks just enough of Oracle's network protocol to refuse, and that can be as bad as a network."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

Manner = Callable[[socket.socket], None]


class Listener:
    """Serves every connection in one manner until closed; `heard` is what clients sent first."""

    def __init__(self, manner: Manner) -> None:
        self._manner = manner
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._open.append(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError):
            self._manner(client)
            client.close()

    def close(self) -> None:
        for each in (self._listener, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


def packet(kind: int, body: bytes) -> bytes:
    """One packet of the protocol as it is before both sides agreed on longer ones."""
    return (len(body) + 8).to_bytes(2, "big") + bytes((0, 0, kind, 0, 0, 0)) + body


def refuses(code: int) -> Manner:
    """What a listener sends that knows no such service, or is full: a REFUSE packet with its reasons."""
    reasons = (
        f"(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR={code})"
        f"(ERROR_STACK=(ERROR=(CODE={code})(EMFI=4)(ARGS='(CONNECT_DATA=(SERVICE_NAME=his))'))"
        f"(ERROR=(CODE={code})(EMFI=4))))"
    ).encode()

    def manner(client: socket.socket) -> None:
        client.recv(8192)
        client.sendall(packet(4, bytes((0x22, 0)) + len(reasons).to_bytes(2, "big") + reasons))
        client.recv(1)

    return manner


def accepts_as(version: int) -> Manner:
    """A server of that protocol version (310: 10.2 and 11, 314: 11.2, 318: 12.2) that lets the client in."""

    def manner(client: socket.socket) -> None:
        client.recv(8192)
        body = version.to_bytes(2, "big") + bytes(
            (0x0C, 0x41, 0x20, 0, 0xFF, 0xFF, 0, 1, 0, 0, 0, 45, 0x41, 0x41)
        )
        client.sendall(packet(2, body + bytes(16)))
        client.recv(1)

    return manner


def hangs(client: socket.socket) -> None:
    client.recv(8192)
    client.recv(8192)
    time.sleep(60)


def resets(client: socket.socket) -> None:
    client.recv(8192)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def drips(client: socket.socket) -> None:
    """One byte of a long packet every now and then: no read ever times out."""
    for byte in packet(2, bytes(4000)):
        client.sendall(bytes((byte,)))
        time.sleep(0.4)


def talks_http(client: socket.socket) -> None:
    client.recv(8192)
    client.sendall(b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n" * 20)


def babbles(client: socket.socket) -> None:
    client.recv(8192)
    client.sendall(bytes(range(256)) * 40)
