"""What is asked of SQL Server: catalogue and dynamic management views of one database, no text of any statement."""

from __future__ import annotations

from hmaint.advise.facts import Look
from hmaint.model.look import Query

# Without VIEW ANY DEFINITION the catalogue shows less without saying so: then every look gives no row at all.
_SEES = "has_perms_by_name(null, null, 'VIEW ANY DEFINITION') = 1"

_SERVER = f"""
select db_name() as db, case when {_SEES} then 1 else 0 end as sees, i.cpu_count as cpus,
       datediff(minute, i.sqlserver_start_time, getdate()) as minutes
from sys.dm_os_sys_info i
"""  # noqa: S608 - constants of our own
_SETTINGS = """
select name, cast(value_in_use as bigint) as value, is_dynamic as dynamic from sys.configurations
where name in (N'max server memory (MB)', N'cost threshold for parallelism', N'max degree of parallelism',
  N'priority boost', N'lightweight pooling', N'fill factor (%)', N'optimize for ad hoc workloads')
"""
_DATABASE = """
select name, is_auto_close_on as auto_close, is_auto_shrink_on as auto_shrink, is_auto_create_stats_on as creates,
       is_auto_update_stats_on as updates, page_verify_option_desc as verifies,
       datediff(minute, create_date, getdate()) as minutes
from sys.databases where name = db_name()
"""
_FILES = f"""
select name, type_desc as kind, round(size / 128.0, 0) as size_mb, growth, is_percent_growth as percents
from sys.master_files where database_id = db_id() and type in (0, 1) and {_SEES}
"""  # noqa: S608 - constants of our own
_TABLES = f"""
select s.name as owner, t.name as name, t.object_id as id, sum(case when p.index_id in (0, 1) then p.row_count
  else 0 end) as total,
       sum(p.used_page_count) as pages, max(case when p.index_id = 0 then 1 else 0 end) as heap,
       max(coalesce(k.keys_of, 0)) as keyed
from sys.tables t
join sys.schemas s on s.schema_id = t.schema_id
join sys.dm_db_partition_stats p on p.object_id = t.object_id
left join (select parent_object_id, count(*) as keys_of from sys.key_constraints group by parent_object_id) k
  on k.parent_object_id = t.object_id
where t.is_ms_shipped = 0 and {_SEES}
group by s.name, t.name, t.object_id
"""  # noqa: S608 - constants of our own
_INDEXES = f"""
select i.object_id as id, i.index_id as number, i.name as name, i.type as type, i.is_unique as uniq,
  i.is_primary_key as main,
       i.is_unique_constraint as constrained, i.is_disabled as disabled, i.is_hypothetical as hypothetical,
         i.has_filter as filtered,
       sum(p.used_page_count) as pages, coalesce(max(u.user_seeks + u.user_scans + u.user_lookups), 0) as reads,
       coalesce(max(u.user_updates), 0) as writes
from sys.indexes i
join sys.tables t on t.object_id = i.object_id and t.is_ms_shipped = 0
left join sys.dm_db_partition_stats p on p.object_id = i.object_id and p.index_id = i.index_id
left join sys.dm_db_index_usage_stats u on u.database_id = db_id() and u.object_id = i.object_id and u.index_id
  = i.index_id
where i.index_id > 0 and {_SEES}
group by i.object_id, i.index_id, i.name, i.type, i.is_unique, i.is_primary_key, i.is_unique_constraint, i.is_disabled,
         i.is_hypothetical, i.has_filter
"""  # noqa: S608 - constants of our own
_COLUMNS = f"""
select x.object_id as id, x.index_id as number, x.key_ordinal as place, x.column_id as field,
  x.is_descending_key as descending
from sys.index_columns x join sys.tables t on t.object_id = x.object_id and t.is_ms_shipped = 0
where {_SEES}
"""  # noqa: S608 - constants of our own
_KEYS = f"""
select f.name as name, f.object_id as id, f.is_disabled as disabled, f.is_not_trusted as untrusted,
  c.parent_object_id as owner,
       c.constraint_column_id as place, c.parent_column_id as field
from sys.foreign_keys f join sys.foreign_key_columns c on c.constraint_object_id = f.object_id
where {_SEES}
"""  # noqa: S608 - constants of our own
_MISSING = """
select top (50) d.object_id as id, coalesce(d.statement, N'') as on_table, coalesce(d.equality_columns, N'') as equal,
       coalesce(d.inequality_columns, N'') as ranged, coalesce(d.included_columns, N'') as included,
       g.user_seeks + g.user_scans as uses, g.avg_user_impact as impact,
       g.avg_total_user_cost * g.avg_user_impact * (g.user_seeks + g.user_scans) as gain
from sys.dm_db_missing_index_group_stats g
join sys.dm_db_missing_index_groups k on k.index_group_handle = g.group_handle
join sys.dm_db_missing_index_details d on d.index_handle = k.index_handle
where d.database_id = db_id()
order by 8 desc
"""
_STATISTICS = f"""
select x.id as id, coalesce(x.name, N'') as name, x.rowcnt as total, x.rowmodctr as changed,
       datediff(day, stats_date(x.id, x.indid), getdate()) as days
from sys.sysindexes x join sys.tables t on t.object_id = x.id and t.is_ms_shipped = 0
where {_SEES}
"""  # noqa: S608 - constants of our own
_IDENTITIES = f"""
select s.name as owner, t.name as table_name, c.name as name,
       case when c.last_value is null then 0
            else round(100.0 * cast(c.last_value as float) / case c.system_type_id when 48 then 255.0 when 52
              then 32767.0
                 when 56 then 2147483647.0 when 127 then 9223372036854775807.0 else power(cast(10 as float),
                   c.precision) end, 1) end as used_pct
from sys.identity_columns c
join sys.tables t on t.object_id = c.object_id
join sys.schemas s on s.schema_id = t.schema_id
where t.is_ms_shipped = 0 and {_SEES}
"""  # noqa: S608 - constants of our own
_BLOCKED = """
select r.session_id as session, r.blocking_session_id as blocker, r.wait_time / 1000 as seconds, r.wait_type as
  wait_kind,
       coalesce(b.login_name, N'') as login, coalesce(b.host_name, N'') as client, coalesce(b.program_name,
         N'') as program
from sys.dm_exec_requests r left join sys.dm_exec_sessions b on b.session_id = r.blocking_session_id
where r.blocking_session_id <> 0
"""
_WAITS = """
select wait_type as wait_kind, wait_time_ms as waited, waiting_tasks_count as tasks from sys.dm_os_wait_stats
where wait_type in (N'THREADPOOL', N'RESOURCE_SEMAPHORE', N'RESOURCE_SEMAPHORE_QUERY_COMPILE')
"""

LOOKS: tuple[Look, ...] = tuple(
    Look(name, Query(sql, rows=100_000))
    for name, sql in (
        ("server", _SERVER),
        ("settings", _SETTINGS),
        ("database", _DATABASE),
        ("files", _FILES),
        ("tables", _TABLES),
        ("indexes", _INDEXES),
        ("columns", _COLUMNS),
        ("keys", _KEYS),
        ("missing", _MISSING),
        ("statistics", _STATISTICS),
        ("identities", _IDENTITIES),
        ("blocked", _BLOCKED),
        ("waits", _WAITS),
    )
)
