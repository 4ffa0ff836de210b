"""Two databases that are slow for planted reasons, with workload behind them, and a desk to tune them from."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.end_to_end.desk import Desk, Written
from tests.services.fixtures import running
from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL
from tests.services.process import program

ROWS = 40_000
SLOW = {
    "病人医嘱": "select id, note from orders where patient_id = 4711",
    "病人检验": "select r.value from lab_result r where r.order_id = 1234",
}
"""What the site says is worth measuring: each reads its whole table for want of an index."""
PASSWORD = "t'u\"ne 密码#&"
WINDOW = "00:00-24:00"
_POSTGRESQL = (
    "shared_preload_libraries = 'pg_stat_statements'",
    "track_io_timing = on",
    "log_checkpoints = off",
)
_TABLES = """
create table orders (id int not null primary key, patient_id int not null, ward_id int not null,
  placed_on date not null, note varchar(200) not null, state int not null)
create table lab_result (id int not null primary key, order_id int not null, value int not null,
  note varchar(200) not null)
create table ward (id int not null primary key, name varchar(40) not null)
create index ix_state on orders (state)
create index ix_state_again on orders (state)
create index ix_ward_name on ward (name)
"""
_NUMBERS = """
(select 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d as i from {0} a, {0} b, {0} c, {0} e,
 (select 0 as d union all select 1 union all select 2 union all select 3) f) n
""".replace("{0}", "(select 0 as d " + " ".join(f"union all select {n}" for n in range(1, 10)) + ")")


@dataclass
class Lab:
    """The desk and the two servers."""

    desk: Desk
    mariadb: MariaDB
    postgresql: PostgreSQL

    def dump(self, name: str) -> str:
        """The structure of a database, as the server's own tool tells it."""
        return mariadb_dump(self.mariadb) if name == "maria" else pg_dump(self.postgresql)


def mariadb_dump(server: MariaDB) -> str:
    """The structure, without what grows by itself."""
    words = [
        program("mariadb-dump", "mariadb-client"), "--no-defaults", "--no-data", "--skip-comments", "--routines",
        "--skip-dump-date", f"--socket={server.socket}", "-uroot", f"-p{server.password}", "icu",
    ]  # fmt: skip
    said = subprocess.run(words, capture_output=True, check=True)  # noqa: S603 - our own words
    return said.stdout.decode()


def pg_dump(server: PostgreSQL) -> str:
    """The structure, without the key that differs from dump to dump."""
    words = [
        program("pg_dump", "postgresql-client"), "-s", "-h", server.socket,
        "-p", str(server.port), "-U", "postgres", "icu",
    ]  # fmt: skip
    said = subprocess.run(words, capture_output=True, check=True)  # noqa: S603 - our own words
    return "\n".join(line for line in said.stdout.decode().splitlines() if not line.startswith("\\"))


def workload(lab: Lab, times: int = 30) -> None:
    """Let the application ask its slow questions for a while."""
    connection = lab.mariadb.connect(database="icu")
    with connection.cursor() as cursor:
        # Fewer statements since the start are no workload to judge by.
        for _time in range(10_000):
            cursor.execute("do 0")
        for _time in range(times):
            for statement in SLOW.values():
                cursor.execute(statement)
                cursor.fetchall()
    connection.close()
    for _time in range(times):
        lab.postgresql.admin(*SLOW.values(), database="icu")


@contextmanager
def slow_hospital(folder: Path) -> Iterator[Lab]:
    """Both servers with the planted schema and its workload, and a desk with accounts that look and that tune."""
    with ExitStack() as stack:
        settings = ("performance-schema=ON", "performance-schema-consumer-statements-digest=ON")
        mariadb = stack.enter_context(running(MariaDB(settings)))
        postgresql = stack.enter_context(running(PostgreSQL(_POSTGRESQL)))
        plant_mariadb(mariadb)
        plant_postgresql(postgresql)
        desk = Desk(folder, HMAINT_SECRET_RO=PASSWORD, HMAINT_SECRET_TUNE=PASSWORD)
        lab = Lab(desk, mariadb, postgresql)
        write_inventory(lab)
        workload(lab)
        yield lab


