"""巡检记录单 as data: the inspections of a period on one sheet, what was open at its end, and where it is heading."""

from __future__ import annotations

from datetime import datetime

from hmaint.model.inventory import Inventory
from hmaint.model.playbook import Level
from hmaint.report.digest import digest
from hmaint.report.health_capacity import capacity_conclusion, capacity_rows
from hmaint.report.neutral import neutralise
from hmaint.report.particulars import parties
from hmaint.report.rows import Row
from hmaint.report.stretch import Gone, Stretch
from hmaint.report.stretch_rows import (
    compared_words,
    inspection_rows,
    missing_months,
    none_open,
    open_rows,
    open_words,
    span_words,
    tallied,
)
from hmaint.report.unexamined import gaps
from hmaint.report.wording import brief, clip, moment

TITLE = "巡检记录单"
_WORDS = 160


def inspection_sheet(
    stretch: Stretch, inventory: Inventory, site: str, generated_at: datetime
) -> dict[str, object]:
    """Put the inspections of some months on the form `inspection-sheet`."""
    runs = stretch.inspections
    total = sum(run.examined for run in runs)
    data = {
        **parties(inventory, site, TITLE),
        "number": stretch.period.name,
        "record": f"{stretch.period.name} {site}，巡检 {len(runs)} 次",
        **span_words(stretch),
        "summary": f"巡检 {len(runs)} 次，检查 {total} 项次：{tallied(runs)}",
        "conclusion": _conclusion(stretch),
        "missing": "、".join(missing_months(stretch)),
        "inspections": inspection_rows(runs),
        "anomalies": open_rows(stretch),
        "no_anomalies": none_open(stretch),
        "resolved": _resolved(stretch),
        "months": _months(stretch),
        "compared": compared_words(stretch),
        "capacity_conclusion": capacity_conclusion(stretch.forecasts, stretch.until),
        "capacity": capacity_rows(stretch.forecasts, stretch.sentences, stretch.until),
        "unexamined": gaps(stretch.last) if stretch.last else [],
        "version": 1,
        "generated_at": moment(generated_at),
    }
    clean = neutralise(data)
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}


def _conclusion(stretch: Stretch) -> str:
    parts = [open_words(stretch)]
    missed = len(gaps(stretch.last)) if stretch.last else 0
    if missed:
        parts.append(f"最近一次巡检有 {missed} 处未能检查，状况未知")
    months = missing_months(stretch)
    if months:
        parts.append(f"{len(months)} 个月没有巡检记录，当月状况不明")
    return "；".join(parts) + "。"


def _resolved(stretch: Stretch) -> list[Row]:
    found = [(run, gone) for run in stretch.inspections for gone in run.gone]
    return [
        {"number": number, "problem": _gone(gone), "gone": f"{run.day:%Y-%m-%d}", "record": run.head.id}
        for number, (run, gone) in enumerate(found, start=1)
    ]


def _gone(gone: Gone) -> str:
    finding = gone.finding
    where = f"{brief(finding.target)} {brief(finding.subject)}".strip()
    seen = f"：复查所见 {clip(gone.seen, _WORDS)}" if gone.seen else ""
    return f"{brief(finding.title)}（{where}）{seen}（{finding.id}）"


def _months(stretch: Stretch) -> list[Row]:
    rows: list[Row] = []
    for month in stretch.period.months():
        if month.first > stretch.until.date():
            break
        runs = [run for run in stretch.inspections if run.day in month]
        levels = (Level.OK, Level.WARNING, Level.CRITICAL, Level.UNKNOWN)
        rows.append(
            {
                "month": f"{month.first:%Y-%m}",
                "inspections": len(runs),
                "checks": sum(run.examined for run in runs),
                **{str(level): sum(run.counts[level] for run in runs) for level in levels},
                "found": sum(run.came for run in runs),
                "gone": sum(len(run.gone) for run in runs),
            }
        )
    return rows
