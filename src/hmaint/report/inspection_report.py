"""书面巡检报告 as data: what one inspection looked at by the contract's scope, and what is put right by when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from hmaint.duty.days import due, read_span
from hmaint.duty.statutory import PACKAGED, StatutoryDays
from hmaint.model.inventory import Inventory
from hmaint.model.limit import Limit
from hmaint.model.playbook import Level
from hmaint.model.run import Check, Finding, RunRecord
from hmaint.report.anomalies import anomalies
from hmaint.report.digest import digest
from hmaint.report.neutral import neutralise
from hmaint.report.particulars import about
from hmaint.report.rectification import Rectification, deadline, overdue_rows
from hmaint.report.rows import Row, target_rows
from hmaint.report.scope import Completeness, scope_rows
from hmaint.report.unexamined import gaps
from hmaint.report.verdict import conclusion, no_anomalies
from hmaint.report.wording import RISKS, brief, clip, moment, tally

TITLE = "书面巡检报告"
_WITHIN = read_span("5wd")
_UNITS = {"day": "日", "workday": "个工作日", "month": "个月"}
_WORDS = 400
_TITLES = 240


@dataclass(frozen=True, slots=True)
class Progress:
    """What became of a finding since the inspection: what people wrote, and what a later run saw."""

    measure: str = ""
    done: str = ""


@dataclass(frozen=True, slots=True)
class Inspection:
    """One inspection with what its written report holds it against; `progress` is by finding id."""

    run: RunRecord
    owed: Rectification = field(default_factory=Rectification)
    progress: Mapping[str, Progress] = field(default_factory=dict)
    completeness: Completeness | None = None
    within: Limit = _WITHIN
    """By when the report is due after the inspection, by the contract; hmaint's own proposal where that is silent."""
    days: StatutoryDays = PACKAGED


def inspection_report(
    inspection: Inspection, inventory: Inventory, generated_at: datetime
) -> dict[str, object]:
    """Tell one inspection as the form `inspection-report` has it."""
    run, owed = inspection.run, inspection.owed
    found = _ordered(run, owed)
    data = {
        **about(run, inventory, TITLE),
        "due": _due(inspection),
        "summary": f"检查 {len(run.checks)} 项：{tally([check.level for check in run.checks], zeros=True)}",
        "conclusion": conclusion(run),
        "scopes": scope_rows(run, inspection.completeness),
        "targets": target_rows(run),
        "contents": _contents(run),
        "problems": _problems(found, owed, run.started_at.date()),
        "no_problems": no_anomalies(run),
        "unexamined": gaps(run),
        "overdue": overdue_rows(run, owed.late),
        "overdue_count": len(owed.late),
        "rectification": _rectification(found, inspection.progress),
        "talk": "",
        "prevention": "",
        "version": 1,
        "generated_at": moment(generated_at),
    }
    clean = neutralise(data)
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}


def _due(inspection: Inspection) -> str:
    run, within = inspection.run, inspection.within
    if run.finished_at is None:
        return "巡检未正常结束，期限不能计算"
    last = due(run.finished_at.date(), within, inspection.days.as_of(run.finished_at))
    provisional = "，日历未公布，暂定" if last.provisional else ""
    return f"{last.day:%Y-%m-%d}（巡检结束后 {within.count} {_UNITS[within.unit]}{provisional}）"


def _ordered(run: RunRecord, owed: Rectification) -> list[Finding]:
    today = run.started_at.date()

    def order(finding: Finding) -> tuple[int, int]:
        term = owed.terms.get(finding.id)
        return -finding.level.rank, -term.late(today) if term else 0

    return sorted(anomalies(run), key=order)


def _named(finding: Finding) -> str:
    where = f"{brief(finding.target)} {brief(finding.subject)}".strip()
    return f"{brief(finding.title)}（{where}）"


def _numbered(finding: Finding) -> str:
    return f"（{finding.id}）" if finding.id else ""


def _problems(found: Sequence[Finding], owed: Rectification, today: date) -> list[Row]:
    return [
        {
            "number": number,
            "id": each.id,
            "problem": f"{_named(each)}：{clip(each.summary or each.title, _WORDS)}{_numbered(each)}",
            "risk": RISKS[each.level],
            "advice": clip(each.advice, _WORDS) or "—",
            "deadline": deadline(owed.terms.get(each.id), today) or "—",
        }
        for number, each in enumerate(found, start=1)
    ]


def _rectification(found: Sequence[Finding], progress: Mapping[str, Progress]) -> list[Row]:
    rows: list[Row] = []
    for number, each in enumerate(found, start=1):
        told = progress.get(each.id, Progress())
        rows.append(
            {
                "number": number,
                "problem": f"{_named(each)}{_numbered(each)}",
                "measure": clip(told.measure, _WORDS),
                "owner": "",
                "done": clip(told.done, _WORDS),
                "verified": "",
            }
        )
    return rows


def _contents(run: RunRecord) -> list[Row]:
    """What was looked at, by category in playbook order; what did not apply to anything is not among it."""
    groups: dict[str, list[Check]] = {}
    for check in run.checks:
        if check.level is not Level.SKIPPED:
            groups.setdefault(check.category or "其他", []).append(check)
    return [
        {
            "number": number,
            "category": brief(category),
            "content": clip("、".join(dict.fromkeys(brief(check.title) for check in checks)), _TITLES),
            "result": f"共 {len(checks)} 项：{tally([check.level for check in checks])}",
        }
        for number, (category, checks) in enumerate(groups.items(), start=1)
    ]
