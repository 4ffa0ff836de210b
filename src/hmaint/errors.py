"""Every way hmaint can fail, and the exit status each one means.

Failure                     the root: a message, a place, a cure
├── WrongUsage        64    the words on the command line do not make sense
├── Bug               70    hmaint itself is wrong
├── Refused           77    an act was refused before anything was touched
├── BadFile           78    a file somebody wrote is wrong (all its faults at once)
└── CouldNotLook       –    one look at one target gave nothing; never ends a run
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class ExitStatus(IntEnum):
    """What a process tells its caller; 0–3 as Nagios plugins do, the rest as sysexits.h has it."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3
    USAGE = 64
    BUG = 70
    REFUSED = 77
    BAD_FILE = 78
    INTERRUPTED = 130
    TERMINATED = 143


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands; line and column count from 1, 0 means unknown."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join([self.path, *(str(n) for n in (self.line, self.column) if n)])


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file: where, what, and what to do."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class Failure(Exception):
    """Anything hmaint can report in one line."""

    status = ExitStatus.BUG


class WrongUsage(Failure):
    """The command line asks for something that cannot be."""

    status = ExitStatus.USAGE


class Bug(Failure):
    """hmaint broke its own rules."""

    status = ExitStatus.BUG


class Refused(Failure):
    """An act was refused before anything was touched."""

    status = ExitStatus.REFUSED


class BadFile(Failure):
    """A file somebody wrote is wrong; carries every fault found in it."""

    status = ExitStatus.BAD_FILE

    def __init__(self, faults: tuple[Fault, ...] | list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


class CouldNotLook(Failure):
    """A look gave no answer; `seen` is the name of a `model.look.Seen` member.

    Raised inside one step or one visit and always turned into an observation there.
    """

    def __init__(self, seen: str, reason: str) -> None:
        super().__init__(reason)
        self.seen = seen
        self.reason = reason
