"""Databases as large as db-tune promises to look at: 2 000 tables, 200 000 kinds of statements counted."""

# ruff: noqa: S608 - statements are made of names of this file

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL
from tests.services.process import program

TABLES, DIGESTS = 2000, 200_000
SCHEMA = "big"
MARIADB = (
    "performance-schema=ON",
    f"performance-schema-digests-size={DIGESTS + 10_000}",
    "performance-schema-instrument=wait/lock/metadata/sql/mdl=ON",
    "performance-schema-instrument=wait/lock/table/sql/handler=ON",
    "performance-schema-consumer-statements-digest=ON",
    "performance-schema-max-metadata-locks=10000",
    "performance-schema-max-table-lock-stat=10000",
    "performance-schema-max-table-instances=5000",
    "innodb-flush-log-at-trx-commit=0",
    "table-definition-cache=4000",
    "innodb-file-per-table=OFF",
)
POSTGRESQL = (
    "shared_preload_libraries = 'pg_stat_statements'",
    f"pg_stat_statements.max = {DIGESTS + 10_000}",
    "pg_stat_statements.track = all",
    "shared_buffers = 64MB",
    "fsync = off",
    "max_locks_per_transaction = 4096",
)


def fill_mariadb(server: MariaDB, tables: int = TABLES, digests: int = DIGESTS) -> None:
    """Make the tables, and have the server count so many kinds of statements."""
    server.admin(f"create database {SCHEMA}", "do 0")
    made = (
        f"create table t{n} (id int primary key auto_increment, ward varchar(40), at datetime, key k1 (ward),"
        " key k2 (ward, at));\n"
        for n in range(tables)
    )
    asked = (f"select id as a{n} from t{n % tables} where ward = 'x' limit 1;\n" for n in range(digests))
    # The server counts several statements that come in one packet as one kind; the client sends each alone, and fast.
    client = [
        program("mariadb", "mariadb-client"),
        "--no-defaults",
        f"--socket={server.socket}",
        "--user=root",
    ]
    subprocess.run(  # noqa: S603 - our own words
        [*client, SCHEMA],
        input="".join((*made, *asked)).encode(),
        env={**os.environ, "MYSQL_PWD": server.password},
        stdout=subprocess.DEVNULL,
        check=True,
    )


def fill_postgresql(server: PostgreSQL, tables: int = TABLES, digests: int = DIGESTS) -> None:
    """Make the tables, and have the server count so many kinds of statements."""
    server.admin(f"create database {SCHEMA}")
    server.admin("create extension pg_stat_statements", database=SCHEMA)
    server.admin(
        f"do $$ begin for n in 0..{tables - 1} loop execute 'create table t' || n ||"
        " ' (id serial primary key, ward text, at timestamp)';"
        " execute 'create index k' || n || ' on t' || n || ' (ward)'; end loop; end $$",
        database=SCHEMA,
    )
    server.admin(
        f"do $$ begin for n in 0..{tables - 1} loop for k in 1..{digests // tables} loop"
        " execute 'select ' || repeat('1,', k) || 'id from t' || n || ' limit 1'; end loop; commit; end loop; end $$",
        database=SCHEMA,
    )


@contextmanager
def sampling(look: Callable[[], list[Any]]) -> Iterator[set[Any]]:
    """Look again and again while something runs; all that was ever seen."""
    seen: set[Any] = set()
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            seen.update(look())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()
