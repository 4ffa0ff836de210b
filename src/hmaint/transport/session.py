"""Commands over one SSH connection, and the connection itself, made anew at most when asked to."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable, Iterator

from paramiko import Channel, SSHException, Transport

from hmaint.errors import CouldNotLook
from hmaint.model.look import Seen
from hmaint.transport.alarm import set_alarm
from hmaint.transport.handshake import close
from hmaint.transport.shell import Arrived, LinkLost, Pipes

_PIECE = 65_536
_BARE = re.compile(r"exec [A-Za-z0-9/ -]+")
_BEAT = 0.25  # seconds after which a shell that ended while a child of it holds its pipes open is noticed
_SETTLE = 0.2  # seconds a broken connection takes at most to be known as broken


class SshShell:
    """Starts commands over a connection; `connect` makes a new one within so many seconds.

    `posix` puts each command into the hands of /bin/sh, whatever the login shell is.
    """

    def __init__(self, connect: Callable[[float], Transport], seconds: float, *, posix: bool = True) -> None:
        self._connect = connect
        self._posix = posix
        self._peer = connect(seconds)
        self._over = False

    def start(self, command: str, seconds: float) -> Pipes:
        try:
            channel = self._peer.open_session(timeout=seconds)
            with _alarm(seconds, channel.close):
                channel.exec_command(self._words(command))
        except (SSHException, EOFError, OSError) as failure:
            raise LinkLost("服务器没有打开新的会话" if self.alive() else "连接断开") from failure
        return SshPipes(channel, seconds)

    def _words(self, command: str) -> str:
        """What the login shell is told: bare words mean the same to all of them, anything else is for sh to read."""
        return command if not self._posix or _BARE.fullmatch(command) else f"exec /bin/sh -c '{command}'"

    def alive(self) -> bool:
        if self._peer.is_active():
            self._peer.join(_SETTLE)
        return bool(self._peer.is_active())

    def restore(self, seconds: float) -> None:
        close(self._peer)
        if self._over:
            raise CouldNotLook(Seen.UNREACHABLE, "本次检查已结束")
        self._peer = self._connect(seconds)

    def close(self) -> None:
        """Hang up for good; whatever waits on the connection, in whatever thread, wakes with an error."""
        self._over = True
        close(self._peer)


@contextlib.contextmanager
def _alarm(seconds: float, act: Callable[[], object]) -> Iterator[None]:
    # The library waits for the answer to a request without any limit of its own.
    alarm = set_alarm(seconds, act)
    try:
        yield
    finally:
        alarm.call_off()


class SshPipes:
    """A command over SSH: what is not read stays with the server once its window is full."""

    def __init__(self, channel: Channel, seconds: float) -> None:
        self._channel = channel
        self._channel.settimeout(seconds)
        self._news = threading.Event()
        channel.in_buffer.set_event(self._news)
        channel.in_stderr_buffer.set_event(self._news)

    def send(self, data: bytes, *, last: bool) -> None:
        try:
            self._channel.sendall(data)
            if last:
                self._channel.shutdown_write()
        except TimeoutError:
            raise LinkLost("服务器不接收数据") from None
        except (SSHException, EOFError, OSError):
            return  # closed from the other side: its streams tell why

    @property
    def backlog(self) -> int:
        return 0  # `send` itself waits until the server has taken it

    def receive(self, seconds: float) -> Arrived:
        arrived = self._take()
        if arrived.out or arrived.err or arrived.ended:
            return arrived
        woken = self._news.wait(min(seconds, _BEAT))
        arrived = self._take()
        if woken or arrived.out or arrived.err or not self._channel.exit_status_ready():
            return arrived
        return Arrived(ended=True)

    def _take(self) -> Arrived:
        # Asked before reading: what arrives in between belongs to the next look.
        over = self._channel.closed or self._channel.eof_received
        out = self._channel.recv(_PIECE) if self._channel.recv_ready() else b""
        err = self._channel.recv_stderr(_PIECE) if self._channel.recv_stderr_ready() else b""
        return Arrived(out, err, ended=bool(over and not out and not err))

    def close(self) -> None:
        with contextlib.suppress(SSHException, EOFError, OSError):
            self._channel.close()
