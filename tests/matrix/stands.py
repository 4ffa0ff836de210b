"""The versions the catalogues are run on, each with what has to be running for every check to have something to see."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from hmaint.model.inventory import Database
from tests.checks.documented import statements
from tests.checks.postgresql_planted import CRON, HEALTHY
from tests.checks.servers import certificate
from tests.checks.test_postgresql import lend, subscribe
from tests.matrix.hospital import allow_copying, follow, furnish
from tests.services.fixtures import running
from tests.services.guest import Guest
from tests.services.mariadb import MariaDB
from tests.services.mysql import MySQL, MySQL56
from tests.services.postgresql import PostgreSQL
from tests.services.process import Here

_LOGS = ("log-bin=changes", "server-id=1")
_COPY = ("server-id=2", "read-only=ON")


@dataclass(frozen=True)
class Stand:
    """One version: the databases to inspect, once `open` has made them."""

    name: str
    engine: str
    open: Callable[[], AbstractContextManager[Sequence[Database]]]


def _database(engine: str, server: MariaDB | PostgreSQL) -> Database:
    return Database("main", "his", engine, address=server.address, port=server.port, user="hmaint_ro")


@contextmanager
def _family(
    kind: type[MariaDB], pages: Sequence[str], settings: Sequence[str] = (), extra: Sequence[str] = ()
) -> Iterator[Sequence[Database]]:
    """A server with the hospital's data and a replica of it, each with the account of the how-to page."""
    account = [statement for page in pages for statement in statements(page)]
    with running(kind((*_LOGS, *settings))) as primary, running(kind((*_COPY, *settings))) as replica:
        allow_copying(primary)
        follow(replica, primary)
        furnish(primary)
        for server in (primary, replica):
            server.admin("set sql_log_bin = 0", *account, *extra)
        ready = "select count(*) from information_schema.tables where table_schema = 'PERCONA_SCHEMA'"
        _until(lambda: replica.admin(ready) == [(1,)])
        yield [_database("mysql", primary), _database("mysql", replica)]


def _until(holds: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.2)


@contextmanager
def _mariadb() -> Iterator[Sequence[Database]]:
    semisync = "set global rpl_semi_sync_master_enabled = ON"
    with certificate("mysql") as (chain, key):
        settings = ("performance-schema=ON", f"ssl-cert={chain}", f"ssl-key={key}")
        with _family(MariaDB, ["mariadb"], settings, [semisync]) as databases:
            yield databases


def _mysql56() -> AbstractContextManager[Sequence[Database]]:
    return _family(MySQL56, ["mysql56"])


def _mysql9() -> AbstractContextManager[Sequence[Database]]:
    semisync = (
        "install plugin rpl_semi_sync_source soname 'semisync_source.so'",
        "set global rpl_semi_sync_source_enabled = ON",
    )
    return _family(MySQL, ["mysql", "mysql8"], (), semisync)


@contextmanager
def _postgresql(house: Here | Guest) -> Iterator[Sequence[Database]]:
    with certificate("postgres") as (chain, key):
        lend(house, chain, key)
        settings = (
            *("archive_mode = on", "archive_command = '/bin/true'", "wal_level = logical", "ssl = on"),
            *(f"ssl_cert_file = '{chain}'", f"ssl_key_file = '{key}'", "track_io_timing = on"),
            "shared_preload_libraries = 'pg_stat_statements'",
        )
        with running(PostgreSQL(settings, house=house)) as primary:
            primary.admin(
                "create table bed (id bigint generated always as identity primary key, note text)",
                "insert into bed (note) values ('一床')",
                "create extension pg_stat_statements",
                *HEALTHY,
                *statements("postgresql"),
                *CRON.format(status="succeeded").split(";"),
            )
            subscribe(primary)
            with running(PostgreSQL(primary=primary, house=house)) as standby:
                _until(
                    lambda: bool(primary.admin("select 1 from pg_stat_replication where state = 'streaming'"))
                )
                yield [_database("postgresql", primary), _database("postgresql", standby)]


STANDS = (
    Stand("MariaDB 10.11", "mysql", _mariadb),
    Stand("MySQL 5.6", "mysql", _mysql56),
    Stand("MySQL 9", "mysql", _mysql9),
    Stand("PostgreSQL 15", "postgresql", lambda: _postgresql(Here())),
    Stand("PostgreSQL 18", "postgresql", lambda: _postgresql(Guest())),
)
