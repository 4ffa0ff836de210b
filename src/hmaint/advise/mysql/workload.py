"""Statements that cost most, and those that have become slower since the run before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from hmaint.advise.draft import HIGH, LOW, MEDIUM, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.mysql.digest import NEEDS, Digest, busy, digests
from hmaint.advise.mysql.make import rule
from hmaint.advise.rules import Rule
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Chapter, Claim, Grade, Verb
from hmaint.model.look import Row, Seen


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
    often = busy(facts)
    total = int(str(facts.rows("digest_total")[0]["total_ms"] or 0))
    for digest in often:
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
    for digest in busy(facts):
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
    for digest in busy(facts):
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
    for digest in busy(facts):
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
    for digest in busy(facts):
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
    for digest in busy(facts):
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
    for digest in busy(facts):
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
    _topic("statement.time", Chapter.STATEMENT, "耗时最多的语句", _by_time, "占 20%、每次 100 毫秒为本项目经验值"),
    _topic("statement.rows", Chapter.STATEMENT, "扫描多、用得少的语句", _by_rows, "100 比 1 为本项目经验值"),
    _topic("statement.scan", Chapter.STATEMENT, "整表扫描的语句", _scans, "sys.statements_with_full_table_scans"),
    _topic("statement.temporary", Chapter.STATEMENT, "临时表落盘的语句", _spills, "sys.statements_with_temp_tables"),
    _topic("statement.merge", Chapter.STATEMENT, "排序落盘的语句", _merges, "sys.statements_with_sorting"),
    _topic("statement.random", Chapter.STATEMENT, "按随机数排序的语句", _random, "通行做法"),
    _topic("statement.regression", Chapter.STATEMENT, "变慢的语句", _regressed, "两倍为本项目经验值"),
)  # fmt: skip
