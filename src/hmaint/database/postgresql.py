"""PostgreSQL: how to log in, stay read-only, keep a time limit, and understand its errors."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from pathlib import Path

import psycopg
from sqlalchemy import Connection, NullPool, create_engine

from hmaint.database.dialect import Bounds, Line, hang_up
from hmaint.kit.text import one_line
from hmaint.model.inventory import Database
from hmaint.model.look import Seen

forward = frozenset({"select", "with", "values", "table"})
drains = False

# SQLSTATE codes and classes: appendix A of the PostgreSQL 17 manual; longer prefixes win.
_MEANING: Mapping[str, tuple[Seen, str]] = {
    "28": (Seen.DENIED, "登录被拒绝，请核对账号、密码和 pg_hba.conf"),
    "42501": (Seen.DENIED, "账号没有所需权限"),
    "25006": (Seen.DENIED, "只读事务拒绝了写操作"),
    "3D000": (Seen.UNSUPPORTED, "数据库不存在"),
    "3F000": (Seen.UNSUPPORTED, "此服务器上没有这个模式"),
    "42P01": (Seen.UNSUPPORTED, "此服务器上没有这张表或视图"),
    "42703": (Seen.UNSUPPORTED, "此版本没有这一列"),
    "42883": (Seen.UNSUPPORTED, "此版本没有这个函数"),
    "42704": (Seen.UNSUPPORTED, "此版本没有这个参数或对象"),
    "0A": (Seen.UNSUPPORTED, "此服务器不支持"),
    "55000": (Seen.UNSUPPORTED, "此服务器当前状态不支持"),
    "57014": (Seen.TIMED_OUT, "超过了查询时限"),
    "55P03": (Seen.TIMED_OUT, "等待锁超时"),
    "40": (Seen.TIMED_OUT, "查询与备库恢复冲突而被取消"),
    "57P": (Seen.UNREACHABLE, "服务器正在关闭或启动"),
    "53300": (Seen.UNREACHABLE, "服务器连接数已满"),
    "08": (Seen.UNREACHABLE, "连接不上或连接中断"),
}

# Databases that speak PostgreSQL's protocol and say so in version().
_KIN = re.compile(r"opengauss|gaussdb|kingbase|highgo|vastbase", re.IGNORECASE)

# No percent sign in here: the driver would take it for a placeholder.
_CAN_WRITE = """
select exists (
  select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')
    and n.nspname !~ '^pg_(temp|toast)'
    and has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))
"""


def connect(database: Database, password: str | None, workspace: Path) -> Line:  # noqa: ARG001 - all dialects are called alike
    """Log in; every transaction of the connection begins read-only.

    With `tls` the server must encrypt; its certificate is not verified. Without it encryption is used where
    both sides can.
    """

    def login() -> psycopg.Connection[tuple[object, ...]]:
        raw = psycopg.connect(
            host=database.address,
            port=database.port or 5432,
            user=database.user or None,
            password=password,
            dbname=database.database or "postgres",
            connect_timeout=max(2, round(database.limits.connect + database.limits.login)),
            sslmode="require" if database.tls else "prefer",
            application_name="hmaint",
            client_encoding="utf8",
            prepare_threshold=None,  # a pooler between us and the server may not know prepared statements
        )
        raw.read_only = True
        return raw

    engine = create_engine(
        "postgresql+psycopg://",
        poolclass=NullPool,
        pool_reset_on_return=None,
        creator=login,
        use_native_hstore=False,
    )
    connection = engine.connect()
    wire = socket.fromfd(_raw(connection).fileno(), socket.AF_INET, socket.SOCK_STREAM)
    return Line(connection, lambda: hang_up(wire))


def _raw(connection: Connection) -> psycopg.Connection[tuple[object, ...]]:
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)  # noqa: S101 - what our own creator made
    return raw


def facts(line: Line) -> Mapping[str, object]:
    """`flavour` is not `postgresql` for the databases that only speak its protocol."""
    row = line.connection.exec_driver_sql(
        "select version(), current_setting('server_version'), extract(epoch from now()),"
        " extract(epoch from now() - pg_postmaster_start_time()),"
        " coalesce((select rolsuper from pg_roles where rolname = current_user), false)"
    ).one()
    kin = _KIN.search(row[0])
    number = re.match(r"\d+(?:\.\d+)*", row[1])
    return {
        "version": number.group() if number else row[1],
        "flavour": kin.group().lower() if kin else "postgresql",
        "uptime": int(row[3]),
        "superuser": bool(row[4]),
        "now": int(row[2]),
    }


def missing_belts(line: Line, facts: Mapping[str, object]) -> tuple[str, ...]:
    """Read-only transactions and statement_timeout are everywhere; only the account can be too powerful."""
    if facts["superuser"]:
        return ("账号是超级用户，应改用只读账号",)
    writes = line.connection.exec_driver_sql(_CAN_WRITE).scalar_one()
    return ("账号不是只读账号（对业务表有写权限）",) if writes else ()


def begin(line: Line, bounds: Bounds) -> None:
    """Set limits for as long as the transaction lasts, which the driver begins read-only."""
    words = {
        "statement_timeout": str(max(1, round(bounds.seconds * 1000))),
        "lock_timeout": "3000",
        "standard_conforming_strings": "on",  # the guard's idea of where a string ends
    }
    version = _raw(line.connection).info.server_version
    if version >= 90600:  # noqa: PLR2004 - the version that brought it
        words["idle_in_transaction_session_timeout"] = "60000"
    if version >= 110000:  # noqa: PLR2004 - the version that brought it
        words["jit"] = "off"  # compiling costs more than any catalogue query
    line.connection.exec_driver_sql("; ".join(f"SET LOCAL {name} = {value}" for name, value in words.items()))


def explain(error: BaseException) -> tuple[Seen, str]:
    """By SQLSTATE; at login there is none, and the words must do."""
    state = getattr(error, "sqlstate", None)
    diagnosis = getattr(error, "diag", None)
    if not isinstance(error, psycopg.Error):
        return Seen.GARBLED, f"语句无法执行：{one_line(str(error))}"
    said = one_line((diagnosis and diagnosis.message_primary) or str(error))
    if not state:
        return _explain_login(said)
    known = [prefix for prefix in (state, state[:3], state[:2]) if prefix in _MEANING]
    seen, meaning = _MEANING[known[0]] if known else (Seen.GARBLED, "服务器报错")
    return seen, f"{meaning}：{said}（{state}）"


def _explain_login(said: str) -> tuple[Seen, str]:
    words = said.rpartition("FATAL:")[2].strip()
    if re.search(r"too many|connection slots|connection limit", words):
        return Seen.UNREACHABLE, f"服务器连接数已满：{words}"
    if re.search(r"password|pg_hba|authentication|role .* does not exist|permission", words):
        return Seen.DENIED, f"登录被拒绝，请核对账号、密码和 pg_hba.conf：{words}"
    if re.search(r"database .* does not exist", words):
        return Seen.UNSUPPORTED, f"数据库不存在：{words}"
    return Seen.UNREACHABLE, f"连接不上或连接中断：{words}"
