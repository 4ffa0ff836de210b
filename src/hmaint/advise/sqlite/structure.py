"""Indexes, keys, statistics and pages of a SQLite file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hmaint.advise.draft import HIGH, LOW, MEDIUM, NO, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.sqlite.rows import (
    Index,
    Key,
    bytes_of,
    columns,
    definitions,
    file,
    file_bytes,
    indexes,
    keys,
    name,
    rows_of,
    tables,
    whole,
)
from hmaint.advise.sqlite.scratch import automatic, serves
from hmaint.advise.write import size
from hmaint.model.advice import Act, Chapter, Claim, Fix, Lock, Verb
from hmaint.model.look import Row

_PER_SECOND = 50 * 1024**2
_BLOCKS = "整个文件的写锁（别的程序暂时不能写）"
_SMALL = 100 * 1024**2
"""Bytes that are gone through in two seconds, which no program notices."""
_FREE_PART, _FREE_PAGES = 0.25, 100


def _lock(count: int) -> Lock:
    return Lock(_BLOCKS, round(max(0.1, count / _PER_SECOND), 1), "按每秒 50 MB 估算")


def _drop(facts: Facts, index: Index, *, safe: bool) -> Fix:
    """A person drops what is unique, and what a view or a trigger names: that could not be read any more."""
    hint = re.compile(rf"\bindexed\s+by\s+[\"`\[]?{re.escape(index.name)}(?!\w)", re.IGNORECASE)
    named = any(hint.search(sql) for sql in definitions(facts).values())
    alone = index.made and not index.unique and not named
    return Fix(
        Act.DROP_INDEX if alone else Act.MANUAL,
        (f"DROP INDEX {name(index.name)}",),
        (index.sql,) if index.sql else (),
        _lock(0),
        online=True,
        safe=safe and alone,
        object=index.name,
        table=index.table,
        columns=index.columns,
        bytes=0,
    )


def _create(facts: Facts, table: str, wanted: tuple[str, ...]) -> Fix:
    taken = set(definitions(facts))
    base = "_".join(("ix", table, *wanted))
    label = next(each for each in (base, *(f"{base}_{n}" for n in range(2, 99))) if each not in taken)
    count = bytes_of(facts, table)
    small = 0 < count <= _SMALL
    return Fix(
        Act.CREATE_INDEX,
        (f"CREATE INDEX {name(label)} ON {name(table)} ({', '.join(name(column) for column in wanted)})",),
        (f"DROP INDEX {name(label)}",),
        _lock(count),
        online=small,
        safe=small,
        object=label,
        table=table,
        columns=wanted,
        bytes=count // 3 or None,
    )


def _row(facts: Facts, index: Index, other: str) -> Row:
    return {
        "table": index.table,
        "index": index.name,
        "beside": other,
        "size": size(bytes_of(facts, index.name)),
    }


def _duplicates(facts: Facts) -> Iterator[Draft]:
    every = [index for index in indexes(facts) if index.plain]
    for index in every:
        twin = next((o for o in every if _same(o, index) and _rank(o) < _rank(index)), None)
        if twin is not None and index.made and (not index.unique or twin.unique):
            yield Draft(
                f"{index.table}.{index.name}",
                f"索引 {index.name} 与 {twin.name} 完全相同",
                f"每次写入 {index.table} 少维护一个索引，文件里腾出 {size(bytes_of(facts, index.name))}",
                (MEDIUM, LOW, NO),
                evidence=(_row(facts, index, twin.name),),
                fix=_drop(facts, index, safe=True),
                checked="按列、方向、排序规则逐项核对过",
                claims=(
                    Claim(Verb.DROP, f"{index.table}.{index.name}"),
                    Claim(Verb.KEEP, f"{twin.table}.{twin.name}"),
                ),
            )


def _same(one: Index, other: Index) -> bool:
    return one.table == other.table and one.form == other.form


def _rank(index: Index) -> tuple[bool, bool, str]:
    return (index.made, not index.unique, index.name)


def _prefixes(facts: Facts) -> Iterator[Draft]:
    every = [index for index in indexes(facts) if index.plain]
    for index in every:
        longer = next((o for o in every if _begins_with(o, index)), None)
        if longer is not None and index.made and not index.unique:
            yield Draft(
                f"{index.table}.{index.name}",
                f"索引 {index.name} 的列已是 {longer.name} 的前几列",
                f"每次写入 {index.table} 少维护一个索引，文件里腾出 {size(bytes_of(facts, index.name))}",
                (MEDIUM, LOW, LOW),
                f"只查这几列的语句改用 {longer.name}",
                evidence=(_row(facts, index, longer.name),),
                fix=_drop(facts, index, safe=False),
                checked="按列、方向、排序规则逐项核对过",
                claims=(
                    Claim(Verb.DROP, f"{index.table}.{index.name}"),
                    Claim(Verb.KEEP, f"{longer.table}.{longer.name}"),
                ),
            )


def _begins_with(longer: Index, index: Index) -> bool:
    length = len(index.form)
    return longer.table == index.table and len(longer.form) > length and longer.form[:length] == index.form


def _served(facts: Facts, key: Key) -> bool:
    wanted = {column.lower() for column in key.columns}
    own = [column for column in columns(facts, key.table) if whole(column["pk"]) == 1]
    rowid = len(own) == 1 and str(own[0]["name"]).lower() in wanted
    return rowid or any(
        index.plain
        and index.table == key.table
        and {c.lower() for c in index.columns[: len(wanted)]} == wanted
        for index in indexes(facts)
    )


def _foreign_keys(facts: Facts) -> Iterator[Draft]:
    sizes = rows_of(facts)
    for key in keys(facts):
        count = sizes.get(key.table, 0)
        if count < facts.limits.rows or _served(facts, key):
            continue
        fix = _create(facts, key.table, key.columns)
        if serves(facts, key.table, key.columns, fix.statements[0]) is not False:
            yield Draft(
                f"{key.table} ({', '.join(key.columns)})",
                f"外键列 {', '.join(key.columns)}（→ {key.parent}）在 {key.table}（{count} 行）上没有索引",
                f"删除、修改 {key.parent} 的一行不再扫描 {count} 行；按上级关联的查询也更快",
                (HIGH, MEDIUM, LOW),
                f"每次写入 {key.table} 多维护一个索引",
                evidence=(
                    {
                        "table": key.table,
                        "columns": ", ".join(key.columns),
                        "parent": key.parent,
                        "rows": count,
                    },
                ),
                fix=fix,
                checked="在内存中的空结构副本上用 EXPLAIN QUERY PLAN 核对：规划器会用它",
                claims=(Claim(Verb.ADD, key.table, key.columns),),
            )


def _automatic(facts: Facts) -> Iterator[Draft]:
    for each in automatic(facts):
        yield Draft(
            f"{each.table} ({', '.join(each.columns)})",
            f"每次读视图 {each.view}，SQLite 都为 {each.table} 临时建一个索引再丢掉",
            "建好固定的索引后，读视图不再先扫描整表",
            (HIGH, MEDIUM, LOW),
            f"每次写入 {each.table} 多维护一个索引",
            evidence=({"view": each.view, "table": each.table, "columns": ", ".join(each.columns)},),
            fix=_create(facts, each.table, each.columns),
            checked="在内存中的空结构副本上用 EXPLAIN QUERY PLAN 核对：AUTOMATIC INDEX",
            claims=(Claim(Verb.ADD, each.table, each.columns),),
        )


def _affinity(declared: str) -> str:
    """SQLite's own rules (the documentation, Datatypes, 3.1)."""
    if "INT" in declared:
        return "INTEGER"
    if any(word in declared for word in ("CHAR", "CLOB", "TEXT")):
        return "TEXT"
    if not declared or "BLOB" in declared:
        return "BLOB"
    return "REAL" if any(word in declared for word in ("REAL", "FLOA", "DOUB")) else "NUMERIC"


