"""An upgrade as it was planned: what, when, by whom, and what is done step by step; nothing here knows a target yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from pathlib import Path
from typing import Literal

from hmaint.errors import Place
from hmaint.kit.frozen import dataclass
from hmaint.model.playbook import Playbook, Selector
from hmaint.model.upgrade_kind import ActKind

PlanKind = Literal["upgrade", "data-fix"]
RollbackMode = Literal["auto", "ask"]


@dataclass(frozen=True, slots=True)
class Window:
    """When the hospital allows it; aware times, the end after the start. Judged by the target's clock."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Artefact:
    """A file that is brought to targets; its content was held against `sha256` when the plan was read."""

    name: str
    path: Path
    sha256: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Risk:
    """One row of the risk table."""

    risk: str
    chance: str
    effect: str
    measure: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Somebody who is told beforehand."""

    who: str
    how: str
    time: str


@dataclass(frozen=True, slots=True)
class BackupWanted:
    """A backup of the inventory that must be fresh and verified before anything begins; `max_age` in seconds."""

    name: str
    max_age: float
    of: str = ""
    """The database it must be a backup of; empty: whichever the inventory says."""


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One step as it is written: for which targets, with its arguments not yet rendered."""

    id: str
    title: str
    kind: ActKind
    on: Selector | None
    """None for a person (ask)."""
    args: object
    """The form of its kind (`load/plan_kinds.py`)."""
    place: Place
    estimate: float
    """Seconds it is expected to take on one target."""
    timeout: float
    """Seconds after which it has failed."""
    interruptible: bool = False
    """Whether it may begin although the rest of the window is shorter than its estimate."""
    outage: bool = False
    """Whether the system is down for its users while it runs."""
    irreversible: bool = False
    """Whether the plan says `undo: none`."""
    owner: str = ""
    secrets: Mapping[str, object] = field(default_factory=dict)
    """Environment names with the `model.secret.Secret` each stands for."""


@dataclass(frozen=True, slots=True)
class Observation:
    """How long the system is watched after the last step: `verify` again every `every` seconds, for `length`."""

    length: float
    every: float


@dataclass(frozen=True, slots=True)
class Rollback:
    """What happens by itself when a step or the verification fails, before the point of no return."""

    mode: RollbackMode = "auto"
    on_overrun: Literal["finish", "rollback"] = "finish"
    """What is done when the window ends during the run (the overrun is told either way)."""


@dataclass(frozen=True, slots=True)
class Rollout:
    """How steps go over several hosts: `serial` at a time (0: all), one alone first, all of them or none."""

    serial: int = 0
    canary: str = ""
    all_or_none: bool = True


@dataclass(frozen=True, slots=True)
class UpgradePlan:
    """One plan file, every word of it checked; `digest` is the SHA-256 of its content, whatever its layout."""

    path: Path
    kind: PlanKind
    name: str
    title: str
    site: str
    from_version: str
    to_version: str
    content: str
    reason: str
    impact: str
    window: Window
    approvers: tuple[str, ...]
    supervisor: str
    steps: tuple[PlanStep, ...]
    preflight: Playbook
    verify: Playbook
    digest: str
    written: str = ""
    """What the file says, as JSON with sorted keys and no blanks; secrets by their names."""
    modules: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    """Numbers of the changes it fulfils (C-…)."""
    applicant: str = ""
    artefacts: tuple[Artefact, ...] = ()
    backups: tuple[BackupWanted, ...] = ()
    risks: tuple[Risk, ...] = ()
    notices: tuple[Notice, ...] = ()
    observe: Observation | None = None
    rollback: Rollback = Rollback()
    rollout: Rollout = Rollout()
    point_of_no_return: str = ""
    """The id of the step with whose beginning nothing can be put back by itself any more; empty: there is none."""
    vars: Mapping[str, object] = field(default_factory=dict)
    per_target: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Variables of single targets, which win over `vars`."""
    tests: str = ""
    """What testing said."""
    test_report: Path | None = None
    release_notes: Path | None = None
    stop_when: tuple[str, ...] = ()
    """Conditions, in words, under which people break it off."""

    @property
    def estimate(self) -> float:
        """Seconds of one pass over all steps, and of watching afterwards."""
        return sum(step.estimate for step in self.steps) + (self.observe.length if self.observe else 0.0)

    def artefact(self, name: str) -> Artefact | None:
        """The artefact of that name."""
        return next((each for each in self.artefacts if each.name == name), None)
