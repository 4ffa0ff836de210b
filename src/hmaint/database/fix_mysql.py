"""MySQL and MariaDB: rows of InnoDB tables changed in one transaction, read as the server writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pymysql.constants import CLIENT
from pymysql.converters import encoders
from sqlalchemy import Connection, text

from hmaint.database import mysql
from hmaint.database.dialect import Line
from hmaint.database.fix_engine import as_given, as_kept
from hmaint.database.fix_mysql_children import followers
from hmaint.model.data_fix import Bind, Cell, Column, Fix, Table
from hmaint.model.inventory import Database

lock = "for update"
insert_words = ""
quote = "`"

_INTEGERS = ("tinyint", "smallint", "mediumint", "int", "bigint")
_MODE = "STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO"
"""What does not fit is an error, not cut; and what lay in the table (a day 0000-00-00, a number 0) can be put back."""
_TABLE = """
select engine, table_type, table_schema from information_schema.tables
where table_name = :name and table_schema = coalesce(nullif(:schema, ''), database())
"""
_COLUMNS = """
select column_name, data_type, extra, column_key, collation_name from information_schema.columns
where table_name = :name and table_schema = :schema order by ordinal_position
"""
_KEY = """
select column_name from information_schema.key_column_usage
where table_name = :name and table_schema = :schema and constraint_name = 'PRIMARY' order by ordinal_position
"""
_TRIGGERS = """
select trigger_name from information_schema.triggers
where event_object_table = :name and event_object_schema = :schema order by 1
"""
_GRANT = re.compile(
    r"GRANT (?P<rights>.+?) ON (?:TABLE )?(?P<schema>`(?:[^`]|``)*`|\*)\.(?P<table>`(?:[^`]|``)*`|\*) TO ",
    re.DOTALL,
)
_REVOKE = re.compile(r"REVOKE (?P<rights>.+?) ON (?P<schema>`(?:[^`]|``)*`)\.\* FROM ", re.DOTALL)
"""What MySQL 8 excepts from rights on every schema (partial_revokes)."""
_NO_TRIGGER = "上是否有触发器看不到：账号在此表上没有直接授予的 TRIGGER 权限"
_INDEXED = """
select distinct column_name from information_schema.statistics
where table_name = :name and table_schema = :schema order by 1
"""


def connect(database: Database, password: str | None, workspace: Path) -> Line:  # noqa: ARG001 - all engines are called alike
    """Log in so that values come as the server writes them, and rows are counted that were found, not only changed."""
    return mysql.connect_with(database, password, {"conv": dict(encoders), "client_flag": CLIENT.FOUND_ROWS})


def begin(line: Line, fix: Fix, *, looking: bool) -> None:
    """Begin; locks are waited for a few seconds, and rows that were read for a change are held until the end."""
    wait = max(1, round(fix.lock_wait))
    line.connection.exec_driver_sql(
        f"SET SESSION sql_mode='{_MODE}', innodb_lock_wait_timeout={wait}, lock_wait_timeout={wait},"
        " foreign_key_checks=1, unique_checks=1, sql_safe_updates=0"
    )
    words = "REPEATABLE READ, READ ONLY" if looking else f"{_level(line.connection)}, READ WRITE"
    line.connection.exec_driver_sql(f"SET SESSION TRANSACTION ISOLATION LEVEL {words}")
    line.connection.commit()


def _level(connection: Connection) -> str:
    """The level at which a WHERE without an index holds its rows alone, and not every row it passes.

    Rows that come to match meanwhile make another number than expected, which rolls everything back. A server that
    writes its log by statements refuses that level (error 1665).
    """
    told = connection.exec_driver_sql("show variables where variable_name in ('log_bin', 'binlog_format')")
    known = {str(_plain(name)).lower(): str(_plain(value)).upper() for name, value in told}
    by_statement = known.get("log_bin") == "ON" and known.get("binlog_format") == "STATEMENT"
    return "REPEATABLE READ" if by_statement else "READ COMMITTED"


def describe(connection: Connection, schema: str, table: str) -> Table | None:
    """From information_schema; names there are spelt one way or the other by version."""
    found = _rows(connection, _TABLE, table, schema)
    if not found:
        return None
    engine, sort, where = found[0]
    columns = tuple(_column(row) for row in _rows(connection, _COLUMNS, table, where))
    key = tuple(str(name) for (name,) in _rows(connection, _KEY, table, where))
    obstacles = [] if str(sort).upper() == "BASE TABLE" else ["不是普通表"]
    if not obstacles and str(engine).lower() != "innodb":
        obstacles.append(f"存储引擎是 {engine}，不支持事务（只处理 InnoDB 表）")
    triggers = tuple(str(name) for (name,) in _rows(connection, _TRIGGERS, table, where))
    grants = _grants(connection)
    seeing = rights(grants, str(where), table)
    # Without the right to see them there seem to be none.
    obstacles += [] if seeing & {"ALL PRIVILEGES", "TRIGGER"} else [_NO_TRIGGER]
    here, everywhere = rights(grants, str(where), ""), rights(grants, None, "")
    follow, unseen = followers(connection, str(where), table, here=here, everywhere=everywhere)
    referable = tuple(str(name) for (name,) in _rows(connection, _INDEXED, table, where))
    return Table(str(where), table, columns, key, triggers, follow, tuple(obstacles), unseen, referable)


def _grants(connection: Connection) -> list[str]:
    return [str(_plain(grant)) for (grant,) in connection.exec_driver_sql("show grants")]


def rights(grants: Sequence[str], schema: str | None, table: str) -> set[str]:
    """What an account may do with every table of a schema; with `table` also what it may do with that one alone.

    Without a schema: with every table of every schema.
    """
    found: set[str] = set()
    for grant in grants:
        told = _GRANT.match(grant)
        if told is None:
            continue
        where, what = (_bare(told[name]) for name in ("schema", "table"))
        here = told["schema"] == "*" or (schema is not None and (schema == where or _fits(where, schema)))
        if here and (told["table"] == "*" or (table and what == table)):
            found |= _words(told["rights"])
    return found - {"USAGE"} - _excepted(grants, schema)


def _excepted(grants: Iterable[str], schema: str | None) -> set[str]:
    """What was taken back for a schema, or for any where none is named."""
    found: set[str] = set()
    for told in filter(None, map(_REVOKE.match, grants)):
        if schema in {None, _bare(told["schema"])}:
            found |= {"ALL PRIVILEGES", *_words(told["rights"])}
    return found


def _words(rights: str) -> set[str]:
    return {word.strip() for word in re.sub(r"\([^)]*\)", "", rights).split(",")}


def _bare(name: str) -> str:
    return name[1:-1].replace("``", "`") if name.startswith("`") else name


def _fits(pattern: str, schema: str) -> bool:
    """Whether a schema's name is meant: `%` and `_` of a grant are wildcards unless a backslash stands before."""
    pieces = re.findall(r"\\.|.", pattern, re.DOTALL)
    told = [{"%": ".*", "_": "."}.get(each, re.escape(each[-1])) for each in pieces]
    return re.fullmatch("".join(told), schema, re.DOTALL) is not None


