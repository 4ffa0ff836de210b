"""An incident as its entries tell it: what was reported, how it was classified, and when each thing happened first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from hmaint.kit.frozen import dataclass
from hmaint.model.entry import Entry

KIND, PREFIX = "incident", "I"


class Event(StrEnum):
    """What can happen to an incident; the names that entries carry."""

    OPENED = "opened"
    RESPONDED = "responded"
    REMOTE_FAILED = "remote_failed"
    ARRIVED = "arrived"
    FALLBACK = "fallback"
    RESTORED = "restored"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    FEEDBACK = "feedback"
    CLOSED = "closed"
    NOTED = "noted"
    CLASSIFIED = "classified"
    WAITING = "waiting"
    RESUMED = "resumed"
    LINKED = "linked"
    ANALYSED = "analysed"
    DIAGNOSED = "diagnosed"
    REMINDED = "reminded"


class State(StrEnum):
    """How far an incident is."""

    OPEN = "open"
    RESPONDED = "responded"
    ONSITE = "onsite"
    FALLBACK = "fallback"
    RESTORED = "restored"
    RESOLVED = "resolved"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an incident that its class and level rest on; empty or None is not known."""

    scope: str = ""
    """person, department, hospital, or a word of the contract's own."""
    type: str = ""
    effects: tuple[str, ...] = ()
    """safety, treatment, operation, experience."""
    interruption: str = ""
    """full: the business stands still; key: a key function fails; minor; slow; none."""
    difficulty: str = ""
    request: str = ""
    """What was asked for: fault, consult, training, upgrade, change, data, backup, disaster."""
    rooms: int | None = None
    """How many examination rooms are struck."""
    users: int | None = None
    sudden: bool | None = None
    onsite: bool | None = None
    """Whether somebody has to come to the place."""
    affirmed: tuple[str, ...] = ()
    """Criteria of the contract, word for word, that a person says are fulfilled."""
    denied: tuple[str, ...] = ()
    """Such criteria that a person says are not."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Time in which something of the hospital's was waited for; open at the end where `until` is None."""

    since: datetime
    until: datetime | None
    why: str
    consent: str = ""
    """SHA-256 of the written consent to stop the clocks; without one, waiting is told and never subtracted."""


@dataclass(frozen=True, slots=True)
class Action:
    """What is to be done so that it does not come again."""

    what: str
    owner: str = ""
    due: str = ""
    verify: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """How an incident went, without what was said of it: what is owed after it hangs on no more."""

    id: str
    site: str
    reported: datetime
    facts: Facts
    level: str
    """The level a person gave it."""
    marks: Mapping[Event, datetime]
    """As those of an `Incident`."""


@dataclass(frozen=True, slots=True)
class Incident:
    """The state of an incident: a pure function of its entries, whatever order they came in."""

    id: str
    site: str
    what: str
    reported: datetime
    """When it was reported: what clocks start from, and what no later word moves."""
    occurred: datetime | None
    """When it began, where that is known apart from the report."""
    reporter: str
    channel: str
    facts: Facts
    level: str
    """The level a person gave it; empty until one did, when the proposal counts."""
    classes: tuple[str, ...]
    classified_by: str
    state: State
    marks: Mapping[Event, datetime]
    """When each thing happened first (what ends it: since it was last opened anew)."""
    waits: tuple[Wait, ...] = ()
    links: tuple[str, ...] = ()
    """Earlier incidents of the same symptom or cause."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """The newest words of each kind: cause, solution, manifestation, fallback, root_cause, …"""
    actions: tuple[Action, ...] = ()
    confirmed: bool = False
    """Whether the reporter said that the solution holds."""
    events: tuple[Entry, ...] = ()
    """The entries that hold, in the order they happened."""
    history: tuple[Entry, ...] = ()
    """Every entry, also what was corrected or taken back."""

    @property
    def over(self) -> bool:
        """Whether nothing more is to be done about it."""
        return self.state in (State.CLOSED, State.WITHDRAWN)
