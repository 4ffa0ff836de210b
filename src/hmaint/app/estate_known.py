"""What the contract and the records know for a site's plans: limits, drills held, restore times measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hmaint.app.incident_view import terms_of
from hmaint.app.matter_list import standing_matters
from hmaint.app.world import World
from hmaint.kit.clock import CHINA
from hmaint.model.ledgers.drill import DRILL

if TYPE_CHECKING:
    from hmaint.report.estate_known import Drilled, Known, Measured

_MEASURED = "backup.drill.rto_seconds"


def known_of(world: World, site: str) -> Known:
    """Gather it; nothing of the records where there are none yet, and none are made by asking."""
    from hmaint.report.estate_known import Known  # noqa: PLC0415 - goes with the Word libraries

    contract = terms_of(world, site).contract
    if not world.has_records:
        return Known(contract)
    return Known(contract, _measured(world, site), _drills(world, site))


def _measured(world: World, site: str) -> dict[str, Measured]:
    from hmaint.report.estate_known import Measured  # noqa: PLC0415 - as above
    from hmaint.report.incident_texts import span_of_seconds  # noqa: PLC0415 - as above

    found = {}
    for series in world.records.series(site, [_MEASURED]):
        last = series.readings[-1]
        found[series.target] = Measured(span_of_seconds(last.value), last.at.astimezone(CHINA).date())
    return found


def _drills(world: World, site: str) -> tuple[Drilled, ...]:
    from hmaint.report.estate_known import Drilled  # noqa: PLC0415 - as above

    held = [
        Drilled(
            each.id,
            each.text("name"),
            each.text("scenario"),
            each.text("mode"),
            (each.opening or each.history[0]).at.astimezone(CHINA).date(),
            each.text("conclusion"),
        )
        for each in standing_matters(world, DRILL, site)
    ]
    return tuple(sorted(held, key=lambda each: each.day, reverse=True))
