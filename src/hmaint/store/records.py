"""The records: everything runs saw and people said, kept in SQLite or a team's database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from hmaint.model.look import Observation
from hmaint.model.playbook import Level
from hmaint.model.run import RunRecord
from hmaint.store import read, write
from hmaint.store.codec import note_out
from hmaint.store.connect import reading
from hmaint.store.documents import Documents
from hmaint.store.entries import Entries
from hmaint.store.evidence import Evidence
from hmaint.store.heads import Heads
from hmaint.store.home import Home
from hmaint.store.keep import Keeper
from hmaint.store.kept import Note, NoteKind, Seen, Series, StoredFinding
from hmaint.store.run_records import RunRecords
from hmaint.store.series import read_series
from hmaint.store.session import Session
from hmaint.store.spells import read_spells

if TYPE_CHECKING:
    from hmaint.store.export import Written
    from hmaint.store.removal import Moved


class Records(RunRecords):
    """One workspace's records: what runs kept, and everything people put on record and read."""

    def __init__(self, home: Home, folder: Path, keeper: Keeper[Session], evidence: Evidence) -> None:
        super().__init__(home, folder, keeper, evidence)
        self._engine = home.engine
        self.documents = Documents(home.engine, keeper.by(home.core))
        self.entries = Entries(home.engine, keeper.by(home.core))
        self.heads = Heads(home.engine)

    @classmethod
    def of(cls, kept: RunRecords) -> Self:
        """The same records, opened by whoever kept a run in them."""
        return cls(kept._home, kept._folder, kept._keeper, kept.evidence)  # noqa: SLF001 - one thing, seen more widely

    def note(self, finding_id: str, text: str, kind: NoteKind, operator: str, time: datetime) -> None:
        """Keep a person's words with a finding; they are on the disk when this returns."""
        self._say(finding_id, Note(kind, text, operator, time))

    def close(self, finding_id: str, reason: str, operator: str, time: datetime) -> None:
        """Put a finding to rest by a person's decision; it is recurring when it is seen again."""
        self._say(finding_id, Note("closed", reason, operator, time))

    def _say(self, finding_id: str, note: Note) -> None:
        finding = self.finding(finding_id).finding.id
        plain = {"what": "note", "finding": finding, "note": note_out(note)}
        self._keeper.keep(lambda session: write.say(session, finding, note), lambda: [plain], durable=True)

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

    @property
    def place(self) -> str:
        """Where the records are kept, without a password."""
        return str(self._home)

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
