"""The catalogue of PostgreSQL: pg_catalog, which every account may read. Nothing here opens or locks a table."""

from __future__ import annotations

from collections.abc import Mapping

from hmaint.model.look import Row

# What belongs to an extension is not the hospital's, and partitions are told with their parent.
_OURS = """
  n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'
  and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
  and not exists (select 1 from pg_depend e
                  where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
"""
# Sizes from relpages and not pg_relation_size(), which would wait for whoever holds the table exclusively. An
# estimate of 0 means an empty table only from PostgreSQL 14 on; before that it also means: never counted.
_TABLES = f"""
with part as (
  select c.oid, coalesce(i.inhparent, c.oid) as whole, c.reltuples as counted,
    pg_stat_get_live_tuples(c.oid) as live, c.relpages + coalesce(t.relpages, 0) as pages,
    (select coalesce(sum(x.relpages), 0) from pg_index d join pg_class x on x.oid = d.indexrelid
     where d.indrelid = c.oid) as index_pages
  from pg_class c
  left join pg_inherits i on i.inhrelid = c.oid and c.relispartition
  left join pg_class t on t.oid = c.reltoastrelid
  where c.relkind in ('r', 'm')
), known as (
  select p.whole, sum(case when p.counted > 0 then p.counted when p.live > 0 then p.live
      when p.counted = 0 and current_setting('server_version_num')::int >= 140000 then 0 end) as row_estimate,
    sum(p.pages) as pages, sum(p.index_pages) as index_pages
  from part p group by p.whole
)
select n.nspname as schema_name, c.relname as table_name,
  case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table'
    when 'p' then 'partitioned table' else 'table' end as kind,
  d.description as meaning, round(k.row_estimate::numeric) as row_estimate,
  k.pages * current_setting('block_size')::bigint as data_bytes,
  k.index_pages * current_setting('block_size')::bigint as index_bytes
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
left join known k on k.whole = c.oid
left join pg_description d on d.objoid = c.oid and d.classoid = 'pg_class'::regclass and d.objsubid = 0
where {_OURS}
order by n.nspname, c.relname
"""  # noqa: S608 - put together of our own pieces
_COLUMNS = f"""
select n.nspname as schema_name, c.relname as table_name, a.attname as column_name,
  format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable,
  pg_get_expr(v.adbin, v.adrelid) as default_value, d.description as meaning,
  case when a.attidentity <> '' then 'identity' else '' end as extra
from pg_attribute a
join pg_class c on c.oid = a.attrelid
join pg_namespace n on n.oid = c.relnamespace
left join pg_attrdef v on v.adrelid = a.attrelid and v.adnum = a.attnum
left join pg_description d
  on d.objoid = c.oid and d.classoid = 'pg_class'::regclass and d.objsubid = a.attnum
where a.attnum > 0 and not a.attisdropped and {_OURS}
order by n.nspname, c.relname, a.attnum
"""  # noqa: S608 - put together of our own pieces
_INDEXES = f"""
select n.nspname as schema_name, c.relname as table_name, x.relname as index_name,
  pg_get_indexdef(i.indexrelid, s.place, true) as column_name,
  i.indisunique as is_unique, i.indisprimary as is_primary
from pg_index i
join pg_class x on x.oid = i.indexrelid
join pg_class c on c.oid = i.indrelid
join pg_namespace n on n.oid = c.relnamespace
cross join lateral generate_series(1, coalesce((to_jsonb(i) ->> 'indnkeyatts')::int, i.indnatts)) s (place)
where {_OURS}
order by n.nspname, c.relname, i.indisprimary desc, x.relname, s.place
"""  # noqa: S608 - put together of our own pieces
_RELATIONS = f"""
select n.nspname as schema_name, c.relname as table_name, r.conname as relation_name, a.attname as column_name,
  tn.nspname as to_schema, tc.relname as to_table, ta.attname as to_column,
  case r.confupdtype when 'a' then 'NO ACTION' when 'r' then 'RESTRICT' when 'c' then 'CASCADE'
    when 'n' then 'SET NULL' else 'SET DEFAULT' end as on_update,
  case r.confdeltype when 'a' then 'NO ACTION' when 'r' then 'RESTRICT' when 'c' then 'CASCADE'
    when 'n' then 'SET NULL' else 'SET DEFAULT' end as on_delete
from pg_constraint r
join pg_class c on c.oid = r.conrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_class tc on tc.oid = r.confrelid
join pg_namespace tn on tn.oid = tc.relnamespace
cross join lateral unnest(r.conkey, r.confkey) with ordinality u (own, other, place)
join pg_attribute a on a.attrelid = r.conrelid and a.attnum = u.own
join pg_attribute ta on ta.attrelid = r.confrelid and ta.attnum = u.other
where r.contype = 'f' and not tc.relispartition and {_OURS}
order by n.nspname, c.relname, r.conname, u.place
"""  # noqa: S608 - put together of our own pieces


def parts(schema: str) -> Mapping[str, str]:  # noqa: ARG001 - a connection sees one database, with all its schemas
    """Queries of every schema that is not the server's own."""
    return {"tables": _TABLES, "columns": _COLUMNS, "indexes": _INDEXES, "relations": _RELATIONS}


_SHORT = (
    ("character varying", "varchar"),
    ("character(", "char("),
    ("timestamp without time zone", "timestamp"),
    ("timestamp with time zone", "timestamptz"),
    ("time without time zone", "time"),
)


def type_of(row: Row) -> str:
    """The type by the shorter of the server's own names."""
    name = str(row["type"])
    for long, short in _SHORT:
        name = name.replace(long, short)
    return name


remarks = ("行数为统计估计值，大小按上次统计的页数计算，不含索引以外的空闲空间",)
home = "public"
