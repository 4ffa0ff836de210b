"""An Oracle instance: parameters, memory, undo, redo, statements, sessions. A person applies what is advised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hmaint.advise.draft import HIGH, LOW, MEDIUM, NO, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.write import size
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Act, Chapter, Claim, Fix, Grade, Lock, Verb
from hmaint.model.look import Row, Seen
from hmaint.model.playbook import Level

_SECOND = 1_000_000


def whole(value: object) -> int:
    """A figure of a row; nothing counts as 0."""
    return int(float(str(value))) if value is not None else 0


def parameters(facts: Facts) -> Mapping[str, Row]:
    """Every parameter that was asked for, by name."""
    return {str(row["name"]): row for row in facts.rows("parameters")}


def by_hand(
    statements: tuple[str, ...], undo: tuple[str, ...], lock: Lock, owner: str = "", thing: str = ""
) -> Fix:
    """Statements for a person: this release applies nothing to Oracle."""
    return Fix(Act.MANUAL, statements, undo, lock, schema=owner, object=thing)


def parameter(row: Row, value: str) -> Fix:
    """ALTER SYSTEM with the value that was seen as undo; a static one waits for a restart."""
    name, static = str(row["name"]), row["modifiable"] == "FALSE"
    scope = "SPFILE" if static else "BOTH"
    said = [f"ALTER SYSTEM SET {name} = {each} SCOPE = {scope}" for each in (value, str(row["value"]))]
    return by_hand(
        (said[0],), (said[1],), Lock("重启数据库" if static else "不锁表", None if static else 0), thing=name
    )


@dataclass(frozen=True, slots=True)
class Wrong:
    """A parameter whose value is wrong whatever the workload."""

    name: str
    title: str
    values: tuple[str, ...]
    advised: str
    gain: str
    ranks: tuple[Grade, Grade, Grade]
    source: str
    risk: str = "部分语句的执行计划会改变"
    level: Level = Level.WARNING

    def topic(self) -> Topic:
        """The rule about it."""
        return Topic(
            f"config.{self.name}", Chapter.CONFIGURATION, self.title, self._find, self.source, ("parameters",)
        )

    def _find(self, facts: Facts) -> Iterator[Draft]:
        row = parameters(facts).get(self.name)
        if row is not None and str(row["value"]).upper() in self.values:
            yield Draft(
                self.name,
                f"{self.name} 现为 {row['value']}，建议 {self.advised}",
                self.gain,
                self.ranks,
                risk=self.risk,
                level=self.level,
                evidence=({"parameter": self.name, "value": str(row["value"]), "advised": self.advised},),
                fix=parameter(row, self.advised),
                checked="只与参数的含义核对",
                claims=(Claim(Verb.SET, self.name),),
            )


_REFERENCE = "Oracle Database Reference"
WRONG: tuple[Wrong, ...] = (
    Wrong(
        "statistics_level",
        "统计级别为 BASIC",
        ("BASIC",),
        "TYPICAL",
        "统计信息自动收集与内存建议恢复",
        (HIGH, NO, LOW),
        f"{_REFERENCE} STATISTICS_LEVEL",
    ),
    Wrong(
        "optimizer_mode",
        "优化器模式过时",
        ("RULE", "CHOOSE", "FIRST_ROWS"),
        "ALL_ROWS",
        "按代价选择执行计划",
        (HIGH, LOW, HIGH),
        f"{_REFERENCE} OPTIMIZER_MODE：RULE、CHOOSE 已不再支持",
        "执行计划会大面积改变：先在测试库验证",
    ),
    Wrong(
        "cursor_sharing",
        "cursor_sharing 为 SIMILAR",
        ("SIMILAR",),
        "EXACT",
        "不再产生大量子游标",
        (MEDIUM, LOW, MEDIUM),
        f"{_REFERENCE} CURSOR_SHARING：SIMILAR 已废弃",
    ),
    Wrong(
        "db_block_checksum",
        "不做数据块校验",
        ("OFF", "FALSE"),
        "TYPICAL",
        "磁盘损坏的数据会被发现",
        (HIGH, LOW, NO),
        f"{_REFERENCE} DB_BLOCK_CHECKSUM：开销 1%～2%",
        "无",
    ),
    Wrong(
        "commit_wait",
        "提交不等日志落盘",
        ("NOWAIT",),
        "WAIT",
        "断电时不丢最近提交的数据",
        (HIGH, MEDIUM, NO),
        f"{_REFERENCE} COMMIT_WAIT；是否可以丢由医院决定",
        "每次提交多等一次落盘",
    ),
)


def _index_cost(facts: Facts) -> Iterator[Draft]:
    row = parameters(facts).get("optimizer_index_cost_adj")
    if row is not None and not 10 <= whole(row["value"]) <= 1000:  # noqa: PLR2004 - see the rule's source
        yield Draft(
            "optimizer_index_cost_adj",
            f"optimizer_index_cost_adj={row['value']}，优化器对索引的估价失真",
            "执行计划更合实际",
            (MEDIUM, NO, HIGH),
            risk="执行计划会大面积改变：先在测试库验证",
            evidence=({"parameter": "optimizer_index_cost_adj", "value": whole(row["value"])},),
            fix=parameter(row, "100"),
            checked="只与参数的含义核对",
            claims=(Claim(Verb.SET, "optimizer_index_cost_adj"),),
        )


def _memory(facts: Facts, what: str) -> int:
    found = [
        row["figure"] for row in facts.rows("memory") if row["what"] == what and row["figure"] is not None
    ]
    if not found:
        raise CouldNotLook(Seen.UNSUPPORTED, "没有读到内存的计数")
    return whole(found[0])


def _pga(facts: Facts) -> Iterator[Draft]:
    count, own = _memory(facts, "pga over allocation"), parameters(facts).get("pga_aggregate_target")
    if count > 0 and own is not None:
        old = whole(own["value"])
        fix = parameter(own, str(round(old * 1.5))) if old else None
        yield Draft(
            "pga_aggregate_target",
            f"PGA 目标太小，启动以来 {count} 次超额分配（现为 {size(old)}）",
            "排序、哈希少写临时表空间",
            (MEDIUM, MEDIUM, LOW),
            "内存",
            "先确认服务器还有空闲内存",
            evidence=({"over_allocations": count, "pga_aggregate_target": size(old)},),
            fix=fix,
            advice="用 V$PGA_TARGET_ADVICE 的建议值核对（不需要授权）",
            checked="服务器自己的累计",
            claims=(Claim(Verb.SET, "pga_aggregate_target"),),
        )


def _shared_pool(facts: Facts) -> Iterator[Draft]:
    count = _memory(facts, "shared pool failures")
    if count > 0:
        yield Draft(
            "shared_pool_reserved_size",
            f"共享池保留区启动以来 {count} 次分配失败（ORA-04031 的前兆）",
            "不再有语句因共享池不足报错",
            (HIGH, MEDIUM, LOW),
            "内存；改大要重启",
            evidence=({"request_failures": count},),
            advice="先减少没有绑定变量的语句（见语句一章），再加大 SHARED_POOL_SIZE 或 SGA_TARGET",
            checked="服务器自己的累计",
        )


def _undo(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("undo"):
        if whole(row["too_old"]) > 0:
            own = parameters(facts).get("undo_retention")
            wanted = max(900, round(whole(row["longest"]) * 1.2))
            yield Draft(
                "undo_retention",
                f"7 天内 {row['too_old']} 次 ORA-01555，最长的查询 {row['longest']} 秒",
                "长报表不再中途报错",
                (HIGH, LOW, LOW),
                "回滚表空间要有足够空间",
                evidence=({"ora_01555": whole(row["too_old"]), "longest_s": whole(row["longest"])},),
                fix=parameter(own, str(wanted)) if own else None,
                checked="V$UNDOSTAT 7 天",
                claims=(Claim(Verb.SET, "undo_retention"),),
            )


def _undo_space(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("undo"):
        if whole(row["no_space"]) > 0:
            yield Draft(
                "undo tablespace",
                f"7 天内 {row['no_space']} 次回滚表空间不足",
                "大事务不再报错",
                (HIGH, LOW, LOW),
                "磁盘",
                evidence=({"no_space": whole(row["no_space"])},),
                advice="给回滚表空间加数据文件，并找出特别大的事务",
                checked="V$UNDOSTAT 7 天",
                level=Level.CRITICAL,
            )


def _redo(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("redo"):
        if whole(row["most"]) > 20:  # noqa: PLR2004 - CHECKS OR-14
            yield Draft(
                f"redo thread {row['thread#']}",
                f"线程 {row['thread#']} 高峰一小时切换 {row['most']} 次日志（最小 {size(whole(row['smallest']))}）",
                "检查点不再拥挤，提交更快",
                (HIGH, LOW, LOW),
                "磁盘",
                evidence=(
                    {
                        "thread": whole(row["thread#"]),
                        "switches_an_hour": whole(row["most"]),
                        "groups": whole(row["groups_of"]),
                        "smallest": size(whole(row["smallest"])),
                    },
                ),
                advice="逐组加大到高峰每小时 4～6 次：先加新组，再切换、删旧组（在线，可在窗口内做）",
                checked="V$LOG_HISTORY 7 天",
            )


def _limits(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("limits"):
        limit = str(row["limit_value"]).strip()
        if limit.isdigit() and int(limit) and whole(row["most"]) / int(limit) > 0.85:  # noqa: PLR2004 - Grafana's mixin
            yield Draft(
                str(row["resource_name"]),
                f"{row['resource_name']} 最高用到 {row['most']} / {limit}",
                "高峰时新的连接不会被拒绝",
                (HIGH, MEDIUM, LOW),
                "要重启",
                evidence=(
                    {"resource": str(row["resource_name"]), "most": whole(row["most"]), "limit": int(limit)},
                ),
                advice="先查连接泄漏和连接池上限，再加大 PROCESSES（SESSIONS 随之）",
                checked="启动以来的最高值",
            )


def _slow(facts: Facts) -> Iterator[Draft]:
    rows = facts.rows("statements")
    total = sum(whole(row["elapsed"]) for row in rows)
    for row in rows:
        calls, elapsed = whole(row["executions"]), whole(row["elapsed"])
        if calls >= 100 and elapsed / calls >= 0.1 * _SECOND and elapsed >= 0.1 * total:  # noqa: PLR2004 - see the rule's source
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


def _blocked(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("sessions"):
        seconds = whole(row["seconds"])
        if seconds >= facts.limits.lock_wait:
            yield Draft(
                f"session {row['waiting']}",
                (
                    f"会话 {row['waiting']}（{row['account']}@{row['client']}）等了 {seconds} 秒，最终阻塞者 "
                    f"{row['blocking']}"
                ),
                "业务不再等待",
                (HIGH, NO, HIGH),
                risk="结束阻塞者会回滚：须经医院有权人员同意",
                level=Level.CRITICAL,
                evidence=(
                    {
                        "waiting": str(row["waiting"]),
                        "blocking": str(row["blocking"]),
                        "seconds": seconds,
                        "event": str(row["event"]),
                    },
                ),
                advice="联系阻塞者的使用人提交或回滚",
                checked="此刻的会话",
            )


def _long(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("transactions"):
        seconds = whole(row["seconds"])
        if seconds >= facts.limits.long_transaction * 3:
            yield Draft(
                f"session {row['session_of']}",
                (
                    f"会话 {row['session_of']}（{row['account']}@{row['client']}）的事务开了 {seconds} 秒，占 "
                    f"{row['undo_blocks']} 个回滚块"
                ),
                "回滚空间与锁早释放",
                (MEDIUM, NO, HIGH),
                risk="中途结束会回滚",
                evidence=(
                    {
                        "session": str(row["session_of"]),
                        "seconds": seconds,
                        "undo_blocks": whole(row["undo_blocks"]),
                    },
                ),
                advice="联系使用人提交或回滚；交厂商查没有提交的代码路径",
                checked="此刻的会话",
            )


def _task(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("task"):
        if row["status"] != "ENABLED":
            yield Draft(
                "auto optimizer stats collection",
                "自动收集统计信息的任务被停用",
                "统计信息不再过时",
                (HIGH, LOW, LOW),
                "夜间窗口里多做一些",
                "部分语句的执行计划会改变",
                evidence=({"task": str(row["client_name"]), "status": str(row["status"])},),
                advice="确认没有厂商自己的统计脚本之后，用 DBMS_AUTO_TASK_ADMIN.ENABLE 打开",
                checked="DBA_AUTOTASK_CLIENT",
            )


_C, _S, _N = Chapter.CONFIGURATION, Chapter.STATEMENT, Chapter.CONCURRENCY
TOPICS: tuple[Topic, ...] = (
    *(wrong.topic() for wrong in WRONG),
    Topic(
        "config.optimizer_index_cost_adj",
        _C,
        "索引估价失真",
        _index_cost,
        "默认 100；10 以下、1000 以上为本项目经验值",
        ("parameters",),
    ),
    Topic(
        "config.pga_aggregate_target",
        _C,
        "PGA 过小",
        _pga,
        f"{_REFERENCE} V$PGASTAT：over allocation count 应为 0",
        ("memory", "parameters"),
    ),
    Topic(
        "config.shared_pool",
        _C,
        "共享池不足",
        _shared_pool,
        f"{_REFERENCE} V$SHARED_POOL_RESERVED",
        ("memory",),
    ),
    Topic("config.undo_retention", _C, "回滚保留太短", _undo, "任意一次 ORA-01555", ("undo", "parameters")),
    Topic("storage.undo", Chapter.STORAGE, "回滚表空间不足", _undo_space, "任意一次", ("undo",)),
    Topic(
        "storage.redo",
        Chapter.STORAGE,
        "日志切换频繁",
        _redo,
        "高峰每小时 20 次以上（本项目经验值）",
        ("redo",),
    ),
    Topic(
        "config.limits", _C, "进程或会话将用尽", _limits, "最高 85%（Grafana 的 Oracle 面板）", ("limits",)
    ),
    Topic(
        "statement.slow",
        _S,
        "最耗时的语句",
        _slow,
        "平均 0.1 秒 100 次以上，占 10% 以上（本项目经验值）",
        ("statements",),
    ),
    Topic("statement.versions", _S, "子游标过多", _versions, "100 个（edb360）", ("statements",)),
    Topic("statement.literals", _S, "没有绑定变量", _literals, "100 份（edb360）", ("literals",)),
    Topic(
        "statement.full_scan",
        _S,
        "整表扫描大表",
        _full_scans,
        "100 MB 以上的表、20 次以上",
        ("plans", "statements", "tables", "parameters"),
    ),
    Topic(
        "statement.conversion", _S, "隐式转换", _converts, "任意，20 次以上的语句", ("plans", "statements")
    ),
    Topic("concurrency.blocked", _N, "锁等待", _blocked, "30 秒（本项目经验值）", ("sessions",)),
    Topic("concurrency.long_transaction", _N, "长事务", _long, "30 分钟（本项目经验值）", ("transactions",)),
    Topic("job.statistics", Chapter.JOB, "统计任务停用", _task, "任意", ("task",)),
)
