"""Tables of a SQL Server database: keys, heaps, statistics, numbers that run out."""

from __future__ import annotations

from collections.abc import Iterator

from hmaint.advise.draft import HIGH, LOW, MEDIUM, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.sqlserver.rows import (
    PAGE,
    by_hand,
    keys,
    name,
    seeing,
    tables,
    whole,
)
from hmaint.advise.write import size
from hmaint.model.advice import Chapter, Claim, Lock, Verb
from hmaint.model.playbook import Level

_FRESH = 7
"""Days that statistics may be behind: a weekly job catches up."""


def _untrusted(facts: Facts) -> Iterator[Draft]:
    owners = tables(facts)
    for key, owner, _ in keys(facts):
        table = owners.get(owner)
        if table is not None and whole(key["untrusted"]) and not whole(key["disabled"]):
            head = f"ALTER TABLE {name(table['owner'], table['name'])} WITH CHECK CHECK CONSTRAINT {name(key['name'])}"
            yield Draft(
                f"{table['owner']}.{table['name']}.{key['name']} trust",
                f"外键 {key['name']} 没有验证过旧数据，优化器不信它",
                "优化器可以省去不必要的连接",
                (LOW, MEDIUM, LOW),
                "扫描整张表一遍",
                "旧数据不符合时报错，什么也不改",
                evidence=({"key": str(key["name"]), "trusted": False},),
                fix=by_hand((head,), (), Lock("架构修改锁（Sch-M），表不能读写", None, "要扫描整张表")),
                checked="sys.foreign_keys",
            )


def _keyless(facts: Facts) -> Iterator[Draft]:
    for row in tables(facts).values():
        if not whole(row["keyed"]) and whole(row["total"]) >= facts.limits.rows:
            yield Draft(
                f"{row['owner']}.{row['name']} key",
                f"表 {row['name']}（{row['total']} 行）没有主键或唯一约束",
                "重复的行能区分，复制能用",
                (MEDIUM, MEDIUM, MEDIUM),
                "由厂商决定哪几列是键",
                evidence=({"table": f"{row['owner']}.{row['name']}", "rows": whole(row["total"])},),
                advice="请应用厂商补主键",
                checked="sys.key_constraints",
            )


def _heaps(facts: Facts) -> Iterator[Draft]:
    for row in tables(facts).values():
        if whole(row["heap"]) and whole(row["total"]) >= 100_000:  # noqa: PLR2004 - see the rule's source
            yield Draft(
                f"{row['owner']}.{row['name']} heap",
                f"表 {row['name']}（{row['total']} 行）没有聚集索引",
                "删除的空间能再用，更新不再留下转发记录",
                (MEDIUM, HIGH, MEDIUM),
                "要重写整张表",
                evidence=(
                    {
                        "table": f"{row['owner']}.{row['name']}",
                        "rows": whole(row["total"]),
                        "size": size(whole(row["pages"]) * PAGE),
                    },
                ),
                advice="与厂商商定聚集键，在窗口内建聚集索引",
                checked="sys.dm_db_partition_stats",
            )


def _stale(facts: Facts) -> Iterator[Draft]:
    owners = tables(facts)
    for row in facts.rows("statistics"):
        table, total, changed = owners.get(whole(row["id"])), whole(row["total"]), whole(row["changed"])
        if (
            table is None
            or total < facts.limits.rows
            or changed * changed < 1000 * total
            or row["days"] is None
            or whole(row["days"]) < _FRESH
        ):
            continue
        target = name(table["owner"], table["name"])
        yield Draft(
            f"{table['owner']}.{table['name']} {row['name']}",
            f"{table['name']} 的统计信息 {row['name']} 已 {row['days']} 天没有更新，其间改了 {changed} 行",
            "行数估得准",
            (HIGH, LOW, LOW),
            "读样本",
            "个别语句的执行计划会改变",
            evidence=(
                {
                    "table": f"{table['owner']}.{table['name']}",
                    "statistics": str(row["name"]),
                    "changed": changed,
                    "days": whole(row["days"]),
                },
            ),
            fix=by_hand((f"UPDATE STATISTICS {target} {name(row['name'])}",), (), Lock("不锁表", 0)),
            checked="sys.sysindexes 的改动计数",
            claims=(Claim(Verb.ANALYZE, f"{table['owner']}.{table['name']}.{row['name']}"),),
        )


def _identities(facts: Facts) -> Iterator[Draft]:
    seeing(facts)
    for row in facts.rows("identities"):
        used = float(str(row["used_pct"])) / 100
        if used >= facts.limits.used_up:
            yield Draft(
                f"{row['owner']}.{row['table_name']}.{row['name']}",
                f"自增列 {row['table_name']}.{row['name']} 已用 {used:.0%}",
                "业务不会被停",
                (HIGH, HIGH, HIGH),
                "改列类型要重写整张表",
                "读写都被阻塞；引用它的列与程序要一起改",
                Level.CRITICAL if used >= facts.limits.nearly_used_up else Level.WARNING,
                evidence=(
                    {
                        "column": f"{row['owner']}.{row['table_name']}.{row['name']}",
                        "used_pct": round(used * 100, 1),
                    },
                ),
                advice="与厂商商定在停机窗口改为 bigint；应急可从负数重新起号",
                checked="sys.identity_columns",
            )


TOPICS: tuple[Topic, ...] = (
    Topic(
        "table.foreign_key_untrusted",
        Chapter.TABLE,
        "不受信任的外键",
        _untrusted,
        "任意一个",
        ("server", "tables", "keys"),
    ),
    Topic("table.no_key", Chapter.TABLE, "没有主键的表", _keyless, "1 万行以上", ("server", "tables")),
    Topic(
        "table.heap",
        Chapter.TABLE,
        "没有聚集索引的大表",
        _heaps,
        "10 万行（本项目经验值）",
        ("server", "tables"),
    ),
    Topic(
        "table.statistics",
        Chapter.TABLE,
        "统计信息过时",
        _stale,
        "改动超过 √(1000×行数)（2016 起的自动门槛）且 7 天",
        ("server", "tables", "statistics"),
    ),
    Topic(
        "table.identity",
        Chapter.TABLE,
        "自增列将用尽",
        _identities,
        "70%，严重 90%",
        ("server", "identities"),
    ),
)
