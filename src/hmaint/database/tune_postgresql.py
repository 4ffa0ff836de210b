"""PostgreSQL: tuning outside transactions with short lock time-outs, and tables as the catalogue describes them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql as words

from hmaint.database import postgresql
from hmaint.model.advice import Act, Fix
from hmaint.model.inventory import Database
from hmaint.model.tuning import LOCK, Picture, Pulse

explain = postgresql.explain
Raw = psycopg.Connection[tuple[Any, ...]]

_PULSE = """
select count(*) filter (where late), coalesce(max(extract(epoch from now() - query_start)) filter (where late), 0),
       coalesce(max(extract(epoch from now() - xact_start))
                filter (where backend_type = 'client backend' and datname = current_database()), 0),
       (select max(extract(epoch from replay_lag)) from pg_stat_replication),
       (select count(*) from pg_stat_replication), pg_is_in_recovery(),
       coalesce(bool_or(query = '<insufficient privilege>'), false)
from (select *, wait_event_type = 'Lock' and now() - query_start >= interval '3 seconds' as late
      from pg_stat_activity where pid not in (pg_backend_pid(), %s)) a
"""
_TABLE = """
with t as (select c.oid, c.reloptions from pg_class c join pg_namespace n on n.oid = c.relnamespace
           where n.nspname = %s and c.relname = %s and c.relkind in ('r', 'p', 'm'))
select 'column ' || attname || ' ' || format_type(atttypid, atttypmod)
       || case when attnotnull then ' not null' else '' end || ' statistics ' || coalesce(attstattarget::text, '-1')
  from pg_attribute join t on attrelid = t.oid where attnum > 0 and not attisdropped
union all
select pg_get_indexdef(indexrelid) || case when indisvalid then '' else ' INVALID' end
       || coalesce(' -- ' || obj_description(indexrelid, 'pg_class'), '')
       || coalesce(' ' || (select reloptions::text from pg_class where oid = indexrelid), '')
  from pg_index join t on indrelid = t.oid
union all
select 'constraint ' || conname || ' ' || pg_get_constraintdef(c.oid) from pg_constraint c join t on conrelid = t.oid
union all
select pg_get_statisticsobjdef(s.oid) from pg_statistic_ext s join t on stxrelid = t.oid
union all
select 'options ' || coalesce(reloptions::text, '') from t
"""
_HOLDERS = """
select distinct a.pid, coalesce(a.usename, ''), round(extract(epoch from now() - a.xact_start))
from pg_stat_activity a
left join pg_locks l on l.pid = a.pid and l.relation = to_regclass(%s)
where a.backend_type = 'client backend' and a.datname = current_database() and a.pid not in (pg_backend_pid(), %s)
  and a.xact_start < now() - interval '2 seconds' and (l.pid is not null or a.backend_xmin is not null)
"""
_INVALID = """
select format('%%I.%%I', n.nspname, c.relname), pg_get_indexdef(i.indexrelid)
from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
where i.indrelid = to_regclass(%s) and not i.indisvalid
"""
_SETTING = """
select name || ' = ' || setting || coalesce(' ' || unit, '') || ' (' || source || ' '
       || coalesce(regexp_replace(sourcefile, '^.*/', ''), '') || ')' from pg_settings where name = %s
