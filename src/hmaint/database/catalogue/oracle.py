"""The catalogue of Oracle 11.2 and later: the DBA_ views, which SELECT_CATALOG_ROLE may read."""

from __future__ import annotations

from collections.abc import Mapping

from hmaint.model.look import Row

# Accounts that come with the server; ORACLE_MAINTAINED, which would tell, came with 12.1.
_OWN = """
  'SYS', 'SYSTEM', 'OUTLN', 'DBSNMP', 'APPQOSSYS', 'AUDSYS', 'CTXSYS', 'DBSFWUSER', 'DIP', 'DVF', 'DVSYS',
  'EXFSYS', 'GGSYS', 'GSMADMIN_INTERNAL', 'GSMCATUSER', 'GSMUSER', 'LBACSYS', 'MDDATA', 'MDSYS', 'MGMT_VIEW',
  'OJVMSYS', 'OLAPSYS', 'ORACLE_OCM', 'ORDDATA', 'ORDPLUGINS', 'ORDSYS', 'OWBSYS', 'OWBSYS_AUDIT',
  'REMOTE_SCHEDULER_AGENT', 'SI_INFORMTN_SCHEMA', 'SPATIAL_CSW_ADMIN_USR', 'SPATIAL_WFS_ADMIN_USR', 'SYS$UMF',
  'SYSBACKUP', 'SYSDG', 'SYSKM', 'SYSMAN', 'SYSRAC', 'WMSYS', 'XDB', 'XS$NULL', 'ANONYMOUS', 'VECSYS', 'PDBADMIN',
  'APEX_PUBLIC_USER', 'FLOWS_FILES'
"""
_ALL = f"not in ({_OWN})"
_ONE = "= upper(:schema)"
_BLOCK = 8192
"""Bytes of a block, the same in nearly all databases; sizes here are estimates anyway."""

_TABLES = """
select t.owner as schema_name, t.table_name as table_name,
  case t.partitioned when 'YES' then 'partitioned table' else 'table' end as kind, c.comments as meaning,
  t.num_rows as row_estimate, t.blocks * {block} as data_bytes, i.leaf_blocks * {block} as index_bytes
from dba_tables t
left join dba_tab_comments c on c.owner = t.owner and c.table_name = t.table_name
left join (
  select x.table_owner, x.table_name, sum(x.leaf_blocks) as leaf_blocks
  from dba_indexes x group by x.table_owner, x.table_name
) i on i.table_owner = t.owner and i.table_name = t.table_name
where t.nested = 'NO' and t.dropped = 'NO' and t.secondary = 'N' and t.owner {scope}
  and (t.iot_type is null or t.iot_type = 'IOT')
union all
select v.owner, v.view_name, 'view', c.comments, null, null, null
from dba_views v
left join dba_tab_comments c on c.owner = v.owner and c.table_name = v.view_name
where v.owner {scope}
order by 1, 2
"""
# DATA_DEFAULT is a LONG: it may be selected, and nothing else may be done with it.
_COLUMNS = """
select c.owner as schema_name, c.table_name as table_name, c.column_name as column_name,
  c.data_type as type, c.data_length as data_length, c.char_length as char_length, c.char_used as char_used,
  c.data_precision as data_precision, c.data_scale as data_scale, c.nullable as nullable,
  c.data_default as default_value, m.comments as meaning
from dba_tab_columns c
left join dba_col_comments m
  on m.owner = c.owner and m.table_name = c.table_name and m.column_name = c.column_name
where c.owner {scope}
order by c.owner, c.table_name, c.column_id
"""
_INDEXES = """
select i.table_owner as schema_name, i.table_name as table_name, i.index_name as index_name,
  case when c.column_name like 'SYS#_NC%' escape '#' then '（表达式）' else c.column_name end as column_name,
  case when i.uniqueness = 'UNIQUE' then 1 else 0 end as is_unique,
  case when p.constraint_name is null then 0 else 1 end as is_primary
from dba_indexes i
join dba_ind_columns c on c.index_owner = i.owner and c.index_name = i.index_name
left join dba_constraints p
  on p.constraint_type = 'P' and p.owner = i.table_owner and p.table_name = i.table_name
  and p.index_name = i.index_name
where i.table_owner {scope}
order by i.table_owner, i.table_name, i.index_name, c.column_position
"""
_RELATIONS = """
select r.owner as schema_name, r.table_name as table_name, r.constraint_name as relation_name,
  a.column_name as column_name, p.owner as to_schema, p.table_name as to_table, b.column_name as to_column,
  '' as on_update, r.delete_rule as on_delete
from dba_constraints r
join dba_cons_columns a on a.owner = r.owner and a.constraint_name = r.constraint_name
join dba_constraints p on p.owner = r.r_owner and p.constraint_name = r.r_constraint_name
join dba_cons_columns b
  on b.owner = p.owner and b.constraint_name = p.constraint_name and b.position = a.position
where r.constraint_type = 'R' and r.owner {scope}
order by r.owner, r.table_name, r.constraint_name, a.position
"""


def parts(schema: str) -> Mapping[str, str]:
    """Queries of one owner, or of all that do not come with the server; `:schema` where there is one."""
    texts = {"tables": _TABLES, "columns": _COLUMNS, "indexes": _INDEXES, "relations": _RELATIONS}
    return {name: text.format(scope=_ONE if schema else _ALL, block=_BLOCK) for name, text in texts.items()}


def type_of(row: Row) -> str:
    """The type as it would be written in a create table statement."""
    name, precision, scale = str(row["type"]), row["data_precision"], row["data_scale"]
    if name in ("VARCHAR2", "NVARCHAR2", "CHAR", "NCHAR"):
        unit = " CHAR" if row["char_used"] == "C" and name in ("VARCHAR2", "CHAR") else ""
        return f"{name}({row['char_length']}{unit})"
    if name == "RAW":
        return f"RAW({row['data_length']})"
    if name == "NUMBER" and precision is not None:
        return f"NUMBER({precision},{scale})" if scale else f"NUMBER({precision})"
    if name == "NUMBER" and scale == 0:
        return "INTEGER"
    return name


remarks = ("行数和大小为上次收集统计信息时的估计值（按 8 KB 数据块计算）",)
home = ""
