"""The Chinese words that forms use for levels, kinds, states and times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from hmaint.model.playbook import Level
from hmaint.model.run import State

LEVELS: Mapping[Level, str] = {
    Level.OK: "正常",
    Level.WARNING: "警告",
    Level.CRITICAL: "严重",
    Level.UNKNOWN: "未能检查",
    Level.SKIPPED: "不适用",
}
RISKS: Mapping[Level, str] = {Level.WARNING: "中（警告）", Level.CRITICAL: "高（严重）"}
"""Proposed by hmaint, decided by people: 书面巡检报告 asks for a 风险等级 for each problem."""
KINDS = {"host": "主机", "database": "数据库", "endpoint": "服务接口", "device": "设备"}
STATES: Mapping[State, str] = {
    State.NEW: "新发现",
    State.OPEN: "持续存在",
    State.RECURRING: "再次出现",
    State.RESOLVED: "已消除",
    State.CLOSED: "已关闭",
}
_ORDER = (Level.OK, Level.WARNING, Level.CRITICAL, Level.UNKNOWN, Level.SKIPPED)


def tally(levels: Sequence[Level], *, zeros: bool = False) -> str:
    """How many of each level, such as `正常 5，警告 1`; with `zeros` every level is named."""
    counted = [(LEVELS[level], sum(each is level for each in levels)) for level in _ORDER]
    return "，".join(f"{word} {count}" for word, count in counted if count or zeros)


def several(names: Sequence[str], named: int = 3) -> str:
    """Names in one cell: a few in full, more as `甲、乙、丙 等 9 个`."""
    shown = "、".join(brief(name) for name in names[:named])
    return shown if len(names) <= named else f"{shown} 等 {len(names)} 个"


def moment(when: datetime) -> str:
    """Write a point in time to the minute, as people do; no locale is asked."""
    return f"{when.year}-{when.month:02}-{when.day:02} {when.hour:02}:{when.minute:02}"


def period(begun: datetime, ended: datetime | None) -> str:
    """From when to when; the day is named once where it is the same."""
    if ended is None:
        return f"{moment(begun)} 开始，未正常结束"
    shown = moment(ended)
    return f"{moment(begun)} 至 {shown[11:] if ended.date() == begun.date() else shown}"


def clip(text: str, limit: int) -> str:
    """Cut text to so many characters; what was cut is in the record, and the text says so."""
    return text if len(text) <= limit else f"{text[:limit]}……（过长，全文见原始记录）"


def brief(text: str, limit: int = 80) -> str:
    """Shorten a name; a real one is never so long, but a hostile one must not fill a page."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
