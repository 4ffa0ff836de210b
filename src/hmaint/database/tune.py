"""Changes what tuning changes in a database: one connection acts, another watches and stops it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Thread
from typing import Any, Protocol, TypeVar

from hmaint.database.login import bare
from hmaint.database.tune_guard import refuse_tuning
from hmaint.database.watch import watch
from hmaint.errors import CouldNotLook
from hmaint.kit.text import one_line
from hmaint.model.advice import Fix
from hmaint.model.inventory import Database
from hmaint.model.look import Seen
from hmaint.model.tuning import Picture, Pulse

T = TypeVar("T")
ENGINES = ("mysql", "postgresql", "sqlite")
"""Engines this release applies tuning to; of the others it only says what could be done."""
GRANTS = {
    "mysql": "grant alter, index, create, insert, drop, select on icu.* to hmaint_tune@'10.1.2.%';"
    " grant process, binlog monitor, replica monitor on *.* to hmaint_tune@'10.1.2.%'"
    " (MySQL: process, replication client, system_variables_admin)",
    "postgresql": "grant the owner of the tables to hmaint_tune; grant pg_monitor to hmaint_tune",
}
"""What the account that applies tuning needs."""
_LOOK = 0.4
"""Seconds between two looks of the one that watches."""
_PATIENCE = 30.0
"""Seconds a statement that was ended may take to come back, and one whose connection broke to end at the server."""


class Tuner(Protocol):
    """One engine's way to tune. `raw` is its driver's connection, outside any transaction."""

    def connect(
        self, database: Database, password: str | None, workspace: Path
    ) -> tuple[Any, Callable[[], None]]:
        """Log in with short lock time-outs; the connection, and what lets go of the rest once it is closed.

        Whatever the driver raises goes through `explain`.
        """

    def own(self, raw: Any) -> str:  # noqa: ANN401 - see connect
        """The number of this session on the server."""

    def claim(self, raw: Any, database: Database) -> bool:  # noqa: ANN401 - see connect
        """Whether this session alone may tune that database, wherever else an hmaint is at work; may be asked again."""

    def pulse(self, raw: Any, own: str) -> Pulse:  # noqa: ANN401 - see connect
        """How the server is now; what session `own` does itself does not count."""

    def picture(self, raw: Any, fix: Fix) -> Picture:  # noqa: ANN401 - see connect
        """What the fix changes, as the server describes it; empty where there is no such thing."""

    def holders(self, raw: Any, fix: Fix, own: str) -> tuple[str, ...]:  # noqa: ANN401 - see connect
        """Who has held the table in a transaction for some seconds, in Chinese."""

    def size(self, raw: Any, fix: Fix) -> float | None:  # noqa: ANN401 - see connect
        """Bytes of the table with its indexes; None where the fix is about no table."""

    def lacks(self, raw: Any, fix: Fix) -> str:  # noqa: ANN401 - see connect
        """Which right the account lacks for a fix, in Chinese; empty where it lacks none that is known of."""

    def folder(self, raw: Any) -> str:  # noqa: ANN401 - see connect
        """The folder of the server's data, on its own machine."""

    def send(self, raw: Any, statement: str) -> None:  # noqa: ANN401 - see connect
        """Run one statement to its end; a reply that tells of a failure is one."""

    def cancel(self, raw: Any, worker: Any, own: str) -> None:  # noqa: ANN401 - see connect
        """End what session `own` runs, whose connection is `worker`; called from another thread."""

    def running(self, raw: Any, session: str, statement: str) -> bool:  # noqa: ANN401 - see connect
        """Whether a session of an earlier hmaint still runs that statement."""

    def debris(self, raw: Any, fix: Fix, before: Picture) -> tuple[str, ...]:  # noqa: ANN401 - see connect
        """The statements that remove what an act broken off in the middle left behind."""

    def undo(self, fix: Fix, before: Picture) -> tuple[str, ...]:
        """The statements that take the fix back, given how things were before."""

    def explain(self, error: BaseException) -> tuple[Seen, str]:
        """What an error of the driver means, and why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of one statement: empty `failure` means that it ran to its end."""

    failure: str = ""
    busy: bool = False
    """It waited for a lock in vain: trying again later may help."""
    stopped: bool = False
    """Whoever watched ended it."""
    lost: bool = False
    """The connection broke, and the server goes on with it or does not tell: nobody knows what becomes of it."""


