"""The looks and the rules of MySQL and MariaDB, in the order they are taken."""

from __future__ import annotations

from collections.abc import Mapping

from hmaint.advise.facts import Facts
from hmaint.advise.mysql import (
    caches,
    durability,
    growth,
    indexes,
    live,
    memory,
    missing,
    structure,
    workload,
)
from hmaint.advise.mysql.looks import LOOKS
from hmaint.advise.mysql.usage import usage
from hmaint.advise.rules import Rule
from hmaint.errors import CouldNotLook
from hmaint.model.look import Row

__all__ = ["LOOKS", "RULES", "cautions", "remember"]

RULES: tuple[Rule, ...] = (
    *memory.RULES,
    *caches.RULES,
    *durability.RULES,
    *indexes.RULES,
    *structure.RULES,
    *growth.RULES,
    *missing.RULES,
    *workload.RULES,
    *live.RULES,
)


def remember(facts: Facts) -> Mapping[str, tuple[Row, ...]]:
    """Counters of the statements, where there are any: they show next time which have become slower."""
    if not facts.was_seen("digests"):
        return {}
    rows = workload.remembered(facts)
    return {"digests": rows} if rows else {}


def cautions(facts: Facts) -> tuple[str, ...]:
    """Counters that are young, statements that were not counted, and what nobody can see over a connection."""
    told = [facts.too_young(facts.limits.ratio_hours / 24), facts.too_young(facts.limits.usage_days)]
    try:
        usage(facts)
    except CouldNotLook as unseen:
        told.append(f"看不到索引的使用：{unseen.reason}")
    if facts.was_seen("digest_total") and facts.rows("digest_total"):
        lost = int(str(facts.rows("digest_total")[0]["lost_calls"] or 0))
        if lost:
            told.append(f"语句种类太多，{lost} 次执行没有分类统计（performance_schema_digests_size 已满）")
    told += [_hidden(facts), _unread(facts)]
    told.append("主机的内存和磁盘不在数据库里，未看；从库上的使用情况须另查")
    return tuple(dict.fromkeys(line for line in told if line))


def _hidden(facts: Facts) -> str:
    """Tables that InnoDB keeps statistics of and the account is not shown; empty where there are none."""
    if not facts.was_seen("tables") or not facts.was_seen("statistics"):
        return ""
    shown = {(str(row["db"]), str(row["tab"])) for row in facts.rows("tables")}
    kept = {
        (str(row["db"]), str(row["tab"])) for row in facts.rows("statistics") if "#" not in str(row["tab"])
    }
    lost = {name for name in kept - shown if not facts.databases or name[0] in facts.databases}
    return f"有 {len(lost)} 张表账号看不到，没有检查（如 {'.'.join(min(lost))}）" if lost else ""


def _unread(facts: Facts) -> str:
    """Partitions whose bounds are no dates: whether they run out is not judged; empty where there are none."""
    if not facts.was_seen("partitions") or not facts.was_seen("ranges"):
        return ""
    judged = {
        (str(row["db"]), str(row["tab"])) for row in facts.rows("partitions") if row["days_left"] is not None
    }
    every = {(str(row["db"]), str(row["tab"])) for row in facts.rows("ranges")}
    left = {name for name in every - judged if not facts.databases or name[0] in facts.databases}
    return (
        f"有 {len(left)} 张分区表的边界不是日期，是否将用尽没有判断（如 {'.'.join(min(left))}）"
        if left
        else ""
    )
