"""A query run for its meaning: translated, over small tables that stand for the vendor's views."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import duckdb
from sqlglot import ErrorLevel, exp

from hmaint.database.values import column_names, to_scalar
from hmaint.expr.version import Version
from hmaint.model.inventory import Scalar
from hmaint.model.look import Query, Rows, Seen
from tests.dialects.engine import Engine

Tables = Mapping[str, Sequence[Mapping[str, object]]]

NOW = "2026-11-21 09:30:00"
"""The time it is in every fixture."""


@dataclass
class Fixture:
    """A session whose database is a handful of fixture rows, seen as a server of one version would show them.

    It holds to the face of the real session. What the embedded engine refuses is a fault of the test or of the
    query, and is raised.
    """

    engine: Engine
    version: str
    tables: Tables

    missing_belts: tuple[str, ...] = ()

    @property
    def facts(self) -> Mapping[str, object]:
        return {
            "version": Version(self.version),
            "flavour": self.engine.name,
            "uptime": self.engine.uptime,
            "superuser": False,
        }

    def ask(self, query: Query) -> Rows:
        sql, used = _translated(self.engine, self.version, query)
        with _clean() as connection:
            for statement in (*self._prepared(used), *filter(str.strip, self.engine.macros.split(";\n"))):
                connection.execute(statement)
            try:
                cursor = connection.execute(sql)
            except duckdb.Error as wrong:
                raise AssertionError(f"{wrong}\n{sql}") from wrong
            names = column_names([column[0] for column in cursor.description or ()])
            raw = cursor.fetchmany(query.rows + 1)
        rows = tuple(dict(zip(names, map(self._scalar, row), strict=True)) for row in raw[: query.rows])
        return Rows(Seen.OBSERVED, rows, cut=len(raw) > query.rows)

    def close(self) -> None:
        """Nothing is held open."""

    def _scalar(self, value: object) -> Scalar:
        return to_scalar(self.engine.fold(value))

    def _prepared(self, used: frozenset[str]) -> Iterator[str]:
        views = self.engine.documented.at(self.version)
        wrong = self.tables.keys() - self.engine.documented.views.keys()
        assert not wrong, f"fixtures of unknown views: {wrong}"
        for name in sorted(
            views.keys() & (used | {n for n, v in self.engine.documented.views.items() if v.always})
        ):
            yield self._create(name, views[name])
            rows = self.tables.get(name, self.engine.documented.views[name].always)
            for row in rows:
                yield self._insert(name, views[name], row)

    def _create(self, name: str, columns: Mapping[str, str]) -> str:
        types = self.engine.documented.types
        return f'create table "{name}" ({", ".join(f"{_name(c)} {types[t]}" for c, t in columns.items())})'

    def _insert(self, name: str, columns: Mapping[str, str], row: Mapping[str, object]) -> str:
        wrong = row.keys() - self.engine.documented.views[name].columns.keys()
        assert not wrong, f"{name} has no {wrong}"
        given = {column: value for column, value in row.items() if column in columns}
        names, values = ", ".join(map(_name, given)), ", ".join(map(_literal, given.values()))
        return f'insert into "{name}" ({names}) values ({values})'  # noqa: S608 - the test's own fixtures


@cache
def _translated(engine: Engine, version: str, query: Query) -> tuple[str, frozenset[str]]:
    """The query in the embedded engine's words, and the views it reads."""
    tree = engine.typed(_bound(engine.parse(query.sql), query), version)
    used = frozenset(table.name for table in tree.find_all(exp.Table))
    return engine.adapt(tree).sql("duckdb", unsupported_level=ErrorLevel.RAISE), used


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """One database for all fixtures: opening one takes longer than everything that is asked of it."""
    return duckdb.connect(":memory:", config={"threads": 1})


@contextmanager
def _clean() -> Iterator[duckdb.DuckDBPyConnection]:
    """The database without a table, for as long as the block lasts; what was made in it is undone."""
    connection = _database()
    connection.begin()
    try:
        yield connection
    finally:
        connection.rollback()


def _bound(tree: exp.Expression, query: Query) -> exp.Expression:
    binds = dict(query.binds)
    for place in list(tree.find_all(exp.Placeholder)):
        place.replace(exp.convert(binds[place.name]))
    return tree


def _name(name: str) -> str:
    return f'"{name}"'


def _literal(value: object) -> str:
    if value is None:
        return "null"
    return str(value) if isinstance(value, bool | int | float) else "'" + str(value).replace("'", "''") + "'"
