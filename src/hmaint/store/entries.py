"""What people put on record, matter by matter: appended, corrected by further entries, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, Engine

from hmaint.errors import WrongUsage
from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import _
from hmaint.model.entry import Entry
from hmaint.store import journal
from hmaint.store.codec import entry_out
from hmaint.store.connect import reading
from hmaint.store.keep import PASSING, Keeper

_TAIL = 8
LATEST = "latest"
_SLICE = 500
"""Numbers asked for at once; SQLite once took 999 at most."""


class Entries:
    """Every entry, by the same rules as all records: what is refused goes to the rescue file."""

    def __init__(self, engine: Engine, keeper: Keeper[Connection]) -> None:
        self._engine = engine
        self._keeper = keeper

    def begin(self, first: Entry, prefix: str) -> Entry:
        """Open a matter with its first entry and hand it back with its number: PREFIX-YYYYMMDD-NNN.

        Where the records cannot be written just now, the number ends in a mark of the entry instead of a count.
        """
        return self.begin_all([first], prefix)[0]

    def begin_all(self, firsts: Sequence[Entry], prefix: str) -> tuple[Entry, ...]:
        """Open a matter with each of these entries, all of them or none, and hand them back with their numbers."""
        if self._keeper.rescue is None:
            try:
                return self._keeper.write(
                    lambda connection: tuple(journal.begin(connection, each, prefix) for each in firsts),
                    durable=True,
                )
            except PASSING:
                pass
        numbered = tuple(
            replace(each, matter=f"{prefix}-{each.recorded_at:%Y%m%d}-{each.id[:_TAIL]}") for each in firsts
        )
        self.add(numbered)
        return numbered

    def add(self, entries: Sequence[Entry]) -> None:
        """Keep entries of matters that have their numbers; they are on the disk when this returns."""
        self._keeper.keep(
            lambda connection: journal.add(connection, entries),
            lambda: [{"what": "entry", "entry": entry_out(each)} for each in entries],
            durable=True,
        )

    def of(self, matter: str, kind: str) -> tuple[Entry, ...]:
        """Every entry of a matter as it was put on record, by its number, a beginning or an end of it, or `latest`.

        Raises WrongUsage when nothing fits, or more than one does.
        """
        with reading(self._engine) as connection:
            found = journal.find(connection, matter, kind)
            if len(found) == 1:
                return journal.read(connection, matter=found[0])
            known = journal.numbers(connection, kind)
        if found:
            words = _("{number} fits more than one: {known}")
            raise WrongUsage(words.format(number=matter, known=", ".join(found[:5])))
        raise WrongUsage(
            _("nothing is kept here under {number}").format(number=matter) + did_you_mean(matter, known)
        )

    def numbers(self, kind: str, most: int) -> tuple[str, ...]:
        """The numbers of the newest matters of a kind, the newest first."""
        with reading(self._engine) as connection:
            return tuple(journal.numbers(connection, kind)[:most])

    def listed(  # noqa: PLR0913 - what may narrow a list down
        self,
        *,
        kinds: Iterable[str] = (),
        site: str | None = None,
        sites: Sequence[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        events: Iterable[str] = (),
        matters: Iterable[str] = (),
        lately: datetime | None = None,
    ) -> tuple[Entry, ...]:
        """Read entries as they were put on record; `since` and `until` bound when they happened, both inclusive.

        With `lately` of those matters alone of which something that is asked for happened then or later.
        """
        wanted = sites if site is None else (site,)
        query = partial(
            journal.read, kinds=tuple(kinds), sites=wanted, since=since, until=until, events=tuple(events)
        )
        with reading(self._engine) as connection:
            return query(connection, matters=tuple(matters), lately=lately)

    def unfinished(self, kind: str, ends: str, again: str) -> tuple[Entry, ...]:
        """Every entry of the matters that may not be over: without the event `ends`, or where it may hold no more."""
        with reading(self._engine) as connection:
            found = journal.unfinished(connection, kind, ends, again)
            slices = (found[start : start + _SLICE] for start in range(0, len(found), _SLICE))
            return tuple(entry for each in slices for entry in journal.read(connection, matters=each))

    def mark(self, kind: str) -> str:
        """Name the state of all entries of a kind, for what is derived from them: it changes with every entry."""
        with reading(self._engine) as connection:
            return journal.mark(connection, kind)
