"""How a service did in a period, as figures a hospital assesses it by: each with the records it comes from. Pure.

Nothing is scored here: the hospital does. What no record tells is told as not known, and never as good.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from hmaint.duty.change_clock import ChangeClock
from hmaint.duty.change_clock import State as Kept
from hmaint.duty.downtime import Availability
from hmaint.duty.incident_view import View
from hmaint.duty.recurrence import repeats
from hmaint.duty.training import Stage, held_on, stage_of
from hmaint.kit.clock import CHINA
from hmaint.kit.frozen import dataclass
from hmaint.model.duty import Due, Span, State
from hmaint.model.incident import Event
from hmaint.model.incident import State as Life
from hmaint.model.matter import Matter
from hmaint.model.timer import Timer, Verdict

_TENTH = Decimal("0.1")
_HARMLESS = ("consult", "training")
"""Requests that are no fault of the system's."""
_SOLVED_BY = ("restore", "resolve", "fix")
INSPECTIONS = ("inspection", "inspection_meeting", "function_probe")
"""Kinds of obligation whose doing is the quality of inspections."""


class Topic(StrEnum):
    """What a service is assessed by."""

    RESPONSE = "response"
    ONSITE = "onsite"
    SOLUTION = "solution"
    INSPECTION = "inspection"
    TRAINING = "training"
    CHANGES = "changes"
    DUTIES = "duties"


@dataclass(frozen=True, slots=True)
class Record:
    """A record behind a figure, and by how much it missed what it should have kept."""

    id: str
    late: timedelta | None = None
    """None where no time was missed, or it is still running."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure: how many were as they should be, how many were not, and how many nobody can judge."""

    topic: Topic
    met: tuple[Record, ...] = ()
    missed: tuple[Record, ...] = ()
    open: tuple[Record, ...] = ()
    """Still running, or owed and not over."""
    unjudged: tuple[Record, ...] = ()
    """Without a figure to judge by, or not to be told."""
    repeated: tuple[str, ...] = ()
    """Of solutions: incidents that are the return of an earlier one."""
    partial: tuple[str, ...] = ()
    """Of inspections: targets that nobody could examine though the duty counts as met."""

    @property
    def judged(self) -> int:
        """How many the share is of."""
        return len(self.met) + len(self.missed)

    @property
    def share(self) -> Decimal | None:
        """Per cent of those judged that were met, to a tenth; None where none was. Not rounded up to 100."""
        if not self.judged:
            return None
        exact = Decimal(100 * len(self.met)) / self.judged
        rounded = exact.quantize(_TENTH, ROUND_HALF_UP)
        return rounded if rounded < 100 or not self.missed else Decimal("99.9")  # noqa: PLR2004 - per cent

    @property
    def known(self) -> bool:
        """Whether there was anything at all to tell of."""
        return bool(self.met or self.missed or self.open or self.unjudged)


@dataclass(frozen=True, slots=True)
class Standstill:
    """How long the system was down in a year, beside what the contract allows."""

    span: Span
    found: Availability
    allowed: timedelta
    within: tuple[bool | None, bool | None]
    """Whether it is kept to without planned windows, and with them: the contract may leave open which counts.

    None where it is by what is known, but incidents do not say whether the business stood still.
    """
    untold: tuple[str, ...] = ()
    """These incidents."""


def clocks(topic: Topic, ids: Sequence[str], views: Iterable[View]) -> Indicator:
    """How clocks of some names were kept, incident by incident: one missed clock of several is a miss."""
    met, missed, running, unjudged = list[Record](), list[Record](), list[Record](), list[Record]()
    for seen in views:
        mine = [each for each in seen.timers if each.id in ids and each.counts]
        applying = [each for each in mine if each.state is not Verdict.NOT_APPLICABLE]
        number = seen.incident.id
        if not applying and any(not each.judged for each in mine):
            unjudged.append(Record(number))
        elif over := [each for each in applying if each.state is Verdict.MISSED]:
            missed.append(Record(number, max(_late(each, seen.now) for each in over)))
        elif any(each.state is Verdict.RUNNING and each.judged for each in applying):
            running.append(Record(number))
        elif applying and all(each.state is Verdict.MET for each in applying):
            met.append(Record(number))
        elif applying or not seen.timers:
            unjudged.append(Record(number, note=seen.fault))
    return Indicator(topic, tuple(met), tuple(missed), tuple(running), tuple(unjudged))


def _late(timer: Timer, now: datetime) -> timedelta:
    return (timer.met_at or now) - timer.due if timer.due else timedelta(0)


