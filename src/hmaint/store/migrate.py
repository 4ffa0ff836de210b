"""Brings the tables to the shape this hmaint knows; one light query when they are already."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, select, text

from hmaint.kit.clock import SystemClock
from hmaint.kit.i18n import _
from hmaint.store.connect import reading, writing
from hmaint.store.failures import CorruptRecords, NewerRecords, RecordsFailure
from hmaint.store.schema import metadata, stamp, suit
from hmaint.store.trouble import complaint
from hmaint.store.values import VERSION

_MARK = 0x686D61696E74
"""The number of our lock among a PostgreSQL server's advisory ones."""


def ensure_schema(engine: Engine, folder: Path) -> None:
    """Create, migrate or accept the tables; NewerRecords when a later hmaint wrote them.

    Before tables are migrated, all they hold is kept in `folder` as it was.
    """
    found = _version(engine)
    if found == VERSION:
        return
    if found is None:
        _create(engine)
    elif found > VERSION:
        words = _(
            "records {place} were written by a newer hmaint (schema {found}, this one knows {known}); "
            "upgrade hmaint on this laptop"
        )
        raise NewerRecords(words.format(place=engine.url.database, found=found, known=VERSION))
    else:
        # What writes records out as a whole is needed once in a schema's life.
        from hmaint.store.removal import back_up  # noqa: PLC0415 - see above

        back_up(engine, folder, found, SystemClock().now())
        with writing(engine, durable=True) as connection:
            _take_turns(connection)
            upgrade(connection)


def _take_turns(connection: Connection) -> None:
    """Let one laptop migrate a server at a time; whoever comes second finds nothing left to do."""
    # SQLite lets one process write at a time anyway.
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:mark)"), {"mark": _MARK})
    elif connection.dialect.name != "sqlite":
        # Held by this connection, which ends with the migration.
        connection.execute(text("select get_lock('hmaint.migrate', 120)"))


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the migrations that are missing."""
    from alembic import command  # noqa: PLC0415 - a third of a second that only an old file needs
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _version(engine: Engine) -> str | None:
    try:
        with reading(engine) as connection:
            return connection.execute(select(stamp.c.version_num)).scalar()
    except RecordsFailure as failure:
        if not _says_no_table(failure):
            raise
        return None


def _says_no_table(failure: RecordsFailure) -> bool:
    return any(mark in complaint(failure) for mark in ("no such table", "doesn't exist", "does not exist"))


def _create(engine: Engine) -> None:
    """Make the tables at once and stamp them; a process that does the same at this moment is waited for."""
    try:
        with writing(engine, durable=True) as connection:
            if inspect(connection).has_table(stamp.name) and connection.execute(stamp.select()).scalar():
                return
            _refuse_strangers(connection)
            suit(engine.dialect.name).create_all(connection)
            connection.execute(stamp.insert().values(version_num=VERSION))
    except RecordsFailure:
        if _version(engine) != VERSION:
            raise


def _refuse_strangers(connection: Connection) -> None:
    known = set(metadata.tables)
    strangers = [name for name in inspect(connection).get_table_names() if name not in known]
    if strangers and connection.dialect.name == "sqlite":
        words = _(
            "{place} is another program's database: it has a table {table}; name another file for the records"
        )
        raise CorruptRecords(words.format(place=connection.engine.url.database, table=strangers[0]))
