"""What a person hears at the start of any command about backups: nights nobody looked, results somebody changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from hmaint.app.world import World
from hmaint.duty.nights import PLAYBOOK, gap_before, step_of
from hmaint.errors import Failure
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import _
from hmaint.store.results import trail_faults


def silent_nights(world: World) -> Iterator[str]:
    """A line for each site whose backups were verified before and were not on nights since: cron stopped, say."""
    with suppress(Failure, OSError):
        now, last = world.clock.now(), world.run_records.nights.last_finished(PLAYBOOK, world.clock.now())
        for site in world.inventory.sites.values():
            if site.name in last and site.backups:
                step = min(step_of(backup.schedule, backup.max_age) for backup in site.backups)
                if gap := gap_before([last[site.name]], now, step):
                    words = _(
                        "site {site}: backups not verified on {n} nights, the last time {last}; "
                        "see that the scheduled job runs"
                    )
                    moment = f"{last[site.name].astimezone(CHINA):%Y-%m-%d %H:%M}"
                    yield words.format(site=site.name, n=len(gap.nights), last=moment)


def changed_results(world: World) -> Iterator[str]:
    """A line where the chain of results does not hold together any more."""
    with suppress(Failure, OSError):
        if fault := trail_faults(world.workspace.private):
            words = _("the chain of verification results was changed ({fault}); run hmaint audit verify")
            yield words.format(fault=fault)
