"""MySQL and MariaDB: tuning with short lock time-outs, the server meanwhile, and tables as it describes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

import pymysql

from hmaint.database import mysql
from hmaint.errors import CouldNotLook
from hmaint.kit.text import one_line
from hmaint.model.advice import Act, Fix
from hmaint.model.inventory import Database
from hmaint.model.look import Seen
from hmaint.model.tuning import LOCK, Picture, Pulse

explain = mysql.explain
Raw: TypeAlias = "pymysql.Connection[pymysql.cursors.Cursor]"

_WAITING = """
select count(*), coalesce(max(time), 0) from information_schema.processlist
where state like 'Waiting for%%lock%%' and time >= 3 and id not in (connection_id(), %s)
"""
_TRANSACTIONS = """
select coalesce(sum(trx_state = 'LOCK WAIT' and timestampdiff(second, trx_wait_started, now()) >= 3), 0),
       coalesce(max(timestampdiff(second, trx_wait_started, now())), 0),
       coalesce(max(timestampdiff(second, trx_started, now())), 0)
from information_schema.innodb_trx where trx_mysql_thread_id not in (connection_id(), %s)
"""
_HOLDERS = """
select p.id, p.user, timestampdiff(second, x.trx_started, now())
from performance_schema.metadata_locks l
join performance_schema.threads t on t.thread_id = l.owner_thread_id
join information_schema.processlist p on p.id = t.processlist_id
join information_schema.innodb_trx x on x.trx_mysql_thread_id = p.id
where l.object_type = 'TABLE' and l.object_schema = %s and l.object_name = %s and l.lock_status = 'GRANTED'
  and p.id not in (connection_id(), %s) and x.trx_started < now() - interval 2 second
"""
_SIZE = """
select data_length + index_length + data_free from information_schema.tables
where table_schema = %s and table_name = %s
"""
_RIGHTS = """
select privilege_type from information_schema.user_privileges
union select privilege_type from information_schema.schema_privileges where %s like table_schema
union select privilege_type from information_schema.table_privileges where table_schema = %s and table_name = %s
"""
_GROWING = re.compile(r" AUTO_INCREMENT=\d+")
_PARAMETER = re.compile(r"[a-z]\w*", re.IGNORECASE)
_NO_SUCH_TABLE = 1146


def connect(database: Database, password: str | None, workspace: Path) -> tuple[Raw, Callable[[], None]]:
    """Log in, outside any transaction, with a lock time-out of seconds and no bound on the statement itself."""
    line = mysql.connect(database, password, workspace)
    connection = line.connection
    raw = connection.connection.driver_connection
    # The driver's connection must outlive the one it was made through.
    connection.detach()
    assert isinstance(raw, pymysql.Connection)  # noqa: S101 - what mysql.connect made
    raw.autocommit(True)  # noqa: FBT003 - the driver's own words
    with raw.cursor() as cursor:
        cursor.execute(f"set session lock_wait_timeout={LOCK}, innodb_lock_wait_timeout={LOCK}")
        # MariaDB alone has it, and a server may bound every statement.
        with suppress(pymysql.MySQLError):
            cursor.execute("set session max_statement_time=0")
        # MySQL 8 else tells sizes as they were up to a day ago, before the act as well as behind it.
        with suppress(pymysql.MySQLError):
            cursor.execute("set session information_schema_stats_expiry=0")
    return raw, line.abort


def _rows(raw: Raw, sql: str, *binds: object) -> list[tuple[Any, ...]]:
    with raw.cursor() as cursor:
        cursor.execute(sql, binds or None)
        return list(cursor.fetchall())


def own(raw: Raw) -> str:
    """The number of this session."""
    return str(_rows(raw, "select connection_id()")[0][0])


def claim(raw: Raw, database: Database) -> bool:
    """By a lock of the server's own that ends with the session."""
    return bool(_rows(raw, "select get_lock(%s, 0)", f"hmaint tune {database.database}"[:64])[0][0])


def pulse(raw: Raw, own: str) -> Pulse:
    """Metadata locks from the process list, row locks and open transactions from InnoDB: both need PROCESS."""
    tables, tables_for = _rows(raw, _WAITING, int(own))[0]
    rows, rows_for, oldest = _rows(raw, _TRANSACTIONS, int(own))[0]
    dumps = "select count(*) from information_schema.processlist where command like 'Binlog Dump%'"
    forbidden, blind = _standing(raw)
    return Pulse(
        int(tables) + int(rows),
        float(max(tables_for, rows_for)),
        float(oldest),
        replicas=int(_rows(raw, dumps)[0][0]),
        blind=blind,
        forbidden=forbidden,
    )


