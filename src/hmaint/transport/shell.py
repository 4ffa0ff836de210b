"""What a trip needs of a way to a host: a place to start commands, and the pipes of a started one."""

from __future__ import annotations

from typing import Protocol

from hmaint.errors import Failure
from hmaint.kit.frozen import dataclass


class LinkLost(Failure):
    """The way to the host broke; the message says how, in Chinese."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came on both streams since the last look; `ended` once no more can come."""

    out: bytes = b""
    err: bytes = b""
    ended: bool = False


class Pipes(Protocol):
    """A started command. Both streams are drained together; not reading holds the other side back."""

    def send(self, data: bytes, *, last: bool) -> None:
        """Hand bytes to its stdin, and close that after the last; raises LinkLost."""

    @property
    def backlog(self) -> int:
        """Bytes handed over that wait for a call of `receive` to be sent."""

    def receive(self, seconds: float) -> Arrived:
        """Wait at most that long for output; nothing arrived is an empty answer."""

    def close(self) -> None:
        """Let go of the command; may be called twice."""


class Shell(Protocol):
    """A place on a host where commands can be started."""

    def start(self, command: str, seconds: float) -> Pipes:
        """Start a command of sh, without single quotes, within so many seconds.

        Raises LinkLost, or CouldNotLook when the host refuses it.
        """

    def alive(self) -> bool:
        """Whether further commands could be started over this very connection."""

    def restore(self, seconds: float) -> None:
        """Connect anew within so many seconds; raises CouldNotLook when that fails or is not possible."""
