"""All that one contract makes owed: by period, by event, by count, and what it asks for without saying how often."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from hmaint.duty.acts import meant_for, needs
from hmaint.duty.periodic import RHYTHMS, periodic
from hmaint.duty.pile import in_order
from hmaint.duty.quotas import LEVELS, Balance, Count, balances
from hmaint.duty.statutory import PACKAGED, StatutoryDays
from hmaint.duty.term import span_of
from hmaint.duty.triggered import triggered
from hmaint.kit.frozen import dataclass
from hmaint.model.contract import Contract, Obligation
from hmaint.model.duty import Deed, Due, Event, Span, State
from hmaint.model.playbook import Level, worst

SOON = 7
"""Days before its last day from which something owed is a warning: a week to plan it in."""
_WEEK = timedelta(days=SOON)
_DAILY = 7
"""How many of the last days a daily duty is looked at: what is longer past cannot be done any more."""


@dataclass(frozen=True, slots=True)
class Loose:
    """Something asked for without a period: when it was done last, and nothing more."""

    obligation: Obligation
    last: Deed | None


@dataclass(frozen=True, slots=True)
class Owed:
    """One contract at one site."""

    contract: Contract
    site: str
    dues: tuple[Due, ...]
    balances: tuple[Balance, ...] = ()
    loose: tuple[Loose, ...] = ()
    ended: bool = False
    """Whether its term is over: nothing new comes due, what was missed stays missed."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the records of a site tell, in any order."""

    deeds: tuple[Deed, ...] = ()
    events: tuple[Event, ...] = ()
    counts: tuple[Count, ...] = ()
    others: tuple[Due, ...] = ()
    """What is owed by other clocks of the contract: those of changes, and days that were promised."""


def owed(  # noqa: PLR0913, PLR0917 - all that a contract is held against
    contract: Contract,
    site: str,
    known: Known,
    today: date,
    until: date,
    days: StatutoryDays = PACKAGED,
    *,
    daily: Span | None = None,
) -> Owed:
    """Tell what a contract makes owed at a site as far as it comes due by `until`.

    What is due daily is told in one line a clause: of the last days, or of all the days of `daily`. A pure function of
    the contract, the records and the day: in whatever order records come, it says the same.
    """
    deeds = _once(each for each in known.deeds if each.performed <= today)
    events = [each for each in known.events if each.name.endswith(".before") or each.at.date() <= today]
    found = [
        *_folded(periodic(contract, deeds, today, until, daily or _lately(contract, today, until)), today),
        *triggered(contract, events, deeds, today, days),
        *known.others,
    ]
    return Owed(
        contract,
        site,
        tuple(sorted(found, key=_order)),
        tuple(balances(contract, [each for each in known.counts if each.day <= today], today)),
        tuple(_loose(contract, each, deeds) for each in contract.obligations if each.per not in RHYTHMS),
        ended(contract, today),
    )


def _once(deeds: Iterable[Deed]) -> list[Deed]:
    """Each deed once, in the order they were done, in whatever order they come."""
    found: dict[str, Deed] = {}
    more: set[Deed] = set()
    for each in deeds:
        # Nearly every record is one deed: only those of one record are compared by all they tell.
        first = found.setdefault(each.record, each)
        if first is not each and first != each:
            more.add(each)
    every = [*found.values(), *more]
    return in_order(sorted(every, key=lambda each: sorted(each.acts)) if more else every)


def ended(contract: Contract, today: date) -> bool:
    """Whether the last day of the term is past."""
    term = span_of(contract)
    return bool(term and term.last and today > term.last)


def level_of(due: Due, today: date) -> Level:
    """How grave something owed is: overdue critical, due within a week a warning, what cannot be told unknown."""
    match due.state:
        case State.OVERDUE:
            return Level.CRITICAL
        case State.CANNOT_TELL:
            return Level.UNKNOWN
        case State.DUE:
            last = due.remind
            return Level.WARNING if last is not None and last - today <= _WEEK else Level.OK
        case State.MET:
            open_yet = due.partial and due.span is not None and today in due.span
            return Level.WARNING if open_yet else Level.OK
        case State.UPCOMING:
            return Level.OK


def levels(one: Owed, today: date) -> Level:
    """The worst of everything a contract makes owed."""
    found = [level_of(each, today) for each in one.dues]
    return worst([*found, *(Level(LEVELS[each.standing]) for each in one.balances)])


def _order(due: Due) -> tuple[date, str, str]:
    first = due.span.first if due.span else due.event.at.date() if due.event else date.min
    return (due.remind or date.max, due.clause, f"{first}{due.event.record if due.event else ''}")


def _lately(contract: Contract, today: date, until: date) -> Span | None:
    """The last days of the term as far as it has come; its first one before that."""
    term = span_of(contract)
    if term is None:
        return None
    newest = max(term.first, min(today, until, term.last or today))
    return Span("", newest - timedelta(days=_DAILY), newest, newest, newest)


def _folded(dues: Iterable[Due], today: date) -> Iterable[Due]:
    """A daily duty is told in one line; every other one as it is."""
    daily: dict[str, list[Due]] = {}
    for due in dues:
        if due.per != "day" or due.span is None:
            yield due
        else:
            daily.setdefault(due.clause, []).append(due)
    for days in daily.values():
        yield _fold(days, today)


def _fold(days: Sequence[Due], today: date) -> Due:
    begun = [each for each in days if each.span is not None and each.span.first <= today]
    if not begun:
        return days[0]
    late = [each for each in begun if each.state is State.OVERDUE]
    newest = begun[-1]
    if not late:
        return newest
    return replace(late[0], late=len(late), day=late[-1].day, earliest=late[-1].day)


def _loose(contract: Contract, obligation: Obligation, deeds: Iterable[Deed]) -> Loose:
    acts = frozenset[str]().union(*needs(obligation))
    found = (each for each in deeds if obligation.id in each.clauses or each.acts & acts)
    mine = [each for each in found if meant_for(each, obligation.id, contract)]
    return Loose(obligation, max(mine, key=lambda each: (each.performed, each.record), default=None))
