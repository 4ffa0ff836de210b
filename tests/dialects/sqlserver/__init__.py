"""SQL Server: what its SQL means, told to an engine that can run here."""

from __future__ import annotations

import re
from pathlib import Path

from sqlglot import exp

from tests.dialects.embedded import NOW
from tests.dialects.engine import Engine

_OWN_SESSION = 51
_ISO = "120"


def adapt(tree: exp.Expression) -> exp.Expression:
    """Rewrite where the two differ in meaning: the clock, text joined by +, collations, patterns, division."""
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
    if any(_is_text(part) for part in (node.this, node.expression)):
        joined = exp.DPipe(this=node.this, expression=node.expression, safe=False)
        joined.type = exp.DataType.build("varchar")
        return joined
    return node


def _is_text(node: exp.Expression) -> bool:
    return node.is_string or node.is_type(*exp.DataType.TEXT_TYPES)


def _bare(node: exp.Expression) -> exp.Expression:
    return node.this


def _plain_text(node: exp.Expression) -> exp.Expression:
    return exp.Literal.string(node.name)


def _pattern(node: exp.Expression) -> exp.Expression:
    """LIKE takes sets of letters in brackets; its wildcards become those of a regular expression."""
    pattern = node.expression
    if not (isinstance(pattern, exp.Literal) and "[" in pattern.name):
        return node
    words = re.findall(r"\[[^\]]*\]|.", pattern.name)
    regex = "".join({"%": ".*", "_": "."}.get(w, w if w.startswith("[") else re.escape(w)) for w in words)
    return exp.Anonymous(this="regexp_full_match", expressions=[node.this, exp.Literal.string(regex)])


def _session(node: exp.Expression) -> exp.Expression:
    """`@@spid`, to sqlglot a parameter of a parameter."""
    inside = isinstance(node.this, exp.Parameter) and node.this.name.lower() == "spid"
    return exp.Literal.number(_OWN_SESSION) if inside else node


def _converted(node: exp.Expression) -> exp.Expression:
    """CONVERT(varchar(n), time, 120) keeps the first n characters of the ISO form."""
    assert node.args["style"].name == _ISO, node
    told = exp.TimeToStr(
        this=exp.cast(node.expression, "timestamp"), format=exp.Literal.string("%Y-%m-%d %H:%M:%S")
    )
    return exp.Anonymous(this="left", expressions=[told, node.this.expressions[0].this])


def _called(node: exp.Expression) -> exp.Expression:
    """A function of a schema is a plain macro here."""
    return node.expression if isinstance(node.expression, exp.Anonymous) else node


_REWRITES = {
    exp.CurrentTimestamp: _now,
    exp.UtcTimestamp: _now,
    exp.Add: _joined,
    exp.Collate: _bare,
    exp.National: _plain_text,
    exp.Like: _pattern,
    exp.Parameter: _session,
    exp.Convert: _converted,
    exp.Dot: _called,
}

SQLSERVER = Engine("sqlserver", "tsql", Path(__file__).parent, adapt, database="his", uptime=8_640_000)
