"""An incident with all its contract makes of it at one moment, and how urgent that is."""

from __future__ import annotations

from datetime import datetime, timedelta

from hmaint.duty.clock import Deadline
from hmaint.duty.incident_clock import questions, timers
from hmaint.duty.incident_level import Proposal, in_force, propose
from hmaint.duty.incident_report import ReportDuty, report_due, report_duties
from hmaint.duty.statutory import PACKAGED, StatutoryDays
from hmaint.kit.frozen import dataclass
from hmaint.model.ambiguity import Ambiguity
from hmaint.model.contract import Contract
from hmaint.model.incident import Incident, State
from hmaint.model.playbook import Level, worst
from hmaint.model.timer import Timer, Verdict

_NEAR_SHARE, _NEAR_LEAST = 0.25, timedelta(minutes=5)
"""A clock is near its end in its last quarter, and in its last five minutes whatever its length."""
_REPORT_NEAR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class View:
    """What can be said of an incident now."""

    incident: Incident
    contract: Contract | None
    fault: str
    """Why the contract could not be read; empty where it was, or none is named."""
    now: datetime
    level: str = ""
    classes: tuple[str, ...] = ()
    proposal: Proposal | None = None
    timers: tuple[Timer, ...] = ()
    duties: tuple[ReportDuty, ...] = ()
    reported: str = ""
    """The number of the report that was issued; empty while there is none."""
    questions: tuple[Ambiguity, ...] = ()

    @property
    def confirmed(self) -> bool:
        """Whether a person gave the level (or the classes, where the contract has no levels)."""
        if self.contract and self.contract.incident and self.contract.incident.levels:
            return self.incident.level == self.level != ""
        return bool(self.incident.classes)

    @property
    def report(self) -> Deadline | None:
        """When a report is due; None where none is, or the contract has no figure."""
        return report_due(self.duties)

    @property
    def level_said(self) -> str:
        """The level, or the gravest class where the contract has none."""
        return self.level or next(iter(self.classes), "")

    @property
    def next(self) -> Timer | None:
        """The clock that ends next, or has been over the longest."""
        running = [each for each in self.timers if each.counts and each.left(self.now) is not None]
        return min(running, key=lambda each: each.due or self.now, default=None)

    @property
    def urgency(self) -> Level:
        """CRITICAL for what was missed, WARNING for what is nearly over, UNKNOWN where clocks cannot be told."""
        found = [_of_timer(each, self.now) for each in self.timers if each.counts and not self.incident.over]
        found.append(_of_report(self))
        if self.fault and not self.incident.over:
            found.append(Level.UNKNOWN)
        return worst(found)


def view(  # noqa: PLR0913 - what a view rests on
    incident: Incident,
    contract: Contract | None,
    now: datetime,
    days: StatutoryDays = PACKAGED,
    *,
    fault: str = "",
    reported: str = "",
) -> View:
    """Tell an incident under a contract; without one it has no clocks, but stays on record."""
    if contract is None or contract.incident is None or incident.state is State.WITHDRAWN:
        return View(incident, contract, fault, now, level=incident.level, classes=incident.classes)
    level, classes = in_force(incident, contract.incident)
    found = timers(incident, contract, now, days)
    return View(
        incident,
        contract,
        fault,
        now,
        level,
        classes,
        propose(incident.facts, contract.incident),
        found,
        report_duties(incident, contract, days),
        reported,
        questions(incident, contract, found),
    )


def by_urgency(views: list[View]) -> list[View]:
    """The worst first, then what ends next, then the oldest."""

    def rank(each: View) -> tuple[int, float, datetime]:
        timer = each.next
        ends = timer.due.timestamp() if timer and timer.due else float("inf")
        return -each.urgency.rank, ends, each.incident.reported

    return sorted(views, key=rank)


def near(timer: Timer, now: datetime) -> bool:
    """Whether a running clock is nearly over."""
    left = timer.left(now)
    if left is None or timer.due is None:
        return False
    return left <= max((timer.due - timer.start) * _NEAR_SHARE, _NEAR_LEAST)


def _of_timer(timer: Timer, now: datetime) -> Level:
    if timer.state is Verdict.MISSED:
        return Level.CRITICAL
    return Level.WARNING if timer.state is Verdict.RUNNING and near(timer, now) else Level.OK


def _of_report(seen: View) -> Level:
    due = seen.report
    if due is None or seen.reported:
        return Level.OK
    if not due.kept(seen.now):
        return Level.CRITICAL
    return Level.WARNING if (due.earliest or due.due) - seen.now <= _REPORT_NEAR else Level.OK


def owing(seen: View) -> bool:
    """Whether an incident is not as it should be: something missed, nearly over, or not to be told."""
    return seen.urgency not in (Level.OK, Level.SKIPPED)
