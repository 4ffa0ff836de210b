"""What a run reads before it looks: a free number, what steps are compared with, where the trail ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from hmaint.store.kept import Anchor, Earlier
from hmaint.store.session import Session, among
from hmaint.store.values import moment, parsed


def free_id(session: Session, wanted: str) -> str:
    """Find the first of `wanted`, `wanted-2`, `wanted-3`, … that no run has."""
    escaped = wanted.replace("/", "//").replace("%", "/%").replace("_", "/_")
    taken = session.rows("SELECT id FROM runs WHERE id LIKE :beginning ESCAPE '/'", beginning=f"{escaped}%")
    number, free = 1, wanted
    while (free,) in taken:
        number += 1
        free = f"{wanted}-{number}"
    return free


def read_previous(
    session: Session, site: str, wanted: Mapping[str, Iterable[str]]
) -> Mapping[str, Mapping[str, Earlier]]:
    """Read the newest answered look of each step wanted of each target, in one query for all."""
    asked = {target: set(steps) for target, steps in wanted.items()}
    targets, binds = among("target", asked)
    steps, named = among("step", sorted(set().union(*asked.values())))
    binds |= named
    query = (
        "SELECT latest.target, latest.step, observations.body, latest.at FROM latest JOIN observations "  # noqa: S608 - places alone
        "ON observations.run = latest.run AND observations.target = latest.target "
        "AND observations.step = latest.step "
        f"WHERE latest.site = :site AND latest.target IN {targets} AND latest.step IN {steps}"
    )
    closed = _closings(session, site, f"findings.target IN {targets} AND findings.check_id IN {steps}", binds)
    found: dict[str, dict[str, Earlier]] = {target: {} for target in asked}
    for target, step, body, at in session.rows(query, site=site, **binds):
        if step in asked[target]:
            since = frozenset(each for each, when in closed.get((target, step), ()) if when > at)
            found[target][step] = Earlier(tuple(parsed(body)), moment(at), since)
    return found


def _closings(
    session: Session, site: str, here: str, binds: Mapping[str, object]
) -> Mapping[tuple[str, str], list[tuple[str, int]]]:
    """Findings of each step of each target that a person closed, with the time of it in microseconds."""
    query = (
        "SELECT findings.target, findings.check_id, findings.id, notes.at FROM findings "  # noqa: S608 - places alone
        f"JOIN notes ON notes.finding = findings.id WHERE findings.site = :site AND {here} "
        "AND findings.state = 'closed' AND notes.kind = 'closed'"
    )
    closed: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for target, step, finding, at in session.rows(query, site=site, **binds):
        closed[target, step].append((finding, at))
    return closed


def read_anchor(session: Session, name: str) -> Anchor | None:
    """Read the last line known of an audit trail."""
    rows = session.rows("SELECT sequence, digest FROM anchors WHERE name = :name", name=name)
    return Anchor(*rows[0]) if rows else None
