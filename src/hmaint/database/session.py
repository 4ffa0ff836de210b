"""A read-only conversation with one database: many queries, one connection."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from hmaint.database.guard import refusal
from hmaint.database.login import bare
from hmaint.database.watch import GRACE, watch
from hmaint.errors import CouldNotLook
from hmaint.kit.i18n import for_a_record
from hmaint.kit.text import one_line
from hmaint.model.inventory import Database
from hmaint.model.look import Query, Row, Rows, Seen

if TYPE_CHECKING:  # the real ones come with SQLAlchemy and a driver, which most commands do not need
    from hmaint.database.apart import ApartSession
    from hmaint.database.dialect import Dialect, Line


def open_session(database: Database, password: str | None, workspace: Path) -> Session | ApartSession:
    """Log in and learn the facts; CouldNotLook, with a Chinese reason and no password, when that fails.

    `workspace` is the folder that the path of a SQLite file is relative to.
    """
    session = _session(database, password, workspace)
    failure = session.start()
    if failure is None:
        return session
    # Raised outside any except clause: a driver's exception holds the password and must not hang on ours.
    raise CouldNotLook(failure.seen, bare(failure.reason, password))


def _session(database: Database, password: str | None, workspace: Path) -> Session | ApartSession:
    if database.engine == "oracle":
        from hmaint.database.apart import ApartSession  # noqa: PLC0415 - it knows this module, and is seldom needed

        return ApartSession(database, password, workspace)
    dialect = dialect_of(database.engine)
    return Session(database, dialect, lambda: dialect.connect(database, password, workspace))


def dialect_of(engine: str) -> Dialect:
    """Find the dialect for an inventory's `engine`; CouldNotLook for those this release does not speak."""
    # Each brings its driver, so only the one that is needed is imported.
    if engine == "mysql":
        from hmaint.database import mysql  # noqa: PLC0415 - see above

        return mysql
    if engine == "postgresql":
        from hmaint.database import postgresql  # noqa: PLC0415 - see above

        return postgresql
    if engine == "sqlite":
        from hmaint.database import sqlite  # noqa: PLC0415 - see above

        return sqlite
    if engine == "oracle":
        from hmaint.database import oracle  # noqa: PLC0415 - see above

        return oracle
    if engine == "sqlserver":
        from hmaint.database import sqlserver  # noqa: PLC0415 - see above

        return sqlserver
    raise CouldNotLook(Seen.UNSUPPORTED, f"本版本尚不能检查 {engine} 数据库")


