"""SQLite: tuning of a file; whoever uses it meanwhile is waited for some seconds, and makes us wait no longer."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from hmaint.database import sqlite
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Act, Fix
from hmaint.model.inventory import Database
from hmaint.model.look import Seen
from hmaint.model.tuning import LOCK, Picture, Pulse

explain = sqlite.explain

_PICTURE = """
select type || ' ' || name || ': ' || coalesce(sql, '') from sqlite_master
where :table in ('', tbl_name) or name like 'sqlite_stat%'
"""


def connect(
    database: Database,
    password: str | None,  # noqa: ARG001 - all tuners are called alike
    workspace: Path,
) -> tuple[sqlite3.Connection, Callable[[], None]]:
    """Open the file for writing; one that is not there is not made."""
    path = (workspace / database.path).resolve()
    if not path.is_file():
        raise CouldNotLook(Seen.UNREACHABLE, f"数据库文件不存在：{database.path}")
    uri = f"{path.as_uri()}?mode=rw"
    raw = sqlite3.connect(uri, uri=True, timeout=LOCK, isolation_level=None, check_same_thread=False)
    return raw, raw.close


def own(raw: sqlite3.Connection) -> str:  # noqa: ARG001 - all tuners are called alike
    """There are no sessions."""
    return "0"


def claim(raw: sqlite3.Connection, database: Database) -> bool:  # noqa: ARG001 - all tuners are called alike
    """A file is tuned from the one workspace it lies in, which lets in one at a time."""
    return True


def pulse(raw: sqlite3.Connection, own: str) -> Pulse:  # noqa: ARG001 - all tuners are called alike
    """Nothing can be seen of other users of the file; a lock of theirs makes the statement fail by itself."""
    return Pulse()


def picture(raw: sqlite3.Connection, fix: Fix) -> Picture:
    """What the file says of the table and its indexes, and of the tables that hold statistics."""
    table = "" if fix.act in (Act.VACUUM, Act.ANALYZE) else fix.table or fix.object
    return tuple(sorted(line for (line,) in raw.execute(_PICTURE, {"table": table})))


def holders(raw: sqlite3.Connection, fix: Fix, own: str) -> tuple[str, ...]:  # noqa: ARG001 - all tuners are called alike
    """Not to be seen."""
    return ()


def size(raw: sqlite3.Connection, fix: Fix) -> float | None:  # noqa: ARG001 - all tuners are called alike
    """The whole file."""
    pages = raw.execute("pragma page_count").fetchone()[0]
    return float(pages * raw.execute("pragma page_size").fetchone()[0])


def folder(raw: sqlite3.Connection) -> str:
    """Of the file."""
    return str(Path(str(raw.execute("pragma database_list").fetchone()[2])).parent)


def send(raw: sqlite3.Connection, statement: str) -> None:
    """Run it."""
    raw.execute(statement).fetchall()


def cancel(raw: sqlite3.Connection, worker: sqlite3.Connection, own: str) -> None:  # noqa: ARG001 - all tuners are called alike
    """End what the one that acts runs; a statement is a transaction, and is taken back."""
    worker.interrupt()


def running(raw: sqlite3.Connection, session: str, statement: str) -> bool:  # noqa: ARG001 - all tuners are called alike
    """A statement dies with the process that ran it."""
    return False


def debris(raw: sqlite3.Connection, fix: Fix, before: Picture) -> tuple[str, ...]:  # noqa: ARG001 - all tuners are called alike
    """None: statements are transactions."""
    return ()


def undo(fix: Fix, before: Picture) -> tuple[str, ...]:
    """As advised; statistics that were never gathered before are taken away whole."""
    if fix.undo or fix.act is not Act.ANALYZE:
        return fix.undo
    return (
        () if any(line.startswith("table sqlite_stat1") for line in before) else ("DROP TABLE sqlite_stat1",)
    )


def lacks(raw: sqlite3.Connection, fix: Fix) -> str:  # noqa: ARG001 - all tuners are called alike
    """A file has no accounts."""
    return ""
