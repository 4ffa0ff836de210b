"""Writes into the records, inside a transaction somebody else holds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from hmaint.model.look import Seen
from hmaint.model.run import Finding, RunRecord, State
from hmaint.store import schema
from hmaint.store.alive import is_alive
from hmaint.store.codec import Plain, finding_in, finding_out
from hmaint.store.kept import Anchor, Note
from hmaint.store.life import Known, live
from hmaint.store.visit import Closing, Visit


def insert_run(connection: Connection, run: RunRecord, host: str, process: str) -> None:
    """Open a run, and mark those as interrupted whose process on this machine is gone."""
    _mark_interrupted(connection, host)
    row = {name: getattr(run, name) for name in _RUN if name not in ("redacted", "reports")}
    extra = {"redacted": dict(run.redacted), "reports": list(run.reports), "host": host}
    connection.execute(insert(schema.runs).values(**row, **extra, process=process))


_RUN = tuple(column.name for column in schema.runs.columns if column.name not in ("host", "process"))


def _mark_interrupted(connection: Connection, here: str) -> None:
    running = schema.runs.c.state == "running"
    for run, process in connection.execute(
        select(schema.runs.c.id, schema.runs.c.process).where(running, schema.runs.c.host == here)
    ):
        if not is_alive(process):
            connection.execute(update(schema.runs).where(schema.runs.c.id == run).values(state="interrupted"))


def close_run(connection: Connection, closing: Closing) -> None:
    """Close a run; a second call (the sheet is made after the first) overwrites."""
    values = {"finished_at": closing.finished_at, "level": closing.level, "state": closing.state}
    kept = {"reports": list(closing.reports), "redacted": dict(closing.redacted)}
    connection.execute(update(schema.runs).where(schema.runs.c.id == closing.run).values(**values, **kept))


def has_run(connection: Connection, run: str) -> bool:
    """Whether that run is kept already."""
    table = schema.runs.c
    return connection.execute(select(table.id).where(table.id == run)).first() is not None


def has_visit(connection: Connection, run: str, target: str) -> bool:
    """Whether that target of that run is kept already."""
    table = schema.targets.c
    return (
        connection.execute(select(table.name).where(table.run == run, table.name == target)).first()
        is not None
    )


def known_findings(connection: Connection, site: str, target: str) -> dict[str, Known]:
    """Read how earlier runs left this target's findings."""
    table = schema.findings.c
    rows = connection.execute(
        select(table.id, table.state, table.body).where(table.site == site, table.target == target)
    )
    return {identity: Known(finding_in(body), State(state)) for identity, state, body in rows}


def dated(connection: Connection, visit: Visit, evidence: str) -> Visit:
    """Mark a rescued visit as late when a run that began after its own has looked at the target since."""
    runs, targets = schema.runs.c, schema.targets.c
    started = select(runs.started_at).where(runs.id == visit.run).scalar_subquery()
    later = select(runs.id).join(schema.targets, targets.run == runs.id)
    later = later.where(targets.name == visit.result.name, runs.site == visit.site, runs.started_at > started)
    late = connection.execute(later.limit(1)).first() is not None
    return replace(visit, evidence=evidence, late=late)


def insert_visit(connection: Connection, visit: Visit) -> tuple[Finding, ...]:
    """Keep everything one visit brought, and say how its findings stand now."""
    table = schema.runs.c
    started = connection.execute(select(table.started_at).where(table.id == visit.run)).scalar_one()
    _insert_target(connection, visit)
    _insert_checks(connection, visit, started)
    _insert_observations(connection, visit, started)
    return _insert_findings(connection, visit, started)


def _insert_target(connection: Connection, visit: Visit) -> None:
    result = visit.result
    plain = ("name", "kind", "level", "elapsed_ms", "title", "address", "error")
    table = schema.targets.c
    before = select(table.name).where(table.run == visit.run)
    position = len(connection.execute(before).all()) if visit.place is None else visit.place
    row = {name: getattr(result, name) for name in plain} | {"facts": dict(result.facts)}
    connection.execute(
        insert(schema.targets).values(run=visit.run, position=position, evidence=visit.evidence, **row)
    )


def _insert_checks(connection: Connection, visit: Visit, at: datetime) -> None:
    place = {"run": visit.run, "target": visit.result.name}
    plain = ("id", "title", "category", "level", "summary", "complete")
    rows = [
        place | {"position": position} | {name: getattr(check, name) for name in plain}
        for position, check in enumerate(visit.checks)
    ]
    figures = [
        (check.id, metric)
        for check in visit.checks
        for metric in check.metrics
        if math.isfinite(metric.value)
    ]
    metrics = [
        {**place, "site": visit.site, "position": position, "check_id": check, "at": at}
        | {"name": metric.name, "subject": metric.subject, "value": metric.value, "unit": metric.unit}
        for position, (check, metric) in enumerate(figures)
    ]
    _insert_all(connection, schema.checks, rows)
    _insert_all(connection, schema.metrics, metrics)


