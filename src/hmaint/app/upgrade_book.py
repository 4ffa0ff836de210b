"""The journal of a run, written from several threads and read as how the run stands."""

from __future__ import annotations

from threading import Lock

from hmaint.app.upgrade_desk import Desk
from hmaint.app.world import World
from hmaint.engine.journal import Journal, Outcome
from hmaint.engine.upgrade import State, fold


class Book:
    """The journal of a run as one process writes it, from whatever thread."""

    def __init__(self, world: World, desk: Desk) -> None:
        self._desk = desk
        self._journal = Journal(desk.journal, world.clock, world.redactor.redact)
        self._writing = Lock()

    def state(self) -> State:
        """How the run stands by its journal."""
        return fold(self._desk.story().lines)

    def intend(self, act: str, **facts: object) -> None:
        """Write an intent."""
        with self._writing:
            self._journal.intend(act, **facts)

    def outcome(self, act: str, outcome: Outcome, **facts: object) -> None:
        """Write an outcome."""
        with self._writing:
            self._journal.outcome(act, outcome, **facts)

    def close(self) -> None:
        """Nothing more is written."""
        self._journal.close()
