"""Reads the records, inside a transaction somebody else holds."""

from __future__ import annotations

import socket
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, select

from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _, series
from hmaint.model.look import Observation, Seen, Table
from hmaint.model.playbook import Level
from hmaint.model.run import Check, Finding, Metric, RunRecord, State, TargetResult
from hmaint.store import schema
from hmaint.store.alive import is_alive
from hmaint.store.codec import finding_in, identity_in
from hmaint.store.kept import Ending, Event, Note, StoredFinding


def list_runs(connection: Connection, site: str | None, limit: int) -> tuple[RunRecord, ...]:
    """Read the heads of the newest runs, newest first, without what was seen in them."""
    table = schema.runs
    query = select(table).order_by(table.c.started_at.desc(), table.c.id.desc()).limit(limit)
    if site is not None:
        query = query.where(table.c.site == site)
    return tuple(_head(row) for row in connection.execute(query).mappings())


def read_run(connection: Connection, name: str) -> RunRecord:
    """Read a whole run by its id, the beginning of one, or `latest`; WrongUsage when none or several fit."""
    table = schema.runs
    if name == "latest":
        query = select(table).order_by(table.c.started_at.desc(), table.c.id.desc()).limit(1)
    else:
        query = _beginning_with(select(table), table.c.id, name)
    row = _only_one(connection.execute(query).mappings().all(), _("no run {name} is kept here"), name)
    head = _head(row)
    metrics = _metrics(connection, head.id)
    findings = _findings_of(connection, head.id)
    parts: dict[str, Any] = {name: getattr(head, name) for name in row if name not in ("host", "process")}
    return RunRecord(
        **{**parts, "state": head.state, "redacted": head.redacted, "reports": head.reports},
        targets=_targets(connection, head.id),
        checks=_checks(connection, head.id, findings, metrics),
        findings=findings,
        metrics=tuple(metric for _step, metric in metrics),
    )


def _beginning_with(query: Select[Any], column: Any, name: str) -> Select[Any]:  # noqa: ANN401 - a column of any table
    return query.where(column.startswith(name, autoescape=True)).order_by(column).limit(100)


def _only_one(rows: Sequence[RowMapping], none: str, name: str) -> RowMapping:
    exact = [row for row in rows if row["id"] == name] or rows
    if len(exact) == 1:
        return exact[0]
    if not exact:
        raise WrongUsage(none.format(name=name))
    words = _("{name} fits several: {names}; write more of it")
    raise WrongUsage(words.format(name=name, names=series(row["id"] for row in exact[:5])))


def _head(row: RowMapping) -> RunRecord:
    gone = row["state"] == "running" and row["host"] == socket.gethostname() and not is_alive(row["process"])
    values = {name: row[name] for name in row if name not in ("host", "process")}
    values |= {"level": Level(row["level"]), "reports": tuple(row["reports"])}
    return RunRecord(**{**values, "state": "interrupted" if gone else row["state"]})


def _targets(connection: Connection, run: str) -> tuple[TargetResult, ...]:
    table = schema.targets
    rows = connection.execute(
        select(table).where(table.c.run == run).order_by(table.c.position, table.c.name)
    ).mappings()
    skipped = ("run", "position", "evidence")
    return tuple(
        TargetResult(
            **{**{name: row[name] for name in row if name not in skipped}, "level": Level(row["level"])}
        )
        for row in rows
    )


def _checks(
    connection: Connection, run: str, findings: Iterable[Finding], metrics: Iterable[tuple[str, Metric]]
) -> tuple[Check, ...]:
    found: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.state is not State.RESOLVED:
            found[finding.target, finding.check].append(finding)
    measured: dict[tuple[str, str], list[Metric]] = defaultdict(list)
    for check, metric in metrics:
        measured[metric.target, check].append(metric)
    table, targets = schema.checks, schema.targets
    query = select(table).join(targets, (targets.c.run == table.c.run) & (targets.c.name == table.c.target))
    query = query.where(table.c.run == run).order_by(targets.c.position, table.c.target, table.c.position)
    return tuple(
        Check(
            id=row["id"],
            target=row["target"],
            title=row["title"],
            category=row["category"],
            level=Level(row["level"]),
            summary=row["summary"],
            findings=tuple(found[row["target"], row["id"]]),
            metrics=tuple(measured[row["target"], row["id"]]),
            complete=row["complete"],
        )
        for row in connection.execute(query).mappings()
    )


def _metrics(connection: Connection, run: str) -> tuple[tuple[str, Metric], ...]:
    table, targets = schema.metrics.c, schema.targets.c
    columns = (table.check_id, table.target, table.name, table.value, table.subject, table.unit)
    query = select(*columns).join(schema.targets, (targets.run == table.run) & (targets.name == table.target))
    query = query.where(table.run == run).order_by(targets.position, table.target, table.position)
    return tuple((check, Metric(*rest)) for check, *rest in connection.execute(query))