def _mismatched(facts: Facts) -> Iterator[Draft]:
    for key in keys(facts):
        types = {str(row["name"]).lower(): str(row["type"]) for row in columns(facts, key.table)}
        above = {str(row["name"]).lower(): str(row["type"]) for row in columns(facts, key.parent)}
        for child, parent in zip(key.columns, key.above, strict=False):
            mine, theirs = _affinity(types.get(child.lower(), "")), _affinity(above.get(parent.lower(), ""))
            if "TEXT" in (mine, theirs) and {mine, theirs} & {"INTEGER", "REAL", "NUMERIC"}:
                yield Draft(
                    f"{key.table}.{child}",
                    f"外键列 {child} 是 {mine}，上级列 {parent} 是 {theirs}：每次比较都要转换，也可能对不上",
                    "关联正确，索引可用",
                    (MEDIUM, HIGH, HIGH),
                    "要重建表",
                    "程序要一起改",
                    evidence=(
                        {
                            "table": key.table,
                            "column": child,
                            "type": mine,
                            "parent": f"{key.parent}.{parent}",
                            "parent_type": theirs,
                        },
                    ),
                    advice="请厂商在下一版本改成同一类型",
                    checked="按声明的类型",
                )


def _keyless(facts: Facts) -> Iterator[Draft]:
    unique = {index.table for index in indexes(facts) if index.unique and not index.partial}
    for table in tables(facts):
        if table not in unique and not any(whole(row["pk"]) for row in columns(facts, table)):
            yield Draft(
                table,
                f"表 {table} 没有主键或唯一键",
                "重复的行能区分和清理",
                (LOW, MEDIUM, MEDIUM),
                "要由厂商改表",
                "已有重复数据时加不上",
                evidence=({"table": table},),
                advice="请应用厂商确定哪几列是键",
                checked="按 PRAGMA table_info 与 index_list",
            )