def _standing(raw: Raw) -> tuple[str, str]:
    """Why this server is not to be changed, and what of that could not be seen."""
    settings = dict(_rows(raw, "show global variables where variable_name in ('wsrep_on', 'read_only')"))
    if str(settings.get("wsrep_on", "OFF")).upper() in ("ON", "1"):
        return "这是 Galera 集群的一员，DDL 会阻塞整个集群，须由人工安排", ""
    for words in ("show replica status", "show slave status"):
        try:
            found = _rows(raw, words)
        except pymysql.MySQLError as error:
            if error.args[0] in (1227, 1142):
                return "", "看不到是否为从库（缺 REPLICATION CLIENT / REPLICA MONITOR 权限）"
            continue
        return ("这是一台从库，应在主库上调优" if found else ""), ""
    return "", "看不到是否为从库"


def picture(raw: Raw, fix: Fix) -> Picture:
    """SHOW CREATE TABLE in lines, without what grows by itself; of a parameter its value."""
    if fix.act is Act.SET:
        if not _PARAMETER.fullmatch(fix.object):
            raise CouldNotLook(Seen.UNSUPPORTED, f"参数名不能识别：{one_line(fix.object, 40)}")
        return (f"{fix.object} = {_rows(raw, f'select @@global.{fix.object}')[0][0]}",)
    try:
        found = _rows(raw, f"show create table {_quoted(fix.schema)}.{_quoted(_table(fix))}")
    except pymysql.MySQLError as error:
        if error.args[0] == _NO_SUCH_TABLE:
            return ()
        raise
    lines = _GROWING.sub("", str(found[0][1])).splitlines()
    return tuple(line.strip().rstrip(",") for line in lines)


def _table(fix: Fix) -> str:
    return fix.table or fix.object


def _quoted(name: str) -> str:
    return f"`{name.replace('`', '``')}`"


def holders(raw: Raw, fix: Fix, own: str) -> tuple[str, ...]:
    """By the server's metadata locks, where they are instrumented; where not, nobody is seen."""
    if fix.act is Act.SET:
        return ()
    rows = _rows(raw, _HOLDERS, fix.schema, _table(fix), int(own))
    return tuple(f"会话 {session}（{user}）的事务已打开 {seconds} 秒" for session, user, seconds in rows)


def size(raw: Raw, fix: Fix) -> float | None:
    """By information_schema, which reads it from the file."""
    if fix.act is Act.SET:
        return None
    found = _rows(raw, _SIZE, fix.schema, _table(fix))
    return float(found[0][0]) if found and found[0][0] is not None else None


def folder(raw: Raw) -> str:
    """By @@datadir."""
    return str(_rows(raw, "select @@datadir")[0][0])


def send(raw: Raw, statement: str) -> None:
    """ANALYZE and OPTIMIZE tell of their failures in a table; everything else raises."""
    for row in _rows(raw, statement):
        if len(row) == 4 and str(row[2]).lower() == "error":  # noqa: PLR2004 - Table, Op, Msg_type, Msg_text
            raise CouldNotLook(Seen.GARBLED, f"服务器报错：{one_line(str(row[3]))}")


def cancel(raw: Raw, worker: Raw, own: str) -> None:  # noqa: ARG001 - all tuners are called alike
    """KILL QUERY, which every account may do to its own sessions; what DDL has not finished is rolled back."""
    _rows(raw, f"kill query {int(own)}")


def running(raw: Raw, session: str, statement: str) -> bool:
    """By the number and the very statement: numbers begin anew with the server."""
    sql = "select count(*) from information_schema.processlist where id = %s and info = %s"
    return bool(_rows(raw, sql, int(session), statement)[0][0])


def debris(raw: Raw, fix: Fix, before: Picture) -> tuple[str, ...]:  # noqa: ARG001 - all tuners are called alike
    """None: InnoDB takes back what was not finished."""
    return ()


def undo(fix: Fix, before: Picture) -> tuple[str, ...]:  # noqa: ARG001 - all tuners are called alike
    """As advised."""
    return fix.undo


def lacks(raw: Raw, fix: Fix) -> str:
    """By the account's own rights as the server lists them; with roles in use that says nothing, and it is tried."""
    if fix.act is Act.SET:
        told = " ".join(str(row[0]) for row in _rows(raw, "show grants"))
        may = re.search(r"ALL PRIVILEGES ON \*\.\*|\bSUPER\b|SYSTEM_VARIABLES_ADMIN", told)
        return "" if may or "GRANT `" in told else "账号不能改全局参数（缺 SUPER / SYSTEM_VARIABLES_ADMIN）"
    wanted = ("SELECT", "INSERT") if fix.act is Act.ANALYZE else ("ALTER", "CREATE", "INSERT")
    held = {str(row[0]).upper() for row in _rows(raw, _RIGHTS, fix.schema, fix.schema, _table(fix))}
    missing = [right for right in wanted if right not in held]
    return f"账号对 {fix.schema}.{_table(fix)} 缺 {', '.join(missing)} 权限" if held and missing else ""
