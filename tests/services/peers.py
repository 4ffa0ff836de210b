"""Small services on loopback that speak as a test tells them to: time servers, resolvers, directories, archives."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from .web import listening

Answer = Callable[[bytes], list[bytes]]
SILENCE: Answer = lambda _asked: []  # noqa: E731 - a function of one word


@contextmanager
def datagrams(answer: Answer) -> Iterator[int]:
    """A UDP service: what it hears goes to `answer`, which says what to send back."""
    link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    link.bind(("127.0.0.1", 0))
    ended = threading.Event()

    def serve() -> None:
        link.settimeout(0.05)
        while not ended.is_set():
            with suppress(OSError):
                asked, whom = link.recvfrom(4096)
                for said in answer(asked):
                    link.sendto(said, whom)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield link.getsockname()[1]
    finally:
        ended.set()
        thread.join()
        link.close()


@contextmanager
def streams(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    """A TCP service: `behave` has each connection to itself, which is closed when it returns."""

    def once(link: socket.socket) -> None:
        try:
            behave(link)
        finally:
            link.close()

    listener = listening(once)
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def time_server(*, ahead: float = 0.0, stratum: int = 2, alarm: int = 0, word: bytes = b"GPS\0") -> Answer:
    """An NTP server whose clock is so many seconds ahead of this machine's."""

    def answer(asked: bytes) -> list[bytes]:
        now = time.time() + ahead + 2_208_988_800
        stamp = struct.pack("!II", int(now), int(now % 1 * 2**32))
        head = bytes([alarm << 6 | 0x24, stratum, 6, 0xEC]) + bytes(8) + word
        return [head + stamp + asked[40:48] + stamp + stamp]

    return answer


def resolver(*addresses: str, code: int = 0, flags: int = 0) -> Answer:
    """A DNS server that gives these addresses for every name, behind one alias."""

    def answer(asked: bytes) -> list[bytes]:
        alias = b"\xc0\x0c" + struct.pack("!HHIH", 5, 1, 60, 4) + b"\x01x\xc0\x0c"
        found = [alias] * bool(addresses) + [
            b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 60, 4) + socket.inet_aton(address)
            for address in addresses
        ]
        head = asked[:2] + struct.pack("!5H", 0x8180 | code | flags, 1, len(found), 0, 0)
        return [head + asked[12:] + b"".join(found)]

    return answer


def hear(link: socket.socket, size: int) -> bytes:
    """Exactly so many bytes."""
    heard = b""
    while len(heard) < size:
        block = link.recv(size - len(heard))
        if not block:
            raise ConnectionError
        heard += block
    return heard


def pdu(link: socket.socket) -> tuple[int, bytes]:
    """One data unit of DICOM."""
    head = hear(link, 6)
    return head[0], hear(link, int.from_bytes(head[2:], "big"))


def send_pdu(link: socket.socket, kind: int, body: bytes) -> None:
    """Send one data unit of DICOM."""
    link.sendall(struct.pack("!BxL", kind, len(body)) + body)


class Archive:
    """A DICOM application that knows verification; `heard` are the kinds of data units it was sent, in order."""

    def __init__(self, *, title: str = "PACS", context: int = 0, status: int = 0) -> None:
        self._title = title
        self._context = context
        self._status = status
        self.heard: list[int] = []
        self.callers: list[str] = []

    def __call__(self, link: socket.socket) -> None:
        kind, body = pdu(link)
        self.heard.append(kind)
        self.callers.append(body[20:36].decode().strip())
        if body[4:20].decode().strip() != self._title:
            send_pdu(link, 3, bytes([0, 1, 1, 7]))
            return
        item = struct.pack("!BxH4B", 0x21, 25, 1, 0, self._context, 0)
        syntax = struct.pack("!BxH", 0x40, 17) + b"1.2.840.10008.1.2"
        send_pdu(link, 2, body[:68] + struct.pack("!BxH", 0x10, 2) + b"1x" + item + syntax)
        while True:
            kind, body = pdu(link)
            self.heard.append(kind)
            if kind == 5:
                send_pdu(link, 6, bytes(4))
                return
            send_pdu(link, 4, self._echoed())

    def _echoed(self) -> bytes:
        def short(number: int, value: int) -> bytes:
            return struct.pack("<HHLH", 0, number, 2, value)

        told = short(0x0100, 0x8030) + short(0x0120, 1) + short(0x0800, 0x0101) + short(0x0900, self._status)
        command = struct.pack("<HHLL", 0, 0, 4, len(told)) + told
        return struct.pack("!LBB", len(command) + 2, 1, 3) + command


def directory(entry: bool = True, code: int = 0, *, tls: Callable[[socket.socket], None] | None = None):  # noqa: FBT001, FBT002
    """A directory that answers for its root entry, or with a result code; with `tls` it takes StartTLS."""

    def message(kind: int, body: bytes) -> bytes:
        whole = b"\x02\x01\x01" + bytes([kind, len(body)]) + body
        return bytes([0x30, len(whole)]) + whole

    def behave(link: socket.socket) -> None:
        asked = hear(link, 2)
        asked += hear(link, asked[1])
        done = bytes([0x0A, 1, code, 4, 0, 4, 0])
        if asked[5] == 0x77:
            link.sendall(message(0x78, done if tls else bytes([0x0A, 1, 2, 4, 0, 4, 0])))
            if tls:
                tls(link)
            return
        if entry:
            link.sendall(message(0x64, b"\x04\x00\x30\x00"))
        link.sendall(message(0x65, done))
        with suppress(OSError):
            link.recv(100)

    return behave


def greeter(
    *lines: str, replies: dict[str, str] | None = None, tls: Callable[[socket.socket], None] | None = None
):
    """A mail or file server: its greeting, then a reply to each command; after the one to change to TLS, `tls`."""

    def behave(link: socket.socket) -> None:
        link.sendall("".join(f"{line}\r\n" for line in lines).encode())
        with link.makefile("rb") as heard:
            for line in heard:
                word = line.decode().split()[0].upper()
                if word == "QUIT":
                    link.sendall(b"221 bye\r\n")
                    return
                link.sendall(f"{(replies or {}).get(word, '502 no')}\r\n".encode())
                if tls and word in ("STARTTLS", "AUTH"):
                    tls(link)
                    return

    return behave
