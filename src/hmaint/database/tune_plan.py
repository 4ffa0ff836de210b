"""How a server means to run a statement: its plan in a few words without values, and how much work it expects."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hmaint.kit.statement import without_values
from hmaint.kit.text import one_line
from hmaint.model.look import Query, Row, Rows, Seen

_EXPLAIN = {
    "mysql": "explain {sql}",
    "postgresql": "explain (format json) {sql}",
    "sqlite": "explain query plan {sql}",
}
_UNITS = {"mysql": ("估计读取行数", "行"), "postgresql": ("估计代价", ""), "sqlite": ("逐行扫描次数", "次")}
_SCAN = re.compile(r"\bSCAN\b")


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan: what the work is counted in, the steps, and how much; `why` says why there is none."""

    name: str
    unit: str
    steps: str = ""
    work: float | None = None
    why: str = ""


def explained(ask: Callable[[Query], Rows], engine: str, sql: str) -> Plan:
    """The plan; nothing is run."""
    answer = ask(Query(_EXPLAIN[engine].format(sql=sql)))
    if answer.seen is not Seen.OBSERVED:
        return Plan(*_UNITS[engine], why=answer.reason)
    if engine == "mysql":
        return _mysql(answer.rows)
    return _postgresql(answer.rows) if engine == "postgresql" else _sqlite(answer.rows)


def _mysql(rows: tuple[Row, ...]) -> Plan:
    low = [{str(name).lower(): value for name, value in row.items()} for row in rows]
    steps = [
        f"{row.get('table') or '-'} {row.get('type') or '-'}"
        f" {row.get('key') or '无索引'} {row.get('rows') if row.get('rows') is not None else '-'} 行"
        for row in low
    ]
    # Tables of one select are joined one within the other: their rows multiply.
    parts: dict[Any, float] = {}
    for row in low:
        parts[row.get("id")] = parts.get(row.get("id"), 1.0) * float(row.get("rows") or 1)
    return Plan(*_UNITS["mysql"], one_line("；".join(steps), 400), sum(parts.values()))


def _postgresql(rows: tuple[Row, ...]) -> Plan:
    told = next(iter(rows[0].values())) if rows else None
    plan = json.loads(told) if isinstance(told, str) else told
    if not isinstance(plan, list) or not plan:
        return Plan(*_UNITS["postgresql"], why="计划读不懂")
    nodes = list(_nodes(plan[0]["Plan"]))
    steps = [
        " ".join(filter(None, (n["Node Type"], n.get("Relation Name"), n.get("Index Name")))) for n in nodes
    ]
    cost = float(plan[0]["Plan"]["Total Cost"])
    return Plan(*_UNITS["postgresql"], one_line(" > ".join(steps), 400), cost)


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    for inner in node.get("Plans", ()):
        yield from _nodes(inner)


def _sqlite(rows: tuple[Row, ...]) -> Plan:
    details = [str(row.get("detail", "")) for row in rows]
    scans = sum(bool(_SCAN.search(each)) for each in details)
    return Plan(*_UNITS["sqlite"], without_values("；".join(details), 400), float(scans))
