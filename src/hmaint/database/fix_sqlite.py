"""SQLite: rows of one file changed in one transaction, by which everybody else is kept from writing meanwhile."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, NullPool, create_engine

from hmaint.database.dialect import Line
from hmaint.database.fix_engine import as_given, as_kept
from hmaint.errors import CouldNotLook
from hmaint.model.data_fix import Bind, Cell, Column, Fix, Table
from hmaint.model.inventory import Database
from hmaint.model.look import Seen

lock = ""
insert_words = ""
quote = '"'

_TABLE = (
    "select type, sql from {schema}sqlite_master where name = ? collate nocase and type in ('table', 'view')"
)
_TRIGGERS = (
    "select name from {schema}sqlite_master where type = 'trigger' and tbl_name = ? collate nocase order by 1"
)
_TABLES = "select name from sqlite_master where type = 'table'"
_CONFLICT = re.compile(r"\bon\s+conflict\s+(?:replace|ignore)\b", re.IGNORECASE)
_HIDDEN_GENERATED = (2, 3)
"""What table_xinfo calls a generated column, virtual or stored."""


def connect(database: Database, password: str | None, workspace: Path) -> Line:  # noqa: ARG001 - all engines are called alike
    """Open the file for writing; a missing one is an error and is not created."""
    path = (workspace / database.path).resolve()
    if not path.is_file():
        raise CouldNotLook(Seen.UNREACHABLE, f"数据库文件不存在：{database.path}")

    def login() -> sqlite3.Connection:
        raw = sqlite3.connect(
            f"{path.as_uri()}?mode=rw", uri=True, check_same_thread=False, isolation_level=None
        )
        raw.execute("pragma foreign_keys = on")
        return raw

    connection = create_engine(
        "sqlite://", poolclass=NullPool, pool_reset_on_return=None, creator=login
    ).connect()
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - what our own creator made
    return Line(connection, raw.interrupt)


def begin(line: Line, fix: Fix, *, looking: bool) -> None:
    """Take the right to write at once: nobody changes the rows between reading and writing them."""
    line.connection.exec_driver_sql(f"pragma busy_timeout = {round(fix.lock_wait * 1000)}")
    line.connection.exec_driver_sql(f"pragma query_only = {'on' if looking else 'off'}")
    line.connection.exec_driver_sql("begin" if looking else "begin immediate")


def describe(connection: Connection, schema: str, table: str) -> Table | None:
    """From the pragmas; a virtual table keeps its rows elsewhere and is none of ours."""
    place = f"{_quoted(schema)}." if schema else ""
    found = connection.exec_driver_sql(_TABLE.format(schema=place), (table,)).first()
    if found is None:
        return None
    sort, sql = found
    info = connection.exec_driver_sql(f"pragma {place}table_xinfo({_quoted(table)})").all()
    columns = tuple(Column(str(row[1]), str(row[2]), row[6] in _HIDDEN_GENERATED) for row in info)
    key = tuple(str(row[1]) for row in sorted(info, key=lambda row: row[5]) if row[5])
    triggers = tuple(
        str(name) for (name,) in connection.exec_driver_sql(_TRIGGERS.format(schema=place), (table,))
    )
    virtual = str(sql or "").lower().startswith("create virtual")
    obstacles = ["不是普通表"] if sort != "table" or virtual else []
    obstacles += (
        ["的约束写有 ON CONFLICT，会连带删除或跳过其他行"] if _CONFLICT.search(str(sql or "")) else []
    )
    return Table(schema, table, columns, key, triggers, _followers(connection, table), tuple(obstacles))


def _followers(connection: Connection, table: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for (child,) in connection.exec_driver_sql(_TABLES).all():
        for row in connection.exec_driver_sql(f"pragma foreign_key_list({_quoted(str(child))})").all():
            if str(row[2]).lower() != table.lower():
                continue
            for when, rule in (("update", row[5]), ("delete", row[6])):
                if str(rule).upper() not in ("RESTRICT", "NO ACTION"):
                    found[when] = (*found.get(when, ()), f"{child}.{row[3]}")
    return found


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def selected(column: Column, quoted: str) -> str:  # noqa: ARG001 - all engines are called alike
    """As it is: each value has its own type here."""
    return quoted


def bound(column: Column, placeholder: str) -> str:  # noqa: ARG001 - all engines are called alike
    """As it is."""
    return placeholder


kept = as_kept


def given(column: Column, cell: Cell) -> Bind | bytes:  # noqa: ARG001 - all engines are called alike
    """As it is."""
    return as_given(cell)
