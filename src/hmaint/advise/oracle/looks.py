"""What is asked of Oracle: catalogue and V$ views that belong to no pack, no text of any statement."""

from __future__ import annotations

from hmaint.advise.facts import Look
from hmaint.model.look import Query

_SYSTEM = (
    ",SYS,SYSTEM,OUTLN,DBSNMP,DIP,XDB,XS$NULL,ANONYMOUS,WMSYS,EXFSYS,CTXSYS,MDSYS,MDDATA,ORDSYS,ORDDATA,ORDPLUGINS,"
    "SI_INFORMTN_SCHEMA,OLAPSYS,SYSMAN,MGMT_VIEW,APPQOSSYS,ORACLE_OCM,FLOWS_FILES,APEX_PUBLIC_USER,APEX_030200,"
    "APEX_040200,APEX_050000,OWBSYS,OWBSYS_AUDIT,SPATIAL_CSW_ADMIN_USR,SPATIAL_WFS_ADMIN_USR,LBACSYS,DVSYS,DVF,AUDSYS,"
    "GSMADMIN_INTERNAL,GSMUSER,GSMCATUSER,GSMROOTUSER,SYSBACKUP,SYSDG,SYSKM,SYSRAC,SYS$UMF,OJVMSYS,DBSFWUSER,"
    "REMOTE_SCHEDULER_AGENT,GGSYS,GGSHAREDCAP,DGPDB_INT,BAASSYS,VECSYS,PDBADMIN,PUBLIC,"
)
"""Schemas Oracle makes for itself (Database Security Guide, predefined accounts); 11g cannot tell them by itself."""

