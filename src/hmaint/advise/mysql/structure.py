"""Tables as they are made and kept: no key, wrong engine, room that is wasted, statistics that are stale."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from hmaint.advise.draft import HIGH, LOW, MEDIUM, NO, Draft, Topic
from hmaint.advise.facts import Facts, in_range
from hmaint.advise.limits import DAY
from hmaint.advise.mysql.make import analyze, rebuild, rule
from hmaint.advise.mysql.schema import Table, tables, whole
from hmaint.advise.mysql.usage import usage
from hmaint.advise.rules import Rule
from hmaint.advise.write import quoted, size
from hmaint.model.advice import Act, Chapter, Claim, Fix, Verb

NEEDS = ("tables", "columns", "indexes")
_OTHERS = frozenset({"MyISAM", "Aria", "MEMORY", "ARCHIVE", "CSV"})
_SAFE_REBUILD = 1024**3
"""Larger tables are rebuilt by a person who watches the disk."""
_STALE_DAYS = 30


def _no_key(facts: Facts) -> Iterator[Draft]:
    for table in tables(facts).values():
        if table.engine != "InnoDB" or any(
            _identifies(table, index.columns) for index in table.indexes if index.unique
        ):
            continue
        yield Draft(
            table.full,
            f"表 {table.full} 没有主键，也没有非空唯一键，约 {table.rows} 行",
            "从库按行复制不再整表扫描，重复行可以区分",
            (MEDIUM, MEDIUM, MEDIUM),
            cost=f"重建全表 {size(table.size)}",
            risk="先确认应用没有不写列名的 INSERT；可由厂商改用业务键",
            evidence=({"rows": table.rows, "bytes": table.size},),
            fix=None if table.partitioned else _key(facts, table),
            advice="由厂商选定业务主键；分区表的主键须含分区列",
            checked="按数据字典核对",
            claims=(Claim(Verb.REBUILD, table.full, weight=2),),
        )


def _identifies(table: Table, names: tuple[str, ...]) -> bool:
    found = [table.columns.get(name.lower()) for name in names]
    return bool(found) and all(column is not None and not column.nullable for column in found)


def _key(facts: Facts, table: Table) -> Fix | None:
    numbered = next((c for c in table.columns.values() if "auto_increment" in c.extra), None)
    if numbered is not None:
        change = f"ADD PRIMARY KEY ({quoted(numbered.name)})"
        return rebuild(table, change=change, undo="DROP PRIMARY KEY", blocks=True)
    if "hm_id" in table.columns:
        return None
    since = {"mysql": "8.0.23", "mariadb": "10.3"}.get(facts.flavour)
    unseen = " INVISIBLE" if since and in_range(facts.version, since, None) else ""
    kind = f"BIGINT UNSIGNED NOT NULL AUTO_INCREMENT{unseen}"
    return rebuild(
        table, change=f"ADD COLUMN `hm_id` {kind} PRIMARY KEY", undo="DROP COLUMN `hm_id`", blocks=True
    )


def _engine(facts: Facts) -> Iterator[Draft]:
    for table in tables(facts).values():
        if table.engine not in _OTHERS:
            continue
        yield Draft(
            table.full,
            f"表 {table.full} 用 {table.engine} 引擎：不支持事务和行锁",
            "断电不易损坏，并发写入不再锁整张表，备份不锁表",
            (HIGH, MEDIUM, MEDIUM),
            cost=f"重建全表 {size(table.size)}，转换后约大一倍",
            risk="转换期间不能写；MEMORY 表可能是有意为之，须与厂商确认",
            evidence=({"engine": table.engine, "rows": table.rows, "bytes": table.size},),
            fix=rebuild(table, change="ENGINE=InnoDB", undo=f"ENGINE={table.engine}", blocks=True),
            checked="按数据字典核对",
            claims=(Claim(Verb.REBUILD, table.full, weight=3),),
        )


def _fragmented(facts: Facts) -> Iterator[Draft]:
    shared = _shared(facts)
    for table in tables(facts).values():
        wasted, whole_file = table.free, table.size + table.free
        if table.engine != "InnoDB" or table.name in shared or table.partitioned:
            continue
        if wasted < facts.limits.wasted_bytes or wasted < facts.limits.wasted_part * whole_file:
            continue
        fix = rebuild(table)
        yield Draft(
            table.full,
            f"表 {table.full} 的文件中 {size(wasted)} 是空的，占 {wasted / whole_file:.0%}",
            f"还给磁盘约 {size(wasted)}，扫描和备份更快",
            (LOW, MEDIUM if table.size > _SAFE_REBUILD else LOW, LOW),
            cost=f"重建期间另需磁盘 {size(table.size)}",
            risk="数据很快又会涨回去的表不必整理",
            evidence=({"free": wasted, "bytes": table.size},),
            fix=replace(fix, safe=fix.online and table.size <= _SAFE_REBUILD),
            checked="按数据字典的空闲空间核对（估计值）",
            claims=(Claim(Verb.REBUILD, table.full),),
        )


def _shared(facts: Facts) -> set[tuple[str, str]]:
    """Tables without a file of their own; InnoDB keeps names as files have them: `his@002dold` for `his-old`."""
    return {(_spelt(str(row["db"])), _spelt(str(row["tab"]))) for row in facts.rows("shared_space")}


def _spelt(name: str) -> str:
    return re.sub(r"@([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), name)


def _in_shared_space(facts: Facts) -> Iterator[Draft]:
    known = tables(facts)
    for name in sorted(_shared(facts)):
        table = known.get(name)
        if table is None:
            continue
        yield Draft(
            table.full,
            f"表 {table.full} 在共享的 ibdata 里：删除或清理后空间收不回来",
            "空间可以收回，可以单表恢复",
            (LOW, MEDIUM, LOW),
            cost=f"重建期间另需磁盘 {size(table.size)}",
            risk="ibdata 文件本身不会变小；须先打开 innodb_file_per_table",
            evidence=({"bytes": table.size},),
            fix=rebuild(table),
            checked="按数据字典核对",
            claims=(Claim(Verb.REBUILD, table.full, weight=1),),
        )


def _row_format(facts: Facts) -> Iterator[Draft]:
    for table in tables(facts).values():
        if table.engine != "InnoDB" or table.row_format not in ("Redundant", "Compressed"):
            continue
        kind = table.row_format.upper()
        why = "压缩页占双份内存并耗 CPU" if kind == "COMPRESSED" else "每行多占头部，长文本不能移出页外"
        yield Draft(
            table.full,
            f"表 {table.full} 的行格式为 {kind}：{why}",
            "同样的内存装下更多行",
            (LOW, MEDIUM, LOW),
            cost=f"重建全表 {size(table.size)}",
            risk="压缩表改回后文件会变大" if kind == "COMPRESSED" else "无",
            evidence=({"row_format": kind, "bytes": table.size},),
            fix=_renewed(facts, table, kind),
            advice="改回 DYNAMIC 前先查表和每个索引的 KEY_BLOCK_SIZE：它们留着会报错，要由人写明并记下原值",
            checked="按数据字典核对",
            claims=(Claim(Verb.REBUILD, table.full, weight=1),),
        )


def _renewed(facts: Facts, table: Table, kind: str) -> Fix | None:
    """None where the table has a size of block: it is refused beside DYNAMIC, and indexes keep one of their own."""
    if "key_block_size" in table.options:
        return None
    # Older ones make a COMPACT table of a DYNAMIC one without a word, unless the file format was changed.
    since = {"mysql": "5.7", "mariadb": "10.2"}.get(facts.flavour)
    better = "DYNAMIC" if kind == "COMPRESSED" or in_range(facts.version, since, None) else "COMPACT"
    fix = rebuild(table, change=f"ROW_FORMAT={better}", undo=f"ROW_FORMAT={kind}")
    return replace(fix, act=Act.ALTER)


def _stale(facts: Facts) -> Iterator[Draft]:
    counted = usage(facts)
    known = tables(facts)
    for row in facts.rows("statistics"):
        table = known.get((str(row["db"]), str(row["tab"])))
        seen = counted.table(table) if table is not None else None
        if table is None or seen is None:
            continue
        rows, age = whole(row["row_count"]), whole(row["age"])
        more = seen.net >= facts.limits.rows and rows * 2 < seen.net
        old = age >= _STALE_DAYS * DAY and seen.written >= max(facts.limits.rows, rows // 2)
        if not more and not old:
            continue
        yield Draft(
            table.full,
            f"表 {table.full} 的统计信息记着 {rows} 行，启动以来净增 {seen.net} 行、写入 {seen.written} 行",
            "优化器按真实行数选择执行计划",
            (MEDIUM, NO, LOW),
            risk="个别语句的执行计划会变，多数变好",
            evidence=(
                {"known_rows": rows, "net": seen.net, "written": seen.written, "age_days": age // DAY},
            ),
            fix=analyze(table),
            checked="按启动以来的计数核对",
            claims=(Claim(Verb.ANALYZE, table.full),),
        )


def _topic(name: str, title: str, find: Callable[[Facts], Iterator[Draft]], source: str, *more: str) -> Rule:
    return rule(Topic(f"table.{name}", Chapter.TABLE, title, find, source, (*NEEDS, *more)))


RULES = (
    _topic("no_key", "没有主键的表", _no_key, "mysqltuner，任意一张"),
    _topic("engine", "不支持事务的表", _engine, "本项目经验值，任意一张"),
    _topic("fragmented", "可回收的空间", _fragmented, "MySQL 手册 OPTIMIZE TABLE；100 MB 且 30% 为本项目经验值",
           "shared_space"),
    _topic("row_format", "陈旧的行格式", _row_format, "MySQL 手册 InnoDB Row Formats"),
    _topic("stale", "统计信息陈旧", _stale, "MySQL 手册 innodb_stats_auto_recalc；一半行数为本项目经验值",
           "statistics", "usage"),
    rule(Topic("space.shared", Chapter.STORAGE, "系统表空间里的表", _in_shared_space,
               "MySQL 5.6 起默认每表一个文件", (*NEEDS, "shared_space"))),
)  # fmt: skip
