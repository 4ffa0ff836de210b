"""A database kept for one run: a lock of its server that goes with its connection; of SQLite, one beside its file."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Protocol

from filelock import FileLock, Timeout

from hmaint.database.deed import Deed, Unsent
from hmaint.errors import CouldNotLook, Refused
from hmaint.kit.i18n import _
from hmaint.model.inventory import Database
from hmaint.model.look import Seen

LAPSE = 300
"""Seconds after which a server hangs up on a laptop that gives no sign of life, so that its lock is free."""
_WAIT = 5.0


class Hold(Protocol):
    """A lock that is held until it is closed, or its connection breaks."""

    def held(self) -> bool:
        """Whether it is still ours, by the server's own word; a sign of life besides."""
        ...

    def close(self) -> None:
        """Let it go."""
        ...


def hold(database: Database, password: str | None, workspace: Path) -> Hold:
    """Take it. Refused where another run has it; CouldNotLook, with a Chinese reason, where that cannot be seen."""
    if database.engine == "sqlite":
        return _Beside(database, workspace)
    return _Served(database, password, workspace)


def lock_name(database: Database) -> str:
    """What the lock of a database is called: MySQL's locks are the whole server's, so the name says of which it is.

    However it is spelt: on Windows another inventory may write the same database in capitals.
    """
    return f"hmaint run {sha256(database.database.lower().encode()).hexdigest()[:16]}"


class _Served:
    """A lock of MySQL or PostgreSQL: theirs are let go of when the connection ends."""

    def __init__(self, database: Database, password: str | None, workspace: Path) -> None:
        self._using, self._lost = Lock(), False
        name = lock_name(database)
        self._deed = Deed(database, password, workspace, _WAIT, lock=name)
        self._asked = _ASKED[database.engine].format(name=name)
        for words in _LAPSES[database.engine]:
            with suppress(Unsent):  # older servers lack some of them
                self._deed.run(words)

    def held(self) -> bool:
        with self._using:
            if not self._lost:
                try:
                    self._lost = not self._deed.yes(self._asked)
                except Unsent:
                    self._lost = True
            return not self._lost

    def close(self) -> None:
        with self._using:
            self._lost = True
            self._deed.close()


class _Beside:
    """A lock on a file beside the database's own, which SQLite itself must be left alone with."""

    def __init__(self, database: Database, workspace: Path) -> None:
        path = (workspace / database.path).resolve()
        # Acts of several databases run in threads of their own, and each asks whether it is still held.
        self._lock = FileLock(path.with_name(f"{path.name}.hmaint-lock"), mode=0o600, thread_local=False)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            words = _("another run is at database {name} just now")
            raise Refused(words.format(name=database.name)) from None
        except (OSError, NotImplementedError) as error:
            why = getattr(error, "strerror", None) or type(error).__name__
            raise CouldNotLook(Seen.DENIED, f"无法锁定数据库文件 {database.path}：{why}") from None

    def held(self) -> bool:
        return self._lock.is_locked

    def close(self) -> None:
        self._lock.release()


_ASKED = {
    "mysql": "select is_used_lock('{name}') = connection_id()",
    "postgresql": (
        "select count(*) from pg_locks where locktype = 'advisory' and granted and pid = pg_backend_pid()"
    ),
}
_LAPSES = {
    "mysql": (f"set session wait_timeout = {LAPSE}",),
    "postgresql": (
        f"set idle_session_timeout = '{LAPSE}s'",
        f"set tcp_keepalives_idle = {LAPSE // 5}",
        f"set tcp_keepalives_interval = {LAPSE // 5}",
        "set tcp_keepalives_count = 4",
    ),
}
