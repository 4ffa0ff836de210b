"""A connection that runs the statements of an approved script: one at a time, with short lock time-outs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from hmaint.database.dialect import Line, end
from hmaint.database.login import bare
from hmaint.database.watch import watch
from hmaint.errors import CouldNotLook, Refused
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.model.inventory import Database
from hmaint.model.look import Seen

GRANTS = {
    "mysql": "grant alter, create, drop, index, insert, update, delete, select on icu.* to hmaint_upgrade@'10.1.2.%'",
    "postgresql": "grant the owner of the tables to hmaint_upgrade",
}
"""What the account that runs scripts needs; the rest is what the scripts themselves do."""


ACT = "hmaint upgrade"
"""The lock of one act."""


class Unsent(Exception):
    """A statement did not run to its end; `lost` where the connection broke and nobody knows what became of it."""

    def __init__(self, reason: str, *, lost: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.lost = lost


class Engine(Protocol):
    """One engine. `raw` is its driver's connection, outside any transaction."""

    def connect(
        self, database: Database, password: str | None, workspace: Path, wait: float
    ) -> tuple[Any, object]:
        """Log in; the second is whatever must live as long as the connection."""

    def alone(self, raw: Any, lock: str) -> bool:  # noqa: ANN401 - each driver has its own
        """Take a lock that every hmaint takes, until the connection ends; False where another one holds it."""

    def run(self, raw: Any, sql: str) -> list[tuple[Any, ...]]:  # noqa: ANN401 - as above
        """Run a statement as it stands, and give its rows."""

    def cancel(self, raw: Any) -> None:  # noqa: ANN401 - as above
        """End what runs; called from another thread."""

    def mark(self, raw: Any) -> str:  # noqa: ANN401 - as above
        """What this transaction can be asked about by later; empty where there is no such thing."""

    def marked(self, raw: Any, mark: str) -> str:  # noqa: ANN401 - as above
        """What became of it: committed, aborted, in progress; empty where nobody knows."""

    def explain(self, error: BaseException) -> tuple[Seen, str]:
        """What an error of the driver means, in Chinese."""


class Deed:
    """An open connection of the account that upgrades."""

    def __init__(
        self, database: Database, password: str | None, workspace: Path, wait: float, *, lock: str = ACT
    ) -> None:
        """Log in. CouldNotLook, with a Chinese reason and no password, where that fails; Refused where it is taken."""
        self._engine = engine_of(database.engine)
        self._password = password
        account = replace(database, user=database.upgrade_user or database.user)
        failure: Unsent | None = None
        try:
            self._raw, self._kept = self._engine.connect(account, password, workspace, wait)
        except Exception as error:  # noqa: BLE001 - a driver facing a broken server raises anything
            failure = self._explained(error)
        if failure is not None:
            # Raised outside the except clause: a driver's exception holds the password and must not hang on ours.
            raise CouldNotLook(Seen.UNREACHABLE if failure.lost else Seen.DENIED, failure.reason)
        if not self._engine.alone(self._raw, lock):
            self.close()
            raise Refused(_("another hmaint is at database {name} just now").format(name=database.name))

    def run(self, sql: str, seconds: float = 0.0) -> list[tuple[Any, ...]]:
        """Run one statement; ended after so many seconds (0: never). Unsent where it did not run to its end."""
        failure: Unsent | None = None
        rows: list[tuple[Any, ...]] = []
        with watch(seconds or 864_000.0, self._cancel) as bound:
            try:
                rows = self._engine.run(self._raw, sql)
            except Exception as error:  # noqa: BLE001 - see __init__
                failure = self._explained(error)
        if failure is not None and bound.fired and not failure.lost:
            failure = Unsent(_("it took longer than {n:g} s and was ended").format(n=seconds))
        if failure is not None:
            raise failure
        return rows

    def yes(self, query: str) -> bool:
        """Whether the first value of a query's answer is true. Unsent where it gives none."""
        rows = self.run(query, 60.0)
        return bool(rows and rows[0] and rows[0][0] not in {None, 0, "0", "", "f", "false", b"\x00"})

    def mark(self) -> str:
        """What this transaction can be asked about by later; empty where there is no such thing."""
        try:
            return self._engine.mark(self._raw)
        except Exception:  # noqa: BLE001 - an old server lacks it, and the probes are there still
            return ""

    def marked(self, mark: str) -> str:
        """What became of a transaction: committed, aborted, in progress; empty where nobody knows."""
        try:
            return self._engine.marked(self._raw, mark)
        except Exception:  # noqa: BLE001 - as above
            return ""

    def _cancel(self) -> None:
        with suppress(Exception):
            self._engine.cancel(self._raw)

    def _explained(self, error: BaseException) -> Unsent:
        if isinstance(error, CouldNotLook):
            return Unsent(self._clean(error.reason), lost=error.seen == Seen.UNREACHABLE)
        cause = getattr(error, "orig", None) or error
        if isinstance(cause, OSError):
            return Unsent(f"连接不上数据库：{cause.strerror or cause}", lost=True)
        seen, reason = self._engine.explain(cause)
        return Unsent(self._clean(reason), lost=seen is Seen.UNREACHABLE)

    def _clean(self, reason: str) -> str:
        return one_line(bare(reason, self._password), 300)

    def close(self) -> None:
        """Log out; may be called twice. What was not committed is taken back by the server."""
        _let_go(self._raw, self._kept)


def _let_go(raw: Any, kept: object) -> None:  # noqa: ANN401 - each driver has its own
    if isinstance(kept, Line):
        end(kept)
        return
    with suppress(Exception):
        raw.close()


