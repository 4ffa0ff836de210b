"""What a run found and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from enum import StrEnum

from hmaint.kit.frozen import dataclass
from hmaint.model.inventory import Scalar
from hmaint.model.playbook import Level


class State(StrEnum):
    """Where a finding stands in its life."""

    NEW = "new"
    OPEN = "open"
    RECURRING = "recurring"
    RESOLVED = "resolved"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of one run."""

    target: str
    name: str
    value: float
    subject: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be, or that could not be examined (level UNKNOWN)."""

    id: str
    check: str
    target: str
    subject: str
    level: Level
    title: str
    summary: str
    category: str = ""
    advice: str = ""
    metrics: Mapping[str, Scalar] = field(default_factory=dict)
    state: State = State.NEW


@dataclass(frozen=True, slots=True)
class Check:
    """How one step came out on one target, whatever came out."""

    id: str
    target: str
    title: str
    category: str
    level: Level
    summary: str
    findings: tuple[Finding, ...] = ()
    metrics: tuple[Metric, ...] = ()
    complete: bool = True
    """Whether the whole of it was seen, so that findings no longer there may be called gone."""

    @property
    def whole(self) -> bool:
        """Whether all of it was examined and everything in it could be, so that what is not there is gone."""
        unseen = any(finding.level is Level.UNKNOWN for finding in self.findings)
        return self.complete and self.level not in (Level.UNKNOWN, Level.SKIPPED) and not unseen


@dataclass(frozen=True, slots=True)
class TargetResult:
    """One target of a run; `error` says in a sentence why it could not be examined."""

    name: str
    kind: str
    level: Level
    elapsed_ms: int
    title: str = ""
    address: str = ""
    error: str | None = None
    facts: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A whole run as people and forms see it."""

    id: str
    command: str
    site: str
    playbook: str
    playbook_title: str
    playbook_digest: str
    mode: str
    operator: str
    started_at: datetime
    finished_at: datetime | None
    level: Level
    targets: tuple[TargetResult, ...] = ()
    checks: tuple[Check, ...] = ()
    findings: tuple[Finding, ...] = ()
    metrics: tuple[Metric, ...] = ()
    redacted: Mapping[str, int] = field(default_factory=dict)
    reports: tuple[str, ...] = ()
    state: str = "finished"

    def ordered(self) -> RunRecord:
        """The same run with its findings worst first, then in the order of the targets: as it is shown."""
        place = {target.name: number for number, target in enumerate(self.targets)}
        last = len(place)
        findings = sorted(self.findings, key=lambda f: (-f.level.rank, place.get(f.target, last)))
        return replace(self, findings=tuple(findings))

    def counts(self) -> dict[str, int]:
        """How many checks came out at each level."""
        counted = dict.fromkeys(("ok", "warning", "critical", "unknown", "skipped"), 0)
        for check in self.checks:
            counted[check.level] += 1
        return counted
