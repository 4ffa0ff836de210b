"""Missing indexes put to HypoPG: would the planner use them, and what would it save? Nothing is built, no row read.

The extension keeps a hypothetical index in the memory of this one session. Only plain EXPLAIN is sent, with a
  NULL of the
column's own type for the value, so that the planner reckons with the average value and no literal is needed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace

from hmaint.advise.facts import Ask, Facts
from hmaint.advise.postgresql.words import literal, name
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Act, Advice
from hmaint.model.look import Query, Rows, Seen

_RULE = "postgresql.index.missing"
_SECONDS = 5.0
_HALF = 0.5
"""An index must at least halve the planner's cost (CHECKS PG-23)."""
_RESET = Query("select hypopg_reset()", limit=_SECONDS)


def checked(ask: Ask, facts: Facts, items: Iterable[Advice]) -> tuple[Advice, ...]:
    """Every item as it was, but of missing indexes only those that help, with what was found out about them."""
    if not _installed(facts):
        return tuple(items)
    return tuple(_checked(ask, items))


def _installed(facts: Facts) -> bool:
    return facts.was_seen("extensions") and any(row["name"] == "hypopg" for row in facts.rows("extensions"))


def _checked(ask: Ask, items: Iterable[Advice]) -> Iterator[Advice]:
    for item in items:
        if item.rule != _RULE or item.fix is None or item.fix.act is not Act.CREATE_INDEX:
            yield item
            continue
        try:
            before, after = _costs(ask, item)
        except CouldNotLook as unseen:
            yield replace(item, checked=f"没有用假设索引核对：{unseen.reason}")
            continue
        if after <= before * _HALF:
            told = f"用 HypoPG 的假设索引核对：规划器的估计代价 {before:.0f} → {after:.0f}"
            yield replace(item, checked=told)


def _costs(ask: Ask, item: Advice) -> tuple[float, float]:
    """What the planner reckons without the index and with it; CouldNotLook where it cannot be asked."""
    fix = item.fix
    assert fix is not None  # noqa: S101 - see _checked
    table = name(fix.schema, fix.table)
    columns = [name(column) for column in fix.columns]
    wanted = " and ".join(f"{each} = (select {each} from {table} limit 0)" for each in columns)  # noqa: S608 - quoted names
    plan = Query(f"explain (format json) select 1 from {table} where {wanted}", limit=_SECONDS)  # noqa: S608 - quoted names
    index = literal(f"CREATE INDEX ON {table} ({', '.join(columns)})")
    make = f"select indexname from hypopg_create_index({index})"  # noqa: S608 - quoted names
    before = _cost(ask(plan))
    try:
        _rows(ask(Query(make, limit=_SECONDS)))
        return before, _cost(ask(plan))
    finally:
        ask(_RESET)


def _rows(answer: Rows) -> Rows:
    if answer.seen is not Seen.OBSERVED:
        raise CouldNotLook(answer.seen, answer.reason)
    return answer


def _cost(answer: Rows) -> float:
    [row] = _rows(answer).rows
    try:
        return float(json.loads(str(next(iter(row.values()))))[0]["Plan"]["Total Cost"])
    except (ValueError, LookupError, TypeError) as wrong:
        raise CouldNotLook(Seen.GARBLED, "执行计划看不懂") from wrong
