"""Oracle: what its SQL means, told to an engine that can run here."""

from __future__ import annotations

from pathlib import Path

from sqlglot import exp
from sqlglot.dialects.oracle import Oracle

from tests.dialects.embedded import NOW
from tests.dialects.engine import Engine

_TIMES = (exp.DType.DATE, exp.DType.TIMESTAMP, exp.DType.TIMESTAMPTZ, exp.DType.TIMESTAMPNTZ)
_DAY = 86_400


def adapt(tree: exp.Expression) -> exp.Expression:
    """Rewrite where the two differ in meaning: NULL and '', dates as numbers of days, errors that must not hide."""
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


def _is_time(node: exp.Expression) -> bool:
    return bool(node.type and node.type.this in _TIMES)


def _minus(node: exp.Expression) -> exp.Expression:
    left, right = node.this, node.expression
    if not _is_time(left):
        return node
    if _is_time(right):
        seconds = exp.Sub(this=_call("epoch", left), expression=_call("epoch", right))
        return exp.Div(this=exp.paren(seconds), expression=exp.Literal.number(_DAY))
    return exp.Sub(this=left, expression=_days(right))


def _plus(node: exp.Expression) -> exp.Expression:
    return exp.Add(this=node.this, expression=_days(node.expression)) if _is_time(node.this) else node


def _days(number: exp.Expression) -> exp.Expression:
    return _call("to_seconds", exp.Mul(this=exp.paren(number), expression=exp.Literal.number(_DAY)))


def _call(name: str, *arguments: exp.Expression) -> exp.Expression:
    return exp.Anonymous(this=name, expressions=[argument.copy() for argument in arguments])


def _cast(node: exp.Expression) -> exp.Expression:
    """A DATE of Oracle's has a time of day."""
    return exp.cast(node.this, "timestamp") if node.to.this == exp.DType.DATE else node


def _joined(node: exp.Expression) -> exp.Expression:
    """NULL is an empty text to Oracle's ||."""
    return exp.Concat(expressions=[_as_text(part) for part in node.flatten()], coalesce=True, safe=False)


def _as_text(node: exp.Expression) -> exp.Expression:
    """Whole numbers have no `.0` as text."""
    return _call("number_text", node) if node.is_type(*exp.DataType.NUMERIC_TYPES) else node


def _text(node: exp.Expression) -> exp.Expression:
    """An empty text is NULL."""
    return exp.null() if node.is_string and node.name == "" else node


def _divided(node: exp.Expression) -> exp.Expression:
    """Dividing by nothing is an error to Oracle, and must be one here."""
    if node.expression.is_number:
        return node
    return _call("divided", node.this, node.expression)


def _extreme(node: exp.Expression) -> exp.Expression:
    """GREATEST and LEAST of anything unknown are unknown."""
    parts = [node.this, *node.expressions]
    unknown = exp.or_(*(exp.Is(this=part.copy(), expression=exp.null()) for part in parts))
    return exp.case().when(unknown, exp.null()).else_(node.copy())


def _call_named(node: exp.Expression) -> exp.Expression:
    """TRUNC of a time is its day; of a number it is what it is elsewhere."""
    if node.name.lower() != "trunc" or not _is_time(node.expressions[0]):
        return node
    return exp.cast(exp.TimestampTrunc(this=node.expressions[0], unit=exp.var("DAY")), "timestamp")


def _day(node: exp.Expression) -> exp.Expression:
    unit = {"DD": "DAY", "MM": "MONTH", "HH24": "HOUR", "YYYY": "YEAR"}[node.text("unit").upper()]
    return exp.cast(exp.TimestampTrunc(this=node.this, unit=exp.var(unit)), "timestamp")


def _told(node: exp.Expression) -> exp.Expression:
    layout = node.args.get("format")
    if layout is None:
        return exp.cast(_as_text(node.this), "text")
    if not _is_time(node.this):
        return node
    return exp.TimeToStr(this=node.this, format=Oracle.format_time(layout))


def _read(node: exp.Expression) -> exp.Expression:
    """TO_DATE gives a time of day too."""
    return exp.cast(node.copy(), "timestamp")


def _number(node: exp.Expression) -> exp.Expression:
    return exp.cast(node.this, "double")


_REWRITES = {
    exp.CurrentTimestamp: _now,
    exp.Systimestamp: _now,
    exp.Sub: _minus,
    exp.Add: _plus,
    exp.Cast: _cast,
    exp.DPipe: _joined,
    exp.Literal: _text,
    exp.Div: _divided,
    exp.ToNumber: _number,
    exp.Greatest: _extreme,
    exp.Least: _extreme,
    exp.Anonymous: _call_named,
    exp.DateTrunc: _day,
    exp.TimestampTrunc: _day,
    exp.ToChar: _told,
    exp.StrToTime: _read,
}


def fold(value: object) -> object:
    """Numbers as python-oracledb hands them out: whole ones as int; and no empty text."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return None if value == "" else value


ORACLE = Engine("oracle", "oracle", Path(__file__).parent, adapt, fold)
