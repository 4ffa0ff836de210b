"""The morning's message: what of a contract is overdue or comes due within a week, told where that changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from hashlib import sha256

from hmaint.app.morning import Morning
from hmaint.app.notify import notify
from hmaint.app.world import World
from hmaint.duty.owed import Owed, level_of
from hmaint.model.duty import Due, State
from hmaint.model.notice import Delivery, Notice
from hmaint.model.playbook import Level, worst

TOPIC = "contract-due"
_MOST = 30
_BAD = (Level.CRITICAL, Level.WARNING, Level.UNKNOWN)


def notify_dues(world: World, seen: Morning) -> tuple[tuple[str, Delivery], ...]:
    """Tell each site's channels; answers what was tried for each site, nothing where nothing changed."""
    return tuple(
        (owed.site, delivery)
        for owed in seen.dues.owed
        for delivery in notify(world, owed.site, notice_of(owed, seen.dues.today))
    )


def notice_of(owed: Owed, today: date) -> Notice:
    """What is overdue, comes due within a week, or cannot be told, as one message; its end where there is nothing."""
    rows = [due for due in owed.dues if level_of(due, today) in _BAD]
    rows.sort(key=lambda due: (due.remind or date.max, due.clause))
    said = sorted(
        f"{due.clause} {due.span and due.span.name} {due.event and due.event.record} {due.state}"
        for due in rows
    )
    mark = sha256("\n".join(said).encode()).hexdigest()[:16] if rows else ""
    level = worst([level_of(due, today) for due in rows]) if rows else Level.OK
    return Notice(TOPIC, _title(rows), "\n".join(_lines(rows, today)), level, mark)


def _title(rows: list[Due]) -> str:
    late = sum(due.state is State.OVERDUE for due in rows)
    unsure = sum(due.state is State.CANNOT_TELL for due in rows)
    partly = sum(due.state is State.MET for due in rows)
    soon = len(rows) - late - unsure - partly
    parts = [f"{late} 项逾期"] if late else []
    parts += [f"{soon} 项 7 天内到期"] if soon else []
    parts += [f"{partly} 项未查全"] if partly else []
    parts += [f"{unsure} 项无法判断"] if unsure else []
    return f"合同义务：{'、'.join(parts)}" if parts else "合同义务：没有逾期和 7 天内到期的事项"


def _lines(rows: list[Due], today: date) -> Iterator[str]:
    for due in rows[:_MOST]:
        of = due.span.name if due.span else due.event.record if due.event else ""
        yield f"● {due.title}（{due.clause}{'，' if of else ''}{of}）：{_when(due, today)}"
    if len(rows) > _MOST:
        yield f"另有 {len(rows) - _MOST} 项，见 hmaint contract due"


def _when(due: Due, today: date) -> str:
    if due.state is State.CANNOT_TELL:
        return "无法判断"
    if due.state is State.MET:
        return f"已完成，但未能检查 {'、'.join(due.partial)}"
    if due.remind is None:
        return "未定期限"
    days = (due.remind - today).days
    if due.state is State.OVERDUE:
        return f"应于 {due.day or due.remind} 前完成，已逾期 {due.late} 天"
    provisional = "（暂定）" if due.provisional else ""
    return f"{due.remind}{provisional} 到期，{'就是今天' if days == 0 else f'还有 {days} 天'}"
