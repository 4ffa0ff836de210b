"""A small peer that speaks as much of SQL Server's protocol (MS-TDS 7.1 to 7.4) as a login and a query need."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

PRELOGIN, LOGIN, BATCH, ATTENTION, REPLY = 0x12, 0x10, 0x01, 0x06, 0x04
OFF, ON, NOT_SUPPORTED = 0, 1, 2

Value = str | int | float | None


@dataclass(frozen=True)
class Refusal:
    """What a server answers instead of rows; `fatal` ones end the connection."""

    number: int
    text: str
    severity: int = 14
    fatal: bool = False


@dataclass(frozen=True)
class Reply:
    """Rows of one query; `endless` repeats them until the client has had enough."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Value]]
    endless: bool = False


Answer = Callable[[str], Reply | Refusal | None]
"""What a batch gets: rows, a refusal, or None for a SET."""


@dataclass
class Peer:
    """Listens on a free loopback port; `said` holds every batch, `attentions` counts what the client took back.

    `login` refuses the login itself. With `tls` the login (and with `encrypt` everything) is encrypted;
    `silent` seconds pass before it is answered; `route` sends the client on to another port.
    """

    answer: Answer = lambda _sql: None
    login: Refusal | None = None
    tls: ssl.SSLContext | None = None
    encrypt: bool = False
    silent: float = 0
    route: int = 0
    said: list[str] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)
    attentions: int = 0
    answering: threading.Event = field(default_factory=threading.Event)
    """Set when a client has sent its login."""
    gone: threading.Event = field(default_factory=threading.Event)
    """Set when a client has hung up or was hung up on."""

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                wire, _ = self._listener.accept()
                self._open.append(wire)
                threading.Thread(target=self._serve, args=(wire,), daemon=True).start()

    def _serve(self, wire: socket.socket) -> None:
        with suppress(OSError, EOFError):
            _Conversation(self, wire).run()
        with suppress(OSError):
            wire.shutdown(socket.SHUT_RDWR)
        wire.close()
        self.gone.set()

    def close(self) -> None:
        """Listen no more and hang up on everybody."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for wire in self._open:
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)


class _Conversation:
    """One client's connection."""

    def __init__(self, peer: Peer, wire: socket.socket) -> None:
        self._peer, self._wire = peer, wire
        self._buffer = b""
        self._secure: ssl.SSLObject | None = None
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()

    def run(self) -> None:
        kind, _ = self._packet()
        assert kind == PRELOGIN, kind
        if self._peer.tls is None:
            self._send(_prelogin(NOT_SUPPORTED))
        else:
            self._send(_prelogin(ON if self._peer.encrypt else OFF))
            self._shake_hands(self._peer.tls)
        kind, login = self._packet()
        assert kind == LOGIN, kind
        self._peer.logins.append(login)
        if not self._peer.encrypt:
            self._secure = None  # from here on in the clear, as the protocol has it
        self._peer.answering.set()
        time.sleep(self._peer.silent)
        if self._peer.login is not None:
            self._send(_refused(self._peer.login) + _done(error=True))
            return
        self._send(_welcome(self._peer.route))
        while True:
            kind, body = self._packet()
            if kind == ATTENTION:
                self._peer.attentions += 1
                self._send(_done(status=0x20))
            elif kind == BATCH:
                self._batch(_batch_text(body))

    def _batch(self, sql: str) -> None:
        self._peer.said.append(sql)
        answer = self._peer.answer(sql)
        match answer:
            case None:
                self._send(_done())
            case Refusal():
                self._send(_refused(answer) + _done(error=True))
                if answer.fatal:
                    raise EOFError
            case Reply():
                self._rows(answer)

    def _rows(self, reply: Reply) -> None:
        kinds = [_kind([row[at] for row in reply.rows]) for at in range(len(reply.columns))]
        head = _columns(reply.columns, kinds)
        body = b"".join(_row(row, kinds) for row in reply.rows)
        if not reply.endless:
            self._send(head + body + _done(rows=len(reply.rows)))
            return
        self._send(head, last=False)
        self._wire.settimeout(0.001)
        while True:
            with suppress(TimeoutError):
                kind, _ = self._packet()
                assert kind == ATTENTION, kind
                self._wire.settimeout(None)
                self._peer.attentions += 1
                self._send(_done(status=0x20))
                return
            self._wire.settimeout(None)
            self._send(body, last=False)
            self._wire.settimeout(0.001)

    # ---- packets

    def _read(self, count: int) -> bytes:
        while len(self._buffer) < count:
            block = self._wire.recv(65536)
            if not block:
                raise EOFError
            self._take(block)
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def _take(self, block: bytes) -> None:
        if self._secure is None:
            self._buffer += block
            return
        self._incoming.write(block)
        with suppress(ssl.SSLWantReadError):
            while piece := self._secure.read(65536):
                self._buffer += piece

    def _packet(self) -> tuple[int, bytes]:
        body = b""
        while True:
            kind, status, length = struct.unpack(">BBH", self._read(8)[:4])
            body += self._read(length - 8)
            if status & 1:
                return kind, body

    def _send(self, body: bytes, kind: int = REPLY, *, last: bool = True) -> None:
        pieces = [body[at : at + 4088] for at in range(0, len(body), 4088)] or [b""]
        framed = b"".join(
            struct.pack(
                ">BBHHBB", kind, 1 if last and at == len(pieces) - 1 else 0, len(piece) + 8, 0, at % 256, 0
            )
            + piece
            for at, piece in enumerate(pieces)
        )
        if self._secure is not None:
            self._secure.write(framed)
            framed = self._outgoing.read()
        self._wire.sendall(framed)

    def _shake_hands(self, context: ssl.SSLContext) -> None:
        """TLS inside of packets: each side's bytes travel as the body of a prelogin packet."""
        secure = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        while True:
            try:
                secure.do_handshake()
            except ssl.SSLWantReadError:
                if out := self._outgoing.read():
                    self._send(out, PRELOGIN)
                _, body = self._packet()
                self._incoming.write(body)
                continue
            except ssl.SSLError:
                self._wire.sendall(self._outgoing.read())
                raise EOFError from None
            break
        if out := self._outgoing.read():
            self._send(out, PRELOGIN)
        self._secure = secure


