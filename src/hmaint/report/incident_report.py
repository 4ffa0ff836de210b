"""故障分析报告 as data: what an incident's entries tell; what only people know stays blank for them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from hmaint.duty.incident import LATE
from hmaint.duty.incident_view import View
from hmaint.model.entry import Entry
from hmaint.model.incident import Event, Incident
from hmaint.model.incident_words import CHANNELS, EVENTS, INTERRUPTIONS, SCOPES, TYPES, called
from hmaint.model.inventory import Inventory
from hmaint.model.timer import Timer
from hmaint.report.digest import digest
from hmaint.report.incident_texts import (
    Row,
    class_names,
    clock_said,
    effects_said,
    ended,
    lasted,
    level_said,
    limit_said,
    local,
    outcome,
    span,
)
from hmaint.report.neutral import neutralise
from hmaint.report.particulars import parties
from hmaint.report.questions import ambiguity_rows
from hmaint.report.wording import brief, clip

TITLE = "故障分析报告"
_WORDS = 1200
_STEPS = (
    Event.OPENED, Event.RESPONDED, Event.REMOTE_FAILED, Event.ARRIVED, Event.NOTED, Event.DIAGNOSED, Event.FALLBACK,
    Event.RESTORED, Event.RESOLVED,
)  # fmt: skip
_POINTS = (
    Event.OPENED, Event.RESPONDED, Event.REMOTE_FAILED, Event.ARRIVED, Event.FALLBACK, Event.RESTORED, Event.RESOLVED,
    Event.REOPENED, Event.WAITING, Event.RESUMED, Event.CLASSIFIED, Event.FEEDBACK, Event.CLOSED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A piece of evidence: what it is, where it comes from, its hash."""

    what: str
    where: str
    sha256: str


def incident_report(
    seen: View, exhibits: Sequence[Exhibit], earlier: Sequence[Incident], inventory: Inventory
) -> dict[str, object]:
    """Tell an incident on the form `incident-report`; `earlier` are those of the same trouble."""
    incident = seen.incident
    texts = incident.texts
    facts = incident.facts
    data = {
        **parties(inventory, incident.site, TITLE),
        "number": incident.id,
        "record": incident.id,
        "incident": incident.id,
        "level": level_said(seen),
        "reporter": brief(incident.reporter),
        "channel": brief(called(CHANNELS, incident.channel)),
        "due": _due(seen),
        "event": clip(texts.get("event") or _event(incident), _WORDS),
        "steps": [_step(number, each) for number, each in enumerate(_of(incident, _STEPS), start=1)],
        "timeline": [_point(each, seen) for each in _of(incident, _POINTS)],
        "clocks": [_clock(each, seen.now) for each in seen.timers],
        "ambiguities": ambiguity_rows(seen.questions),
        "cause": clip(texts.get("cause", ""), _WORDS),
        "root_cause": clip(texts.get("root_cause", ""), _WORDS),
        "scope": _scope(incident),
        "duration": _duration(incident, seen.now),
        "users": "" if facts.users is None else f"{facts.users} 人",
        "rooms": "" if facts.rooms is None else f"{facts.rooms} 个",
        "clinical": clip(texts.get("clinical", ""), _WORDS),
        "manifestation": clip(texts.get("manifestation") or incident.what, _WORDS),
        "solution": clip(texts.get("solution", ""), _WORDS),
        "fallback": clip(texts.get("fallback", ""), _WORDS),
        "summary": clip(texts.get("summary", ""), _WORDS),
        "recurrence": _recurrence(earlier),
        "actions": [
            {"number": number, "action": each.what, "owner": each.owner, "due": each.due, "verify": each.verify}
            for number, each in enumerate(incident.actions, start=1)
        ],
        "evidence": [
            {"number": number, "what": brief(each.what), "where": brief(each.where), "sha256": each.sha256}
            for number, each in enumerate(exhibits, start=1)
        ],
        "version": 1,
        "generated_at": local(seen.now),
    }  # fmt: skip
    clean = neutralise(data)
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}


def _of(incident: Incident, events: Collection[str]) -> Iterator[Entry]:
    return (each for each in incident.events if each.event in events)


