"""The one sentence a hospital reads first, which never says 正常 while anything was not examined."""

from __future__ import annotations

from hmaint.model.playbook import Level
from hmaint.model.run import RunRecord
from hmaint.report.anomalies import anomalies


def conclusion(run: RunRecord) -> str:
    """Say what may be concluded from a run, and what may not."""
    counts = run.counts()
    examined = counts["ok"] + counts["warning"] + counts["critical"]
    parts = [_seen(run, examined)]
    if counts["unknown"] or _half_seen(run):
        parts.append(_unseen(counts["unknown"], _half_seen(run), examined))
    if examined and _untouched(run):
        parts.append(f"另有 {_untouched(run)} 个对象没有适用的检查项，未作检查")
    if _unfinished(run):
        parts.append("本次巡检中途停止，只记录了停止前看到的内容")
    return "；".join(part for part in parts if part) + "。"


def is_whole(run: RunRecord) -> bool:
    """Whether the run ended by itself and everything in it was examined."""
    return not (run.counts()["unknown"] or _half_seen(run) or _untouched(run) or _unfinished(run))


def _unfinished(run: RunRecord) -> bool:
    return run.finished_at is None or run.state != "finished"


def _untouched(run: RunRecord) -> int:
    """Targets that were visited without one check that applied to them."""
    # Having reached a target is no examination of it.
    looked_at = {c.target for c in run.checks if c.level is not Level.SKIPPED and c.id != "target.contact"}
    return sum(
        target.name not in looked_at and target.error is None and target.level is not Level.UNKNOWN
        for target in run.targets
    )


def _half_seen(run: RunRecord) -> int:
    """Targets that were not wholly seen, though none of their checks says so: lost at once, or half way."""
    told = {check.target for check in run.checks if check.level is Level.UNKNOWN}
    return sum(
        target.name not in told and (target.error is not None or target.level is Level.UNKNOWN)
        for target in run.targets
    )


def _seen(run: RunRecord, examined: int) -> str:
    if not examined:
        return "本次未能检查到任何内容，不能据此判断系统状况"
    found = anomalies(run)
    if not found:
        return (
            f"本次检查的 {examined} 项均正常，未发现异常"
            if is_whole(run)
            else f"已检查的 {examined} 项未发现异常"
        )
    graves = sum(each.level is Level.CRITICAL for each in found)
    urgency = "须尽快处理" if graves else "须跟进处理"
    kinds = "、".join(
        f"{word} {count} 起" for word, count in (("严重", graves), ("警告", len(found) - graves)) if count
    )
    return f"已检查 {examined} 项，发现异常事件 {len(found)} 起（{kinds}），{urgency}"


def _unseen(checks: int, targets: int, examined: int) -> str:
    if not examined:
        return "须排除原因后重新巡检"
    missed = [f"{checks} 项未能检查"] * bool(checks) + [f"{targets} 个对象未能查完"] * bool(targets)
    return f"另有 {'、'.join(missed)}，状况未知，补查后方可作出整体结论"


def no_anomalies(run: RunRecord) -> str:
    """Say why no anomaly is listed: none was seen, or nothing was."""
    counts = run.counts()
    if counts["ok"]:
        return "无（在已检查的内容中未发现异常）"
    return "未检查到任何内容，有无异常不明"
