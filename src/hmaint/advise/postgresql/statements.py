"""Statements by pg_stat_statements, which keeps them without their values: what takes time, which index is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from hmaint.advise.draft import HIGH, LOW, MEDIUM, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.postgresql.rows import (
    Column,
    Index,
    Table,
    columns,
    indexes,
    need_days,
    once,
    server,
    settings,
    statistics,
    tables,
    whole,
)
from hmaint.advise.postgresql.settings import Wrong, drafted
from hmaint.advise.postgresql.tables import about
from hmaint.advise.postgresql.words import WEAK, create_index, index_name, lasting, name
from hmaint.advise.predicates import Predicate, predicate_of
from hmaint.advise.write import size
from hmaint.errors import CouldNotLook
from hmaint.kit.statement import without_values
from hmaint.model.advice import Act, Chapter, Claim, Fix, Verb
from hmaint.model.look import Row, Seen

_BLOCKS = 500
"""Pages a call reads that are worth an index (CHECKS PG-23)."""
_LONGEST = 2_600
"""Bytes of a key that a B-tree takes for sure: its ceiling is 2704 with what the tree adds (PostgreSQL manual)."""
_ADDS_UP = re.compile(
    r"\b(?:count|sum|min|max|avg|group|distinct|limit|having|fetch|exists)\b", re.IGNORECASE
)
_SCANS_A_DAY = 100
_SLOW_MS = 20.0
"""Mean time above which what is called often counts (PgHero)."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement without its values, with its counters; times in milliseconds."""

    id: str
    text: str
    calls: int
    total: float
    mean: float
    deviation: float
    rows: int
    blocks: int
    temp: int
    predicate: Predicate | None

    @property
    def row(self) -> Row:
        """As evidence shows it."""
        return {
            "digest": self.id,
            "statement": self.text,
            "calls": self.calls,
            "total_s": round(self.total / 1000, 1),
            "mean_ms": round(self.mean, 1),
            "blocks_per_call": round(self.blocks / max(1, self.calls)),
        }


def statements(facts: Facts) -> tuple[Statement, ...]:
    """The statements with the most total time, without values; CouldNotLook where there is none to judge by."""
    found = once(facts, "statements", lambda: tuple(_whole_statements(facts.rows("statements"))))
    if not found:
        raise CouldNotLook(
            Seen.UNSUPPORTED,
            "pg_stat_statements 没有统计到别的账号的语句（刚清零、没有开启，或账号看不到），不作判断",
        )
    return found


def _whole_statements(rows: Iterable[Row]) -> Iterator[Statement]:
    """The server counts each account, and each depth of a call, for itself: here a statement is one."""
    found: dict[str, list[Statement]] = {}
    for row in rows:
        found.setdefault(str(row["id"]), []).append(_statement(row))
    return (_summed(parts) if len(parts) > 1 else parts[0] for parts in found.values())


def _summed(parts: list[Statement]) -> Statement:
    calls, total = sum(each.calls for each in parts), sum(each.total for each in parts)
    return replace(
        max(parts, key=lambda each: each.total),
        calls=calls,
        total=total,
        mean=total / max(1, calls),
        rows=sum(each.rows for each in parts),
        blocks=sum(each.blocks for each in parts),
        temp=sum(each.temp for each in parts),
    )


def _statement(row: Row) -> Statement:
    text = str(row["query"] or "")
    total, mean, deviation = (float(str(row[part] or 0)) for part in ("total_ms", "mean_ms", "deviation_ms"))
    rows, blocks, temp = (whole(row[part]) for part in ("rows", "blocks", "temp"))
    calls, predicate = whole(row["calls"]), predicate_of(text)
    return Statement(
        str(row["id"]), without_values(text), calls, total, mean, deviation, rows, blocks, temp, predicate
    )


