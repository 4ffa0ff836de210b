"""The clocks of an incident under a contract: pure functions of its entries, the contract and the moment of asking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hmaint.duty.clock import Deadline
from hmaint.duty.incident_level import in_force
from hmaint.duty.incident_pause import deadline_with_waits
from hmaint.duty.reading import open_questions, questions_about
from hmaint.duty.statutory import PACKAGED, StatutoryDays
from hmaint.kit.frozen import dataclass
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
class _Way:
    """A clock in one reading: from when, until when, and what met it."""

    title: str
    clock: Clock
    start: datetime
    end: Deadline | None
    met_at: datetime | None
    met_by: Event | None


@dataclass(frozen=True, slots=True)
class _Maker:
    incident: Incident
    contract: Contract
    now: datetime
    days: StatutoryDays

    def timer(self, kind: FaultClass, clock: Clock) -> Timer:
        ways = sorted(
            self._read(kind, clock), key=lambda way: way.end.due.timestamp() if way.end else float("inf")
        )
        first, *others = ways
        due = first.end.due if first.end else None
        bare = self._due(first.clock, first.start, ())
        return Timer(
            clock.id, kind.id, kind.name, first.clock.limit, first.start, due, first.met_at, first.met_by,
            self._state(first),
            provisional=bool(first.end and first.end.provisional), earliest=first.end.earliest if first.end else None,
            paused=due - bare.due if due and bare else timedelta(0),
            readings=tuple(self._reading(way) for way in ways) if others else (),
            open=tuple(each.id for each in self._asked(kind, clock)), condition=clock.condition,
        )  # fmt: skip

    def _read(self, kind: FaultClass, clock: Clock) -> Iterator[_Way]:
        """Every reading of a clock that makes a difference, the contract's own first."""
        seen = set()
        for title, read, start in self._ways(kind, clock):
            end = self._due(read, start, self.incident.waits)
            met_at, met_by = self._met(read.ends)
            if (start, end, read.ends) not in seen:
                seen.add((start, end, read.ends))
                yield _Way(title, read, start, end, met_at, met_by)

    def _reading(self, way: _Way) -> Reading:
        return Reading(way.title, way.start, way.end.due if way.end else None, way.met_at, self._state(way))

    def _met(self, ends: str) -> tuple[datetime | None, Event | None]:
        enough = _MET_BY.get(ends, (Event.RESOLVED,))
        met = [(when, event) for event, when in self.incident.marks.items() if event in enough]
        if ends == "responded":
            # A solution that did not last shows all the same that somebody had responded.
            met += [(each.at, Event(each.event)) for each in self.incident.events if each.event in enough]
        return min(met, default=(None, None), key=lambda each: each[0])

    def _asked(self, kind: FaultClass, clock: Clock) -> list[Ambiguity]:
        names = {kind.id, f"{kind.id}.{clock.id}", *((kind.clause,) if kind.clause else ())}
        return [each for each in questions_about(self.contract, *names) if each.about]

    def _ways(self, kind: FaultClass, clock: Clock) -> Iterator[tuple[str, Clock, datetime]]:
        """Every reading of a clock: the contract's own, and what its open questions allow besides."""
        yield "按合同文字", clock, self._start(clock.starts)
        told = False
        for question in open_questions(self.contract):
            for reading in question.readings:
                changes = reading.changes.get(f"{kind.id}.{clock.id}")
                if changes:
                    other = _changed(clock, changes)
                    told = told or other.starts != clock.starts
                    if other != clock:
                        yield f"{question.id}：{reading.title}", other, self._start(other.starts)
        # From when remote help is known to have failed, or from the report: where the profile does not say what its
        # open questions bear on, the earlier is safe.
        vague = any(not each.about for each in open_questions(self.contract))
        if clock.starts == "remote_failed" and vague and not told:
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

    def _state(self, way: _Way) -> Verdict:
        if not self._applies(way.clock.condition):
            return Verdict.NOT_APPLICABLE
        if way.end is None:
            ended = way.met_at is not None or self.incident.over
            return Verdict.NOT_APPLICABLE if ended else Verdict.RUNNING
        kept = way.end.kept(way.met_at or self.now)
        return (Verdict.MET if way.met_at else Verdict.RUNNING) if kept else Verdict.MISSED


def _changed(clock: Clock, changes: Mapping[str, str | Limit | None]) -> Clock:
    """The clock as it is where it is read so."""
    limit = changes.get("limit", clock.limit)
    return replace(
        clock,
        limit=limit if isinstance(limit, Limit) else None,
        calendar=str(changes.get("calendar", clock.calendar)),
        starts=str(changes.get("starts", clock.starts)),
        ends=str(changes.get("ends", clock.ends)),
        immediate=clock.immediate and "limit" not in changes,
    )


def questions(incident: Incident, contract: Contract, found: Iterable[Timer]) -> tuple[Ambiguity, ...]:
    """The open questions that what was told of an incident depends on."""
    terms = contract.incident
    level, classes = in_force(incident, terms) if terms else ("", ())
    names = {level, *classes, *(f"{each.of}.{each.id}" for each in found), *_clauses(contract)}
    return questions_about(contract, *(name for name in names if name))


def _clauses(contract: Contract) -> Iterator[str]:
    for each in contract.triggered:
        if each.on.startswith("incident."):
            yield each.id
