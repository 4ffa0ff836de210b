"""What databases are really made of: partitions, views, generated columns, odd names, keys over several columns."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hmaint.database.catalogue.read import read_dictionary
from hmaint.database.session import open_session
from hmaint.model.dictionary import Dictionary, Entry
from hmaint.model.inventory import Database
from tests.services.mariadb import MariaDB
from tests.services.postgresql import PostgreSQL

PASSWORD = "odd 口令 5#"
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def read(database: Database, password: str | None = None, workspace: Path = Path()) -> Dictionary:
    session = open_session(database, password, workspace)
    try:
        return read_dictionary(session.ask, database, session.facts, NOW)
    finally:
        session.close()


def entry(dictionary: Dictionary, name: str) -> Entry:
    found = dictionary.entry(name)
    assert found is not None, [each.name for each in dictionary.entries]
    return found


@pytest.fixture(scope="module")
def mysql(mariadb: MariaDB) -> Iterator[Dictionary]:
    mariadb.admin(
        "create database odd character set utf8mb4",
        "create database `other-db`",
        f"create user hmaint_odd@'127.0.0.1' identified by '{PASSWORD}'",
        "grant references on *.* to hmaint_odd@'127.0.0.1'",
    )
    mariadb.admin(
        "create table `病人-信息` (`编号 no` int primary key comment '主键''s', `select` text)"
        " comment '患者；\n第二行'",
        "create table line (doc int, no int, qty int default 1 not null, total int as (qty * 2) stored, memo text,"
        " primary key (doc, no), key (memo(10), no))",
        "create table part (id int, at date not null, doc int, no int, primary key (id, at))"
        " partition by range (year(at)) (partition p0 values less than (2025), partition p1 values less than maxvalue)",
        "create table child (id int primary key, doc int, no int,"
        " constraint `fk one` foreign key (doc, no) references line (doc, no) on update cascade on delete set null)",
        "create view v_line as select doc, qty from line",
        "create sequence ticket",
        "create table elsewhere (id int primary key, constraint fk_else foreign key (id) references line (doc))",
        database="odd",
    )
    yield read(
        Database("odd", "icu", "mysql", mariadb.address, mariadb.port, "hmaint_odd", database="odd"), PASSWORD
    )
    mariadb.admin("drop user hmaint_odd@'127.0.0.1'")


def test_mariadb_in_all_its_shapes(mysql: Dictionary) -> None:
    assert {each.name: each.kind for each in mysql.entries} == {
        "child": "table", "elsewhere": "table", "line": "table", "part": "table", "v_line": "view",
        "病人-信息": "table",
    }  # fmt: skip
    patient = entry(mysql, "病人-信息")
    assert patient.meaning == "患者；\n第二行"
    assert [(c.name, c.meaning) for c in patient.columns] == [("编号 no", "主键's"), ("select", "")]
    line = entry(mysql, "line")
    assert line.key == ("doc", "no")
    columns = {column.name: column for column in line.columns}
    assert (columns["qty"].default, columns["memo"].default) == ("1", "")
    assert "GENERATED" in columns["total"].extra.upper()
    assert {index.columns for index in line.indexes} == {("doc", "no"), ("memo", "no")}
    (relation,) = entry(mysql, "child").relations
    assert (relation.name, relation.columns, relation.to, relation.to_columns) == (
        "fk one", ("doc", "no"), "line", ("doc", "no"),
    )  # fmt: skip
    assert (relation.on_update, relation.on_delete) == ("CASCADE", "SET NULL")
    assert [table for table, _relation in mysql.incoming("line")] == ["child", "elsewhere"]
    assert entry(mysql, "v_line").meaning == ""
    assert entry(mysql, "part").rows is not None


@pytest.fixture(scope="module")
def pg(postgresql: PostgreSQL) -> Dictionary:
    postgresql.admin("create database odd", f"create role hmaint_odd login password '{PASSWORD}'")
    postgresql.admin(
        'create schema "Lab"',
        'create table "Lab"."Sample No" ("Id" int generated always as identity primary key, "值" numeric(8,3),'
        " twice int generated always as (1 + 1) stored, at timestamptz default now(), tags text[])",
        'comment on table "Lab"."Sample No" is $c$标本\'s$c$',
        "create table visit (id int, at date not null, primary key (id, at)) partition by range (at)",
        "create table visit_2025 partition of visit for values from ('2025-01-01') to ('2026-01-01')",
        "create table visit_2026 partition of visit for values from ('2026-01-01') to ('2027-01-01')",
        "insert into visit select g, date '2025-06-01' from generate_series(1, 500) g",
        "insert into visit select g, date '2026-06-01' from generate_series(1, 300) g",
        "analyze visit_2025",
        "analyze visit_2026",
        "create table item (visit int, at date, name text,"
        " constraint fk_item foreign key (visit, at) references visit (id, at) on delete restrict)",
        "create index ix_lower on item (lower(name), visit)",
        "create unique index ux on item (visit) include (name)",
        "create materialized view mv as select 1 as a",
        "create view v as select * from item",
        "create table never_counted (a int)",
        "create table empty (a int)",
        "vacuum analyze empty",
        database="odd",
    )
    return read(
        Database(
            "odd", "icu", "postgresql", postgresql.address, postgresql.port, "hmaint_odd", database="odd"
        ),
        PASSWORD,
    )


def test_postgresql_in_all_its_shapes(pg: Dictionary) -> None:
    kinds = {each.name: each.kind for each in pg.entries}
    assert kinds == {
        "Lab.Sample No": "table", "empty": "table", "item": "table", "mv": "materialized view",
        "never_counted": "table", "v": "view", "visit": "partitioned table",
    }  # fmt: skip
    sample = entry(pg, "Lab.Sample No")
    assert sample.meaning == "标本's"
    assert [(c.name, c.type, c.extra) for c in sample.columns] == [
        ("Id", "integer", "identity"), ("值", "numeric(8,3)", ""), ("twice", "integer", ""), ("at", "timestamptz", ""),
        ("tags", "text[]", ""),
    ]  # fmt: skip
    visit = entry(pg, "visit")
    assert (visit.rows, visit.key) == (800, ("id", "at"))
    assert visit.size is not None
    assert visit.size > 0
    item = entry(pg, "item")
    assert {(index.columns, index.unique) for index in item.indexes} == {
        (("lower(name)", "visit"), False),
        (("visit",), True),
    }
    (relation,) = item.relations
    assert (relation.to, relation.columns, relation.on_delete) == ("visit", ("visit", "at"), "")
    assert (entry(pg, "never_counted").rows, entry(pg, "empty").rows) == (None, 0)


def test_sqlite_in_all_its_shapes(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "odd.db") as file:
        file.executescript(
            'create table "a b" (x, y integer not null default 5, z text generated always as (x || y),'
            " primary key (y, x)) without rowid;"
            "create table tree (id integer primary key, up integer references tree, far text references gone (k));"
            "create unique index ux on tree (lower(far), up desc);"
            "create table counted (id integer primary key); insert into counted values (1), (2), (3);"
            "create index ix on counted (id); analyze;"
            "create view good as select id from tree;"
        )
    file.close()
    odd = read(Database("odd", "icu", "sqlite", path="odd.db"), workspace=tmp_path)
    blank = entry(odd, "a b")
    assert blank.key == ("y", "x")
    assert [(c.name, c.type, c.extra) for c in blank.columns] == [
        ("x", "（未声明）", ""), ("y", "integer", ""), ("z", "text", "generated"),
    ]  # fmt: skip
    tree = entry(odd, "tree")
    assert {(r.columns, r.to, r.to_columns) for r in tree.relations} == {
        (("up",), "tree", ("",)),
        (("far",), "gone", ("k",)),
    }
    assert [(i.columns, i.unique) for i in tree.indexes] == [
        (("id",), True),
        (("（表达式）", "up"), True),
    ]
    assert (entry(odd, "counted").rows, tree.rows) == (3, None)
    assert [c.name for c in entry(odd, "good").columns] == ["id"]


def test_a_view_that_is_broken_spoils_no_table(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "odd.db") as file:
        file.executescript(
            "create table t (id integer primary key); create table u (id integer);"
            "create view broken as select id from u; drop table u;"
        )
    file.close()
    odd = read(Database("odd", "icu", "sqlite", path="odd.db"), workspace=tmp_path)
    assert {each.name: len(each.columns) for each in odd.entries} == {"broken": 0, "t": 1}


def test_a_password_that_new_accounts_begin_with_is_not_written_down(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "odd.db") as file:
        file.execute(
            "create table staff (id integer primary key, login_pwd text default 'e10adc3949ba59ab',"
            " password text default '', dept text default 'ICU')"
        )
    odd = read(Database("odd", "icu", "sqlite", path="odd.db"), workspace=tmp_path)
    defaults = {column.name: column.default for column in entry(odd, "staff").columns}
    assert defaults == {"id": "", "login_pwd": "[口令]", "password": "''", "dept": "'ICU'"}
