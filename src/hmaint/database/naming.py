"""Names of tables and columns in a statement: found in the catalogue as it spells them, then quoted.

Whoever writes a statement puts each name between marks: `⟦stock⟧` a table (`⟦dbo.stock⟧` with its schema),
`⟦stock|amount⟧` a column, `⟦stock|*⟧` the columns of its primary key as `t."…", t."…"`, `⟦stock|+⟧` the first of
them. What the catalogue does not show is never sent: SQLite would take a misspelt name for a text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from hmaint.errors import CouldNotLook
from hmaint.kit.frozen import dataclass
from hmaint.kit.redact import is_personal
from hmaint.model.inventory import Database
from hmaint.model.look import Query, Row, Seen

MARK = re.compile(r"⟦(?P<table>[^⟦⟧|]+)(?:\|(?P<column>[^⟦⟧|]+))?⟧")
KEYS, FIRST_KEY = "*", "+"
_MOST = 20_000

_MYSQL = """
select c.table_schema as schema_name, c.table_name as table_name, c.column_name as column_name,
  case when c.column_key = 'PRI' then 1 else 0 end as is_key,
  case when c.table_schema = database() then 1 else 0 end as is_home
from information_schema.columns c
where lower(c.table_name) in ({names}){scope}
order by c.table_schema, c.table_name, c.ordinal_position
"""
_POSTGRESQL = """
select n.nspname as schema_name, c.relname as table_name, a.attname as column_name,
  case when exists (select 1 from pg_index i where i.indrelid = c.oid and i.indisprimary
                    and a.attnum = any (i.indkey)) then 1 else 0 end as is_key,
  case when pg_table_is_visible(c.oid) then 1 else 0 end as is_home
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped
  and n.nspname <> 'information_schema' and n.nspname !~ '^pg_' and lower(c.relname) in ({names})
order by n.nspname, c.relname, a.attnum
"""
_SQLITE = """
select '' as schema_name, m.name as table_name, p.name as column_name,
  case when p.pk > 0 then 1 else 0 end as is_key, 1 as is_home
from sqlite_master m join pragma_table_xinfo(m.name) p
where m.type in ('table', 'view') and lower(m.name) in ({names})
order by m.name, p.cid
"""
_ORACLE = """
select c.owner as schema_name, c.table_name as table_name, c.column_name as column_name,
  case when k.column_name is null then 0 else 1 end as is_key,
  case when c.owner = sys_context('USERENV', 'CURRENT_SCHEMA') then 1 else 0 end as is_home
from all_tab_columns c
left join all_constraints p on p.constraint_type = 'P' and p.owner = c.owner and p.table_name = c.table_name
left join all_cons_columns k
  on k.owner = p.owner and k.constraint_name = p.constraint_name and k.column_name = c.column_name
where lower(c.table_name) in ({names})
order by c.owner, c.table_name, c.column_id
"""
_SQLSERVER = """
select s.name as schema_name, o.name as table_name, c.name as column_name,
  case when exists (select 1 from sys.indexes i join sys.index_columns k
                      on k.object_id = i.object_id and k.index_id = i.index_id
                    where i.object_id = o.object_id and i.is_primary_key = 1 and k.column_id = c.column_id)
    then 1 else 0 end as is_key,
  case when s.name = 'dbo' then 1 else 0 end as is_home
