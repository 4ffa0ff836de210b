"""Entries of matters, inside a transaction somebody else holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from itertools import starmap

from sqlalchemy import Connection, exists, func, insert, select

from hmaint.model.entry import Entry
from hmaint.store import schema

_FIELDS = tuple(Entry.__dataclass_fields__)
_AT_ONCE = 500
"""Names in one statement; SQLite once took 999 at most."""


def begin(connection: Connection, first: Entry, prefix: str) -> Entry:
    """Number a matter by the day it was put on record and keep its first entry; a clash with another process raises."""
    table = schema.matters.c
    day = f"{prefix}-{first.recorded_at:%Y%m%d}"
    newest = connection.execute(select(func.max(table.sequence)).where(table.series == day)).scalar()
    sequence = (newest or 0) + 1
    numbered = replace(first, matter=f"{day}-{sequence:03}")
    _open(connection, numbered, day, sequence)
    add(connection, [numbered])
    return numbered


def add(connection: Connection, entries: Sequence[Entry]) -> None:
    """Keep entries, each once; a matter not known yet is opened."""
    for start in range(0, len(entries), _AT_ONCE):
        _add(connection, entries[start : start + _AT_ONCE])


def _add(connection: Connection, entries: Sequence[Entry]) -> None:
    table, matters = schema.entries, schema.matters
    ids = [entry.id for entry in entries]
    kept = {row.id for row in connection.execute(select(table.c.id).where(table.c.id.in_(ids)))}
    wanted = {entry.matter: entry for entry in reversed(entries)}
    query = select(matters.c.number).where(matters.c.number.in_(list(wanted)))
    known = {row.number for row in connection.execute(query)}
    for number, entry in wanted.items():
        if number not in known:
            _open(connection, entry, number, 0)
    fresh = {
        entry.id: asdict(entry) | {"body": dict(entry.body)} for entry in entries if entry.id not in kept
    }
    if fresh:
        connection.execute(insert(table), list(fresh.values()))


def _open(connection: Connection, first: Entry, series: str, sequence: int) -> None:
    values = {"number": first.matter, "kind": first.kind, "site": first.site}
    place = {"series": series, "sequence": sequence, "opened_at": first.recorded_at}
    connection.execute(insert(schema.matters).values(**values, **place))


def find(connection: Connection, wanted: str, kind: str) -> list[str]:
    """The numbers a person can mean: the very one, else those it begins or ends, or the newest."""
    known = numbers(connection, kind)
    if wanted == "latest":
        return known[:1]
    if wanted in known:
        return [wanted]
    return [each for each in known if wanted and (each.startswith(wanted) or each.endswith(wanted))]


def numbers(connection: Connection, kind: str) -> list[str]:
    """The numbers of all matters of a kind, the newest first."""
    table = schema.matters.c
    query = select(table.number).where(table.kind == kind)
    return list(connection.execute(query.order_by(table.opened_at.desc(), table.number.desc())).scalars())


def read(  # noqa: PLR0913 - what may narrow a list down
    connection: Connection,
    *,
    matter: str | None = None,
    kinds: Sequence[str] = (),
    sites: Sequence[str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    events: Sequence[str] = (),
    matters: Iterable[str] = (),
    lately: datetime | None = None,
) -> tuple[Entry, ...]:
    """Read entries in the order they were put on record; `lately`: of matters alone that have one of then or later."""
    table = schema.entries
    wanted = (*matters, *([matter] if matter else ()))
    asked = [
        column.in_(names)
        for column, names in ((table.c.kind, kinds), (table.c.event, events), (table.c.matter, wanted))
        if names
    ]
    asked += [] if sites is None else [table.c.site.in_(sites)]
    bounds = [] if since is None else [table.c.at >= since]
    bounds += [] if until is None else [table.c.at <= until]
    if lately is not None:
        bounds.append(table.c.matter.in_(select(table.c.matter).where(*asked, table.c.at >= lately)))
    query = select(*(table.c[name] for name in _FIELDS)).where(*asked, *bounds)
    rows = connection.execute(query.order_by(table.c.recorded_at, table.c.place)).all()
    return tuple(starmap(Entry, rows))


def unfinished(connection: Connection, kind: str, ends: str, again: str) -> list[str]:
    """The numbers of all matters of a kind without the event that ends one, and of those where it may hold no more."""
    table, matters = schema.entries.c, schema.matters.c
    # By the number alone: with the kind beside it SQLite takes the index of kinds, and reads all of them each time.
    ended = exists().where(table.matter == matters.number, table.event == ends)
    going = connection.execute(select(matters.number).where(matters.kind == kind, ~ended)).scalars()
    undoing = select(table.matter).where(table.kind == kind, (table.corrects != "") | (table.event == again))
    return sorted({*going, *connection.execute(undoing).scalars()})


def mark(connection: Connection, kind: str) -> str:
    """Name the state of all entries of a kind: another text as soon as there is one more."""
    table = schema.entries.c
    count, newest = connection.execute(
        select(func.count(), func.max(table.place)).where(table.kind == kind)
    ).one()
    last = connection.execute(select(table.id).where(table.place == newest)).scalar()
    # The count as well: on a server an entry may come in below the newest place.
    return f"{count}:{newest}:{last}"
