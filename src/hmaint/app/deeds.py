"""What the records tell of sites, as deeds, events and counts: what contracts are held against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time

from hmaint.app.deeds_changes import change_counts, change_dues
from hmaint.app.deeds_entries import (
    AFTER_INCIDENTS,
    EntriesKnown,
    entry_counts,
    entry_deeds,
    entry_events,
    grouped,
    read_entries,
)
from hmaint.app.deeds_runs import read_runs, run_deeds, run_events
from hmaint.app.world import World
from hmaint.duty.acts import PAPER
from hmaint.duty.asked import Asked, asked_by
from hmaint.duty.owed import Known
from hmaint.duty.papers import shows
from hmaint.duty.quotas import Count
from hmaint.duty.term import span_of
from hmaint.kit.clock import CHINA
from hmaint.model.contract import Contract
from hmaint.model.duty import Deed
from hmaint.model.period import read_period
from hmaint.store.heads import PaperHead


def known_of(world: World, contracts: Mapping[str, Contract], since: date) -> Mapping[str, Known]:
    """Read what the records of some sites tell since a day; `contracts` by the name of the site."""
    sites, begun = list(contracts), datetime.combine(since, time.min, CHINA)
    today = world.clock.now().astimezone(CHINA).date()
    asked = {name: asked_by(contract) for name, contract in contracts.items()}
    after = [name for name, each in asked.items() if each.events & AFTER_INCIDENTS]
    settled = all(span_of(contract) for contract in contracts.values())
    runs = read_runs(world, asked, begun)
    entries = read_entries(world, sites, begun, after, settled=settled).by_site(sites)
    papers = grouped(world.records.heads.papers(_forms(asked), begun), lambda each: each.site)
    return {
        name: Known(
            (
                *run_deeds(world.inventory.sites[name], contract, asked[name], runs, today),
                *entry_deeds(name, entries[name]),
                *_standing(paper_deeds(name, papers.get(name, ())), entries[name].withdrawn),
            ),
            (
                *run_events(name, asked[name], runs),
                *entry_events(name, asked[name], entries[name], contract),
            ),
            _counts(name, entries[name], contract, today),
            tuple(change_dues(name, entries[name], contract, world.clock.now(), world.days)),
        )
        for name, contract in contracts.items()
    }


def _standing(papers: Iterable[Deed], withdrawn: frozenset[str]) -> Iterator[Deed]:
    """Those that tell of something that was not taken back since."""
    return (each for each in papers if not each.of or each.of - withdrawn)


def _forms(asked: Mapping[str, Asked]) -> Mapping[str, Sequence[str]]:
    return {
        site: [act.removeprefix(PAPER) for act in each.acts if act.startswith(PAPER)]
        for site, each in asked.items()
    }


def _counts(site: str, known: EntriesKnown, contract: Contract, today: date) -> tuple[Count, ...]:
    """Counts under every quota: what must not be exceeded is used up by changes, too."""
    limited = {each.id for each in contract.quotas if each.direction == "at_most"}
    by_hand = (each for each in entry_counts(site, known) if each.quota not in limited)
    return (*by_hand, *change_counts(site, known, contract, today))


def paper_deeds(site: str, papers: Sequence[PaperHead]) -> Iterator[Deed]:
    """Documents as deeds: made on the day its data was, told of the period or the records it names."""
    for paper in papers:
        # A decision about a restart stands on the form for tuning, and is none.
        if paper.site != site or not shows(paper.form, paper.sources, "due"):
            continue
        spans = [(source, _span(source)) for source in paper.sources]
        periods = [span for _source, span in spans if span]
        yield Deed(
            paper.number,
            frozenset({f"{PAPER}{paper.form}"}),
            _day(paper.generated_at),
            _day(paper.issued_at),
            paper.title,
            _day(paper.submitted_at) if paper.submitted_at else None,
            _day(paper.signed_at) if paper.signed_at else None,
            told=(periods[0][0], periods[-1][1]) if periods else None,
            of=frozenset(source for source, span in spans if not span),
        )


def _span(source: str) -> tuple[date, date] | None:
    """The days of a period that a source names: 2026Q4, or the days of a contract year."""
    known = read_period(source)
    if known is not None:
        return known.first, known.last
    first, _slash, last = source.partition("/")
    try:
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None


def _day(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()
