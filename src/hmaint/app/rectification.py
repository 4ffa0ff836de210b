"""By when the findings of a site must be put right, and which of them are overdue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from hmaint.app.world import World
from hmaint.duty.rectification import Sighting, Term, Terms, term
from hmaint.load.contract import load_rectification
from hmaint.store.kept import Seen, StoredFinding


@dataclass(frozen=True, slots=True)
class Owed:
    """A finding that is to be put right, since when, and by when."""

    finding: StoredFinding
    since: date
    term: Term


def terms_of(world: World, site: str) -> Terms:
    """What the site's contract says of rectification; hmaint's own proposal where it says nothing."""
    known = world.inventory.sites.get(site)
    return Terms(load_rectification(world.workspace.root, known.contract) if known else {}, world.days)


def deadlines(world: World, site: str, until: datetime | None = None) -> Mapping[str, Term]:
    """The term of each finding of a site by its id: of those alive now, or alive at a moment."""
    terms = terms_of(world, site)
    found = {
        finding: term(sightings(spell), terms) for finding, spell in world.records.spells(site, until).items()
    }
    return {finding: each for finding, each in found.items() if each is not None}


def overdue(world: World, site: str, at: datetime) -> tuple[Owed, ...]:
    """Findings whose term had run out at a moment, the longest overdue first."""
    terms, spells = terms_of(world, site), world.records.spells(site, at)
    found = [
        (finding, sightings(spell), each)
        for finding, spell in spells.items()
        if (each := term(sightings(spell), terms)) is not None and each.late(at.date())
    ]
    found.sort(key=lambda owed: owed[2].day)
    return tuple(Owed(world.records.finding(finding), days[0].day, each) for finding, days, each in found)


def sightings(spell: Iterable[Seen]) -> list[Sighting]:
    """Give a finding's spell as its term is counted by."""
    return [Sighting(seen.at.date(), seen.level) for seen in spell]
