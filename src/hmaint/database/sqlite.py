"""SQLite: how to open a file without changing it or its companions, and understand its errors."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy import Connection, NullPool, create_engine

from hmaint.database.dialect import Bounds, Line
from hmaint.errors import CouldNotLook
from hmaint.kit.text import one_line
from hmaint.model.inventory import Database
from hmaint.model.look import Seen

forward = frozenset({"select", "with", "values", "pragma"})
drains = False

_WAL = 2
"""Both version bytes at offset 18 of a file in WAL mode (the file format, section 1.3)."""

_LENGTH_LIMIT = 16_777_216
"""Bytes of the largest value the library may hand out; a larger one is an error, not a gigabyte of memory."""

_ELSEWHERE = frozenset({sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH})
"""What reaches beyond the file that was opened read-only: ATTACH and VACUUM INTO could make new files."""

_MEANING: Mapping[str, tuple[Seen, str]] = {
    "SQLITE_AUTH": (Seen.DENIED, "只读保护拒绝了语句"),
    "SQLITE_READONLY": (Seen.DENIED, "只读方式无法读取（可能有未恢复的日志文件）"),
    "SQLITE_PERM": (Seen.DENIED, "没有读取文件的权限"),
    "SQLITE_CANTOPEN": (Seen.UNREACHABLE, "打不开数据库文件"),
    "SQLITE_NOTADB": (Seen.GARBLED, "文件不是 SQLite 数据库或已加密"),
    "SQLITE_CORRUPT": (Seen.GARBLED, "数据库文件已损坏"),
    "SQLITE_BUSY": (Seen.TIMED_OUT, "数据库被其他程序锁定"),
    "SQLITE_LOCKED": (Seen.TIMED_OUT, "数据库被其他程序锁定"),
    "SQLITE_INTERRUPT": (Seen.TIMED_OUT, "超过了查询时限"),
    "SQLITE_IOERR": (Seen.GARBLED, "读取文件出错"),
}


def connect(database: Database, password: str | None, workspace: Path) -> Line:  # noqa: ARG001 - all dialects are called alike
    """Open the file read-only; a missing one is an error and is not created."""
    path = (workspace / database.path).resolve()
    if not path.is_file():
        raise CouldNotLook(Seen.UNREACHABLE, f"数据库文件不存在：{database.path}")
    closed = _is_closed(path)
    uri = f"{path.as_uri()}?mode=ro{'&immutable=1' if closed else ''}"

    def login() -> sqlite3.Connection:
        raw = sqlite3.connect(uri, uri=True, timeout=3, check_same_thread=False)
        raw.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LENGTH_LIMIT)
        raw.execute("pragma query_only = on")
        raw.execute("select 1 from sqlite_master limit 1").close()
        # PRAGMA journal_mode tells of this connection, which for a closed file knows nothing of its log.
        raw.create_function("hmaint_journal", 0, lambda: "wal" if _is_wal(path) else "rollback")
        return raw

    connection = create_engine(
        "sqlite://", poolclass=NullPool, pool_reset_on_return=None, creator=login
    ).connect()
    abort = _raw(connection).interrupt
    return Line(connection, abort, _unchanged(path)) if closed else Line(connection, abort)


def _is_closed(path: Path) -> bool:
    """Whether a file in WAL mode is open nowhere, as no -wal file lies beside it.

    Opened merely read-only such a file gets a -shm and a -wal file of ours that stay behind (3.40), which the
    hospital's program might then not be allowed to write. Nobody writes, so it can be read as it is.
    """
    return _is_wal(path) and not path.with_name(f"{path.name}-wal").exists()


def _is_wal(path: Path) -> bool:
    with path.open("rb") as file:
        header = file.read(20)
    return header[18:20] == bytes((_WAL, _WAL))


def _unchanged(path: Path) -> Callable[[], None]:
    """Watch a file that is read without locks: whoever writes to it meanwhile spoils what was read."""
    before = path.stat()

    def check() -> None:
        now = path.stat()
        if (now.st_mtime_ns, now.st_size) != (before.st_mtime_ns, before.st_size):
            raise CouldNotLook(Seen.UNREACHABLE, "检查期间其他程序打开并改写了数据库文件，请重新检查")

    return check


def _raw(connection: Connection) -> sqlite3.Connection:
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - what our own creator made
    return raw


def facts(line: Line) -> Mapping[str, object]:
    """Tell the library's version and this laptop's clock, as nothing of SQLite runs anywhere else."""
    row = line.connection.exec_driver_sql("select sqlite_version(), strftime('%s', 'now')").one()
    return {"version": row[0], "flavour": "sqlite", "uptime": None, "superuser": False, "now": int(row[1])}


def missing_belts(line: Line, facts: Mapping[str, object]) -> tuple[str, ...]:  # noqa: ARG001 - all dialects are called alike
    """None: the file handle itself cannot write, whatever the account may."""
    return ()


def begin(line: Line, bounds: Bounds) -> None:
    """Bound the next statement in time and keep it to the one file, which is open for reading only."""
    raw = _raw(line.connection)
    end = time.monotonic() + bounds.seconds
    raw.set_progress_handler(lambda: time.monotonic() > end, 10_000)
    raw.set_authorizer(lambda action, *_: sqlite3.SQLITE_DENY if action in _ELSEWHERE else sqlite3.SQLITE_OK)


def explain(error: BaseException) -> tuple[Seen, str]:
    """By SQLite's own code, whose first two words name the class."""
    said = one_line(str(error))
    code = "_".join(str(getattr(error, "sqlite_errorname", "")).split("_")[:2])
    if said.startswith(("no such table", "no such column", "no such function", "no such module")):
        return Seen.UNSUPPORTED, f"此数据库没有所查的对象：{said}"
    seen, meaning = _MEANING.get(code, (Seen.GARBLED, "数据库报错"))
    return seen, f"{meaning}：{said}"
