"""Writes into the records, inside a transaction somebody else holds."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from hmaint.model.look import Seen
from hmaint.model.run import Finding, RunRecord, State
from hmaint.store import schema
from hmaint.store.alive import is_alive
from hmaint.store.codec import Plain, finding_in, finding_out, identity_out
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


def known_findings(
    connection: Connection, site: str, targets: Iterable[str]
) -> Mapping[str, Mapping[str, Known]]:
    """Read how earlier runs left the findings of these targets: by target, then by their id."""
    table = schema.findings.c
    wanted = list(targets)
    known: dict[str, dict[str, Known]] = {target: {} for target in wanted}
    query = select(table.target, table.id, table.state, table.body)
    for target, identity, state, body in connection.execute(
        query.where(table.site == site, table.target.in_(wanted))
    ):
        known[target][identity] = Known(finding_in(body), State(state))
    return known


def dated(connection: Connection, visit: Visit) -> Visit:
    """Mark a rescued visit as late when a run that began after its own has looked at the target since."""
    runs, targets = schema.runs.c, schema.targets.c
    started = select(runs.started_at).where(runs.id == visit.run).scalar_subquery()
    later = select(runs.id).join(schema.targets, targets.run == runs.id)
    later = later.where(targets.name == visit.result.name, runs.site == visit.site, runs.started_at > started)
    return replace(visit, late=connection.execute(later.limit(1)).first() is not None)


def insert_visits(
    connection: Connection, visits: Sequence[Visit], put: Callable[[bytes], str]
) -> tuple[tuple[Finding, ...], ...]:
    """Keep everything that visits of one run brought, and say how the findings of each stand now.

    `put` keeps what a target literally answered and gives its hash. The statements are as few for many visits as
    for one.
    """
    run, site = visits[0].run, visits[0].site
    table = schema.runs.c
    started = connection.execute(select(table.started_at).where(table.id == run)).scalar_one()
    _insert_targets(connection, visits, put)
    _insert_checks(connection, visits, started)
    _insert_observations(connection, visits)
    _point_latest(connection, visits, started)
    known = known_findings(connection, site, [visit.result.name for visit in visits])
    standing = [(visit, known[visit.result.name], _standings(visit, known)) for visit in visits]
    _insert_findings(connection, standing, started)
    return tuple(found for _visit, _known, found in standing)


_PLAIN = ("name", "kind", "level", "elapsed_ms", "title", "address", "error")


def _insert_targets(connection: Connection, visits: Sequence[Visit], put: Callable[[bytes], str]) -> None:
    before = select(schema.targets.c.name).where(schema.targets.c.run == visits[0].run)
    unplaced = any(visit.place is None for visit in visits)
    behind = len(connection.execute(before).all()) if unplaced else 0
    rows = [
        {"run": visit.run, "position": behind + number if visit.place is None else visit.place}
        | {name: getattr(visit.result, name) for name in _PLAIN}
        | {"facts": dict(visit.result.facts), "evidence": put(visit.answer) if visit.answer else ""}
        for number, visit in enumerate(visits)
    ]
    _insert_all(connection, schema.targets, rows)


def _insert_checks(connection: Connection, visits: Sequence[Visit], at: datetime) -> None:
    _insert_all(connection, schema.checks, [row for visit in visits for row in _checks(visit)])
    _insert_all(connection, schema.metrics, [row for visit in visits for row in _metrics(visit, at)])


def _checks(visit: Visit) -> Iterator[Plain]:
    plain = ("id", "title", "category", "level", "summary", "complete")
    for position, check in enumerate(visit.checks):
        place = {"run": visit.run, "target": visit.result.name, "position": position}
        yield place | {name: getattr(check, name) for name in plain}


def _metrics(visit: Visit, at: datetime) -> Iterator[Plain]:
    figures = [
        (check.id, metric)
        for check in visit.checks
        for metric in check.metrics
        if math.isfinite(metric.value)
    ]
    place = {"run": visit.run, "target": visit.result.name, "site": visit.site, "at": at}
    for position, (check, metric) in enumerate(figures):
        yield place | {"position": position, "check_id": check} | asdict(metric)


def _insert_observations(connection: Connection, visits: Sequence[Visit]) -> None:
    plain = ("step", "seen", "reason", "started", "elapsed_ms")
    rows = [
        {"run": visit.run, "target": visit.result.name}
        | {name: getattr(seen, name) for name in plain}
        | {"body": [dict(row) for row in seen.table.rows], "cut": seen.table.cut, "asked": list(seen.asked)}
        | {"identity": identity_out(seen.identity)}
        for visit in visits
        for seen in visit.observations
    ]
    _insert_all(connection, schema.observations, rows)


def _point_latest(connection: Connection, visits: Sequence[Visit], started: datetime) -> None:
    """Let the newest answered look of each step be what the next run compares with, but for what is held."""
    table, site, run = schema.latest, visits[0].site, visits[0].run
    names = [visit.result.name for visit in visits]
    query = select(table.c.target, table.c.step).where(table.c.site == site, table.c.target.in_(names))
    known = {tuple(row) for row in connection.execute(query)}
    observed = [
        (visit, seen.step, seen.started or started)
        for visit in visits
        for seen in visit.observations
        if seen.seen is Seen.OBSERVED
    ]
    fresh = [
        {"site": site, "target": visit.result.name, "run": run, "step": step, "at": at}
        for visit, step, at in observed
        if (visit.result.name, step) not in known
    ]
    moving = [
        {"there": visit.result.name, "of": step, "to": at}
        for visit, step, at in observed
        if (visit.result.name, step) in known and step not in visit.held and not visit.late
    ]
    _insert_all(connection, table, fresh)
    here = (table.c.site == site, table.c.target == bindparam("there"), table.c.step == bindparam("of"))
    if moving:
        connection.execute(update(table).where(*here).values(run=run, at=bindparam("to")), moving)


def _standings(visit: Visit, known: Mapping[str, Mapping[str, Known]]) -> tuple[Finding, ...]:
    found = live(known[visit.result.name], visit.checks)
    return tuple(each for each in found if not (visit.late and each.state is State.RESOLVED))


_Standing = tuple[Visit, Mapping[str, Known], tuple[Finding, ...]]


def _insert_findings(connection: Connection, standing: Sequence[_Standing], at: datetime) -> None:
    fresh, moved, gone, sightings = list[Plain](), list[Plain](), list[Plain](), list[Plain]()
    for visit, known, found in standing:
        seen: Plain = {"last_run": visit.run, "last_seen": at}
        first = {"site": visit.site, "target": visit.result.name, "first_run": visit.run, "first_seen": at}
        for position, each in enumerate(found):
            now = _standing(each)
            if each.id not in known:
                fresh.append(first | seen | {"id": each.id, "check_id": each.check} | now)
            elif not visit.late:
                resolved = each.state is State.RESOLVED
                (gone if resolved else moved).append({"of": each.id} | now | ({} if resolved else seen))
            sightings.append(
                {"finding": each.id, "run": visit.run, "target": visit.result.name}
                | {"position": position, "at": at, "body": now["body"]}
            )
    _insert_all(connection, schema.findings, fresh)
    for rows in (moved, gone):
        _update_findings(connection, rows)
    _insert_all(connection, schema.sightings, sightings)


def _update_findings(connection: Connection, rows: list[Plain]) -> None:
    """Set what each row holds on the finding it names by `of`; all rows hold the same columns."""
    if rows:
        named: Plain = {name: bindparam(f"new_{name}") for name in rows[0] if name != "of"}
        moved = update(schema.findings).where(schema.findings.c.id == bindparam("of")).values(**named)
        changes = [{name if name == "of" else f"new_{name}": row[name] for name in row} for row in rows]
        connection.execute(moved, changes)


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
        closed = _standing(replace(finding_in(body), state=State.CLOSED))
        _update_findings(connection, [{"of": finding} | closed])


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
