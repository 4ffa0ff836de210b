"""One night's verification of a site's backups in a few lines: for a mail, a chat, the mail of cron. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hmaint.kit.text import one_line
from hmaint.model.playbook import Level
from hmaint.model.run import Check, RunRecord, TargetResult
from hmaint.report.wording import LEVELS

_BAD = (Level.CRITICAL, Level.UNKNOWN, Level.WARNING)
_LINE = 300
_MOST = 20
"""Backups told one by one; more of them bad at once have one cause, and the record has them all."""


def night_title(run: RunRecord) -> str:
    """The one line: how many of how many are bad."""
    counted = [(word, sum(t.level is level for t in run.targets)) for level, word in _words()]
    bad = "、".join(f"{number} 份{word}" for word, number in counted if number)
    return f"备份核验：{len(run.targets)} 份中 {bad}" if bad else f"备份核验：{len(run.targets)} 份全部正常"


def _words() -> list[tuple[Level, str]]:
    return [(Level.CRITICAL, "异常"), (Level.UNKNOWN, "未能检查"), (Level.WARNING, "警告")]


def night_text(run: RunRecord, system: str, seal: str) -> str:
    """The whole of it under a heading, as the mail of cron has it."""
    head = f"【{LEVELS[run.level]}】{system}（{run.site}）{night_title(run)}"
    return "\n".join([head, *night_lines(run, seal)])


def night_lines(run: RunRecord, seal: str) -> list[str]:
    """Every backup that is not fine with what is wrong and what to do, then how many are, then the record."""
    bad = sorted((t for t in run.targets if t.level in _BAD), key=lambda t: -t.level.rank)
    lines = [line for target in bad[:_MOST] for line in _backup(run, target)]
    if len(bad) > _MOST:
        lines.append(f"另有 {len(bad) - _MOST} 份不正常，见核验记录。")
    fine = sum(t.level is Level.OK for t in run.targets)
    if fine:
        lines.append(f"{'其余 ' if bad else ''}{fine} 份正常。")
    return [*lines, f"核验记录 {run.id}，校验值 {seal[:16]}"]


def _backup(run: RunRecord, target: TargetResult) -> Iterator[str]:
    yield f"● {target.name}{f'（{target.title}）' if target.title else ''}：{LEVELS[target.level]}"
    if target.error:
        yield f"  {one_line(target.error, _LINE)}"
    for check in _worst_first(run.checks, target.name):
        yield from _said(check)


def _worst_first(checks: Sequence[Check], target: str) -> list[Check]:
    return sorted((c for c in checks if c.target == target and c.level in _BAD), key=lambda c: -c.level.rank)


def _said(check: Check) -> Iterator[str]:
    yield f"  {LEVELS[check.level]} {check.title}：{one_line(check.summary, _LINE)}"
    for advice in dict.fromkeys(finding.advice for finding in check.findings if finding.advice):
        yield f"    建议：{one_line(advice, _LINE)}"