def _slow(facts: Facts) -> Iterator[Draft]:
    total = sum(each.total for each in statements(facts))
    for each in statements(facts):
        often = each.calls >= 100 and each.mean >= _SLOW_MS  # noqa: PLR2004 - PgHero
        if often and each.total >= total * 0.05:
            yield Draft(
                f"statement {each.id}",
                f"一条语句占全部执行时间的 {each.total / total:.0%}：{each.calls} 次，平均 {each.mean:.0f} 毫秒",
                "它变快，整个库都轻",
                (HIGH, MEDIUM, LOW),
                "要分析执行计划，可能要改程序",
                evidence=(each.row,),
                advice="在测试库用 EXPLAIN (ANALYZE, BUFFERS) 看执行计划；有缺索引的建议时先做那一条",
                checked="服务器自己的累计；没有在这里执行语句",
                digests=(each.id,),
            )


def _spilling(facts: Facts) -> Iterator[Draft]:
    for each in statements(facts):
        if each.calls >= facts.limits.calls and each.temp / each.calls > 128:  # noqa: PLR2004 - a megabyte of pages a call
            yield Draft(
                f"statement {each.id} temp",
                (
                    f"一条语句每次写 {size(each.temp / each.calls * whole(server(facts)['block']))} "
                    f"临时文件（{each.calls} 次）"
                ),
                "排序、哈希留在内存里，快几倍",
                (MEDIUM, LOW, LOW),
                "该角色的每次排序最多多占这些内存",
                evidence=({**each.row, "temp_blocks_per_call": round(each.temp / each.calls)},),
                advice="先看能否加索引免去排序；只给跑报表的角色 ALTER ROLE … SET work_mem，不要全局放大",
                checked="服务器自己的累计",
                digests=(each.id,),
            )


def _unsteady(facts: Facts) -> Iterator[Draft]:
    for each in statements(facts):
        if each.calls >= 100 and each.mean >= _SLOW_MS and each.deviation > 5 * each.mean:  # noqa: PLR2004 - see the rule's source
            yield Draft(
                f"statement {each.id} deviation",
                f"一条语句时快时慢：平均 {each.mean:.0f} 毫秒，偏差 {each.deviation:.0f} 毫秒",
                "高峰不再偶发卡顿",
                (MEDIUM, MEDIUM, LOW),
                "要分析",
                evidence=({**each.row, "deviation_ms": round(each.deviation, 1)},),
                advice="查是否与锁等待、检查点、统计信息过时或参数不同的执行计划有关",
                checked="服务器自己的累计",
                digests=(each.id,),
            )


def _regressed(facts: Facts) -> Iterator[Draft]:
    """What happened between the two runs alone is compared with the mean before."""
    if not facts.before.get("statements"):
        raise CouldNotLook(Seen.UNSUPPORTED, "没有上一次的语句统计可比，本次已记下")
    earlier = {str(row["digest"]): row for row in facts.before["statements"]}
    for each in statements(facts):
        row = earlier.get(each.id)
        if row is None:
            continue
        before_calls, before_total = whole(row["calls"]), float(str(row["total_ms"]))
        calls, total = each.calls - before_calls, each.total - before_total
        if calls < 0 or total < 0:
            calls, total = each.calls, each.total  # the counters began anew in between
        was, now = before_total / max(1, before_calls), total / max(1, calls)
        if (
            calls >= facts.limits.calls
            and now >= _SLOW_MS
            and was > 0
            and now / was >= facts.limits.regression
        ):
            yield Draft(
                f"statement {each.id} regression",
                f"一条语句比上次慢了 {now / was:.1f} 倍：平均 {was:.0f} → {now:.0f} 毫秒",
                "恢复到原来的速度",
                (HIGH, LOW, LOW),
                "要分析",
                evidence=(
                    {**each.row, "before_ms": round(was, 1), "now_ms": round(now, 1), "calls_since": calls},
                ),
                advice="先 ANALYZE 所涉及的表，再比对执行计划；看上次之后有没有删索引、升级、数据量突增",
                checked="两次检查的累计相减",
                digests=(each.id,),
            )


def _missing(facts: Facts) -> Iterator[Draft]:
    by_table: dict[tuple[int, tuple[str, ...]], list[Statement]] = {}
    owners = {whole(table.row["oid"]): table for table in tables(facts)}
    for each in statements(facts):
        table = _scanned(facts, each)
        wanted = _wanted(facts, each, table) if table else ()
        if table and wanted:
            by_table.setdefault((whole(table.row["oid"]), wanted), []).append(each)
    taken = frozenset(index.name for index in indexes(facts))
    for (oid, wanted), group in by_table.items():
        doubts = _doubts(columns(facts).get(oid, ()), wanted, group)
        yield _add(owners[oid], wanted, group, taken, doubts)


