"""What sqlglot reads and Oracle does not: names it keeps for itself, and grammar of other engines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from tests.dialects.engine import Engine

# Reserved words of the SQL Language Reference (V$RESERVED_WORDS.RESERVED = 'Y').
_RESERVED = frozenset(
    re.findall(
        r"\w+",
        "access add all alter and any as asc audit between by char check cluster column comment compress connect"
        " create current date decimal default delete desc distinct drop else exclusive exists file float for from"
        " grant group having identified immediate in increment index initial insert integer intersect into is level"
        " like lock long maxextents minus mlslabel mode modify noaudit nocompress not nowait null number of offline on"
        " online option or order pctfree prior public raw rename resource revoke row rowid rownum rows select session"
        " set share size smallint start successful synonym sysdate table then to trigger uid union unique update user"
        " validate values varchar varchar2 view whenever where with",
    )
)
_LONGEST = 30
"""Bytes of a name before 12.2."""


def slips(engine: Engine, sql: str) -> Iterator[str]:
    """Everything in a query that Oracle would refuse although sqlglot reads it."""
    tree = engine.parse(sql)
    names = [
        alias.alias for alias in tree.find_all(exp.Alias, exp.Subquery, exp.CTE, exp.Table) if alias.alias
    ]
    names += [bind.name for bind in tree.find_all(exp.Placeholder)]
    yield from (f"{name} is reserved" for name in names if name.lower() in _RESERVED)
    yield from (f"{name} is too long" for name in names if len(name.encode()) > _LONGEST)
    for part in tree.find_all(exp.Limit, exp.Offset, exp.Boolean, exp.ILike, exp.Fetch, exp.Lateral):
        yield f"{type(part).__name__} is not in every version"
    for select in tree.find_all(exp.Select):
        if select.args.get("from_") is None:
            yield "SELECT without FROM"
        for column in select.expressions:
            if isinstance(column.unalias(), exp.Predicate | exp.Connector | exp.Not):
                yield f"{column.sql()} is a condition, not a value"
        group = select.args.get("group")
        if group and any(isinstance(key, exp.Literal) for key in group.expressions):
            yield "GROUP BY a number"
    relations = [table.alias for table in tree.find_all(exp.Table, exp.Subquery) if table.alias]
    yield from (
        f"AS before {name}"
        for name in relations
        if re.search(rf"\)\s+as\s+{name}\b", sql) and name not in _columns(tree)
    )
    if re.search(r"(?:\bfrom|\bjoin)\s+[\w$.]+\s+as\s", sql, re.IGNORECASE):
        yield "AS in FROM"


def _columns(tree: exp.Expression) -> set[str]:
    return {alias.alias for alias in tree.find_all(exp.Alias)}
