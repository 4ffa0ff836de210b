"""This very machine as a target: the same script, the same bounds, by subprocess."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections.abc import Callable, Sequence
from typing import IO

from hmaint.errors import Bug, CouldNotLook
from hmaint.model.inventory import Host, Secret, Site
from hmaint.model.look import Fragment, Reply, Seen
from hmaint.transport.elevate import Elevated
from hmaint.transport.pace import Terms
from hmaint.transport.shell import Arrived, Pipes, Shell
from hmaint.transport.trip import make_trip

_SH = "/bin/sh"
_PIECE = 65_536
_BEAT = 0.25  # seconds after which a shell that ended while a child of it holds its pipes open is noticed


class LocalDoor:
    """Opens a line to the machine hmaint runs on; `secret_of` is asked where sudo wants a password."""

    def __init__(self, secret_of: Callable[[Secret], str] | None = None) -> None:
        self._secret_of = secret_of

    def open(self, host: Host, site: Site) -> LocalLine:  # noqa: ARG002 - the contract of every door
        """Open a line to this machine; CouldNotLook on a system without a POSIX sh, such as Windows."""
        if os.name != "posix" or not os.access(_SH, os.X_OK):
            raise CouldNotLook(Seen.UNSUPPORTED, "本机没有 POSIX sh（Windows 上不支持 connection: local）")
        return LocalLine(host, self._shell(host))

    def _shell(self, host: Host) -> Shell:
        if not host.ssh.sudo:
            return LocalShell()
        secret = host.ssh.sudo_password
        word = self._secret_of(secret) if secret is not None and self._secret_of is not None else None
        return Elevated(LocalShell(), word, host.limits.login)


class LocalLine:
    """A line to this machine."""

    def __init__(self, host: Host, shell: Shell) -> None:
        self._shell = shell
        self._terms = Terms(host.limits, host.encoding, time.monotonic() + host.limits.host)

    def trip(self, fragments: Sequence[Fragment]) -> tuple[Reply, ...]:
        return make_trip(self._shell, fragments, self._terms)

    def start(self, command: str, seconds: float) -> Pipes:
        return self._shell.start(command, seconds)

    def close(self) -> None:
        """Nothing is held open between trips."""


class LocalShell:
    """Starts commands on this machine, each in a session of its own."""

    def start(self, command: str, seconds: float) -> LocalPipes:  # noqa: ARG002 - starting a process never waits
        try:
            return LocalPipes(command)
        except OSError as failure:
            raise CouldNotLook(Seen.UNSUPPORTED, f"无法启动 {_SH}：{failure.strerror}") from None

    def alive(self) -> bool:
        return True

    def restore(self, seconds: float) -> None:
        """There is no connection that could be lost."""


class LocalPipes:
    """A started process and its three pipes, none of which ever blocks."""

    def __init__(self, command: str) -> None:
        # Secrets come to hmaint in its environment; they are none of a child's business.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HMAINT_")}
        self._process = subprocess.Popen(  # noqa: S603 - a constant command, the script comes by stdin
            [_SH, "-c", command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
            bufsize=0,
        )
        self._out, self._err, self._in = map(
            _opened, (self._process.stdout, self._process.stderr, self._process.stdin)
        )
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._out, selectors.EVENT_READ)
        self._selector.register(self._err, selectors.EVENT_READ)
        self._unsent = b""
        self._last = False

    def send(self, data: bytes, *, last: bool) -> None:
        if not self._unsent and not self._in.closed:
            self._selector.register(self._in, selectors.EVENT_WRITE)
        self._unsent += data
        self._last = last

    @property
    def backlog(self) -> int:
        return len(self._unsent)

    def receive(self, seconds: float) -> Arrived:
        pieces = {self._out: b"", self._err: b""}
        ready = self._selector.select(min(seconds, _BEAT))
        for key, _ in ready:
            if key.fileobj is self._in:
                self._write()
            else:
                pieces[key.fileobj] = self._take(key.fileobj)  # type: ignore[index, arg-type]  # one of ours
        over = not self._reading() or (not ready and self._process.poll() is not None)
        return Arrived(pieces[self._out], pieces[self._err], ended=over)

    def _reading(self) -> bool:
        return any(key.events & selectors.EVENT_READ for key in self._selector.get_map().values())

    def _take(self, stream: IO[bytes]) -> bytes:
        piece = os.read(stream.fileno(), _PIECE)
        if not piece:
            self._selector.unregister(stream)
        return piece

    def _write(self) -> None:
        try:
            written = os.write(self._in.fileno(), self._unsent[:_PIECE])
        except BrokenPipeError:  # the shell has ended: its streams tell why
            written = len(self._unsent)
        self._unsent = self._unsent[written:]
        if not self._unsent:
            self._selector.unregister(self._in)
            if self._last:
                self._in.close()

    def close(self) -> None:
        self._selector.close()
        for stream in (self._in, self._out, self._err):
            stream.close()
        try:
            self._process.wait(_BEAT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _opened(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise Bug("a process was started without pipes")
    os.set_blocking(stream.fileno(), False)
    return stream
