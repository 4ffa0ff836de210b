"""The catalogue of MySQL and MariaDB: information_schema, which shows a table to whoever has some right on it."""

from __future__ import annotations

from collections.abc import Mapping

from hmaint.model.look import Row

_ALL = "not in ('mysql', 'information_schema', 'performance_schema', 'sys')"
_ONE = "= :schema"

_TABLES = """
select t.table_schema as schema_name, t.table_name as table_name, t.table_type as kind,
  case when t.table_type like '%VIEW%' then '' else t.table_comment end as meaning,
  t.table_rows as row_estimate, t.data_length as data_bytes, t.index_length as index_bytes
from information_schema.tables t
where t.table_type <> 'SEQUENCE' and t.table_schema {scope}
order by t.table_schema, t.table_name
"""
_COLUMNS = """
select c.table_schema as schema_name, c.table_name as table_name, c.column_name as column_name,
  c.column_type as type, c.is_nullable as nullable, c.column_default as default_value,
  c.column_comment as meaning, c.extra as extra
from information_schema.columns c
where c.table_schema {scope}
order by c.table_schema, c.table_name, c.ordinal_position
"""
_INDEXES = """
select s.table_schema as schema_name, s.table_name as table_name, s.index_name as index_name,
  coalesce(s.column_name, '（表达式）') as column_name,
  case when s.non_unique = 0 then 1 else 0 end as is_unique,
  case when s.index_name = 'PRIMARY' then 1 else 0 end as is_primary
from information_schema.statistics s
where s.table_schema {scope}
order by s.table_schema, s.table_name, s.index_name, s.seq_in_index
"""
_RELATIONS = """
select k.table_schema as schema_name, k.table_name as table_name, k.constraint_name as relation_name,
  k.column_name as column_name, k.referenced_table_schema as to_schema, k.referenced_table_name as to_table,
  k.referenced_column_name as to_column, r.update_rule as on_update, r.delete_rule as on_delete
from information_schema.key_column_usage k
join information_schema.referential_constraints r
  on r.constraint_schema = k.constraint_schema and r.constraint_name = k.constraint_name
  and r.table_name = k.table_name
where k.referenced_table_name is not null and k.table_schema {scope}
order by k.table_schema, k.table_name, k.constraint_name, k.ordinal_position
"""


def parts(schema: str) -> Mapping[str, str]:
    """Queries of one schema, or of all that are not the server's own; each wants `:schema` where there is one."""
    texts = {"tables": _TABLES, "columns": _COLUMNS, "indexes": _INDEXES, "relations": _RELATIONS}
    return {name: text.format(scope=_ONE if schema else _ALL) for name, text in texts.items()}


def type_of(row: Row) -> str:
    """The type as the server writes it."""
    return str(row["type"])


remarks = ("只包含所用账号可见的表：MySQL/MariaDB 不向没有任何权限的账号列出表",)
home = ""
