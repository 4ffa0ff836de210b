"""Tables and sequences of an Oracle database: statistics, wasted room, keys, numbers that run out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from hmaint.advise.draft import HIGH, LOW, MEDIUM, NO, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.oracle.rows import (
    by_hand,
    name,
    parameters,
    whole,
)
from hmaint.advise.write import size
from hmaint.model.advice import Chapter, Claim, Lock, Verb
from hmaint.model.look import Row
from hmaint.model.playbook import Level


def _literal(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _gather(row: Row) -> str:
    named = f"{_literal(row['owner'])}, {_literal(row['table_name'])}"
    return f"BEGIN DBMS_STATS.GATHER_TABLE_STATS({named}); END;"


def _restore(row: Row, now: int | None) -> tuple[str, ...]:
    """To what they were as they were seen, whenever it is run; none where the server's clock is not known."""
    if now is None:
        return ()
    named = f"{_literal(row['owner'])}, {_literal(row['table_name'])}"
    then = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d %H:%M:%S +00:00")
    return (f"BEGIN DBMS_STATS.RESTORE_TABLE_STATS({named}, TIMESTAMP '{then}'); END;",)


def _statistics(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("tables"):
        stale, never = (
            row["stale"] == "YES" and whole(row["num_rows"]) >= facts.limits.rows,
            not whole(row["analyzed"]),
        )
        if stale or never:
            table = f"{row['owner']}.{row['table_name']}"
            yield Draft(
                table,
                f"表 {row['table_name']} {'从没有统计过' if never else '的统计信息已过时'}",
                "选对索引和连接方式",
                (HIGH, LOW, LOW),
                "读一部分样本",
                "个别语句的执行计划会改变",
                evidence=({"table": table, "rows": whole(row["num_rows"]), "stale": str(row["stale"])},),
                fix=by_hand(
                    (_gather(row),),
                    () if never else _restore(row, facts.now),
                    Lock("不锁表", 0),
                    str(row["owner"]),
                    str(row["table_name"]),
                ),
                checked="DBA_TAB_STATISTICS",
                claims=(Claim(Verb.ANALYZE, table),),
            )


def _locked(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("tables"):
        if row["locked"] != "-" and whole(row["num_rows"]) >= facts.limits.rows and row["stale"] == "YES":
            table = f"{row['owner']}.{row['table_name']}"
            yield Draft(
                f"{table} locked",
                f"表 {row['table_name']} 的统计信息被锁定，已经过时也不会更新",
                "统计信息恢复更新",
                (MEDIUM, LOW, MEDIUM),
                risk="可能是厂商有意锁定以固定执行计划",
                evidence=({"table": table, "locked": str(row["locked"])},),
                advice="向厂商确认后 DBMS_STATS.UNLOCK_TABLE_STATS",
                checked="DBA_TAB_STATISTICS",
            )


def _fragmented(facts: Facts) -> Iterator[Draft]:
    block = whole(parameters(facts)["db_block_size"]["value"])
    for row in facts.rows("tables"):
        used = whole(row["blocks"]) * block
        fresh = (
            whole(row["num_rows"])
            * whole(row["avg_row_len"])
            / max(0.1, 1 - whole(row["pct_free"]) / 100)
            * 1.1
        )
        if (
            row["partitioned"] == "NO"
            and whole(row["num_rows"])
            and used - fresh > facts.limits.wasted_bytes
            and fresh < used / 2
        ):
            table = name(str(row["owner"]), str(row["table_name"]))
            steps = (
                f"ALTER TABLE {table} ENABLE ROW MOVEMENT",
                f"ALTER TABLE {table} SHRINK SPACE COMPACT",
                f"ALTER TABLE {table} SHRINK SPACE",
            )
            yield Draft(
                f"{row['owner']}.{row['table_name']}",
                f"表 {row['table_name']} 高水位下 {size(used)}，估计其中 {size(used - fresh)} 是空的",
                "整表扫描读得更少",
                (MEDIUM, MEDIUM, MEDIUM),
                "大量日志",
                "最后一步短暂锁表；有 ROWID 的程序、函数索引、物化视图要先核对；原来就允许行移动的表不要执行回退",
                evidence=(
                    {
                        "table": f"{row['owner']}.{row['table_name']}",
                        "size": size(used),
                        "rows": whole(row["num_rows"]),
                    },
                ),
                fix=by_hand(
                    steps,
                    (f"ALTER TABLE {table} DISABLE ROW MOVEMENT",),
                    Lock("行锁；最后一步短暂的表锁", None, "按要移动的行数"),
                    str(row["owner"]),
                    str(row["table_name"]),
                ),
                checked="按上次统计的块数、行数、行长估算",
                claims=(Claim(Verb.REBUILD, f"{row['owner']}.{row['table_name']}"),),
            )


def _chained(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("tables"):
        count = whole(row["num_rows"])
        if count >= facts.limits.rows and whole(row["chain_cnt"]) / count > 0.1:  # noqa: PLR2004 - see the rule's source
            table = f"{row['owner']}.{row['table_name']}"
            yield Draft(
                f"{table} chained",
                f"表 {row['table_name']} 有 {whole(row['chain_cnt']) / count:.0%} 的行被拆开或迁移",
                "每行少读一块",
                (MEDIUM, MEDIUM, MEDIUM),
                "要重建表",
                evidence=({"table": table, "chained": whole(row["chain_cnt"]), "rows": count},),
                advice="加大 PCTFREE 后在窗口内 MOVE，并重建索引",
                checked="上次 ANALYZE 的 CHAIN_CNT",
            )


def _keyless(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("tables"):
        if not whole(row["keys"]) and whole(row["num_rows"]) >= facts.limits.rows:
            yield Draft(
                f"{row['owner']}.{row['table_name']} key",
                f"表 {row['table_name']}（{row['num_rows']} 行）没有主键或唯一键",
                "重复的行能区分，逻辑备库与同步工具能用",
                (MEDIUM, MEDIUM, MEDIUM),
                "由厂商决定哪几列是键",
                evidence=({"table": f"{row['owner']}.{row['table_name']}", "rows": whole(row["num_rows"])},),
                advice="请应用厂商补主键",
                checked="DBA_CONSTRAINTS",
            )


def _sequences(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("sequences"):
        used = float(str(row["used_pct"])) / 100
        if used >= facts.limits.used_up:
            yield Draft(
                f"{row['owner']}.{row['sequence_name']}",
                f"序列 {row['sequence_name']} 已用 {used:.0%}",
                "业务不会被停",
                (HIGH, LOW, LOW),
                risk="列的精度也要够",
                level=Level.CRITICAL if used >= facts.limits.nearly_used_up else Level.WARNING,
                evidence=(
                    {"sequence": f"{row['owner']}.{row['sequence_name']}", "used_pct": round(used * 100, 1)},
                ),
                advice="核对列的精度后 ALTER SEQUENCE … MAXVALUE",
                checked="DBA_SEQUENCES",
            )


def _uncached(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("sequences"):
        if whole(row["cache_size"]) < 20 and whole(row["last_number"]) >= 1_000_000:  # noqa: PLR2004 - Oracle's default cache; see the rule's source
            sequence, old = name(str(row["owner"]), str(row["sequence_name"])), whole(row["cache_size"])
            back = f"CACHE {old}" if old > 1 else "NOCACHE"
            yield Draft(
                f"{row['owner']}.{row['sequence_name']} cache",
                f"常用的序列 {row['sequence_name']} 只缓存 {old} 个号，每取一次都要改数据字典",
                "高峰时取号不再排队",
                (MEDIUM, NO, LOW),
                risk="重启会跳过没有用掉的号：确认业务不要求连号",
                evidence=(
                    {
                        "sequence": f"{row['owner']}.{row['sequence_name']}",
                        "cache": old,
                        "last": whole(row["last_number"]),
                    },
                ),
                fix=by_hand(
                    (f"ALTER SEQUENCE {sequence} CACHE 1000",),
                    (f"ALTER SEQUENCE {sequence} {back}",),
                    Lock("只锁序列", 0.1),
                    str(row["owner"]),
                    str(row["sequence_name"]),
                ),
                checked="DBA_SEQUENCES",
                claims=(Claim(Verb.SET, f"{row['owner']}.{row['sequence_name']}.cache"),),
            )


def _bin(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("bin"):
        if whole(row["things"]) > 10_000:  # noqa: PLR2004 - CHECKS OR-46
            yield Draft(
                f"{row['owner']} recyclebin",
                f"模式 {row['owner']} 的回收站里有 {row['things']} 个对象",
                "空间查询不再变慢，表空间能再用",
                (LOW, LOW, HIGH),
                risk="清空后不能再找回",
                evidence=({"owner": str(row["owner"]), "things": whole(row["things"])},),
                advice="由属主确认后清理，hmaint 不代做",
                checked="DBA_RECYCLEBIN",
            )


TOPICS: tuple[Topic, ...] = (
    Topic(
        "table.statistics",
        Chapter.TABLE,
        "统计信息过时",
        _statistics,
        "Oracle 自己的判断（STALE_STATS），1 万行以上",
        ("tables",),
    ),
    Topic("table.statistics_locked", Chapter.TABLE, "统计信息被锁定", _locked, "任意一张过时的", ("tables",)),
    Topic(
        "table.fragmented",
        Chapter.STORAGE,
        "高水位过高的表",
        _fragmented,
        "浪费超过一半且 100 MB（本项目经验值）",
        ("tables", "parameters"),
    ),
    Topic("table.chained", Chapter.TABLE, "行链接过多", _chained, "10%（本项目经验值）", ("tables",)),
    Topic("table.no_key", Chapter.TABLE, "没有主键的表", _keyless, "1 万行以上", ("tables",)),
    Topic("table.sequence", Chapter.TABLE, "序列将用尽", _sequences, "70%，严重 90%", ("sequences",)),
    Topic(
        "table.sequence_cache",
        Chapter.TABLE,
        "序列没有缓存",
        _uncached,
        "缓存少于默认的 20、已取 100 万号以上（本项目经验值）",
        ("sequences",),
    ),
    Topic("storage.recyclebin", Chapter.STORAGE, "回收站过大", _bin, "1 万个对象（本项目经验值）", ("bin",)),
)
