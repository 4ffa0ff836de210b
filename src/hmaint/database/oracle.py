"""Oracle: how to log in, stay read-only and keep a time limit; lives in a process of its own (see `apart`)."""

from __future__ import annotations

import importlib
import math
import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from hmaint.database.dialect import Bounds, Line
from hmaint.database.oracle_errors import explain
from hmaint.errors import CouldNotLook
from hmaint.kit.text import one_line
from hmaint.model.inventory import Database
from hmaint.model.look import Seen

__all__ = ["begin", "connect", "drains", "explain", "facts", "forward", "missing_belts"]

forward: frozenset[str] = frozenset()
"""None needs to be told: the driver fetches row by row by itself."""
drains = False

_READING = re.compile(r"CREATE SESSION|SELECT ANY DICTIONARY|SET CONTAINER")
"""System rights that let nobody change anything, nor read a table of the hospital's."""

_WRITING = "'INSERT', 'UPDATE', 'DELETE', 'ALTER', 'INDEX', 'WRITE'"

# Sorting, decimal points and the names of months as the queries expect them; no query may be spread over many
# processes of a server that is busy with patients.
_MANNERS = (
    "alter session set nls_numeric_characters = '.,' nls_sort = binary nls_comp = binary",
    "alter session set nls_date_language = american nls_date_format = 'YYYY-MM-DD HH24:MI:SS'",
    "alter session disable parallel query",
)


def connect(database: Database, password: str | None, workspace: Path) -> Line:  # noqa: ARG001 - all dialects are called alike
    """Log in by the driver and mode the inventory names: thin unless it names a client library.

    With `tls` the connection is TCPS; in thin mode the certificate is not verified, in thick mode the wallet of the
    client decides.
    """
    driver, extra = _driver(database)
    logins: list[Any] = []

    def login() -> Any:  # noqa: ANN401 - of either driver
        raw = driver.connect(user=database.user, password=password or "", dsn=descriptor(database), **extra)
        logins.append(raw)
        _limit(raw, database.limits.login)
        with raw.cursor() as cursor:
            for manner in _MANNERS:
                cursor.execute(manner)
        return raw

    engine = create_engine(
        f"oracle+{driver.__name__.lower()}://",
        poolclass=NullPool,
        pool_reset_on_return=None,
        creator=login,
        module=driver,
        max_identifier_length=128,
        coerce_to_decimal=False,
    )
    return Line(engine.connect(), _interrupt(logins))


def _driver(database: Database) -> tuple[Any, Mapping[str, Any]]:
    """The driver's module, its mode settled, and what else its `connect` is told."""
    name = "cx_Oracle" if database.driver == "cx_oracle" else "oracledb"
    try:
        driver = importlib.import_module(name)
    except ImportError:
        raise CouldNotLook(Seen.UNSUPPORTED, f"巡检电脑上没有安装 {name}") from None
    if database.client:
        driver.init_oracle_client(lib_dir=database.client)
    if name == "cx_Oracle":
        return driver, {"encoding": "UTF-8", "nencoding": "UTF-8"}
    driver.defaults.fetch_lobs = False
    if database.client or not database.tls:
        return driver, {}
    return driver, {"ssl_context": _unverified()}


def _unverified() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def descriptor(database: Database) -> str:
    """The connect descriptor; one attempt, and a wait that is the inventory's."""
    seconds = max(1, math.ceil(database.limits.connect))
    login = max(1, math.ceil(database.limits.connect + database.limits.login))
    named = f"(SID={database.sid})" if database.sid else f"(SERVICE_NAME={database.service})"
    protocol = "TCPS" if database.tls else "TCP"
    lenient = "(SECURITY=(SSL_SERVER_DN_MATCH=NO))" if database.tls else ""
    return (
        f"(DESCRIPTION=(CONNECT_TIMEOUT={login})(TRANSPORT_CONNECT_TIMEOUT={seconds})(RETRY_COUNT=0)"
        f"(ADDRESS=(PROTOCOL={protocol})(HOST={database.address})(PORT={database.port or 1521}))"
        f"(CONNECT_DATA={named}){lenient})"
    )


def _interrupt(logins: list[Any]) -> Callable[[], None]:
    """Ask the server to give up; when it does not even listen, this whole process is ended from outside."""

    def abort() -> None:
        for raw in logins:
            with suppress(Exception):
                raw.cancel()

    return abort


def _limit(raw: Any, seconds: float) -> bool:  # noqa: ANN401 - of either driver
    """Bound every call to the server; client libraries before 18 cannot."""
    try:
        raw.call_timeout = max(1, round(seconds * 1000))
    except Exception as error:
        if "DPI-1050" in str(error):
            return False
        raise
    return True


def _raw(connection: Connection) -> Any:  # noqa: ANN401 - of either driver
    return connection.connection.driver_connection


def facts(line: Line) -> Mapping[str, object]:
    """`version` is the driver's own knowledge; `uptime` stays unknown to an account without V$INSTANCE."""
    said = line.connection.exec_driver_sql(
        "select cast(sys_extract_utc(systimestamp) as date) - date '1970-01-01',"
        " (select count(*) from session_roles where role = 'DBA'), user from dual"
    ).one()
    return {
        "version": str(_raw(line.connection).version),
        "flavour": "oracle",
        "uptime": _uptime(line.connection),
        "superuser": bool(said[1]) or said[2] == "SYS",
        "now": round(float(said[0]) * 86_400),
    }


def _uptime(connection: Connection) -> int | None:
    try:
        days = connection.exec_driver_sql("select sysdate - startup_time from v$instance").scalar_one()
    except DBAPIError as error:
        if error.orig is not None and explain(error.orig)[0] is Seen.DENIED:
            return None
        raise
    return round(float(days) * 86_400)


def missing_belts(line: Line, facts: Mapping[str, object]) -> tuple[str, ...]:
    """Rights beyond reading from SESSION_PRIVS and grants on objects; the time limit by the client library."""
    missing = []
    beyond = sorted(set(_rights(line.connection)))
    if facts["superuser"]:
        missing.append("账号有 DBA 权限，应改用只读账号")
    elif beyond:
        missing.append(f"账号不是只读账号（另有 {one_line('、'.join(beyond), 60)} 权限）")
    if not _limit(_raw(line.connection), 60):
        missing.append("客户端库低于 18，不能限制查询时间")
    return tuple(missing)


def _rights(connection: Connection) -> Iterator[str]:
    for (right,) in connection.exec_driver_sql("select privilege from session_privs"):
        if not _READING.fullmatch(right):
            yield right
    tables = connection.exec_driver_sql(
        "select privilege, owner || '.' || table_name from user_tab_privs"  # noqa: S608 - constants of our own
        f" where grantee = user and privilege in ({_WRITING})"
        " union select privilege, owner || '.' || table_name from role_tab_privs"
        f" where privilege in ({_WRITING})"
    )
    yield from (f"{right} ON {name}" for right, name in tables)
    if connection.exec_driver_sql("select count(*) from user_tables").scalar_one():
        yield "自己的表"


def begin(line: Line, bounds: Bounds) -> None:
    """Bound the call, and make the transaction that the next statement stands in read-only."""
    _limit(_raw(line.connection), bounds.seconds)
    line.connection.exec_driver_sql("set transaction read only")
