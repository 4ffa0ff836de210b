"""日常故障月度汇总 as data: the faults of a month by class, scope, type and severity, what was late and what again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hmaint.duty.incident_view import View
from hmaint.model.ambiguity import Ambiguity
from hmaint.model.incident import Event, Incident
from hmaint.model.incident_words import SCOPES, TYPES, called
from hmaint.model.inventory import Inventory
from hmaint.model.period import Period
from hmaint.model.timer import Timer, Verdict
from hmaint.report.digest import digest
from hmaint.report.incident_texts import (
    Row,
    clock_said,
    day,
    effects_said,
    lasted,
    level_said,
    limit_said,
    local,
    span,
)
from hmaint.report.neutral import neutralise
from hmaint.report.particulars import parties
from hmaint.report.questions import ambiguity_rows
from hmaint.report.wording import clip

TITLE = "日常故障月度汇总"
_WORDS = 300


@dataclass(frozen=True, slots=True)
class Month:
    """What a month is told from: its incidents by their reports, and the troubles of them that came again."""

    period: Period
    site: str
    seen: Sequence[View]
    groups: Sequence[tuple[Incident, ...]]
    now: datetime


def incident_month(month: Month, inventory: Inventory) -> dict[str, object]:
    """Tell the incidents of a month on the form `incident-monthly`."""
    period, seen, groups, now = month.period, month.seen, month.groups, month.now
    data = {
        **parties(inventory, month.site, TITLE),
        "number": period.name,
        "record": period.name,
        "period": f"{period.words}（{period.first} 至 {period.last}）",
        "as_of": _as_of(period, now),
        "summary": _summary(seen, groups, now),
        "matrix": _matrix(seen, now),
        "incidents": [_incident(number, each, now) for number, each in enumerate(seen, start=1)],
        "overdue": _numbered(row for each in seen for row in _overdue(each)),
        "ambiguities": ambiguity_rows(_questions(seen)),
        "repeats": _numbered(map(_repeat, groups)),
        "causes": _numbered(_causes(seen, now)),
        "reported": "",
        "version": 1,
        "generated_at": local(now),
    }
    clean = neutralise(data)
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}


def _as_of(period: Period, now: datetime) -> str:
    return "" if day(now) > period.last else f"本期尚未结束，以下为截至 {local(now)} 的情况。"


def _summary(seen: Sequence[View], groups: Sequence[tuple[Incident, ...]], now: datetime) -> str:
    if not seen:
        return "本期没有登记故障。"
    solved = sum(_solved(each) for each in seen)
    confirmed = sum(each.incident.confirmed for each in seen)
    proposed = sum(not each.confirmed and each.proposal is not None for each in seen)
    level = f"级别未经确认 {proposed} 起。" if proposed else ""
    unclear = sum(bool(each.fault) or each.contract is None for each in seen)
    unknown = f"没有可用的合同，时限未计算 {unclear} 起。" if unclear else ""
    late = sum(map(_late, seen))
    return (
        f"登记故障 {len(seen)} 起，已解决 {solved} 起，累计 {_minutes(seen, now)} 分钟；超时 {late} 起，"
        f"重复故障 {len(groups)} 类；解决办法已确认 {confirmed} 起，未确认 {len(seen) - confirmed} 起。{level}{unknown}"
    )


def _solved(seen: View) -> bool:
    return Event.RESOLVED in seen.incident.marks


def _late(seen: View) -> bool:
    return any(each.counts and each.state is Verdict.MISSED for each in seen.timers)


def _minutes(seen: Iterable[View], now: datetime) -> int:
    return sum(int(lasted(each.incident, now) / timedelta(minutes=1)) for each in seen)


def _matrix(seen: Sequence[View], now: datetime) -> list[Row]:
    groups: dict[tuple[str, str, str, str], list[View]] = {}
    for each in seen:
        groups.setdefault(_kind(each), []).append(each)
    rows = [_matrix_row(kind, members, now) for kind, members in sorted(groups.items())]
    return [*rows, _matrix_row(("合计", "—", "—", "—"), seen, now)] if rows else []


def _kind(seen: View) -> tuple[str, str, str, str]:
    facts = seen.incident.facts
    scope, kind = called(SCOPES, facts.scope) or "未填写", called(TYPES, facts.type) or "未填写"
    return level_said(seen), scope, kind, effects_said(seen.incident)


def _matrix_row(kind: tuple[str, str, str, str], members: Sequence[View], now: datetime) -> Row:
    names = dict(zip(("kind", "scope", "type", "severity"), kind, strict=True))
    return {
        **names,
        "count": len(members),
        "minutes": _minutes(members, now),
        "solved": sum(map(_solved, members)),
        "late": sum(map(_late, members)),
    }


def _incident(number: int, seen: View, now: datetime) -> Row:
    incident = seen.incident
    solution = incident.texts.get("solution", "")
    return {
        "number": number,
        "id": f"{incident.id}\n{local(incident.reported)}",
        "event": clip(incident.what, _WORDS),
        "solution": clip(solution if _solved(seen) else f"处理中：{solution}".rstrip("："), _WORDS),
        "minutes": _minutes([seen], now),
        "confirmed": "是" if incident.confirmed else "否",
    }


def _overdue(seen: View) -> Iterator[Row]:
    for timer in seen.timers:
        if timer.counts and timer.state is Verdict.MISSED:
            yield {
                "id": seen.incident.id,
                "clock": clock_said(timer),
                "limit": limit_said(timer.limit),
                "actual": _actual(timer, seen.now),
                "reason": clip(seen.incident.texts.get("late_reason", ""), _WORDS),
            }


def _actual(timer: Timer, now: datetime) -> str:
    return span(timer.elapsed(now)) + ("" if timer.met_at else "（未完成）")


def _repeat(group: tuple[Incident, ...]) -> Row:
    newest = group[-1]
    measure = "；".join(each.what for each in newest.actions)
    return {
        "event": clip(newest.what, _WORDS),
        "count": len(group),
        "ids": "、".join(each.id for each in group),
        "measure": clip(measure, _WORDS),
    }


def _causes(seen: Sequence[View], now: datetime) -> Iterator[Row]:
    groups: dict[str, list[View]] = {}
    for each in seen:
        texts = each.incident.texts
        groups.setdefault(texts.get("root_cause") or texts.get("cause") or "", []).append(each)
    for cause, members in sorted(groups.items(), key=lambda pair: (not pair[0], -len(pair[1]), pair[0])):
        measures = dict.fromkeys(action.what for each in members for action in each.incident.actions)
        yield {
            "cause": clip(cause, _WORDS) or "原因未填写",
            "count": len(members),
            "minutes": _minutes(members, now),
            "measure": clip("；".join(measures), _WORDS),
        }


def _numbered(rows: Iterable[Row]) -> list[Row]:
    return [{"number": number, **row} for number, row in enumerate(rows, start=1)]


def _questions(seen: Sequence[View]) -> list[Ambiguity]:
    return list({each.id: each for one in seen for each in one.questions}.values())
