"""A database of each engine with nursing records in it, and fixes that are made of a few words."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hmaint.app import data_fix
from hmaint.app.world import World
from hmaint.load.plan_fix import FixForm, fix_of
from hmaint.load.workspace import Workspace
from hmaint.model.data_fix import Fix
from hmaint.model.inventory import Database
from tests.app.desks import Still
from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL

PATIENT = "N20260417"
SECRET = "fix'密码#1"
INVENTORY = """
version: 1
hospital: {name: 青海红十字医院, department: 信息科}
vendor: {name: 某某公司}
sites:
  icu:
    name: 重症监护系统
    hosts: {icu-app-1: {address: 10.1.2.11}}
    databases: {icu-main: {engine: sqlite, path: icu.db}}
"""
REQUEST = {
    "unit": "重症医学科",
    "by": "赵护士长",
    "at": "2026-11-19 08:40",
    "text": "夜班误改 3 条护理记录的状态，申请恢复。",
    "sort": "误改数据恢复",
    "subject": "护理记录（夜班）",
    "key": PATIENT,
    "cause": "误点后又点了确认。",
    "impact": "3 条护理记录，不涉及医嘱与费用。",
    "check": "申请人在护士站逐条查看。",
}
ROWS = [
    (4471, PATIENT, 0, "o'brien; drop table note --", b"\x00\xff"),
    (4472, PATIENT, 0, "100% :name {{ 7 }}", None),
    (4473, PATIENT, 0, "", b""),
    (9001, "N20269999", 1, "别的患者", None),
]
TYPES = {
    "sqlite": ("integer primary key", "text", "integer", "text", "blob"),
    "mysql": ("bigint primary key", "varchar(40)", "int not null", "text", "varbinary(40)"),
    "postgresql": ("bigint primary key", "varchar(40)", "int not null", "text", "bytea"),
}


@dataclass
class Bench:
    """One database, a way to look at it behind hmaint's back, and the world it is maintained from."""

    engine: str
    world: World
    database: Database
    run: Callable[..., list[tuple[Any, ...]]]
    hold: Callable[[], Any]
    """A further connection of one's own, autocommit off."""
    noted: list[Mapping[str, object]] = field(default_factory=list)

    def rows(self, table: str = "note") -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.run(f"select * from {table} order by 1")]  # noqa: S608 - a name of the tests

    def fix(self, *statements: Mapping[str, object], **words: object) -> Fix:
        account = {} if self.engine == "sqlite" else {"user": "hmaint_fix", "password": self.password}
        told = {"request": REQUEST, "statements": list(statements), **account, **words}
        return fix_of(FixForm.model_validate(told), self.world.workspace.root, self.engine)

    def fresh(self) -> World:
        """The world as another process would find it."""
        world = self.world
        return World(world.workspace, world.clock, world.environ, world.operator, world.login)

    def serve(self, server: MariaDB) -> None:
        """Tell the inventory of the server instead of the file."""
        told = (
            f"icu-main: {{engine: mysql, address: {server.address}, port: {server.port}, user: hmaint_fix,"
            " password: !env FIX_PASSWORD, name: icu, upgrade_user: hmaint_fix, upgrade_password: !env FIX_PASSWORD}"
        )
        path = self.world.workspace.inventory_path
        path.write_text(INVENTORY.replace("icu-main: {engine: sqlite, path: icu.db}", told), "utf-8")

    @property
    def password(self) -> object:
        from hmaint.model.secret import Secret  # noqa: PLC0415 - only where an account is needed

        return Secret("env", "FIX_PASSWORD")

    def do(self, fix: Fix, expected: str = "") -> data_fix.FixDone:
        return data_fix.do(self.world, "fix@icu-main", self.database, fix, self.noted.append, expected)

    def undo(self, fix: Fix) -> data_fix.FixDone:
        return data_fix.undo(self.world, self.database, fix, self.noted[0], lambda _facts: None)

    def probe(self, fix: Fix) -> str:
        return data_fix.probe(self.world, self.database, fix, self.noted[0] if self.noted else {})


