"""SQL Server: how to log in, which belts it has, and what its errors mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, NullPool, create_engine

from hmaint.database import tds
from hmaint.database.dialect import Bounds, Line
from hmaint.database.relay import Relay
from hmaint.database.sqlserver_login import login, wire
from hmaint.database.sqlserver_words import explain
from hmaint.errors import CouldNotLook
from hmaint.kit.text import one_line
from hmaint.model.inventory import Database
from hmaint.model.look import Seen

forward = frozenset({"select", "with"})
drains = False

__all__ = ["begin", "connect", "drains", "explain", "facts", "forward", "missing_belts"]

_READING = re.compile(r"CONNECT( SQL| ANY DATABASE)?|VIEW .*|SHOWPLAN|REFERENCES|SELECT|AUTHENTICATE SERVER")
"""Rights of a login or a user that change nothing."""


def connect(database: Database, password: str | None, workspace: Path) -> Line:  # noqa: ARG001 - all dialects are called alike
    """Log in through a relay of our own, which `abort` can cut while the driver waits.

    The login itself is always encrypted; with `tls` all that follows is, too. Certificates are not verified, as
    servers make their own.
    """
    if not database.user:  # the driver would try the laptop's own Windows or Kerberos identity
        raise CouldNotLook(Seen.DENIED, "清单中没有写 user：请用 SQL Server 登录账号")
    admits = partial(tds.encrypts, everything=database.tls)
    relay = Relay(wire(database), admits)
    try:
        raw = login(database, password or "", relay)
    except BaseException:
        relay.cut()
        raise
    # Left to itself SQLAlchemy asks a new server six questions, some of which an account may not ask.
    engine = create_engine(
        "mssql+pymssql://",
        poolclass=NullPool,
        pool_reset_on_return=None,
        creator=lambda: raw,
        _initialize=False,
    )
    return Line(engine.connect(), relay.cut)


def facts(line: Line) -> Mapping[str, object]:
    """Nothing of this needs a right; tempdb is made anew at each start."""
    row = line.connection.exec_driver_sql(
        "select cast(serverproperty('ProductVersion') as nvarchar(128)),"
        " cast(serverproperty('Edition') as nvarchar(128)),"
        " datediff(second, '19700101', getutcdate()),"
        " (select datediff(second, create_date, getdate()) from sys.databases where name = N'tempdb'),"
        " is_srvrolemember('sysadmin')"
    ).one()
    return {
        "version": row[0],
        "flavour": "sqlserver",
        "edition": row[1],
        "uptime": row[3],
        "superuser": row[4] == 1,
        "now": row[2],
    }


def missing_belts(line: Line, facts: Mapping[str, object]) -> tuple[str, ...]:
    """Two of three are missing everywhere; the account is asked for what it may do to the server and its database."""
    always = ("SQL Server 没有只读会话", "SQL Server 不能限制查询时间（超时由本机断开连接）")
    if facts["superuser"]:
        return ("账号是系统管理员（sysadmin），应改用只读账号", *always)
    beyond = sorted(right for right in _rights(line.connection) if not _READING.fullmatch(right))
    account = (f"账号不是只读账号（另有 {one_line('、'.join(beyond), 60)} 权限）",) if beyond else ()
    return (*account, *always)


def _rights(connection: Connection) -> set[str]:
    rows = connection.exec_driver_sql(
        "select permission_name from sys.fn_my_permissions(null, 'SERVER')"
        " union select permission_name from sys.fn_my_permissions(null, 'DATABASE')"
    )
    return {row[0] for row in rows}


def begin(line: Line, bounds: Bounds) -> None:
    """Nothing: the settings hold for the connection, and each statement is a transaction of its own."""
