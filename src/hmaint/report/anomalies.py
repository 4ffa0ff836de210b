"""The block of each anomaly: what happened, how grave, what to do, and what people wrote to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hmaint.model.run import Check, Finding, RunRecord, State
from hmaint.report.rectification import Rectification, deadline
from hmaint.report.wording import LEVELS, RISKS, STATES, brief, clip

_EVENT = 600
"""Characters of one event: about a third of a page, so that an anomaly stays on one."""
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Notes:
    """What people wrote to one finding: what they told the hospital, and what was done."""

    feedback: str = ""
    solution: str = ""


def anomaly_rows(run: RunRecord, notes: Mapping[str, Notes], owed: Rectification) -> list[Row]:
    """One block for each finding: what is longest overdue first, then the worst.

    What is gone or could not be examined is told elsewhere.
    """
    today = run.started_at.date()

    def order(finding: Finding) -> tuple[int, int]:
        term = owed.terms.get(finding.id)
        return (-term.late(today) if term else 0, -finding.level.rank)

    return [
        _block(number, finding, notes.get(finding.id, Notes()), deadline(owed.terms.get(finding.id), today))
        for number, finding in enumerate(sorted(anomalies(run), key=order), start=1)
    ]


def anomalies(run: RunRecord) -> list[Finding]:
    """List what the run saw that is not well; a bad check without a finding of its own counts as one."""
    seen = [each for each in run.findings if each.level in RISKS and each.state is not State.RESOLVED]
    told = {(finding.check, finding.target) for finding in seen}
    bare = [each for each in run.checks if each.level in RISKS and (each.id, each.target) not in told]
    return [*seen, *(_of_check(check) for check in bare)]


def resolved(run: RunRecord) -> str:
    """Tell what earlier runs had found and this one saw gone, and by what it saw that."""
    gone = [finding for finding in run.findings if finding.state is State.RESOLVED]
    now = {(check.target, check.id): check.summary for check in run.checks}
    return "；".join(_gone(each, now.get((each.target, each.check), "")) for each in gone)


def _gone(finding: Finding, seen: str) -> str:
    words = f"{brief(finding.title)}（{_where(finding)}）"
    return f"{words}：复查所见 {brief(seen)}" if seen else words


def _of_check(check: Check) -> Finding:
    return Finding(
        "", check.id, check.target, "", check.level, check.title, check.summary, category=check.category
    )


def _block(number: int, finding: Finding, note: Notes, due: str) -> Row:
    return {
        "number": number,
        "id": finding.id,
        "level": LEVELS[finding.level],
        "state": STATES[finding.state],
        "title": brief(finding.title),
        "where": _where(finding),
        "event": clip(finding.summary or finding.title, _EVENT),
        "risk": RISKS[finding.level],
        "deadline": due,
        "advice": clip(finding.advice, _EVENT),
        "feedback": clip(note.feedback, _EVENT),
        "solution": clip(note.solution, _EVENT),
    }


def _where(finding: Finding) -> str:
    return f"{brief(finding.target)} {brief(finding.subject)}".strip()
