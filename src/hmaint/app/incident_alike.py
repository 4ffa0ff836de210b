"""Earlier incidents that may be the same trouble, and what is known of the like: offered, never claimed."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from hmaint.app.world import World
from hmaint.duty.incident import by_matter
from hmaint.duty.recurrence import alike as pick
from hmaint.errors import Failure
from hmaint.model.incident import KIND, Event, Incident

_YEAR = timedelta(days=400)


def alike(world: World, incident: Incident) -> list[Incident]:
    """Those of the last thirteen months that read alike; never a failure, as an offer must not cost the command."""
    with suppress(Failure):
        since = incident.reported - _YEAR
        opened = world.records.entries.listed(
            kinds=[KIND], site=incident.site, events=[Event.OPENED], since=since
        )
        return pick(incident, by_matter(opened))
    return []
