"""Ends what one session of a database does: the least means that helps, and only the very session that was seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from hmaint.database.login import logged_in
from hmaint.database.session import dialect_of
from hmaint.database.watch import watch
from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Database
from hmaint.model.look import Seen
from hmaint.model.sighting import Means, Sighting

if TYPE_CHECKING:  # the real ones come with SQLAlchemy and a driver, which most commands do not need
    from pathlib import Path

    from hmaint.database.dialect import Dialect, Line

T = TypeVar("T")
ENGINES = ("mysql", "postgresql")
"""Engines whose sessions this release ends; of the others it only says who blocks."""
GRANTS = {
    "mysql": "grant process, connection admin on *.* to hmaint_kill@'10.1.2.%' (MySQL 8: connection_admin; 5.7: super)",
    "postgresql": "grant pg_signal_backend, pg_monitor to hmaint_kill",
}
"""What the account that ends sessions needs."""


class Killer(Protocol):
    """One engine's way to see a session and to end what it does."""

    def see(self, line: Line, session: str) -> Sighting | None:
        """Look at a session; None where there is none of that number."""
        ...

    def act(self, line: Line, seen: Sighting, means: Means) -> str:
        """End it if it is still the very one that was seen, and give the statement sent; empty where it is not."""
        ...


class Hand:
    """A connection of the account that may end sessions, open for one act."""

    def __init__(self, database: Database, password: str | None, workspace: Path) -> None:
        """Log in as `kill_user`. CouldNotLook, with a Chinese reason and no password, where that fails."""
        self._database = database
        self._dialect: Dialect = dialect_of(database.engine)
        self._killer = killer_of(database.engine)
        # This account has no business in anybody's tables; PostgreSQL wants to be entered by one database or another.
        entered = "" if database.engine == "mysql" else database.database
        account = replace(database, user=database.kill_user, database=entered)
        self._line = logged_in(
            lambda: self._dialect.connect(account, password, workspace), self._explained, password
        )

    def see(self, session: str) -> Sighting | None:
        """Look at a session. CouldNotLook where the server does not answer or does not let this account look."""
        return self._bounded(lambda line: self._killer.see(line, session))

    def act(self, seen: Sighting, means: Means) -> str:
        """End what was seen, if it is still that; the statement sent, empty where it was another by then."""
        return self._bounded(lambda line: self._killer.act(line, seen, means))

    def _bounded(self, work: Callable[[Line], T]) -> T:
        failure: CouldNotLook | None = None
        found: list[T] = []
        seconds = self._database.limits.command
        with watch(seconds, self._line.abort) as bound:
            try:
                found.append(work(self._line))
                self._line.connection.rollback()
            except Exception as error:  # noqa: BLE001 - a driver facing a broken server raises anything
                failure = self._explained(error)
        if bound.fired:
            failure = CouldNotLook(Seen.TIMED_OUT, f"{seconds:g} 秒内没有答复，已断开")
        if failure is not None:
            raise failure
        return found[0]

    def _explained(self, error: Exception) -> CouldNotLook:
        cause = getattr(error, "orig", None) or error
        if isinstance(cause, CouldNotLook):
            return CouldNotLook(cause.seen, cause.reason)
        if isinstance(cause, OSError):
            return CouldNotLook(Seen.UNREACHABLE, f"连接不上数据库：{cause.strerror or cause}")
        return CouldNotLook(*self._dialect.explain(cause))

    def close(self) -> None:
        """Log out; safe to call twice."""
        from hmaint.database.dialect import end  # noqa: PLC0415 - comes with SQLAlchemy

        end(self._line)


def killer_of(engine: str) -> Killer:
    """The way of an engine; CouldNotLook for one whose sessions this release does not end."""
    if engine == "mysql":
        from hmaint.database import kill_mysql  # noqa: PLC0415 - brings its driver

        return kill_mysql
    if engine == "postgresql":
        from hmaint.database import kill_postgresql  # noqa: PLC0415 - brings its driver

        return kill_postgresql
    raise CouldNotLook(Seen.UNSUPPORTED, f"本版本不结束 {engine} 的会话")
