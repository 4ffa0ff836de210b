"""Writes that lose nothing: into the database, or into a file beside it until the database takes them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from secrets import randbelow
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, Engine

from hmaint.store import journal, paper, write
from hmaint.store.codec import Plain, document_in, entry_in, handling_in, note_in, run_in
from hmaint.store.connect import is_conflict, told, writing
from hmaint.store.evidence import Evidence
from hmaint.store.failures import (
    CorruptRecords,
    FullDisk,
    LockedRecords,
    RecordsFailure,
    UnreachableRecords,
)
from hmaint.store.rescue import Rescue, lines, rescued
from hmaint.store.visit import closing_in, visit_in

if TYPE_CHECKING:
    from filelock import FileLock

Answer = TypeVar("Answer")
_TRIES = 20
_LONGEST_PAUSE = 0.5
"""Seconds; all tries together wait four seconds on average."""
PASSING = (CorruptRecords, FullDisk, LockedRecords, UnreachableRecords)
"""What a file beside the database helps against; a read-only workspace would refuse the file too."""


class Keeper:
    """The door every write goes through. Once a write was rescued, so are all later ones of this process."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder
        self._rescue = Rescue(folder)

    @cached_property
    def _lock(self) -> FileLock:
        from filelock import FileLock  # noqa: PLC0415 - only what is rescued is locked

        return FileLock(self._folder / "rescue.lock", timeout=10)

    @property
    def rescue(self) -> Path | None:
        """The file that took what the database would not; None while all is well."""
        return self._rescue.path

    def write(self, work: Callable[[Connection], Answer], *, durable: bool = False) -> Answer:
        """Do the work in one transaction, again where another process was at the same rows."""
        for tried in range(_TRIES - 1):
            try:
                return self._once(work, durable=durable)
            except RecordsFailure as failure:
                if not is_conflict(failure):
                    raise
            # By chance, or two that met once would go on meeting.
            time.sleep(min(_LONGEST_PAUSE, 0.005 * 2**tried) * randbelow(1000) / 1000)
        return self._once(work, durable=durable)

    def _once(self, work: Callable[[Connection], Answer], *, durable: bool) -> Answer:
        with writing(self._engine, durable=durable) as connection:
            return work(connection)

    def keep(
        self,
        work: Callable[[Connection], Answer],
        plain: Callable[[], Iterable[Plain]],
        *,
        durable: bool = False,
    ) -> Answer | None:
        """Do the work, or keep it as the lines `plain` makes; None when it was kept so."""
        if self.rescue is None:
            try:
                return self.write(work, durable=durable)
            except PASSING:
                pass
        try:
            with self._lock:
                for line in plain():
                    self._rescue.keep(line)
        except OSError as error:
            raise told(error, str(self._folder)) from error
        return None

    def bring_in(self, evidence: Evidence) -> None:
        """Bring in what was rescued earlier, and set room aside for the next time.

        What the database still does not take stays where it is.
        """
        if any(rescued(self._folder)):
            with suppress(RecordsFailure, OSError), self._lock.acquire(timeout=0):
                for path in rescued(self._folder):
                    self.write(partial(_replay, path, evidence), durable=True)
                    path.unlink()
        with suppress(RecordsFailure, OSError):
            evidence.send_waiting()
        self._rescue.reserve()


def _replay(path: Path, evidence: Evidence, connection: Connection) -> None:
    for line in lines(path):
        _REPLAYS[line.pop("what")](connection, line, evidence)


def _begin(connection: Connection, line: Plain, _evidence: Evidence) -> None:
    run = run_in(line["run"])
    if not write.has_run(connection, run.id):
        write.insert_run(connection, run, line["host"], line["process"])


def _visit(connection: Connection, line: Plain, evidence: Evidence) -> None:
    visit = visit_in(line)
    if not write.has_visit(connection, visit.run, visit.result.name):
        write.insert_visits(connection, [write.dated(connection, visit)], evidence.put)


def _finish(connection: Connection, line: Plain, _evidence: Evidence) -> None:
    write.close_run(connection, closing_in(line))


def _say(connection: Connection, line: Plain, _evidence: Evidence) -> None:
    write.say(connection, line["finding"], note_in(line["note"]))


def _settle(connection: Connection, line: Plain, _evidence: Evidence) -> None:
    paper.settle(connection, document_in(line["document"]), line["year"])


def _handle(connection: Connection, line: Plain, _evidence: Evidence) -> None:
    paper.handle(connection, line["number"], line["version"], handling_in(line["handling"]))


def _enter(connection: Connection, line: Plain, _evidence: Evidence) -> None:
    journal.add(connection, [entry_in(line["entry"])])


_REPLAYS = {
    "begin": _begin, "visit": _visit, "finish": _finish, "note": _say, "document": _settle, "handling": _handle,
    "entry": _enter,
}  # fmt: skip
