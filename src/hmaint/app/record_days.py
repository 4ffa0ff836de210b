"""The day each thing that people put on record belongs to: when it happened, not when its paper was printed."""

from __future__ import annotations

from datetime import date

from hmaint.app.matter_list import standing_matters
from hmaint.app.world import World
from hmaint.duty.training import held_on, planned_for
from hmaint.kit.clock import CHINA
from hmaint.model.entry import Entry, standing
from hmaint.model.ledger import Ledger
from hmaint.model.ledgers.training import TRAINING
from hmaint.model.matter import Matter, fold_all
from hmaint.model.period import Period


def days_of_matters(world: World, site: str) -> dict[str, date]:
    """By its number, the day of each matter of a site, whatever its kind; a training's is when it was held."""
    entries = world.records.entries.listed(site=site)
    found: dict[str, list[Entry]] = {}
    for each in entries:
        found.setdefault(each.matter, []).append(each)
    days = {
        number: min(each.at for each in held).astimezone(CHINA).date()
        for number, told in found.items()
        if (held := standing(told))
    }
    return days | {each.id: day_of(each) for each in fold_all(TRAINING, entries) if not each.withdrawn}


def numbers_in(world: World, site: str, ledger: Ledger, period: Period) -> list[str]:
    """The numbers of a kind that stand and belong to a period, oldest first."""
    return [each.id for each in standing_matters(world, ledger, site) if day_of(each) in period]


def day_of(matter: Matter) -> date:
    """The day a matter that stands belongs to."""
    if matter.kind == TRAINING.kind:
        return held_on(matter) or planned_for(matter)
    return matter.entries[0].at.astimezone(CHINA).date()
