"""Records as a stream of plain rows: written out as JSON Lines, copied into another place, and proved to be the same.

The tables are taken as they lie in the database, so that records of an earlier hmaint can be written out as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Connection, Double, MetaData, Table, func, insert, select, type_coerce

from hmaint.kit.clock import CHINA
from hmaint.kit.text import storable
from hmaint.store import schema
from hmaint.store.schema import Json, Moment
from hmaint.store.values import EPOCH

Row = Mapping[str, Any]
_APART = frozenset({"anchors", "blobs", "alembic_version"})
"""An anchor belongs to one laptop's trail, a blob is carried as evidence, a stamp is no record."""
_BATCH = 500
_MODULUS = 1 << 256


@dataclass
class Sum:
    """What identifies a set of rows, whatever order they come in: how many of each table, and a sum of their hashes."""

    counts: dict[str, int] = field(default_factory=dict)
    total: int = 0

    def add(self, table: str, row: Row) -> None:
        """Take one more row in."""
        self.counts[table] = self.counts.get(table, 0) + 1
        line = json.dumps([table, dict(sorted(row.items()))], ensure_ascii=False, separators=(",", ":"))
        self.total = (
            self.total + int.from_bytes(sha256(line.encode("utf-8", "replace")).digest())
        ) % _MODULUS


def tables(connection: Connection) -> list[Table]:
    """The tables of records that are there, as they lie in the database."""
    found = MetaData()
    known = [name for name in schema.metadata.tables if name not in _APART]
    found.reflect(connection, only=lambda name, _metadata: name in known)
    return sorted(found.tables.values(), key=lambda table: table.name)


def rows(connection: Connection) -> Iterator[tuple[str, Row]]:
    """Every row of every table, in plain words: times in RFC 3339, JSON as what it says."""
    for table in tables(connection):
        result = connection.execution_options(yield_per=_BATCH).execute(select(*_columns(table)))
        for row in result.mappings():
            yield table.name, {name: _plain(table.name, name, row[name]) for name in row}


def _columns(table: Table) -> list[ColumnElement[Any]]:
    # MySQL's own idea of a number is a decimal of ten places, and no double.
    return [
        type_coerce(column, Double()).label(column.name) if isinstance(column.type, Double) else column
        for column in table.columns
    ]


def insert_rows(connection: Connection, told: Iterable[tuple[str, Row]]) -> Sum:
    """Put rows into empty tables that are there; says what was put in. KeyError for a table that is not there."""
    known = {table.name: table for table in tables(connection)}
    done, waiting = Sum(), dict[str, list[dict[str, Any]]]()
    for name, row in told:
        done.add(name, row)
        batch = waiting.setdefault(name, [])
        batch.append({column: _stored(name, column, row[column]) for column in row})
        if len(batch) == _BATCH:
            connection.execute(insert(known[name]), batch)
            batch.clear()
    for name, batch in waiting.items():
        if batch:
            connection.execute(insert(known[name]), batch)
    _count_on(connection, known.values())
    return done


def summed(connection: Connection) -> Sum:
    """What is there."""
    found = Sum()
    for name, row in rows(connection):
        found.add(name, row)
    return found


def filled(connection: Connection) -> dict[str, int]:
    """How many rows each table has, of those that have any."""
    counts = {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in tables(connection)
    }
    return {name: count for name, count in counts.items() if count}


def _plain(table: str, column: str, value: Any) -> Any:  # noqa: ANN401 - whatever the database holds
    kind = _kind(table, column)
    if value is None:
        return None
    if isinstance(kind, Moment):
        return (EPOCH + timedelta(microseconds=value)).astimezone(CHINA).isoformat()
    if isinstance(kind, Json):
        return json.loads(value)
    return bool(value) if kind is bool else value


def _stored(table: str, column: str, value: Any) -> Any:  # noqa: ANN401 - whatever JSON can say
    kind = _kind(table, column)
    if value is None:
        return None
    if isinstance(kind, Moment):
        return (datetime.fromisoformat(value) - EPOCH) // timedelta(microseconds=1)
    if isinstance(kind, Json):
        return storable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    return storable(value) if isinstance(value, str) else value


def _kind(table: str, column: str) -> object:
    """The type a column has in this hmaint; a truth value by its Python type, as each server keeps it otherwise."""
    found = schema.metadata.tables[table].columns.get(column)
    if found is None:
        return None
    return bool if found.type.python_type is bool else found.type


def _count_on(connection: Connection, known: Iterable[Table]) -> None:
    """Let PostgreSQL count on from the rows that came with their numbers; the others do so by themselves."""
    if connection.dialect.name != "postgresql":
        return
    for table in known:
        for column in table.primary_key.columns:
            if schema.metadata.tables[table.name].columns[column.name].autoincrement is True:
                sequence = func.pg_get_serial_sequence(table.name, column.name)
                following = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
                connection.execute(select(func.setval(sequence, following, False)))  # noqa: FBT003 - the function's own words