from sys.columns c join sys.objects o on o.object_id = c.object_id join sys.schemas s on s.schema_id = o.schema_id
where o.type in ('U', 'V') and lower(o.name) in ({names})
order by s.name, o.name, c.column_id
"""
_TEXTS = {
    "mysql": _MYSQL,
    "postgresql": _POSTGRESQL,
    "sqlite": _SQLITE,
    "oracle": _ORACLE,
    "sqlserver": _SQLSERVER,
}
_QUOTES = {"mysql": ("`", "`"), "sqlserver": ("[", "]")}


def tables_in(sql: str) -> tuple[str, ...]:
    """Every table a statement names between marks, each once."""
    return tuple(dict.fromkeys(mark["table"] for mark in MARK.finditer(sql)))


def names_query(database: Database, tables: Collection[str]) -> Query:
    """Ask the catalogue how tables of these names and their columns are spelt."""
    bare = sorted({table.rpartition(".")[2].lower() for table in tables})
    binds = tuple((f"n{number}", name) for number, name in enumerate(bare))
    names = ", ".join(f":{name}" for name, _table in binds)
    # A server with thousands of tables opens each to tell of its columns, unless it is asked of one schema.
    alone = database.engine == "mysql" and database.database and not any("." in table for table in tables)
    scope = " and c.table_schema = database()" if alone else ""
    return Query(_TEXTS[database.engine].format(names=names, scope=scope), binds, rows=_MOST)


@dataclass(frozen=True, slots=True)
class _Table:
    schema: str
    name: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]
    home: bool


class Names:
    """Tables and columns as a catalogue spells them."""

    def __init__(self, engine: str, rows: Iterable[Row]) -> None:
        self._engine = engine
        grouped: dict[tuple[str, str], list[Row]] = {}
        for row in rows:
            grouped.setdefault((str(row["schema_name"]), str(row["table_name"])), []).append(row)
        self._tables = [_table(schema, name, own) for (schema, name), own in grouped.items()]

    def resolved(self, query: Query) -> str:
        """The statement with every mark replaced; CouldNotLook where the catalogue has no such name."""
        return MARK.sub(lambda mark: self._name(mark["table"], mark["column"], query.hidden), query.sql)

    def _name(self, table: str, column: str | None, hidden: Iterable[str]) -> str:
        found = self._found(table)
        if column is None:
            schema = f"{self._quoted(found.schema)}." if found.schema and not found.home else ""
            return schema + self._quoted(found.name)
        if column in (KEYS, FIRST_KEY):
            return self._keys(found, hidden, first=column == FIRST_KEY)
        spelt = _spelt(column, found.columns)
        if spelt is None:
            raise CouldNotLook(Seen.UNSUPPORTED, f"表 {table} 没有字段 {column}，或账号无权看到")
        return self._quoted(spelt)

    def _found(self, table: str) -> _Table:
        schema, _dot, name = table.rpartition(".")
        same = [t for t in self._tables if t.name.lower() == name.lower()]
        if schema:
            same = [t for t in same if t.schema.lower() == schema.lower()]
        same = [t for t in same if t.home] or same
        same = [t for t in same if t.name == name] or same
        if not same:
            raise CouldNotLook(Seen.UNSUPPORTED, f"没有表 {table}，或账号无权看到")
        if len(same) > 1:
            places = "、".join(sorted(f"{t.schema}.{t.name}" for t in same))
            raise CouldNotLook(Seen.GARBLED, f"有多张名为 {table} 的表：{places}；请写明模式")
        return same[0]

    def _keys(self, table: _Table, hidden: Iterable[str], *, first: bool) -> str:
        if not table.keys:
            raise CouldNotLook(Seen.UNSUPPORTED, "没有主键，不取样例")
        unseen = {name.lower() for name in hidden}
        if any(is_personal(key) or key.lower() in unseen for key in table.keys):
            raise CouldNotLook(Seen.DENIED, "主键属于个人信息，不取样例")
        return ", ".join(f"t.{self._quoted(key)}" for key in table.keys[: 1 if first else None])

    def _quoted(self, name: str) -> str:
        opening, closing = _QUOTES.get(self._engine, ('"', '"'))
        return f"{opening}{name.replace(closing, closing * 2)}{closing}"


def _table(schema: str, name: str, rows: list[Row]) -> _Table:
    columns = tuple(str(row["column_name"]) for row in rows)
    keys = tuple(str(row["column_name"]) for row in rows if row["is_key"])
    return _Table(schema, name, columns, keys, home=bool(rows[0]["is_home"]))


def _spelt(name: str, known: Iterable[str]) -> str | None:
    """The name as it is, else the only one that differs by case alone."""
    columns = tuple(known)
    if name in columns:
        return name
    close = [column for column in columns if column.lower() == name.lower()]
    return close[0] if len(close) == 1 else None
