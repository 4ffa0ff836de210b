"""The box of what could not be examined: which targets, what of them, and why."""

from __future__ import annotations

from collections.abc import Sequence

from hmaint.model.playbook import Level
from hmaint.model.run import Check, RunRecord
from hmaint.report.rows import Row, lost_targets
from hmaint.report.wording import brief, clip, several

Loss = tuple[str, str, str]
"""Target, what of it was not examined, and why."""
_REASON = 240
_CONTENT = 120
_NAMED = 20
_UNTOLD = "原因未记录"


def gaps(run: RunRecord) -> list[Row]:
    """Targets that were wholly lost, then what was missed of the others; equal losses share a row."""
    lost = lost_targets(run)
    losses = [*_whole(run, lost), *_partial(run, lost), *_broken(run, lost)]
    groups: dict[tuple[str, str], list[str]] = {}
    for target, content, reason in losses:
        groups.setdefault((content, clip(reason, _REASON)), []).append(target)
    return [
        {"number": number, "target": several(targets, _NAMED), "content": content, "reason": reason}
        for number, ((content, reason), targets) in enumerate(groups.items(), start=1)
    ]


def _whole(run: RunRecord, lost: frozenset[str]) -> list[Loss]:
    missed: dict[str, list[Check]] = {name: [] for name in (t.name for t in run.targets) if name in lost}
    for check in run.checks:
        if check.target in lost and check.level is Level.UNKNOWN:
            missed.setdefault(check.target, []).append(check)
    errors = {target.name: target.error for target in run.targets}
    return [(name, _everything(checks), errors.get(name) or _told(checks)) for name, checks in missed.items()]


def _everything(checks: Sequence[Check]) -> str:
    titles = "、".join(dict.fromkeys(brief(check.title) for check in checks))
    if len(titles) > _CONTENT:
        titles = f"{titles[:_CONTENT].rpartition('、')[0]} 等"
    return f"全部 {len(checks)} 项：{titles}" if checks else "全部"


def _told(checks: Sequence[Check]) -> str:
    return "；".join(dict.fromkeys(check.summary for check in checks if check.summary)) or _UNTOLD


def _partial(run: RunRecord, lost: frozenset[str]) -> list[Loss]:
    return [
        (check.target, brief(check.title), check.summary or _UNTOLD)
        for check in run.checks
        if check.level is Level.UNKNOWN and check.target not in lost
    ]


def _broken(run: RunRecord, lost: frozenset[str]) -> list[Loss]:
    """Targets that were left half way: something was seen, and an error ended it."""
    return [
        (target.name, "其余内容（中途中断）", target.error)
        for target in run.targets
        if target.error is not None and target.name not in lost
    ]
