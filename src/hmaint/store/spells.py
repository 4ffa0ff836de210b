"""Reads what each finding was seen as since it last came up, inside a transaction somebody else holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from hmaint.model.playbook import Level
from hmaint.model.run import State
from hmaint.store import schema
from hmaint.store.kept import Seen

_ALIVE = (State.NEW, State.OPEN, State.RECURRING)
_BEGUN = (State.NEW, State.RECURRING)


def read_spells(
    connection: Connection, site: str, until: datetime | None = None
) -> Mapping[str, tuple[Seen, ...]]:
    """Read the present spell of each finding of a site that is alive, or was at a moment; oldest sighting first.

    What a run saw gone or a person closed has none, whatever was seen of it before.
    """
    findings, sightings = schema.findings.c, schema.sightings.c
    query = select(sightings.finding, sightings.at, sightings.body)
    query = query.join(schema.findings, findings.id == sightings.finding).where(findings.site == site)
    if until is None:
        query = query.where(findings.state.in_([str(state) for state in _ALIVE]))
    else:
        query = query.where(sightings.at <= until)
    spells: dict[str, tuple[Seen, ...]] = {}
    for finding, at, body in connection.execute(query.order_by(sightings.at, sightings.run)):
        spells[finding] = _longer(
            spells.get(finding, ()), State(body["state"]), Seen(at, Level(body["level"]))
        )
    closed = _closings(connection, site, until) if until is not None else {}
    return {
        finding: spell
        for finding, spell in spells.items()
        if spell and closed.get(finding, spell[-1].at) <= spell[-1].at
    }


def _longer(spell: tuple[Seen, ...], state: State, seen: Seen) -> tuple[Seen, ...]:
    if state in _BEGUN:
        return (seen,)
    return (*spell, seen) if state in _ALIVE else ()


def _closings(connection: Connection, site: str, until: datetime) -> Mapping[str, datetime]:
    """When each finding was last closed by a person before a moment."""
    findings, notes = schema.findings.c, schema.notes.c
    query = select(notes.finding, notes.at).join(schema.findings, findings.id == notes.finding)
    query = query.where(findings.site == site, notes.kind == "closed", notes.at <= until)
    return {row.finding: row.at for row in connection.execute(query.order_by(notes.at))}
