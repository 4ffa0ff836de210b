"""PostgreSQL: rows changed in one transaction, read as text and written back through the column's own type."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, text

from hmaint.database import postgresql
from hmaint.database.dialect import Line
from hmaint.database.fix_engine import OVERRIDING, as_given, as_kept
from hmaint.model.data_fix import Bind, Cell, Column, Fix, Table
from hmaint.model.inventory import Database

lock = "for update"
insert_words = OVERRIDING
quote = '"'

_TABLE = """
select c.oid, n.nspname, c.relkind, c.relhasrules from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relname = :name and ((:schema <> '' and n.nspname = :schema) or (:schema = '' and pg_table_is_visible(c.oid)))
"""
_COLUMNS = """
select a.attname, format_type(a.atttypid, a.atttypmod), {generated} from pg_attribute a
where a.attrelid = :oid and a.attnum > 0 and not a.attisdropped order by a.attnum
"""
_KEY = """
select a.attname from pg_index i cross join lateral unnest(i.indkey::int2[]) with ordinality as k(num, place)
join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.num
where i.indrelid = :oid and i.indisprimary order by k.place
"""
_PARTS = """
with recursive parts(oid) as (
  select :oid::oid union select i.inhrelid from pg_inherits i join parts p on i.inhparent = p.oid
)
"""
"""The table and all its partitions, which have triggers, rules and foreign keys of their own."""
_TRIGGERS = (
    _PARTS
    + """
select distinct tgname from pg_trigger join parts on tgrelid = parts.oid
where not tgisinternal and tgenabled <> 'D' order by 1
"""
)
_FOLLOWERS = (
    _PARTS
    + """
select distinct conname, conrelid::regclass::text, confdeltype, confupdtype
from pg_constraint join parts on confrelid = parts.oid where contype = 'f' order by 1
"""
)
_HEIRS = "select 1 from pg_inherits i join pg_class c on c.oid = i.inhparent where c.oid = :oid and c.relkind = 'r'"
_GENERATED_SINCE = 120000


def connect(database: Database, password: str | None, workspace: Path) -> Line:
    """Log in as for a look, and take the lock off: one whole transaction sees one state of the data."""
    line = postgresql.connect(database, password, workspace)
    raw = _raw(line.connection)
    raw.read_only = False
    raw.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    return line


def _raw(connection: Connection) -> psycopg.Connection[tuple[object, ...]]:
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)  # noqa: S101 - what our own creator made
    return raw


def begin(line: Line, fix: Fix, *, looking: bool) -> None:
    """Set limits for as long as the transaction lasts, and have every value written without loss."""
    words = {
        "statement_timeout": str(max(1, round(fix.seconds * 1000))),
        "lock_timeout": str(max(1, round(fix.lock_wait * 1000))),
        "standard_conforming_strings": "on",
        "extra_float_digits": "3",
        "bytea_output": "hex",
        "intervalstyle": "postgres",
        "datestyle": "'ISO, YMD'",
    }
    if looking:
        line.connection.exec_driver_sql("SET TRANSACTION READ ONLY")
    line.connection.exec_driver_sql("; ".join(f"SET LOCAL {name} = {value}" for name, value in words.items()))


def describe(connection: Connection, schema: str, table: str) -> Table | None:
    """From pg_catalog: a plain or partitioned table, without rules that make of a statement another one."""
    found = connection.execute(text(_TABLE), {"name": table, "schema": schema}).first()
    if found is None:
        return None
    oid, where, sort, rules = found
    version = _raw(connection).info.server_version
    generated = "a.attgenerated <> ''" if version >= _GENERATED_SINCE else "false"
    columns = tuple(
        Column(str(name), str(kind), bool(computed))
        for name, kind, computed in _of(connection, _COLUMNS.format(generated=generated), oid)
    )
    followers: dict[str, tuple[str, ...]] = {}
    for name, child, on_delete, on_update in _of(connection, _FOLLOWERS, oid):
        for when, rule in (("delete", on_delete), ("update", on_update)):
            if _letter(rule) not in ("a", "r"):
                followers[when] = (*followers.get(when, ()), f"{child}.{name}")
    obstacles = [] if _letter(sort) in ("r", "p") else ["不是普通表"]
    obstacles += ["表上有规则（RULE），语句会被改写"] if rules else []
    obstacles += ["有继承它的表，语句会连带改动它们"] if _of(connection, _HEIRS, oid) else []
    key = tuple(str(name) for (name,) in _of(connection, _KEY, oid))
    triggers = tuple(str(name) for (name,) in _of(connection, _TRIGGERS, oid))
    return Table(str(where), table, columns, key, triggers, followers, tuple(obstacles))


def _of(connection: Connection, sql: str, oid: int) -> list[tuple[Any, ...]]:
    escaped = sql.replace("::", r"\:\:")
    return [tuple(row) for row in connection.execute(text(escaped), {"oid": oid})]


def _letter(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def selected(column: Column, quoted: str) -> str:  # noqa: ARG001 - all engines are called alike
    """As text: whatever type, the server can read what it wrote."""
    return rf"{quoted}\:\:text as {quoted}"


def bound(column: Column, placeholder: str) -> str:
    """Through the column's own type, as the catalogue spells it."""
    return f"cast({placeholder} as {column.type.replace(':', chr(92) + ':')})"


kept = as_kept


def given(column: Column, cell: Cell) -> Bind | bytes:  # noqa: ARG001 - all engines are called alike
    """As text, always."""
    return as_given(cell)
