"""整改时限 on a form: by when each anomaly is to be put right, and the table of what is overdue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from hmaint.duty.rectification import Term
from hmaint.model.limit import Limit
from hmaint.model.run import Finding, RunRecord
from hmaint.report.wording import RISKS, brief, clip

_UNITS = {"day": "天", "workday": "个工作日", "month": "个月"}
_MATTER = 160
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Late:
    """A finding that was not put right in time; `since` is the day it came up."""

    finding: Finding
    since: date
    term: Term


@dataclass(frozen=True, slots=True)
class Rectification:
    """What a site owed when a run began: the term of each finding by its id, and what was overdue, longest first."""

    terms: Mapping[str, Term] = field(default_factory=dict)
    late: Sequence[Late] = ()


def deadline(term: Term | None, today: date) -> str:
    """By when, where that comes from, and by how much it has passed; empty where nothing is known."""
    if term is None:
        return ""
    source = "拟定" if term.proposed else "合同约定"
    provisional = "，日历未公布，暂定" if term.provisional else ""
    late = term.late(today)
    passed = f"，已逾期 {late} 天" if late else ""
    return f"{term.day:%Y-%m-%d}（{_length(term.span)}，{source}{provisional}）{passed}"


def _length(span: Limit) -> str:
    return f"{span.count} {_UNITS[span.unit]}"


def overdue_rows(run: RunRecord, late: Sequence[Late]) -> list[Row]:
    """One row for each finding that is overdue, whether this run saw it again or did not look."""
    today = run.started_at.date()
    seen = {finding.id for finding in run.findings}
    return [
        {
            "number": number,
            "id": each.finding.id,
            "title": brief(each.finding.title),
            "where": f"{brief(each.finding.target)} {brief(each.finding.subject)}".strip(),
            "event": clip(each.finding.summary, _MATTER),
            "risk": RISKS.get(each.finding.level, ""),
            "since": f"{each.since:%Y-%m-%d}",
            "due": f"{each.term.day:%Y-%m-%d}\n逾期 {each.term.late(today)} 天",
            "days": each.term.late(today),
            "now": "仍存在" if each.finding.id in seen else "未能复查",
        }
        for number, each in enumerate(late, start=1)
    ]
