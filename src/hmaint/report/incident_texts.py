"""What documents say of an incident, in Chinese: spans, limits, verdicts, levels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from hmaint.duty.incident_view import View
from hmaint.kit.clock import CHINA
from hmaint.model.incident import Event, Incident
from hmaint.model.incident_words import CLOCKS, EFFECTS, called
from hmaint.model.limit import Limit
from hmaint.model.timer import Timer, Verdict
from hmaint.report.wording import brief, moment

Row = dict[str, object]
VERDICTS: Mapping[Verdict, str] = {
    Verdict.RUNNING: "计时中",
    Verdict.MET: "达标",
    Verdict.MISSED: "超时",
    Verdict.NOT_APPLICABLE: "不适用",
}
_MINUTES_TOLD = 120
_UNITS = {"workday": "个工作日", "day": "天", "month": "个月"}


def local(when: datetime) -> str:
    """A moment as China's clocks show it."""
    return moment(when.astimezone(CHINA))


def span(time: timedelta) -> str:
    """A length of time: 65 分, 3 小时 5 分, 1 天 1 小时 48 分."""
    minutes = max(0, int(time.total_seconds() // 60))
    if minutes < _MINUTES_TOLD:
        return f"{minutes} 分"
    hours, rest = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "天"), (hours, "小时"), (rest, "分"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


def span_of_seconds(seconds: float) -> str:
    """A measured length of time, in seconds where it was less than two minutes."""
    least = 120
    return f"{seconds:.0f} 秒" if seconds < least else span(timedelta(seconds=seconds))


def limit_said(limit: Limit | None) -> str:
    """A limit as people say it; at once and without a figure are told as such."""
    if limit is None:
        return "合同未写数字"
    if limit.unit == "agreed":
        return "双方商定"
    if limit.unit == "second":
        hours, rest = divmod(limit.count, 3600)
        whole = f"{hours} 小时" if hours and not rest else span(timedelta(seconds=limit.count))
        return whole if limit.count else "立即"
    return f"{limit.count} {_UNITS[limit.unit]}"


def level_said(seen: View) -> str:
    """Level and classes that count, and whether a person confirmed them."""
    names = class_names(seen)
    level = f"{seen.level}（{names[seen.level]}）" if seen.level in names else seen.level
    parts = [level, *(names.get(each, each) for each in seen.classes)]
    said = "、".join(brief(each) for each in parts if each) or "合同未分级"
    return said if seen.confirmed or seen.proposal is None else f"{said}（拟定，未经确认）"


def class_names(seen: View) -> Mapping[str, str]:
    """What the contract calls its levels and classes, by their ids."""
    terms = seen.contract.incident if seen.contract else None
    return {each.id: each.name for each in (*terms.levels, *terms.classes)} if terms else {}


def effects_said(incident: Incident) -> str:
    """What an incident affects; said to be unknown where nobody told."""
    return "，".join(called(EFFECTS, each) for each in incident.facts.effects) or "未填写"


def clock_said(timer: Timer) -> str:
    """What a clock is called, with the level or class it belongs to."""
    return f"{called(CLOCKS, timer.id)}（{brief(timer.title or timer.of)}）"


def outcome(timer: Timer, now: datetime) -> str:
    """How a clock came out; what has no figure is told as measured, and not judged."""
    if timer.state is Verdict.NOT_APPLICABLE:
        measured = not timer.judged and timer.met_at is not None
        return f"实测 {span(timer.elapsed(now))}，不判定" if measured else "不适用"
    word = VERDICTS[timer.state]
    if timer.met_at is None and timer.state is Verdict.MISSED:
        word = f"{word}（未完成，已 {span(timer.elapsed(now))}）"
    beside = "" if timer.counts else "；另有更严时限"
    agreed = f"；扣除书面同意的等待 {span(timer.paused)}" if timer.paused else ""
    doubt = "；暂定" if timer.provisional else ""
    return word + beside + agreed + doubt


def ended(incident: Incident) -> datetime | None:
    """When service was back: restored or resolved, whatever came first."""
    marks = incident.marks
    found = [marks[each] for each in (Event.RESTORED, Event.RESOLVED) if each in marks]
    return min(found, default=None)


def lasted(incident: Incident, now: datetime) -> timedelta:
    """How long it lasted from its beginning, so far as it has not ended."""
    begun = min(incident.occurred or incident.reported, incident.reported)
    return max((ended(incident) or now) - begun, timedelta(0))


def day(when: datetime) -> date:
    """The day it was in China."""
    return when.astimezone(CHINA).date()
