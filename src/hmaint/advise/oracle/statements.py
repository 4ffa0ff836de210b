"""Statements of an Oracle instance: slow, without bind variables, with plans that read whole tables."""

from __future__ import annotations

from collections.abc import Iterator

from hmaint.advise.draft import HIGH, LOW, MEDIUM, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.oracle.rows import (
    SECOND,
    parameters,
    whole,
)
from hmaint.advise.write import size
from hmaint.model.advice import Chapter
from hmaint.model.look import Row


def _slow(facts: Facts) -> Iterator[Draft]:
    rows = facts.rows("statements")
    total = sum(whole(row["elapsed"]) for row in rows)
    for row in rows:
        calls, elapsed = whole(row["executions"]), whole(row["elapsed"])
        if calls >= 100 and elapsed / calls >= 0.1 * SECOND and elapsed >= 0.1 * total:  # noqa: PLR2004 - see the rule's source
            yield Draft(
                f"statement {row['sql_id']}",
                (
                    f"语句 {row['sql_id']} 占语句总时间的 {elapsed / total:.0%}：{calls} 次，平均 "
                    f"{elapsed / calls / 1000:.0f} 毫秒"
                ),
                "它变快，整个库都轻",
                (HIGH, MEDIUM, LOW),
                "要分析执行计划，可能要改程序",
                evidence=(_statement(row),),
                advice="看它的执行计划（DBMS_XPLAN.DISPLAY_CURSOR，不需要授权）",
                checked="共享池里的累计；没有执行语句",
                digests=(str(row["sql_id"]),),
            )


def _statement(row: Row) -> Row:
    calls = max(1, whole(row["executions"]))
    return {
        "sql_id": str(row["sql_id"]),
        "schema": str(row["schema_of"]),
        "calls": calls,
        "mean_ms": round(whole(row["elapsed"]) / calls / 1000, 1),
        "gets_per_call": round(whole(row["gets"]) / calls),
        "versions": whole(row["versions"]),
    }


def _versions(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("statements"):
        if whole(row["versions"]) > 100:  # noqa: PLR2004 - edb360
            yield Draft(
                f"statement {row['sql_id']} versions",
                f"语句 {row['sql_id']} 有 {row['versions']} 个子游标",
                "解析更快，共享池不再被占满",
                (MEDIUM, LOW, LOW),
                evidence=(_statement(row),),
                advice="查 V$SQL_SHARED_CURSOR 的原因：绑定变量长度、类型、会话参数不一",
                checked="V$SQLAREA",
                digests=(str(row["sql_id"]),),
            )


def _literals(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("literals"):
        yield Draft(
            f"statement {row['sql_id']} literals",
            f"同一条语句因没有绑定变量而有 {row['copies']} 份（模式 {row['schema_of']}）",
            "少硬解析，省 CPU 与共享池",
            (HIGH, MEDIUM, MEDIUM),
            "要改程序",
            evidence=(
                {
                    "sql_id": str(row["sql_id"]),
                    "schema": str(row["schema_of"]),
                    "copies": whole(row["copies"]),
                },
            ),
            advice="请厂商改用绑定变量；改不了时 CURSOR_SHARING=FORCE 须先测试",
            checked="V$SQLAREA 的 FORCE_MATCHING_SIGNATURE",
        )


def _plans(facts: Facts, flag: str) -> Iterator[tuple[Row, Row]]:
    heavy = {
        row["sql_id"]: row
        for row in facts.rows("statements")
        if whole(row["executions"]) >= facts.limits.calls
    }
    return (
        (row, heavy[row["sql_id"]])
        for row in facts.rows("plans")
        if whole(row[flag]) and row["sql_id"] in heavy
    )


def _full_scans(facts: Facts) -> Iterator[Draft]:
    block = whole(parameters(facts)["db_block_size"]["value"])
    sizes = {(row["owner"], row["table_name"]): whole(row["blocks"]) * block for row in facts.rows("tables")}
    for row, statement in _plans(facts, "full_scan"):
        count = sizes.get((row["owner"], row["table_name"]), 0)
        if count >= 100 * 1024**2:
            yield Draft(
                f"{row['owner']}.{row['table_name']} {row['sql_id']}",
                f"语句 {row['sql_id']} 每次整表扫描 {row['table_name']}（{size(count)}）",
                "加合适的索引后每次只读几块",
                (HIGH, MEDIUM, LOW),
                "多维护一个索引",
                evidence=(
                    {
                        **_statement(statement),
                        "table": f"{row['owner']}.{row['table_name']}",
                        "size": size(count),
                    },
                ),
                advice="看它的谓词，先建 INVISIBLE 索引，在会话里打开 OPTIMIZER_USE_INVISIBLE_INDEXES 核对计划",
                checked="V$SQL_PLAN；没有执行语句",
                digests=(str(row["sql_id"]),),
            )


def _converts(facts: Facts) -> Iterator[Draft]:
    for row, statement in _plans(facts, "converts"):
        yield Draft(
            f"{row['owner']}.{row['table_name']} {row['sql_id']} conversion",
            f"语句 {row['sql_id']} 对 {row['table_name']} 的列做隐式转换，索引用不上",
            "类型一致后索引可用",
            (HIGH, MEDIUM, MEDIUM),
            "要改程序",
            evidence=({**_statement(statement), "table": f"{row['owner']}.{row['table_name']}"},),
            advice="请厂商让绑定变量与列同类型（DATE 对 TIMESTAMP、NUMBER 对 VARCHAR2）",
            checked="V$SQL_PLAN 的过滤谓词里有转换函数",
            digests=(str(row["sql_id"]),),
        )


TOPICS: tuple[Topic, ...] = (
    Topic(
        "statement.slow",
        Chapter.STATEMENT,
        "最耗时的语句",
        _slow,
        "平均 0.1 秒 100 次以上，占 10% 以上（本项目经验值）",
        ("statements",),
    ),
    Topic(
        "statement.versions", Chapter.STATEMENT, "子游标过多", _versions, "100 个（edb360）", ("statements",)
    ),
    Topic(
        "statement.literals", Chapter.STATEMENT, "没有绑定变量", _literals, "100 份（edb360）", ("literals",)
    ),
    Topic(
        "statement.full_scan",
        Chapter.STATEMENT,
        "整表扫描大表",
        _full_scans,
        "100 MB 以上的表、20 次以上",
        ("plans", "statements", "tables", "parameters"),
    ),
    Topic(
        "statement.conversion",
        Chapter.STATEMENT,
        "隐式转换",
        _converts,
        "任意，20 次以上的语句",
        ("plans", "statements"),
    ),
)