def _doubts(known: Iterable[Column], wanted: tuple[str, ...], group: list[Statement]) -> tuple[str, ...]:
    """Why the index is for a person to decide on: what it may break, and what was not seen of its use."""
    told = []
    most = [column.most for column in known if column.name in wanted]
    if min(most) < 0 or sum(most) > _LONGEST:
        told.append(f"索引建好后，超过 {_LONGEST} 字节的值会写不进去而报错：先查这些列最长的值")
    if all(_ADDS_UP.search(each.text) for each in group):
        told.append("语句有汇总或截取，符合条件的行数无法证实：取值很少的列建了也不会用")
    return tuple(told)


def _scanned(facts: Facts, each: Statement) -> Table | None:
    """The table a statement reads through again and again; None where it reads little, or which one is not sure."""
    found = each.predicate
    if found is None or each.calls < facts.limits.calls or each.blocks / each.calls < _BLOCKS:
        return None
    named = [
        table
        for table in tables(facts)
        if table.name == found.table and found.schema in ("", table.schema) and not table.row["part"]
    ]
    few = each.rows / each.calls < 0.05 * named[0].rows if named else False
    big = len(named) == 1 and named[0].rows >= facts.limits.rows
    return named[0] if big and few else None


def _wanted(facts: Facts, each: Statement, table: Table) -> tuple[str, ...]:
    """Columns of the index that would serve it, the most selective first; empty where one serves it already."""
    found = each.predicate
    known = {column.name for column in columns(facts).get(whole(table.row["oid"]), ())}
    if found is None or not known.issuperset((*found.equal, *found.ranged)):
        return ()
    led = {index.columns[0] for index in _usable(facts, table)}
    if led & {*found.equal, *found.ranged}:
        return ()
    equal = sorted(found.equal, key=lambda column: -_distinct(facts, table, column))
    return (*equal[:3], *found.ranged[:1])


def _usable(facts: Facts, table: Table) -> Iterator[Index]:
    for index in indexes(facts):
        whole_table = index.row["valid"] and not index.row["predicate"] and index.columns
        if (
            index.row["table"] == table.row["oid"]
            and whole_table
            and not str(index.row["keys"]).startswith("0")
        ):
            yield index


def _distinct(facts: Facts, table: Table, column: str) -> float:
    """How many values it has, as far as ANALYZE knows; 0 where that is not to be seen."""
    try:
        seen = statistics(facts).get(table.full, {}).get(column)
    except CouldNotLook:
        return 0
    if seen is None:
        return 0
    return seen.distinct if seen.distinct >= 0 else -seen.distinct * table.rows


def _add(
    table: Table,
    wanted: tuple[str, ...],
    group: list[Statement],
    taken: frozenset[str],
    doubts: tuple[str, ...],
) -> Draft:
    fix = create_index(table, wanted, taken)
    blocks = sum(each.blocks for each in group) / max(1, sum(each.calls for each in group))
    total = sum(each.total for each in group) / 1000
    return Draft(
        f"{table.full} ({', '.join(wanted)})",
        f"{len(group)} 条语句每次读 {table.name} 的 {blocks:.0f} 页，没有以 {wanted[0]} 开头的索引",
        f"每次从 {blocks:.0f} 页降到几页；这些语句累计用了 {total:.0f} 秒",
        (HIGH, MEDIUM, MEDIUM if doubts else LOW),
        (
            f"每次写入 {table.name} 多维护一个索引（约 {size(table.rows * 40)}；至今写入 "
            f"{table.count('inserted') + table.count('updated') + table.count('deleted')} 行）"
        ),
        "；".join(("建的过程中断会留下无效索引，须删掉重来", *doubts)),
        evidence=tuple(each.row for each in group),
        fix=replace(fix, safe=fix.safe and not doubts),
        checked="没有用假设索引核对（没有装 HypoPG，或账号不能对该表 EXPLAIN）",
        claims=(Claim(Verb.ADD, table.full, wanted),),
        digests=tuple(each.id for each in group),
    )


