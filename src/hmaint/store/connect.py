"""Opens the records' database, and says in plain words why it cannot be opened, read or written."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from hmaint.errors import WrongUsage
from hmaint.kit.i18n import N_, _
from hmaint.store.failures import (
    CorruptRecords,
    FullDisk,
    LockedRecords,
    ReadOnlyRecords,
    RecordsFailure,
    UnreachableRecords,
)

_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
_CONNECT_SECONDS = 10
_CONFLICTS = ("unique", "duplicate", "deadlock", "serializ")
_ADVICE = (
    # The words of SQLite, PostgreSQL, MySQL and the system for one thing, the failure it is, and what to do.
    (
        ("readonly", "read-only", "permission denied"),
        ReadOnlyRecords,
        N_("records {place} may not be written; check owner and mode"),
    ),
    (
        ("locked", "busy", "lock wait"),
        LockedRecords,
        N_("records {place} are locked by another process; let it end, then retry"),
    ),
    (
        ("disk is full", "no space left", "disk i/o error", "disk full", "could not extend"),
        FullDisk,
        N_("records {place} cannot grow, the disk is full or failing; make room, then retry"),
    ),
    (
        ("malformed", "not a database", "file is encrypted"),
        CorruptRecords,
        N_(
            "records {place} are damaged or no records of hmaint; move the file aside and restore a backup, "
            "or salvage it by sqlite3 .recover"
        ),
    ),
    (
        ("unable to open",),
        ReadOnlyRecords,
        N_("records {place} cannot be opened; check that the folder is there and may be written"),
    ),
)


def place_url(place: str | Path) -> URL:
    """Make the URL of a file or of a team's server; WrongUsage when it is neither."""
    if isinstance(place, Path) or "://" not in place:
        return URL.create("sqlite+pysqlite", database=str(place))
    try:
        url = make_url(place)
    except ArgumentError:
        words = _("the URL of the records cannot be read; write postgresql://user@host/name")
        raise WrongUsage(words) from None
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))


def make_engine(url: URL, wait: float) -> Engine:
    """Make an engine that waits `wait` seconds for a lock, and shows neither values nor passwords."""
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": wait}, hide_parameters=True)
        event.listen(engine, "connect", _tune_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    # A driver of another kind may well be there, for the hospital's databases.
    if url.drivername.partition("+")[0] not in _DRIVERS:
        raise _unfit(url)
    try:
        engine = create_engine(url, connect_args=_answers(url), hide_parameters=True, pool_pre_ping=True)
    except (NoSuchModuleError, ModuleNotFoundError):
        raise _unfit(url) from None
    event.listen(engine, "connect", partial(_bound_locks, url.get_backend_name(), max(1, round(wait))))
    return engine


def _unfit(url: URL) -> WrongUsage:
    words = _("records cannot be kept in {kind}; use sqlite, postgresql or mysql")
    return WrongUsage(words.format(kind=url.drivername))


def _answers(url: URL) -> dict[str, object]:
    bounds: dict[str, object] = {"connect_timeout": _CONNECT_SECONDS}
    if url.get_backend_name() == "postgresql":
        return bounds
    # Left as text, the driver would take the password for latin-1.
    secret = {"password": url.password.encode()} if url.password else {}
    return bounds | secret | {"charset": "utf8mb4"}


def _bound_locks(backend: str, seconds: int, connection: DBAPIConnection, _record: object) -> None:
    setting = "lock_timeout = '{}s'" if backend == "postgresql" else "innodb_lock_wait_timeout = {}"
    cursor = connection.cursor()
    cursor.execute(f"SET {setting.format(seconds)}")
    cursor.close()
    connection.commit()


def _tune_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own idea of when a transaction begins is switched off: ours begin in _begin_sqlite.
    connection.isolation_level = None
    # A read-only file stays as it is; what cannot be written says so when it is written.
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _begin_sqlite(connection: Connection) -> None:
    # A writer asks for the lock first: upgrading a read lock later fails at once instead of waiting.
    writes = connection.get_execution_options().get("hmaint_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def make_private(path: Path) -> None:
    """Make the folder 0700 and the file 0600 before anything is in it; its WAL takes the same mode."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise told(error, str(path)) from None


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Hold a transaction that only reads."""
    with _plainly(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine, *, durable: bool = False) -> Iterator[Connection]:
    """Hold a transaction that writes; `durable` waits for the disk, for words a person typed."""
    with _plainly(engine), engine.connect() as connection:
        chosen = connection.execution_options(hmaint_writes=True)
        sqlite = engine.dialect.name == "sqlite"
        if sqlite:
            _set_synchronous(chosen, "FULL" if durable else "NORMAL")
        with chosen.begin():
            yield chosen


def _set_synchronous(connection: Connection, how: str) -> None:
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.execute(f"PRAGMA synchronous={how}").close()


@contextmanager
def _plainly(engine: Engine) -> Iterator[None]:
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    place = file or engine.url.render_as_string(hide_password=True)
    try:
        yield
    except DBAPIError as error:
        raise told(error.orig or error, place, lost=error.connection_invalidated) from error
    except SQLAlchemyError as error:
        words = _("records {place}: {reason}").format(place=place, reason=type(error).__name__)
        raise RecordsFailure(words) from error


def told(error: BaseException, place: str, *, lost: bool = False) -> RecordsFailure:
    """Tell which failure a driver's or the system's error amounts to."""
    words = str(error).lower()
    for marks, failure, advice in _ADVICE:
        if any(mark in words for mark in marks):
            return failure(_(advice).format(place=place))
    if lost or "connect" in words or "timeout" in words:
        return UnreachableRecords(
            _("records {place} do not answer; check the server, the account and the network").format(
                place=place
            )
        )
    first = str(error).strip().partition("\n")[0][:200]
    reason = f"{type(error).__name__}: {first}"
    return RecordsFailure(_("records {place}: {reason}").format(place=place, reason=reason))


def is_conflict(failure: RecordsFailure) -> bool:
    """Whether two processes only got in each other's way, so that trying once more is right."""
    cause = failure.__cause__
    words = str(cause.orig).lower() if isinstance(cause, DBAPIError) else ""
    return any(mark in words for mark in _CONFLICTS)
