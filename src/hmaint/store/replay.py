"""Brings in what an earlier process could only write into a file beside the database."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from hmaint.store import journal, paper, write
from hmaint.store.codec import Plain, document_in, entry_in, handling_in, note_in, run_in
from hmaint.store.connect import CoreSession
from hmaint.store.evidence import Evidence
from hmaint.store.failures import RecordsFailure
from hmaint.store.keep import Keeper
from hmaint.store.rescue import lines, rescued
from hmaint.store.visit import closing_in, visit_in


def bring_in(keeper: Keeper[Connection], folder: Path, evidence: Evidence) -> None:
    """Put what waits in a folder where it belongs; what the database still does not take stays where it is."""
    with suppress(RecordsFailure, OSError), keeper.lock.acquire(timeout=0):
        for path in rescued(folder):
            keeper.write(partial(_replay, path, evidence), durable=True)
            path.unlink()


def _replay(path: Path, evidence: Evidence, connection: Connection) -> None:
    for line in lines(path):
        _REPLAYS[line.pop("what")](connection, line, evidence)


def _begin(connection: Connection, line: Plain, _evidence: Evidence) -> None:
    run, session = run_in(line["run"]), CoreSession(connection)
    if not write.has_run(session, run.id):
        write.insert_run(session, run, line["host"], line["process"])


def _visit(connection: Connection, line: Plain, evidence: Evidence) -> None:
    visit, session = visit_in(line), CoreSession(connection)
    if not write.has_visit(session, visit.run, visit.result.name):
        write.insert_visits(session, [write.dated(session, visit)], evidence.put)


def _finish(connection: Connection, line: Plain, _evidence: Evidence) -> None:
    write.close_run(CoreSession(connection), closing_in(line))


def _say(connection: Connection, line: Plain, _evidence: Evidence) -> None:
    write.say(CoreSession(connection), line["finding"], note_in(line["note"]))


def _settle(connection: Connection, line: Plain, _evidence: Evidence) -> None:
    paper.settle(connection, document_in(line["document"]), line["year"])


def _handle(connection: Connection, line: Plain, _evidence: Evidence) -> None:
    paper.handle(connection, line["number"], line["version"], handling_in(line["handling"]))


def _enter(connection: Connection, line: Plain, _evidence: Evidence) -> None:
    journal.add(connection, [entry_in(line["entry"])])


_REPLAYS = {
    "begin": _begin, "visit": _visit, "finish": _finish, "note": _say, "document": _settle, "handling": _handle,
    "entry": _enter,
}  # fmt: skip
