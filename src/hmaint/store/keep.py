"""Writes that lose nothing: into the database, or into a file beside it until the database takes them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from secrets import randbelow
from typing import TYPE_CHECKING, Generic, TypeVar

from hmaint.store.codec import Plain
from hmaint.store.failures import (
    CorruptRecords,
    FullDisk,
    LockedRecords,
    RecordsFailure,
    UnreachableRecords,
)
from hmaint.store.rescue import Rescue
from hmaint.store.session import Door
from hmaint.store.trouble import is_conflict, told

if TYPE_CHECKING:
    from filelock import FileLock

Answer = TypeVar("Answer")
Transaction = TypeVar("Transaction")
Other = TypeVar("Other")
_TRIES = 20
_LONGEST_PAUSE = 0.5
"""Seconds; all tries together wait four seconds on average."""
PASSING = (CorruptRecords, FullDisk, LockedRecords, UnreachableRecords)
"""What a file beside the database helps against; a read-only workspace would refuse the file too."""


class Keeper(Generic[Transaction]):
    """The door every write goes through. Once a write was rescued, so are all later ones of this process."""

    def __init__(self, door: Door[Transaction], folder: Path, rescue: Rescue | None = None) -> None:
        self._door = door
        self._folder = folder
        self._rescue = rescue or Rescue(folder)

    def by(self, door: Door[Other]) -> Keeper[Other]:
        """The same keeper for work that wants transactions of another kind."""
        return Keeper(door, self._folder, self._rescue)

    @cached_property
    def lock(self) -> FileLock:
        """Held while something is rescued, or brought in."""
        from filelock import FileLock  # noqa: PLC0415 - only what is rescued is locked

        return FileLock(self._folder / "rescue.lock", timeout=10)

    @property
    def rescue(self) -> Path | None:
        """The file that took what the database would not; None while all is well."""
        return self._rescue.path

    def write(self, work: Callable[[Transaction], Answer], *, durable: bool = False) -> Answer:
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

    def _once(self, work: Callable[[Transaction], Answer], *, durable: bool) -> Answer:
        with self._door.writing(durable=durable) as transaction:
            return work(transaction)

    def keep(
        self,
        work: Callable[[Transaction], Answer],
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
            with self.lock:
                for line in plain():
                    self._rescue.keep(line)
        except OSError as error:
            raise told(error, str(self._folder)) from error
        return None

    def reserve(self) -> None:
        """Set room aside for what will have to be rescued."""
        self._rescue.reserve()
