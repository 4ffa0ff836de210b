"""The page an engineer opens first: what is due, whose clocks run, which nights nobody looked at a backup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from hmaint.app.due import Dues, dues
from hmaint.app.world import World
from hmaint.duty.nights import PLAYBOOK, told_gap
from hmaint.duty.owed import levels
from hmaint.kit.clock import CHINA
from hmaint.kit.frozen import dataclass
from hmaint.model.incident import KIND, Event
from hmaint.model.playbook import Level, worst

if TYPE_CHECKING:
    from hmaint.duty.incident_view import View

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Morning:
    """All of it, at one moment."""

    dues: Dues
    incidents: tuple[View, ...] = ()
    """Those that want something done, the worst first."""
    nights: tuple[str, ...] = ()
    """Nights without a backup check, one line each."""

    @property
    def level(self) -> Level:
        """The worst of it. Where nothing could be looked at that is no good answer: UNKNOWN."""
        found = [levels(owed, self.dues.today) for owed in self.dues.owed]
        found += [Level.UNKNOWN for each in self.dues.without if each.wrong]
        found += [each.urgency for each in self.incidents]
        found += [Level.WARNING for _night in self.nights]
        return worst(found) if found else Level.UNKNOWN


def morning(world: World, sites: Sequence[str] = (), until: date | None = None) -> Morning:
    """Look at everything that may want doing. BadFile where a contract is wrong."""
    found = dues(world, sites, until)
    names = [*(each.site for each in found.owed), *(each.site for each in found.without)]
    return Morning(found, tuple(_incidents(world, names, found)), tuple(_nights(world, names)))


def _incidents(world: World, sites: Sequence[str], found: Dues) -> list[View]:
    """Those that are not closed; a report that is still owed of a closed one stands among what is due."""
    entries = world.records.entries.unfinished(KIND, Event.CLOSED, Event.REOPENED)
    if not entries:
        return []
    from hmaint.duty.incident import by_matter  # noqa: PLC0415 - only who has incidents needs it
    from hmaint.duty.incident_view import by_urgency, view  # noqa: PLC0415 - as above

    open_ones = [each for each in by_matter(entries) if each.site in sites and not each.over]
    contracts = {each.site: each.contract for each in found.owed}
    reported = {
        due.event.record: due.met_by[0].record
        for each in found.owed
        for due in each.dues
        if due.event is not None and due.met_by
    }
    now, days = world.clock.now(), world.days
    return by_urgency([
        view(each, contracts.get(each.site), now, days, reported=reported.get(each.id, "")) for each in open_ones
    ])  # fmt: skip


def _nights(world: World, sites: Sequence[str]) -> Iterator[str]:
    """Tell the last week's nights of sites whose backups were verified before; others have a duty for it, or none."""
    with_backups = [name for name in sites if world.inventory.sites[name].backups]
    if not with_backups:
        return
    from hmaint.app.backup_nights import missing_nights  # noqa: PLC0415 - as above

    known = world.records.nights.last_finished(PLAYBOOK, world.clock.now())
    last = world.clock.now().astimezone(CHINA).date()
    for name in with_backups:
        if name in known:
            gaps = missing_nights(world, name, last - _WEEK, last)
            yield from (f"{name} {backup}：{told_gap(gap)}" for backup, gap in gaps.items() if gap)
