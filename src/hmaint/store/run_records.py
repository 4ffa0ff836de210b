"""The records as a run keeps them: by statements spelled out, so that nothing is loaded to make them."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from hmaint.kit.i18n import _
from hmaint.model.look import Observation
from hmaint.model.playbook import Level
from hmaint.model.run import Check, Finding, RunRecord, TargetResult
from hmaint.store import prior, write
from hmaint.store.alive import name_process
from hmaint.store.codec import run_out
from hmaint.store.evidence import Evidence
from hmaint.store.failures import RecordsFailure, RunExists
from hmaint.store.home import Home
from hmaint.store.keep import Keeper
from hmaint.store.kept import Anchor, Earlier
from hmaint.store.life import live
from hmaint.store.nights import Nights
from hmaint.store.rescue import rescued
from hmaint.store.session import Session
from hmaint.store.trouble import make_private, told
from hmaint.store.values import VERSION
from hmaint.store.visit import Closing, Visit


class RunRecords:
    """One workspace's records, for whoever keeps runs in them; meant for one thread, beside other processes.

    When the database refuses what a run saw or a person said (full disk, a lock held too long, a server that
    went away), it goes to a file beside the database instead, and so does everything later of this process;
    `rescue` then names the file, which the next `open` brings in. Reading never falls back.
    """

    def __init__(self, home: Home, folder: Path, keeper: Keeper[Session], evidence: Evidence) -> None:
        self._home = home
        self._folder = folder
        self._keeper = keeper
        self.evidence = evidence
        self.nights = Nights(home.door)

    @classmethod
    def open(cls, place: str | Path, folder: Path | None = None, wait: float = 5.0) -> Self:
        """Open the records in a file, or in a team's database by URL, and make them where there are none.

        `folder` holds evidence and rescue files: that of the file by default; a URL needs one. A lock is
        waited for `wait` seconds. Raises a RecordsFailure that says what to do.
        """
        home = Home(place, wait)
        if home.path is not None:
            make_private(home.path)
            folder = folder or home.path.parent
        if folder is None:
            raise RecordsFailure(_("records on a server need a folder of this laptop for evidence"))
        try:
            _make_fit(home, folder)
            records = cls(home, folder, Keeper(home.door, folder), _evidence(home, folder))
        except BaseException:
            home.dispose()
            raise
        records._bring_in()
        return records

    def _bring_in(self) -> None:
        """Bring in what was rescued earlier, and set room aside for the next time."""
        if any(rescued(self._folder)):
            from hmaint.store.replay import bring_in  # noqa: PLC0415 - after an accident alone

            bring_in(self._keeper.by(self._home.core), self._folder, self.evidence)
        with suppress(RecordsFailure, OSError):
            self.evidence.send_waiting()
        self._keeper.reserve()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.dispose()

    def dispose(self) -> None:
        """Let go of the database; the next call takes hold of it again."""
        self._home.dispose()

    @property
    def rescue(self) -> Path | None:
        """The file that took what the database would not; None while all is well."""
        return self._keeper.rescue

    def free_id(self, wanted: str) -> str:
        """Find the first of `wanted`, `wanted-2`, `wanted-3`, … that no run has."""
        with self._home.door.reading() as session:
            return prior.free_id(session, wanted)

    def begin_run(self, run: RunRecord) -> None:
        """Open a run before anything is looked at; RunExists when its id is taken."""
        begun = replace(run, state="running")
        host, process = socket.gethostname(), name_process()

        def insert(session: Session) -> None:
            if write.has_run(session, run.id):
                words = _("a run {run} is kept already; start again in a second")
                raise RunExists(words.format(run=run.id))
            write.insert_run(session, begun, host, process)

        plain = {"what": "begin", "run": run_out(begun), "host": host, "process": process}
        self._keeper.keep(insert, lambda: [plain])

    def append(  # noqa: PLR0913, PLR0917 - one visit, in the words of the engine
        self,
        run_id: str,
        site: str,
        result: TargetResult,
        checks: Sequence[Check],
        observations: Sequence[Observation],
        answer: bytes = b"",
    ) -> tuple[Finding, ...]:
        """Keep one target's visit and hand back its findings with their state."""
        visit = Visit(run_id, site, result, tuple(checks), tuple(observations), answer)
        return self.append_all([visit])[0]

    def append_all(self, visits: Sequence[Visit]) -> tuple[tuple[Finding, ...], ...]:
        """Keep visits in one transaction and hand back the findings of each with their state.

        Among them, at level ok, are those a visit saw gone.
        """
        if not visits:
            return ()
        found = self._keeper.keep(
            lambda session: write.insert_visits(session, visits, self._put),
            lambda: [{"what": "visit", **visit.out()} for visit in visits],
        )
        return tuple(self._foretell(visit) for visit in visits) if found is None else found

    def _put(self, answer: bytes) -> str:
        try:
            return self.evidence.put(answer)
        except OSError as error:
            raise told(error, str(self._folder)) from error

    def _foretell(self, visit: Visit) -> tuple[Finding, ...]:
        """Say how the findings will stand once the visit is brought in, if the records can still be read."""
        name = visit.result.name
        try:
            with self._home.door.reading() as session:
                known = write.known_findings(session, visit.site, [name])[name]
        except RecordsFailure:
            return tuple(finding for check in visit.checks for finding in check.findings)
        return live(known, visit.checks)

    def finish_run(  # noqa: PLR0913, PLR0917 - the end of a run, in the words of the engine
        self,
        run_id: str,
        finished_at: datetime | None,
        level: Level,
        reports: Sequence[str] = (),
        redacted: Mapping[str, int] | None = None,
        state: str = "finished",
    ) -> None:
        """Close a run; may be called again when its documents are made."""
        closing = Closing(run_id, finished_at, level, tuple(reports), dict(redacted or {}), state)
        self._keeper.keep(
            lambda session: write.close_run(session, closing),
            lambda: [{"what": "finish", **closing.out()}],
        )

    def previous(self, site: str, wanted: Mapping[str, Iterable[str]]) -> Mapping[str, Mapping[str, Earlier]]:
        """Read what each of the steps wanted of each target is to be compared with, by target and step.

        That is its newest answered look that was not held; a step nobody has looked by yet is not there.
        """
        with self._home.door.reading() as session:
            return prior.read_previous(session, site, wanted)

    def anchor(self, trail: Path) -> Anchor | None:
        """Read the last line known of an audit trail."""
        with self._home.door.reading() as session:
            return prior.read_anchor(session, self._name(trail))

    def set_anchor(self, trail: Path, anchor: Anchor) -> None:
        """Remember the last line of an audit trail; an earlier one never replaces a later."""
        if self.rescue is None:
            self._keeper.write(lambda session: write.move_anchor(session, self._name(trail), anchor))

    def _name(self, trail: Path) -> str:
        # A file of records moves with its workspace; on a team's server every laptop has trails of its own.
        if self._home.path is not None:
            return trail.name
        return sha256(f"{socket.gethostname()}:{trail.resolve()}".encode()).hexdigest()


def _make_fit(home: Home, folder: Path) -> None:
    """See to it that the tables are of the shape this hmaint knows."""
    with suppress(RecordsFailure), home.door.reading() as session:
        if session.rows("SELECT version_num FROM alembic_version") == [(VERSION,)]:
            return
    # Whatever else is the matter, making and migrating tables will tell.
    from hmaint.store.migrate import ensure_schema  # noqa: PLC0415 - Alembic and SQLAlchemy, once in a schema's life

    ensure_schema(home.engine, folder)


def _evidence(home: Home, folder: Path) -> Evidence:
    if home.path is not None:
        return Evidence(folder / "evidence")
    from hmaint.store.blobs import Blobs  # noqa: PLC0415 - evidence that laptops share, on a server

    return Evidence(folder / "evidence", Blobs(home.engine))
