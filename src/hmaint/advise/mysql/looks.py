"""What is asked of MySQL and MariaDB: catalogues and counters only, never a table of the hospital's nor a literal."""

from __future__ import annotations

from hmaint.advise.facts import Look
from hmaint.model.look import Query

_OWN = "('mysql', 'information_schema', 'performance_schema', 'sys')"

VARIABLES = (
    "autocommit",
    "binlog_cache_size",
    "binlog_expire_logs_seconds",
    "event_scheduler",
    "expire_logs_days",
    "general_log",
    "group_replication_group_name",
    "innodb_adaptive_hash_index",
    "innodb_buffer_pool_chunk_size",
    "innodb_buffer_pool_size",
    "innodb_checksum_algorithm",
    "innodb_doublewrite",
    "innodb_file_per_table",
    "innodb_flush_log_at_trx_commit",
    "innodb_log_buffer_size",
    "innodb_log_file_size",
    "innodb_log_files_in_group",
    "innodb_page_size",
    "innodb_print_all_deadlocks",
    "innodb_redo_log_capacity",
    "innodb_stats_auto_recalc",
    "innodb_stats_on_metadata",
    "innodb_stats_persistent",
    "join_buffer_size",
    "log_bin",
    "long_query_time",
    "max_connections",
    "max_heap_table_size",
    "open_files_limit",
    "performance_schema",
    "query_cache_size",
    "query_cache_type",
    "read_buffer_size",
    "read_only",
    "read_rnd_buffer_size",
    "slow_query_log",
    "sort_buffer_size",
    "sync_binlog",
    "table_open_cache",
    "thread_cache_size",
    "thread_handling",
    "thread_stack",
    "tmp_table_size",
    "userstat",
    "wsrep_on",
)
STATUS = (
    "Binlog_cache_disk_use",
    "Binlog_cache_use",
    "Com_select",
    "Connections",
    "Created_tmp_disk_tables",
    "Created_tmp_tables",
    "Innodb_buffer_pool_read_requests",
    "Innodb_buffer_pool_reads",
    "Innodb_log_waits",
    "Innodb_os_log_written",
    "Innodb_redo_log_capacity_resized",
    "Innodb_row_lock_time",
    "Innodb_row_lock_waits",
    "Max_used_connections",
    "Open_tables",
    "Opened_tables",
    "Performance_schema_index_stat_lost",
    "Performance_schema_table_handles_lost",
    "Performance_schema_table_instances_lost",
    "Qcache_hits",
    "Qcache_inserts",
    "Questions",
    "Slow_queries",
    "Sort_merge_passes",
    "Sort_range",
    "Sort_scan",
    "Table_locks_immediate",
    "Table_open_cache_overflows",
    "Table_locks_waited",
    "Threads_created",
    "Uptime",
)


