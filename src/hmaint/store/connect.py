"""Opens the records by SQLAlchemy: those of a team, and a file's for whoever reads or moves them as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _
from hmaint.store.failures import RecordsFailure
from hmaint.store.session import tune
from hmaint.store.trouble import told
from hmaint.store.values import plain

_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
_CONNECT_SECONDS = 10


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
        event.listen(engine, "connect", lambda connection, _record: tune(connection))
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    # A driver of another kind may well be there, for the hospital's databases.
    if url.drivername.partition("+")[0] not in _DRIVERS:
        raise _unfit(url)
    try:
        engine = create_engine(url, connect_args=_answers(url), hide_parameters=True, pool_pre_ping=True)
    except (NoSuchModuleError, ModuleNotFoundError):
        raise _unfit(url) from None
    event.listen(engine, "connect", partial(_set_up, url.get_backend_name(), max(1, round(wait))))
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


def _set_up(backend: str, seconds: int, connection: DBAPIConnection, _record: object) -> None:
    if backend == "postgresql":
        settings = f"lock_timeout = '{seconds}s'"
    else:
        # A MariaDB may be told to speak as Oracle does, and then takes our columns' names for words of its own.
        settings = f"innodb_lock_wait_timeout = {seconds}, sql_mode = replace(@@sql_mode, 'ORACLE', '')"
    cursor = connection.cursor()
    cursor.execute(f"SET {settings}")
    cursor.close()
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    # A writer asks for the lock first: upgrading a read lock later fails at once instead of waiting.
    writes = connection.get_execution_options().get("hmaint_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


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


class CoreDoor:
    """Transactions of an engine, for statements SQLAlchemy makes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def reading(self) -> AbstractContextManager[Connection]:
        return reading(self._engine)

    def writing(self, *, durable: bool = False) -> AbstractContextManager[Connection]:
        return writing(self._engine, durable=durable)


class CoreSession:
    """Statements spelled out, within a transaction of SQLAlchemy's: it knows how each driver wants its binds."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, **binds: object) -> list[tuple[Any, ...]]:
        asked = {name: plain(value) for name, value in binds.items()}
        return [tuple(row) for row in self._connection.execute(text(sql), asked)]

    def run(self, sql: str, *rows: Mapping[str, object]) -> int:
        given = [{name: plain(value) for name, value in row.items()} for row in rows]
        return self._connection.execute(text(sql), given).rowcount


class ServerDoor:
    """Transactions on a team's server, for statements spelled out."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def reading(self) -> Iterator[CoreSession]:
        with reading(self._engine) as connection:
            yield CoreSession(connection)

    @contextmanager
    def writing(self, *, durable: bool = False) -> Iterator[CoreSession]:
        with writing(self._engine, durable=durable) as connection:
            yield CoreSession(connection)
