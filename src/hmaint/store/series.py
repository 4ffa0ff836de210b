"""Reads how figures went over the runs, inside a transaction somebody else holds."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from fnmatch import fnmatchcase

from sqlalchemy import Connection, select

from hmaint.store import schema
from hmaint.store.kept import Reading, Series


def read_series(  # noqa: PLR0913 - a site and whatever narrows it down
    connection: Connection,
    site: str,
    *,
    names: tuple[str, ...] = (),
    target: str | None = None,
    subject: str | None = None,
    until: datetime | None = None,
) -> tuple[Series, ...]:
    """Read every figure of a site as a row of readings, oldest first; `names` may hold globs, any of which fits."""
    table = schema.metrics.c
    query = select(table.target, table.name, table.subject, table.unit, table.at, table.run, table.value)
    query = query.where(table.site == site)
    if target is not None:
        query = query.where(table.target == target)
    if until is not None:
        query = query.where(table.at <= until)
    if names:
        query = query.where(table.name.in_(_chosen(connection, site, names)))
    read: dict[tuple[str, str, str, str], list[Reading]] = defaultdict(list)
    for place in connection.execute(query.order_by(table.target, table.name, table.at, table.position)):
        *key, at, run, value = place
        if subject is None or key[2] == subject:
            read[tuple(key)].append(Reading(at, run, value))
    return tuple(Series(*key, readings=tuple(readings)) for key, readings in read.items())


_GLOB = frozenset("*?[")


def _chosen(connection: Connection, site: str, names: tuple[str, ...]) -> list[str]:
    if not any(_GLOB & set(name) for name in names):
        return list(names)  # which names there are is told by all figures of the site alone
    return [name for name in _names(connection, site) if any(fnmatchcase(name, n) for n in names)]


def _names(connection: Connection, site: str) -> list[str]:
    table = schema.metrics.c
    return list(connection.execute(select(table.name).where(table.site == site).distinct()).scalars())
