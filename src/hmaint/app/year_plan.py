"""年度服务计划 of a site: what its contract makes due in one of its years."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from hmaint.app.contract import contract_of
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.duty.days import months_after
from hmaint.duty.periodic import RHYTHMS, periodic, unanchored
from hmaint.duty.reading import variants
from hmaint.duty.term import span_of
from hmaint.duty.triggered import SIGNED, STARTED, triggered
from hmaint.errors import WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import _, for_a_record
from hmaint.model.contract import Contract
from hmaint.model.duty import Due
from hmaint.model.period import Period, read_period

FORM = "year-plan"
_YEAR = 12
_DAY = timedelta(days=1)


def told_of(world: World, site: str, period: str = "") -> Told:
    """Tell the contract year that runs today, or the one that begins in the year named (2026).

    Raises WrongUsage for a site without a contract, one whose first day is not known, or a year it does not run in.
    """
    from hmaint.report.year_plan import Year, year_plan  # noqa: PLC0415 - the Word libraries, which few commands need

    contract = contract_of(world, world.site(site).name)
    if contract is None:
        raise WrongUsage(_("site {site} has no contract to plan by").format(site=site))
    now = world.clock.now()
    span = contract_year(contract, now.astimezone(CHINA).date(), period)
    with for_a_record():
        found = list(_dues(world, contract, span))
    year = Year(contract, site, span.first, span.last, found, proposals(contract))
    return Told(
        year_plan(year, world.inventory, world.operator, now), (f"{contract.name} {span.name}",), span.first
    )


def contract_year(contract: Contract, today: date, text: str = "") -> Period:
    """The year of a contract that holds a day, or that begins in the year named; the nearest one outside its term."""
    years = list(contract_years(contract, today))
    if not years:
        raise WrongUsage(unanchored(contract))
    if text:
        asked = read_period(text)
        mine = [each for each in years if asked and each.first in asked]
        if not mine:
            words = _("no year of contract {name} begins in {period}; they begin on {days}")
            days = ", ".join(f"{each.first}" for each in years)
            raise WrongUsage(words.format(name=contract.name, period=text, days=days))
        return mine[0]
    begun = [each for each in years if each.first <= today]
    return begun[-1] if begun else years[0]


def contract_years(contract: Contract, today: date) -> Iterator[Period]:
    """The years of a contract as far as its term reaches; one without an end, until the year after today's."""
    term = span_of(contract)
    if term is None:
        return
    end = term.last or months_after(max(today, term.first), _YEAR)
    number, first = 0, term.first
    while first <= end:
        number += 1
        after = months_after(term.first, number * _YEAR)
        last = after - _DAY if term.last is None else min(after - _DAY, term.last)
        yield Period(f"{first}/{last}", first, last)
        first = after


def proposals(contract: Contract) -> Mapping[str, str]:
    """By clause, how often what has no period would be due by a reading that is not confirmed yet."""
    from hmaint.report.year_plan import PER  # noqa: PLC0415 - see above

    found: dict[str, str] = {}
    for each in variants(contract):
        for one in each.contract.obligations:
            was = next((old for old in contract.obligations if old.id == one.id), one)
            if was.per not in RHYTHMS and one.per in RHYTHMS:
                found.setdefault(one.id, f"{PER[str(one.per)]}（{each.ambiguity.id}，待确认）")
    return found


def _dues(world: World, contract: Contract, span: Period) -> Iterator[Due]:
    for due in periodic(contract, [], span.first, span.last):
        if due.span is not None and due.span.first <= span.last and (due.day or span.last) >= span.first:
            yield due
    for due in triggered(contract, [], [], span.first, world.days):
        if due.event and due.event.name in (SIGNED, STARTED) and due.day and due.day in span:
            yield due
