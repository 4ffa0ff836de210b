"""How a run of an upgrade or a data-fix went, as its journal tells it; papers, registers and duties come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Literal

from hmaint.kit.frozen import dataclass

RanState = Literal["running", "done", "rolled_back", "paused", "needs_person"]


@dataclass(frozen=True, slots=True)
class StepRan:
    """One act: when it was first begun, when it last came to an end, when it was taken back."""

    id: str
    title: str
    target: str
    kind: str
    planned: float
    """Seconds."""
    outage: bool
    state: str
    """pending, intent, in_doubt, done, undone or failed."""
    begun: datetime | None = None
    ended: datetime | None = None
    undone: datetime | None = None
    code: str = ""
    operator: str = ""
    reason: str = ""
    probed: bool = False
    """Whether it was found done by asking instead of having been seen to end."""
    attempts: int = 0
    facts: Mapping[str, object] = field(default_factory=dict)
    """What the line says with which it was done."""
    wave: int = 0
    """Acts of one wave ran at once."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One check of a verification; `level` as checks have it."""

    phase: str
    at: datetime
    title: str
    target: str
    level: str
    told: str


@dataclass(frozen=True, slots=True)
class Watched:
    """One verification, or one stretch of watching, with how often was looked."""

    phase: str
    begun: datetime
    ended: datetime
    times: int
    good: bool | None
    """None: it could not be looked at."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Presence:
    """The supervisor at the start or the end: confirmed by whoever sat at the laptop, or asked for and not."""

    when: str
    who: str
    at: datetime
    confirmed: bool
    asked: bool = True
    """Whether that was asked then; else it was said when the run began (`--yes`)."""


@dataclass(frozen=True, slots=True)
class Turned:
    """Something that went otherwise than planned, in a sentence."""

    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class Ran:
    """One run."""

    run: str
    site: str
    kind: str
    plan: str
    title: str
    before: str
    after: str
    digest: str
    window: tuple[datetime, datetime]
    supervisor: str
    operator: str
    begun: datetime
    changed: datetime
    """When the journal was last written to."""
    ended: datetime | None
    state: RanState
    why: str = ""
    steps: tuple[StepRan, ...] = ()
    checks: tuple[Checked, ...] = ()
    watched: tuple[Watched, ...] = ()
    presence: tuple[Presence, ...] = ()
    turns: tuple[Turned, ...] = ()
    warnings: tuple[str, ...] = ()
    rolled_back: bool = False
    left: tuple[str, ...] = ()
    """Targets that were not put back with the others: the plan lets whole ones keep what they got."""
    outage: tuple[datetime, datetime] | None = None
    """From the first to the last act while which the system was down; None where none was."""
    written: Mapping[str, object] = field(default_factory=dict)
    """The plan as it was written."""
