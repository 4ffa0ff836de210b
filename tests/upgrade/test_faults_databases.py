"""Migrations of real databases that fail half-way, are blocked, or find no room."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from tests.backup.hospital import Hospital
from tests.end_to_end.desk import Done, Tagged, Written
from tests.services.fixtures import running
from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL
from tests.services.smalldisk import SmallDisk
from tests.upgrade.faults import DATABASES, Book
from tests.upgrade.ground import CHINA, Ground

BOOK = Book(DATABASES)
PASSWORD = "Gr4nd migration"
NINE = [
    "create table visit (id int primary key, ward varchar(20))",
    "insert into visit values (1, 'ICU')",
    "alter table visit add column note varchar(40)",
    "create table ward (id int primary key)",
    "alter table no_such_table add column x int",
    "insert into ward values (1)",
    "alter table ward add column title varchar(40)",
    "create index ward_title on ward (title)",
    "insert into visit values (2, 'CCU', '')",
]
BACK = ["drop table if exists ward", "drop table if exists visit"]


@pytest.fixture(scope="module")
def servers(mariadb: MariaDB, postgresql: PostgreSQL) -> tuple[MariaDB, PostgreSQL]:
    """Both servers, with a database and an account that may change it."""
    mariadb.admin(
        "create database upgraded",
        f"create user upgrader@127.0.0.1 identified by '{PASSWORD}'",
        "grant all on upgraded.* to upgrader@127.0.0.1",
        "grant process on *.* to upgrader@127.0.0.1",
    )
    postgresql.admin(f"create role upgrader login password '{PASSWORD}'")
    postgresql.admin("create database upgraded owner upgrader")
    base = ("create table base (id int primary key)", "insert into base values (1)")
    mariadb.admin(*base, database="upgraded")
    postgresql.admin(*base, database="upgraded")
    return mariadb, postgresql


@pytest.fixture(scope="module")
def ground(servers: tuple[MariaDB, PostgreSQL], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """A site of three databases and no host."""
    folder = tmp_path_factory.mktemp("upgrade")
    with running(SmallDisk(folder / "small", 2)) as disk:
        with closing(sqlite3.connect(disk.folder / "board.db")) as link, link:
            link.execute("create table bed (id integer primary key, note text)")
            link.execute("insert into bed values (1, '')")
        account = {"user": "upgrader", "password": Tagged("!env UPGRADER"), "name": "upgraded"}
        account |= {"upgrade_user": "upgrader", "upgrade_password": Tagged("!env UPGRADER")}
        maria, postgres = servers
        databases = {
            "maria": {"engine": "mysql", "address": maria.address, "port": maria.port, **account},
            "postgres": {
                "engine": "postgresql",
                "address": postgres.address,
                "port": postgres.port,
                **account,
            },
            "board": {"engine": "sqlite", "path": str(disk.folder / "board.db")},
        }
        (folder / "copies").mkdir()
        backups = {
            f"{name}-copy": {"path": str(folder / "copies" / f"{name}-%Y%m%d{end}"), "of": name}
            for name, end in (("maria", ".sql"), ("postgres", ".sql"), ("board", ".db"))
        }
        made = Ground(folder / "ground", {}, databases=databases, backups=backups)
        made.desk.environ["UPGRADER"] = PASSWORD
        yield made


def _sql(engine: str, statements: list[str], undo: list[str] | str = "none", **more: object) -> Written:
    on = {"databases": {"engine": engine}}
    head: Written = {"id": "migrate", "title": "migrate", "do": "sql", "on": on}
    return {
        **head,
        "with": {"statements": statements, **more},
        "undo": undo,
        "estimate": "2s",
        "timeout": "60s",
    }


def _verify(engine: str) -> list[Written]:
    step = {"id": "db.there", "title": "数据库", "do": "sql", "on": {"databases": {"engine": engine}}}
    return [{**step, "with": {"query": "select 1 as one"}, "expect": {"one": 1}}]


NAMES = {"mysql": "maria", "postgresql": "postgres", "sqlite": "board"}


def _upgrade(
    ground: Ground, servers: tuple[MariaDB, PostgreSQL], name: str, engine: str, step: Written
) -> Done:
    """Back the database up, verify the backup, approve and run."""
    time.sleep(2)  # the age of a backup is told to the second, and one as old as the last change is no good
    copies = ground.folder.parent / "copies"
    day = f"{datetime.now(CHINA):%Y%m%d}"
    Hospital(servers[0], "upgraded").dump(copies / f"maria-{day}.sql")
    Hospital(servers[1], "upgraded").dump(copies / f"postgres-{day}.sql")
    board = Path(str(ground.more["databases"]["board"]["path"]))
    (copies / f"board-{day}.db").write_bytes(board.read_bytes())
    backup = f"{NAMES[engine]}-copy"
    verified = ground.desk.run("backup-verify", "--site", "icu", "--backup", backup, "--quiet")
    assert verified.code == 0, verified.out + verified.err
    backups = [{"name": backup, "max_age": "1h"}]
    plan = ground.plan(name, steps=[step], verify=_verify(engine), artefacts={}, backups=backups)
    return ground.upgrade(plan)


def _tables(server: MariaDB | PostgreSQL) -> set[str]:
    if isinstance(server, MariaDB):
        rows = server.admin(
            "select table_name from information_schema.tables where table_schema = 'upgraded'"
        )
        return {str(row[0]) for row in rows}
    with closing(server.connect("upgraded")) as link:
        cursor = link.cursor()
        cursor.execute("select tablename from pg_tables where schemaname = 'public'")
        return {str(row[0]) for row in cursor.fetchall()}


def _state(ground: Ground, done: Done) -> str:
    """How the latest run stands; that there is none is told with what was said."""
    assert ground.journals(), done.err
    return str(ground.status()["state"])


def _well(done: Done, code: int) -> None:
    assert "Traceback" not in done.err
    assert done.code == code, done.err


@pytest.mark.matrix
def test_a_disk_that_fills_up_during_a_migration(ground: Ground, servers: tuple[MariaDB, PostgreSQL]) -> None:
    board = Path(str(ground.more["databases"]["board"]["path"]))
    before = board.read_bytes()
    grow = [
        "create table log (id integer primary key, body blob)",
        *["insert into log (body) values (randomblob(300000))"] * 9,
    ]
    full = _sql("sqlite", grow, ["drop table log"])
    done = _upgrade(ground, servers, "full", "sqlite", full)
    BOOK.ends("UF12", done.code, _state(ground, done))
    assert "full" in done.err
    with closing(sqlite3.connect(board)) as link:
        assert link.execute("pragma integrity_check").fetchone() == ("ok",)
        assert link.execute("select count(*) from sqlite_master").fetchone() == (1,)
    assert len(before) == board.stat().st_size
    good = _upgrade(ground, servers, "fits", "sqlite", _sql("sqlite", grow[:3], ["drop table log"]))
    _well(good, 0)


def test_half_a_migration_of_mariadb_is_told_and_left_to_a_person(
    ground: Ground, servers: tuple[MariaDB, PostgreSQL]
) -> None:
    done = _upgrade(ground, servers, "half", "mysql", _sql("mysql", NINE, BACK))
    BOOK.ends("UF32", done.code, _state(ground, done))
    told = done.out + done.err
    for word in ("5", "no_such_table", "--decide migrate@maria="):
        assert word in told, told
    assert _tables(servers[0]) == {"base", "visit", "ward"}  # nothing was repaired by assuming
    servers[0].admin("drop table visit", "drop table ward", database="upgraded")
    restored = ground.desk.run("upgrade", "resume", "--decide", "migrate@maria=restore", "--yes")
    assert restored.code in {0, 1}, restored.err
    whole = [*NINE[:4], *NINE[5:]]
    good = _upgrade(ground, servers, "whole", "mysql", _sql("mysql", whole, BACK))
    _well(good, 0)
    assert servers[0].admin("select count(*) from visit", database="upgraded")[0][0] == 2


@pytest.mark.matrix
def test_half_a_migration_of_postgresql_was_in_one_transaction(
    ground: Ground, servers: tuple[MariaDB, PostgreSQL]
) -> None:
    done = _upgrade(ground, servers, "half-pg", "postgresql", _sql("postgresql", NINE, BACK))
    BOOK.ends("UF32 transaction", done.code, _state(ground, done))
    assert _tables(servers[1]) == {"base"}
    whole = [*NINE[:4], *NINE[5:]]
    good = _upgrade(ground, servers, "whole-pg", "postgresql", _sql("postgresql", whole, BACK))
    _well(good, 0)
    assert _tables(servers[1]) == {"base", "visit", "ward"}


@pytest.mark.matrix
def test_a_table_that_somebody_holds_is_waited_for_shortly_and_left_alone(
    ground: Ground, servers: tuple[MariaDB, PostgreSQL]
) -> None:
    alter, back = ["alter table held add column note int"], ["alter table held drop column note"]
    maria, postgres = servers
    maria.admin("create table held (id int primary key)", database="upgraded")
    postgres.admin(
        "create table held (id int primary key)", "alter table held owner to upgrader", database="upgraded"
    )
    holders = {"mysql": maria.connect(database="upgraded"), "postgresql": postgres.connect("upgraded")}
    for engine, holder in holders.items():
        with closing(holder) as link:
            cursor = link.cursor()
            cursor.execute("begin")
            cursor.execute("select * from held")
            cursor.fetchall()
            held = _sql(engine, alter, back, lock_wait="2s")
            done = _upgrade(ground, servers, f"held-{engine}", engine, held)
            fault = "UF33 mariadb" if engine == "mysql" else "UF33 postgresql"
            BOOK.ends(fault, done.code, _state(ground, done))
            assert done.seconds < 120
            cursor.execute("select count(*) from held")
        good = _upgrade(ground, servers, f"free-{engine}", engine, _sql(engine, alter, back, lock_wait="2s"))
        _well(good, 0)
