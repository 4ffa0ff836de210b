"""What contract and records know of a site's plans: levels with their limits, drills held, times measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from hmaint.duty.incident_criteria import words
from hmaint.model.contract import Contract
from hmaint.model.contract_incident import Clock, FaultClass
from hmaint.model.predicate import Either, Predicate
from hmaint.report.incident_texts import Row, limit_said
from hmaint.report.wording import brief

_ARRIVAL, _RESPONSE = ("arrived",), ("responded",)
_RESTORE = ("restored_or_fallback", "restored", "resolved", "fixed")
_WANTED = {"restored": "须恢复，替代不算", "resolved": "处理完成", "fixed": "修复"}
"""What ends a clock in whose column a way to work meanwhile would be taken to be enough."""


@dataclass(frozen=True, slots=True)
class Measured:
    """How long a restore drill of a backup took, and when."""

    took: str
    day: date


@dataclass(frozen=True, slots=True)
class Drilled:
    """An emergency drill that was held."""

    number: str
    name: str
    scenario: str
    mode: str
    day: date
    outcome: str


@dataclass(frozen=True, slots=True)
class Known:
    """All that plans tell beside the inventory."""

    contract: Contract | None = None
    measured: Mapping[str, Measured] = field(default_factory=dict)
    """By the backup's name, of the last drill that came to an end."""
    drills: tuple[Drilled, ...] = ()
    """Newest first."""


def levels(known: Known, commands: tuple[str, ...], blank: str) -> list[Row]:
    """The contract's levels, or its classes where it has none, with what it grants for each; empty without them.

    `commands` says who leads at each level, the gravest first; what nobody wrote is `blank`.
    """
    terms = known.contract.incident if known.contract else None
    graded = (terms.levels or terms.classes) if terms else ()
    leads = commands if terms and terms.levels else ()
    return [_level(each, leads[n] if n < len(leads) else blank, blank) for n, each in enumerate(graded)]


def _level(kind: FaultClass, command: str, blank: str) -> Row:
    name = kind.name if kind.id in kind.name or not kind.id[:1].isupper() else f"{kind.id} 级 {kind.name}"
    return {
        "level": brief(name),
        "trigger": _trigger(kind.criteria) if kind.criteria else "合同未写明条件，由双方确认",
        "command": command,
        "response": _limits(kind, _RESPONSE, blank),
        "arrival": _limits(kind, _ARRIVAL, blank),
        "restore": _limits(kind, _RESTORE, blank),
    }


def _trigger(criteria: Predicate) -> str:
    parts = criteria.parts if isinstance(criteria, Either) else (criteria,)
    return "；或".join(words(part) for part in parts)


def _limits(kind: FaultClass, ends: tuple[str, ...], blank: str) -> str:
    return "；".join(_limit(each) for each in kind.clocks if each.ends in ends) or blank


def _limit(clock: Clock) -> str:
    said = "尽快（合同未写数字）" if clock.best_effort else limit_said(clock.limit)
    beside = "如需" if clock.condition else "" if clock.best_effort else _WANTED.get(clock.ends, "")
    return f"{said}（{beside}）" if beside else said


def drill_rows(known: Known, planned: tuple[tuple[str, str, str], ...], blank: str, never: str) -> list[Row]:
    """The drills that are planned, each with the last one of its kind that was held; then those of no such kind."""
    left = list(known.drills)
    rows: list[Row] = []
    for what, mode, per in planned:
        held = next((each for each in left if _is_of(each, what)), None)
        left = [each for each in left if not _is_of(each, what)]
        last = _last(held) if held else _restored(known) if "数据库恢复" in what else ""
        rows.append({"what": what, "mode": mode, "per": per, "planned": blank, "last": last or never})
    others = [_other(each, blank) for each in left]
    return [{"number": number, **row} for number, row in enumerate([*rows, *others], start=1)]


_KINDS = {
    "数据库恢复": ("数据库恢复", "恢复演练", "备份恢复"), "服务器": ("服务器", "停机", "宕机"),
    "网络": ("网络", "线路"), "勒索": ("勒索", "病毒", "入侵"), "灾难恢复": ("灾难恢复", "全流程"),
}  # fmt: skip


def _is_of(drill: Drilled, what: str) -> bool:
    marks = next((marks for kind, marks in _KINDS.items() if kind in what), (what,))
    return any(mark in f"{drill.name}{drill.scenario}" for mark in marks)


def _last(drill: Drilled) -> str:
    return f"{drill.day:%Y-%m-%d} {brief(drill.outcome or '结果未填写')}（{drill.number}）"


def _restored(known: Known) -> str:
    newest = max(known.measured.items(), key=lambda each: each[1].day, default=None)
    return f"{newest[1].day:%Y-%m-%d} {brief(newest[0])} 实测恢复 {newest[1].took}" if newest else ""


def _other(drill: Drilled, blank: str) -> Row:
    return {
        "what": brief(drill.name),
        "mode": brief(drill.mode),
        "per": "—",
        "planned": blank,
        "last": _last(drill),
    }