def _wide(facts: Facts) -> Iterator[Draft]:
    for table in tables(facts):
        count = len(columns(facts, table))
        if count > facts.limits.wide_columns:
            yield Draft(
                table,
                f"表 {table} 有 {count} 列",
                "常用的列放在一起，读得更少",
                (LOW, HIGH, HIGH),
                "程序要改",
                "表结构改变",
                evidence=({"table": table, "columns": count},),
                advice="与厂商商定把少用的列拆到另一张表",
                checked="按列数",
            )


def _analyze(facts: Facts) -> Fix:
    small = file_bytes(facts) <= _SMALL
    return Fix(Act.ANALYZE, ("ANALYZE",), (), _lock(file_bytes(facts)), online=small, safe=small, bytes=0)


def _never(facts: Facts) -> Iterator[Draft]:
    if not file(facts)["analyzed"] and any(index.made for index in indexes(facts)):
        yield Draft(
            "sqlite_stat1",
            "从没有做过 ANALYZE：有几个索引可选时，SQLite 只能猜",
            "选对索引和连接顺序",
            (HIGH, LOW, NO),
            "读全部索引一遍",
            "个别语句的执行计划会改变",
            evidence=({"file": size(file_bytes(facts)), "statistics": "无"},),
            fix=_analyze(facts),
            checked="文件里没有 sqlite_stat1",
            claims=(Claim(Verb.ANALYZE, "sqlite_stat1"),),
        )


def _stale(facts: Facts) -> Iterator[Draft]:
    if not file(facts)["analyzed"]:
        return  # another rule tells of that
    real = rows_of(facts)
    changed: list[Row] = []
    for table in {str(row["owner"]) for row in facts.rows("learned")}:
        stats = [row["stat"] for row in facts.rows("learned") if row["owner"] == table and row["stat"]]
        known, now = max((whole(str(stat).split()[0]) for stat in stats), default=0), real.get(table, 0)
        if max(now, known) >= facts.limits.rows and (known * 2 < now or now * 2 < known):
            changed.append({"table": table, "known_rows": known, "rows": now})
    if changed:
        yield Draft(
            "sqlite_stat1",
            f"{len(changed)} 张表的行数与上次 ANALYZE 时差一倍以上",
            "选对索引和连接顺序",
            (HIGH, LOW, NO),
            "读全部索引一遍",
            "个别语句的执行计划会改变",
            evidence=tuple(sorted(changed, key=lambda row: str(row["table"]))),
            fix=_analyze(facts),
            checked="sqlite_stat1 与实际页中的行数相比",
            claims=(Claim(Verb.ANALYZE, "sqlite_stat1"),),
        )


def _selectivity(facts: Facts) -> Iterator[Draft]:
    if not file(facts)["analyzed"]:
        return  # another rule tells of that
    by_name = {index.name: index for index in indexes(facts)}
    for row in facts.rows("learned"):
        index, parts = by_name.get(str(row["name"])), str(row["stat"] or "").split()
        if index is None or len(index.form) != 1 or len(parts) < 2 or not index.made or index.unique:  # noqa: PLR2004 - rows, rows a value
            continue
        if not index.plain:
            continue  # a partial one holds the few rows it is for, and its figures are of those alone
        count, alike = whole(parts[0]), whole(parts[1])
        behind = any(
            set(index.columns) == set(key.columns) for key in keys(facts) if key.table == index.table
        )
        if count >= facts.limits.rows and alike * 5 >= count and not behind:
            yield Draft(
                f"{index.table}.{index.name}",
                f"索引 {index.name} 平均每个值 {alike} 行（共 {count} 行），按它查找不如整表扫描",
                f"每次写入 {index.table} 少维护一个索引",
                (LOW, LOW, LOW),
                risk="若只有少数值常查，改成部分索引更好",
                evidence=(
                    {"table": index.table, "index": index.name, "rows": count, "rows_per_value": alike},
                ),
                fix=_drop(facts, index, safe=False),
                checked="按 sqlite_stat1",
                claims=(Claim(Verb.DROP, f"{index.table}.{index.name}"),),
            )