def write_inventory(lab: Lab, **more: object) -> None:
    """One site a database, so that one does not wait for the other."""
    account: Written = {"user": "hmaint_ro", "password": _Secret("RO"), "tune_user": "hmaint_tune",
                        "tune_password": _Secret("TUNE"), "name": "icu"}  # fmt: skip
    databases: Written = {
        "maria": {"engine": "mysql", "address": "127.0.0.1", "port": lab.mariadb.port, **account},
        "pg": {"engine": "postgresql", "address": "127.0.0.1", "port": lab.postgresql.port, **account},
    }
    variables = {"maintenance_window": WINDOW, "tune_queries": SLOW, **more}
    sites = {
        name: {"name": f"{name} 系统", "vars": {"maintenance_window": WINDOW},
               "databases": {name: {**database, "vars": variables}}}
        for name, database in databases.items()
    }  # fmt: skip
    lab.desk.write_inventory(sites)


def _Secret(name: str) -> Any:  # noqa: N802 - reads as the tag it makes
    from tests.end_to_end.desk import Tagged  # noqa: PLC0415 - beside its only use

    return Tagged(f"!secret {name}")


def _rows(days: str) -> tuple[str, str]:
    orders = f"insert into orders select i, i % 9000, i % 40, {days}, repeat('嘱', 60), i % 5 from {_NUMBERS}"  # noqa: S608 - our own words
    results = f"insert into lab_result select i, i % 20000, i, repeat('验', 60) from {_NUMBERS}"  # noqa: S608 - as above
    return orders, results


def plant_mariadb(server: MariaDB) -> None:
    """The schema, rows enough to be slow, and the two accounts."""
    secret = PASSWORD.replace("'", "''")
    days = "date_add('2026-01-01', interval i % 300 day)"
    server.admin("create database icu")
    server.admin(*filter(None, _TABLES.replace(",\n", ", ").strip().splitlines()), database="icu")
    server.admin(
        *_rows(days),
        "insert into ward values (1, '一病区'), (2, '二病区')",
        "analyze table orders", "analyze table lab_result",
        f"create user hmaint_ro@'%' identified by '{secret}'",
        "grant process, binlog monitor, slave monitor, show databases on *.* to hmaint_ro@'%'",
        "grant select on icu.* to hmaint_ro@'%'", "grant select on mysql.* to hmaint_ro@'%'",
        "grant select on performance_schema.* to hmaint_ro@'%'", "grant select on sys.* to hmaint_ro@'%'",
        f"create user hmaint_tune@'%' identified by '{secret}'",
        "grant process, binlog monitor, slave monitor, super on *.* to hmaint_tune@'%'",
        "grant alter, index, create, insert, drop, select on icu.* to hmaint_tune@'%'",
        database="icu",
    )  # fmt: skip


def plant_postgresql(server: PostgreSQL) -> None:
    """The same there; the account that tunes may act as the owner of the tables."""
    secret = PASSWORD.replace("'", "''")
    server.admin("create database icu")
    server.admin(
        "create role icu_owner", f"create role hmaint_ro login password '{secret}'",
        f"create role hmaint_tune login password '{secret}'",
        "grant icu_owner, pg_monitor to hmaint_tune", "grant pg_monitor to hmaint_ro",
    )  # fmt: skip
    days = "date '2026-01-01' + (i % 300)"
    tables = filter(None, _TABLES.replace(",\n", ", ").strip().splitlines())
    server.admin(
        "create extension pg_stat_statements", *tables,
        *_rows(days),
        "insert into ward values (1, '一病区'), (2, '二病区')",
        "grant select on all tables in schema public to hmaint_ro",
        "alter table orders owner to icu_owner", "alter table lab_result owner to icu_owner",
        "alter table ward owner to icu_owner", "grant usage, create on schema public to icu_owner",
        "analyze",
        database="icu",
    )  # fmt: skip