# ---- tokens


def _text(text: str, width: str = "<H") -> bytes:
    raw = text.encode("utf-16-le")
    return struct.pack(width, len(raw) // 2) + raw


def _prelogin(encryption: int) -> bytes:
    values = [(0, struct.pack(">IH", 0x0A321770, 0)), (1, bytes((encryption,))), (3, bytes(4)), (4, b"\0")]
    at = 5 * len(values) + 1
    head = b""
    for option, value in values:
        head += struct.pack(">BHH", option, at, len(value))
        at += len(value)
    return head + b"\xff" + b"".join(value for _, value in values)


def _welcome(route: int) -> bytes:
    acknowledged = (
        struct.pack(">BI", 1, 0x74000004) + _text("Microsoft SQL Server", "<B") + bytes((16, 0, 4, 0))
    )
    size = b"\x04" + _text("4096", "<B") + _text("4096", "<B")
    collation = b"\x07\x05\x04\x08\xd0\x00\x34\x00"
    return (
        b"\xe3" + struct.pack("<H", len(collation)) + collation
        + b"\xad" + struct.pack("<H", len(acknowledged)) + acknowledged
        + b"\xe3" + struct.pack("<H", len(size)) + size
        + (_routed(route) if route else b"")
        + _done()
    )  # fmt: skip


def _routed(port: int) -> bytes:
    where = struct.pack("<BH", 0, port) + _text("127.0.0.1")
    body = b"\x14" + struct.pack("<H", len(where)) + where + b"\0\0"
    return b"\xe3" + struct.pack("<H", len(body)) + body


def _refused(refusal: Refusal) -> bytes:
    body = struct.pack("<IBB", refusal.number, 1, refusal.severity) + _text(refusal.text)
    body += _text("HIS-DB", "<B") + _text("", "<B") + struct.pack("<I", 1)
    return b"\xaa" + struct.pack("<H", len(body)) + body


def _done(*, error: bool = False, rows: int | None = None, status: int = 0) -> bytes:
    status |= 0x02 if error else 0x10 if rows is not None else 0
    return b"\xfd" + struct.pack("<HHQ", status, 0xC1, rows or 0)


def _batch_text(body: bytes) -> str:
    return body[struct.unpack("<I", body[:4])[0] :].decode("utf-16-le")


def _kind(values: Sequence[Value]) -> type:
    known = {type(value) for value in values if value is not None}
    return float if float in known else (known or {str}).pop()


def _columns(names: Sequence[str], kinds: Sequence[type]) -> bytes:
    information = {int: b"\x26\x08", float: b"\x6d\x08", str: b"\xe7\x40\x1f\x04\x08\xd0\x00\x34"}
    columns = (
        struct.pack("<IH", 0, 9) + information[kind] + _text(name, "<B")
        for name, kind in zip(names, kinds, strict=True)
    )
    return b"\x81" + struct.pack("<H", len(names)) + b"".join(columns)


def _row(row: Sequence[Value], kinds: Sequence[type]) -> bytes:
    return b"\xd1" + b"".join(_cell(value, kind) for value, kind in zip(row, kinds, strict=True))


def _cell(value: Value, kind: type) -> bytes:
    if kind is str:
        raw = b"" if value is None else str(value).encode("utf-16-le")
        return b"\xff\xff" if value is None else struct.pack("<H", len(raw)) + raw
    if value is None:
        return b"\0"
    return b"\x08" + struct.pack("<q" if kind is int else "<d", value)