class _MySql:
    def connect(
        self, database: Database, password: str | None, workspace: Path, wait: float
    ) -> tuple[Any, object]:
        from hmaint.database import mysql  # noqa: PLC0415 - brings its driver

        line = mysql.connect(database, password, workspace)
        raw: Any = line.connection.connection.driver_connection
        raw.autocommit(True)  # noqa: FBT003 - the driver's own words
        whole = max(1, round(wait))
        with raw.cursor() as cursor:
            cursor.execute(f"set session lock_wait_timeout={whole}, innodb_lock_wait_timeout={whole}")
            with suppress(Exception):  # MariaDB alone has it
                cursor.execute("set session max_statement_time=0")
        self._again = lambda: self.connect(database, password, workspace, wait)
        return raw, line

    _again: Callable[[], tuple[Any, object]]

    def alone(self, raw: Any, lock: str) -> bool:  # noqa: ANN401 - each driver has its own
        return self.run(raw, f"select get_lock('{lock}', 0)")[0][0] in {1, "1"}

    def run(self, raw: Any, sql: str) -> list[tuple[Any, ...]]:  # noqa: ANN401 - as above
        with raw.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall() or ())

    def cancel(self, raw: Any) -> None:  # noqa: ANN401 - as above
        other, line = self._again()
        try:
            self.run(other, f"kill query {int(raw.thread_id())}")
        finally:
            _let_go(other, line)

    def mark(self, raw: Any) -> str:  # noqa: ANN401, ARG002 - as above
        return ""

    def marked(self, raw: Any, mark: str) -> str:  # noqa: ANN401, ARG002 - as above
        return ""

    def explain(self, error: BaseException) -> tuple[Seen, str]:
        from hmaint.database import mysql  # noqa: PLC0415 - as above

        return mysql.explain(error)


class _PostgreSql:
    def connect(
        self, database: Database, password: str | None, workspace: Path, wait: float
    ) -> tuple[Any, object]:
        from hmaint.database import postgresql  # noqa: PLC0415 - brings its driver

        line = postgresql.connect(database, password, workspace)
        raw: Any = line.connection.connection.driver_connection
        raw.rollback()
        raw.read_only = None
        raw.autocommit = True
        for words in (
            "set default_transaction_read_only = off",
            f"set lock_timeout = '{max(1, round(wait * 1000))}ms'",
            "set statement_timeout = 0",
            "set application_name = 'hmaint upgrade'",
        ):
            raw.execute(words)
        return raw, line

    def alone(self, raw: Any, lock: str) -> bool:  # noqa: ANN401 - each driver has its own
        return bool(raw.execute("select pg_try_advisory_lock(hashtext(%s))", (lock,)).fetchone()[0])

    def run(self, raw: Any, sql: str) -> list[tuple[Any, ...]]:  # noqa: ANN401 - as above
        # As bytes it goes as it stands, without the driver looking for placeholders.
        cursor = raw.execute(sql.encode())
        return list(cursor.fetchall()) if cursor.description else []

    def cancel(self, raw: Any) -> None:  # noqa: ANN401 - as above
        raw.cancel()

    def mark(self, raw: Any) -> str:  # noqa: ANN401 - as above
        return str(raw.execute("select txid_current()").fetchone()[0])

    def marked(self, raw: Any, mark: str) -> str:  # noqa: ANN401 - as above
        return str(raw.execute("select coalesce(txid_status(%s), '')", (int(mark),)).fetchone()[0])

    def explain(self, error: BaseException) -> tuple[Seen, str]:
        from hmaint.database import postgresql  # noqa: PLC0415 - as above

        return postgresql.explain(error)


class _Sqlite:
    def connect(
        self,
        database: Database,
        password: str | None,  # noqa: ARG002 - all engines are called alike
        workspace: Path,
        wait: float,
    ) -> tuple[Any, object]:
        path = (workspace / database.path).resolve()
        if not path.is_file():
            raise CouldNotLook(Seen.UNREACHABLE, f"数据库文件不存在：{database.path}")
        uri = f"{path.as_uri()}?mode=rw"
        raw = sqlite3.connect(uri, uri=True, timeout=wait, isolation_level=None, check_same_thread=False)
        return raw, None

    def alone(self, raw: Any, lock: str) -> bool:  # noqa: ANN401, ARG002 - a file has none; its own keeps writers apart
        return True

    def run(self, raw: Any, sql: str) -> list[tuple[Any, ...]]:  # noqa: ANN401 - each driver has its own
        return list(raw.execute("begin immediate" if sql == "begin" else sql).fetchall())

    def cancel(self, raw: Any) -> None:  # noqa: ANN401 - as above
        raw.interrupt()

    def mark(self, raw: Any) -> str:  # noqa: ANN401, ARG002 - as above
        return ""

    def marked(self, raw: Any, mark: str) -> str:  # noqa: ANN401, ARG002 - as above
        return ""

    def explain(self, error: BaseException) -> tuple[Seen, str]:
        from hmaint.database import sqlite  # noqa: PLC0415 - as above

        return sqlite.explain(error)


def engine_of(name: str) -> Engine:
    """The way of an engine; CouldNotLook for one whose scripts this release does not run."""
    made: dict[str, Callable[[], Engine]] = {"mysql": _MySql, "postgresql": _PostgreSql, "sqlite": _Sqlite}
    if name not in made:
        raise CouldNotLook(Seen.UNSUPPORTED, f"本版本不执行 {name} 的脚本")
    return made[name]()
