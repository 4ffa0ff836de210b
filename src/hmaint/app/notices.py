"""What a person should hear at the start of any command: nights without a backup check, clocks that run out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from hmaint.app.backup_notices import changed_results, silent_nights
from hmaint.app.db_tune_notices import tuning_broken_off
from hmaint.app.drill_notices import drills_cut_off
from hmaint.app.pledges import warn_of_pledge
from hmaint.app.world import World

NOTICES: tuple[Callable[[World], Iterable[str]], ...] = (
    warn_of_pledge,
    silent_nights,
    changed_results,
    drills_cut_off,
    tuning_broken_off,
)
"""One line each; whoever has something to remind of adds a function that costs next to nothing and never raises."""


def notices(world: World) -> Iterator[str]:
    """Tell what there is to tell; nothing before there are records, as making them is no reminder's business."""
    if world.has_records:
        for find in NOTICES:
            yield from find(world)
