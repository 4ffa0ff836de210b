"""A session of a database as it was seen once: whom it belongs to, what it does, who waits for it."""

from __future__ import annotations

from typing import Literal

from hmaint.kit.frozen import dataclass

Means = Literal["cancel", "close"]
"""`cancel` ends the statement and leaves the connection; `close` ends the connection and rolls back."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One look at one session."""

    session: str
    identity: tuple[str, ...]
    """What is the same for as long as it is this very session in this very transaction, and at no other time."""
    transaction: str
    """What names its transaction to a person; `-` where it is in none."""
    user: str
    client: str
    program: str
    state: str
    running: bool
    """Whether a statement runs, which can be cancelled."""
    open_seconds: int | None
    """How long its transaction has been open."""
    seconds: int | None
    """How long its statement runs, or how long ago the last one ended."""
    statement: str
    """Its statement, or its last one, without values."""
    waiting: tuple[tuple[str, str, int], ...] = ()
    """(session, user, seconds) of all who wait for it directly."""
    protected: str = ""
    """Why nobody may end it: the server's own work, or replication; empty otherwise."""
