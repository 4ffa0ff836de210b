"""What every kind of database must answer, so that one session can look at all of them."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection

from hmaint.model.inventory import Database
from hmaint.model.look import Seen


@dataclass(frozen=True, slots=True)
class Line:
    """One live connection.

    `abort` ends whatever runs on it and may be called from another thread. `check` raises CouldNotLook when
    what was just read cannot be trusted.
    """

    connection: Connection
    abort: Callable[[], None]
    check: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one query may cost: seconds of the server's time, rows in the reply."""

    seconds: float
    rows: int


class Dialect(Protocol):
    """One engine.

    `forward` names the first words whose replies can be read row by row; `drains` tells that its driver
    cannot leave a reply half read without reading the rest.
    """

    forward: frozenset[str]
    drains: bool

    def connect(self, database: Database, password: str | None, workspace: Path) -> Line:
        """Log in; whatever the driver raises goes through `explain`."""
        ...

    def facts(self, line: Line) -> Mapping[str, object]:
        """Tell `version`, `flavour`, `uptime` (s or None), `superuser`, `now` (its clock, epoch seconds)."""
        ...

    def missing_belts(self, line: Line, facts: Mapping[str, object]) -> tuple[str, ...]:
        """In Chinese, what of account, read-only session and time limit this server lacks."""
        ...

    def begin(self, line: Line, bounds: Bounds) -> None:
        """Open a fresh read-only state in which the next statement is bounded by the server itself."""
        ...

    def explain(self, error: BaseException) -> tuple[Seen, str]:
        """Tell what an error of this driver means for the look, and why, in Chinese."""
        ...


def end(line: Line) -> None:
    """Log out and let go of everything; a line that is dead already is as good."""
    with suppress(Exception):
        line.connection.close()
    with suppress(Exception):
        line.abort()


def hang_up(wire: socket.socket) -> None:
    """Cut a connection under its driver, so that a wait for the server ends at once."""
    with suppress(OSError):
        wire.shutdown(socket.SHUT_RDWR)
    wire.close()
