"""Queries put to a database and, where a step says so, to another one of its site; each as it was really sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Protocol

from hmaint.database.naming import Names, names_query, tables_in
from hmaint.engine.look import spoken
from hmaint.errors import CouldNotLook
from hmaint.kit.clock import Clock
from hmaint.model.inventory import Database, Site
from hmaint.model.look import Answer, Ask, Query, Rows, Seen

LATE = "超过该数据库的总时限"


class Session(Protocol):
    """An open database, as `hmaint.database.session` has it."""

    @property
    def facts(self) -> Mapping[str, object]: ...
    @property
    def missing_belts(self) -> tuple[str, ...]: ...
    def ask(self, query: Query) -> Rows: ...
    def close(self) -> None: ...


class Conversation:
    """One visit to a database: its own session, and those of its neighbours opened when a step first needs them.

    `queries` are all that may be asked: tables they name are looked up together, once a database.
    """

    def __init__(
        self,
        database: Database,
        site: Site,
        open_database: Callable[[Database], Session],
        clock: Clock,
        queries: Iterable[Query],
    ) -> None:
        self._home = database
        self._site = site
        self._open = open_database
        self._clock = clock
        self._queries = tuple(queries)
        self._names: dict[str, Names] = {}
        self._sessions: dict[str, Session] = {database.name: open_database(database)}
        self._deadline = clock.monotonic() + database.limits.host
        self._sent: list[tuple[str, Query, Rows]] = []

    @property
    def session(self) -> Session:
        """The session of the database that is visited."""
        return self._sessions[self._home.name]

    def ask(self, query: Query, before: Mapping[Ask, Answer]) -> Rows:
        """Ask one query; what cannot be asked is in `seen`, never raised."""
        if query.needs is not None and not _wanted(before.get(query.needs[0]), query.needs[1]):
            return Rows(Seen.OBSERVED)
        try:
            database = self._database(query.elsewhere or self._home.name)
            return self._put(database, replace(query, sql=self._resolved(database, query)))
        except CouldNotLook as failure:
            return Rows(Seen(failure.seen), reason=failure.reason)

    def told(self) -> Iterator[tuple[str, str, int]]:
        """What was sent, how it went and how long it took; what went to a neighbour says so."""
        for name, query, answer in self._sent:
            yield f"[{name}] {spoken(query)}" if name else spoken(query), str(answer.seen), answer.elapsed_ms

    def close(self) -> None:
        """End every session."""
        for session in self._sessions.values():
            session.close()

    def _database(self, name: str) -> Database:
        found = next((each for each in self._site.databases if each.name == name), None)
        if name == self._home.name:
            return self._home
        if found is None:
            raise CouldNotLook(Seen.UNSUPPORTED, f"清单的站点 {self._site.name} 中没有数据库 {name}")
        return found

    def _resolved(self, database: Database, query: Query) -> str:
        if "⟦" not in query.sql:
            return query.sql
        known = self._names.get(database.name)
        if known is None:
            mine = [q for q in self._queries if (q.elsewhere or self._home.name) == database.name]
            tables = dict.fromkeys(table for q in mine for table in tables_in(q.sql))
            answer = self._put(database, names_query(database, tables))
            if answer.seen is not Seen.OBSERVED:
                raise CouldNotLook(answer.seen, answer.reason)
            known = self._names[database.name] = Names(database.engine, answer.rows)
        return known.resolved(query)

    def _put(self, database: Database, query: Query) -> Rows:
        if self._clock.monotonic() > self._deadline:
            return Rows(Seen.TIMED_OUT, reason=LATE)
        session = self._sessions.get(database.name)
        if session is None:
            session = self._sessions[database.name] = self._open(database)
        answer = session.ask(query)
        self._sent.append(("" if database is self._home else database.name, query, answer))
        return answer


def _wanted(answer: Answer | None, column: str) -> bool:
    if not isinstance(answer, Rows) or not answer.rows:
        return False
    value = answer.rows[0].get(column)
    return isinstance(value, int | float) and value > 0