def solutions(views: Sequence[View], earlier: Sequence[View] = ()) -> Indicator:
    """What was solved: resolved, in time where there is a time, and not the return of an earlier incident.

    `earlier` are incidents before the period, so that a return in it is noticed.
    """
    timed = {each.id: each for each in clocks(Topic.SOLUTION, _SOLVED_BY, views).missed}
    mine = {each.incident.id for each in views}
    groups = repeats([each.incident for each in (*earlier, *views)])
    again = tuple(each.id for group in groups for each in group[1:] if each.id in mine)
    met, missed, running = list[Record](), list[Record](), list[Record]()
    for seen in views:
        number, solved = seen.incident.id, Event.RESOLVED in seen.incident.marks
        if number in timed:
            missed.append(timed[number])
        elif not solved:
            running.append(Record(number))
        else:
            (missed if number in again else met).append(Record(number))
    return Indicator(Topic.SOLUTION, tuple(met), tuple(missed), tuple(running), repeated=again)


def kept(topic: Topic, dues: Iterable[Due], span: Span) -> Indicator:
    """How what was owed within a period was done: met late is missed, though it was done."""
    met, missed, running, unjudged, partial = (
        list[Record](),
        list[Record](),
        list[Record](),
        list[Record](),
        list[str](),
    )
    for due in dues:
        if not _in_span(due, span):
            continue
        numbers = "、".join(dict.fromkeys(each.record for each in due.met_by))
        record = _record(due, numbers)
        partial += [each for each in due.partial if each not in partial]
        match due.state:
            case State.MET:
                (missed if due.late else met).append(record)
            case State.OVERDUE:
                missed.append(record)
            case State.CANNOT_TELL:
                unjudged.append(record)
            case _:
                running.append(record)
    return Indicator(
        topic, tuple(met), tuple(missed), tuple(running), tuple(unjudged), partial=tuple(partial)
    )


def _record(due: Due, numbers: str) -> Record:
    if due.per == "day" and due.late:
        # One line stands for all the days of the period: these are the days it is wanting on.
        return Record(due.clause, note=f"{due.title} 缺 {due.late} 天")
    return Record(
        due.clause, timedelta(days=due.late) if due.late else None, f"{due.title} {numbers}".strip()
    )


def _in_span(due: Due, span: Span) -> bool:
    """Whether its last day lies in the period: what runs on is assessed when it ends."""
    if due.state is State.UPCOMING:
        return False
    last = due.day or (due.event.at.date() if due.event else None)
    return last is not None and last in span


def trainings(found: Iterable[Matter], span: Span) -> Indicator:
    """Trainings held in a period: met where the effect was checked, not to be judged where nobody checked it."""
    met, unjudged = list[Record](), list[Record]()
    for each in found:
        day = held_on(each)
        if day is None or day not in span:
            continue
        told = "；".join(
            " ".join(filter(None, (row.get("way"), row.get("outcome")))) for row in each.rows("effect")
        )
        record = Record(each.id, note=told or each.text("assessment"))
        (met if stage_of(each) is Stage.CHECKED else unjudged).append(record)
    return Indicator(Topic.TRAINING, tuple(met), unjudged=tuple(unjudged))


def changes(clocks: Iterable[tuple[str, ChangeClock]], span: Span) -> Indicator:
    """How limits of changes were kept that ended in a period, each by the number of its change."""
    sorted_out: dict[Kept, list[Record]] = {}
    for number, clock in clocks:
        if clock.deadline is None or clock.deadline.due.astimezone(CHINA).date() not in span:
            continue
        missed = clock.state is Kept.MISSED and clock.met_at
        late = clock.met_at - clock.deadline.due if missed and clock.met_at else None
        sorted_out.setdefault(clock.state, []).append(Record(number, late, clock.id))
    found = {state: tuple(records) for state, records in sorted_out.items()}
    return Indicator(
        Topic.CHANGES, found.get(Kept.MET, ()), found.get(Kept.MISSED, ()), found.get(Kept.RUNNING, ())
    )


def standstill(
    found: Availability, allowed: timedelta, span: Span, untold: tuple[str, ...] = ()
) -> Standstill:
    """Hold the time a system was down against what is allowed, without planned windows and with them."""
    without, whole = (
        (None if untold else True) if down <= allowed else False for down in (found.unplanned, found.total)
    )
    return Standstill(span, found, allowed, (without, whole), untold)


def untold(views: Iterable[View], span: Span) -> tuple[str, ...]:
    """Incidents reported in a period of which nobody said whether the business stood still."""
    return tuple(
        each.incident.id
        for each in reported_in(views, span)
        if not each.incident.facts.interruption and each.incident.facts.request not in _HARMLESS
    )


def reported_in(views: Iterable[View], span: Span) -> list[View]:
    """The incidents reported in a period; one that was taken back is none."""
    return [each for each in views if _day(each) in span and each.incident.state is not Life.WITHDRAWN]


def reported_before(views: Iterable[View], day: date) -> list[View]:
    """The incidents reported before a day."""
    return [each for each in views if _day(each) < day and each.incident.state is not Life.WITHDRAWN]


def _day(seen: View) -> date:
    return seen.incident.reported.astimezone(CHINA).date()