def _insert_observations(connection: Connection, visit: Visit, at: datetime) -> None:
    place = {"run": visit.run, "target": visit.result.name}
    plain = ("step", "seen", "reason", "started", "elapsed_ms")
    rows = [
        place
        | {name: getattr(seen, name) for name in plain}
        | {"body": [dict(row) for row in seen.table.rows], "cut": seen.table.cut, "asked": list(seen.asked)}
        for seen in visit.observations
    ]
    _insert_all(connection, schema.observations, rows)
    observed = {each.step: each.started or at for each in visit.observations if each.seen is Seen.OBSERVED}
    _point_latest(connection, visit, observed)


def _point_latest(connection: Connection, visit: Visit, observed: Mapping[str, datetime]) -> None:
    table = schema.latest
    here = (table.c.site == visit.site) & (table.c.target == visit.result.name)
    known = set(connection.execute(select(table.c.step).where(here)).scalars())
    place = {"site": visit.site, "target": visit.result.name, "run": visit.run}
    fresh = [place | {"step": step, "at": at} for step, at in observed.items() if step not in known]
    moving = {step: at for step, at in observed.items() if step in known and step not in visit.held}
    newer = {} if visit.late else moving
    _insert_all(connection, table, fresh)
    moved = (
        update(table).where(here, table.c.step == bindparam("of")).values(run=visit.run, at=bindparam("to"))
    )
    if newer:
        connection.execute(moved, [{"of": step, "to": at} for step, at in newer.items()])


def _insert_findings(connection: Connection, visit: Visit, at: datetime) -> tuple[Finding, ...]:
    known = known_findings(connection, visit.site, visit.result.name)
    found = live(known, visit.checks)
    if visit.late:
        found = tuple(each for each in found if each.state is not State.RESOLVED)
    seen: Plain = {"last_run": visit.run, "last_seen": at}
    place = {
        "site": visit.site,
        "target": visit.result.name,
        "first_run": visit.run,
        "first_seen": at,
        **seen,
    }
    fresh = [
        place | {"id": each.id, "check_id": each.check} | _standing(each)
        for each in found
        if each.id not in known
    ]
    _insert_all(connection, schema.findings, fresh)
    for each in found if not visit.late else ():
        if each.id in known:
            last = {} if each.state is State.RESOLVED else seen
            _update_finding(connection, each.id, _standing(each) | last)
    sightings = [
        {"finding": each.id, "run": visit.run, "target": visit.result.name, "position": position, "at": at}
        | {"body": finding_out(each)}
        for position, each in enumerate(found)
    ]
    _insert_all(connection, schema.sightings, sightings)
    return found


def _update_finding(connection: Connection, finding: str, values: Plain) -> None:
    connection.execute(update(schema.findings).where(schema.findings.c.id == finding).values(**values))


def _standing(finding: Finding) -> Plain:
    return {"state": finding.state, "body": finding_out(finding)}


def say(connection: Connection, finding: str, note: Note) -> None:
    """Keep what a person said about a finding, once; a reason to close it also puts it to rest."""
    notes, findings = schema.notes, schema.findings
    same = (notes.c.finding == finding) & (notes.c.at == note.at) & (notes.c.kind == note.kind)
    if connection.execute(select(notes.c.id).where(same, notes.c.text == note.text)).first():
        return
    connection.execute(insert(notes).values(finding=finding, **asdict(note)))
    if note.kind == "closed":
        body = connection.execute(select(findings.c.body).where(findings.c.id == finding)).scalar_one()
        _update_finding(connection, finding, _standing(replace(finding_in(body), state=State.CLOSED)))


def move_anchor(connection: Connection, name: str, anchor: Anchor) -> None:
    """Remember the last line of an audit trail, unless a later one is known."""
    table = schema.anchors
    moved = connection.execute(
        update(table)
        .where(table.c.name == name, table.c.sequence < anchor.sequence)
        .values(sequence=anchor.sequence, digest=anchor.digest)
    )
    if (
        not moved.rowcount
        and not connection.execute(select(table.c.name).where(table.c.name == name)).first()
    ):
        connection.execute(insert(table).values(name=name, sequence=anchor.sequence, digest=anchor.digest))


def _insert_all(connection: Connection, table: Table, rows: Iterable[Plain]) -> None:
    rows = list(rows)
    if rows:
        connection.execute(insert(table), rows)
