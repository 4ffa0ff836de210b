"""The time one probe may take, spent step by step, and connections made and read within it."""

from __future__ import annotations

import io
import socket
import ssl
import time

from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Limits
from hmaint.model.look import Seen
from hmaint.transport.dial import dial


class Budget:
    """Seconds left of the limit for a command, counted from when it was made."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._deadline = time.monotonic() + limits.command

    def left(self) -> float:
        """Seconds left; raises TimeoutError once there are none."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def spent(self) -> bool:
        """Whether there are no seconds left."""
        return self._deadline <= time.monotonic()

    def dial(self, address: str, port: int) -> socket.socket:
        """Connect within the limit for connecting; raises CouldNotLook."""
        return dial(address, port, min(self.limits.connect, self.left()))

    def secure(self, link: socket.socket, context: ssl.SSLContext, name: str) -> ssl.SSLSocket:
        """Shake hands over a connection, which is closed where that fails.

        Raises ssl.SSLCertVerificationError for a certificate the context does not accept, else CouldNotLook.
        """
        try:
            name.encode("idna")
            secured = context.wrap_socket(link, server_hostname=name, do_handshake_on_connect=False)
        except (OSError, ValueError):
            link.close()
            raise CouldNotLook(Seen.UNSUPPORTED, f"不能以 {name} 为名建立 TLS 连接") from None
        try:
            secured.settimeout(self.left())
            secured.do_handshake()
        except ssl.SSLCertVerificationError:
            secured.close()
            raise
        except (OSError, ValueError) as failure:
            secured.close()
            raise _unsecured(failure, self.limits.command) from None
        return secured


def _unsecured(failure: Exception, seconds: float) -> CouldNotLook:
    if isinstance(failure, TimeoutError):
        return CouldNotLook(Seen.TIMED_OUT, f"TLS 握手超过 {seconds:g} 秒未完成")
    if isinstance(failure, ssl.SSLEOFError | ConnectionError):
        return CouldNotLook(Seen.GARBLED, "TLS 握手时连接被对方断开")
    why = getattr(failure, "reason", None) or str(failure)
    if why in {"WRONG_VERSION_NUMBER", "PACKET_LENGTH_TOO_LONG", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"}:
        return CouldNotLook(Seen.GARBLED, "TLS 握手失败：端口上不是 TLS 服务")
    return CouldNotLook(Seen.GARBLED, f"TLS 握手失败：{why}")


class Timed(io.RawIOBase):
    """A connection read like a file, of which no number of small pieces takes longer than the budget."""

    def __init__(self, link: socket.socket, budget: Budget) -> None:
        self._link = link
        self._budget = budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # always called with one
        self._link.settimeout(self._budget.left())
        return self._link.recv_into(buffer)


class Share:
    """As much of a socket as the HTTP library uses; all pieces share one budget."""

    def __init__(self, link: socket.socket, budget: Budget) -> None:
        self._reader = Timed(link, budget)
        self.sendall = link.sendall

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._reader)

    def close(self) -> None:
        """Whoever opened the connection closes it."""
