"""What people put on record, read matter by matter."""

from __future__ import annotations

from datetime import datetime

from hmaint.app.world import World
from hmaint.model.ledger import Ledger
from hmaint.model.matter import Matter, fold, fold_all


def find(world: World, ledger: Ledger, number: str) -> Matter:
    """The matter of that number, a beginning or an end of it, or `latest`. WrongUsage when there is none."""
    return fold(ledger, world.records.entries.of(number, ledger.kind))


def matters(
    world: World, ledger: Ledger, site: str | None = None, since: datetime | None = None
) -> tuple[Matter, ...]:
    """Every matter of a kind, by the time they were opened; `since` leaves out those opened earlier."""
    found = fold_all(ledger, world.records.entries.listed(kinds=[ledger.kind], site=site))
    return tuple(each for each in found if since is None or each.history[0].at >= since)


def standing_matters(world: World, ledger: Ledger, site: str | None = None) -> tuple[Matter, ...]:
    """Every matter of a kind that was not withdrawn."""
    return tuple(each for each in matters(world, ledger, site) if not each.withdrawn)
