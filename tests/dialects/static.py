"""What can be said of a query without running it: its form, its views, columns and functions, version by version."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from sqlglot import exp
from sqlglot.errors import SqlglotError

from hmaint.database.guard import refusal
from hmaint.database.tokens import cut
from hmaint.expr.condition import compile_condition
from hmaint.expr.version import Version
from hmaint.model.inventory import Database
from hmaint.model.playbook import Step
from hmaint.step.sql import SqlArgs
from tests.dialects.engine import Engine

# Words that stand before a parenthesis without being a function.
_NO_CALLS = frozenset(
    re.findall(
        r"\w+",
        "select from where and or not in exists on as over when then else case by having union all any some with"
        " values between like using apply join is partition within group top distinct set except intersect minus"
        " number varchar2 varchar nvarchar char nchar decimal numeric float timestamp date int",
    )
)


def args_of(step: Step) -> SqlArgs:
    """The arguments of a step that asks a database."""
    assert isinstance(step.args, SqlArgs), step.id
    return step.args


def database(engine: Engine, version: str, *, pack: bool) -> dict[str, object]:
    """What `when` may know of a database of that version."""
    target = Database("main", "icu", engine.name, database=engine.database)
    plain = {name: getattr(target, name) for name in target.__slots__}
    facts = {"version": Version(version), "flavour": engine.name, "uptime": engine.uptime, "superuser": False}
    return {**plain, **facts, "diagnostics_pack": pack}


def versions_of(engine: Engine, step: Step, *, pack: bool | None = None) -> list[str]:
    """The documented versions a step applies to, on a site that has the packs or has them not (None: on either)."""
    if not step.when:
        return list(engine.documented.versions)
    applies = compile_condition(step.when)
    sites = (False, True) if pack is None else (pack,)
    return [
        version
        for version in engine.documented.versions
        if any(
            applies({"database": database(engine, version, pack=packed), "vars": {}, "site": {}})
            for packed in sites
        )
    ]


def faults(engine: Engine, step: Step) -> list[str]:
    """Everything that is wrong with the query of a step, without running it."""
    sql = args_of(step).query
    versions = versions_of(engine, step)
    found = query_faults(engine, sql, versions)
    if not versions:
        found.append("applies to no version")
    if versions_of(engine, step, pack=False):
        found += [f"reads {name}, which must be licensed" for name in licensed(engine, sql)]
    return found


def query_faults(engine: Engine, sql: str, versions: Sequence[str]) -> list[str]:
    """What the guard, the grammar and the documentation of these versions have against a query."""
    refused = refusal(sql, engine.name)
    if refused:
        return [f"the guard refuses it: {refused}"]
    try:
        tree = engine.parse(sql)
    except (SqlglotError, ValueError) as wrong:
        return [f"cannot be read: {wrong}"]
    return [f"{version}: {fault}" for version in versions for fault in _at(engine, sql, tree, version)]


def _at(engine: Engine, sql: str, tree: exp.Expression, version: str) -> Iterator[str]:
    views = engine.documented.at(version)
    local = {cte.alias for cte in tree.find_all(exp.CTE)}
    unknown = {table.name for table in tree.find_all(exp.Table)} - local - views.keys()
    for function in _calls(sql, engine):
        span = engine.documented.functions.get(function)
        if span is None or not span.has(version):
            yield f"no function {function}"
    if unknown:
        yield f"no view {', '.join(sorted(unknown))}"
        return
    if any(isinstance(star.parent, exp.Select | exp.Column) for star in tree.find_all(exp.Star)):
        yield "names its columns by *"
    try:
        whole = engine.typed(tree, version)
    except SqlglotError as wrong:
        yield str(wrong)
        return
    for column in whole.find_all(exp.Column):
        if not column.table and not isinstance(column.find_ancestor(exp.Order, exp.Select), exp.Order):
            yield f"no column {column.name}"


def _calls(sql: str, engine: Engine) -> list[str]:
    code = [token for token in cut(sql, engine.name) if token.kind != "comment"]
    return [
        token.text
        for token, after in pairwise(code)
        if token.kind == "word"
        and after.text == "("
        and after.kind == "symbol"
        and token.text not in _NO_CALLS
        and not token.text.isdigit()
    ]


def licensed(engine: Engine, sql: str) -> list[str]:
    """Names in a query that belong to an option which must have been bought."""
    words = {token.text.lower() for token in cut(sql, engine.name) if token.kind in ("word", "name")}
    free = {name for name, view in engine.documented.views.items() if not view.pack}
    listed = {name for name, view in engine.documented.views.items() if view.pack}
    denied = {name for name in words - free if any(re.fullmatch(p, name) for p in engine.documented.denied)}
    return sorted(words & listed | denied)


def with_query(step: Step, sql: str, when: str = "") -> Step:
    """The same step with another query, to see what the examination makes of it."""
    return replace(step, args=SqlArgs(query=sql), when=when)
