"""Tables: no key, wrong engine, room that is wasted, statistics that are stale, counters that run out, sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from hmaint.advise.draft import HIGH, LOW, MEDIUM, NO, Draft, Topic
from hmaint.advise.facts import Facts, in_range
from hmaint.advise.limits import DAY
from hmaint.advise.mysql.make import analyze, rebuild, rule
from hmaint.advise.mysql.schema import Column, Name, Table, foreign_keys, tables, whole
from hmaint.advise.mysql.usage import usage
from hmaint.advise.rules import Rule
from hmaint.advise.write import quoted, size, text
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Act, Chapter, Claim, Fix, Lock, Verb
from hmaint.model.look import Seen
from hmaint.model.playbook import Level

NEEDS = ("tables", "columns", "indexes")
_OTHERS = frozenset({"MyISAM", "Aria", "MEMORY", "ARCHIVE", "CSV"})
_CEILINGS = {"tinyint": 7, "smallint": 15, "mediumint": 23, "int": 31, "bigint": 63}
"""Bits of the greatest number of each type (MySQL manual, Integer Types); one more where it is unsigned."""
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
        fulltext = any(index.kind in ("FULLTEXT", "SPATIAL") for index in table.indexes)
        fix = rebuild(table, blocks=fulltext)
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
    if not facts.was_seen("shared_space"):
        return set()
    return {(str(row["db"]), str(row["tab"])) for row in facts.rows("shared_space")}


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
            fix=replace(
                rebuild(table, change="ROW_FORMAT=DYNAMIC", undo=f"ROW_FORMAT={kind}"), act=Act.ALTER
            ),
            checked="按数据字典核对",
            claims=(Claim(Verb.REBUILD, table.full, weight=1),),
        )


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
    """The column as a BIGINT; None where it is one, or where its comment reads differently by the server's mode."""
    if column.kind == "bigint" or "\\" in column.remark:
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
    young = facts.too_young(facts.limits.usage_days)
    if young:
        raise CouldNotLook(Seen.UNSUPPORTED, young)
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
            risk="核对分区边界与应用的建分区脚本一致",
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
    _topic("no_key", "没有主键的表", _no_key, "mysqltuner，任意一张"),
    _topic("engine", "不支持事务的表", _engine, "本项目经验值，任意一张"),
    _topic("fragmented", "可回收的空间", _fragmented, "MySQL 手册 OPTIMIZE TABLE；100 MB 且 30% 为本项目经验值"),
    _topic("row_format", "陈旧的行格式", _row_format, "MySQL 手册 InnoDB Row Formats"),
    _topic("stale", "统计信息陈旧", _stale, "MySQL 手册 innodb_stats_auto_recalc；一半行数为本项目经验值",
           "statistics", "usage"),
    _topic("running_out", "自增列将用尽", _running_out,
           "sys.schema_auto_increment_columns 同法；70%、90% 为本项目经验值", "foreign_keys"),
    _topic("huge", "没有分区的大表", _huge, "50 GB 为本项目经验值"),
    _topic("wide", "列过多的表", _wide, "100 列为本项目经验值"),
    _topic("cold", "没有人用的大表", _cold, "至少 35 天含月末为本项目经验值", "usage"),
    _topic("partitions", "分区将用尽", _partitions, "本项目经验值 45 / 15 天", "partitions"),
    rule(Topic("space.shared", Chapter.STORAGE, "系统表空间里的表", _in_shared_space,
               "MySQL 5.6 起默认每表一个文件", (*NEEDS, "shared_space"))),
)  # fmt: skip
