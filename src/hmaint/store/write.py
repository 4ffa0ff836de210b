"""Writes into the records, inside a transaction somebody else holds."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace

from hmaint.model.look import Seen
from hmaint.model.run import Finding, RunRecord, State
from hmaint.store.alive import is_alive
from hmaint.store.codec import Plain, finding_in, finding_out, identity_out
from hmaint.store.kept import Anchor, Note
from hmaint.store.life import Known, live
from hmaint.store.session import Session, among, insert
from hmaint.store.values import parsed, spelled
from hmaint.store.visit import Closing, Visit

_RUN = (
    "id", "command", "site", "playbook", "playbook_title", "playbook_digest", "mode", "operator", "started_at",
    "finished_at", "level", "state",
)  # fmt: skip


def insert_run(session: Session, run: RunRecord, host: str, process: str) -> None:
    """Open a run, and mark those as interrupted whose process on this machine is gone."""
    _mark_interrupted(session, host)
    head: Plain = {name: getattr(run, name) for name in _RUN}
    extra = {"redacted": spelled(dict(run.redacted)), "reports": spelled(list(run.reports)), "host": host}
    insert(session, "runs", [head | extra | {"process": process}])


def _mark_interrupted(session: Session, here: str) -> None:
    running = "SELECT id, process FROM runs WHERE state = 'running' AND host = :host"
    for run, process in session.rows(running, host=here):
        if not is_alive(process):
            session.run("UPDATE runs SET state = 'interrupted' WHERE id = :run", {"run": run})


def close_run(session: Session, closing: Closing) -> None:
    """Close a run; a second call (the sheet is made after the first) overwrites."""
    values: Plain = {"finished_at": closing.finished_at, "level": closing.level, "state": closing.state}
    kept = {"reports": spelled(list(closing.reports)), "redacted": spelled(dict(closing.redacted))}
    session.run(
        "UPDATE runs SET finished_at = :finished_at, level = :level, state = :state, redacted = :redacted, "
        "reports = :reports WHERE id = :run",
        {"run": closing.run} | values | kept,
    )


def has_run(session: Session, run: str) -> bool:
    """Whether that run is kept already."""
    return bool(session.rows("SELECT id FROM runs WHERE id = :run", run=run))


def has_visit(session: Session, run: str, target: str) -> bool:
    """Whether that target of that run is kept already."""
    query = "SELECT name FROM targets WHERE run = :run AND name = :target"
    return bool(session.rows(query, run=run, target=target))


def known_findings(session: Session, site: str, targets: Iterable[str]) -> Mapping[str, Mapping[str, Known]]:
    """Read how earlier runs left the findings of these targets: by target, then by their id."""
    known: dict[str, dict[str, Known]] = {target: {} for target in targets}
    names, binds = among("target", known)
    query = f"SELECT target, id, state, body FROM findings WHERE site = :site AND target IN {names}"  # noqa: S608 - places alone
    for target, identity, state, body in session.rows(query, site=site, **binds):
        known[target][identity] = Known(finding_in(parsed(body)), State(state))
    return known


def dated(session: Session, visit: Visit) -> Visit:
    """Mark a rescued visit as late when a run that began after its own has looked at the target since."""
    query = (
        "SELECT runs.id FROM runs JOIN targets ON targets.run = runs.id WHERE targets.name = :name "
        "AND runs.site = :site AND runs.started_at > (SELECT started_at FROM runs WHERE id = :run) LIMIT 1"
    )
    later = session.rows(query, name=visit.result.name, site=visit.site, run=visit.run)
    return replace(visit, late=bool(later))


def insert_visits(
    session: Session, visits: Sequence[Visit], put: Callable[[bytes], str]
) -> tuple[tuple[Finding, ...], ...]:
    """Keep everything that visits of one run brought, and say how the findings of each stand now.

    `put` keeps what a target literally answered and gives its hash. The statements are as few for many visits as
    for one.
    """
    run, site = visits[0].run, visits[0].site
    ((started,),) = session.rows("SELECT started_at FROM runs WHERE id = :run", run=run)
    _insert_targets(session, visits, put)
    _insert_checks(session, visits, started)
    _insert_observations(session, visits)
    _point_latest(session, visits, started)
    known = known_findings(session, site, [visit.result.name for visit in visits])
    standing = [(visit, known[visit.result.name], _standings(visit, known)) for visit in visits]
    _insert_findings(session, standing, started)
    return tuple(found for _visit, _known, found in standing)


_PLAIN = ("name", "kind", "level", "elapsed_ms", "title", "address", "error")


def _insert_targets(session: Session, visits: Sequence[Visit], put: Callable[[bytes], str]) -> None:
    behind = 0
    if any(visit.place is None for visit in visits):
        ((behind,),) = session.rows("SELECT count(*) FROM targets WHERE run = :run", run=visits[0].run)
    rows = [
        {"run": visit.run, "position": behind + number if visit.place is None else visit.place}
        | {name: getattr(visit.result, name) for name in _PLAIN}
        | {"facts": spelled(dict(visit.result.facts)), "evidence": put(visit.answer) if visit.answer else ""}
        for number, visit in enumerate(visits)
    ]
    insert(session, "targets", rows)


def _insert_checks(session: Session, visits: Sequence[Visit], at: int) -> None:
    insert(session, "checks", [row for visit in visits for row in _checks(visit)])
    insert(session, "metrics", [row for visit in visits for row in _metrics(visit, at)])


def _checks(visit: Visit) -> Iterator[Plain]:
    plain = ("id", "title", "category", "level", "summary", "complete")
    for position, check in enumerate(visit.checks):
        place = {"run": visit.run, "target": visit.result.name, "position": position}
        yield place | {name: getattr(check, name) for name in plain}


def _metrics(visit: Visit, at: int) -> Iterator[Plain]:
    figures = [
        (check.id, metric)
        for check in visit.checks
        for metric in check.metrics
        if math.isfinite(metric.value)
    ]
    place = {"run": visit.run, "target": visit.result.name, "site": visit.site, "at": at}
    for position, (check, metric) in enumerate(figures):
        yield place | {"position": position, "check_id": check} | asdict(metric)


def _insert_observations(session: Session, visits: Sequence[Visit]) -> None:
    plain = ("step", "seen", "reason", "started", "elapsed_ms")
    rows = [
        {"run": visit.run, "target": visit.result.name}
        | {name: getattr(seen, name) for name in plain}
        | {"body": spelled([dict(row) for row in seen.table.rows]), "cut": seen.table.cut}
        | {"asked": spelled(list(seen.asked)), "identity": spelled(identity_out(seen.identity))}
        for visit in visits
        for seen in visit.observations
    ]
    insert(session, "observations", rows)


def _point_latest(session: Session, visits: Sequence[Visit], started: int) -> None:
    """Let the newest answered look of each step be what the next run compares with, but for what is held."""
    site, run = visits[0].site, visits[0].run
    names, binds = among("target", [visit.result.name for visit in visits])
    query = f"SELECT target, step FROM latest WHERE site = :site AND target IN {names}"  # noqa: S608 - places alone
    known = set(session.rows(query, site=site, **binds))
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
        {"run": run, "at": at, "site": site, "target": visit.result.name, "step": step}
        for visit, step, at in observed
        if (visit.result.name, step) in known and step not in visit.held and not visit.late
    ]
    insert(session, "latest", fresh)
    if moving:
        session.run(
            "UPDATE latest SET run = :run, at = :at WHERE site = :site AND target = :target AND step = :step",
            *moving,
        )


def _standings(visit: Visit, known: Mapping[str, Mapping[str, Known]]) -> tuple[Finding, ...]:
    found = live(known[visit.result.name], visit.checks)
    return tuple(each for each in found if not (visit.late and each.state is State.RESOLVED))


_Standing = tuple[Visit, Mapping[str, Known], tuple[Finding, ...]]


def _insert_findings(session: Session, standing: Sequence[_Standing], at: int) -> None:
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
    insert(session, "findings", fresh)
    for rows in (moved, gone):
        _update_findings(session, rows)
    insert(session, "sightings", sightings)


def _update_findings(session: Session, rows: list[Plain]) -> None:
    """Set what each row holds on the finding it names by `of`; all rows hold the same columns."""
    if rows:
        told = ", ".join(f"{name} = :{name}" for name in rows[0] if name != "of")
        session.run(f"UPDATE findings SET {told} WHERE id = :of", *rows)  # noqa: S608 - names of our own


def _standing(finding: Finding) -> Plain:
    return {"state": finding.state, "body": spelled(finding_out(finding))}


def say(session: Session, finding: str, note: Note) -> None:
    """Keep what a person said about a finding, once; a reason to close it also puts it to rest."""
    said: Plain = {"finding": finding, **asdict(note)}
    same = "SELECT id FROM notes WHERE finding = :finding AND at = :at AND kind = :kind AND text = :text"
    if session.rows(same, finding=finding, at=note.at, kind=note.kind, text=note.text):
        return
    insert(session, "notes", [said])
    if note.kind == "closed":
        ((body,),) = session.rows("SELECT body FROM findings WHERE id = :id", id=finding)
        closed = _standing(replace(finding_in(parsed(body)), state=State.CLOSED))
        _update_findings(session, [{"of": finding} | closed])


def move_anchor(session: Session, name: str, anchor: Anchor) -> None:
    """Remember the last line of an audit trail, unless a later one is known."""
    values: Plain = {"name": name, "sequence": anchor.sequence, "digest": anchor.digest}
    moved = session.run(
        "UPDATE anchors SET sequence = :sequence, digest = :digest WHERE name = :name AND sequence < :sequence",
        values,
    )
    if not moved and not session.rows("SELECT name FROM anchors WHERE name = :name", name=name):
        insert(session, "anchors", [values])
