"""An engine that cannot run here: its dialect, its documentation, and what its SQL means elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

import yaml
from sqlglot import exp, parse
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from tests.dialects.documented import Documented, documented

Adapt = Callable[[exp.Expression], exp.Expression]


@dataclass(frozen=True)
class Engine:
    """`read` is sqlglot's name of the dialect; `adapt` rewrites what sqlglot alone would translate wrongly.

    `adapt` is handed a whole statement in which every column is qualified and every expression typed.
    """

    name: Literal["oracle", "sqlserver"]
    read: str
    folder: Path
    adapt: Adapt = lambda tree: tree
    fold: Callable[[object], object] = lambda value: value
    """A value of the embedded engine as the real driver would hand it out."""
    database: str = ""
    """The `name` that the inventory gives."""
    uptime: int = 864_000

    @cached_property
    def documented(self) -> Documented:
        return documented(self.folder)

    @cached_property
    def macros(self) -> str:
        """SQL run in the embedded engine before anything else: functions it lacks."""
        path = self.folder / "macros.sql"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    @cached_property
    def cases(self) -> Mapping[str, Mapping[str, object]]:
        """The fixtures of every check."""
        found: dict[str, Mapping[str, object]] = {}
        for path in sorted((self.folder / "cases").glob("*.yaml")):
            part = yaml.safe_load(path.read_text(encoding="utf-8"))
            assert not found.keys() & part.keys(), found.keys() & part.keys()
            found |= part
        return found

    def parse(self, sql: str) -> exp.Expression:
        """The one statement of a text, names in lower case, each view one plain name; ValueError otherwise."""
        trees = [tree for tree in parse(sql, read=self.read) if tree is not None]
        if len(trees) != 1 or not isinstance(trees[0], exp.Query):
            raise ValueError(f"not one reading statement: {[type(tree).__name__ for tree in trees]}")
        tree = trees[0]
        for identifier in tree.find_all(exp.Identifier):
            identifier.args.update(this=identifier.name.lower(), quoted=True)
        for join in list(tree.find_all(exp.Join)):
            if isinstance(join.this, exp.Lateral):
                join.replace(self._joined(join.this))
        for table in list(tree.find_all(exp.Table)):
            _flatten(table)
        return tree

    def _joined(self, lateral: exp.Lateral) -> exp.Join:
        """`CROSS APPLY f(a) AS x` or `OUTER APPLY` as a join with the view that stands for the function."""
        called = list(lateral.this.flatten()) if isinstance(lateral.this, exp.Dot) else [lateral.this]
        function = called[-1]
        if not isinstance(function, exp.Anonymous):
            raise ValueError("APPLY takes a function that gives rows")  # noqa: TRY004 - a fault of the query's
        name = ".".join(part.name for part in called).lower()
        view = self.documented.views.get(name)
        if view is None or len(view.arguments) != len(function.expressions):
            raise ValueError(f"no such function with rows, or other arguments: {name}")
        alias = lateral.alias or function.name.lower()
        pairs = zip(view.arguments, function.expressions, strict=True)
        on = exp.and_(*(exp.column(a, alias, quoted=True).eq(given.copy()) for a, given in pairs))
        table = exp.alias_(exp.table_(name, quoted=True), alias, table=True, quoted=True)
        return exp.Join(this=table, on=on, side=None if lateral.args.get("cross_apply") else "LEFT")

    def typed(self, tree: exp.Expression, version: str) -> exp.Expression:
        """Columns qualified and types told, by the views of a version; sqlglot's error for what is not there."""
        schema = _schema(self, version)
        whole = qualify(tree.copy(), schema=schema, dialect=self.read, expand_alias_refs=False)
        return annotate_types(whole, schema=schema, dialect=self.read)


@cache
def _schema(engine: Engine, version: str) -> MappingSchema:
    """The views of a version with the types of their columns; only read."""
    types = {
        name: exp.DataType.build(here, dialect="duckdb") for name, here in engine.documented.types.items()
    }
    views = {
        view: {column: types[kind] for column, kind in columns.items()}
        for view, columns in engine.documented.at(version).items()
    }
    return MappingSchema(views, dialect=engine.read, normalize=False)


def _flatten(table: exp.Table) -> None:
    parts = [part.name for part in table.parts]
    if len(parts) > 1:
        alias = table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(parts[-1], quoted=True))
        table.set("this", exp.to_identifier(".".join(parts), quoted=True))
        table.set("alias", alias)
        table.set("db", None)
        table.set("catalog", None)
