"""How a service did in a period, and what the hospital may deduct for it: figures from the records, by the contract."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hmaint.app.contract import contract_of
from hmaint.app.due import dues
from hmaint.app.incident_view import every
from hmaint.app.matter_list import standing_matters
from hmaint.app.world import World
from hmaint.duty.assessment import (
    INSPECTIONS,
    Indicator,
    Standstill,
    Topic,
    changes,
    clocks,
    kept,
    reported_before,
    reported_in,
    solutions,
    standstill,
    trainings,
    untold,
)
from hmaint.duty.change_clock import ChangeClock, clocks_of
from hmaint.duty.deduction import Reckoning, issues, reckon
from hmaint.duty.downtime import availability, downtimes, upgrades, windows
from hmaint.duty.incident_view import View
from hmaint.duty.owed import Owed
from hmaint.duty.periods import spans
from hmaint.duty.reading import open_questions
from hmaint.duty.term import span_of
from hmaint.errors import WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import _
from hmaint.model.ambiguity import Ambiguity
from hmaint.model.contract import Contract
from hmaint.model.duty import Span
from hmaint.model.ledgers.change import CHANGE
from hmaint.model.ledgers.duty import DOWNTIME
from hmaint.model.ledgers.training import TRAINING
from hmaint.model.ledgers.warning import WARNING
from hmaint.model.period import read_period

_DAYS = re.compile(r"(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)")
_CYCLES = ((31, "month"), (92, "quarter"), (184, "half_year"), (366, "year"))
"""The most days of each length of cycle."""
_DEFAULT = "quarter"


@dataclass(frozen=True, slots=True)
class Assessed:
    """A service in a period. `today` may lie in it: what is not over is told as running."""

    site: str
    contract: Contract
    span: Span
    cycle: str
    """month, quarter, half_year, year."""
    today: date
    indicators: tuple[Indicator, ...]
    standstill: Standstill | None
    reckoning: Reckoning | None
    """None where the contract has no rules to deduct by."""
    questions: tuple[Ambiguity, ...]

    @property
    def going_on(self) -> bool:
        """Whether the period is not over."""
        return self.span.last is None or self.today <= self.span.last


def assess(world: World, site: str, period: str = "") -> Assessed:
    """Assess a site's service in a period; the last cycle of its contract that is over where none is named.

    Raises WrongUsage for a site without a contract or a period that is none, BadFile for a contract that is wrong.
    """
    contract = contract_of(world, world.site(site).name)
    if contract is None:
        words = _(
            "site {site} has no contract to assess by: put contracts/NAME.yaml there and `contract: NAME` under it"
        )
        raise WrongUsage(words.format(site=site))
    today = world.clock.now().astimezone(CHINA).date()
    span, cycle = _asked(contract, period, today)
    assert span.last is not None  # noqa: S101 - _asked names periods that end; this tells the type checker
    (owed,) = dues(world, [site], until=max(span.last, today), daily=span).owed
    views = every(world, site)
    found = issues(standing_matters(world, WARNING, site))
    rules = contract.deductions.rules
    return Assessed(
        site, contract, span, cycle, today,
        _indicators(world, owed, views, span),
        _standstill(world, site, contract, views, span),
        reckon(contract, found, span, cycle) if rules else None,
        open_questions(contract),
    )  # fmt: skip


def _indicators(world: World, owed: Owed, views: Sequence[View], span: Span) -> tuple[Indicator, ...]:
    mine = reported_in(views, span)
    looks = [each for each in owed.dues if each.kind in INSPECTIONS or _after_inspection(owed, each.clause)]
    rest = [each for each in owed.dues if each not in looks]
    return (
        clocks(Topic.RESPONSE, ("response",), mine),
        clocks(Topic.ONSITE, ("onsite",), mine),
        solutions(mine, reported_before(views, span.first)),
        kept(Topic.INSPECTION, looks, span),
        trainings(standing_matters(world, TRAINING, owed.site), span),
        changes(_change_clocks(world, owed), span),
        kept(Topic.DUTIES, rest, span),
    )


def _change_clocks(world: World, owed: Owed) -> Iterator[tuple[str, ChangeClock]]:
    now = world.clock.now()
    for each in standing_matters(world, CHANGE, owed.site):
        for clock in clocks_of(each, owed.contract, now, world.days):
            yield each.id, clock


def _after_inspection(owed: Owed, clause: str) -> bool:
    """Whether a clause demands something of an inspection: its report, within so many days."""
    return any(each.id == clause and "inspection." in each.on for each in owed.contract.triggered)


def _standstill(
    world: World, site: str, contract: Contract, views: Sequence[View], span: Span
) -> Standstill | None:
    terms = contract.availability
    if terms is None or terms.max_downtime.unit != "second" or span.last is None:
        return None
    year, now = _year(contract, span.last), world.clock.now()
    begun = datetime.combine(year.first, time.min, CHINA)
    ended = datetime.combine(year.last or span.last, time.min, CHINA) + timedelta(days=1)
    told = [entry for each in standing_matters(world, DOWNTIME, site) for entry in each.entries]
    runs = upgrades(world.records.entries.listed(kinds=["upgrade"], site=site))
    stretches = [*windows(told), *runs, *(one for seen in views for one in downtimes(seen.incident, now))]
    found = availability(stretches, begun, min(ended, now))
    return standstill(found, timedelta(seconds=terms.max_downtime.count), year, untold(views, year))


def _year(contract: Contract, day: date) -> Span:
    """The year of the contract that a day lies in; the calendar's where its term does not tell."""
    term = span_of(contract)
    if term:
        for each in spans("year", "contract", term.first, term.last, day):
            if day in each:
                return each
    return Span(
        f"{day.year}",
        date(day.year, 1, 1),
        date(day.year, 12, 31),
        date(day.year, 1, 1),
        date(day.year, 12, 31),
    )


def _asked(contract: Contract, period: str, today: date) -> tuple[Span, str]:
    if not period:
        return _last_cycle(contract, today)
    if found := read_period(period):
        first, last, name = found.first, found.last, found.name
    elif days := _DAYS.fullmatch(period):
        first, last, name = *_two_days(days), period
    else:
        words = _("{text} is no period: write 2026Q4, 2026H2, 2026-11, 2026 or 2026-03-02/2026-09-01")
        raise WrongUsage(words.format(text=period))
    if first > today:
        raise WrongUsage(_("{period} has not begun").format(period=period))
    return Span(name, first, last, first, last), _cycle_of(first, last)


def _two_days(found: re.Match[str]) -> tuple[date, date]:
    try:
        first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
    except ValueError:
        raise WrongUsage(_("there is no such day in {text}").format(text=found[0])) from None
    if first > last:
        raise WrongUsage(_("{text} ends before it begins").format(text=found[0]))
    return first, last


def _cycle_of(first: date, last: date) -> str:
    length = (last - first).days + 1
    return next((name for most, name in _CYCLES if length <= most), "year")


def _last_cycle(contract: Contract, today: date) -> tuple[Span, str]:
    """The last cycle that is over; the first one where none is. By the contract's term, else the calendar."""
    cycle = contract.assessment.cycle if contract.assessment and contract.assessment.cycle else _DEFAULT
    term = span_of(contract)
    first = term.first if term and term.first <= today else date(today.year - 1, 1, 1)
    align = "contract" if term and term.first <= today else "calendar"
    found = spans(cycle, align, first, term.last if term else None, today)
    over = [each for each in found if each.last and each.last < today]
    return (over or list(found))[-1 if over else 0], cycle
