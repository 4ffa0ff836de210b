"""A server as it stands: what its version builds wrongly, and what a standby cannot do, is not done by itself."""

from __future__ import annotations

from dataclasses import replace

from hmaint.advise.facts import Facts, in_range
from hmaint.advise.postgresql.rows import server
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Act, Advice

_STANDBY = "这是备库：在主库上执行，随复制过来"
_FEWER = "备库的 max_connections 不能小于主库的，否则起不来：两边一起定，先改备库以外的"
_CORRUPT = "PostgreSQL 14.0～14.3 的 CONCURRENTLY 建出的索引会缺行，查询少结果：先升级到 14.4 以上再做"
"""Release notes of 14.4: rows updated during the build could be missed."""


def suited(item: Advice, facts: Facts) -> Advice:
    """The item as it may be applied here: for a person where the server would build wrongly or cannot write."""
    why = _against(item, facts)
    if item.fix is None or not why:
        return item
    return replace(item, fix=replace(item.fix, act=Act.MANUAL, safe=False), checked=f"{item.checked}；{why}")


def _against(item: Advice, facts: Facts) -> str:
    fix = item.fix
    if fix is None:
        return ""
    made = (each for each in (*fix.statements, *fix.undo) if not each.startswith("DROP"))
    if in_range(facts.version, "14", "14.4") and any("INDEX CONCURRENTLY" in each for each in made):
        return _CORRUPT
    try:
        standby = bool(server(facts)["standby"])
    except CouldNotLook:
        return "" if fix.object == "" or fix.act is Act.SET else "看不到它是否备库，不作为可安全执行"
    if standby and fix.object == "max_connections":
        return _FEWER
    return _STANDBY if standby and fix.act not in (Act.SET, Act.MANUAL) else ""
