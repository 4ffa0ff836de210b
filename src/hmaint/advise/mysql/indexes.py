"""Indexes that are too many: duplicate, covered by a longer one, unused, useless, or put aside and forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from hmaint.advise.draft import LOW, MEDIUM, NO, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.mysql.digest import digests
from hmaint.advise.mysql.make import add_index, drop_index, retire_index, rule
from hmaint.advise.mysql.schema import ForeignKey, Index, Name, Table, foreign_keys, tables
from hmaint.advise.mysql.usage import maybe_usage, old_enough, usage
from hmaint.advise.write import quoted
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Chapter, Claim, Grade, Verb
from hmaint.model.look import Row

NEEDS = ("tables", "columns", "indexes", "foreign_keys")
_DIFFERENT = 2_000
"""Rows for each different value from which on an index finds too many rows to be worth it."""
_WIDE_KEY = 60
_SECONDARY = 2
_HINT = re.compile(r"(?:use|force|ignore) (?:index|key)[^()]*\(([^)]*)\)")
"""What a statement names after FORCE INDEX and its like, in lower case."""


def full(index: Index) -> str:
    """As people and claims name it."""
    return ".".join((*index.table, index.name))


def _seen(index: Index, other: Index | None = None) -> Row:
    row: dict[str, str | int | None] = {"index": index.name, "columns": ", ".join(index.columns)}
    if other is not None:
        row |= {"kept": other.name, "kept_columns": ", ".join(other.columns)}
    return row


def _comparable(table: Table) -> list[Index]:
    return [index for index in table.indexes if index.plain and not index.hidden]


def _duplicate(facts: Facts) -> Iterator[Draft]:
    for table in tables(facts).values():
        gone: set[str] = set()
        for one, other in combinations(_comparable(table), 2):
            if one.parts != other.parts or {one.name, other.name} & gone:
                continue
            spare, kept = sorted((one, other), key=lambda index: (index.primary, index.unique, index is one))
            gone.add(spare.name)
            yield _surplus(facts, table, spare, kept, "列完全相同", MEDIUM if kept.primary else LOW)


def _redundant(facts: Facts) -> Iterator[Draft]:
    for table in tables(facts).values():
        found = _comparable(table)
        for spare in found:
            if spare.unique:
                continue
            kept = next((other for other in found if _covers(other, spare)), None)
            if kept is not None:
                yield _surplus(facts, table, spare, kept, "是它的前缀", MEDIUM if kept.primary else LOW)


def _covers(longer: Index, shorter: Index) -> bool:
    count = len(shorter.columns)
    if longer is shorter or longer.columns[:count] != shorter.columns or longer.parts == shorter.parts:
        return False
    *rest, (_, last) = shorter.parts
    own = longer.prefixes[count - 1]
    return longer.parts[: count - 1] == tuple(rest) and (own is None or (last is not None and last <= own))


def _surplus(  # noqa: PLR0913, PLR0917 - both indexes, why, and how sure
    facts: Facts, table: Table, spare: Index, kept: Index, why: str, risk: Grade
) -> Draft:
    pointed = _pointed_at(facts, spare)
    return Draft(
        full(spare),
        f"索引 {spare.name} 与 {kept.name}（{', '.join(kept.columns)}）相比{why}",
        f"写入少维护一个索引，{maybe_usage(facts).written(table)}",
        (LOW, NO, risk),
        cost="无",
        risk="语句里用 FORCE INDEX、USE INDEX 点名它的会报错；较长的索引略宽，按它取出后再按主键排序的要另排",
        evidence=(_seen(spare, kept),),
        fix=retire_index(facts, table, spare, safe=risk is LOW and pointed == ""),
        advice="先隐藏观察一个结账周期，再删除",
        checked="按定义逐列核对，外键由保留的索引支持" + (pointed and f"；{pointed}"),
        claims=(Claim(Verb.DROP, full(spare)), Claim(Verb.KEEP, full(kept))),
    )


def _pointed_at(facts: Facts, index: Index) -> str:
    """Why it is not safe to put aside: statements name it, which then fail, or are not to be seen. Empty: neither."""
    try:
        seen = digests(facts)
    except CouldNotLook:
        seen = ()
    if not seen:
        return "看不到语句统计，有没有语句点名用它不知道，不作为可安全执行"
    name = quoted(index.name).lower()
    if any(name in hint for each in seen for hint in _HINT.findall(each.raw.lower())):
        return "语句统计里有语句用 FORCE INDEX、USE INDEX 点名它：先由厂商改语句"
    return ""


def _unused(facts: Facts) -> Iterator[Draft]:
    old_enough(facts)
    counted, needed = usage(facts), _foreign(facts)
    for table in tables(facts).values():
        for index in _comparable(table):
            if index.unique or counted.reads(index) != 0 or not table.rows or supports(index, needed):
                continue
            yield Draft(
                full(index),
                f"索引 {index.name}（{', '.join(index.columns)}）启动以来没有被读过",
                f"写入少维护一个索引，{counted.written(table)}",
                (LOW, NO, MEDIUM),
                risk="年度报表、只在从库上跑的查询看不到；先隐藏，从库另查",
                evidence=({**_seen(index), "reads": 0, "uptime_days": _days(facts), "rows": table.rows},),
                fix=retire_index(facts, table, index, safe=False),
                advice="隐藏至少一个结账周期后再删除",
                checked="按启动以来的计数核对；唯一键、主键和外键所需的索引不在其列",
                claims=(Claim(Verb.DROP, full(index)),),
            )


def _useless(facts: Facts) -> Iterator[Draft]:
    old_enough(facts)
    counted, needed = usage(facts), _foreign(facts)
    for table in tables(facts).values():
        for index in _comparable(table):
            different = index.distinct[0]
            if index.unique or len(index.columns) > 1 or counted.reads(index) != 0 or supports(index, needed):
                continue
            if different is None or table.rows < facts.limits.rows or different * _DIFFERENT > table.rows:
                continue
            yield Draft(
                full(index),
                f"索引 {index.name} 只有约 {different} 个不同的值，表有约 {table.rows} 行，启动以来没有被读过",
                f"写入少维护一个索引，{counted.written(table)}",
                (LOW, NO, LOW),
                risk="分布极不均匀、专查少数值的语句会用到它",
                evidence=({**_seen(index), "distinct": different, "rows": table.rows},),
                fix=retire_index(facts, table, index, safe=False),
                checked="按统计信息的估计值核对",
                claims=(Claim(Verb.DROP, full(index)),),
            )


def _hidden(facts: Facts) -> Iterator[Draft]:
    needed = _foreign(facts)
    for table in tables(facts).values():
        for index in table.indexes:
            if index.hidden and index.plain and _does_nothing(table, index, needed):
                yield Draft(
                    full(index),
                    f"索引 {index.name} 已隐藏，优化器不用，写入仍在维护",
                    f"写入少维护一个索引，{maybe_usage(facts).written(table)}",
                    (LOW, NO, LOW),
                    risk="删除后要恢复须重建",
                    evidence=(_seen(index),),
                    fix=drop_index(facts, table, index),
                    advice="隐藏满一个结账周期、无人报慢后删除；隐藏的起始日期见调优记录",
                    checked="按数据字典核对；隐藏了多久服务器不记",
                    claims=(Claim(Verb.DROP, full(index)),),
                )


def _does_nothing(table: Table, index: Index, needed: dict[Name, list[tuple[str, ...]]]) -> bool:
    """Hidden, it still keeps double values out and still carries foreign keys: another must do that in its stead."""
    others = [other for other in table.indexes if other is not index and not other.hidden]
    unique = not index.unique or any(other.unique and other.parts == index.parts for other in others)
    keys = [columns for columns in needed.get(table.name, ()) if _supported(index, columns)]
    return unique and all(any(_supported(other, columns) for other in others) for columns in keys)


def _unsupported(facts: Facts) -> Iterator[Draft]:
    known = tables(facts)
    for key in foreign_keys(facts):
        table = known.get(key.table)
        if (
            table is None
            or table.engine != "InnoDB"
            or any(_supported(index, key.columns) for index in table.indexes)
        ):
            continue
        yield Draft(
            table.full,
            f"外键 {key.name}（{', '.join(key.columns)}）没有索引：删改 {key.other[1]} 的每一行都要扫描本表",
            "删改主表时不再扫描子表、不再锁住整个子表",
            (MEDIUM, LOW, LOW),
            cost=f"每次写入多维护一个索引，{maybe_usage(facts).written(table)}",
            risk="建好后外键就依赖它，服务器不再允许删除",
            evidence=({"foreign_key": key.name, "columns": ", ".join(key.columns), "rows": table.rows},),
            fix=replace(add_index(table, key.columns, safe=False), undo=()),
            checked="按数据字典核对：没有以这些列打头的索引",
            claims=(Claim(Verb.ADD, table.full, key.columns),),
        )


def _wide_key(facts: Facts) -> Iterator[Draft]:
    for table in tables(facts).values():
        primary = next((index for index in table.indexes if index.primary), None)
        others = [index for index in table.indexes if not index.primary]
        if (
            primary is None
            or table.engine != "InnoDB"
            or len(others) < _SECONDARY
            or table.rows < facts.limits.rows
        ):
            continue
        octets = sum(_octets(table, name) for name in primary.columns)
        if octets < _WIDE_KEY:
            continue
        yield Draft(
            table.full,
            f"主键 {', '.join(primary.columns)} 最长 {octets} 字节，{len(others)} 个二级索引各存一份",
            "二级索引变小，缓冲池装下更多",
            (LOW, MEDIUM, MEDIUM),
            cost="改表结构并重建全表",
            risk="须由厂商改应用",
            evidence=({"columns": ", ".join(primary.columns), "octets": octets, "indexes": len(others)},),
            advice="与厂商商定改用 BIGINT 自增主键，原主键改为唯一键",
            checked="按数据字典核对",
        )


def _octets(table: Table, name: str) -> int:
    column = table.columns.get(name.lower())
    return 0 if column is None else column.octets


def _days(facts: Facts) -> float:
    return round((facts.uptime or 0) / 86_400, 1)


def _foreign(facts: Facts) -> dict[Name, list[tuple[str, ...]]]:
    """Columns that a foreign key needs an index on, at either end of it."""
    needed: dict[Name, list[tuple[str, ...]]] = {}
    for key in foreign_keys(facts):
        _both_ends(key, needed)
    return needed


def _both_ends(key: ForeignKey, needed: dict[Name, list[tuple[str, ...]]]) -> None:
    needed.setdefault(key.table, []).append(key.columns)
    needed.setdefault(key.other, []).append(key.other_columns)


def supports(index: Index, needed: dict[Name, list[tuple[str, ...]]]) -> bool:
    """Whether a foreign key may stand on it."""
    return any(_supported(index, columns) for columns in needed.get(index.table, ()))


def _supported(index: Index, columns: Sequence[str]) -> bool:
    lead = [name.lower() for name in index.columns[: len(columns)]]
    return lead == [name.lower() for name in columns]


RULES = (
    rule(Topic("index.duplicate", Chapter.INDEX, "重复的索引", _duplicate,
               "pt-duplicate-key-checker，任意一个", NEEDS)),
    rule(Topic("index.redundant", Chapter.INDEX, "被更长索引覆盖的索引", _redundant,
               "pt-duplicate-key-checker，任意一个", NEEDS)),
    rule(Topic("index.unused", Chapter.INDEX, "没有用过的索引", _unused,
               "sys.schema_unused_indexes；至少 35 天含月末为本项目经验值", (*NEEDS, "usage"))),
    rule(Topic("index.useless", Chapter.INDEX, "区分度过低的索引", _useless,
               "每个值 2000 行以上为本项目经验值", (*NEEDS, "usage"))),
    rule(Topic("index.hidden", Chapter.INDEX, "搁置的索引", _hidden, "任意一个", NEEDS),
         since={"mysql": "8.0", "mariadb": "10.6"}),
    rule(Topic("index.foreign", Chapter.INDEX, "外键没有索引", _unsupported,
               "MySQL 手册 FOREIGN KEY Constraints，任意一个", NEEDS)),
    rule(Topic("index.wide_key", Chapter.INDEX, "主键过宽", _wide_key,
               "MySQL 手册 Clustered and Secondary Indexes；60 字节为本项目经验值", NEEDS)),
)  # fmt: skip