def _findings_of(connection: Connection, run: str) -> tuple[Finding, ...]:
    table, targets = schema.sightings.c, schema.targets.c
    query = select(table.body).join(
        schema.targets, (targets.run == table.run) & (targets.name == table.target)
    )
    query = query.where(table.run == run).order_by(targets.position, table.target, table.position)
    return tuple(finding_in(body) for body in connection.execute(query).scalars())


def read_observations(connection: Connection, run: str, target: str) -> tuple[Observation, ...]:
    """Read what every step saw on one target in one run."""
    here = (schema.observations.c.run == run) & (schema.observations.c.target == target)
    return _observations(connection, here)


def read_observed(connection: Connection, run: str) -> Mapping[str, tuple[Observation, ...]]:
    """Read what every step saw in one run, by target."""
    found: dict[str, tuple[Observation, ...]] = defaultdict(tuple)
    for each in _observations(connection, schema.observations.c.run == run):
        found[each.target] += (each,)
    return found


def _observations(connection: Connection, here: ColumnElement[bool]) -> tuple[Observation, ...]:
    table = schema.observations
    return tuple(
        Observation(
            step=row["step"],
            target=row["target"],
            seen=Seen(row["seen"]),
            table=Table(tuple(row["body"]), cut=row["cut"]),
            reason=row["reason"],
            started=row["started"],
            elapsed_ms=row["elapsed_ms"],
            asked=tuple(row["asked"]),
            identity=identity_in(row["identity"]),
        )
        for row in connection.execute(select(table).where(here).order_by(table.c.step)).mappings()
    )


def read_evidence(connection: Connection, run: str, target: str) -> str:
    """Read the hash of what a target literally answered; empty when nothing was kept."""
    table = schema.targets.c
    found = connection.execute(select(table.evidence).where(table.run == run, table.name == target)).scalar()
    return str(found or "")


def list_findings(
    connection: Connection, site: str | None, target: str | None, states: Iterable[str] | None, limit: int
) -> tuple[StoredFinding, ...]:
    """Read findings, the worst and then the newest first."""
    table = schema.findings
    query = select(table)
    for column, wanted in ((table.c.site, site), (table.c.target, target)):
        query = query if wanted is None else query.where(column == wanted)
    if states is not None:
        query = query.where(table.c.state.in_([str(state) for state in states]))
    query = query.order_by(table.c.last_seen.desc(), table.c.id).limit(limit)
    found = [_stored(row) for row in connection.execute(query).mappings()]
    return tuple(sorted(found, key=lambda each: -each.finding.level.rank))


def read_finding(connection: Connection, name: str) -> StoredFinding:
    """Read one finding by its id or a beginning of it that fits only one, with notes and history."""
    table, sightings = schema.findings, schema.sightings.c
    query = _beginning_with(select(table), table.c.id, name)
    row = _only_one(connection.execute(query).mappings().all(), _("no finding {name} is kept here"), name)
    events = select(sightings.run, sightings.at, sightings.body).where(sightings.finding == row["id"])
    history = tuple(
        Event(run, at, State(body["state"]), Level(body["level"]), body["summary"])
        for run, at, body in connection.execute(events.order_by(sightings.at, sightings.run))
    )
    return replace(
        _stored(row),
        notes=read_notes(connection, row["id"]),
        history=history,
        ending=_ending(connection, row, history) if row["state"] == State.RESOLVED else None,
    )


def _stored(row: RowMapping) -> StoredFinding:
    seen = {name: row[name] for name in ("site", "first_run", "first_seen", "last_run", "last_seen")}
    return StoredFinding(finding_in(row["body"]), **seen)


def _ending(connection: Connection, row: RowMapping, history: tuple[Event, ...]) -> Ending | None:
    """What the run saw that saw a finding gone, and where its answers are kept."""
    event = next((each for each in reversed(history) if each.state is State.RESOLVED), None)
    if event is None:
        return None
    runs, checks, targets = schema.runs.c, schema.checks.c, schema.targets.c
    query = select(runs.operator, checks.summary, targets.evidence)
    query = query.join(schema.checks, checks.run == runs.id).join(
        schema.targets, (targets.run == checks.run) & (targets.name == checks.target)
    )
    here = (runs.id == event.run, checks.target == row["target"], checks.id == row["check_id"])
    found = connection.execute(query.where(*here)).first()
    return None if found is None else Ending(event.run, event.at, *found)


def read_notes(connection: Connection, finding: str) -> tuple[Note, ...]:
    """Read what people said about a finding, oldest first."""
    table = schema.notes.c
    query = select(table.kind, table.text, table.operator, table.at).where(table.finding == finding)
    return tuple(Note(*row) for row in connection.execute(query.order_by(table.at, table.id)))


def count_levels(connection: Connection, runs: Iterable[str]) -> Mapping[str, Mapping[Level, int]]:
    """Count how many checks of each run came out at each level."""
    table = schema.checks.c
    query = select(table.run, table.level, func.count()).where(table.run.in_(list(runs)))
    counted: dict[str, dict[Level, int]] = defaultdict(dict)
    for run, level, number in connection.execute(query.group_by(table.run, table.level)):
        counted[run][Level(level)] = number
    return counted
