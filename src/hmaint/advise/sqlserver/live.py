"""A SQL Server at work: who waits for locks, for threads, for memory."""

from __future__ import annotations

from collections.abc import Iterator

from hmaint.advise.draft import HIGH, LOW, MEDIUM, NO, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.sqlserver.rows import (
    aged,
    whole,
)
from hmaint.model.advice import Chapter
from hmaint.model.playbook import Level


def _blocked(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("blocked"):
        if whole(row["seconds"]) >= facts.limits.lock_wait:
            yield Draft(
                f"session {row['session']}",
                (
                    f"会话 {row['session']} 等了 {row['seconds']} 秒，阻塞者 "
                    f"{row['blocker']}（{row['login']}@{row['client']}，{row['program']}）"
                ),
                "业务不再等待",
                (HIGH, NO, HIGH),
                risk="结束阻塞者会回滚：须经医院有权人员同意",
                level=Level.CRITICAL,
                evidence=(
                    {
                        "session": whole(row["session"]),
                        "blocker": whole(row["blocker"]),
                        "seconds": whole(row["seconds"]),
                        "wait": str(row["wait_kind"]),
                    },
                ),
                advice="联系阻塞者的使用人提交或回滚",
                checked="此刻的会话",
            )


_WAITED = {
    "THREADPOOL": "工作线程用完：查并行度、阻塞链与连接数",
    "RESOURCE_SEMAPHORE": "排序、哈希等不到内存：查估算过大的语句与统计信息",
    "RESOURCE_SEMAPHORE_QUERY_COMPILE": "编译等不到内存：减少没有参数化的语句",
}


def _waits(facts: Facts) -> Iterator[Draft]:
    days = aged(facts, facts.limits.ratio_hours / 24)
    for row in facts.rows("waits"):
        daily = whole(row["waited"]) / 1000 / days
        if daily >= 60:  # noqa: PLR2004 - see the rule's source
            yield Draft(
                f"wait {row['wait_kind']}",
                f"每天等待 {row['wait_kind']} {daily:.0f} 秒",
                "高峰不再整体卡顿",
                (HIGH, MEDIUM, LOW),
                "要分析",
                evidence=(
                    {
                        "wait": str(row["wait_kind"]),
                        "seconds_a_day": round(daily),
                        "tasks": whole(row["tasks"]),
                    },
                ),
                advice=_WAITED[str(row["wait_kind"])],
                checked="启动以来的累计",
            )


TOPICS: tuple[Topic, ...] = (
    Topic(
        "concurrency.blocked", Chapter.CONCURRENCY, "锁等待", _blocked, "30 秒（本项目经验值）", ("blocked",)
    ),
    Topic(
        "concurrency.waits",
        Chapter.CONCURRENCY,
        "等待线程或内存",
        _waits,
        "每天 60 秒（本项目经验值）",
        ("waits", "server"),
    ),
)
