"""The catalogue of SQL Server 2008 and later: the sys views, which show what the account has VIEW DEFINITION on."""

from __future__ import annotations

from collections.abc import Mapping

from hmaint.model.look import Row

_TABLES = """
select s.name as schema_name, o.name as table_name,
  case when o.type = 'V' then 'view' else 'table' end as kind, cast(e.value as nvarchar(4000)) as meaning,
  p.row_estimate as row_estimate, p.data_pages * 8192 as data_bytes, p.index_pages * 8192 as index_bytes
from sys.objects o
join sys.schemas s on s.schema_id = o.schema_id
left join sys.extended_properties e
  on e.class = 1 and e.major_id = o.object_id and e.minor_id = 0 and e.name = 'MS_Description'
left join (
  select r.object_id,
    sum(case when r.index_id in (0, 1) and a.type = 1 then r.rows else 0 end) as row_estimate,
    sum(case when r.index_id in (0, 1) then a.total_pages else 0 end) as data_pages,
    sum(case when r.index_id in (0, 1) then 0 else a.total_pages end) as index_pages
  from sys.partitions r
  join sys.allocation_units a
    on a.container_id = case when a.type = 2 then r.partition_id else r.hobt_id end
  group by r.object_id
) p on p.object_id = o.object_id
where o.type in ('U', 'V') and o.is_ms_shipped = 0
order by s.name, o.name
"""
_COLUMNS = """
select s.name as schema_name, o.name as table_name, c.name as column_name, t.name as type,
  c.max_length as max_length, c.precision as number_precision, c.scale as number_scale,
  c.is_nullable as nullable, d.definition as default_value, cast(e.value as nvarchar(4000)) as meaning,
  case when c.is_identity = 1 then 'identity' when c.is_computed = 1 then 'computed' else '' end as extra
from sys.columns c
join sys.objects o on o.object_id = c.object_id
join sys.schemas s on s.schema_id = o.schema_id
join sys.types t on t.user_type_id = c.user_type_id
left join sys.default_constraints d on d.object_id = c.default_object_id
left join sys.extended_properties e
  on e.class = 1 and e.major_id = c.object_id and e.minor_id = c.column_id and e.name = 'MS_Description'
where o.type in ('U', 'V') and o.is_ms_shipped = 0
order by s.name, o.name, c.column_id
"""
_INDEXES = """
select s.name as schema_name, o.name as table_name, i.name as index_name, c.name as column_name,
  i.is_unique as is_unique, i.is_primary_key as is_primary
from sys.indexes i
join sys.objects o on o.object_id = i.object_id
join sys.schemas s on s.schema_id = o.schema_id
join sys.index_columns k on k.object_id = i.object_id and k.index_id = i.index_id
join sys.columns c on c.object_id = k.object_id and c.column_id = k.column_id
where o.type = 'U' and o.is_ms_shipped = 0 and i.is_hypothetical = 0 and k.key_ordinal > 0
order by s.name, o.name, i.name, k.key_ordinal
"""
_RELATIONS = """
select s.name as schema_name, o.name as table_name, f.name as relation_name, c.name as column_name,
  ts.name as to_schema, t.name as to_table, tc.name as to_column,
  f.update_referential_action_desc as on_update, f.delete_referential_action_desc as on_delete
from sys.foreign_keys f
join sys.foreign_key_columns k on k.constraint_object_id = f.object_id
join sys.objects o on o.object_id = f.parent_object_id
join sys.schemas s on s.schema_id = o.schema_id
join sys.columns c on c.object_id = k.parent_object_id and c.column_id = k.parent_column_id
join sys.objects t on t.object_id = f.referenced_object_id
join sys.schemas ts on ts.schema_id = t.schema_id
join sys.columns tc on tc.object_id = k.referenced_object_id and tc.column_id = k.referenced_column_id
order by s.name, o.name, f.name, k.constraint_column_id
"""


def parts(schema: str) -> Mapping[str, str]:  # noqa: ARG001 - a connection sees one database, with all its schemas
    """Queries of every schema of the database that is connected to."""
    return {"tables": _TABLES, "columns": _COLUMNS, "indexes": _INDEXES, "relations": _RELATIONS}


_UNBOUNDED = -1
"""What max_length says of varchar(max)."""


def type_of(row: Row) -> str:
    """The type as it would be written in a create table statement."""
    name, length = str(row["type"]), row["max_length"]
    if name in ("varchar", "char", "varbinary", "binary", "nvarchar", "nchar") and isinstance(length, int):
        # Of the national types max_length counts bytes, two a character.
        shown = length // 2 if name.startswith("n") else length
        return f"{name}(max)" if length == _UNBOUNDED else f"{name}({shown})"
    if name in ("decimal", "numeric"):
        return f"{name}({row['number_precision']},{row['number_scale']})"
    if name in ("datetime2", "time", "datetimeoffset"):
        return f"{name}({row['number_scale']})"
    return name


remarks = ("只包含所用账号可见的表：SQL Server 不向没有 VIEW DEFINITION 权限的账号列出表",)
home = "dbo"
