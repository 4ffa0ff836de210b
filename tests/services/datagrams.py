"""Peers that await datagrams and answer as a test tells them to: silence, garbage, walks without an end."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto.api import v2c

Reply = Callable[[bytes], list[bytes]]
Name = tuple[int, ...]


@dataclass
class Peer:
    """Where it listens, and everything it was sent."""

    port: int
    heard: list[bytes] = field(default_factory=list)


@contextmanager
def datagram_peer(reply: Reply) -> Iterator[Peer]:
    """A loopback socket; whatever comes is answered with what `reply` makes of it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.bind(("127.0.0.1", 0))
        link.settimeout(0.1)
        peer, over = Peer(int(link.getsockname()[1])), threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    said, whom = link.recvfrom(65_507)
                except TimeoutError:
                    continue
                peer.heard.append(said)
                for answer in reply(said):
                    link.sendto(answer, whom)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield peer
        finally:
            over.set()
            thread.join(timeout=5)


def message(raw: bytes) -> tuple[object, object]:
    """A message of version 2c and the question in it."""
    whole, _rest = decoder.decode(raw, asn1Spec=v2c.Message())
    return whole, v2c.apiMessage.get_pdu(whole)


def names(raw: bytes) -> list[Name]:
    """The nodes a question asks for."""
    _whole, asked = message(raw)
    return [tuple(name) for name, _value in v2c.apiPDU.get_varbinds(asked)]


def answered(raw: bytes, pairs: list[tuple[Name, object]], status: int = 0) -> bytes:
    """A well-formed answer to a question, with these nodes and values."""
    whole, asked = message(raw)
    response = v2c.apiPDU.get_response(asked)
    v2c.apiPDU.set_varbinds(response, pairs)
    v2c.apiPDU.set_error_status(response, status)
    v2c.apiMessage.set_pdu(whole, response)
    return bytes(encoder.encode(whole))
