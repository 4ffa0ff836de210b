"""Indexes of a SQL Server database: too many, unused, missing, left over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from hmaint.advise.draft import HIGH, LOW, MEDIUM, NO, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.sqlserver.rows import (
    ALL,
    SHORT,
    WHOLE,
    Index,
    aged,
    by_hand,
    indexes,
    keys,
    leads,
    name,
    tables,
    whole,
)
from hmaint.advise.write import size
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Chapter, Claim, Verb
from hmaint.model.look import Row, Seen


def _drop(index: Index, longer: Index, *, same: bool) -> Draft:
    return Draft(
        index.full,
        (
            f"索引 {index.row['name']} 的列{'与' if same else '已是'} {longer.row['name']} "
            f"{'相同' if same else '的前几列'}"
        ),
        f"每次写入少维护一个索引，释放 {size(index.bytes)}",
        (MEDIUM, LOW, LOW),
        risk="语句里用提示点名它的会报错",
        evidence=(_figures(index, beside=str(longer.row["name"])),),
        fix=by_hand(
            (f"ALTER INDEX {index.sql} ON {index.table} DISABLE",),
            (f"ALTER INDEX {index.sql} ON {index.table} REBUILD",),
            SHORT,
        ),
        advice="先停用（保留定义）一个季度，没有问题再删除",
        checked="按键列、升降序与包含列核对",
        claims=(Claim(Verb.DROP, index.full), Claim(Verb.KEEP, longer.full)),
    )


def _figures(index: Index, **more: str | float) -> Row:
    return {
        "index": index.full,
        "size": size(index.bytes),
        "reads": whole(index.row["reads"]),
        "writes": whole(index.row["writes"]),
        **more,
    }


def _redundant(facts: Facts, *, same: bool) -> Iterator[Draft]:
    every = [
        i
        for i in indexes(facts)
        if whole(i.row["type"]) in (1, 2) and not whole(i.row["disabled"]) and not whole(i.row["filtered"])
    ]
    by_table: dict[str, list[Index]] = defaultdict(list)
    for index in every:
        by_table[index.table].append(index)
    for group in by_table.values():
        for index in group:
            longer = next(
                (other for other in group if other is not index and _covers(other, index, same=same)), None
            )
            if longer is not None and index.plain:
                yield _drop(index, longer, same=same)


def _covers(longer: Index, index: Index, *, same: bool) -> bool:
    """A clustered index holds every column, but reading it is dearer: it stands in only where the keys are the same."""
    clustered = whole(longer.row["type"]) == 1
    if not clustered and not index.includes <= longer.includes | {field for field, _ in longer.keys}:
        return False
    if same:
        first = (longer.plain, whole(longer.row["number"])) < (index.plain, whole(index.row["number"]))
        return longer.keys == index.keys and first
    return (
        not clustered and len(longer.keys) > len(index.keys) and longer.keys[: len(index.keys)] == index.keys
    )


def _unused(facts: Facts) -> Iterator[Draft]:
    days = min(aged(facts, facts.limits.usage_days), _kept(facts))
    for index in indexes(facts):
        idle = not whole(index.row["reads"]) and whole(index.row["writes"]) >= facts.limits.rows
        if idle and index.plain and index.bytes >= 5 * 1024**2 and not _behind_a_key(facts, index):
            yield Draft(
                index.full,
                f"索引 {index.row['name']} {days:.0f} 天没有用过，却维护了 {index.row['writes']} 次",
                f"每次写入少维护一个索引，释放 {size(index.bytes)}",
                (MEDIUM, LOW, MEDIUM),
                risk="季度、年度统计可能要用；只读副本上的使用不在内",
                evidence=(_figures(index, days=round(days)),),
                fix=by_hand(
                    (f"ALTER INDEX {index.sql} ON {index.table} DISABLE",),
                    (f"ALTER INDEX {index.sql} ON {index.table} REBUILD",),
                    SHORT,
                ),
                advice="先停用（保留定义）一个季度，没有问题再删除",
                checked="sys.dm_db_index_usage_stats 自启动起",
                claims=(Claim(Verb.DROP, index.full),),
            )


def _kept(facts: Facts) -> float:
    """Days since the database came here; CouldNotLook where its counters went with that, or with closing it."""
    for row in facts.rows("database"):
        known = whole(row["minutes"]) / 1440
        if whole(row["auto_close"]):
            raise CouldNotLook(Seen.UNSUPPORTED, "库会自动关闭，使用统计随之清空，不作判断")
        if row["minutes"] is None or known < facts.limits.usage_days:
            raise CouldNotLook(
                Seen.UNSUPPORTED,
                f"库建立或恢复只有 {known:.1f} 天，少于 {facts.limits.usage_days:g} 天，不作判断",
            )
        return known
    raise CouldNotLook(Seen.GARBLED, "没有读到库的概况")


def _behind_a_key(facts: Facts, index: Index) -> bool:
    return any(owner == whole(index.row["id"]) and leads(index, fields) for _, owner, fields in keys(facts))


def _foreign(facts: Facts) -> Iterator[Draft]:
    owners, every = (
        tables(facts),
        [i for i in indexes(facts) if not whole(i.row["disabled"]) and not whole(i.row["filtered"])],
    )
    for key, owner, fields in keys(facts):
        table = owners.get(owner)
        if table is None or whole(table["total"]) < facts.limits.rows:
            continue
        if not any(whole(i.row["id"]) == owner and leads(i, fields) for i in every):
            yield Draft(
                f"{table['owner']}.{table['name']}.{key['name']}",
                f"外键 {key['name']} 在 {table['name']}（{table['total']} 行）上没有索引",
                "删除、修改上级记录时不再扫描整张子表",
                (HIGH, MEDIUM, LOW),
                f"每次写入 {table['name']} 多维护一个索引",
                evidence=(
                    {
                        "table": f"{table['owner']}.{table['name']}",
                        "key": str(key["name"]),
                        "rows": whole(table["total"]),
                    },
                ),
                advice="按外键的列建非聚集索引；企业版加 ONLINE = ON，标准版放在窗口内",
                checked="与现有索引逐一核对，没有以这些列开头的",
            )


def _missing(facts: Facts) -> Iterator[Draft]:
    aged(facts, 7)
    owners = tables(facts)
    for row in facts.rows("missing"):
        table = owners.get(whole(row["id"]))
        big = table is not None and whole(table["total"]) >= facts.limits.rows
        if table is None or not big or whole(row["uses"]) < 1000 or float(str(row["impact"])) < 50:  # noqa: PLR2004 - see the rule's source
            continue
        columns = ", ".join(part for part in (str(row["equal"]), str(row["ranged"])) if part)
        first = str(row["equal"] or row["ranged"]).split(",")[0].strip(" []")
        more = f" INCLUDE ({row['included']})" if row["included"] else ""
        label = f"IX_{table['name']}_{first}"[:120]
        target = name(table["owner"], table["name"])
        yield Draft(
            f"{table['owner']}.{table['name']} ({columns})",
            f"优化器 {row['uses']} 次想用 {table['name']} 上的索引（{columns}），估计省 {whole(row['impact'])}%",
            "这些语句不再扫描",
            (HIGH, MEDIUM, LOW),
            f"每次写入 {table['name']} 多维护一个索引",
            "包含列可能太多：先与现有索引合并考虑",
            evidence=(
                {
                    "table": f"{table['owner']}.{table['name']}",
                    "columns": columns,
                    "included": str(row["included"]),
                    "uses": whole(row["uses"]),
                    "impact_pct": whole(row["impact"]),
                },
            ),
            fix=by_hand(
                (f"CREATE INDEX {name(label)} ON {target} ({columns}){more}",),
                (f"DROP INDEX {name(label)} ON {target}",),
                WHOLE,
            ),
            checked="服务器自己的建议（缺失索引视图），没有另外核对",
            claims=(Claim(Verb.ADD, f"{table['owner']}.{table['name']}", (columns,)),),
        )


def _disabled(facts: Facts) -> Iterator[Draft]:
    for index in indexes(facts):
        if whole(index.row["hypothetical"]):
            yield Draft(
                f"{index.full} hypothetical",
                f"索引 {index.row['name']} 是调优顾问留下的假设索引",
                "目录干净",
                (LOW, NO, NO),
                evidence=(_figures(index),),
                fix=by_hand((f"DROP INDEX {index.sql} ON {index.table}",), (), SHORT),
                checked="sys.indexes",
                claims=(Claim(Verb.DROP, index.full),),
            )


TOPICS: tuple[Topic, ...] = (
    Topic(
        "index.duplicate",
        Chapter.INDEX,
        "完全相同的索引",
        lambda facts: _redundant(facts, same=True),
        "任意一个；比较键列、方向、包含列",
        ALL,
    ),
    Topic(
        "index.prefix",
        Chapter.INDEX,
        "被其他索引包含的索引",
        lambda facts: _redundant(facts, same=False),
        "任意一个；比较键列、方向、包含列",
        ALL,
    ),
    Topic(
        "index.unused",
        Chapter.INDEX,
        "从未用过的索引",
        _unused,
        "启动满 35 天（含月末）、写入 1 万次、5 MB 以上",
        (*ALL, "keys", "database"),
    ),
    Topic(
        "index.missing",
        Chapter.INDEX,
        "缺少的索引",
        _missing,
        "启动满 7 天、1000 次、估计省 50% 以上（本项目经验值）",
        ("server", "tables", "missing"),
    ),
    Topic(
        "index.foreign_key",
        Chapter.INDEX,
        "没有索引的外键",
        _foreign,
        "子表 1 万行以上（本项目经验值）",
        (*ALL, "keys"),
    ),
    Topic("index.hypothetical", Chapter.INDEX, "残留的假设索引", _disabled, "sp_Blitz", ALL),
)
