"""An Oracle instance as it is set: parameters, memory, undo, redo, limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hmaint.advise.draft import HIGH, LOW, MEDIUM, NO, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.oracle.rows import (
    parameter,
    parameters,
    whole,
)
from hmaint.advise.write import size
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Chapter, Claim, Grade, Verb
from hmaint.model.look import Seen
from hmaint.model.playbook import Level

_REFERENCE = "Oracle Database Reference"


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


TOPICS: tuple[Topic, ...] = (
    *(wrong.topic() for wrong in WRONG),
    Topic(
        "config.optimizer_index_cost_adj",
        Chapter.CONFIGURATION,
        "索引估价失真",
        _index_cost,
        "默认 100；10 以下、1000 以上为本项目经验值",
        ("parameters",),
    ),
    Topic(
        "config.pga_aggregate_target",
        Chapter.CONFIGURATION,
        "PGA 过小",
        _pga,
        f"{_REFERENCE} V$PGASTAT：over allocation count 应为 0",
        ("memory", "parameters"),
    ),
    Topic(
        "config.shared_pool",
        Chapter.CONFIGURATION,
        "共享池不足",
        _shared_pool,
        f"{_REFERENCE} V$SHARED_POOL_RESERVED",
        ("memory",),
    ),
    Topic(
        "config.undo_retention",
        Chapter.CONFIGURATION,
        "回滚保留太短",
        _undo,
        "任意一次 ORA-01555",
        ("undo", "parameters"),
    ),
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
        "config.limits",
        Chapter.CONFIGURATION,
        "进程或会话将用尽",
        _limits,
        "最高 85%（Grafana 的 Oracle 面板）",
        ("limits",),
    ),
)