class Hand:
    """Two connections of the account that tunes: one acts, the other looks on."""

    def __init__(self, database: Database, password: str | None, workspace: Path) -> None:
        """Log in twice as `tune_user`. CouldNotLook, with a Chinese reason and no password, where that fails."""
        self.database = database
        self._tuner = tuner_of(database.engine)
        self._password = password
        self._account = replace(database, user=database.tune_user or database.user)
        self._workspace = workspace
        self._ends: list[Callable[[], None]] = []
        self._worker = self._login()
        self._hang_up = self._ends[-1]
        self._claimed = False
        try:
            self._watcher = self._login()
            self.session = self._try(lambda: self._tuner.own(self._worker))
        except BaseException:
            self.close()
            raise

    def _login(self) -> Any:  # noqa: ANN401 - each driver has its own
        raw, end = self._try(lambda: self._tuner.connect(self._account, self._password, self._workspace))
        self._ends.append(end)
        return raw

    def claim(self) -> bool:
        """Whether no other hmaint tunes this database, from whichever laptop. CouldNotLook where that is not told."""
        until = time.monotonic() + _LOOK * 5
        # The session of an hmaint that died holds it until the server has noticed.
        while not self._try(lambda: self._tuner.claim(self._worker, self.database)):
            if time.monotonic() > until:
                return False
            time.sleep(_LOOK)
        self._claimed = True
        return True

    def _try(self, work: Callable[[], T]) -> T:
        found: list[T] = []
        failure: CouldNotLook | None = None
        try:
            found.append(work())
        except Exception as error:  # noqa: BLE001 - a driver facing a broken server raises anything
            failure = self._explained(error)
        if failure is not None:
            # Raised outside the except clause: a driver's exception holds the password and must not hang on ours.
            raise failure
        return found[0]

    def _explained(self, error: BaseException) -> CouldNotLook:
        if isinstance(error, CouldNotLook):
            return CouldNotLook(error.seen, self._clean(error.reason))
        if isinstance(error, OSError):
            return CouldNotLook(Seen.UNREACHABLE, f"连接不上数据库：{error.strerror or error}")
        seen, reason = self._tuner.explain(error)
        return CouldNotLook(seen, self._clean(reason))

    def _clean(self, reason: str) -> str:
        return bare(reason, self._password)

    def pulse(self) -> Pulse:
        """How the server is. CouldNotLook where it does not answer."""
        return self._looked(lambda raw: self._tuner.pulse(raw, self.session))

    def picture(self, fix: Fix) -> Picture:
        """What the fix changes, as it is now. CouldNotLook where that cannot be seen."""
        return self._looked(lambda raw: self._tuner.picture(raw, fix))

    def holders(self, fix: Fix) -> tuple[str, ...]:
        """Who holds the table; nobody where that cannot be seen: the server's own time-out is still there."""
        try:
            return self._looked(lambda raw: self._tuner.holders(raw, fix, self.session))
        except CouldNotLook:
            return ()

    def size(self, fix: Fix) -> float | None:
        """Bytes of the table; None where it cannot be seen."""
        try:
            return self._looked(lambda raw: self._tuner.size(raw, fix))
        except CouldNotLook:
            return None

    def lacks(self, fix: Fix) -> str:
        """Which right the account lacks for a fix. CouldNotLook where that cannot be seen."""
        return self._looked(lambda raw: self._tuner.lacks(raw, fix))

    def folder(self) -> str:
        """Where the server keeps its data, on its own machine. CouldNotLook where it does not say."""
        return self._looked(self._tuner.folder)

    def debris(self, fix: Fix, before: Picture) -> tuple[str, ...]:
        """What has to be removed after an act that was broken off."""
        return self._looked(lambda raw: self._tuner.debris(raw, fix, before))

    def undo_of(self, fix: Fix, before: Picture) -> tuple[str, ...]:
        """How the fix is taken back."""
        return self._tuner.undo(fix, before)

    def running(self, session: str, statement: str) -> bool:
        """Whether an earlier hmaint's statement is still running there."""
        return self._looked(lambda raw: self._tuner.running(raw, session, statement))

    def _looked(self, look: Callable[[Any], T]) -> T:
        return self._try(lambda: look(self._watcher))

    def send(self, statement: str, seconds: float, stop: Callable[[Pulse], str]) -> Sent:
        """Run one statement, for so many seconds at most, and end it as soon as `stop` gives a reason."""
        refused = refuse_tuning(statement, self.database.engine)
        if refused is not None:
            return Sent(f"拒绝发送：{refused}")
        over, why = Event(), list[str]()
        onlooker = Thread(target=self._watch, args=(over, why, stop), daemon=True)
        onlooker.start()
        failure: CouldNotLook | None = None
        try:
            with watch(seconds, lambda: self._end(over)) as bound:
                self._tuner.send(self._worker, statement)
        except Exception as error:  # noqa: BLE001 - see _try
            failure = self._explained(error)
        finally:
            over.set()
            onlooker.join()
        if failure is None:
            return Sent()
        reason = why[0] if why else "到了时限，已停止" if bound.fired else failure.reason
        lost = self._is_broken() and not self._ended(statement)
        return Sent(
            one_line(reason), failure.seen == Seen.TIMED_OUT and not why, bool(why) or bound.fired, lost
        )

    def _watch(self, over: Event, why: list[str], stop: Callable[[Pulse], str]) -> None:
        while not over.wait(_LOOK):
            try:
                reason = stop(self._tuner.pulse(self._watcher, self.session))
            except Exception:  # noqa: BLE001 - who cannot see what it does to others stops
                reason = "看不到服务器的状态，已停止"
            if reason and not over.is_set():
                why.append(reason)
                self._end(over)
                return

    def _end(self, over: Event) -> None:
        """End what runs, and hang up where no word of that comes back: a firewall may have dropped the connection."""
        self.cancel()
        if not over.wait(_PATIENCE) and self.database.engine != "sqlite":
            self._hang_up()

    def cancel(self) -> None:
        """End whatever runs; what it has not finished is taken back by the server."""
        try:
            self._tuner.cancel(self._watcher, self._worker, self.session)
        except Exception:  # noqa: BLE001 - whoever looked on is cut off: by a connection of its own then
            with suppress(Exception):
                self._watcher = self._login()
                self._tuner.cancel(self._watcher, self._worker, self.session)

    def _is_broken(self) -> bool:
        if getattr(self._worker, "closed", False):
            return True
        try:
            self._tuner.own(self._worker)
        except Exception:  # noqa: BLE001 - a driver on a dead connection raises anything
            return True
        return False

    def _ended(self, statement: str) -> bool:
        """End at the server what a connection that broke had begun, and act through a new one from then on."""
        self.cancel()
        until = time.monotonic() + _PATIENCE
        try:
            while self.running(self.session, statement):
                if time.monotonic() > until:
                    return False
                time.sleep(_LOOK)
            self._worker = self._login()
            self._hang_up = self._ends[-1]
            self.session = self._try(lambda: self._tuner.own(self._worker))
            return not self._claimed or self.claim()
        except CouldNotLook:
            return False

    def close(self) -> None:
        """Log out; safe to call twice."""
        for name in ("_worker", "_watcher"):
            raw = getattr(self, name, None)
            if raw is not None:
                setattr(self, name, None)
                with suppress(Exception):
                    raw.close()
        while self._ends:
            with suppress(Exception):
                self._ends.pop()()


def tuner_of(engine: str) -> Tuner:
    """The way of an engine; CouldNotLook for one this release applies nothing to."""
    if engine == "mysql":
        from hmaint.database import tune_mysql  # noqa: PLC0415 - brings its driver

        return tune_mysql
    if engine == "postgresql":
        from hmaint.database import tune_postgresql  # noqa: PLC0415 - brings its driver

        return tune_postgresql
    if engine == "sqlite":
        from hmaint.database import tune_sqlite  # noqa: PLC0415 - only where it is asked for

        return tune_sqlite
    raise CouldNotLook(Seen.UNSUPPORTED, f"本版本不对 {engine} 执行调优")
