"""PostgreSQL: a session as it is now, and pg_cancel_backend or pg_terminate_backend of that very one."""

from __future__ import annotations

from sqlalchemy import text

from hmaint.database.dialect import Line
from hmaint.kit.statement import without_values
from hmaint.model.sighting import Means, Sighting

_IDENTITY = """
pid::text as pid, (extract(epoch from backend_start) * 1000000)::bigint::text as began,
coalesce((extract(epoch from xact_start) * 1000000)::bigint::text, '') as trx
"""
_SESSION = f"""
select {_IDENTITY}, coalesce(usename, '') as account, coalesce(client_addr::text, '本机') as client,
       coalesce(application_name, '') as program, coalesce(state, '') as state,
       coalesce(backend_type, '') as kind, pid = pg_backend_pid() as own,
       round(extract(epoch from now() - xact_start))::int as open_seconds,
       round(extract(epoch from now() - case when state = 'active' then query_start else state_change end))::int
         as seconds,
       coalesce(query, '') as query
from pg_stat_activity where pid = :session
"""  # noqa: S608 - put together of our own words
_WAITS = """
select pid::text, coalesce(usename, ''), round(extract(epoch from now() - query_start))::int
from pg_stat_activity where :session = any(pg_blocking_pids(pid)) order by 3 desc
"""
_ACT = """
select {how}(pid) from pg_stat_activity
where pid = :session and backend_type = 'client backend' and pid <> pg_backend_pid()
  and (extract(epoch from backend_start) * 1000000)::bigint::text = :began
  and coalesce((extract(epoch from xact_start) * 1000000)::bigint::text, '') = :trx {also}
"""


def see(line: Line, session: str) -> Sighting | None:
    """Look at a session; None where there is none of that number."""
    asked = {"session": int(session)}
    row = line.connection.execute(text(_SESSION), asked).mappings().first()
    waits = line.connection.execute(text(_WAITS), asked).all()
    # What a transaction has seen of others it goes on seeing.
    line.connection.rollback()
    if row is None:
        return None
    return Sighting(
        row["pid"],
        (row["pid"], row["began"], row["trx"]),
        row["trx"] or "-",
        row["account"],
        row["client"],
        row["program"],
        row["state"],
        row["state"] == "active",
        row["open_seconds"],
        row["seconds"],
        without_values(row["query"]),
        tuple((waiter, user, int(seconds or 0)) for waiter, user, seconds in waits),
        _protected(row["kind"], row["state"], own=row["own"]),
    )


def _protected(kind: str, state: str, *, own: bool) -> str:
    if own:
        return "这是本工具自己的连接"
    if kind == "walsender":
        return "这是复制连接"
    if kind != "client backend":
        return "这是数据库自身的进程"
    return "" if state else "账号看不到这个会话的状态（缺 pg_monitor）"


def act(line: Line, seen: Sighting, means: Means) -> str:
    """End it in the same statement that sees whether it is still that very session and transaction."""
    how = "pg_cancel_backend" if means == "cancel" else "pg_terminate_backend"
    also = "and state = 'active'" if means == "cancel" else ""
    _pid, began, trx = seen.identity
    asked = {"session": int(seen.session), "began": began, "trx": trx}
    done = line.connection.execute(text(_ACT.format(how=how, also=also)), asked).scalar()
    return f"select {how}({int(seen.session)})" if done else ""