def _listed(names: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{name}'" for name in names) + ")"


# ruff: noqa: S608 - the names put in are constants of this module
_TABLES = f"""
select table_schema as db, table_name as tab, engine as engine, row_format as row_format, table_rows as row_count,
       data_length as data_bytes, index_length as index_bytes, data_free as free_bytes,
       auto_increment as next_number, create_options as options, table_collation as collation_name
from information_schema.tables
where table_type = 'BASE TABLE' and table_schema not in {_OWN}
order by table_schema, table_name
"""

_COLUMNS = f"""
select table_schema as db, table_name as tab, column_name as col, ordinal_position as place, data_type as kind,
       column_type as full_type, is_nullable as nullable, collation_name as collation_name,
       character_octet_length as octets, extra as extra,
       case when extra like '%auto_increment%' then column_comment end as remark
from information_schema.columns where table_schema not in {_OWN}
"""

_INDEXES = f"""
select table_schema as db, table_name as tab, index_name as ix, non_unique as non_unique, seq_in_index as place,
       column_name as col, cardinality as distinct_count, sub_part as prefix, collation as sort_order,
       index_type as kind, index_comment as remark, %s as hidden
from information_schema.statistics where table_schema not in {_OWN}
"""

_FOREIGN = f"""
select constraint_schema as db, table_name as tab, constraint_name as fk, column_name as col,
       ordinal_position as place, referenced_table_schema as other_db, referenced_table_name as other_tab,
       referenced_column_name as other_col
from information_schema.key_column_usage
where referenced_table_name is not null and table_schema not in {_OWN}
"""

_USAGE = f"""
select object_schema as db, object_name as tab, index_name as ix, count_read as reads_done,
       count_insert as inserts, count_update as updates, count_delete as deletes
from performance_schema.table_io_waits_summary_by_index_usage
where object_type = 'TABLE' and object_schema not in {_OWN}
"""

# The counters, and the text that the server itself has freed of every literal. The sample of a statement, which
# newer servers keep beside it, is never read.
_DIGESTS = f"""
select schema_name as db, digest as digest, digest_text as words, count_star as calls,
       round(sum_timer_wait / 1000000000) as total_ms, sum_rows_examined as examined, sum_rows_sent as sent,
       sum_rows_affected as affected, sum_created_tmp_disk_tables as disk_tables,
       sum_sort_merge_passes as merge_passes, sum_no_index_used as no_index, sum_select_full_join as full_joins,
       sum_select_scan as scans
from performance_schema.events_statements_summary_by_digest
where digest is not null and schema_name is not null and schema_name not in {_OWN}
order by %s desc limit %d
"""

_DIGEST_TOTAL = """
select count(*) as digests, sum(count_star) as calls, round(sum(sum_timer_wait) / 1000000000) as total_ms,
       sum(case when digest is null then count_star else 0 end) as lost_calls,
       timestampdiff(second, min(first_seen), now()) as counted
from performance_schema.events_statements_summary_by_digest
"""

_LOCK_WAITS = """
select coalesce(timestampdiff(second, r.trx_wait_started, now()), 0) as seconds, b.trx_mysql_thread_id as blocker,
       r.trx_mysql_thread_id as waiter
"""

_LOCK_WAITS_OLD = _LOCK_WAITS + (
    "from information_schema.innodb_lock_waits w join information_schema.innodb_trx r on r.trx_id = w.requesting_trx_id"
    " join information_schema.innodb_trx b on b.trx_id = w.blocking_trx_id"
)
_LOCK_WAITS_80 = _LOCK_WAITS + (
    "from performance_schema.data_lock_waits w"
    " join information_schema.innodb_trx r on r.trx_id = w.requesting_engine_transaction_id"
    " join information_schema.innodb_trx b on b.trx_id = w.blocking_engine_transaction_id"
)

_TRANSACTIONS = """
select trx_mysql_thread_id as session, timestampdiff(second, trx_started, now()) as seconds, trx_state as state,
       trx_rows_locked as locked, trx_rows_modified as modified
from information_schema.innodb_trx
"""

# Half a minute old waits are told by the state alone; the text of a statement is not read.
_SESSIONS = """
select id as session, time as seconds, state as state from information_schema.processlist
where command <> 'Sleep' and state like 'Waiting for table metadata lock%'
"""

_METRICS = """
select name as name, count as value from information_schema.innodb_metrics
where name in ('trx_rseg_history_len', 'lock_deadlocks')
"""

_STATS = """
select database_name as db, table_name as tab, n_rows as row_count, clustered_index_size as pages,
       timestampdiff(second, last_update, now()) as age
from mysql.innodb_table_stats where database_name not in ('mysql', 'sys')
"""

_PARTITIONS = f"""
select table_schema as db, table_name as tab, max(partition_description = 'MAXVALUE') as open_ended,
       count(*) as parts, max(partition_method) as method, max(partition_expression) as expression,
       datediff(max(case when partition_description = 'MAXVALUE' then null
         when partition_expression like '%to_days%' then from_days(partition_description)
         when partition_expression like 'year(%' then makedate(partition_description, 1)
         when partition_expression like '%unix_timestamp%' then date(from_unixtime(partition_description))
         when partition_method = 'RANGE COLUMNS'
           then str_to_date(replace(partition_description, '''', ''), '%Y-%m-%d') end), curdate()) as days_left
from information_schema.partitions
where partition_method in ('RANGE', 'RANGE COLUMNS') and table_schema not in {_OWN}
  and (partition_expression like '%to_days%' or partition_expression like 'year(%'
       or partition_expression like '%unix_timestamp%'
       or partition_method = 'RANGE COLUMNS'
          and partition_description regexp '^''[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}|^MAXVALUE$')
group by table_schema, table_name
"""

# All that can run out, whatever their bounds are written in; only dates are judged.
_RANGES = f"""
select table_schema as db, table_name as tab from information_schema.partitions
where partition_method in ('RANGE', 'RANGE COLUMNS') and table_schema not in {_OWN}
group by table_schema, table_name having max(partition_description like '%MAXVALUE%') = 0
"""

_EVENTS = """
select db as db, name as event, status = 'ENABLED' as enabled, interval_field as unit, interval_value as every,
       timestampdiff(second, coalesce(last_executed, created), utc_timestamp()) as age
from mysql.event
"""

_EVENTS_80 = """
select e.event_schema as db, e.event_name as event, e.status = 'ENABLED' as enabled, e.interval_field as unit,
       e.interval_value as every,
       timestampdiff(second, coalesce(e.last_executed, e.created), now()) as age
from information_schema.events e
"""

_EVENT_RIGHT = """
select count(*) as rights from information_schema.user_privileges
where privilege_type = 'EVENT' and replace(grantee, char(39), '') = current_user()
"""

_SPACES = """
select substring_index(name, '/', 1) as db, substring_index(name, '/', -1) as tab from information_schema.%s
where space = 0 and name like '%%/%%' and substring_index(name, '/', 1) not in ('mysql', 'sys')
  and substring_index(name, '/', -1) not like 'FTS\\_0%%' and substring_index(name, '/', -1) not like '#%%'
"""

_EIGHT = {"mysql": "8.0"}
_FAMILY = ("mysql", "mariadb")


def _look(name: str, sql: str, *, rows: int = 10_000, limit: float = 30) -> Look:
    return Look(name, Query(sql.strip(), limit=limit, rows=rows))


def _old_and_new(name: str, old: str, new: str) -> tuple[Look, Look]:
    """The same look in the words of MySQL before 8.0 and MariaDB, and of MySQL from 8.0 on."""
    return (
        Look(name, Query(old.strip(), limit=30), before=_EIGHT),
        Look(name, Query(new.strip(), limit=30), flavours=("mysql",), since=_EIGHT),
    )


def _indexes() -> tuple[Look, ...]:
    def look(flavour: str, hidden: str, since: str | None, before: str | None) -> Look:
        return Look(
            "indexes",
            Query((_INDEXES % hidden).strip(), limit=30, rows=200_000),
            flavours=(flavour,),
            since={flavour: since} if since else {},
            before={flavour: before} if before else {},
        )

    return (
        look("mysql", "0", None, "8.0"),
        look("mysql", "is_visible = 'NO'", "8.0", None),
        look("mariadb", "0", None, "10.6"),
        look("mariadb", "ignored = 'YES'", "10.6", None),
    )


LOOKS: tuple[Look, ...] = (
    _look("variables", f"show global variables where variable_name in {_listed(VARIABLES)}"),
    _look("status", f"show global status where variable_name in {_listed(STATUS)}"),
    _look("tables", _TABLES, rows=50_000),
    _look("columns", _COLUMNS, rows=200_000),
    *_indexes(),
    _look("foreign_keys", _FOREIGN, rows=50_000),
    _look("usage", _USAGE, rows=200_000),
    _look("digests", _DIGESTS % ("sum_timer_wait", 300)),
    _look("digests_by_rows", _DIGESTS % ("sum_rows_examined", 200)),
    _look("digest_total", _DIGEST_TOTAL),
    _look("transactions", _TRANSACTIONS),
    *_old_and_new("lock_waits", _LOCK_WAITS_OLD, _LOCK_WAITS_80),
    _look("sessions", _SESSIONS),
    _look("metrics", _METRICS),
    _look("statistics", _STATS, rows=50_000),
    _look("partitions", _PARTITIONS),
    _look("ranges", _RANGES),
    *_old_and_new("events", _EVENTS, _EVENTS_80),
    Look("event_right", Query(_EVENT_RIGHT.strip(), limit=30), flavours=("mysql",), since=_EIGHT),
    *_old_and_new("shared_space", _SPACES % "innodb_sys_tables", _SPACES % "innodb_tables"),
)
