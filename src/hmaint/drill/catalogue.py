"""What is asked of a restored database, in each engine's words; the same questions go to its original, read-only."""

# ruff: noqa: S608 - put together from our own words, and from names of the database's own catalogue, quoted

from __future__ import annotations

from collections.abc import Sequence

ENGINES = ("mysql", "postgresql", "sqlite")
_SYSTEM = "'mysql', 'information_schema', 'performance_schema', 'sys'"
_PG_USER = "n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg_toast%'"
_PG_NAME = "case n.nspname when 'public' then c.relname else n.nspname || '.' || c.relname end"

_TABLES = {
    "mysql": "select table_name as name from information_schema.tables"
    " where table_schema = {database} and table_type = 'BASE TABLE' order by 1",
    "postgresql": f"select {_PG_NAME} as name from pg_class c join pg_namespace n on n.oid = c.relnamespace"
    f" where c.relkind in ('r', 'p') and not c.relispartition and {_PG_USER} order by 1",
    "sqlite": "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by 1",
}
_OBJECTS = {
    "mysql": "select 'views' as kind, count(*) as n from information_schema.views where table_schema = {database}"
    " union all select 'triggers', count(*) from information_schema.triggers where trigger_schema = {database}"
    " union all select 'routines', count(*) from information_schema.routines where routine_schema = {database}"
    " union all select 'events', count(*) from information_schema.events where event_schema = {database}"
    " union all select 'foreign_keys', count(*) from information_schema.table_constraints"
    " where table_schema = {database} and constraint_type = 'FOREIGN KEY'",
    "postgresql": "select 'views' as kind, count(*) as n from pg_class c join pg_namespace n on n.oid = c.relnamespace"
    f" where c.relkind in ('v', 'm') and {_PG_USER}"
    " union all select 'triggers', count(*) from pg_trigger where not tgisinternal"
    " union all select 'routines', count(*) from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
    f" where {_PG_USER}"
    " and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')"
    " union all select 'foreign_keys', count(*) from pg_constraint where contype = 'f'",
    "sqlite": "select 'views' as kind, count(*) as n from sqlite_master where type = 'view'"
    " union all select 'triggers', count(*) from sqlite_master where type = 'trigger'",
}
_COLUMNS = {
    "mysql": "select table_name as t, column_name as c, data_type as k, coalesce(character_set_name, '') as cs"
    " from information_schema.columns where table_schema = {database} order by table_name, ordinal_position",
    "postgresql": f"select {_PG_NAME} as t, a.attname as c, format_type(a.atttypid, null) as k, '' as cs"
    " from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace"
    f" where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p') and not c.relispartition and {_PG_USER}"
    " order by 1, a.attnum",
    "sqlite": "select m.name as t, p.name as c, lower(p.type) as k, '' as cs"
    " from sqlite_master m, pragma_table_info(m.name) p"
    " where m.type = 'table' and m.name not like 'sqlite_%' order by m.name, p.cid",
}
_KEYS = {
    "mysql": "select constraint_name as k, table_name as t, column_name as c, referenced_table_name as rt,"
    " referenced_column_name as rc from information_schema.key_column_usage"
    " where table_schema = {database} and referenced_table_name is not null and referenced_table_schema = {database}"
    " order by table_name, constraint_name, ordinal_position",
    "postgresql": "select k.conname as k, " + _PG_NAME + " as t, a.attname as c,"
    " case rn.nspname when 'public' then r.relname else rn.nspname || '.' || r.relname end as rt, ra.attname as rc"
    " from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace"
    " join pg_class r on r.oid = k.confrelid join pg_namespace rn on rn.oid = r.relnamespace"
    " cross join lateral unnest(k.conkey, k.confkey) with ordinality as u(mine, other, place)"
    " join pg_attribute a on a.attrelid = c.oid and a.attnum = u.mine"
    " join pg_attribute ra on ra.attrelid = r.oid and ra.attnum = u.other"
    " where k.contype = 'f' and k.conparentid = 0 order by 2, 1, u.place",
    "sqlite": 'select m.name || \'_\' || f.id as k, m.name as t, f."from" as c, f."table" as rt,'
    ' coalesce(f."to", f."from") as rc from sqlite_master m, pragma_foreign_key_list(m.name) f'
    " where m.type = 'table' order by m.name, f.id, f.seq",
}
SCHEMAS = (
    "select table_schema, count(*) from information_schema.tables"
    f" where table_schema not in ({_SYSTEM}) group by table_schema order by 2 desc"
)
"""Which databases a MySQL dump brought, the biggest first."""


def literal(text: str) -> str:
    """Quote a name as a text."""
    return "'" + text.replace("'", "''") + "'"


def tables(engine: str, database: str) -> str:
    """Ask for the names of the tables."""
    return _TABLES[engine].format(database=literal(database))


def objects(engine: str, database: str) -> str:
    """Ask how many objects of each kind there are."""
    return _OBJECTS[engine].format(database=literal(database))


def columns(engine: str, database: str) -> str:
    """Ask for the columns of every table with their types."""
    return _COLUMNS[engine].format(database=literal(database))


def keys(engine: str, database: str) -> str:
    """Ask for the foreign keys, a row for each pair of columns."""
    return _KEYS[engine].format(database=literal(database))


def quoted(engine: str, name: str) -> str:
    """Quote the name of a table or a column; a table may stand in a schema."""
    if engine == "mysql":
        return "`" + name.replace("`", "``") + "`"
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))


def counts(engine: str, names: Sequence[str]) -> str:
    """Ask for the number of rows of some tables, in one statement."""
    one = "select {word} as t, count(*) as n from {table}"
    return " union all ".join(one.format(word=literal(n), table=quoted(engine, n)) for n in names)


def orphans(engine: str, table: str, parent: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Ask how many rows of a table name a parent that is not there."""

    def q(name: str) -> str:
        return quoted(engine, name)

    joined = " and ".join(f"p.{q(theirs)} = c.{q(mine)}" for mine, theirs in pairs)
    given = " and ".join(f"c.{q(mine)} is not null" for mine, _theirs in pairs)
    return (
        f"select count(*) as n from {q(table)} c where {given}"
        f" and not exists (select 1 from {q(parent)} p where {joined})"
    )


def fingerprint(engine: str, table: str, where: str, of: Sequence[tuple[str, str]]) -> str:
    """Ask for a table's content in two numbers, whatever the order of its rows and the version of the server.

    `of` are its columns with their types.
    """
    words = [_spelt(engine, quoted(engine, name), kind) for name, kind in of]
    condition = f" where {where}" if where else ""
    if engine == "mysql":
        row = f"md5(concat_ws('|', {', '.join(words)}))"
        number = f"cast(conv(substr({row}, 1, 12), 16, 10) as decimal(20))"
    else:
        row = f"md5(concat_ws('|', {', '.join(words)}))"
        number = f"('x' || substr({row}, 1, 12))::bit(48)::bigint"
    return f"select count(*) as n, coalesce(sum({number}), 0) as f from {quoted(engine, table)}{condition}"


def _spelt(engine: str, name: str, kind: str) -> str:
    if engine == "mysql":
        plain = kind in {
            "binary",
            "varbinary",
            "blob",
            "tinyblob",
            "mediumblob",
            "longblob",
            "bit",
            "geometry",
        }
        return (
            f"coalesce(hex({name}), '~')"
            if plain
            else f"coalesce(hex(cast({name} as char charset utf8mb4)), '~')"
        )
    if kind == "timestamp with time zone":
        return f"coalesce(extract(epoch from {name})::text, '~')"
    return f"coalesce({name}::text, '~')"
