"""How to log in to SQL Server through a driver that waits in C and keeps its errors for the whole process."""

from __future__ import annotations

import os
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymssql

from hmaint.database import browser, tds
from hmaint.database.relay import Relay
from hmaint.database.sqlserver_words import explain, told
from hmaint.database.watch import watch
from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Database
from hmaint.model.look import Seen

# READ COMMITTED, not READ UNCOMMITTED: what another session may yet take back was not seen. Nobody waits for us
# long, as catalogue rows are locked one at a time, a lock is waited for three seconds at most, and in a deadlock it is
# our statement that is given up.
_SETTINGS = """
set lock_timeout 3000; set deadlock_priority low; set transaction isolation level read committed;
set implicit_transactions off; set nocount on; set textsize 65540; set dateformat ymd; set datefirst 1;
set quoted_identifier on; set ansi_nulls on; set ansi_padding on; set ansi_warnings on; set arithabort on;
set concat_null_yields_null on; set numeric_roundabort off;
"""

_logging_in = threading.Lock()
"""FreeTDS keeps the time limit of logins, and pymssql the error of a failed one, once for the whole process."""


def wire(database: Database) -> socket.socket:
    """Connect; a named instance's port is asked for unless the inventory has one."""
    wait = database.limits.connect
    port = browser.port_of(database.address, database.instance, wait) if database.instance else database.port
    connected = socket.create_connection((database.address, port or 1433), wait)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return connected


def login(database: Database, password: str, relay: Relay) -> pymssql.Connection:
    """One login at a time; what went wrong is told by what the relay heard rather than by the driver."""
    seconds = database.limits.login
    failure: tuple[Seen, str] | None = None
    with _logging_in, watch(seconds, relay.cut) as bound, _allowing_tls_of(database):
        try:
            raw = _dial(database, password, relay.port)
        except pymssql.Error as error:
            failure = _login_failure(database, relay, error)
    if bound.fired:
        raise CouldNotLook(Seen.TIMED_OUT, f"{seconds:g} 秒内没有完成登录，已断开")
    if failure is not None:
        raise CouldNotLook(*failure)
    if not relay.carries:
        raise CouldNotLook(*_ELSEWHERE)
    return raw


_ELSEWHERE = (
    Seen.UNREACHABLE,
    "服务器把连接转到了另一台（可用性组的只读路由），请在清单中直接写要检查的那台",
)


def _dial(database: Database, password: str, port: int) -> pymssql.Connection:
    return pymssql.connect(
        server="127.0.0.1",
        port=str(port),
        user=database.user,
        password=password,
        database=database.database,
        login_timeout=max(2, round(database.limits.login) + 1),
        charset="UTF-8",
        appname="hmaint",
        encryption="require" if database.tls else "request",
        read_only=True,
        tds_version=database.tds_version or None,
        conn_properties=_SETTINGS,
        autocommit=True,  # a transaction left open would hold what it read
    )


@contextmanager
def _allowing_tls_of(database: Database) -> Iterator[None]:
    """SQL Server 2008 R2 without its last updates knows no TLS above 1.0, which FreeTDS has switched off."""
    if not database.legacy:
        yield
        return
    before = os.environ.get("FREETDSCONF")
    with tempfile.TemporaryDirectory(prefix="hmaint-") as folder:
        path = Path(folder) / "freetds.conf"
        path.write_text("[global]\nenable tls v1 = yes\nenable tls v1.1 = yes\n", encoding="ascii")
        os.environ["FREETDSCONF"] = str(path)
        try:
            yield
        finally:
            if before is None:
                del os.environ["FREETDSCONF"]
            else:
                os.environ["FREETDSCONF"] = before


def _login_failure(database: Database, relay: Relay, error: pymssql.Error) -> tuple[Seen, str]:
    if relay.refused:
        return Seen.UNREACHABLE, "服务器不提供所要求的加密，或不是 SQL Server；密码没有发出"
    said = tds.refusal(relay.heard)
    if said is not None:
        return told(*said)
    seen, reason = explain(error)
    old = relay.heard and seen is Seen.UNREACHABLE and not database.legacy
    return (
        seen,
        f"{reason}；若服务器很旧（2008 R2，只会 TLS 1.0），在清单中写 legacy: true" if old else reason,
    )