def _free(facts: Facts) -> Iterator[Draft]:
    row = file(facts)
    free, pages = whole(row["free"]), max(1, whole(row["pages"]))
    if free >= _FREE_PAGES and free / pages >= _FREE_PART:
        room = (pages - free) * whole(row["page"])
        yield Draft(
            "file",
            f"文件 {size(file_bytes(facts))}，其中 {free / pages:.0%} 是空页",
            f"文件缩小约 {size(free * whole(row['page']))}，备份更快，读得更连续",
            (MEDIUM, LOW, MEDIUM),
            f"需要约 {size(room)} 的临时空间",
            "期间别的程序不能写；没有主键的表 rowid 可能改变",
            evidence=({"pages": pages, "free_pages": free, "size": size(file_bytes(facts))},),
            fix=Fix(
                Act.VACUUM,
                ("VACUUM",),
                (),
                Lock(
                    "整个文件的排他锁（读写都被阻塞）",
                    _lock(2 * file_bytes(facts)).seconds,
                    "按每秒 50 MB 估算",
                ),
                bytes=room,
            ),
            checked="文件头中的空页数",
            claims=(Claim(Verb.REBUILD, "file"),),
        )


def _small_pages(facts: Facts) -> Iterator[Draft]:
    page = whole(file(facts)["page"])
    if page < 4096 and file_bytes(facts) >= _SMALL:  # noqa: PLR2004 - SQLite's default since 3.12
        yield Draft(
            "page_size",
            f"页只有 {page} 字节，文件 {size(file_bytes(facts))}",
            "每次读写的次数减少",
            (LOW, MEDIUM, MEDIUM),
            "要 VACUUM 重写整个文件",
            "期间别的程序不能读写",
            evidence=({"page_size": page, "size": size(file_bytes(facts))},),
            advice="在停机窗口 PRAGMA page_size = 4096 后 VACUUM（WAL 模式要先换回 DELETE）",
            checked="文件头",
        )


def _journal(facts: Facts) -> Iterator[Draft]:
    mode = str(file(facts)["journal"]).lower()
    if mode == "rollback":
        yield Draft(
            "journal_mode",
            "文件不是 WAL 模式：有人在读时写要等，有人在写时读要等",
            "读写互不等待，提交更快",
            (LOW, LOW, MEDIUM),
            "旁边会多出 -wal、-shm 两个文件，备份要一起拷",
            "文件放在网络共享盘上时不能用 WAL；备份脚本要改",
            evidence=({"journal_mode": mode},),
            advice="确认文件在本机磁盘、备份会带上 -wal 之后，请厂商在程序里执行 PRAGMA journal_mode = WAL",
            checked="文件头的版本字节",
        )


_I, _T, _S = Chapter.INDEX, Chapter.TABLE, Chapter.STORAGE
TOPICS: tuple[Topic, ...] = (
    Topic("index.duplicate", _I, "完全相同的索引", _duplicates, "任意一个", ("indexes", "schema")),
    Topic("index.prefix", _I, "被其他索引包含的索引", _prefixes, "任意一个", ("indexes", "schema")),
    Topic(
        "index.foreign_key",
        _I,
        "没有索引的外键",
        _foreign_keys,
        "1 万行以上（本项目经验值）",
        ("keys", "indexes", "columns", "fill", "schema"),
    ),
    Topic(
        "index.automatic",
        _I,
        "每次临时建的索引",
        _automatic,
        "SQLite 文档 Automatic Query-Time Indexes",
        ("schema", "columns"),
    ),
    Topic(
        "index.low_selectivity",
        _I,
        "区分度很低的索引",
        _selectivity,
        "平均每个值占 20% 以上、1 万行以上（本项目经验值）",
        ("file", "indexes", "keys", "schema"),
    ),
    Topic("index.type_mismatch", _I, "关联两边类型不同", _mismatched, "任意一个", ("keys", "columns")),
    Topic("table.no_key", _T, "没有主键的表", _keyless, "任意一张", ("columns", "indexes", "schema")),
    Topic("table.wide", _T, "列很多的表", _wide, "100 列以上（本项目经验值）", ("columns",)),
    Topic("table.never_analyzed", _T, "没有统计信息", _never, "任意", ("file", "indexes", "schema")),
    Topic(
        "table.stale_statistics",
        _T,
        "统计信息过时",
        _stale,
        "行数差一倍、1 万行以上（本项目经验值）",
        ("file", "fill"),
    ),
    Topic("storage.free_pages", _S, "空页过多", _free, "25% 且 100 页（与巡检相同）", ("file",)),
    Topic("storage.page_size", _S, "页太小", _small_pages, "小于默认的 4096 且 100 MB 以上", ("file",)),
    Topic(
        "config.journal_mode",
        Chapter.CONFIGURATION,
        "不是 WAL 模式",
        _journal,
        "SQLite 文档 Write-Ahead Logging",
        ("file",),
    ),
)
