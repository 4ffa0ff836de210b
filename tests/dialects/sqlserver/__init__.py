"""SQL Server: what its SQL means, told to an engine that can run here."""

from __future__ import annotations

from pathlib import Path

from sqlglot import exp

from tests.dialects.embedded import NOW
from tests.dialects.engine import Engine


def adapt(tree: exp.Expression) -> exp.Expression:
    """Rewrite where the two differ in meaning: the clock, text joined by +, collations."""
    for node in reversed(list(tree.walk(bfs=False))):
        rewrite = _REWRITES.get(type(node))
        new = rewrite(node) if rewrite else node
        if new is not node:
            new.type = new.type or node.type
            node.replace(new)
    return tree


def _now(node: exp.Expression) -> exp.Expression:
    del node
    return exp.cast(exp.Literal.string(NOW), "timestamp")


def _joined(node: exp.Expression) -> exp.Expression:
    """Text joined by + is nothing as soon as one part is."""
    if any(part.is_type(*exp.DataType.TEXT_TYPES) for part in (node.this, node.expression)):
        return exp.DPipe(this=node.this, expression=node.expression, safe=False)
    return node


def _bare(node: exp.Expression) -> exp.Expression:
    return node.this


_REWRITES = {exp.CurrentTimestamp: _now, exp.Add: _joined, exp.Collate: _bare}

SQLSERVER = Engine("sqlserver", "tsql", Path(__file__).parent, adapt)
