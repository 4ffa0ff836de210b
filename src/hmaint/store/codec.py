"""Values of the model as plain JSON, and back."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from hmaint.model.document import Document, Handling, Standing
from hmaint.model.entry import Entry
from hmaint.model.look import Identity, Observation, Seen, Table
from hmaint.model.playbook import Level
from hmaint.model.run import Check, Finding, Metric, RunRecord, State, TargetResult
from hmaint.store.kept import Note

Plain = dict[str, Any]


def finding_out(finding: Finding) -> Plain:
    """Spell a finding as JSON."""
    return {**_shallow(finding), "metrics": dict(finding.metrics)}


def finding_in(plain: Plain) -> Finding:
    """Read a finding."""
    return Finding(**{**plain, "level": Level(plain["level"]), "state": State(plain["state"])})


def target_out(result: TargetResult) -> Plain:
    """Spell a target's result as JSON."""
    return {**_shallow(result), "facts": dict(result.facts)}


def target_in(plain: Plain) -> TargetResult:
    """Read a target's result."""
    return TargetResult(**{**plain, "level": Level(plain["level"])})


def check_out(check: Check) -> Plain:
    """Spell a check with its findings and metrics as JSON."""
    findings = [finding_out(finding) for finding in check.findings]
    return {**_shallow(check), "findings": findings, "metrics": [asdict(metric) for metric in check.metrics]}


def check_in(plain: Plain) -> Check:
    """Read a check."""
    findings = tuple(finding_in(each) for each in plain["findings"])
    metrics = tuple(Metric(**each) for each in plain["metrics"])
    return Check(**{**plain, "level": Level(plain["level"]), "findings": findings, "metrics": metrics})


def observation_out(seen: Observation) -> Plain:
    """Spell an observation as JSON."""
    rows = [dict(row) for row in seen.table.rows]
    started = seen.started.isoformat() if seen.started else None
    identity = identity_out(seen.identity)
    table = {"rows": rows, "cut": seen.table.cut}
    return {**_shallow(seen), "table": table, "started": started, "identity": identity}


def observation_in(plain: Plain) -> Observation:
    """Read an observation."""
    table = Table(tuple(plain["table"]["rows"]), cut=plain["table"]["cut"])
    started = datetime.fromisoformat(plain["started"]) if plain["started"] else None
    asked, identity = tuple(plain["asked"]), identity_in(plain.get("identity"))
    read = {"table": table, "started": started, "asked": asked, "identity": identity}
    return Observation(**{**plain, **read, "seen": Seen(plain["seen"])})


def identity_out(identity: Identity | None) -> Plain | None:
    """Spell what rows are known by as JSON."""
    return None if identity is None else asdict(identity)


def identity_in(plain: Plain | None) -> Identity | None:
    """Read what rows are known by; looks kept by an earlier hmaint have nothing of the kind."""
    if plain is None:
        return None
    kept = plain["kept"]
    return Identity(tuple(plain["key"]), plain["subject"], None if kept is None else tuple(kept))


def run_out(run: RunRecord) -> Plain:
    """Spell the head of a run as JSON; what was seen in it is appended apart."""
    head = {**_shallow(run), "started_at": run.started_at.isoformat(), "redacted": dict(run.redacted)}
    head["finished_at"] = run.finished_at.isoformat() if run.finished_at else None
    return {name: head[name] for name in head if name not in ("targets", "checks", "findings", "metrics")}


def run_in(plain: Plain) -> RunRecord:
    """Read the head of a run."""
    finished = plain["finished_at"]
    read = {
        "started_at": datetime.fromisoformat(plain["started_at"]),
        "finished_at": datetime.fromisoformat(finished) if finished else None,
        "level": Level(plain["level"]),
        "reports": tuple(plain["reports"]),
    }
    return RunRecord(**{**plain, **read})


def _shallow(value: Any) -> Plain:  # noqa: ANN401 - any of the model's dataclasses
    return {field.name: getattr(value, field.name) for field in fields(value)}


def note_out(note: Note) -> Plain:
    """Spell a note as JSON."""
    return {**_shallow(note), "at": note.at.isoformat()}


def note_in(plain: Plain) -> Note:
    """Read a note."""
    return Note(**{**plain, "at": datetime.fromisoformat(plain["at"])})


def document_out(document: Document) -> Plain:
    """Spell a document as JSON; what became of it is appended apart."""
    times = {name: getattr(document, name).isoformat() for name in ("generated_at", "issued_at")}
    plain = {**_shallow(document), **times, "sources": list(document.sources)}
    return {name: plain[name] for name in plain if name != "handlings"}


def document_in(plain: Plain) -> Document:
    """Read a document."""
    times = {name: datetime.fromisoformat(plain[name]) for name in ("generated_at", "issued_at")}
    return Document(**{**plain, **times, "sources": tuple(plain["sources"])})


def handling_out(handling: Handling) -> Plain:
    """Spell as JSON what became of a document."""
    times = {name: getattr(handling, name).isoformat() for name in ("at", "recorded_at")}
    return {**_shallow(handling), **times, "standing": str(handling.standing)}


def handling_in(plain: Plain) -> Handling:
    """Read what became of a document."""
    times = {name: datetime.fromisoformat(plain[name]) for name in ("at", "recorded_at")}
    return Handling(**{**plain, **times, "standing": Standing(plain["standing"])})


def entry_out(entry: Entry) -> Plain:
    """Spell an entry as JSON."""
    times = {name: getattr(entry, name).isoformat() for name in ("at", "recorded_at")}
    return {**_shallow(entry), **times, "body": dict(entry.body)}


def entry_in(plain: Plain) -> Entry:
    """Read an entry."""
    times = {name: datetime.fromisoformat(plain[name]) for name in ("at", "recorded_at")}
    return Entry(**{**plain, **times})
