"""Changes as what is owed by them: the clocks of their grades, the days promised, and what they use up of quotas."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from hmaint.app.deeds_entries import EntriesKnown
from hmaint.duty.change_clock import PROMISE, TOTAL, ChangeClock, State, clocks_of
from hmaint.duty.change_effort import balances
from hmaint.duty.quotas import Count
from hmaint.duty.statutory import StatutoryDays
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import _
from hmaint.model import duty
from hmaint.model.contract import Contract
from hmaint.model.duty import Deed, Due, Event
from hmaint.model.matter import Matter

CHANGE = "change"
_STATES = {State.RUNNING: duty.State.DUE, State.MET: duty.State.MET}


def change_dues(
    site: str, known: EntriesKnown, contract: Contract, now: datetime, days: StatutoryDays
) -> Iterator[Due]:
    """What is owed by changes: each clock with a last day, until it is met; what waits or rests owes nothing."""
    for matter in _changes(site, known):
        for clock in clocks_of(matter, contract, now, days):
            if clock.deadline is not None and clock.state in (State.RUNNING, State.MISSED, State.MET):
                yield _due(matter, clock, now)


def change_counts(site: str, known: EntriesKnown, contract: Contract, today: date) -> Iterator[Count]:
    """What changes, and counts beside them, use up of quotas that must not be exceeded."""
    counts = [each for each in known.matters if each.site == site and each.kind == "count"]
    for each in balances(contract, list(_changes(site, known)), counts):
        for place, record in enumerate(each.records):
            yield Count(each.quota.id, today, each.used if place == 0 else Decimal(0), record)


def _changes(site: str, known: EntriesKnown) -> Iterator[Matter]:
    return (each for each in known.matters if each.site == site and each.kind == CHANGE)


def _due(matter: Matter, clock: ChangeClock, now: datetime) -> Due:
    assert clock.deadline is not None  # noqa: S101 - asked before; this tells the type checker
    since, by = clock.since or now, clock.deadline
    day, done = _day(by.due), None if clock.met_at is None else _day(clock.met_at)
    state = duty.State.MET if done else _STATES.get(clock.state, duty.State.OVERDUE)
    late = 0 if state is duty.State.DUE else max(0, ((done or _day(now)) - day).days)
    deeds = () if done is None else (Deed(matter.id, frozenset({CHANGE}), done, done, matter.text("module")),)
    return Due(
        clock.clause or matter.text("grade") or CHANGE, _title(matter, clock), state, CHANGE, "event",
        event=Event(CHANGE, since, matter.id), day=day, provisional=by.provisional,
        earliest=_day(by.earliest or by.due),
        met_by=deeds, late=late,
    )  # fmt: skip


def _title(matter: Matter, clock: ChangeClock) -> str:
    names = {PROMISE: _("promised day"), TOTAL: _("longest time for a repair")}
    what = matter.text("module") or matter.text("details")
    return f"{what}：{names.get(clock.id, clock.id)}"


def _day(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()
