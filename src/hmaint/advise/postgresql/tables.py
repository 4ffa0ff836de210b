"""Tables of a PostgreSQL database: what they lack, what was switched off for them, what wastes room in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hmaint.advise.draft import HIGH, LOW, MEDIUM, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.postgresql.rows import (
    Column,
    Table,
    columns,
    need_days,
    server,
    settings,
    statistics,
    tables,
    whole,
)
from hmaint.advise.postgresql.words import WHOLE, by_hand, lasting, name, table_option
from hmaint.advise.write import size
from hmaint.model.advice import Act, Chapter, Claim, Fix, Lock, Verb
from hmaint.model.look import Row

_ENORMOUS = 10_000_000
"""Rows of which a fifth dead is too many."""
_PART = 0.05
"""Of dead rows: a server that begins at this cleans large tables often enough."""


def about(table: Table, **more: str | float | None) -> Row:
    """The figures that every item about a table shows."""
    return {"table": table.full, "rows": table.rows, "size": size(table.bytes), **more}


def options(table: Table) -> Mapping[str, str]:
    """The storage parameters set for it."""
    return dict(part.split("=", 1) for part in str(table.row["options"]).split(",") if "=" in part)


def _keyless(facts: Facts) -> Iterator[Draft]:
    for table in tables(facts):
        if table.row["kind"] in ("r", "p") and not table.row["part"] and not table.row["keyed"]:
            yield Draft(
                table.full,
                f"表 {table.name}（{table.rows} 行）没有主键或唯一键",
                "重复的行能区分和清理，逻辑复制能更新它，按键查找不再扫描全表",
                (MEDIUM, MEDIUM, MEDIUM),
                "多一个索引，写入略慢",
                "由应用厂商决定哪几列是键；已有重复数据时加不上",
                evidence=(about(table),),
                advice=(
                    "请应用厂商确定主键，先查重复，再在低峰 CREATE UNIQUE INDEX CONCURRENTLY 后 ADD PRIMARY "
                    "KEY USING INDEX"
                ),
                checked="目录中没有主键，也没有无条件的唯一索引",
            )


def _wide(facts: Facts) -> Iterator[Draft]:
    for table in tables(facts):
        if whole(table.row["width"]) > facts.limits.wide_columns and not table.row["part"]:
            yield Draft(
                table.full,
                f"表 {table.name} 有 {table.row['width']} 列",
                "常用的列放在一起，每页能放更多行",
                (LOW, HIGH, HIGH),
                "程序要改",
                "表结构改变",
                evidence=(about(table, columns=whole(table.row["width"])),),
                advice="与厂商商定把少用的列拆到另一张表",
                checked="按目录中的列数",
            )


def _huge(facts: Facts) -> Iterator[Draft]:
    for table in tables(facts):
        if table.plain and not table.row["part"] and table.bytes > facts.limits.huge_bytes:
            yield Draft(
                table.full,
                f"表 {table.name} {size(table.bytes)}，没有分区：任何维护都放不进窗口",
                "按月分区后可逐月归档、清理、重建",
                (MEDIUM, HIGH, HIGH),
                "要重建整张表",
                "程序与备份策略要一起改",
                evidence=(about(table),),
                advice="与厂商商定归档期限与按时间分区",
                checked="按上次统计时的页数",
            )


def _unlogged(facts: Facts) -> Iterator[Draft]:
    for table in tables(facts):
        if table.row["persistence"] == "u" and table.rows:
            back = f"ALTER TABLE {table.sql} SET UNLOGGED"
            fix = by_hand(
                (f"ALTER TABLE {table.sql} SET LOGGED",), (back,), lasting(WHOLE, table.bytes, 2), table
            )
            yield Draft(
                table.full,
                f"表 {table.name}（{table.rows} 行）不记日志：异常断电后会被清空，也不复制到备库",
                "断电后数据还在",
                (HIGH, MEDIUM, MEDIUM),
                "写入变慢",
                "改的时候整张表重写，读写都被阻塞；确认不是有意放可丢弃的数据",
                evidence=(about(table),),
                fix=fix,
                checked="目录中 relpersistence 为 u",
            )


def _switched_off(facts: Facts) -> Iterator[Draft]:
    for table in tables(facts):
        value = options(table).get("autovacuum_enabled", "true")
        if value.lower() in ("false", "off", "no", "0"):
            yield Draft(
                table.full,
                f"表 {table.name} 单独关闭了自动清理",
                "死元组、统计信息、事务号得到维护",
                (HIGH, LOW, LOW),
                "恢复后会立即补做一次清理",
                "无",
                evidence=(about(table, dead=table.count("dead")),),
                fix=table_option(
                    table, "RESET (autovacuum_enabled)", f"SET (autovacuum_enabled = {value})", safe=True
                ),
                checked="目录中的存储参数",
                claims=(Claim(Verb.SET, f"{table.full}.autovacuum_enabled"),),
            )


def _scale(facts: Facts) -> Iterator[Draft]:
    """A fifth of ten million rows is two million dead ones before anything is cleaned."""
    part = settings(facts)["autovacuum_vacuum_scale_factor"].figure
    if part <= _PART:
        return  # the whole server cleans often
    for table in tables(facts):
        if table.plain and table.rows >= _ENORMOUS and "autovacuum_vacuum_scale_factor" not in options(table):
            new = {
                f"autovacuum_{what}_scale_factor": to for what, to in (("vacuum", 0.02), ("analyze", 0.01))
            }
            new = {name: to for name, to in new.items() if name not in options(table)}
            change = f"SET ({', '.join(f'{name} = {to:g}' for name, to in new.items())})"
            back = f"RESET ({', '.join(new)})"
            yield Draft(
                table.full,
                f"表 {table.name} 有 {table.rows} 行，按全局比例要积累 {part:.0%} 的死元组才清理",
                "每次清理得少而勤，统计信息更新",
                (MEDIUM, LOW, LOW),
                "清理更频繁",
                evidence=(about(table),),
                fix=table_option(table, change, back, safe=True),
                checked="按行数与存储参数",
                claims=(Claim(Verb.SET, f"{table.full}.autovacuum_vacuum_scale_factor"),),
            )


def _loose(facts: Facts) -> Iterator[Draft]:
    """Only sure where nothing is ever updated: then no free room on a page is ever used."""
    need_days(facts, facts.limits.usage_days)
    for table in tables(facts):
        fill = options(table).get("fillfactor", "100")
        still = not table.count("updated") and table.count("inserted") >= facts.limits.rows
        if table.plain and fill.isdigit() and int(fill) < 90 and still:  # noqa: PLR2004 - see the rule's source
            yield Draft(
                table.full,
                f"表 {table.name} 从不更新，却每页留空 {100 - int(fill)}%（fillfactor={fill}）",
                f"新写入的页装满，读的页少 {100 - int(fill)}%",
                (MEDIUM, LOW, LOW),
                "只对新写入的页生效",
                evidence=(about(table, fillfactor=int(fill), updated=0),),
                fix=table_option(table, "SET (fillfactor = 100)", f"SET (fillfactor = {fill})", safe=True),
                checked="计数器：只有插入，没有更新",
                claims=(Claim(Verb.SET, f"{table.full}.fillfactor"),),
            )


def _blind(facts: Facts) -> Iterator[Draft]:
    known = columns(facts)
    for table in tables(facts):
        lines = known.get(whole(table.row["oid"]), ())
        off = [column.name for column in lines if column.blind]
        for column in off if table.rows >= facts.limits.rows else ():
            head = f"ALTER TABLE {table.sql} ALTER COLUMN {name(column)} SET STATISTICS "
            fix = Fix(
                Act.ALTER,
                (f"{head}-1", f"ANALYZE {table.sql}"),
                (f"{head}0",),
                Lock("SHARE UPDATE EXCLUSIVE 锁（读写照常）", 0.1),
                online=True,
                safe=True,
                schema=table.schema,
                object=table.name,
                bytes=0,
            )
            yield Draft(
                f"{table.full}.{column}",
                f"列 {column} 不收集统计信息，优化器只能瞎猜行数",
                "行数估得准",
                (MEDIUM, LOW, LOW),
                "ANALYZE 稍慢",
                evidence=(about(table, column=column),),
                fix=fix,
                checked="目录中 attstattarget 为 0",
                claims=(Claim(Verb.SET, f"{table.full}.{column}.statistics"),),
            )


def _bloated(facts: Facts) -> Iterator[Draft]:
    learned = statistics(facts)
    known = columns(facts)
    for table in tables(facts):
        names = [column.name for column in known.get(whole(table.row["oid"]), ())]
        seen = learned.get(table.full, {})
        if (
            not table.plain
            or not names
            or any(each not in seen for each in names)
            or whole(table.row["tuples"]) <= 0
        ):
            continue
        spare = table.bytes - _expected(facts, table, [seen[each] for each in names])
        if spare > facts.limits.wasted_bytes and spare / table.bytes > 0.4:  # noqa: PLR2004 - CHECKS PG-13
            yield _rewrite(table, spare)


def _expected(facts: Facts, table: Table, known: list[Column]) -> int:
    """Bytes of a table fresh from COPY: rows of 27 bytes and a bit a column of overhead, rounded up to eights."""
    block = whole(server(facts)["block"])
    fill = int(options(table).get("fillfactor", "100")) / 100
    row = 28 + len(known) / 8 + sum(column.width * (1 - column.nulls) for column in known) + 8 + len(known)
    a_page = max(1, int((block - 24) * fill / row))
    return int((whole(table.row["tuples"]) / a_page + 1) * block)


def _rewrite(table: Table, spare: int) -> Draft:
    fix = by_hand((f"VACUUM (FULL, ANALYZE) {table.sql}",), (), lasting(WHOLE, table.bytes, 2), table)
    return Draft(
        table.full,
        f"表 {table.name} {size(table.bytes)}，估计其中 {size(spare)} 是空的",
        f"释放约 {size(spare)}，全表扫描快 {spare / table.bytes:.0%}",
        (MEDIUM, MEDIUM, HIGH),
        f"需要约 {size(table.bytes - spare)} 的临时空间",
        "期间读写都被阻塞：放在停机窗口，或用 pg_repack --no-kill-backend",
        evidence=(about(table, wasted=size(spare)),),
        fix=fix,
        checked="按行数与列宽估算，宁可少估；精确值要用 pgstattuple 读整张表，没有做",
        claims=(Claim(Verb.REBUILD, table.full),),
    )


_TABLE = Chapter.TABLE
TOPICS: tuple[Topic, ...] = (
    Topic("table.no_key", _TABLE, "没有主键的表", _keyless, "任意一张", ("tables", "server")),
    Topic("table.wide", _TABLE, "列很多的表", _wide, "100 列以上（本项目经验值）", ("tables", "server")),
    Topic("table.huge", _TABLE, "没有分区的特大表", _huge, "50 GB（本项目经验值）", ("tables", "server")),
    Topic("table.unlogged", _TABLE, "不记日志的表", _unlogged, "任意一张有数据的", ("tables", "server")),
    Topic(
        "table.autovacuum_off",
        _TABLE,
        "单独关闭了自动清理的表",
        _switched_off,
        "任意一张",
        ("tables", "server"),
    ),
    Topic(
        "table.scale_factor",
        _TABLE,
        "特大表沿用默认的清理比例",
        _scale,
        "1000 万行（本项目经验值；PostgreSQL 手册 Routine Vacuuming）",
        ("tables", "settings", "server"),
    ),
    Topic(
        "table.fillfactor",
        _TABLE,
        "从不更新却留空的表",
        _loose,
        "计数满 35 天，没有一次更新，fillfactor 小于 90",
        ("tables", "server"),
    ),
    Topic(
        "table.no_statistics",
        _TABLE,
        "关闭了统计的列",
        _blind,
        "任意一列，表 1 万行以上",
        ("tables", "columns", "server"),
    ),
    Topic(
        "table.bloat",
        Chapter.STORAGE,
        "膨胀的表",
        _bloated,
        "估计浪费超过 40% 且 100 MB 以上（postgres-checkup）",
        ("tables", "columns", "statistics", "server"),
    ),
)
