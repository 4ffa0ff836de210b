"""Collecting for advice is light: one connection, no lock on a table, no query over its limit."""

# ruff: noqa: S608 - statements are made of names of this file

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from hmaint.advise.engines import advise, book_of
from hmaint.advise.facts import Facts
from hmaint.model.inventory import Database, Limits
from tests.checks.documented import PASSWORD, statements
from tests.services.fixtures import running
from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL

from .collected import facts_of
from .large import DIGESTS, MARIADB, POSTGRESQL, SCHEMA, TABLES, fill_mariadb, fill_postgresql, sampling

SMALL = (60, 1_200)
SIZES = [
    pytest.param(SMALL, id="small"),
    pytest.param((TABLES, DIGESTS), id="large", marks=pytest.mark.matrix),
]
_LIMIT = 10.0
"""Seconds that a collection of a database of that size may take."""


@dataclass(frozen=True)
class Seen:
    """One collection, and what the server's own instruments saw of it."""

    facts: Facts
    seconds: float
    logins: int
    table_locks: int
    objects: frozenset[tuple[Any, ...]]


def _collect(database: Database) -> tuple[Facts, float]:
    began = time.monotonic()
    facts = facts_of(database, PASSWORD)
    return facts, time.monotonic() - began


def _on_mariadb(server: MariaDB) -> Seen:
    database = Database("main", "his", "mysql", address=server.address, port=server.port, user="hmaint_ro")
    watch, count = server.connect(), server.connect()

    def rows(connection: Any, sql: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    locks = (
        "select coalesce(sum(count_star), 0) from performance_schema.table_lock_waits_summary_by_table"
        f" where object_schema = '{SCHEMA}'"
    )
    held = (
        "select l.object_type, l.object_name, l.lock_type from performance_schema.metadata_locks l"
        " join performance_schema.threads t on t.thread_id = l.owner_thread_id"
        f" where l.object_schema = '{SCHEMA}' and t.processlist_user = 'hmaint_ro'"
        # For an instant a table's definition may not change while the catalogue reads it: nobody's rows wait for that.
        " and l.lock_type <> 'SHARED_HIGH_PRIO'"
    )
    logins = "select variable_value from information_schema.global_status where variable_name = 'CONNECTIONS'"
    try:
        rows(watch, held)
        before = rows(count, locks)[0][0], int(rows(count, logins)[0][0])
        with sampling(lambda: rows(watch, held)) as seen:
            facts, seconds = _collect(database)
        after = rows(count, locks)[0][0], int(rows(count, logins)[0][0])
    finally:
        watch.close()
        count.close()
    return Seen(facts, seconds, after[1] - before[1], int(after[0] - before[0]), frozenset(seen))


def _on_postgresql(server: PostgreSQL) -> Seen:
    database = Database(
        "main",
        "his",
        "postgresql",
        address=server.address,
        port=server.port,
        user="hmaint_ro",
        database=SCHEMA,
    )
    held = (
        "select c.relname, l.mode from pg_locks l join pg_stat_activity a on a.pid = l.pid"
        " join pg_class c on c.oid = l.relation join pg_namespace n on n.oid = c.relnamespace"
        " where a.usename = 'hmaint_ro' and n.nspname = 'public'"
        # The value of a sequence is read under the lock that nextval takes; a view of the server's own is no table.
        " and c.relkind in ('r', 'p', 'm', 'i', 't')"
    )
    logins = "select sum(sessions) from pg_stat_database"
    with server.connect(SCHEMA) as watch, server.connect() as count:
        watch.execute(held)
        before = count.execute(logins).fetchone()
        with sampling(lambda: watch.execute(held).fetchall()) as seen:
            facts, seconds = _collect(database)
        until = time.monotonic() + 10
        while (after := count.execute(logins).fetchone()) == before and time.monotonic() < until:
            time.sleep(0.1)
    assert before is not None
    assert after is not None
    return Seen(facts, seconds, int(after[0] - before[0]), 0, frozenset(seen))


def _mariadb(size: tuple[int, int]) -> Iterator[tuple[MariaDB, Callable[[], Seen]]]:
    with running(MariaDB(MARIADB)) as server:
        fill_mariadb(server, *size)
        server.admin(*statements("mariadb"))
        yield server, lambda: _on_mariadb(server)


def _postgresql(size: tuple[int, int]) -> Iterator[tuple[PostgreSQL, Callable[[], Seen]]]:
    with running(PostgreSQL(POSTGRESQL)) as server:
        fill_postgresql(server, *size)
        server.admin(*statements("postgresql"), database=SCHEMA)
        yield server, lambda: _on_postgresql(server)


@pytest.fixture(scope="module", params=SIZES)
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    wanted: tuple[int, int] = request.param
    return wanted


@pytest.fixture(scope="module", params=[_mariadb, _postgresql], ids=["mariadb", "postgresql"])
def server(request: pytest.FixtureRequest, size: tuple[int, int]) -> Iterator[Any]:
    yield from request.param(size)


def test_a_collection_takes_one_connection_and_no_lock_on_a_table(
    server: tuple[Any, Callable[[], Seen]],
    size: tuple[int, int],
    record_property: Callable[[str, object], None],
) -> None:
    seen = server[1]()
    looks = {look.name: look for look in book_of(seen.facts.engine).LOOKS}
    slowest = max(seen.facts.looks.items(), key=lambda each: each[1].elapsed_ms)
    record_property(
        "collection", f"{size} {seen.seconds:.2f} s, slowest {slowest[0]} {slowest[1].elapsed_ms} ms"
    )
    assert seen.logins == 1
    assert seen.table_locks == 0
    assert seen.objects == frozenset()
    unseen = {name: look.reason for name, look in seen.facts.looks.items() if look.seen != "observed"}
    assert unseen == {}
    for name, rows in seen.facts.looks.items():
        limit = looks[name].query.limit or Limits().command
        assert rows.elapsed_ms < limit * 1000, name
    advise(seen.facts)
    if size != SMALL:
        assert min(seen.seconds, server[1]().seconds, server[1]().seconds) < _LIMIT


def test_a_collection_does_not_wait_for_who_holds_a_table(server: tuple[Any, Callable[[], Seen]]) -> None:
    holder = (
        server[0].connect(database=SCHEMA) if isinstance(server[0], MariaDB) else server[0].connect(SCHEMA)
    )
    try:
        if isinstance(server[0], MariaDB):
            holder.cursor().execute("lock tables t5 write")
        else:
            holder.autocommit = False
            holder.execute("lock table t5 in access exclusive mode")
        seen = server[1]()
    finally:
        holder.close()
    assert {name for name, look in seen.facts.looks.items() if look.seen != "observed"} == set()
