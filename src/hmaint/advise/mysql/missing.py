"""Indexes that the workload asks for, and joins and conditions that cannot use the ones there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from hmaint.advise.draft import HIGH, LOW, MEDIUM, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.mysql.digest import NEEDS, Digest, busy
from hmaint.advise.mysql.make import add_index, rule
from hmaint.advise.mysql.schema import Column, Name, Table, tables
from hmaint.advise.mysql.shape import Ref, Shape, shape
from hmaint.advise.mysql.usage import maybe_usage
from hmaint.advise.rules import Rule
from hmaint.model.advice import Chapter, Claim, Fix, Verb

_NUMBERS = frozenset({"tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double"})
_TEXTS = frozenset({"char", "varchar", "tinytext", "text", "mediumtext", "longtext"})
_LONG = frozenset(
    {
        "tinytext",
        "text",
        "mediumtext",
        "longtext",
        "tinyblob",
        "blob",
        "mediumblob",
        "longblob",
        "json",
        "geometry",
    }
)
_KEY_BYTES = 767
"""The longest index of the oldest row format; longer ones are left to people."""
_MOST_COLUMNS = 3
_FEW = 0.05
"""Of the rows examined, sent: an index would have found so few."""
_NOT_CHECKED = "未用 EXPLAIN 核对：只读账号不读业务表，也不取语句中的值；应用前后比较同一语句的扫描行数"


def _resolve(known: Mapping[Name, Table], seen: Shape, ref: Ref) -> tuple[Table, Column] | None:
    """The table and column a reference means; None where that is not certain."""
    alias, name = ref
    names = [seen.tables[alias]] if alias in seen.tables else list(seen.tables.values()) if not alias else []
    owners = [known[each] for each in names if each in known and name.lower() in known[each].columns]
    if len(owners) != 1 or any(each not in known for each in names):
        return None
    return owners[0], owners[0].columns[name.lower()]


def _wanted(known: Mapping[Name, Table], seen: Shape, refs: Iterable[Ref]) -> dict[Name, list[Column]]:
    found: dict[Name, list[Column]] = {}
    for ref in refs:
        pair = _resolve(known, seen, ref)
        if pair is not None and pair[1] not in found.setdefault(pair[0].name, []):
            found[pair[0].name].append(pair[1])
    return found


def _missing(facts: Facts) -> Iterator[Draft]:
    known = tables(facts)
    for digest in busy(facts):
        seen = shape(digest)
        if seen is None or digest.per_call < facts.limits.rows_per_call or len(seen.tables) != 1:
            continue
        equal, ranged = _wanted(known, seen, seen.equal), _wanted(known, seen, seen.ranged)
        for name in {*equal, *ranged}:
            columns = [*equal.get(name, []), *ranged.get(name, [])[:1]]
            draft = _index_for(facts, known[name], columns, digest, seen)
            if draft is not None:
                yield draft


def _missing_join(facts: Facts) -> Iterator[Draft]:
    known = tables(facts)
    for digest in busy(facts):
        seen = shape(digest)
        if (
            seen is None
            or digest.per_call < facts.limits.rows_per_call
            or not seen.joined
            or not digest.no_index
        ):
            continue
        by_join = _wanted(known, seen, [ref for pair in seen.joined for ref in pair])
        equal = _wanted(known, seen, seen.equal)
        bare = [name for name in by_join if not _served(known[name], [*by_join[name], *equal.get(name, [])])]
        # One side of a join has to be read anyhow: the one that is narrowed by values, else the smaller.
        open_ends = [name for name in bare if name not in equal] if len(bare) > 1 else bare
        for name in sorted(open_ends, key=lambda each: -known[each].rows)[:1]:
            if digest.full_joins or any(other != name for other in equal):
                draft = _index_for(facts, known[name], by_join[name], digest, replace(seen, selective=False))
                if draft is not None:
                    yield replace(draft, ranks=(HIGH, LOW, LOW), fix=_trusted(draft))


def _trusted(draft: Draft) -> Fix | None:
    """An index for a join is told by the plan itself: every row of one side looks for its few of the other."""
    return None if draft.fix is None else replace(draft.fix, safe=draft.fix.online)


def _served(table: Table, columns: Sequence[Column]) -> bool:
    names = {column.name.lower() for column in columns}
    return any(
        index.plain and not index.hidden and index.columns[0].lower() in names for index in table.indexes
    )


def _index_for(
    facts: Facts, table: Table, columns: Sequence[Column], digest: Digest, seen: Shape
) -> Draft | None:
    if not columns or table.rows < facts.limits.rows or _served(table, columns) or table.partitioned:
        return None
    chosen = [column for column in columns if column.kind not in _LONG][:_MOST_COLUMNS]
    if not chosen or sum(column.octets or 8 for column in chosen) > _KEY_BYTES:
        return None
    names = tuple(column.name for column in chosen)
    few = seen.selective and digest.sent <= digest.examined * _FEW
    proof = (
        "扫描的行中只有不到 5% 符合条件，索引能缩小范围"
        if few
        else "语句有汇总或截取，符合条件的行数无法证实"
    )
    return Draft(
        table.full,
        f"语句每次扫描约 {digest.per_call:.0f} 行，表 {table.full} 没有以 {', '.join(names)} 打头的索引",
        f"该语句启动以来共用 {digest.total_ms / 1000:.1f} 秒，扫描行数可降到符合条件的行数",
        (HIGH if few else MEDIUM, LOW, LOW if few else MEDIUM),
        cost=f"每次写入多维护一个索引，{maybe_usage(facts).written(table)}",
        risk="个别语句的执行计划会改用它；区分度不高时收益小",
        evidence=(digest.row(),),
        fix=add_index(table, names, safe=few),
        checked=f"{proof}；{_NOT_CHECKED}",
        claims=(Claim(Verb.ADD, table.full, names),),
        digests=(digest.id,),
    )


def _conversions(facts: Facts) -> Iterator[Draft]:
    yield from _mismatches(facts, _differ_in_kind, "类型不同", "比较时逐行转换，索引用不上")


def _collations(facts: Facts) -> Iterator[Draft]:
    yield from _mismatches(facts, _differ_in_collation, "排序规则不同", "比较时逐行转换，索引可能用不上")


def _differ_in_kind(one: Column, other: Column) -> bool:
    return (one.kind in _NUMBERS and other.kind in _TEXTS) or (one.kind in _TEXTS and other.kind in _NUMBERS)


def _differ_in_collation(one: Column, other: Column) -> bool:
    return bool(one.collation and other.collation and one.collation != other.collation)


def _mismatches(
    facts: Facts, differ: Callable[[Column, Column], bool], what: str, why: str
) -> Iterator[Draft]:
    known = tables(facts)
    for digest in busy(facts):
        seen = shape(digest)
        if seen is None:
            continue
        for one, other in seen.joined:
            left, right = _resolve(known, seen, one), _resolve(known, seen, other)
            if left is None or right is None or not differ(left[1], right[1]):
                continue
            (table, column), (second, against) = left, right
            pair = sorted((f"{table.full}.{column.name}", f"{second.full}.{against.name}"))
            kinds = ((c.full_type, c.collation) for c in (column, against))
            told = " 与 ".join(
                f"{kind}{f'（{collation}）' if collation else ''}" for kind, collation in kinds
            )
            yield Draft(
                " = ".join(pair),
                f"连接列 {pair[0]} 与 {pair[1]} {what}（{told}）：{why}",
                "连接改走索引",
                (HIGH, MEDIUM, MEDIUM),
                cost="改一列的类型要重建该表",
                risk="须与厂商确认数据里没有转换不了的值、应用变量类型一致",
                evidence=(digest.row(),),
                advice="由厂商把两列统一成同一类型、字符集和排序规则",
                checked="按数据字典核对两列定义",
                claims=(Claim(Verb.REWRITE, " = ".join(pair)),),
                digests=(digest.id,),
            )


def _wrapped(facts: Facts) -> Iterator[Draft]:
    known = tables(facts)
    for digest in busy(facts):
        seen = shape(digest)
        if seen is None or digest.per_call < facts.limits.rows_per_call:
            continue
        for function, ref in seen.wrapped:
            pair = _resolve(known, seen, ref)
            if pair is None or not _served(pair[0], [pair[1]]):
                continue
            yield Draft(
                f"{digest.db}:{digest.id[:16]}:{ref[1]}",
                f"条件写成 {function}({ref[1]})：{pair[0].full} 上该列的索引用不上，"
                f"每次扫描约 {digest.per_call:.0f} 行",
                "改写后走现有索引",
                (HIGH, MEDIUM, LOW),
                cost="由厂商改一条语句",
                evidence=(digest.row(),),
                advice=f"改成对 {ref[1]} 本身的范围比较，函数放到等号另一边",
                checked="按数据字典核对：该列有索引",
                digests=(digest.id,),
            )


def _topic(
    name: str, chapter: Chapter, title: str, find: Callable[[Facts], Iterator[Draft]], source: str
) -> Rule:
    return rule(Topic(name, chapter, title, find, source, NEEDS))


RULES = (
    _topic("index.missing", Chapter.INDEX, "缺少索引", _missing, "语句统计与数据字典；每次 1000 行为本项目经验值"),
    _topic("index.missing_join", Chapter.INDEX, "连接列缺少索引", _missing_join,
           "语句统计与数据字典；每次 1000 行为本项目经验值"),
    _topic("join.conversion", Chapter.INDEX, "连接列类型不同", _conversions,
           "MySQL 手册 Type Conversion in Expression Evaluation"),
    _topic("join.collation", Chapter.INDEX, "连接列排序规则不同", _collations,
           "MySQL 手册 Collation Coercibility in Expressions"),
    _topic("statement.function", Chapter.STATEMENT, "条件列套了函数", _wrapped, "MySQL 手册 How MySQL Uses Indexes"),
)  # fmt: skip
