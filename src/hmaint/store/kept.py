"""What records hand back that a run itself does not have: histories, notes, earlier readings."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from hmaint.kit.frozen import dataclass
from hmaint.model.look import Row
from hmaint.model.playbook import Level
from hmaint.model.run import Finding, State

NoteKind = Literal["feedback", "solution", "note", "closed"]


class Anchor(NamedTuple):
    """The last line known of an audit trail: its sequence number and its hash."""

    sequence: int
    digest: str


class Earlier(NamedTuple):
    """What a step read the last time it was answered, when that was, and which of its findings were closed since."""

    rows: tuple[Row, ...]
    time: datetime
    accepted: frozenset[str] = frozenset()


class Seen(NamedTuple):
    """A finding as one run of its present spell saw it."""

    at: datetime
    level: Level


class Reading(NamedTuple):
    """A figure as one run read it."""

    at: datetime
    run: str
    value: float


@dataclass(frozen=True, slots=True)
class Series:
    """One figure over the runs, oldest first."""

    target: str
    name: str
    subject: str
    unit: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a finding's last spell ended by itself: the run that saw it gone, and what that run saw instead."""

    run: str
    at: datetime
    operator: str
    summary: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Note:
    """What a person said about a finding; `closed` carries the reason it was closed for."""

    kind: NoteKind
    text: str
    operator: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """A finding as one run saw it."""

    run: str
    at: datetime
    state: State
    level: Level
    summary: str


@dataclass(frozen=True, slots=True)
class StoredFinding:
    """A finding over all runs: as it was last seen, where it stands now, and what was said about it."""

    finding: Finding
    site: str
    first_run: str
    first_seen: datetime
    last_run: str
    last_seen: datetime
    notes: tuple[Note, ...] = ()
    history: tuple[Event, ...] = ()
    ending: Ending | None = None
    """Given while the finding is resolved."""