def _due(seen: View) -> str:
    duty = next((each for each in seen.duties if each.wanted is not False), None)
    if duty is None:
        return "合同未要求（自愿提交）" if seen.contract else "未登记合同，期限不明"
    if duty.wanted is None:
        return f"{duty.clause} 是否要求提交尚不能确定：{duty.why}"
    if duty.since is None:
        return f"故障结束后 {limit_said(duty.limit)}内（{duty.clause}）"
    if duty.due is None:
        asked = f"；{duty.question} 拟按 {duty.proposed.due:%Y-%m-%d}，待书面确认" if duty.proposed else ""
        return f"合同未写期限（{duty.clause}）{asked}"
    doubt = "，暂定" if duty.due.provisional else ""
    return f"{duty.due.due:%Y-%m-%d}（解决后 {limit_said(duty.limit)}，{duty.clause}{doubt}）"


def _event(incident: Incident) -> str:
    via = called(CHANNELS, incident.channel)
    who = "，".join(each for each in (incident.reporter, f"{via}报修" if via else "报修") if each)
    return f"{local(incident.reported)}，{who}：{incident.what}"


def _step(number: int, entry: Entry) -> Row:
    body = entry.body
    said = body.get("what") or body.get("text") or body.get("solution") or body.get("fallback") or ""
    word = called(EVENTS, entry.event)
    text = str(said) if entry.event == Event.NOTED and said else f"{word}：{said}" if said else word
    result = str(body.get("result") or (body.get("cause") and f"原因：{body['cause']}") or "")
    return {
        "number": number,
        "time": local(entry.at),
        "step": clip(text, _WORDS),
        "by": brief(str(body.get("by") or entry.operator)),
        "result": clip(result, _WORDS),
    }


def _point(entry: Entry, seen: View) -> Row:
    reported = seen.incident.reported
    before = entry.at < reported
    since = span(abs(entry.at - reported))
    late = "（补录）" if entry.recorded_at - entry.at > LATE else ""
    return {
        "point": called(EVENTS, entry.event),
        "time": local(entry.at),
        "since": f"报修前 {since}" if before else since,
        "note": clip(_note(entry, seen) + late, _WORDS),
    }


def _note(entry: Entry, seen: View) -> str:
    body = entry.body
    if entry.event == Event.OPENED:
        return str(called(CHANNELS, str(body.get("channel") or "")))
    if entry.event == Event.CLASSIFIED:
        names = class_names(seen)
        classes = body.get("classes")
        named = [str(each) for each in classes] if isinstance(classes, list | tuple) else []
        level = str(body.get("level") or "")
        words = (f"{level} {names.get(level, '')}".strip(), *(names.get(each, each) for each in named))
        return "，".join(each for each in (*words, str(body.get("reason") or "")) if each)
    consent = "（有书面同意）" if body.get("consent") else ""
    said = body.get("text") or body.get("solution") or body.get("to") or ""
    return f"{body['by']} {said}".strip() + consent if body.get("by") else f"{said}{consent}"


def _clock(timer: Timer, now: datetime) -> Row:
    applies = timer.state != "not_applicable"
    due = local(timer.due) if timer.due and applies else "—"
    readings = "；".join(f"{each.title} {local(each.due)}" for each in timer.readings if each.due and applies)
    return {
        "clock": clock_said(timer),
        "limit": limit_said(timer.limit),
        "begun": local(timer.start),
        "due": f"{due}（{readings}）" if readings else due,
        "met": local(timer.met_at) if timer.met_at else "—",
        "result": outcome(timer, now),
    }


def _scope(incident: Incident) -> str:
    facts = incident.facts
    parts = (
        called(SCOPES, facts.scope), called(TYPES, facts.type), called(INTERRUPTIONS, facts.interruption),
        effects_said(incident) if facts.effects else "",
    )  # fmt: skip
    return "；".join(each for each in parts if each) or "未填写"


def _duration(incident: Incident, now: datetime) -> str:
    begun = min(incident.occurred or incident.reported, incident.reported)
    back = ended(incident)
    how = span(lasted(incident, now))
    if back is None:
        return f"尚未恢复，截至 {local(now)} 已 {how}（{local(begun)} 起）"
    return f"{how}（{local(begun)} 至 {local(back)}）"


def _recurrence(earlier: Sequence[Incident]) -> str:
    if not earlier:
        return "未关联到以往同类故障"
    return "；".join(f"{each.id}（{local(each.reported)[:10]}，{brief(each.what)}）" for each in earlier)
