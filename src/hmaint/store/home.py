"""Where the records live: a file of this laptop, or a team's server; and the doors into it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from hmaint.store.session import Door, Session, SqliteDoor

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


class Home:
    """One place, opened when it is first asked for something. A lock is waited for `wait` seconds.

    What a run needs of a file is spoken to SQLite itself. Whoever asks for the engine loads SQLAlchemy, which takes
    longer than all else at the start of a command.
    """

    def __init__(self, place: str | Path, wait: float) -> None:
        self._place = place
        self._wait = wait

    @cached_property
    def path(self) -> Path | None:
        """The file; None for a server."""
        if isinstance(self._place, Path) or "://" not in self._place:
            return Path(self._place)
        url = self.engine.url
        return Path(str(url.database)) if self.engine.dialect.name == "sqlite" else None

    @cached_property
    def engine(self) -> Engine:
        """The place as SQLAlchemy opens it. WrongUsage for a URL that is none, or of a server of another kind."""
        from hmaint.store.connect import make_engine, place_url  # noqa: PLC0415 - see above

        return make_engine(place_url(self._place), self._wait)

    @cached_property
    def _file(self) -> SqliteDoor | None:
        return None if self.path is None else SqliteDoor(self.path, self._wait)

    @cached_property
    def door(self) -> Door[Session]:
        """Transactions for statements spelled out."""
        if self._file is not None:
            return self._file
        from hmaint.store.connect import ServerDoor  # noqa: PLC0415 - see above

        return ServerDoor(self.engine)

    @cached_property
    def core(self) -> Door[Connection]:
        """Transactions for statements SQLAlchemy makes."""
        from hmaint.store.connect import CoreDoor  # noqa: PLC0415 - see above

        return CoreDoor(self.engine)

    def __str__(self) -> str:
        """Where it is, without a password."""
        return str(self.path) if self.path else self.engine.url.render_as_string(hide_password=True)

    def dispose(self) -> None:
        """Let go of the database; the next call takes hold of it again."""
        if self._file is not None:
            self._file.dispose()
        if "engine" in self.__dict__:
            self.engine.dispose()
