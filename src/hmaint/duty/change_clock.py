"""Which clocks of the contract run for a change, and how they stand. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum

from hmaint.duty.change import grade_of, is_bug, promised_on
from hmaint.duty.clock import Deadline, deadline
from hmaint.duty.statutory import PACKAGED, StatutoryDays
from hmaint.kit.frozen import dataclass
from hmaint.model.contract import Contract
from hmaint.model.limit import AGREED, Limit
from hmaint.model.matter import Matter

PROMISE, TOTAL = "promise", "total"
"""Clocks of every contract: the day promised on annex 3, and the longest a repair may take altogether."""


class State(StrEnum):
    """How a clock stands.

    `measured`: the contract has no figure; `waiting`: what it runs from has not happened; `ended`:
    the change was laid to rest while it ran.
    """

    WAITING = "waiting"
    RUNNING = "running"
    MET = "met"
    MISSED = "missed"
    MEASURED = "measured"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class ChangeClock:
    """One limit for one change."""

    id: str
    state: State
    limit: str
    """As contracts spell it: 3wd, PT2H, agreed, the promised day; empty where there is no figure."""
    since: datetime | None = None
    deadline: Deadline | None = None
    met_at: datetime | None = None
    clause: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it still waits to be met, be it in time or late."""
        return self.met_at is None and self.state in (State.RUNNING, State.MISSED)


def clocks_of(
    change: Matter, contract: Contract | None, now: datetime, days: StatutoryDays = PACKAGED
) -> tuple[ChangeClock, ...]:
    """Every limit of a change: those of its grade, the longest a repair may take, and what was promised.

    All of them count. None for a change that was withdrawn; what still ran when it was laid to rest has ended.
    """
    if change.withdrawn:
        return ()
    read = _Reading(change, contract, now, days)
    return (*read.graded(), *read.total(), *read.promise())


@dataclass(frozen=True, slots=True)
class _Reading:
    """A change, and what its clocks are read by."""

    change: Matter
    contract: Contract | None
    now: datetime
    days: StatutoryDays

    def graded(self) -> Iterator[ChangeClock]:
        grade, contract = grade_of(self.change, self.contract), self.contract
        if grade is None or contract is None:
            return
        agreed = promised_on(self.change) or _agreed(self.change)
        for clock in grade.clocks:
            since = _STARTS.get(clock.starts, _accepted)(self.change)
            met = _ENDS.get(clock.ends, _delivered)(self.change)
            hours = contract.calendar(clock.calendar)
            by = (
                deadline(clock.limit, since, hours, self.days, agreed=agreed, cap=clock.cap)
                if since
                else None
            )
            # "At once" is told in minutes and never judged; until it is done it is due.
            state = _at_once(met) if clock.immediate and since else self._state(since, by, met)
            yield ChangeClock(clock.id, state, _said(clock.limit), since, by, met, grade.clause)

    def total(self) -> Iterator[ChangeClock]:
        wants = self.contract.requirements if self.contract else None
        since = _accepted(self.change)
        if wants and wants.overall_cap and is_bug(self.change) and since:
            by = deadline(wants.overall_cap, since, days=self.days)
            yield self._clock(TOTAL, wants.overall_cap, since, by, _delivered(self.change))

    def promise(self) -> Iterator[ChangeClock]:
        promised, said = promised_on(self.change), self.change.last("promised")
        if promised and said:
            wants = self.contract.requirements if self.contract else None
            met = _finished if wants is None or wants.promise_field else _delivered
            by = deadline(AGREED, said.at, agreed=promised)
            yield self._clock(PROMISE, promised.isoformat(), said.at, by, met(self.change))

    def _clock(
        self,
        name: str,
        limit: Limit | str | None,
        since: datetime | None,
        by: Deadline | None,
        met: datetime | None,
    ) -> ChangeClock:
        return ChangeClock(name, self._state(since, by, met), _said(limit), since, by, met)

    def _state(self, since: datetime | None, by: Deadline | None, met: datetime | None) -> State:
        if since is None:
            return State.WAITING
        if by is None:
            return State.MEASURED
        rests = self.change.first("closed")
        ended = met or (rests.at if rests else None)
        if not by.kept(ended or self.now):
            return State.MISSED
        return State.MET if met else State.ENDED if rests else State.RUNNING


def next_due(clocks: Iterable[ChangeClock]) -> ChangeClock | None:
    """The clock that runs out first, or ran out first; None where none is open."""
    open_ = [(each.deadline.due, each) for each in clocks if each.deadline and each.is_open]
    return min(open_, key=lambda each: each[0])[1] if open_ else None


def _said(limit: Limit | str | None) -> str:
    return "" if limit is None else str(limit)


def _at_once(met: datetime | None) -> State:
    return State.MEASURED if met else State.RUNNING


def _agreed(change: Matter) -> date | datetime | None:
    told = change.text("due")
    if not told:
        return None
    return datetime.fromisoformat(told) if "T" in told else date.fromisoformat(told)


def _first(*events: str) -> Callable[[Matter], datetime | None]:
    def at(change: Matter) -> datetime | None:
        times = [each.at for each in change.entries if each.event in events]
        return min(times, default=None)

    return at


def _accepted(change: Matter) -> datetime | None:
    """When it was accepted; when it was asked for, where no acceptance was told: that is the stricter reading."""
    return _first("accepted")(change) or _first("asked")(change)


def _confirmed(change: Matter) -> datetime | None:
    """Accepted and confirmed in writing: the later of both; None until the hospital has confirmed."""
    confirmed, accepted = _first("confirmed")(change), _accepted(change)
    return max(confirmed, accepted) if confirmed and accepted else None


def _finished(change: Matter) -> datetime | None:
    """Delivered and debugged on site, both."""
    delivered, debugged = _delivered(change), _first("debugged")(change)
    return max(delivered, debugged) if delivered and debugged else None


def _with_workaround(change: Matter) -> datetime | None:
    return min((each.at for each in change.all("started") if each.body.get("workaround")), default=None)


def _analysed(change: Matter) -> datetime | None:
    """An analysis and a plan: both in one assessment, or the plan handed in."""
    whole = [each.at for each in change.all("assessed") if each.body.get("solution")]
    return min([*whole, *(each.at for each in change.all("planned"))], default=None)


_delivered = _first("delivered")
_STARTS: Mapping[str, Callable[[Matter], datetime | None]] = {
    "raised": _first("asked"),
    "request_received": _first("asked"),
    "accepted": _accepted,
    "confirmed": _confirmed,
}
_ENDS: Mapping[str, Callable[[Matter], datetime | None]] = {
    "responded": _first("accepted", "started", "assessed", "planned", "delivered"),
    "started": _first("started", "delivered"),
    "started_with_workaround": _with_workaround,
    "assessed": _first("assessed"),
    "analysis_and_plan": _analysed,
    "patch_or_plan": _first("planned", "delivered"),
    "deployed": _delivered,
    "delivered": _delivered,
    "fixed": _delivered,
    "onsite_debug": _finished,
}
