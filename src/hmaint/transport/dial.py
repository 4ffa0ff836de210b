"""Opens a TCP connection within a limit that name resolution cannot stretch; says why where it fails."""

from __future__ import annotations

import errno
import socket
import threading
import time

from hmaint.errors import CouldNotLook
from hmaint.model.look import Seen

_Address = tuple[int, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]

_WORDS = {
    errno.ECONNREFUSED: "连接被拒绝（端口未监听？）",
    errno.EHOSTUNREACH: "无路由到主机",
    errno.ENETUNREACH: "网络不可达",
    errno.ECONNRESET: "连接被对方重置",
    errno.ENETDOWN: "本机网络未连接",
    errno.EACCES: "本机防火墙不允许连接",
    errno.EPERM: "本机防火墙不允许连接",
}


class NobodyListens(CouldNotLook):
    """The machine answered that nothing listens on the port: of the port itself, that is something seen."""


def dial(address: str, port: int, seconds: float) -> socket.socket:
    """Connect within so many seconds, without Nagle's delay; raises CouldNotLook `unreachable`.

    NobodyListens where the machine itself refused.
    """
    deadline = time.monotonic() + seconds
    failure: OSError = TimeoutError()
    for family, target in resolve(address, port, seconds):
        link = socket.socket(family, socket.SOCK_STREAM)
        try:
            link.settimeout(max(0.05, deadline - time.monotonic()))
            link.connect(target)
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as reason:
            link.close()
            failure = reason
        else:
            return link
    kind = NobodyListens if _plain_code(failure) == errno.ECONNREFUSED else CouldNotLook
    raise kind(Seen.UNREACHABLE, f"{address}:{port} {describe(failure, seconds)}")


def datagrams(address: str, port: int, seconds: float) -> socket.socket:
    """Make a socket that speaks to one place and hears nobody else; raises CouldNotLook where there is no way."""
    failure: OSError = TimeoutError()
    for family, target in resolve(address, port, seconds):
        link = socket.socket(family, socket.SOCK_DGRAM)
        try:
            link.connect(target)
        except OSError as reason:
            link.close()
            failure = reason
        else:
            return link
    raise CouldNotLook(Seen.UNREACHABLE, f"{address}:{port} {describe(failure, seconds)}")


def describe(failure: OSError, seconds: float) -> str:
    """Say in Chinese what a failure of the network means; a time-out with its seconds."""
    if isinstance(failure, TimeoutError) or failure.errno == errno.ETIMEDOUT:
        return f"连接超时（{seconds:g} 秒）"
    return _WORDS.get(_plain_code(failure), f"连接失败：{failure.strerror or failure}")


def _plain_code(failure: OSError) -> int:
    code = getattr(failure, "winerror", None) or failure.errno or 0
    return _WINDOWS.get(code, code)


# Windows numbers socket errors its own way (WinError.h, WSABASEERR 10000).
_WINDOWS = {
    10013: errno.EACCES,
    10050: errno.ENETDOWN,
    10051: errno.ENETUNREACH,
    10054: errno.ECONNRESET,
    10061: errno.ECONNREFUSED,
    10065: errno.EHOSTUNREACH,
}


def resolve(address: str, port: int, seconds: float) -> list[_Address]:
    """Find the socket addresses behind a name within so many seconds; raises CouldNotLook `unreachable`."""
    try:
        return _lookup(address, port, socket.AI_NUMERICHOST)
    except (socket.gaierror, UnicodeError):
        pass  # not a number, so a name
    found: list[_Address] = []
    failed: list[OSError] = []

    def ask() -> None:
        try:
            found.extend(_lookup(address, port, 0))
        except (OSError, UnicodeError) as reason:
            failed.append(OSError(str(reason)))

    # getaddrinfo knows no time limit: it is left behind where it takes longer than the connection may.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    if not found:
        why = "域名无法解析" if failed else f"域名解析超时（{seconds:g} 秒）"
        raise CouldNotLook(Seen.UNREACHABLE, f"{address} {why}")
    return found


def _lookup(address: str, port: int, flags: int) -> list[_Address]:
    answers = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=flags)
    return [(family, target) for family, _, _, _, target in answers]
