"""Tables that run out of numbers or partitions, have grown past what can be handled, or are used by nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hmaint.advise.draft import HIGH, LOW, MEDIUM, NO, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.mysql.make import rebuild, rule
from hmaint.advise.mysql.schema import Column, Name, Table, foreign_keys, tables, whole
from hmaint.advise.mysql.structure import NEEDS
from hmaint.advise.mysql.usage import old_enough, usage
from hmaint.advise.rules import Rule
from hmaint.advise.write import quoted, size, text
from hmaint.model.advice import Act, Chapter, Claim, Fix, Lock, Verb
from hmaint.model.playbook import Level

_CEILINGS = {"tinyint": 7, "smallint": 15, "mediumint": 23, "int": 31, "bigint": 63}
"""Bits of the greatest number of each type (MySQL manual, Integer Types); one more where it is unsigned."""


def _tied(facts: Facts) -> set[tuple[Name, str]]:
    """Columns at either end of a foreign key: the server changes the type of neither alone."""
    found: set[tuple[Name, str]] = set()
    for key in foreign_keys(facts):
        found |= {(key.table, name.lower()) for name in key.columns}
        found |= {(key.other, name.lower()) for name in key.other_columns}
    return found


def _running_out(facts: Facts) -> Iterator[Draft]:
    tied = _tied(facts)
    for table in tables(facts).values():
        column = next((c for c in table.columns.values() if "auto_increment" in c.extra), None)
        bits = _CEILINGS.get(column.kind) if column is not None else None
        if column is None or bits is None or not table.next_number:
            continue
        ceiling = 2 ** (bits + ("unsigned" in column.full_type)) - 1
        used = (table.next_number - 1) / ceiling
        if used < facts.limits.used_up:
            continue
        yield Draft(
            table.full,
            f"自增列 {column.name}（{column.full_type}）已用 {used:.1%}，用尽后无法插入",
            "避免业务突然不能新增",
            (HIGH, MEDIUM, MEDIUM),
            cost=f"重建全表 {size(table.size)}",
            risk="引用它的外键列和应用里的变量类型须一并加宽",
            level=Level.CRITICAL if used >= facts.limits.nearly_used_up else Level.WARNING,
            evidence=(
                {"column": column.name, "type": column.full_type, "next": table.next_number, "max": ceiling},
            ),
            fix=None if (table.name, column.name.lower()) in tied else _wider(table, column),
            advice="与厂商在维护窗口改为 BIGINT；外键两端的列须一起改",
            checked="按数据字典核对",
            claims=(Claim(Verb.REBUILD, table.full, weight=4),),
        )


def _wider(table: Table, column: Column) -> Fix | None:
    """The column as a BIGINT; None where it is one, is shown otherwise, or its comment depends on the server's mode."""
    shown = "zerofill" in column.full_type or "invisible" in column.extra
    if column.kind == "bigint" or shown or "\\" in column.remark:
        return None
    sign = " UNSIGNED" if "unsigned" in column.full_type else ""
    rest = f"{'' if column.nullable else ' NOT NULL'} AUTO_INCREMENT"
    rest += f" COMMENT {text(column.remark)}" if column.remark else ""
    head = f"MODIFY COLUMN {quoted(column.name)}"
    undo = f"{head} {column.full_type.upper()}{rest}"
    return rebuild(table, change=f"{head} BIGINT{sign}{rest}", undo=undo, blocks=True)


def _huge(facts: Facts) -> Iterator[Draft]:
    for table in tables(facts).values():
        if table.size < facts.limits.huge_bytes or table.partitioned:
            continue
        yield Draft(
            table.full,
            f"表 {table.full} 有 {size(table.size)}、约 {table.rows} 行，没有分区",
            "备份、加索引、清理历史数据能在维护窗口内完成",
            (MEDIUM, HIGH, MEDIUM),
            cost="重建全表，并由厂商核对语句",
            risk="唯一键必须含分区列；不带分区列的查询会变慢",
            evidence=({"bytes": table.size, "rows": table.rows},),
            advice="与厂商商定按时间分区或归档历史数据",
            checked="按数据字典的估计大小核对",
        )


