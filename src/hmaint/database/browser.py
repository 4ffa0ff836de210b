"""Which port a named instance of SQL Server listens on, as the SQL Browser service of its machine says."""

from __future__ import annotations

import socket
from contextlib import suppress

from hmaint.errors import CouldNotLook
from hmaint.model.look import Seen

PORT = 1434

_TRIES = 2
_LOOK_UP = b"\x04"
"""The question for one instance: [MC-SQLR] 2.2.3."""


def port_of(address: str, instance: str, seconds: float, port: int = PORT) -> int:
    """Ask the machine; CouldNotLook when it does not answer, or the instance has no port."""
    words = _ask(address, instance, seconds, port)[3:].decode("utf-8", "replace").split(";")
    with suppress(ValueError, IndexError):
        return int(words[words.index("tcp") + 1])
    raise CouldNotLook(Seen.UNREACHABLE, f"实例 {instance} 没有启用 TCP/IP，请在 SQL Server 配置管理器中核对")


def _ask(address: str, instance: str, seconds: float, port: int) -> bytes:
    family, kind, _, _, where = socket.getaddrinfo(address, port, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind) as wire, suppress(ConnectionError):
        wire.settimeout(seconds / _TRIES)
        wire.connect(where)
        for _ in range(_TRIES):  # a datagram may get lost
            wire.send(_LOOK_UP + instance.encode() + b"\0")
            with suppress(TimeoutError):
                return wire.recv(4096)
    raise CouldNotLook(
        Seen.UNREACHABLE,
        f"SQL Browser 服务（UDP {PORT}）没有答复实例 {instance} 的端口，可在清单中改写 port",
    )