def _world(folder: Path) -> World:
    (folder / "inventory.yaml").write_text(INVENTORY, "utf-8")
    return World(
        Workspace(folder, folder / "inventory.yaml"), Still(), {"FIX_PASSWORD": SECRET}, "张工", "zhang"
    )


def _table(engine: str, tail: str = "") -> str:
    key, patient, state, note, raw = TYPES[engine]
    return f"create table note (id {key}, patient_no {patient}, state {state}, words {note}, raw {raw}){tail}"


def sqlite_bench(folder: Path) -> Bench:
    path = folder / "icu.db"

    def run(sql: str, *values: object) -> list[tuple[Any, ...]]:
        with sqlite3.connect(path, isolation_level=None, timeout=10) as raw:
            return raw.execute(sql, values).fetchall()

    run(_table("sqlite"))
    for row in ROWS:
        run("insert into note values (?, ?, ?, ?, ?)", *row)
    database = Database("icu-main", "icu", "sqlite", path=str(path))
    return Bench("sqlite", _world(folder), database, run, lambda: sqlite3.connect(path, isolation_level=None))


def mariadb_bench(folder: Path, server: MariaDB) -> Bench:
    server.admin(
        "drop database if exists icu", "create database icu", "drop user if exists hmaint_fix@'127.0.0.1'",
        "create user hmaint_fix@'127.0.0.1' identified by 'fix\\'密码#1'",
        "grant select, insert, update, delete, trigger on icu.* to hmaint_fix@'127.0.0.1'",
        "grant process on *.* to hmaint_fix@'127.0.0.1'",
    )  # fmt: skip
    server.admin(_table("mysql", " engine=innodb"), database="icu")

    def run(sql: str, *values: object) -> list[tuple[Any, ...]]:
        with server.connect(database="icu") as raw, raw.cursor() as cursor:
            cursor.execute(sql, values or None)
            return list(cursor.fetchall())

    for row in ROWS:
        run("insert into note values (%s, %s, %s, %s, %s)", *row)
    database = Database("icu-main", "icu", "mysql", server.address, server.port, database="icu")
    return Bench("mysql", _world(folder), database, run, lambda: _begun(server.connect(database="icu")))


def _begun(raw: Any) -> Any:
    raw.autocommit(False)  # noqa: FBT003 - the driver asks for it so
    return raw


def postgresql_bench(folder: Path, server: PostgreSQL) -> Bench:
    server.admin("drop database if exists icu", "drop role if exists hmaint_fix")
    server.admin("create role hmaint_fix login password 'fix''密码#1'", "create database icu")

    def run(sql: str, *values: object) -> list[tuple[Any, ...]]:
        with server.connect("icu") as raw:
            cursor = raw.execute(sql, values or None)  # type: ignore[arg-type]  # statements of tests
            return cursor.fetchall() if cursor.description else []

    run(_table("postgresql"))
    run("grant select, insert, update, delete on all tables in schema public to hmaint_fix")
    for row in ROWS:
        run("insert into note values (%s, %s, %s, %s, %s)", *row)
    database = Database("icu-main", "icu", "postgresql", "127.0.0.1", server.port, database="icu")

    def hold() -> Any:
        raw = server.connect("icu")
        raw.autocommit = False
        return raw

    return Bench("postgresql", _world(folder), database, run, hold)


UPDATE = {
    "sql": "update note set state = :new where patient_no = :no",
    "with": {"new": 1, "no": PATIENT},
    "rows": 3,
}
DELETE = {"sql": "delete from note where patient_no = :no", "with": {"no": PATIENT}, "rows": 3}
INSERT = {
    "sql": "insert into note (id, patient_no, state, words) values (:id, :no, :state, :words)",
    "each": [
        {"id": 5001, "no": PATIENT, "state": 0, "words": "'; drop table note; --"},
        {"id": 5002, "no": PATIENT, "state": 0, "words": "\\' :id %s %(id)s 😀"},
    ],
    "rows": 2,
}


def changed(rows: Sequence[tuple[Any, ...]], **by_id: object) -> list[tuple[Any, ...]]:
    """Rows whose state is another, by `r4471=1`."""
    wanted = {int(name[1:]): value for name, value in by_id.items()}
    return [(row[0], row[1], wanted.get(row[0], row[2]), *row[3:]) for row in rows]
