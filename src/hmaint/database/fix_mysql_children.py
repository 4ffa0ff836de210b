"""Foreign keys by which MySQL and MariaDB change other tables along: those of this database and of every other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

Followers = dict[str, tuple[str, ...]]
"""`delete` or `update` → the names of the foreign keys that follow it."""

TABLE_RIGHTS = frozenset(
    {
        *("ALL PRIVILEGES", "INSERT", "UPDATE", "DELETE", "DELETE HISTORY", "CREATE", "DROP"),
        *("REFERENCES", "INDEX", "ALTER", "CREATE VIEW", "SHOW VIEW", "TRIGGER"),
    }
)
"""With any of them on a table its foreign keys are shown; not with others, nor in MariaDB with SELECT alone."""

_NO_CHILDREN = (
    "被哪些外键引用看不全：账号没有直接授予的整库权限（SELECT 以外至少一项），也没有 PROCESS 权限，"
    "级联改动会不为人知"
)
_NO_OTHERS = "其他库的表是否以外键引用它看不到：账号没有 PROCESS 权限，级联改动会不为人知"

_SHOWN = """
select r.constraint_schema, r.table_name, r.constraint_name, r.delete_rule, r.update_rule
from information_schema.referential_constraints r
where r.referenced_table_name = :name and r.unique_constraint_schema = :schema order by 1, 2, 3
"""
_DICTIONARY = """
select lower(table_name) from information_schema.tables
where lower(table_schema) = 'information_schema' and lower(table_name) in ('innodb_foreign', 'innodb_sys_foreign')
"""
_KEPT = {
    "innodb_foreign": """
    select id, for_name, type from information_schema.innodb_foreign
    where lower(ref_name) = lower(concat(:schema, '/', :name)) order by 1
    """,
    "innodb_sys_foreign": """
    select id, for_name, type from information_schema.innodb_sys_foreign
    where lower(convert(ref_name using utf8)) = lower(convert(concat(
        cast(convert(:schema using filename) as binary), '/', cast(convert(:name using filename) as binary)
    ) using utf8)) order by 1
    """,
}
"""InnoDB's own list, by its name in MySQL 8 and before it; until then names are written like those of files.

In whatever case: on Windows a table is found however a plan spells it, and this list has it in small letters.
"""
_TYPES = {"delete": 1 | 2, "update": 4 | 8}
"""Bits of `type`: cascade and set null (MySQL manual, INNODB_FOREIGN)."""


def followers(
    connection: Connection, schema: str, table: str, *, here: Iterable[str], everywhere: Iterable[str]
) -> tuple[Followers, tuple[str, ...]]:
    """Foreign keys that follow a table, and what of them this account cannot see.

    `here` and `everywhere` are its rights on the whole schema and on all of them.
    """
    found = dict(_shown(connection, schema, table))
    if TABLE_RIGHTS.intersection(everywhere):
        return _grouped(found), ()
    try:
        found |= dict(_kept(connection, schema, table))
    except DBAPIError:
        seen_here = TABLE_RIGHTS.intersection(here)
        return _grouped(found), (_NO_OTHERS if seen_here else _NO_CHILDREN,)
    return _grouped(found), ()


def _grouped(found: dict[str, set[str]]) -> Followers:
    grouped: Followers = {}
    for name, rules in found.items():
        for when in sorted(rules):
            grouped[when] = (*grouped.get(when, ()), name)
    return grouped


def _shown(connection: Connection, schema: str, table: str) -> Iterator[tuple[str, set[str]]]:
    for where, child, name, on_delete, on_update in _rows(connection, _SHOWN, schema, table):
        rules = {"delete": str(on_delete).upper(), "update": str(on_update).upper()}
        follows = {when for when, rule in rules.items() if rule not in ("RESTRICT", "NO ACTION")}
        yield _named(schema, str(where), str(child), str(name)), follows


def _kept(connection: Connection, schema: str, table: str) -> Iterator[tuple[str, set[str]]]:
    """What InnoDB itself keeps, whoever may see the tables; DBAPIError without the right PROCESS."""
    [[lists], *_others] = _rows(connection, _DICTIONARY, schema, table) or [["innodb_sys_foreign"]]
    for constraint, child, kind in _rows(connection, _KEPT[str(lists)], schema, table):
        where, _slash, name = _decoded(str(child)).partition("/")
        follows = {when for when, bits in _TYPES.items() if int(kind) & bits}
        yield _named(schema, where, name, _decoded(str(constraint)).partition("/")[2]), follows


def _named(schema: str, where: str, child: str, name: str) -> str:
    return f"{child}.{name}" if where == schema else f"{where}.{child}.{name}"


def _decoded(name: str) -> str:
    """As far as people need it: a few letters of old alphabets have signs of their own, which are left."""
    return re.sub(r"@([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), name)


def _rows(connection: Connection, sql: str, schema: str, table: str) -> list[list[Any]]:
    wanted = {name: value for name, value in (("schema", schema), ("name", table)) if f":{name}" in sql}
    return [[_plain(each) for each in row] for row in connection.execute(text(sql), wanted)]


def _plain(value: object) -> object:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