def _wrapped(facts: Facts) -> Iterator[Draft]:
    for each in statements(facts):
        table = _scanned(facts, each)
        found = each.predicate
        if table is None or found is None or found.equal or found.ranged:
            continue
        known = {column.name for column in columns(facts).get(whole(table.row["oid"]), ())}
        for function, column in found.wrapped:
            served = any(
                index.row["expressions"] for index in indexes(facts) if index.row["table"] == table.row["oid"]
            )
            if column in known and not served and table.plain:
                yield _expression(facts, table, function, column, each)


def _expression(facts: Facts, table: Table, function: str, column: str, each: Statement) -> Draft:
    label = index_name(table.name, (function, column), frozenset(index.name for index in indexes(facts)))
    fix = Fix(
        Act.MANUAL,
        (f"CREATE INDEX CONCURRENTLY {name(label)} ON {table.sql} ({function}({name(column)}))",),
        (f"DROP INDEX CONCURRENTLY {name(table.schema, label)}",),
        lasting(WEAK, table.bytes, 2),
        online=True,
        schema=table.schema,
        object=label,
        table=table.name,
    )
    return Draft(
        f"{table.full} {function}({column})",
        f"条件把列 {column} 包在函数 {function}() 里，{column} 上的索引用不上，每次读 {each.blocks // each.calls} 页",
        "改写条件或建表达式索引后只读几页",
        (HIGH, MEDIUM, MEDIUM),
        "多维护一个索引，或改程序",
        "函数必须是 IMMUTABLE 才能建索引；日期函数常与时区有关而不能建",
        evidence=(each.row,),
        fix=fix,
        advice="能改程序的改成对列本身的范围条件，否则建表达式索引",
        checked="按语句摘要的写法；没有执行",
        claims=(Claim(Verb.ADD, table.full, (f"{function}({column})",)),),
        digests=(each.id,),
    )


def _scans(facts: Facts) -> Iterator[Draft]:
    """Where statements cannot be seen, the counters of tables still tell that one is read through again and again."""
    days = need_days(facts, facts.limits.ratio_hours / 24)
    if facts.was_seen("statements") and facts.rows("statements"):
        return
    for table in tables(facts):
        scans, rows = table.count("scans"), table.count("scanned")
        if (
            table.plain
            and table.rows >= facts.limits.rows
            and scans / max(days, 1) >= _SCANS_A_DAY
            and rows / max(1, scans) > 0.5 * table.rows
        ):
            yield Draft(
                table.full,
                f"表 {table.name}（{table.rows} 行）在 {days:.0f} 天里被整表扫描 {scans} 次",
                "找到语句加上索引后，每次只读几页",
                (MEDIUM, MEDIUM, LOW),
                "要先找出语句",
                evidence=(about(table, scans=scans, rows_read=rows, index_lookups=table.count("lookups")),),
                advice="装上 pg_stat_statements（要重启一次）或打开慢语句日志，找出是哪条语句",
                checked="服务器自己的计数",
            )


def _temp(facts: Facts) -> Iterator[Draft]:
    row, days = server(facts), need_days(facts, facts.limits.ratio_hours / 24)
    daily = whole(row["temp_bytes"]) / days
    own = settings(facts)["work_mem"]
    if daily >= 1024**3 and own.figure < 64 * 1024**2:
        wrong = Wrong(
            "work_mem",
            "",
            lambda *_: True,
            "",
            "排序、哈希留在内存里",
            (MEDIUM, LOW, MEDIUM),
            "",
            "每个会话的每次排序都可占这么多：连接多时先只给报表角色",
            "内存",
        )
        value = f"{max(16, min(64, round(own.figure * 4 / 1024**2)))}MB"
        yield drafted(
            own, value, wrong, f"每天写 {size(daily)} 临时文件（work_mem 太小）", {"temp_a_day": size(daily)}
        )


