"""The clocks of an incident under a contract: pure functions of its entries, the contract and the moment of asking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hmaint.duty.clock import Deadline
from hmaint.duty.incident_level import in_force
from hmaint.duty.incident_pause import deadline_with_waits
from hmaint.duty.statutory import PACKAGED, StatutoryDays
from hmaint.model.ambiguity import Ambiguity
from hmaint.model.contract import Contract
from hmaint.model.contract_incident import Clock, FaultClass
from hmaint.model.incident import Event, Incident, State, Wait
from hmaint.model.limit import Limit
from hmaint.model.timer import Reading, Timer, Verdict

_MET_BY = {
    "responded": (Event.RESPONDED, Event.ARRIVED, Event.FALLBACK, Event.RESTORED, Event.RESOLVED),
    "arrived": (Event.ARRIVED,),
    "restored_or_fallback": (Event.FALLBACK, Event.RESTORED, Event.RESOLVED),
    "restored": (Event.RESTORED, Event.RESOLVED),
    "resolved": (Event.RESOLVED,),
    "fixed": (Event.RESOLVED,),
}
"""What meets a clock. Who came or solved it had responded by then, even where nobody put the response on record."""


def timers(
    incident: Incident, contract: Contract, now: datetime, days: StatutoryDays = PACKAGED
) -> tuple[Timer, ...]:
    """Every clock of the level and the classes in force; of those with one name the strictest first, and counting."""
    if contract.incident is None or incident.state is State.WITHDRAWN:
        return ()
    level, classes = in_force(incident, contract.incident)
    sets = [each for each in contract.incident.levels if each.id == level]
    sets += [each for each in contract.incident.classes if each.id in classes]
    maker = _Maker(incident, contract, now, days)
    return _ranked([maker.timer(each, clock) for each in sets for clock in each.clocks])


def _ranked(found: Sequence[Timer]) -> tuple[Timer, ...]:
    ranked: list[Timer] = []
    for name in dict.fromkeys(each.id for each in found):
        same = sorted((each for each in found if each.id == name), key=_strictness)
        counting = [each for each in same if each.state is not Verdict.NOT_APPLICABLE and each.judged][:1]
        ranked += [replace(each, counts=each in counting if counting else True) for each in same]
    return tuple(ranked)


def _strictness(timer: Timer) -> tuple[bool, bool, float]:
    applies = timer.state is not Verdict.NOT_APPLICABLE
    return not applies, not timer.judged, timer.due.timestamp() if timer.due else 0.0


@dataclass(frozen=True, slots=True)
class _Maker:
    incident: Incident
    contract: Contract
    now: datetime
    days: StatutoryDays

    def timer(self, kind: FaultClass, clock: Clock) -> Timer:
        met_at, met_by = self._met(clock.ends)
        ways = list(self._ways(kind, clock))
        ends = [
            (title, each, start, self._due(each, start, self.incident.waits)) for title, each, start in ways
        ]
        title, read, start, due = min(
            ends, key=lambda end: end[3].due.timestamp() if end[3] else float("inf")
        )
        least = due.due if due else None
        others = [
            Reading(name, begun, end.due if end else None)
            for name, _clock, begun, end in ends
            if name != title
        ]
        bare = self._due(read, start, ())
        return Timer(
            clock.id, kind.id, kind.name, read.limit, start, least, met_at, met_by,
            self._state(clock, least, met_at),
            provisional=bool(due and due.provisional), earliest=due.earliest if due else None,
            paused=due.due - bare.due if due and bare else timedelta(0),
            readings=(Reading(title, start, least), *others) if others else (),
            open=tuple(each.id for each in self._asked(kind, clock)), condition=clock.condition,
        )  # fmt: skip

    def _met(self, ends: str) -> tuple[datetime | None, Event | None]:
        marks = self.incident.marks
        met = [(marks[event], event) for event in _MET_BY.get(ends, (Event.RESOLVED,)) if event in marks]
        return min(met, default=(None, None), key=lambda each: each[0])

    def _asked(self, kind: FaultClass, clock: Clock) -> list[Ambiguity]:
        names = {kind.id, f"{kind.id}.{clock.id}", *((kind.clause,) if kind.clause else ())}
        return [each for each in self.contract.ambiguities if each.about and each.bears_on(*names)]

    def _ways(self, kind: FaultClass, clock: Clock) -> Iterator[tuple[str, Clock, datetime]]:
        """Every reading of a clock: the contract's own, and what its open questions allow besides."""
        yield "按合同文字", clock, self._start(clock.starts)
        told = False
        for question in self.contract.ambiguities:
            for reading in question.readings:
                changes = reading.changes.get(f"{kind.id}.{clock.id}")
                if changes:
                    other = _changed(clock, changes)
                    told = told or other.starts != clock.starts
                    if other != clock:
                        yield f"{question.id}：{reading.title}", other, self._start(other.starts)
        # From when remote help is known to have failed, or from the report: the texts do not say, the earlier is safe.
        if clock.starts == "remote_failed" and not told and self.contract.ambiguities:
            yield "自报修起算", clock, self.incident.reported

    def _start(self, event: str) -> datetime:
        incident = self.incident
        if event in ("occurred", "occurred_or_notified"):
            return min(incident.occurred or incident.reported, incident.reported)
        if event == "remote_failed":
            return incident.marks.get(Event.REMOTE_FAILED, incident.reported)
        return incident.reported

    def _due(self, clock: Clock, start: datetime, waits: Iterable[Wait]) -> Deadline | None:
        limit = clock.limit or clock.cap
        if limit is None or limit.unit == "agreed" or clock.immediate or clock.best_effort:
            return None
        calendar = self.contract.calendar(clock.calendar)
        return deadline_with_waits(limit, start, calendar, self.days, waits=waits, now=self.now)

    def _applies(self, condition: str) -> bool:
        incident = self.incident
        if condition in incident.facts.affirmed or condition in incident.facts.denied:
            return condition in incident.facts.affirmed
        failed = Event.REMOTE_FAILED in incident.marks
        if condition == "onsite_needed":
            needed = incident.facts.onsite
            return failed or Event.ARRIVED in incident.marks if needed is None else needed
        return failed if condition == "remote_or_phone_failed" else True

    def _state(self, clock: Clock, due: datetime | None, met_at: datetime | None) -> Verdict:
        if not self._applies(clock.condition):
            return Verdict.NOT_APPLICABLE
        if due is None:
            ended = met_at is not None or self.incident.over
            return Verdict.NOT_APPLICABLE if ended else Verdict.RUNNING
        kept = Deadline(due).kept(met_at or self.now)
        return (Verdict.MET if met_at else Verdict.RUNNING) if kept else Verdict.MISSED


def _changed(clock: Clock, changes: Mapping[str, str | Limit | None]) -> Clock:
    """The clock as it is where it is read so."""
    limit = changes.get("limit", clock.limit)
    texts = {name: str(value) for name, value in changes.items() if name in ("calendar", "starts", "ends")}
    read = Clock(clock.id, limit if isinstance(limit, Limit) else None, clock.starts, clock.ends)
    read = replace(read, calendar=clock.calendar, condition=clock.condition, cap=clock.cap, **texts)
    return replace(read, immediate=clock.immediate and "limit" not in changes, best_effort=clock.best_effort)


def questions(incident: Incident, contract: Contract, found: Iterable[Timer]) -> tuple[Ambiguity, ...]:
    """The open questions that what was told of an incident depends on."""
    terms = contract.incident
    level, classes = in_force(incident, terms) if terms else ("", ())
    names = {level, *classes, *(f"{each.of}.{each.id}" for each in found), *_clauses(contract)}
    return tuple(each for each in contract.ambiguities if each.bears_on(*(name for name in names if name)))


def _clauses(contract: Contract) -> Iterator[str]:
    for each in contract.triggered:
        if each.on.startswith("incident."):
            yield each.id