def _rows(connection: Connection, sql: str, name: str, schema: str) -> list[tuple[Any, ...]]:
    return [
        tuple(_plain(each) for each in row)
        for row in connection.execute(text(sql), {"name": name, "schema": schema})
    ]


def _plain(value: object) -> object:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _column(row: tuple[Any, ...]) -> Column:
    name, kind, extra, _key, _collation = row
    # DEFAULT_GENERATED is only a default; VIRTUAL, STORED and PERSISTENT (MariaDB) are computed.
    computed = any(word in str(extra).upper() for word in ("VIRTUAL", "STORED", "PERSISTENT"))
    # A single-precision number is shown with six digits and kept with more.
    restless = "on update" in str(extra).lower()
    return Column(str(name), str(kind).lower(), computed, str(kind).lower() == "float", restless)


def selected(column: Column, quoted: str) -> str:  # noqa: ARG001 - all engines are called alike
    """As it is: the driver was told to leave it as the server wrote it."""
    return quoted


def bound(column: Column, placeholder: str) -> str:  # noqa: ARG001 - all engines are called alike
    """As it is: the server reads what it wrote."""
    return placeholder


kept = as_kept


def given(column: Column, cell: Cell) -> Bind | bytes:
    """Whole numbers as numbers: compared as text a large one would be rounded."""
    whole = isinstance(cell, str) and column.type in _INTEGERS
    return int(str(cell)) if whole else as_given(cell)
