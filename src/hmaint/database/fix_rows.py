"""Rows by their keys: whether two sets of them are the same, and that the data is not as it must be."""

from __future__ import annotations

from collections.abc import Sequence

from hmaint.kit.i18n import _
from hmaint.model.data_fix import Column, Row, Table


class Mismatch(Exception):
    """The data is not as it must be; the transaction is given up. Says what differs, without any patient's value."""


def same(key: Sequence[str], one: Sequence[Row], other: Sequence[Row]) -> bool:
    """Whether two sets of rows are the same, in whatever order."""

    def by_key(rows: Sequence[Row]) -> dict[str, Row]:
        return {str([row[name] for name in key]): dict(row) for row in rows}

    return by_key(one) == by_key(other)


def key_of(table: Table, row: Row) -> tuple[object, ...]:
    """What tells a row from all others, whatever the driver makes of its type."""
    return tuple(str(row[name]) for name in table.key)


def column_of(table: Table, name: str) -> Column:
    """The column of that name. Mismatch where there is none."""
    found = table.column(name)
    if found is None:
        raise Mismatch(_("table {table} has no column {name}").format(table=table.name, name=name))
    return found
