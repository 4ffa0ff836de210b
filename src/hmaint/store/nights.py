"""When what was looked at: the few columns of runs from which missing nights are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Engine, func, select

from hmaint.store import schema
from hmaint.store.connect import reading


class Nights:
    """Reads over the runs of one playbook, whatever was seen in them: a command may have several, a drill is none."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def attended(self, playbook: str, site: str, since: datetime) -> Mapping[str, tuple[datetime, ...]]:
        """When each target of a site was visited since a moment, in order: by the beginnings of the runs.

        A run that was ended early counts for the targets it had got to.
        """
        runs, targets = schema.runs.c, schema.targets.c
        query = select(targets.name, runs.started_at).join(schema.runs, runs.id == targets.run)
        query = query.where(runs.site == site, runs.playbook == playbook, runs.started_at >= since)
        found: dict[str, list[datetime]] = defaultdict(list)
        with reading(self._engine) as connection:
            for name, moment in connection.execute(query.order_by(runs.started_at)):
                found[name].append(moment)
        return {name: tuple(moments) for name, moments in found.items()}

    def last_visits(self, playbook: str, site: str, until: datetime) -> Mapping[str, datetime]:
        """When each target of a site was visited last before a moment, however long ago."""
        runs, targets = schema.runs.c, schema.targets.c
        query = select(targets.name, func.max(runs.started_at)).join(schema.runs, runs.id == targets.run)
        query = query.where(runs.site == site, runs.playbook == playbook, runs.started_at < until)
        with reading(self._engine) as connection:
            return {name: moment for name, moment in connection.execute(query.group_by(targets.name))}  # noqa: C416 - rows are not pairs to a type checker

    def unfinished(self, playbook: str, site: str, since: datetime) -> tuple[datetime, ...]:
        """When runs began that were never finished, in order."""
        runs = schema.runs.c
        query = select(runs.started_at).where(runs.site == site, runs.playbook == playbook)
        query = query.where(runs.started_at >= since, runs.state != "finished").order_by(runs.started_at)
        with reading(self._engine) as connection:
            return tuple(connection.execute(query).scalars())

    def last_finished(self, playbook: str, until: datetime) -> Mapping[str, datetime]:
        """When the newest finished run of each site began, up to a moment; a site that has none is not there.

        A run that a wrong clock dated ahead hides no silence after it.
        """
        runs, sites = schema.runs.c, select(schema.runs.c.site).distinct().subquery()
        newest = select(func.max(runs.started_at)).where(runs.site == sites.c.site, runs.started_at <= until)
        newest = newest.where(runs.playbook == playbook, runs.state == "finished")
        # Each site by itself: so the newest is found from its end of the index, and not by reading years of runs.
        query = select(sites.c.site, newest.scalar_subquery().label("newest"))
        with reading(self._engine) as connection:
            return {site: moment for site, moment in connection.execute(query) if moment is not None}