class Session:
    """One open database.

    `facts`: `version`, `flavour`, `uptime` (seconds, None where unknown), `superuser`, `now` (epoch seconds
    on the database's clock). `missing_belts`: in Chinese, which of the three belts (account, read-only session,
    time limit) this server lacks.
    """

    def __init__(self, database: Database, dialect: Dialect, connect: Callable[[], Line]) -> None:
        self._database = database
        self._dialect = dialect
        self._connect = connect
        self._line: Line | None = None
        self._lost = ""
        self.facts: Mapping[str, object] = {}
        self.missing_belts: tuple[str, ...] = ()

    def start(self) -> CouldNotLook | None:
        """Log in and learn the facts; a failure is handed back, so that no driver's exception hangs on it."""
        failure = self._dial()
        if failure is not None or self._line is None:
            return failure
        failure = self._within(self._database.limits.login, self._learn)
        if failure is not None:
            self.close()
        return failure

    def _dial(self) -> CouldNotLook | None:
        try:
            self._line = self._connect()
        except Exception as error:  # noqa: BLE001 - a driver facing a broken server raises anything
            return self._failure(error)
        return None

    def _learn(self, line: Line) -> None:
        self.facts = self._dialect.facts(line)
        self.missing_belts = self._dialect.missing_belts(line, self.facts)
        line.connection.rollback()

    def _within(self, seconds: float, work: Callable[[Line], None]) -> CouldNotLook | None:
        """Work on the line under the laptop's own clock; a line that was cut or broke is given up."""
        line = self._line
        if line is None:
            return CouldNotLook(Seen.UNREACHABLE, self._lost)
        failure = None
        with watch(seconds, line.abort) as bound:
            try:
                work(line)
            except Exception as error:  # noqa: BLE001 - a driver facing a broken server raises anything
                failure = self._failure(error)
        if bound.fired:
            failure = CouldNotLook(Seen.TIMED_OUT, f"{seconds:g} 秒内没有答复，已断开")
        if failure is not None:
            self._recover(line, lost=bound.fired or failure.seen == Seen.UNREACHABLE)
        return failure

    def _failure(self, error: BaseException) -> CouldNotLook:
        cause = getattr(error, "orig", None) or error
        if isinstance(cause, CouldNotLook):
            return CouldNotLook(cause.seen, cause.reason)
        if isinstance(cause, UnicodeError):
            return CouldNotLook(Seen.GARBLED, "数据库返回的文字不是声明的编码")
        if isinstance(cause, OSError):
            return CouldNotLook(Seen.UNREACHABLE, f"连接不上数据库：{one_line(cause.strerror or str(cause))}")
        return CouldNotLook(*self._dialect.explain(cause))

    def _recover(self, line: Line, *, lost: bool) -> None:
        """Make the line fit for the next query, or drop it."""
        if not lost:
            try:
                line.connection.rollback()
            except Exception:  # noqa: BLE001 - see _within
                lost = True
        if lost:
            self._drop(line)

    def _drop(self, line: Line) -> None:
        line.abort()
        self._line = None
        with suppress(Exception):
            line.connection.invalidate()
            line.connection.close()

    def ask(self, query: Query) -> Rows:
        """Ask one query in a fresh read-only state; what the server does is in `seen`, never raised."""
        started = time.monotonic()

        def answer(seen: Seen, rows: tuple[Row, ...] = (), *, cut: bool = False, reason: str = "") -> Rows:
            return Rows(seen, rows, cut, reason, round((time.monotonic() - started) * 1000))

        with for_a_record():
            refused = refusal(query.sql, self._database.engine)
        if refused is not None:
            return answer(Seen.DENIED, reason=f"拒绝发送：{refused}")
        if self._line is None and not self._redial():
            return answer(Seen.UNREACHABLE, reason=self._lost)
        fetched: list[tuple[tuple[Row, ...], bool]] = []
        seconds = query.limit or self._database.limits.command
        failure = self._within(
            seconds + GRACE, lambda line: fetched.append(self._fetch(line, query, seconds))
        )
        if failure is not None:
            return answer(Seen(failure.seen), reason=failure.reason)
        rows, cut = fetched[0]
        return answer(Seen.OBSERVED, rows, cut=cut)

    def _fetch(self, line: Line, query: Query, seconds: float) -> tuple[tuple[Row, ...], bool]:
        from hmaint.database.dialect import Bounds  # noqa: PLC0415 - comes with SQLAlchemy
        from hmaint.database.fetch import fetch  # noqa: PLC0415 - comes with SQLAlchemy

        self._dialect.begin(line, Bounds(seconds, query.rows))
        rows, cut, usable = fetch(line, query, self._database.engine, self._dialect)
        line.check()
        if usable:
            line.connection.rollback()
        else:
            self._drop(line)
        return rows, cut

    def _redial(self) -> bool:
        """One attempt to come back after the connection was lost; if it fails the session stays lost."""
        if self._lost:
            return False
        failure = self._dial()
        self._lost = "" if failure is None else f"连接中断后未能重连：{failure.reason}"
        return failure is None

    def close(self) -> None:
        """End the conversation; safe to call twice."""
        line, self._line = self._line, None
        if line is not None:
            from hmaint.database.dialect import end  # noqa: PLC0415 - comes with SQLAlchemy

            end(line)
