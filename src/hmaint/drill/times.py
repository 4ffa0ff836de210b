"""Whether a restore was quick enough, and how much data it would have lost."""

from __future__ import annotations

from hmaint.drill.judging import Verdict
from hmaint.model.playbook import Level

_CLOCKS = 300.0
"""Seconds that a moment may lie ahead because two clocks do not agree."""


def of_time(check: str, title: str, seconds: float, limit: float, words: str) -> Verdict:
    """Tell whether a time stays within its limit; without a limit it is only told."""
    figures = ((f"backup.drill.{check}_seconds", round(seconds, 1), "s", ""),)
    if limit and seconds > limit:
        return Verdict(
            check,
            title,
            Level.CRITICAL,
            f"{words}，超过目标 {spell(limit)}",
            "与医院商定改进措施或调整目标",
            metrics=figures,
        )
    told = f"{words}，目标 {spell(limit)}" if limit else f"{words}（未约定目标）"
    return Verdict(check, title, Level.OK, told, metrics=figures)


def lost_since(seconds: float) -> float | None:
    """Seconds since a moment as a loss of data; None for one in the future, which is no loss of nothing."""
    return None if seconds < -_CLOCKS else max(0.0, seconds)


def of_loss(seconds: float | None, limit: float, basis: str) -> Verdict:
    """Tell how much data would be lost; None where that is not known."""
    title = "数据丢失时长（RPO）"
    if seconds is None:
        return Verdict("rpo", title, Level.UNKNOWN, f"未测得：{basis}", "校准时钟，或改写清单的 drill.newest")
    return of_time("rpo", title, seconds, limit, f"{spell(seconds)}，{basis}")


def spell(seconds: float) -> str:
    """Say a length of time in Chinese, no finer than it needs to be.

    >>> spell(3960)
    '1 小时 6 分'
    """
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} 秒" if seconds < 10 else f"{seconds:.0f} 秒"  # noqa: PLR2004 - where tenths matter
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "天"), (hours, "小时"), (minutes, "分"), (rest if not days and not hours else 0, "秒")]
    return " ".join(f"{n} {unit}" for n, unit in parts if n)
