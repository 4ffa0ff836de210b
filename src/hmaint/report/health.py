"""系统健康检查与性能分析报告 as data: how servers, databases and devices perform, and where they are heading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hmaint.model.difference import Difference
from hmaint.model.forecast import Forecast
from hmaint.model.inventory import Inventory
from hmaint.model.playbook import Level
from hmaint.model.run import RunRecord
from hmaint.report.anomalies import anomalies, resolved
from hmaint.report.digest import digest
from hmaint.report.health_capacity import METHOD, Plotted, capacity_conclusion, capacity_rows
from hmaint.report.health_changes import change_rows, compared
from hmaint.report.health_figures import appendix, target_blocks
from hmaint.report.neutral import neutralise
from hmaint.report.particulars import about
from hmaint.report.rectification import Rectification, deadline, overdue_rows
from hmaint.report.rows import Row, target_rows
from hmaint.report.unexamined import gaps
from hmaint.report.verdict import conclusion
from hmaint.report.wording import LEVELS, RISKS, brief, clip, moment, tally

TITLE = "系统健康检查与性能分析报告"
_APPENDED = 600
"""Figures in the appendix: about fifteen pages; the rest is in the record."""
_ADVICE = 400


@dataclass(frozen=True, slots=True)
class Prospect:
    """Where a site is heading: forecasts, the sentence for each, and what was drawn of them."""

    forecasts: Sequence[Forecast] = ()
    sentences: Sequence[str] = ()
    capacity: Sequence[Plotted] = ()
    performance: Sequence[Plotted] = ()
    undrawn: str = ""
    """Why nothing was drawn; empty where something was or there was nothing to draw."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """A deep inspection with what it is held against."""

    run: RunRecord
    difference: Difference | None = None
    owed: Rectification = field(default_factory=Rectification)
    prospect: Prospect = field(default_factory=Prospect)


def health_report(
    quarter: Quarter, inventory: Inventory, *, version: int = 1, generated_at: datetime | None = None
) -> dict[str, object]:
    """Tell a deep inspection as the form `health-report` has it."""
    run, prospect = quarter.run, quarter.prospect
    before = quarter.difference.before if quarter.difference else None
    now = run.finished_at or run.started_at
    figures, more = appendix(run, _APPENDED)
    data = {
        **about(run, inventory, TITLE),
        "quarter": f"{run.started_at.year} 年第 {(run.started_at.month + 2) // 3} 季度",
        "summary": f"检查 {len(run.checks)} 项：{tally([check.level for check in run.checks], zeros=True)}",
        "conclusion": conclusion(run),
        "urgent": _urgent(quarter),
        "targets": target_rows(run),
        "servers": target_blocks(run, before, ("host",)),
        "databases": target_blocks(run, before, ("database",)),
        "others": target_blocks(run, before, ("device", "endpoint")),
        "performance": [_chart(each) for each in prospect.performance],
        "capacity_conclusion": capacity_conclusion(prospect.forecasts, now),
        "capacity": capacity_rows(prospect.forecasts, prospect.sentences, now),
        "capacity_charts": [_chart(each) for each in prospect.capacity],
        "method": METHOD,
        "undrawn": prospect.undrawn,
        "overdue": overdue_rows(run, quarter.owed.late),
        "overdue_count": len(quarter.owed.late),
        "risks": _risks(quarter),
        "resolved": resolved(run),
        "compared": compared(quarter.difference),
        "changes": change_rows(quarter.difference),
        "unexamined": gaps(run),
        "figures": figures,
        "figures_more": f"另有 {more} 个读数未列出，见原始记录 {run.id}。" if more else "",
        "version": version,
        "generated_at": moment(generated_at or now),
    }
    clean = neutralise(data)
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}


def _chart(plotted: Plotted) -> Row:
    return {"title": plotted.title, "image": plotted.image}


def _urgent(quarter: Quarter) -> str:
    found = anomalies(quarter.run)
    graves = [finding for finding in found if finding.level is Level.CRITICAL]
    parts = []
    if quarter.owed.late:
        parts.append(f"{len(quarter.owed.late)} 项问题已超过整改时限")
    if graves:
        named = "、".join(dict.fromkeys(brief(f"{f.target} {f.title}") for f in graves[:5]))
        parts.append(f"高风险 {len(graves)} 项：{named}{' 等' if len(graves) > 5 else ''}")  # noqa: PLR2004 - as many as are named
    soon = [
        row
        for row in capacity_rows(quarter.prospect.forecasts, quarter.prospect.sentences, _now(quarter))
        if row["soon"]
    ]
    if soon:
        parts.append(f"{len(soon)} 项存储可能在 90 天内写满")
    missed = quarter.run.counts()["unknown"]
    if missed:
        parts.append(f"{missed} 项未能检查，状况不明")
    return "；".join(parts) + "。" if parts else "已检查的内容中没有需要立即处理的问题。"


def _now(quarter: Quarter) -> datetime:
    return quarter.run.finished_at or quarter.run.started_at


def _risks(quarter: Quarter) -> list[Row]:
    """Every problem by how grave it is, what is longest overdue first among equals, with what to do by when."""
    today, terms = quarter.run.started_at.date(), quarter.owed.terms

    def order(found: tuple[int, str]) -> tuple[int, int]:
        term = terms.get(found[1])
        return -found[0], -term.late(today) if term else 0

    ranked = sorted(anomalies(quarter.run), key=lambda each: order((each.level.rank, each.id)))
    return [
        {
            "number": number,
            "risk": RISKS[each.level],
            "problem": f"{brief(each.title)}（{brief(each.target)} {brief(each.subject)}".rstrip()
            + f"）：{clip(each.summary or LEVELS[each.level], _ADVICE)}",
            "advice": clip(each.advice, _ADVICE) or "—",
            "deadline": deadline(terms.get(each.id), today) or "—",
        }
        for number, each in enumerate(ranked, start=1)
    ]
