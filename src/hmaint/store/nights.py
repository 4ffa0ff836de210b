"""When what was looked at: the few columns of runs from which missing nights are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from hmaint.store.session import Door, Session
from hmaint.store.values import moment


class Nights:
    """Reads over the runs of one playbook, whatever was seen in them: a command may have several, a drill is none."""

    def __init__(self, door: Door[Session]) -> None:
        self._door = door

    def attended(self, playbook: str, site: str, since: datetime) -> Mapping[str, tuple[datetime, ...]]:
        """When each target of a site was visited since a moment, in order: by the beginnings of the runs.

        A run that was ended early counts for the targets it had got to.
        """
        query = (
            "SELECT targets.name, runs.started_at FROM targets JOIN runs ON runs.id = targets.run "
            "WHERE runs.site = :site AND runs.playbook = :playbook AND runs.started_at >= :since "
            "ORDER BY runs.started_at"
        )
        found: dict[str, list[datetime]] = defaultdict(list)
        for name, began in self._pairs(query, site=site, playbook=playbook, since=since):
            found[name].append(began)
        return {name: tuple(moments) for name, moments in found.items()}

    def last_visits(self, playbook: str, site: str, until: datetime) -> Mapping[str, datetime]:
        """When each target of a site was visited last before a moment, however long ago."""
        query = (
            "SELECT targets.name, max(runs.started_at) FROM targets JOIN runs ON runs.id = targets.run "
            "WHERE runs.site = :site AND runs.playbook = :playbook AND runs.started_at < :until GROUP BY targets.name"
        )
        return dict(self._pairs(query, site=site, playbook=playbook, until=until))

    def unfinished(self, playbook: str, site: str, since: datetime) -> tuple[datetime, ...]:
        """When runs began that were never finished, in order."""
        query = (
            "SELECT runs.id, runs.started_at FROM runs WHERE runs.site = :site AND runs.playbook = :playbook "
            "AND runs.started_at >= :since AND runs.state <> 'finished' ORDER BY runs.started_at"
        )
        found = self._pairs(query, site=site, playbook=playbook, since=since)
        return tuple(began for _run, began in found)

    def last_finished(self, playbook: str, until: datetime) -> Mapping[str, datetime]:
        """When the newest finished run of each site began, up to a moment; a site that has none is not there.

        A run that a wrong clock dated ahead hides no silence after it.
        """
        # Each site by itself: so the newest is found from its end of the index, and not by reading years of runs.
        query = (
            "SELECT sites.site, (SELECT max(runs.started_at) FROM runs WHERE runs.site = sites.site "
            "AND runs.started_at <= :until AND runs.playbook = :playbook AND runs.state = 'finished') "
            "FROM (SELECT DISTINCT site FROM runs) AS sites"
        )
        return dict(self._pairs(query, playbook=playbook, until=until))

    def _pairs(self, query: str, **binds: object) -> list[tuple[str, datetime]]:
        """What a query gives of names and moments, without those that have no moment."""
        with self._door.reading() as session:
            rows = session.rows(query, **binds)
        return [(name, moment(count)) for name, count in rows if count is not None]
