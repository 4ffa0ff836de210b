"""What is asked of a PostgreSQL server as a whole: settings, counters, sessions, statements without their values."""

from __future__ import annotations

from hmaint.advise.facts import Look
from hmaint.model.look import Query

# Sizes are of the last VACUUM or ANALYZE: pg_relation_size would take a lock on every table. Counters are as old as the
# younger of both resets: since version 15 a crash empties them all and is seen in pg_stat_bgwriter alone.
_SERVER = """
select current_setting('server_version_num')::int as version, current_database() as db, pg_is_in_recovery() as standby,
       extract(epoch from now() - greatest(d.stats_reset, (select stats_reset from pg_stat_bgwriter)))::bigint
         as counted,
       current_setting('block_size')::int as block,
       (select count(*) from pg_stat_replication)
         + (select count(*) from pg_replication_slots where slot_type = 'physical' and not active) as standbys,
       d.blks_hit, d.blks_read, d.temp_files, d.temp_bytes, d.deadlocks, d.xact_commit as commits,
         d.xact_rollback as rollbacks,
       (select coalesce(sum(c.relpages::bigint), 0) * current_setting('block_size')::bigint
        from pg_class c where c.relkind in ('r', 'm', 't', 'i')) as size,
       age(b.datfrozenxid) as age, mxid_age(b.datminmxid) as mxid_age
from pg_stat_database d join pg_database b on b.oid = d.datid
where d.datname = current_database()
"""

# reset_val: a session's own value would be hmaint's.
_SETTINGS = """
select name, reset_val as value, coalesce(unit, '') as unit, source, context, pending_restart as pending,
       case when source = 'configuration file' and sourcefile is null then null
            else coalesce(sourcefile like '%postgresql.auto.conf', false) end as auto
from pg_settings
where pending_restart or name like 'enable\\_%' or name in (
  'fsync', 'full_page_writes', 'synchronous_commit', 'autovacuum', 'track_counts', 'track_activities', 'shared_buffers',
  'effective_cache_size', 'work_mem', 'maintenance_work_mem', 'default_statistics_target', 'max_connections',
  'superuser_reserved_connections', 'random_page_cost', 'seq_page_cost', 'checkpoint_timeout',
    'checkpoint_completion_target',
  'max_wal_size', 'wal_buffers', 'log_min_duration_statement', 'log_lock_waits', 'log_checkpoints',
  'log_autovacuum_min_duration', 'idle_in_transaction_session_timeout', 'autovacuum_freeze_max_age',
  'autovacuum_vacuum_scale_factor', 'bgwriter_lru_maxpages', 'zero_damaged_pages', 'ignore_checksum_failure',
  'shared_preload_libraries', 'pg_stat_statements.max', 'log_temp_files', 'autovacuum_naptime',
    'old_snapshot_threshold')
"""

_CHECKPOINTS_16 = """
select checkpoints_timed as timed, checkpoints_req as requested, maxwritten_clean as stopped,
       extract(epoch from now() - stats_reset)::bigint as counted from pg_stat_bgwriter
"""
_CHECKPOINTS = """
select c.num_timed as timed, c.num_requested as requested, b.maxwritten_clean as stopped,
       extract(epoch from now() - greatest(c.stats_reset, b.stats_reset))::bigint as counted
from pg_stat_checkpointer c cross join pg_stat_bgwriter b
"""
_WAL = """
select wal_buffers_full as full, wal_records as records, extract(epoch from now() - stats_reset)::bigint as
  counted from pg_stat_wal
"""

# An account without pg_monitor sees other sessions with an empty state: those rows give no figure.
_SESSIONS = """
select pid, coalesce(usename, '') as account, coalesce(client_addr::text, '本机') as client,
  coalesce(application_name, '') as program,
       state, round(extract(epoch from now() - xact_start)) as transaction_s, round(extract(epoch from now() -
         state_change)) as state_s,
       coalesce(wait_event_type, '') as wait, round(extract(epoch from now() - query_start)) as query_s,
       case when wait_event_type = 'Lock' then array_to_string(pg_blocking_pids(pid), ', ') else '' end as blockers,
       age(backend_xmin) as held
from pg_stat_activity
where (backend_type = 'client backend' or (backend_type is null and datid is not null)) and pid <> pg_backend_pid()
"""
_PREPARED = """
select gid, owner, database as db, round(extract(epoch from now() - prepared)) as seconds from pg_prepared_xacts
"""
_SLOTS = """
select slot_name as name, active, coalesce(age(xmin), age(catalog_xmin), 0) as held, coalesce(pg_wal_lsn_diff(
         case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end,
           restart_lsn), 0)::bigint as retained
from pg_replication_slots
"""
_STATEMENTS = """
select s.queryid::text as id, left(s.query, 8000) as query, s.calls, s.{total} as total_ms, s.{mean} as mean_ms,
       s.{deviation} as deviation_ms, s.rows, s.shared_blks_hit + s.shared_blks_read as blocks,
       s.temp_blks_read + s.temp_blks_written as temp
from pg_stat_statements s
where s.dbid = (select oid from pg_database where datname = current_database())
  and s.userid <> (select oid from pg_roles where rolname = current_user) and s.queryid is not null
order by s.{total} desc limit 300
"""
_NEW = _STATEMENTS.format(total="total_exec_time", mean="mean_exec_time", deviation="stddev_exec_time")
_OLD = _STATEMENTS.format(total="total_time", mean="mean_time", deviation="stddev_time")
_EXTENSIONS = "select extname as name, extversion as version from pg_extension"
_LOST = """
select dealloc as lost, extract(epoch from now() - stats_reset)::bigint as counted from pg_stat_statements_info
"""

_OWN = ("postgresql",)


def _look(name: str, sql: str, since: str = "", before: str = "") -> Look:
    return Look(
        name,
        Query(sql),
        _OWN,
        {"postgresql": since} if since else {},
        {"postgresql": before} if before else {},
    )


LOOKS: tuple[Look, ...] = (
    _look("server", _SERVER),
    _look("settings", _SETTINGS),
    _look("checkpoints", _CHECKPOINTS_16, before="17"),
    _look("checkpoints", _CHECKPOINTS, since="17"),
    _look("wal", _WAL, since="14"),
    _look("sessions", _SESSIONS),
    _look("prepared", _PREPARED),
    _look("slots", _SLOTS),
    _look("extensions", _EXTENSIONS),
    _look("statements", _OLD, before="13"),
    _look("statements", _NEW, since="13"),
    _look("lost", _LOST, since="14"),
)
