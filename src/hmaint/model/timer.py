"""A clock of a contract as it stands for an incident."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from hmaint.kit.frozen import dataclass
from hmaint.model.incident import Event
from hmaint.model.limit import Limit


class Verdict(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    MET = "met"
    MISSED = "missed"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a clock while the contract leaves it open."""

    title: str
    start: datetime
    due: datetime | None
    met_at: datetime | None
    state: Verdict


@dataclass(frozen=True, slots=True)
class Timer:
    """A clock of the contract as it stands for an incident."""

    id: str
    of: str
    """The level or class it belongs to."""
    title: str
    limit: Limit | None
    start: datetime
    due: datetime | None
    """The last moment in time, of all readings the earliest; None where the contract has no figure."""
    met_at: datetime | None
    met_by: Event | None
    state: Verdict
    counts: bool = True
    """Whether it is the strictest of all clocks with its name."""
    provisional: bool = False
    earliest: datetime | None = None
    paused: timedelta = timedelta(0)
    """What written consent takes off the waiting, and `due` has more for it."""
    readings: tuple[Reading, ...] = ()
    """Every way to read it, the one that counts first; none where there is only one."""
    open: tuple[str, ...] = ()
    """The questions of the contract that bear on it and are not answered."""
    condition: str = ""

    @property
    def judged(self) -> bool:
        """Whether there is a figure to judge by; without one, minutes are told as measured."""
        return self.due is not None

    def elapsed(self, now: datetime) -> timedelta:
        """How long it took, or takes by now; nothing for what happened before it was reported."""
        return max((self.met_at or now) - self.start, timedelta(0))

    def left(self, now: datetime) -> timedelta | None:
        """How much time is left; negative once it is over, None for what does not run or has no figure."""
        return (
            self.due - now
            if self.due and self.met_at is None and self.state is not Verdict.NOT_APPLICABLE
            else None
        )