def _wide(facts: Facts) -> Iterator[Draft]:
    for table in tables(facts).values():
        if len(table.columns) < facts.limits.wide_columns:
            continue
        yield Draft(
            table.full,
            f"表 {table.full} 有 {len(table.columns)} 列",
            "常用列成行更短，缓冲池装下更多行",
            (LOW, HIGH, MEDIUM),
            cost="由厂商改表结构和应用",
            risk="须改应用",
            evidence=({"columns": len(table.columns), "rows": table.rows},),
            advice="把少用的列拆到副表",
            checked="按数据字典核对",
        )


def _cold(facts: Facts) -> Iterator[Draft]:
    old_enough(facts)
    counted = usage(facts)
    for table in tables(facts).values():
        seen = counted.table(table)
        if table.size < facts.limits.wasted_bytes or seen is None or seen.read or seen.written:
            continue
        yield Draft(
            table.full,
            f"表 {table.full} 占 {size(table.size)}，启动以来没有被读写过",
            "备份更小更快，磁盘可以收回",
            (LOW, LOW, MEDIUM),
            risk="可能是依法须保存的历史数据：只归档，不删除",
            evidence=({"bytes": table.size, "rows": table.rows},),
            advice="与信息科、厂商确认用途后归档",
            checked="按启动以来的计数核对",
        )


def _partitions(facts: Facts) -> Iterator[Draft]:
    known = tables(facts)
    for row in facts.rows("partitions"):
        table, left = known.get((str(row["db"]), str(row["tab"]))), row["days_left"]
        if table is None or left is None or whole(row["open_ended"]) or whole(left) >= 45:  # noqa: PLR2004 - the source says
            continue
        days = whole(left)
        yield Draft(
            table.full,
            f"表 {table.full} 的最后一个分区还能用 {days} 天"
            if days >= 0
            else f"表 {table.full} 的分区已用尽",
            "避免到期后新数据插入失败",
            (HIGH, NO, LOW),
            risk="核对分区边界与应用的建分区脚本一致；有了 pmax，脚本的 ADD PARTITION 会报错，要改用 REORGANIZE",
            level=Level.CRITICAL if days < 15 else Level.WARNING,  # noqa: PLR2004 - the source says
            evidence=({"days_left": days, "partitions": whole(row["parts"]), "method": str(row["method"])},),
            fix=_next_partition(table, str(row["method"]), str(row["expression"])),
            advice="查清定时建分区的事件或脚本为什么没有执行",
            checked="按数据字典核对",
        )


def _next_partition(table: Table, method: str, expression: str) -> Fix | None:
    """The rest goes where it can be split later; which bounds the application wants is its vendor's to say."""
    bound = "(MAXVALUE)" if method == "RANGE COLUMNS" else "MAXVALUE"
    if "," in expression and method == "RANGE COLUMNS":
        return None
    return Fix(
        Act.ALTER,
        (f"ALTER TABLE {table.sql()} ADD PARTITION (PARTITION `pmax` VALUES LESS THAN {bound})",),
        (),
        Lock("元数据锁（一瞬）", 1, "只加一个空分区"),
        online=True,
        schema=table.name[0],
        object=table.name[1],
        bytes=0,
    )


def _topic(name: str, title: str, find: Callable[[Facts], Iterator[Draft]], source: str, *more: str) -> Rule:
    return rule(Topic(f"table.{name}", Chapter.TABLE, title, find, source, (*NEEDS, *more)))


RULES = (
    _topic("running_out", "自增列将用尽", _running_out,
           "sys.schema_auto_increment_columns 同法；70%、90% 为本项目经验值", "foreign_keys"),
    _topic("huge", "没有分区的大表", _huge, "50 GB 为本项目经验值"),
    _topic("wide", "列过多的表", _wide, "100 列为本项目经验值"),
    _topic("cold", "没有人用的大表", _cold, "至少 35 天含月末为本项目经验值", "usage"),
    _topic("partitions", "分区将用尽", _partitions, "本项目经验值 45 / 15 天", "partitions"),
)  # fmt: skip
