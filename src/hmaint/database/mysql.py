"""MySQL and MariaDB: how to log in, stay read-only, keep a time limit, and understand their errors."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pymysql
from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from hmaint.database.dialect import Bounds, Line, hang_up
from hmaint.database.watch import watch
from hmaint.kit.text import one_line
from hmaint.model.inventory import Database
from hmaint.model.look import Seen

forward = frozenset({"select", "with", "values", "table"})
drains = True

_READING = re.compile(
    r"USAGE|SELECT|PROCESS|SHOW DATABASES|SHOW VIEW|SHOW_ROUTINE|REFERENCES"
    r"|REPLICATION CLIENT|BINLOG MONITOR|SLAVE MONITOR|REPLICA MONITOR"
)
"""Rights that let nobody change anything; REFERENCES only does together with CREATE or ALTER."""

_POWERFUL = frozenset(
    {"ALL PRIVILEGES", "SUPER", "SYSTEM_VARIABLES_ADMIN", "SET_USER_ID", "CONNECTION_ADMIN"}
)

# Error numbers: server error reference of MySQL 8.4 and of MariaDB.
_MEANING: Mapping[int, tuple[Seen, str]] = {
    **dict.fromkeys((1045, 1698, 3118, 4151), (Seen.DENIED, "登录被拒绝，请核对账号、密码和来源地址")),
    **dict.fromkeys((1130, 1129), (Seen.DENIED, "服务器不接受来自本机的连接")),
    **dict.fromkeys((1044, 1142, 1143, 1227, 1370, 1345, 1290), (Seen.DENIED, "账号没有所需权限")),
    **dict.fromkeys((1792, 1836), (Seen.DENIED, "只读事务拒绝了写操作")),
    **dict.fromkeys((1049,), (Seen.UNSUPPORTED, "数据库不存在")),
    **dict.fromkeys((1146, 1109, 1051), (Seen.UNSUPPORTED, "此服务器上没有这张表或视图")),
    **dict.fromkeys((1054,), (Seen.UNSUPPORTED, "此版本没有这一列")),
    **dict.fromkeys((1305, 1128), (Seen.UNSUPPORTED, "此版本没有这个函数")),
    **dict.fromkeys((1193,), (Seen.UNSUPPORTED, "此版本没有这个参数")),
    **dict.fromkeys((1235, 1286, 1289), (Seen.UNSUPPORTED, "此服务器不支持")),
    **dict.fromkeys((3024, 1969, 1205, 1317, 4031, 1028), (Seen.TIMED_OUT, "超过了查询时限")),
    **dict.fromkeys((1040, 1203, 1226), (Seen.UNREACHABLE, "服务器连接数已满")),
    **dict.fromkeys(
        (1053, 1927, 2002, 2003, 2005, 2006, 2013, 2055), (Seen.UNREACHABLE, "连接不上或连接中断")
    ),
}


def connect(database: Database, password: str | None, workspace: Path) -> Line:  # noqa: ARG001 - all dialects are called alike
    """Log in over a socket of our own, which `abort` can shut while the driver waits on it.

    With `tls` the server must encrypt; its certificate is not verified, as servers make their own. Without it
    encryption is used where both sides can, and an old server whose TLS is too old is spoken to in the clear.
    """
    return connect_with(database, password, {})


def connect_with(database: Database, password: str | None, words: Mapping[str, Any]) -> Line:
    """Log in likewise, with further words for the driver."""
    try:
        return _connect(
            database, password, {**words, **({"ssl": {"verify_mode": "none"}} if database.tls else {})}
        )
    except DBAPIError as error:
        if database.tls or not isinstance(getattr(error.orig, "original_exception", None), ssl.SSLError):
            raise
    return _connect(database, password, {**words, "ssl_disabled": True})


def _connect(database: Database, password: str | None, words: Mapping[str, Any]) -> Line:
    wire = _wire(database)
    other_end = wire.dup()
    logins: list[pymysql.Connection[pymysql.cursors.Cursor]] = []

    def abort() -> None:
        hang_up(other_end)
        for raw in logins:
            _forget_reply(raw)

    def login() -> pymysql.Connection[pymysql.cursors.Cursor]:
        raw: pymysql.Connection[pymysql.cursors.Cursor] = pymysql.connect(
            host=database.address,
            user=database.user,
            password=(password or "").encode(),  # as text the driver would take it for latin1
            database=database.database or None,
            charset="utf8mb4",
            defer_connect=True,
            **words,
        )
        raw.connect(wire)
        logins.append(raw)
        return raw

    engine = create_engine("mysql+pymysql://", poolclass=NullPool, pool_reset_on_return=None, creator=login)
    try:
        with watch(database.limits.login, abort):
            return Line(engine.connect(), abort)
    except BaseException:
        abort()
        raise


def _forget_reply(raw: pymysql.Connection[pymysql.cursors.Cursor]) -> None:
    """Keep the driver from reading the rest of a reply on a dead line when the reply is collected."""
    reply = getattr(raw, "_result", None)
    if reply is not None:
        reply.unbuffered_active = False


def _wire(database: Database) -> socket.socket:
    if database.address.startswith("/"):
        wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        wire.settimeout(database.limits.connect)
        try:
            wire.connect(database.address)
        except OSError:
            wire.close()
            raise
        return wire
    wire = socket.create_connection((database.address, database.port or 3306), database.limits.connect)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return wire


def facts(line: Line) -> Mapping[str, object]:
    """`version` is cleaned of suffixes; `uptime` comes from SHOW GLOBAL STATUS, which needs no right."""
    text, now = line.connection.exec_driver_sql("select version(), unix_timestamp()").one()
    number = re.search(r"\d+(?:\.\d+)+", re.sub(r"^5\.5\.5-(?=1\d\.)", "", text))
    uptime = line.connection.exec_driver_sql("show global status like 'Uptime'").first()
    return {
        "version": number.group() if number else text,
        "flavour": "mariadb" if "mariadb" in text.lower() else "mysql",
        "uptime": int(uptime[1]) if uptime else None,
        "superuser": bool(_POWERFUL & set(_privileges(line.connection))),
        "now": int(now),
    }


def missing_belts(line: Line, facts: Mapping[str, object]) -> tuple[str, ...]:  # noqa: ARG001 - all dialects are called alike
    """Rights beyond reading from SHOW GRANTS; the other two by the version that brought them."""
    missing = []
    beyond = sorted(right for right in set(_privileges(line.connection)) if not _READING.fullmatch(right))
    if beyond:
        missing.append(f"账号不是只读账号（另有 {one_line('、'.join(beyond), 60)} 权限）")
    if not _has_read_only(line.connection):
        missing.append("此版本没有只读事务")
    if not _time_limit(line.connection, 1):
        missing.append("此版本不能限制查询时间")
    return tuple(missing)


def _privileges(connection: Connection) -> Iterator[str]:
    for (grant,) in connection.exec_driver_sql("show grants"):
        words, on, rest = grant.removeprefix("GRANT ").partition(" ON ")
        if on:
            yield from (word.strip() for word in re.sub(r"\([^)]*\)", "", words).split(","))
        if "WITH GRANT OPTION" in rest:
            yield "GRANT OPTION"


def _version(connection: Connection) -> tuple[bool, tuple[int, ...]]:
    """Whether it is MariaDB, and the version, as SQLAlchemy saw them at login."""
    dialect = connection.dialect
    version = dialect.server_version_info or (0,)
    return bool(getattr(dialect, "is_mariadb", False)), tuple(n for n in version if isinstance(n, int))


def _has_read_only(connection: Connection) -> bool:
    mariadb, version = _version(connection)
    return version >= ((10, 0) if mariadb else (5, 6, 5))


def _time_limit(connection: Connection, seconds: float) -> str:
    """Name the assignment that bounds a statement (MySQL's: SELECT only); empty on versions without one."""
    mariadb, version = _version(connection)
    if mariadb:
        return f"max_statement_time={seconds:.3f}" if version >= (10, 1, 1) else ""
    return f"max_execution_time={max(1, round(seconds * 1000))}" if version >= (5, 7, 8) else ""


def begin(line: Line, bounds: Bounds) -> None:
    """Set limits and a known sql_mode (a server's may turn quotes into names), and make what follows read-only.

    Read-only by session, not by START TRANSACTION: in a transaction DDL commits first and then runs (MariaDB
    10.11). The driver has autocommit off, so the next statement begins a transaction of its own.
    """
    words = [
        "sql_mode=''",
        "lock_wait_timeout=3",
        "wait_timeout=600",
        f"sql_select_limit={bounds.rows + 1}",
        _time_limit(line.connection, bounds.seconds),
    ]
    line.connection.exec_driver_sql(f"SET SESSION {', '.join(word for word in words if word)}")
    if _has_read_only(line.connection):
        line.connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")


def explain(error: BaseException) -> tuple[Seen, str]:
    """By error number; what is not known is garbled, with the server's own words."""
    number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    said = str(error.args[1]) if len(error.args) > 1 else str(error)
    seen, meaning = _MEANING.get(number, (Seen.GARBLED, "服务器报错"))
    return seen, f"{meaning}：{one_line(said)}（{number}）" if number else f"{meaning}：{one_line(said)}"