_PARAMETERS = """
select name, value, display_value as shown, issys_modifiable as modifiable from v$parameter
where name in ('statistics_level', 'optimizer_mode', 'cursor_sharing', 'db_block_checksum', 'commit_logging',
  'commit_wait',
  'pga_aggregate_target', 'memory_target', 'undo_retention', 'processes', 'sessions', 'db_block_size',
    'optimizer_index_cost_adj',
  'recyclebin', 'open_cursors', 'session_cached_cursors')
"""
_OPTIONS = "select parameter, value from v$option where parameter = 'Online Index Build'"
_LIMITS = """
select resource_name, max(max_utilization) as most, max(limit_value) as limit_value from gv$resource_limit
where resource_name in ('processes', 'sessions', 'transactions') group by resource_name
"""
_MEMORY = """
select 'pga over allocation' as what, sum(value) as figure from gv$pgastat where name = 'over allocation count'
union all
select 'shared pool failures', sum(request_failures) from gv$shared_pool_reserved
"""
_UNDO = """
select sum(ssolderrcnt) as too_old, sum(nospaceerrcnt) as no_space, max(maxquerylen) as longest
from gv$undostat where begin_time > sysdate - 7
"""
_REDO = """
select t.thread#, nvl(h.most, 0) as most, g.groups_of, g.smallest from v$thread t
join (select thread#, count(*) as groups_of, min(bytes) as smallest from v$log group by thread#) g on g.thread#
  = t.thread#
left join (
  select c.thread#, max(c.switches) as most
  from (select l.thread#, to_char(l.first_time, 'YYYYMMDDHH24') as hour_of, count(*) as switches
        from v$log_history l where l.first_time > sysdate - 7
        group by l.thread#, to_char(l.first_time, 'YYYYMMDDHH24')) c
  group by c.thread#) h on h.thread# = t.thread#
"""
_STATEMENTS = """
select q.sql_id, q.schema_of, q.executions, q.elapsed, q.gets, q.disk_reads, q.versions
from (select a.sql_id, a.parsing_schema_name as schema_of, a.executions, a.elapsed_time as elapsed,
  a.buffer_gets as gets,
             a.disk_reads, a.version_count as versions, row_number() over (order by a.elapsed_time desc) as nth
      from v$sqlarea a where instr(:schemas, ',' || a.parsing_schema_name || ',') = 0) q
where q.nth <= 300
"""
_LITERALS = """
select to_char(force_matching_signature) as signature, min(parsing_schema_name) as schema_of, min(sql_id) as
  sql_id, count(*) as copies
from v$sqlarea where force_matching_signature > 0 and instr(:schemas, ',' || parsing_schema_name || ',') = 0
group by force_matching_signature having count(*) > 100
"""
_PLANS = """
select p.sql_id, p.object_owner as owner, p.object_name as table_name,
       max(case when p.operation = 'TABLE ACCESS' and p.options like '%FULL%' then 1 else 0 end) as full_scan,
       max(case when instr(p.filter_predicates, 'INTERNAL_FUNCTION(') > 0 or instr(p.filter_predicates,
         'TO_NUMBER(') > 0
                then 1 else 0 end) as converts
from v$sql_plan p
where p.object_owner is not null and instr(:schemas, ',' || p.object_owner || ',') = 0
group by p.sql_id, p.object_owner, p.object_name
"""
_TABLES = """
select t.owner, t.table_name, nvl(t.num_rows, 0) as num_rows, nvl(t.blocks, 0) as blocks, nvl(t.avg_row_len, 0)
  as avg_row_len,
       nvl(t.chain_cnt, 0) as chain_cnt, t.pct_free, t.partitioned, case when t.last_analyzed is null then 0
         else 1 end as analyzed,
       nvl(s.stale_stats, '-') as stale, nvl(s.stattype_locked, '-') as locked, nvl(k.keys, 0) as keys
from dba_tables t
left join dba_tab_statistics s on s.owner = t.owner and s.table_name = t.table_name and s.object_type = 'TABLE'
left join (select owner, table_name, count(*) as keys from dba_constraints
           where constraint_type in ('P', 'U') group by owner, table_name) k
  on k.owner = t.owner and k.table_name = t.table_name
where t.temporary = 'N' and t.iot_type is null and t.nested = 'NO' and t.secondary = 'N' and t.dropped = 'NO'
  and instr(:schemas, ',' || t.owner || ',') = 0
"""
_INDEXES = """
select i.owner, i.index_name, i.table_owner, i.table_name, i.index_type, i.uniqueness, i.status, i.visibility,
  i.partitioned,
       nvl(i.blevel, 0) as blevel, nvl(i.leaf_blocks, 0) as leaf_blocks, nvl(i.num_rows, 0) as num_rows,
       nvl(i.distinct_keys, 0) as distinct_keys, nvl(k.constraint_name, '-') as constraint_name, c.column_list
from dba_indexes i
join (select index_owner, index_name, listagg(column_name || case when descend = 'DESC' then ' DESC' else '' end, ',')
             within group (order by column_position) as column_list
      from dba_ind_columns where instr(:schemas, ',' || table_owner || ',') = 0 group by index_owner, index_name) c
  on c.index_owner = i.owner and c.index_name = i.index_name
left join (select index_owner, index_name, min(constraint_name) as constraint_name from dba_constraints
           where index_name is not null group by index_owner, index_name) k
  on k.index_owner = i.owner and k.index_name = i.index_name
where instr(:schemas, ',' || i.table_owner || ',') = 0
"""
_KEYS = """
select c.owner, c.table_name, c.constraint_name, c.r_constraint_name as parent, q.column_list
from dba_constraints c
join (select owner, constraint_name, listagg(column_name, ',') within group (order by position) as column_list
      from dba_cons_columns where instr(:schemas, ',' || owner || ',') = 0 group by owner, constraint_name) q
  on q.owner = c.owner and q.constraint_name = c.constraint_name
where c.constraint_type = 'R' and c.status = 'ENABLED' and instr(:schemas, ',' || c.owner || ',') = 0
"""
_USAGE = """
select i.owner, i.index_name, round(sysdate - nvl(u.last_used, o.created)) as days_idle, w.tracked, w.fresh
from dba_indexes i
cross join (select round(sysdate - min(last_used)) as tracked, round(sysdate - max(last_used)) as fresh
            from dba_index_usage) w
join dba_objects o on o.owner = i.owner and o.object_name = i.index_name and o.object_type = 'INDEX'
left join dba_index_usage u on u.object_id = o.object_id
where i.uniqueness = 'NONUNIQUE' and i.index_type = 'NORMAL' and instr(:schemas, ',' || i.owner || ',') = 0
"""
_SEQUENCES = """
select sequence_owner as owner, sequence_name, round(last_number * 100 / max_value, 1) as used_pct, cache_size,
  last_number
from dba_sequences
where increment_by > 0 and max_value > 0 and cycle_flag = 'N' and instr(:schemas, ',' || sequence_owner || ',') = 0
"""
_SESSIONS = """
select to_char(s.inst_id) || ',' || to_char(s.sid) as waiting,
       to_char(s.final_blocking_instance) || ',' || to_char(s.final_blocking_session) as blocking,
       round(s.wait_time_micro / 1000000) as seconds, s.event, s.username as account, s.machine as client
from gv$session s where s.blocking_session is not null and s.state = 'WAITING'
"""
_TRANSACTIONS = """
select to_char(s.inst_id) || ',' || to_char(s.sid) as session_of, s.username as account, s.machine as client,
       round((sysdate - t.start_date) * 86400) as seconds, t.used_ublk as undo_blocks
from gv$transaction t join gv$session s on s.inst_id = t.inst_id and s.saddr = t.ses_addr
"""
_TASK = "select client_name, status from dba_autotask_client where client_name = 'auto optimizer stats collection'"
_BIN = "select owner, count(*) as things, sum(space) as blocks from dba_recyclebin group by owner"


def _look(name: str, sql: str, since: str = "", rows: int = 100_000) -> Look:
    binds = (("schemas", _SYSTEM),) if ":schemas" in sql else ()
    return Look(name, Query(sql, binds, rows=rows), since={"oracle": since} if since else {})


LOOKS: tuple[Look, ...] = (
    _look("parameters", _PARAMETERS),
    _look("options", _OPTIONS),
    _look("limits", _LIMITS),
    _look("memory", _MEMORY),
    _look("undo", _UNDO),
    _look("redo", _REDO),
    _look("statements", _STATEMENTS),
    _look("literals", _LITERALS),
    _look("plans", _PLANS),
    _look("tables", _TABLES),
    _look("indexes", _INDEXES),
    _look("keys", _KEYS),
    _look("usage", _USAGE, "12.2"),
    _look("sequences", _SEQUENCES),
    _look("sessions", _SESSIONS),
    _look("transactions", _TRANSACTIONS),
    _look("task", _TASK),
    _look("bin", _BIN),
)
