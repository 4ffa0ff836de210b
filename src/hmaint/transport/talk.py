"""A conversation with a service over an open connection: bounded pieces, all within the probe's time."""

from __future__ import annotations

import socket
from types import TracebackType
from typing import Self

from hmaint.errors import CouldNotLook
from hmaint.kit.text import one_line
from hmaint.model.look import Seen
from hmaint.transport.budget import Budget

_BLOCK = 4096


class Talk:
    """Says and hears bytes; whatever goes wrong is a CouldNotLook with its reason in Chinese."""

    def __init__(self, link: socket.socket, budget: Budget) -> None:
        self.link = link
        self._budget = budget
        self._heard = bytearray()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.link.close()

    def say(self, words: bytes) -> None:
        """Send it all."""
        try:
            self.link.settimeout(self._budget.left())
            self.link.sendall(words)
        except OSError as failure:
            raise self._lost(failure) from None

    def take(self, size: int) -> bytes:
        """Hear exactly so many bytes."""
        while len(self._heard) < size:
            self._hear()
        taken = bytes(self._heard[:size])
        del self._heard[:size]
        return taken

    def line(self, most: int = 1024) -> str:
        """Hear one line, without its end; one that is longer than `most` bytes is no line of a greeting."""
        while b"\n" not in self._heard:
            if len(self._heard) > most:
                raise CouldNotLook(Seen.GARBLED, f"应答的第一行超过 {most} 字节，不是预期的协议")
            self._hear()
        end = self._heard.index(b"\n")
        if end > most:
            raise CouldNotLook(Seen.GARBLED, f"应答的一行超过 {most} 字节，不是预期的协议")
        return self.take(end + 1).rstrip(b"\r\n").decode("utf-8", "replace")

    def _hear(self) -> None:
        try:
            self.link.settimeout(self._budget.left())
            block = self.link.recv(_BLOCK)
        except OSError as failure:
            raise self._lost(failure) from None
        if not block:
            raise CouldNotLook(Seen.GARBLED, "已连接，但对方没有答完就关闭了连接")
        self._heard += block

    def _lost(self, failure: OSError) -> CouldNotLook:
        if isinstance(failure, TimeoutError):
            seconds = self._budget.limits.command
            return CouldNotLook(Seen.TIMED_OUT, f"已连接，但 {seconds:g} 秒内没有得到完整的应答")
        words = one_line(failure.strerror or type(failure).__name__, 80)
        return CouldNotLook(Seen.UNREACHABLE, f"应答途中连接断开（{words}）")