"""
_RELOADED = 0.5
"""Seconds in which a running session takes over what was read anew."""


def connect(database: Database, password: str | None, workspace: Path) -> tuple[Raw, Callable[[], None]]:
    """Log in, outside any transaction and able to write, with a lock time-out of seconds."""
    line = postgresql.connect(database, password, workspace)
    connection = line.connection
    raw = connection.connection.driver_connection
    # The driver's connection must outlive the one it was made through.
    connection.detach()
    assert isinstance(raw, psycopg.Connection)  # noqa: S101 - what postgresql.connect made
    raw.rollback()
    raw.read_only = None
    raw.autocommit = True
    raw.execute("set default_transaction_read_only = off")
    raw.execute(f"set lock_timeout = '{LOCK}s'")
    raw.execute("set statement_timeout = 0")
    raw.execute("set application_name = 'hmaint db-tune'")
    return raw, line.abort


def own(raw: Raw) -> str:
    """The number of this session."""
    return str(raw.info.backend_pid)


def claim(raw: Raw, database: Database) -> bool:  # noqa: ARG001 - such locks are the database's own
    """By an advisory lock, which ends with the session."""
    row = raw.execute("select pg_try_advisory_lock(hashtext('hmaint tune'))").fetchone()
    return bool(row and row[0])


def pulse(raw: Raw, own: str) -> Pulse:
    """By pg_stat_activity and pg_stat_replication: pg_monitor sees them whole."""
    row = raw.execute(_PULSE, (int(own),)).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    waiting, waited, oldest, lag, replicas, standby, blind = row
    return Pulse(
        int(waiting),
        float(waited),
        float(oldest),
        None if lag is None else float(lag),
        int(replicas),
        "看不到其他会话（缺 pg_monitor）" if blind else "",
        "这是一台备库，应在主库上调优" if standby else "",
    )


def picture(raw: Raw, fix: Fix) -> Picture:
    """Columns, indexes with definition and comment, constraints, statistics, options; of a parameter its value."""
    if fix.act is Act.SET:
        return tuple(line for (line,) in raw.execute(_SETTING, (fix.object,)))
    return tuple(sorted(line for (line,) in raw.execute(_TABLE, (fix.schema, _table(fix)))))


def _table(fix: Fix) -> str:
    return fix.table or fix.object


def _regclass(raw: Raw, fix: Fix) -> str:
    return words.Identifier(fix.schema, _table(fix)).as_string(raw)


def holders(raw: Raw, fix: Fix, own: str) -> tuple[str, ...]:
    """Who holds a lock on the table, or a snapshot that a concurrent build has to wait for."""
    if fix.act is Act.SET:
        return ()
    rows = raw.execute(_HOLDERS, (_regclass(raw, fix), int(own)))
    return tuple(f"会话 {pid}（{user}）的事务已打开 {seconds} 秒" for pid, user, seconds in rows)


def size(raw: Raw, fix: Fix) -> float | None:
    """With indexes and what is stored aside."""
    if fix.act is Act.SET:
        return None
    row = raw.execute("select pg_total_relation_size(to_regclass(%s))", (_regclass(raw, fix),)).fetchone()
    return float(row[0]) if row and row[0] is not None else None


def folder(raw: Raw) -> str:
    """By data_directory, which pg_monitor may read."""
    row = raw.execute("show data_directory").fetchone()
    assert row is not None  # noqa: S101 - SHOW always gives a row
    return str(row[0])


def send(raw: Raw, statement: str) -> None:
    """As it stands, without the driver looking for placeholders."""
    raw.execute(statement.encode())
    if "pg_reload_conf" in statement:
        time.sleep(_RELOADED)


def cancel(raw: Raw, worker: Raw, own: str) -> None:  # noqa: ARG001 - all tuners are called alike
    """pg_cancel_backend, which an account may do to its own sessions."""
    raw.execute("select pg_cancel_backend(%s)", (int(own),))


def running(raw: Raw, session: str, statement: str) -> bool:
    """By the number and the very statement."""
    sql = "select count(*) from pg_stat_activity where pid = %s and query = %s and state = 'active'"
    row = raw.execute(sql, (int(session), statement)).fetchone()
    return bool(row and row[0])


def debris(raw: Raw, fix: Fix, before: Picture) -> tuple[str, ...]:
    """Indexes of the table that are not valid and were not there, or were valid, before."""
    if fix.act is Act.SET:
        return ()
    rows = raw.execute(_INVALID, (_regclass(raw, fix),))
    was = tuple(line for line in before if " INVALID" in line)
    drops = tuple(
        f"DROP INDEX CONCURRENTLY {name}"
        for name, text in rows
        if not any(line.startswith(text) for line in was)
    )
    # An index that was half dropped serves nobody any more: it is made anew.
    return (*drops, *fix.undo) if drops and fix.act is Act.DROP_INDEX else drops


def undo(fix: Fix, before: Picture) -> tuple[str, ...]:  # noqa: ARG001 - all tuners are called alike
    """As advised."""
    return fix.undo


def lacks(raw: Raw, fix: Fix) -> str:
    """Tables are altered by whoever may act as their owner, parameters by a superuser or whoever was given them."""
    if fix.act is Act.SET:
        # Parameters can be given away since version 15.
        given = raw.info.server_version >= 150000  # noqa: PLR2004 - see above
        sql = "select rolsuper" + (" or has_parameter_privilege(%s, 'alter system')" if given else "")
        row = raw.execute(
            f"{sql} from pg_roles where rolname = current_user", (fix.object,) if given else ()
        ).fetchone()
        return "" if row and row[0] else "账号不能 ALTER SYSTEM（须超级用户，或 15 版起单独授予）"
    row = raw.execute(
        "select pg_has_role(relowner, 'usage') from pg_class where oid = to_regclass(%s)",
        (_regclass(raw, fix),),
    ).fetchone()
    return "账号不能代表表的属主操作" if row and not row[0] else ""
