"""An Oracle instance at work: who waits, what stays open, the jobs it does by itself."""

from __future__ import annotations

from collections.abc import Iterator

from hmaint.advise.draft import HIGH, LOW, MEDIUM, NO, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.oracle.rows import (
    whole,
)
from hmaint.model.advice import Chapter
from hmaint.model.playbook import Level


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


TOPICS: tuple[Topic, ...] = (
    Topic(
        "concurrency.blocked", Chapter.CONCURRENCY, "锁等待", _blocked, "30 秒（本项目经验值）", ("sessions",)
    ),
    Topic(
        "concurrency.long_transaction",
        Chapter.CONCURRENCY,
        "长事务",
        _long,
        "30 分钟（本项目经验值）",
        ("transactions",),
    ),
    Topic("job.statistics", Chapter.JOB, "统计任务停用", _task, "任意", ("task",)),
)
