"""The statements that find, write, change and take away one row by its key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hmaint.database.fix_engine import FixEngine, quoted
from hmaint.database.fix_rows import column_of
from hmaint.model.data_fix import Cell, Column, Row, Table


class RowSql:
    """The statements for rows of one table, which is named as the catalogue has it; every value is bound."""

    def __init__(self, engine: FixEngine, table: Table) -> None:
        self._engine, self._table = engine, table

    def keyed(self, key: Mapping[str, object]) -> tuple[str, dict[str, object]]:
        """The condition that finds the row of a key."""
        pieces: list[str] = []
        binds: dict[str, object] = {}
        for number, name in enumerate(self._table.key):
            column = column_of(self._table, name)
            pieces.append(f"{quoted(self._engine, name)} = {self._engine.bound(column, f':k{number}')}")
            binds[f"k{number}"] = self._engine.given(column, _as_cell(key[name]))
        return " and ".join(pieces), binds

    def deletion(self, row: Row) -> tuple[str, dict[str, object]]:
        """Take it away."""
        condition, binds = self.keyed(row)
        place = quoted(self._engine, self._table.schema, self._table.name)
        return f"delete from {place} where {condition}", binds  # noqa: S608 - names from the catalogue, values bound

    def update(self, row: Row, wanted: Row) -> tuple[str, dict[str, object]]:
        """Make it what is wanted, in the columns that differ."""
        condition, binds = self.keyed(row)
        columns = [
            each
            for each in self._table.columns
            if (row[each.name] != wanted[each.name] or each.restless) and not each.generated
        ]
        sets, values = self._written(columns, wanted)
        assigned = ", ".join(
            f"{quoted(self._engine, each.name)} = {value}" for each, value in zip(columns, sets, strict=True)
        )
        place = quoted(self._engine, self._table.schema, self._table.name)
        return f"update {place} set {assigned} where {condition}", {**binds, **values}  # noqa: S608 - as above

    def insertion(self, row: Row) -> tuple[str, dict[str, object]]:
        """Write it."""
        columns = [each for each in self._table.columns if not each.generated]
        sets, values = self._written(columns, row)
        names = ", ".join(quoted(self._engine, each.name) for each in columns)
        place = quoted(self._engine, self._table.schema, self._table.name)
        return f"insert into {place} ({names}) {self._engine.insert_words} values ({', '.join(sets)})", values  # noqa: S608 - as above

    def _written(self, columns: Sequence[Column], row: Row) -> tuple[list[str], dict[str, object]]:
        sets = [self._engine.bound(each, f":v{number}") for number, each in enumerate(columns)]
        values: dict[str, object] = {
            f"v{number}": self._engine.given(each, row[each.name]) for number, each in enumerate(columns)
        }
        return sets, values


def _as_cell(value: object) -> Cell:
    return value if isinstance(value, str | int | float | dict) or value is None else str(value)
