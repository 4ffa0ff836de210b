"""MySQL and MariaDB: a session as it is now, and KILL of its statement or its connection."""

from __future__ import annotations

from sqlalchemy import text

from hmaint.database.dialect import Line
from hmaint.kit.statement import without_values
from hmaint.model.sighting import Means, Sighting

_SESSION = """
select p.id, coalesce(p.user, '') as user, coalesce(p.host, '') as host, coalesce(p.command, '') as command,
       coalesce(p.state, '') as state, p.time, coalesce(p.info, '') as info, p.id = connection_id() as own,
       cast(t.trx_id as char) as trx, cast(t.trx_started as char) as started, coalesce(t.trx_query, '') as query,
       timestampdiff(second, t.trx_started, now()) as open_seconds
from information_schema.processlist p left join information_schema.innodb_trx t on t.trx_mysql_thread_id = p.id
where p.id = :session
"""
_WAITS = """
select cast(r.trx_mysql_thread_id as char) as session, coalesce(max(p.user), '') as user,
       max(timestampdiff(second, r.trx_wait_started, now())) as seconds
from {waits} w
join information_schema.innodb_trx r on r.trx_id = w.{requesting}
join information_schema.innodb_trx b on b.trx_id = w.{blocking}
left join information_schema.processlist p on p.id = r.trx_mysql_thread_id
where b.trx_mysql_thread_id = :session group by 1 order by 3 desc
"""
_OLD = {
    "waits": "information_schema.innodb_lock_waits",
    "requesting": "requesting_trx_id",
    "blocking": "blocking_trx_id",
}
_NEW = {
    "waits": "performance_schema.data_lock_waits",
    "requesting": "requesting_engine_transaction_id",
    "blocking": "blocking_engine_transaction_id",
}
_SERVERS_OWN = ("system user", "event_scheduler", "mysql.session", "mysql.sys", "mariadb.sys")
_REPLICATION = ("Binlog Dump", "Binlog Dump GTID", "Slave_IO", "Slave_SQL", "Slave_worker", "Connect")


def see(line: Line, session: str) -> Sighting | None:
    """Look at a session; None where there is none of that number."""
    row = line.connection.execute(text(_SESSION), {"session": int(session)}).mappings().first()
    # A snapshot of a transaction of ours would show the next look what this one saw.
    line.connection.rollback()
    if row is None:
        return None
    running = row["command"] in ("Query", "Execute")
    return Sighting(
        str(row["id"]),
        (str(row["id"]), row["user"], row["host"], row["trx"] or "", row["started"] or ""),
        row["trx"] or "-",
        row["user"],
        row["host"],
        "",
        row["command"] + (f" / {row['state']}" if row["state"] else ""),
        running,
        row["open_seconds"],
        row["time"],
        without_values(row["info"] or row["query"]),
        _waiting(line, int(session)),
        _protected(row["user"], row["command"], own=bool(row["own"])),
    )


def _waiting(line: Line, session: int) -> tuple[tuple[str, str, int], ...]:
    version = line.connection.dialect.server_version_info or (0,)
    new = not getattr(line.connection.dialect, "is_mariadb", False) and version >= (8, 0)
    query = _WAITS.format(**(_NEW if new else _OLD))
    rows = line.connection.execute(text(query), {"session": session}).all()
    line.connection.rollback()
    return tuple((str(waiter), user, int(seconds or 0)) for waiter, user, seconds in rows)


def _protected(user: str, command: str, *, own: bool) -> str:
    if own:
        return "这是本工具自己的连接"
    if user in _SERVERS_OWN or command == "Daemon":
        return "这是数据库自身的线程"
    return "这是复制线程" if command in _REPLICATION else ""


def act(line: Line, seen: Sighting, means: Means) -> str:
    """End it if it is still the very one that was seen; numbers of connections are never given twice by a server."""
    now = see(line, seen.session)
    if now is None or now.identity != seen.identity or now.protected:
        return ""
    if means == "cancel" and not now.running:
        return ""
    statement = f"KILL {'QUERY' if means == 'cancel' else 'CONNECTION'} {int(seen.session)}"
    line.connection.exec_driver_sql(statement)
    return statement
