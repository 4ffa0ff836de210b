"""What the records hold of some months, in small: each run as one line needs it, and what was open at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from hmaint.duty.rectification import Term
from hmaint.model.ambiguity import Ambiguity
from hmaint.model.difference import Difference
from hmaint.model.forecast import Forecast
from hmaint.model.period import Period
from hmaint.model.playbook import Level, worst
from hmaint.model.run import Check, Finding, RunRecord, State
from hmaint.report.anomalies import Notes, anomalies
from hmaint.report.wording import brief

BACKUP = "备份"
_BAD = (Level.WARNING, Level.CRITICAL)
_COMING = (State.NEW, State.RECURRING)


@dataclass(frozen=True, slots=True)
class Gone:
    """A finding that a run saw gone, and what it saw instead."""

    finding: Finding
    seen: str


@dataclass(frozen=True, slots=True)
class Inspected:
    """A run in small: `head` without what was seen, and the little of it that documents of months tell."""

    head: RunRecord
    counts: Mapping[str, int]
    came: int = 0
    gone: tuple[Gone, ...] = ()
    probes: Mapping[str, Level] = field(default_factory=dict)
    """Each service that was asked, at the worst of what was seen of it."""
    backups: tuple[Check, ...] = ()
    titles: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """What the check of each figure is called, by target and figure."""

    @property
    def day(self) -> date:
        return self.head.started_at.date()

    @property
    def examined(self) -> int:
        return sum(count for name, count in self.counts.items() if name != Level.SKIPPED)


@dataclass(frozen=True, slots=True)
class Open:
    """A finding that is to be put right; `level` is what it was last seen at."""

    finding: Finding
    level: Level
    since: date
    term: Term | None = None
    notes: Notes = field(default_factory=Notes)

    @property
    def where(self) -> str:
        return f"{brief(self.finding.target)} {brief(self.finding.subject)}".strip()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some months of one site as the records tell them; everything in the order of time."""

    period: Period
    until: datetime
    """What came later is not told: the end of the period, or the last run where it is not over."""
    over: bool
    inspections: Sequence[Inspected] = ()
    data_checks: Sequence[Inspected] = ()
    backup_runs: Sequence[Inspected] = ()
    last: RunRecord | None = None
    """The last inspection, with all that was seen."""
    open: Sequence[Open] = ()
    difference: Difference | None = None
    forecasts: Sequence[Forecast] = ()
    sentences: Sequence[str] = ()
    ambiguities: Sequence[Ambiguity] = ()
    """What the contract leaves open."""


def in_small(run: RunRecord) -> Inspected:
    """Keep of a run what documents of months tell; the rest may be let go."""
    now = {(check.target, check.id): check.summary for check in run.checks}
    gone = [each for each in run.findings if each.state is State.RESOLVED]
    return Inspected(
        replace(run, targets=(), checks=(), findings=(), metrics=()),
        run.counts(),
        sum(each.state in _COMING and each.level in _BAD for each in run.findings),
        tuple(Gone(each, now.get((each.target, each.check), "")) for each in gone),
        dict(_probes(run)),
        tuple(check for check in run.checks if is_backup(check) and check.level is not Level.SKIPPED),
        {(metric.target, metric.name): check.title for check in run.checks for metric in check.metrics},
    )


def is_backup(check: Check | Finding) -> bool:
    """Whether a check or what it found is about backups."""
    identity = check.id if isinstance(check, Check) else check.check
    return check.category == BACKUP or identity.startswith("backup.")


def _probes(run: RunRecord) -> Iterator[tuple[str, Level]]:
    for target in run.targets:
        if target.kind != "endpoint":
            continue
        # Having reached a service is a probe of it, unlike of a host.
        seen: list[Level] = [
            c.level for c in run.checks if c.target == target.name and c.level is not Level.SKIPPED
        ]
        lost = target.error is not None or Level.UNKNOWN in seen or not seen
        bad: list[Level] = [level for level in seen if level in _BAD]
        yield target.name, worst(bad) if bad else Level.UNKNOWN if lost else Level.OK


def bare(run: RunRecord) -> list[Open]:
    """What a run saw bad without a finding of its own: nothing follows it from run to run."""
    found = [each for each in anomalies(run) if not each.id]
    return [Open(each, each.level, run.started_at.date()) for each in found]


def by_urgency(found: Sequence[Open], today: date) -> list[Open]:
    """Put what is longest overdue first, then what is worst, then what is oldest."""
    return sorted(
        found,
        key=lambda each: (-each.term.late(today) if each.term else 0, -each.level.rank, each.since),
    )
