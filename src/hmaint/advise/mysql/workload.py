"""What the workload asks for: missing indexes, joins that cannot use one, statements that cost most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from hmaint.advise.draft import HIGH, LOW, MEDIUM, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.mysql.digest import Digest, Ref, Shape, digests, shape
from hmaint.advise.mysql.make import add_index, rule
from hmaint.advise.mysql.schema import Column, Name, Table, tables
from hmaint.advise.mysql.usage import maybe_usage
from hmaint.advise.rules import Rule
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Chapter, Claim, Fix, Grade, Verb
from hmaint.model.look import Row, Seen

NEEDS = ("tables", "columns", "indexes", "digests", "digest_total")
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


def _busy(facts: Facts) -> tuple[Digest, ...]:
    """Digests that ran often enough; CouldNotLook where there is no workload to judge by."""
    total = facts.rows("digest_total")[0]
    calls = int(str(total["calls"] or 0))
    if not calls:
        raise CouldNotLook(Seen.UNSUPPORTED, "服务器没有语句统计（performance_schema 未开启），不作判断")
    if calls < facts.limits.questions:
        raise CouldNotLook(
            Seen.UNSUPPORTED, f"只统计到 {calls} 条语句，少于 {facts.limits.questions} 条，不作判断"
        )
    return tuple(each for each in digests(facts) if each.calls >= facts.limits.calls)


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
    for digest in _busy(facts):
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
    for digest in _busy(facts):
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
    for digest in _busy(facts):
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
    for digest in _busy(facts):
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


def _about(digest: Digest) -> tuple[Claim, ...]:
    return (Claim(Verb.REWRITE, f"{digest.db}:{digest.id}"),)


def _statement(
    digest: Digest, summary: str, gain: str, ranks: tuple[Grade, Grade, Grade], advice: str
) -> Draft:
    return Draft(
        f"{digest.db}:{digest.id[:16]}",
        summary,
        gain,
        ranks,
        cost="先看索引，再由厂商改语句",
        evidence=(digest.row(),),
        advice=advice,
        checked="按服务器的语句统计核对",
        claims=_about(digest),
        digests=(digest.id,),
    )


def _by_time(facts: Facts) -> Iterator[Draft]:
    busy = _busy(facts)
    total = int(str(facts.rows("digest_total")[0]["total_ms"] or 0))
    for digest in busy:
        if not total or digest.total_ms / total < facts.limits.share or digest.mean_ms < facts.limits.mean_ms:
            continue
        yield _statement(
            digest,
            f"这一条语句占全部语句时间的 {digest.total_ms / total:.0%}，每次 {digest.mean_ms:.0f} 毫秒",
            f"至多省下 {digest.total_ms / 1000:.0f} 秒",
            (HIGH, MEDIUM, LOW),
            "优先处理：它快一倍，整个库的语句时间就少这一份的一半",
        )


def _by_rows(facts: Facts) -> Iterator[Draft]:
    for digest in _busy(facts):
        if digest.per_call < facts.limits.rows_per_call * 10 or digest.examined < 100 * max(1, digest.sent):
            continue
        yield _statement(
            digest,
            f"每次扫描约 {digest.per_call:.0f} 行，只用到 {digest.sent / digest.calls:.1f} 行",
            "扫描行数降下来，少占缓冲池和 CPU",
            (MEDIUM, MEDIUM, LOW),
            "查缺的索引；汇总类语句考虑汇总表",
        )


def _scans(facts: Facts) -> Iterator[Draft]:
    for digest in _busy(facts):
        if digest.no_index < digest.calls or digest.per_call < facts.limits.rows_per_call:
            continue
        what = "连接没有用索引" if digest.full_joins else "没有用索引，整表扫描"
        yield _statement(
            digest,
            f"每次都{what}，约 {digest.per_call:.0f} 行",
            "不再随数据增长越来越慢",
            (MEDIUM, MEDIUM, LOW),
            "查条件列有没有索引、条件能不能用索引",
        )


def _spills(facts: Facts) -> Iterator[Draft]:
    for digest in _busy(facts):
        if digest.disk_tables < digest.calls:
            continue
        yield _statement(
            digest,
            f"每次都把临时表写到磁盘（共 {digest.disk_tables} 次）",
            "排序、分组在内存里完成或免去",
            (MEDIUM, MEDIUM, LOW),
            "去掉结果里的大字段，或给分组、排序列建索引",
        )


def _merges(facts: Facts) -> Iterator[Draft]:
    for digest in _busy(facts):
        if digest.merges < digest.calls:
            continue
        yield _statement(
            digest,
            f"每次排序都要落盘归并（共 {digest.merges} 次）",
            "排序在内存里完成或免去",
            (LOW, MEDIUM, LOW),
            "给排序列建索引，或只排序需要的列",
        )


def _random(facts: Facts) -> Iterator[Draft]:
    for digest in _busy(facts):
        flat = digest.raw.upper().replace(" ", "").replace("`", "")
        if "ORDERBYRAND()" in flat and digest.per_call >= facts.limits.rows_per_call:
            yield _statement(
                digest,
                f"按随机数排序：每次给约 {digest.per_call:.0f} 行排序",
                "抽样不再排序整张表",
                (MEDIUM, MEDIUM, LOW),
                "由厂商改为按主键随机取",
            )


def _regressed(facts: Facts) -> Iterator[Draft]:
    if "digests" not in facts.before:
        raise CouldNotLook(Seen.UNSUPPORTED, "没有上一次的语句统计可比，本次已记下")
    earlier = {(str(row["db"]), str(row["digest"])): row for row in facts.before["digests"]}
    for digest in _busy(facts):
        row = earlier.get((digest.db, digest.id))
        if row is None:
            continue
        calls, mean, examined, was = _since(digest, row)
        if calls < facts.limits.calls or mean < was * facts.limits.regression or mean < facts.limits.mean_ms:
            continue
        drafted = _statement(
            digest,
            f"上次以来每次 {mean:.0f} 毫秒，此前 {was:.0f} 毫秒；每次扫描 {examined:.0f} 行",
            "恢复到原来的速度",
            (HIGH, LOW, LOW),
            "比较执行计划：统计信息是否陈旧、索引是否被删、数据是否猛增",
        )
        yield replace(
            drafted, evidence=({**digest.row(), "mean_ms_before": round(was, 1), "calls_since": calls},)
        )


def _since(digest: Digest, row: Row) -> tuple[int, float, float, float]:
    """Calls, mean and rows examined since the earlier run, and the mean up to then; counters may have begun anew."""
    calls, total, examined = (int(str(row[name])) for name in ("calls", "total_ms", "examined"))
    was = total / max(1, calls)
    if digest.calls < calls or digest.total_ms < total:
        return digest.calls, digest.mean_ms, digest.per_call, was
    more = digest.calls - calls
    spent, read = digest.total_ms - total, digest.examined - examined
    return more, spent / max(1, more), read / max(1, more), was


def remembered(facts: Facts) -> tuple[Row, ...]:
    """Counters of each digest, for the next run; no text of any statement."""
    return tuple(
        {
            "db": each.db,
            "digest": each.id,
            "calls": each.calls,
            "total_ms": each.total_ms,
            "examined": each.examined,
        }
        for each in digests(facts)
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
    _topic("statement.time", Chapter.STATEMENT, "耗时最多的语句", _by_time, "占 20%、每次 100 毫秒为本项目经验值"),
    _topic("statement.rows", Chapter.STATEMENT, "扫描多、用得少的语句", _by_rows, "100 比 1 为本项目经验值"),
    _topic("statement.scan", Chapter.STATEMENT, "整表扫描的语句", _scans, "sys.statements_with_full_table_scans"),
    _topic("statement.temporary", Chapter.STATEMENT, "临时表落盘的语句", _spills, "sys.statements_with_temp_tables"),
    _topic("statement.merge", Chapter.STATEMENT, "排序落盘的语句", _merges, "sys.statements_with_sorting"),
    _topic("statement.random", Chapter.STATEMENT, "按随机数排序的语句", _random, "通行做法"),
    _topic("statement.regression", Chapter.STATEMENT, "变慢的语句", _regressed, "两倍为本项目经验值"),
)  # fmt: skip
