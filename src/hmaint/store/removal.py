"""Records taken as a whole from one place to another: to a file, to a server, and back."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from hmaint.errors import Refused
from hmaint.kit.frozen import dataclass
from hmaint.kit.i18n import _
from hmaint.store.connect import reading, writing
from hmaint.store.evidence import Evidence
from hmaint.store.exchange import Row, Sum, filled, insert_rows, rows, summed
from hmaint.store.export import File, Written, write_file
from hmaint.store.failures import RecordsFailure
from hmaint.store.trouble import told
from hmaint.store.values import VERSION


@dataclass(frozen=True, slots=True)
class Moved:
    """What was copied; `damaged` is evidence that was no longer what it had been, and stayed behind."""

    rows: int
    blobs: int
    damaged: tuple[str, ...] = ()


def export(
    engine: Engine, evidence: Evidence | None, path: Path, at: datetime, version: str = VERSION
) -> Written:
    """Write everything into one file, as it stands at one moment. RecordsFailure where either side gives way."""
    try:
        with _standing_still(engine) as connection:
            return write_file(path, version, at, rows(connection), _contents(evidence))
    except OSError as error:
        raise told(error, str(path)) from error


def copy(source: Engine, target: Engine, kept: Evidence, into: Evidence) -> Moved:
    """Copy all records into a place that has none, and prove that they are the same; Refused where it has some."""
    with reading(target) as connection:
        _refuse_filled(connection)
    # Evidence first: whoever is stopped on the way can begin anew, as there are no records yet.
    moved, damaged = _copy_evidence(kept, into)
    with _standing_still(source) as reader, writing(target, durable=True) as connection:
        sent = _put_in(connection, rows(reader))
    return Moved(sum(sent.counts.values()), moved, damaged)


def _copy_evidence(kept: Evidence, into: Evidence) -> tuple[int, tuple[str, ...]]:
    count, damaged = 0, []
    for digest in kept.digests():
        try:
            into.put(kept.get(digest))
            count += 1
        except RecordsFailure:
            damaged.append(digest)
    into.send_waiting()
    return count, tuple(damaged)


def _put_in(connection: Connection, told: Iterable[tuple[str, Row]]) -> Sum:
    _refuse_filled(connection)
    sent = insert_rows(connection, told)
    if summed(connection) != sent:
        raise RecordsFailure(_("the copy differs from what was copied, and was not kept"))
    return sent


def bring_in(file: File, target: Engine, into: Evidence) -> Moved:
    """Put an export into a place that has no records. Refused where it has some or the export is of another schema."""
    if file.version != VERSION:
        words = _("the export is of schema {found}, this hmaint knows {known}; use the hmaint that wrote it")
        raise Refused(words.format(found=file.version, known=VERSION))
    blobs: list[str] = []
    with writing(target, durable=True) as connection:
        try:
            sent = _put_in(connection, file.read(lambda _digest, content: blobs.append(into.put(content))))
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            # Lines that hmaint never wrote so: a table, a column or a value of another kind.
            raise file.changed() from None
    into.send_waiting()
    return Moved(sum(sent.counts.values()), len(blobs))


def back_up(engine: Engine, folder: Path, version: str, at: datetime) -> Path:
    """Keep the records as they are before they are migrated: a file beside them, `before-VERSION-TIME`.

    A file of records is copied by SQLite itself, a server's are written out without the evidence, which is not touched.
    """
    stem = f"before-{VERSION}-{at:%Y%m%d-%H%M%S}"
    if engine.dialect.name != "sqlite":
        path = folder / f"{stem}.jsonl.gz"
        export(engine, None, path, at, version)
        return path
    path = folder / f"{stem}.db"
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with (
            closing(sqlite3.connect(str(engine.url.database))) as here,
            closing(sqlite3.connect(path)) as there,
        ):
            here.backup(there)
    except (OSError, sqlite3.Error) as error:
        path.unlink(missing_ok=True)
        raise told(error, str(path)) from error
    return path


def _contents(evidence: Evidence | None) -> Iterator[tuple[str, bytes]]:
    for digest in evidence.digests() if evidence else ():
        yield digest, evidence.get(digest) if evidence else b""


def _refuse_filled(connection: Connection) -> None:
    if found := filled(connection):
        words = _("there are records already ({tables}); a copy needs a place that has none")
        raise Refused(words.format(tables=", ".join(f"{name} {count}" for name, count in found.items())))


@contextmanager
def _standing_still(engine: Engine) -> Iterator[Connection]:
    """Hold a reading transaction that sees one moment, whatever others write meanwhile."""
    # SQLite and InnoDB read so of themselves.
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with reading(engine) as connection:
        yield connection
