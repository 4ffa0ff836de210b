"""Commands under sudo: without a password, or with one that goes by stdin and only when sudo asks for it."""

from __future__ import annotations

import time

from hmaint.errors import CouldNotLook
from hmaint.kit.text import one_line
from hmaint.model.look import Seen
from hmaint.transport.shell import Pipes, Shell

_PROMPT = "hmaint-sudo-password:"
_READY = "hmaint-sudo-ready"
_KEPT = 4096  # bytes of what sudo said


class Elevated:
    """A shell whose commands run as root by sudo.

    The script is sent only once sudo has let us in: so a password can never be taken for a command, and is
    never offered twice, which would count towards locking the account.
    """

    def __init__(self, below: Shell, password: str | None, limit: float) -> None:
        """`limit` is in seconds, for sudo to let us in."""
        self._below = below
        self._password = password
        self._limit = limit

    def start(self, command: str, seconds: float) -> Pipes:
        """Start a command as root; raises CouldNotLook `denied` with sudo's own words when it refuses."""
        how = "-n" if self._password is None else f'-S -p "{_PROMPT}"'
        inner = f'exec sudo {how} /bin/sh -c "echo {_READY}; {command}"'
        deadline = time.monotonic() + min(seconds, self._limit)
        pipes = self._below.start(inner, seconds)
        try:
            self._enter(pipes, deadline)
        except BaseException:
            pipes.close()
            raise
        return pipes

    def alive(self) -> bool:
        return self._below.alive()

    def restore(self, seconds: float) -> None:
        self._below.restore(seconds)

    def _enter(self, pipes: Pipes, deadline: float) -> None:
        out = err = b""
        asked = 0
        while _READY.encode() not in out:
            arrived = pipes.receive(max(0.0, deadline - time.monotonic()))
            out, err = (out + arrived.out)[-_KEPT:], err + arrived.err
            while _PROMPT.encode() in err:
                err = err.split(_PROMPT.encode(), 1)[1]
                asked += 1
                self._tell(pipes, asked)
            err = err[-_KEPT:]
            if arrived.ended and _READY.encode() not in out:
                raise CouldNotLook(Seen.DENIED, _refusal(err))
            if time.monotonic() >= deadline:
                raise CouldNotLook(
                    Seen.TIMED_OUT, f"sudo 在 {self._limit:g} 秒内没有响应（在等待口令以外的输入？）"
                )

    def _tell(self, pipes: Pipes, asked: int) -> None:
        if self._password is None or asked > 1:
            raise CouldNotLook(Seen.DENIED, "sudo 口令不正确")
        pipes.send(self._password.encode() + b"\n", last=False)


def _refusal(err: bytes) -> str:
    words = one_line(err.decode("utf-8", "replace"), 120)
    if "must have a tty" in words:
        return "sudo 要求终端：请在 sudoers 中为该用户设置 !requiretty"
    if "password is required" in words or "a terminal is required" in words:
        return f"sudo 要求输入口令，请为该主机配置 sudo_password 或在 sudoers 中写 NOPASSWD（{words}）"
    return f"sudo 拒绝：{words or '没有说明原因'}"
