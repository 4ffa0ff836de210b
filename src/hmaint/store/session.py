"""Statements of a run, spelled out and bound by name, spoken to SQLite itself or through SQLAlchemy to a server.

A run is kept by two dozen statements that every server knows: no library has to be loaded to make them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any, Protocol, TypeVar

from hmaint.store.trouble import told
from hmaint.store.values import plain

Transaction_co = TypeVar("Transaction_co", covariant=True)


class Door(Protocol[Transaction_co]):
    """Opens transactions; each is one context, undone where it is left by an exception. RecordsFailure throughout."""

    def reading(self) -> AbstractContextManager[Transaction_co]:
        """Hold a transaction that only reads."""
        ...

    def writing(self, *, durable: bool = False) -> AbstractContextManager[Transaction_co]:
        """Hold a transaction that writes; `durable` waits for the disk, for words a person typed."""
        ...


class Session(Protocol):
    """A transaction that takes statements as text, with `:name` where a value belongs."""

    def rows(self, sql: str, **binds: object) -> list[tuple[Any, ...]]:
        """What a query gives."""
        ...

    def run(self, sql: str, *rows: Mapping[str, object]) -> int:
        """Do a statement once for each of these sets of values, one at least; how many rows it changed."""
        ...


def insert(session: Session, table: str, rows: Collection[Mapping[str, object]]) -> None:
    """Put rows into a table; all hold the same columns."""
    if rows:
        columns = list(next(iter(rows)))
        places = ", ".join(f":{name}" for name in columns)
        session.run(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", *rows)  # noqa: S608 - names of our own


def among(name: str, values: Collection[object]) -> tuple[str, dict[str, object]]:
    """What stands behind IN for these values, and their binds; an empty list fits nothing."""
    binds = {f"{name}{number}": value for number, value in enumerate(values)}
    return f"({', '.join(f':{each}' for each in binds) or 'NULL'})", binds


def tune(connection: sqlite3.Connection) -> None:
    """Set a fresh connection to a file of records up: transactions begin where we say, readers hold up no writer."""
    # The driver's own idea of when a transaction begins is switched off.
    connection.isolation_level = None
    # A read-only file stays as it is; what cannot be written says so when it is written.
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


class SqliteDoor:
    """Transactions on a file of records, one at a time; a lock of another process is waited for so many seconds."""

    def __init__(self, path: Path, wait: float) -> None:
        self._path = path
        self._wait = wait
        self._one_at_a_time = RLock()

    @cached_property
    def _connection(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=self._wait, check_same_thread=False)
        try:
            tune(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def dispose(self) -> None:
        """Let go of the file; the next transaction takes hold of it again."""
        if "_connection" in self.__dict__:
            self._connection.close()
            del self.__dict__["_connection"]

    def reading(self) -> AbstractContextManager[Session]:
        return self._transaction("BEGIN")

    @contextmanager
    def writing(self, *, durable: bool = False) -> Iterator[Session]:
        with self._one_at_a_time:
            with self._plainly():
                self._connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
            # The lock is asked for first: upgrading a read lock later fails at once instead of waiting.
            with self._transaction("BEGIN IMMEDIATE") as session:
                yield session

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Session]:
        with self._one_at_a_time, self._plainly():
            try:
                self._connection.execute(begin)
                yield _SqliteSession(self._connection)
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise told(error, str(self._path)) from error


class _SqliteSession:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, **binds: object) -> list[tuple[Any, ...]]:
        asked = {name: plain(value) for name, value in binds.items()}
        return self._connection.execute(sql, asked).fetchall()

    def run(self, sql: str, *rows: Mapping[str, object]) -> int:
        given = ({name: plain(value) for name, value in row.items()} for row in rows)
        return self._connection.executemany(sql, given).rowcount
