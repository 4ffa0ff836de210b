"""Runs, visits and findings to keep in tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hmaint.kit.clock import CHINA
from hmaint.model.look import Observation, Seen, Table
from hmaint.model.playbook import Level
from hmaint.model.run import Check, Finding, Metric, RunRecord, TargetResult

NOON = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=CHINA)


def a_run(name: str = "R-1", *, site: str = "icu", day: int = 0) -> RunRecord:
    return RunRecord(
        id=name,
        command="inspect",
        site=site,
        playbook="inspect/monthly",
        playbook_title="月度远程巡检",
        playbook_digest="ab12",
        mode="远程",
        operator="张工",
        started_at=NOON + timedelta(days=day),
        finished_at=None,
        level=Level.UNKNOWN,
        state="running",
    )


def a_target(name: str = "icu-app-1", level: Level = Level.WARNING) -> TargetResult:
    return TargetResult(
        name,
        "host",
        level,
        212,
        "应用服务器",
        "10.1.2.11",
        error=None,
        facts={"os": "Linux", "cpus": 4, "x": None},
    )


def a_finding(subject: str = "/data", *, target: str = "icu-app-1", level: Level = Level.WARNING) -> Finding:
    unseen = "?" if level is Level.UNKNOWN else ""
    return Finding(
        id=f"F-{target}-disk-{subject}{unseen}",
        check="linux.disk",
        target=target,
        subject=subject,
        level=level,
        title="磁盘空间使用率",
        summary="已用 83.1%",
        category="磁盘",
        advice="清理或扩容",
        metrics={"used_pct": 83.1, "big": 2**62, "none": None, "text": "甲\0乙\ud800"[:3]},
    )


def a_check(
    *findings: Finding, target: str = "icu-app-1", level: Level | None = None, complete: bool = True
) -> Check:
    worst = max((each.level for each in findings), key=lambda each: each.rank, default=Level.OK)
    return Check(
        id="linux.disk",
        target=target,
        title="磁盘空间使用率",
        category="磁盘",
        level=level or worst,
        summary="1 项",
        findings=findings,
        metrics=(Metric(target, "disk.used_pct", 83.1, "/data", "%"),),
        complete=complete,
    )


def a_look(
    rows: Sequence[dict[str, object]],
    *,
    target: str = "icu-app-1",
    step: str = "linux.disk",
    seen: Seen = Seen.OBSERVED,
) -> Observation:
    return Observation(
        step=step,
        target=target,
        seen=seen,
        table=Table(tuple(rows), cut=False),  # type: ignore[arg-type] # scalars
        reason="" if seen is Seen.OBSERVED else "连接超时",
        started=None,
        elapsed_ms=12,
        asked=("df -PkT",),
    )
