"""The catalogue of SQLite: sqlite_master and the pragma functions. There are no comments in it."""

from __future__ import annotations

from collections.abc import Mapping

from hmaint.model.look import Row

_TABLES = """
select '' as schema_name, m.name as table_name, m.type as kind, '' as meaning, null as row_estimate,
  null as data_bytes, null as index_bytes
from sqlite_master m
where m.type in ('table', 'view') and substr(m.name, 1, 7) <> 'sqlite_'
order by m.name
"""
_COLUMNS = """
select '' as schema_name, m.name as table_name, p.name as column_name, p.type as type,
  case when p."notnull" = 1 then 0 else 1 end as nullable, p.dflt_value as default_value, '' as meaning,
  case when p.hidden in (2, 3) then 'generated' else '' end as extra, p.pk as key_place
from sqlite_master m join pragma_table_xinfo(m.name) p
where m.type = '{kind}' and substr(m.name, 1, 7) <> 'sqlite_' and p.hidden <> 1
order by m.name, p.cid
"""
_INDEXES = """
select '' as schema_name, m.name as table_name, l.name as index_name,
  coalesce(x.name, '（表达式）') as column_name, l."unique" as is_unique, 0 as is_primary
from sqlite_master m join pragma_index_list(m.name) l join pragma_index_xinfo(l.name) x
where m.type = 'table' and substr(m.name, 1, 7) <> 'sqlite_' and x.key = 1 and l.origin <> 'pk'
order by m.name, l.name, x.seqno
"""
_RELATIONS = """
select '' as schema_name, m.name as table_name, 'fk' || f.id as relation_name, f."from" as column_name,
  '' as to_schema, f."table" as to_table, f."to" as to_column, f.on_update as on_update, f.on_delete as on_delete
from sqlite_master m join pragma_foreign_key_list(m.name) f
where m.type = 'table' and substr(m.name, 1, 7) <> 'sqlite_'
order by m.name, f.id, f.seq
"""
# What ANALYZE left: the first figure of a line is the rows of the table.
_STATISTICS = """
select '' as schema_name, s.tbl as table_name, max(cast(s.stat as integer)) as row_estimate
from sqlite_stat1 s group by s.tbl
"""


def parts(schema: str) -> Mapping[str, str]:  # noqa: ARG001 - a file is one schema
    """Queries of the one file; a view that is broken would spoil the columns of all tables, so it is asked apart."""
    return {
        "tables": _TABLES,
        "columns": _COLUMNS.format(kind="table"),
        "indexes": _INDEXES,
        "relations": _RELATIONS,
        "view_columns": _COLUMNS.format(kind="view"),
        "statistics": _STATISTICS,
    }


def type_of(row: Row) -> str:
    """The declared type; a column may well have none."""
    return str(row["type"] or "").lower() or "（未声明）"


remarks = ("SQLite 没有注释，含义须在补充文件中填写；行数为上次 ANALYZE 的结果，没有统计的表不显示",)
home = ""