def _not_installed(facts: Facts) -> Iterator[Draft]:
    if not any(row["name"] == "pg_stat_statements" for row in facts.rows("extensions")):
        yield Draft(
            "pg_stat_statements",
            "没有装 pg_stat_statements：看不到哪些语句最耗时，缺哪些索引也无从判断",
            "以后的调优有依据",
            (MEDIUM, MEDIUM, LOW),
            "要重启一次；开销约 1%～3%",
            "语句摘要里没有值，但有表名",
            evidence=({"extension": "pg_stat_statements", "installed": False},),
            advice=(
                "在配置文件 shared_preload_libraries 中加入 pg_stat_statements，约定窗口重启，再 CREATE "
                "EXTENSION pg_stat_statements"
            ),
            checked="目录 pg_extension",
        )


def _crowded(facts: Facts) -> Iterator[Draft]:
    own = settings(facts).get("pg_stat_statements.max")
    row = next(iter(facts.rows("lost")), None)
    if row is None or row["counted"] is None or own is None:
        return
    days = max(1.0, whole(row["counted"]) / 86_400)
    if whole(row["lost"]) / days >= 10:  # noqa: PLR2004 - see the rule's source
        wrong = Wrong(
            own.name, "", lambda *_: True, "", "统计不再丢语句", (LOW, LOW, LOW), "", cost="共享内存；要重启"
        )
        yield drafted(
            own,
            str(whole(own.value) * 2),
            wrong,
            f"语句种类超过 {own.value}，平均每天挤掉 {whole(row['lost']) / days:.0f} 次：多为没有绑定变量",
        )


def remember(facts: Facts) -> Mapping[str, tuple[Row, ...]]:
    """The counters of statements, by digest: no text at all."""
    if not facts.was_seen("statements") or not facts.rows("statements"):
        return {}
    return {
        "statements": tuple(
            {"digest": s.id, "calls": s.calls, "total_ms": round(s.total, 3)} for s in statements(facts)
        )
    }


_STATEMENT = Chapter.STATEMENT
TOPICS: tuple[Topic, ...] = (
    Topic(
        "index.missing",
        Chapter.INDEX,
        "缺少的索引",
        _missing,
        "每次读 500 页以上、返回不到 5% 的行、20 次以上；只看一张表、AND 连接的条件",
        ("statements", "tables", "columns", "indexes", "server"),
    ),
    Topic(
        "index.expression",
        Chapter.INDEX,
        "函数包住了列",
        _wrapped,
        "同上",
        ("statements", "tables", "columns", "indexes", "server"),
    ),
    Topic(
        "statement.slow",
        _STATEMENT,
        "最耗时的语句",
        _slow,
        "平均 20 毫秒 100 次以上（PgHero），占总时间 5% 以上",
        ("statements",),
    ),
    Topic(
        "statement.temp",
        _STATEMENT,
        "写临时文件的语句",
        _spilling,
        "每次 1 MB 以上、20 次以上",
        ("statements", "server"),
    ),
    Topic(
        "statement.unsteady",
        _STATEMENT,
        "时快时慢的语句",
        _unsteady,
        "偏差超过平均的 5 倍（本项目经验值）",
        ("statements",),
    ),
    Topic(
        "statement.regression",
        _STATEMENT,
        "比上次慢的语句",
        _regressed,
        "两次检查之间慢了 2 倍以上、20 次以上",
        ("statements",),
    ),
    Topic(
        "statement.full_scans",
        _STATEMENT,
        "反复整表扫描的表",
        _scans,
        "每天 100 次以上，每次读一半以上的行；只在看不到语句时",
        ("tables", "server"),
    ),
    Topic(
        "config.work_mem",
        Chapter.CONFIGURATION,
        "临时文件过多",
        _temp,
        "每天 1 GB（本项目经验值）",
        ("server", "settings"),
    ),
    Topic(
        "config.pg_stat_statements",
        Chapter.CONFIGURATION,
        "没有语句统计",
        _not_installed,
        "任意",
        ("extensions",),
    ),
    Topic(
        "config.statements_max",
        Chapter.CONFIGURATION,
        "语句统计装不下",
        _crowded,
        "平均每天挤掉 10 次以上（本项目经验值）",
        ("lost", "settings"),
        since="14",
    ),
)
