"""Indexes of a PostgreSQL database that do nothing, do it twice, or are missing under a foreign key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from hmaint.advise.draft import HIGH, LOW, MEDIUM, NO, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.limits import DAY
from hmaint.advise.postgresql.rows import (
    Index,
    Table,
    indexes,
    need_days,
    once,
    server,
    statistics,
    tables_by_id,
    whole,
)
from hmaint.advise.postgresql.words import (
    by_hand,
    create_index,
    drop_index,
    name,
    reindex,
)
from hmaint.advise.write import size
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Act, Chapter, Claim, Fix, Lock, Verb
from hmaint.model.look import Row, Seen

_UNUSED_LEAST = 5 * 1024**2
"""Bytes of an unused index worth a word (CHECKS: 5 MB)."""
_SAME = (
    "table",
    "method",
    "parts",
    "expressions",
    "predicate",
    "keys",
    "classes",
    "collations",
    "directions",
    "manner",
)


def _row(index: Index, **more: str | float | None) -> Row:
    return {
        "table": f"{index.schema}.{index.table}",
        "index": index.name,
        "size": size(index.bytes),
        "scans": whole(index.row["scans"]),
        **more,
    }


def _writes(index: Index) -> str:
    return f"每次写入 {index.table} 少维护一个索引，释放 {size(index.bytes)}"


def _keeps(index: Index) -> tuple[bool, bool, bool, bool, str]:
    """Of equal ones the key is kept, then what is unique, an identity or a constraint, then the first by name."""
    row = index.row
    return (not row["main"], not row["constrained"], not row["uniq"], not row["identity"], index.name)


def _duplicates(facts: Facts) -> Iterator[Draft]:
    alike: dict[tuple[object, ...], list[Index]] = defaultdict(list)
    for index in indexes(facts):
        if index.row["valid"] and not _is_part(facts, index):
            alike[tuple(index.row[part] for part in _SAME)].append(index)
    for group in alike.values():
        kept, *rest = sorted(group, key=_keeps)
        yield from (_drop_duplicate(index, kept) for index in rest if _spare(index, kept))


def _is_part(facts: Facts, index: Index) -> bool:
    """Indexes of partitions follow those of the table they are parts of."""
    return bool(tables_by_id(facts)[whole(index.row["table"])].row["part"])


def _spare(index: Index, kept: Index) -> bool:
    """Whether nothing is lost with it: it is no key of its own, nor unique where the other is not."""
    row = index.row
    tied = row["main"] or row["constrained"] or row["clustered"] or row["identity"]
    return not tied and (not row["uniq"] or bool(kept.row["uniq"]))


def _drop_duplicate(index: Index, kept: Index) -> Draft:
    return Draft(
        index.full,
        f"索引 {index.name} 与 {kept.name} 完全相同",
        _writes(index),
        (MEDIUM, LOW, NO),
        "无：另一个相同的索引仍在",
        "只有装了 pg_hint_plan 而点名它的语句会受影响",
        evidence=(_row(index, same_as=kept.name),),
        fix=drop_index(index, safe=True),
        checked="按列、操作符类、排序、方向、条件、表达式逐项核对过完全相同",
        claims=(Claim(Verb.DROP, index.full), Claim(Verb.KEEP, kept.full)),
    )


def _prefixes(facts: Facts) -> Iterator[Draft]:
    by_table: dict[int, list[Index]] = defaultdict(list)
    for index in indexes(facts):
        if (
            index.plain
            and index.row["valid"]
            and index.row["method"] == "btree"
            and not _is_part(facts, index)
        ):
            by_table[whole(index.row["table"])].append(index)
    for group in by_table.values():
        for index in group:
            longer = next((other for other in group if _contains(other, index)), None)
            if longer is not None and not index.needed:
                yield _drop_prefix(index, longer)


def _contains(longer: Index, index: Index) -> bool:
    size_ = len(index.form)
    no_more = whole(index.row["parts"]) == len(index.columns)
    return len(longer.form) > size_ and longer.form[:size_] == index.form and no_more


def _drop_prefix(index: Index, longer: Index) -> Draft:
    return Draft(
        index.full,
        f"索引 {index.name} 的列已是 {longer.name} 的前几列",
        _writes(index),
        (MEDIUM, LOW, LOW),
        f"只查这几列的语句改用较大的 {longer.name}（{size(longer.bytes)}）",
        "较长的索引大得多时，频繁的单列查找会略慢",
        evidence=(_row(index, contained_in=longer.name),),
        fix=drop_index(index, safe=False),
        checked="按列、操作符类、排序、方向逐项核对过",
        claims=(Claim(Verb.DROP, index.full), Claim(Verb.KEEP, longer.full)),
    )


def _invalid(facts: Facts) -> Iterator[Draft]:
    for index in indexes(facts):
        if index.row["valid"] or index.row["parted"] or index.row["worked_on"]:
            continue  # one that is just being built is not valid yet
        leftover = index.name.rstrip("0123456789").endswith(("_ccnew", "_ccold"))
        mended = reindex(index, safe=True) if not index.row["uniq"] else _by_hand(reindex(index, safe=False))
        fix = drop_index(index, safe=False) if leftover else mended
        yield Draft(
            index.full,
            f"索引 {index.name} 无效：查询不用它，写入仍要维护它{'（重建中断留下的）' if leftover else ''}",
            "查询重新有索引可用" if not leftover else _writes(index),
            (HIGH, LOW, LOW),
            f"读写约 {size(index.bytes)}",
            "唯一索引若有重复数据会再次失败：先查重复" if index.row["uniq"] else "无",
            evidence=(_row(index),),
            fix=fix,
            checked="目录中 indisvalid 为假",
            claims=(Claim(Verb.DROP if leftover else Verb.REBUILD, index.full),),
        )


def _by_hand(fix: Fix) -> Fix:
    return replace(fix, act=Act.MANUAL)


def _unused(facts: Facts) -> Iterator[Draft]:
    """Only what two runs saw, over a month end, on a server whose standbys cannot have used it."""
    days = need_days(facts, facts.limits.usage_days)
    if whole(server(facts)["standbys"]):
        raise CouldNotLook(Seen.UNSUPPORTED, "有备库：备库上是否用到不知道，不作判断")
    if facts.now is None or not facts.before.get("unused"):
        raise CouldNotLook(Seen.UNSUPPORTED, "还没有更早一次的记录可比：索引建了多久不知道，下次再判断")
    known = first_seen(facts)
    for index in idle(facts):
        first = known.get((index.full, whole(index.row["oid"])))
        old = first is not None and facts.now - first >= facts.limits.usage_days * DAY
        if old and index.bytes >= _UNUSED_LEAST and not _is_part(facts, index):
            yield _drop_unused(index, min(days, (facts.now - whole(first)) / DAY))


def idle(facts: Facts) -> Iterator[Index]:
    """Valid indexes that only find rows and never found any since the counters began."""
    for index in indexes(facts):
        fresh = not whole(index.row["scans"]) and index.row["valid"] and not index.needed
        if fresh and not _behind_a_key(facts, index):
            yield index


def first_seen(facts: Facts) -> Mapping[tuple[str, int], int]:
    """Since when each index has been seen unused; one made anew under an old name has another number."""
    rows = facts.before.get("unused", ())
    return {(str(r["index"]), whole(r["oid"])): whole(r["first"]) for r in rows if r["first"] is not None}


def _behind_a_key(facts: Facts, index: Index) -> bool:
    """Whether a foreign key needs it, which no counter of scans tells."""
    return any(_supports(index, keys) for keys in _foreign(facts).get(whole(index.row["table"]), ()))


def _foreign(facts: Facts) -> Mapping[int, Sequence[tuple[str, ...]]]:
    """The columns of each foreign key, by table."""

    def grouped() -> Mapping[int, Sequence[tuple[str, ...]]]:
        found: dict[int, list[tuple[str, ...]]] = defaultdict(list)
        for row in facts.rows("keys"):
            if row["kind"] == "f":
                table, keys = _first_keys(row)
                found[table].append(keys)
        return found

    return once(facts, "foreign", grouped)


def _first_keys(row: Row) -> tuple[int, tuple[str, ...]]:
    return whole(row["table"]), tuple(str(row["keys"]).split())


def _supports(index: Index, keys: Sequence[str]) -> bool:
    return set(str(index.row["keys"]).split()[: len(keys)]) == set(keys)


def _drop_unused(index: Index, days: float) -> Draft:
    return Draft(
        index.full,
        f"索引 {index.name} 在 {days:.0f} 天内一次也没有用过",
        _writes(index),
        (MEDIUM, LOW, MEDIUM),
        "无",
        "季度、年度统计可能要用；PostgreSQL 不能先隐藏索引：保留建索引语句",
        evidence=(_row(index, days=round(days)),),
        fix=drop_index(index, safe=False),
        advice="先向厂商确认没有季度、年度统计用到它",
        checked="两次检查之间扫描次数一直为 0；不是主键、唯一、外键或复制所需；没有备库",
        claims=(Claim(Verb.DROP, index.full),),
    )


def _low_selectivity(facts: Facts) -> Iterator[Draft]:
    learned, owners = statistics(facts), tables_by_id(facts)
    for index in indexes(facts):
        table = owners[whole(index.row["table"])]
        single = len(index.columns) == 1 and index.plain and index.row["method"] == "btree"
        column = learned.get(table.full, {}).get(index.columns[0]) if single else None
        if column is None or index.needed or not index.row["valid"] or table.rows < facts.limits.rows:
            continue
        if not _behind_a_key(facts, index) and 0 < column.distinct <= 5 and column.rarest >= 0.15:  # noqa: PLR2004 - see the rule's source
            yield _unselective(index, column.distinct, column.rarest)


def _unselective(index: Index, distinct: float, rarest: float) -> Draft:
    return Draft(
        index.full,
        f"索引 {index.name} 的列只有 {distinct:g} 种值，最少的一种也占 {rarest:.0%}，按它查找不如整表扫描",
        _writes(index),
        (LOW, LOW, LOW),
        "无",
        "若只用于仅索引扫描或排序则仍有用：看扫描次数",
        evidence=(_row(index, distinct=distinct, rarest_pct=round(rarest * 100, 1)),),
        fix=drop_index(index, safe=False),
        checked="按列统计（pg_stats）核对；没有在副本上试过",
        claims=(Claim(Verb.DROP, index.full),),
    )


def _foreign_keys(facts: Facts) -> Iterator[Draft]:
    owners, taken = tables_by_id(facts), frozenset(index.name for index in indexes(facts))
    led: dict[int, list[Index]] = defaultdict(list)
    for index in indexes(facts):
        if index.row["valid"] and not index.row["predicate"]:
            led[whole(index.row["table"])].append(index)
    for row in facts.rows("keys"):
        table, keys = _first_keys(row)
        if row["kind"] != "f" or any(_supports(index, keys) for index in led[table]):
            continue
        if owners[table].rows >= facts.limits.rows:
            yield _add_for_key(row, owners[table], taken)


def _add_for_key(row: Row, table: Table, taken: Iterable[str]) -> Draft:
    columns = tuple(str(row["columns"]).split("\n"))
    return Draft(
        f"{table.full}.{row['name']}",
        f"外键 {row['name']}（→ {row['parent']}）在 {table.name}（{table.rows} 行）上没有索引",
        f"删除、修改 {row['parent']} 的一行不再扫描 {table.rows} 行并长时间持锁；按上级关联的查询也更快",
        (HIGH, MEDIUM, LOW),
        f"每次写入 {table.name} 多维护一个索引，约 {size(table.rows * 40)}",
        "建的过程中断会留下无效索引，须删掉重来",
        evidence=(
            {
                "table": table.full,
                "key": str(row["name"]),
                "columns": ", ".join(columns),
                "parent": str(row["parent"]),
                "rows": table.rows,
            },
        ),
        fix=create_index(table, columns, frozenset(taken)),
        checked="与现有索引逐一核对，没有以这些列开头的",
        claims=(Claim(Verb.ADD, table.full, columns),),
    )


def _mismatched(facts: Facts) -> Iterator[Draft]:
    owners = tables_by_id(facts)
    for row in facts.rows("keys"):
        if row["kind"] == "f" and row["differing"]:
            table = owners[whole(row["table"])]
            yield Draft(
                f"{table.full}.{row['name']}",
                f"外键 {row['name']} 两边的列类型不同：{row['differing']}",
                "关联时不再逐行转换，索引可用",
                (MEDIUM, HIGH, HIGH),
                "改列类型要重写整张表",
                "重写期间读写都被阻塞；程序要一起改",
                evidence=({"table": table.full, "key": str(row["name"]), "types": str(row["differing"])},),
                advice="与厂商商定，在停机窗口把子表的列改成上级表的类型",
                checked="按目录中的类型核对",
            )


def _not_valid(facts: Facts) -> Iterator[Draft]:
    owners = tables_by_id(facts)
    for row in facts.rows("keys"):
        if not row["validated"]:
            table = owners[whole(row["table"])]
            statement = f"ALTER TABLE {table.sql} VALIDATE CONSTRAINT {name(str(row['name']))}"
            yield Draft(
                f"{table.full}.{row['name']}",
                f"约束 {row['name']} 只管新数据，旧数据没有验证，优化器也不能用它",
                "数据可信，优化器可用约束排除和关联消除",
                (LOW, MEDIUM, LOW),
                "扫描整张表一遍",
                "旧数据不符合时报错，什么也不改：先请厂商清理",
                evidence=({"table": table.full, "constraint": str(row["name"]), "rows": table.rows},),
                fix=by_hand(
                    (statement,),
                    (),
                    Lock("SHARE UPDATE EXCLUSIVE 锁（读写照常）", None, "要扫描整张表"),
                    table,
                ),
                checked="目录中 convalidated 为假",
            )


def _bloated(facts: Facts) -> Iterator[Draft]:
    """By the widths ANALYZE learned; from version 13 on equal keys share room, so the guess is never too small."""
    learned, owners = statistics(facts), tables_by_id(facts)
    for index in indexes(facts):
        table = owners[whole(index.row["table"])]
        known = learned.get(table.full, {})
        if index.row["method"] != "btree" or not index.plain or not index.row["valid"] or index.row["parted"]:
            continue
        if not index.columns or any(column not in known for column in index.columns):
            continue
        expected = _expected(facts, index, [known[column].width for column in index.columns])
        spare = index.bytes - expected
        if spare > facts.limits.wasted_bytes and spare / index.bytes > 0.5:  # noqa: PLR2004 - CHECKS PG-14
            yield _rebuild(index, spare)


def _expected(facts: Facts, index: Index, widths: Sequence[int]) -> int:
    """Bytes a fresh B-tree of so many entries takes: 8 bytes a header, 4 a pointer, pages 90 % full, a tenth above."""
    block = whole(server(facts)["block"])
    entry = 8 + sum(widths) + 7 * len(widths) + 4
    a_page = max(1, int((block - 40) * _fill(index) / entry))
    return int((whole(index.row["tuples"]) / a_page * 1.1 + 2) * block)


def _fill(index: Index) -> float:
    options = dict(part.split("=", 1) for part in str(index.row["options"]).split(",") if "=" in part)
    return int(options.get("fillfactor", 90)) / 100


def _rebuild(index: Index, spare: int) -> Draft:
    return Draft(
        index.full,
        f"索引 {index.name} {size(index.bytes)}，估计其中 {size(spare)} 是空的",
        f"释放约 {size(spare)}，缓存能装更多有用的页",
        (MEDIUM, MEDIUM, LOW),
        f"需要约 {size(index.bytes - spare)} 的临时空间",
        "中断会留下名为 …_ccnew 的无效索引，须删掉重来",
        evidence=(_row(index, wasted=size(spare)),),
        fix=reindex(index, safe=True),
        checked="按行数与列宽估算，宁可少估；精确值要用 pgstattuple 读整个索引，没有做",
        claims=(Claim(Verb.REBUILD, index.full),),
    )


def _parted_invalid(facts: Facts) -> Iterator[Draft]:
    """Partitioned indexes of which a part is missing are never used for the whole."""
    for index in indexes(facts):
        if (
            index.row["parted"]
            and not index.row["valid"]
            and not tables_by_id(facts)[whole(index.row["table"])].row["part"]
        ):
            yield Draft(
                index.full,
                f"分区表的索引 {index.name} 无效：有分区还没有对应的索引",
                "所有分区都能用索引",
                (MEDIUM, MEDIUM, LOW),
                "在缺的分区上建索引",
                evidence=(_row(index),),
                advice="逐个分区 CREATE INDEX CONCURRENTLY，再 ALTER INDEX … ATTACH PARTITION",
                checked="目录中 indisvalid 为假",
            )


_INDEX = Chapter.INDEX
TOPICS: tuple[Topic, ...] = (
    Topic(
        "index.duplicate",
        _INDEX,
        "完全相同的索引",
        _duplicates,
        "任意一个；比较全部定义",
        ("indexes", "tables", "server"),
    ),
    Topic(
        "index.prefix",
        _INDEX,
        "被其他索引包含的索引",
        _prefixes,
        "任意一个；只比 B 树、无条件、无表达式、不唯一的",
        ("indexes", "tables", "server"),
    ),
    Topic(
        "index.invalid",
        _INDEX,
        "无效的索引",
        _invalid,
        "PostgreSQL 手册 CREATE INDEX CONCURRENTLY",
        ("indexes", "server"),
        since="12",
    ),
    Topic(
        "index.parted_invalid",
        _INDEX,
        "分区表上不完整的索引",
        _parted_invalid,
        "PostgreSQL 手册 CREATE INDEX（分区表）",
        ("indexes", "tables", "server"),
    ),
    Topic(
        "index.unused",
        _INDEX,
        "从未用过的索引",
        _unused,
        "计数满 35 天（含月末）、两次检查、无备库、5 MB 以上",
        ("indexes", "tables", "keys", "server"),
    ),
    Topic(
        "index.low_selectivity",
        _INDEX,
        "区分度很低的索引",
        _low_selectivity,
        "不超过 5 种值、最少的一种占 15% 以上：按 PostgreSQL 的代价模型不会被选中（本项目经验值）",
        ("indexes", "tables", "keys", "statistics", "server"),
    ),
    Topic(
        "index.foreign_key",
        _INDEX,
        "没有索引的外键",
        _foreign_keys,
        "子表 1 万行以上（本项目经验值）",
        ("keys", "indexes", "tables", "server"),
    ),
    Topic(
        "index.type_mismatch",
        _INDEX,
        "关联两边类型不同",
        _mismatched,
        "任意一个",
        ("keys", "tables", "server"),
    ),
    Topic(
        "table.constraint_not_valid",
        Chapter.TABLE,
        "未验证的约束",
        _not_valid,
        "任意一个",
        ("keys", "tables", "server"),
    ),
    Topic(
        "index.bloat",
        _INDEX,
        "膨胀的索引",
        _bloated,
        "估计浪费超过一半且 100 MB 以上（PgHero 100 MB）",
        ("indexes", "tables", "statistics", "server"),
        since="12",
    ),
)
