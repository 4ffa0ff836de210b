"""The records: everything runs saw and people said, kept in SQLite or a team's database."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sqlalchemy import Connection, Engine

from hmaint.kit.i18n import _
from hmaint.model.look import Observation
from hmaint.model.playbook import Level
from hmaint.model.run import Check, Finding, RunRecord, TargetResult
from hmaint.store import read, write
from hmaint.store.alive import name_process
from hmaint.store.blobs import Blobs
from hmaint.store.codec import note_out, run_out
from hmaint.store.connect import make_engine, make_private, place_url, reading, told
from hmaint.store.documents import Documents
from hmaint.store.entries import Entries
from hmaint.store.evidence import Evidence
from hmaint.store.failures import RecordsFailure, RunExists
from hmaint.store.heads import Heads
from hmaint.store.keep import Keeper
from hmaint.store.kept import Anchor, Earlier, Note, NoteKind, Seen, Series, StoredFinding
from hmaint.store.life import live
from hmaint.store.migrate import ensure_schema
from hmaint.store.nights import Nights
from hmaint.store.series import read_series
from hmaint.store.spells import read_spells
from hmaint.store.visit import Closing, Visit

if TYPE_CHECKING:
    from hmaint.store.export import Written
    from hmaint.store.removal import Moved


class Records:
    """One workspace's records. Meant for one thread; other processes may use the same records at once.

    When the database refuses what a run saw or a person said (full disk, a lock held too long, a server that
    went away), it goes to a file beside the database instead, and so does everything later of this process;
    `rescue` then names the file, which the next `open` brings in. Reading never falls back.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder
        self._keeper = Keeper(engine, folder)
        shared = None if engine.dialect.name == "sqlite" else Blobs(engine)
        self.evidence = Evidence(folder / "evidence", shared)
        self.documents = Documents(engine, self._keeper)
        self.entries = Entries(engine, self._keeper)
        self.nights = Nights(engine)
        self.heads = Heads(engine)

    @classmethod
    def open(cls, place: str | Path, folder: Path | None = None, wait: float = 5.0) -> Self:
        """Open the records in a file, or in a team's database by URL, and make them where there are none.

        `folder` holds evidence and rescue files: that of the file by default; a URL needs one. A lock is
        waited for `wait` seconds. Raises a RecordsFailure that says what to do.
        """
        url = place_url(place)
        if url.get_backend_name() == "sqlite":
            path = Path(str(url.database))
            make_private(path)
            folder = folder or path.parent
        if folder is None:
            raise RecordsFailure(_("records on a server need a folder of this laptop for evidence"))
        engine = make_engine(url, wait)
        try:
            ensure_schema(engine, folder)
        except BaseException:
            engine.dispose()
            raise
        records = cls(engine, folder)
        records._keeper.bring_in(records.evidence)
        return records

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.dispose()

    def dispose(self) -> None:
        """Let go of the database; the next call takes hold of it again."""
        self._engine.dispose()

    @property
    def rescue(self) -> Path | None:
        """The file that took what the database would not; None while all is well."""
        return self._keeper.rescue

    def free_id(self, wanted: str) -> str:
        """Find the first of `wanted`, `wanted-2`, `wanted-3`, … that no run has."""
        with reading(self._engine) as connection:
            return read.free_id(connection, wanted)

    def begin_run(self, run: RunRecord) -> None:
        """Open a run before anything is looked at; RunExists when its id is taken."""
        begun = replace(run, state="running")
        host, process = socket.gethostname(), name_process()

        def insert(connection: Connection) -> None:
            if write.has_run(connection, run.id):
                words = _("a run {run} is kept already; start again in a second")
                raise RunExists(words.format(run=run.id))
            write.insert_run(connection, begun, host, process)

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
            lambda connection: write.insert_visits(connection, visits, self._put),
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
            with reading(self._engine) as connection:
                known = write.known_findings(connection, visit.site, [name])[name]
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
            lambda connection: write.close_run(connection, closing),
            lambda: [{"what": "finish", **closing.out()}],
        )

    def note(self, finding_id: str, text: str, kind: NoteKind, operator: str, time: datetime) -> None:
        """Keep a person's words with a finding; they are on the disk when this returns."""
        self._say(finding_id, Note(kind, text, operator, time))

    def close(self, finding_id: str, reason: str, operator: str, time: datetime) -> None:
        """Put a finding to rest by a person's decision; it is recurring when it is seen again."""
        self._say(finding_id, Note("closed", reason, operator, time))

    def _say(self, finding_id: str, note: Note) -> None:
        finding = self.finding(finding_id).finding.id
        plain = {"what": "note", "finding": finding, "note": note_out(note)}
        self._keeper.keep(
            lambda connection: write.say(connection, finding, note), lambda: [plain], durable=True
        )

    def runs(self, site: str | None = None, limit: int = 20) -> tuple[RunRecord, ...]:
        """Read the heads of the newest runs, newest first, without what was seen in them."""
        with reading(self._engine) as connection:
            return read.list_runs(connection, site, limit)

    def counts(self, run_ids: Iterable[str]) -> Mapping[str, Mapping[Level, int]]:
        """Count how many checks of each run came out at each level."""
        with reading(self._engine) as connection:
            return read.count_levels(connection, run_ids)

    def run(self, run_id: str = "latest") -> RunRecord:
        """Read a whole run by its id, a beginning of it that fits only one, or `latest`; else WrongUsage.

        One whose process is gone without having closed it reads as `interrupted`.
        """
        with reading(self._engine) as connection:
            return read.read_run(connection, run_id)

    def observations(self, run_id: str, target: str) -> tuple[Observation, ...]:
        """Read what every step saw on one target in one run."""
        with reading(self._engine) as connection:
            return read.read_observations(connection, run_id, target)

    def transcript(self, run_id: str, target: str) -> bytes:
        """Read what a target literally answered in a run; empty when nothing was kept."""
        with reading(self._engine) as connection:
            digest = read.read_evidence(connection, run_id, target)
        return self.evidence.get(digest) if digest else b""

    def previous(self, site: str, wanted: Mapping[str, Iterable[str]]) -> Mapping[str, Mapping[str, Earlier]]:
        """Read what each of the steps wanted of each target is to be compared with, by target and step.

        That is its newest answered look that was not held; a step nobody has looked by yet is not there.
        """
        with reading(self._engine) as connection:
            return read.read_previous(connection, site, wanted)

    def findings(
        self,
        site: str | None = None,
        states: Iterable[str] | None = None,
        target: str | None = None,
        limit: int = 1000,
    ) -> tuple[StoredFinding, ...]:
        """Read findings over all runs, the worst and then the newest first, without notes and history."""
        with reading(self._engine) as connection:
            return read.list_findings(connection, site, target, states, limit)

    def finding(self, finding_id: str) -> StoredFinding:
        """Read one finding, with notes and history, by its id or a beginning of it; else WrongUsage."""
        with reading(self._engine) as connection:
            return read.read_finding(connection, finding_id)

    def notes(self, finding_id: str) -> tuple[Note, ...]:
        """Read what people said about a finding, oldest first."""
        with reading(self._engine) as connection:
            return read.read_notes(connection, finding_id)

    def observed(self, run_id: str) -> Mapping[str, tuple[Observation, ...]]:
        """Read what every step saw in one run, by target."""
        with reading(self._engine) as connection:
            return read.read_observed(connection, run_id)

    def spells(self, site: str, until: datetime | None = None) -> Mapping[str, tuple[Seen, ...]]:
        """Read what each finding of a site was seen as since it last came up: of those alive, or alive at a moment."""
        with reading(self._engine) as connection:
            return read_spells(connection, site, until)

    def series(
        self,
        site: str,
        names: Sequence[str] = (),
        target: str | None = None,
        subject: str | None = None,
        until: datetime | None = None,
    ) -> tuple[Series, ...]:
        """Read how figures went over the runs; `names` may hold globs."""
        with reading(self._engine) as connection:
            return read_series(
                connection, site, names=tuple(names), target=target, subject=subject, until=until
            )

    def anchor(self, trail: Path) -> Anchor | None:
        """Read the last line known of an audit trail."""
        with reading(self._engine) as connection:
            return read.read_anchor(connection, self._name(trail))

    def set_anchor(self, trail: Path, anchor: Anchor) -> None:
        """Remember the last line of an audit trail; an earlier one never replaces a later."""
        if self.rescue is None:
            self._keeper.write(lambda connection: write.move_anchor(connection, self._name(trail), anchor))

    @property
    def place(self) -> str:
        """Where the records are kept, without a password."""
        url = self._engine.url
        file = self._engine.dialect.name == "sqlite"
        return str(url.database) if file else url.render_as_string(hide_password=True)

    def filled(self) -> Mapping[str, int]:
        """How many rows each table has, of those that have any."""
        from hmaint.store.exchange import filled  # noqa: PLC0415 - only who moves records needs it

        with reading(self._engine) as connection:
            return filled(connection)

    def export(self, path: Path, at: datetime, *, evidence: bool = True) -> Written:
        """Write everything into one file, as it stands at this moment."""
        from hmaint.store import removal  # noqa: PLC0415 - only who moves records needs it

        return removal.export(self._engine, self.evidence if evidence else None, path, at)

    def copy_to(self, other: Records) -> Moved:
        """Copy everything into records that have nothing yet, and prove it; Refused where they have something."""
        from hmaint.store import removal  # noqa: PLC0415 - only who moves records needs it

        return removal.copy(self._engine, other._engine, self.evidence, other.evidence)

    def take(self, export: Path) -> Moved:
        """Bring an export in; Refused where there is something already, BadFile where it was cut or changed."""
        from hmaint.store import removal  # noqa: PLC0415 - only who moves records needs it
        from hmaint.store.export import File  # noqa: PLC0415 - as above

        return removal.bring_in(File(export), self._engine, self.evidence)

    def _name(self, trail: Path) -> str:
        # A file of records moves with its workspace; on a team's server every laptop has trails of its own.
        if self._engine.dialect.name == "sqlite":
            return trail.name
        return sha256(f"{socket.gethostname()}:{trail.resolve()}".encode()).hexdigest()
