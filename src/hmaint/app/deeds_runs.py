"""Runs as deeds: what was inspected, which backups were looked at or restored, and what nobody could examine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache

from hmaint.app.world import World
from hmaint.duty.acts import LOOKS
from hmaint.duty.asked import Asked
from hmaint.kit.clock import CHINA
from hmaint.kit.frozen import dataclass
from hmaint.model.contract import Contract
from hmaint.model.duty import Deed, Event
from hmaint.model.inventory import Site
from hmaint.store.heads import Looked, Nightly, RunHead

_MODES = {"现场": "onsite", "远程": "remote", "onsite": "onsite", "remote": "remote"}
_NARROW = {"weekly": ("probe",), "security": ("probe",)}
"""Playbooks, by the last part of their name, that look at too little to be called an inspection."""
_BACKUPS = "备份"
DRILL = "restore-drill"
"""The playbook of restore drills; said here, as reading the drill's own module takes longer than all this."""
_NEW = timedelta(days=31)
"""A target no run has ever seen counts as left out only by runs since then: before, it may not have been there."""
_SOUND = ("ok", "warning")
_LOOKED = (*_SOUND, "critical")
_VERIFY = "backup-verify"
_LOOK, _BOTH = frozenset({"backup_look"}), frozenset({"backup_look", "backup_sound"})
_FIRST, _DAY, _AHEAD = date(1970, 1, 1).toordinal(), 86_400_000_000, 28_800_000_000
"""The first day that microseconds are counted from, how many a day has, and by how many China is ahead: a date made of
them takes a fifth of the time that one made by way of a datetime does, and years have thousands of nights."""


@dataclass(frozen=True, slots=True)
class RunsKnown:
    """The runs of some sites since a day, with what lists need to know of each; by the name of the site."""

    heads: Mapping[str, Sequence[RunHead]]
    looked: Mapping[str, Looked]
    with_backups: frozenset[str]
    nightly: Mapping[str, Sequence[Nightly]]


def read_runs(world: World, asked: Mapping[str, Asked], since: datetime) -> RunsKnown:
    """Read them in a few statements, whatever their number; `asked` by the name of the site."""
    sites = list(asked)
    backups = [name for name, each in asked.items() if each.acts & _BOTH]
    heads = world.records.heads
    looked = heads.looked(sites, since, ("inspect", "data-check"))
    by_site = defaultdict[str, list[RunHead]](list)
    for head in heads.runs(sites, since, _VERIFY):
        if head.state != "running":
            by_site[head.site].append(head)
    nights = defaultdict[str, list[Nightly]](list)
    for night in heads.nightly(backups, since, _VERIFY):
        nights[night[1]].append(night)
    return RunsKnown(by_site, looked, heads.runs_with(backups, since, "inspect", _BACKUPS), nights)


def run_deeds(site: Site, contract: Contract, asked: Asked, known: RunsKnown, today: date) -> Iterator[Deed]:
    """What the runs of a site count as. One that is still going, or saw nothing at all, counts as nothing."""
    heads = known.heads.get(site.name, ())
    wanted, first = _targets(site), _first_seen(heads, known)
    for head in heads:
        acts = frozenset(_acts(head, known))
        if not acts.isdisjoint(asked.acts):
            expected = _expected(head, wanted, first, today) if acts & LOOKS else frozenset[str]()
            yield _deed(head, known.looked.get(head.id), acts, expected)
    yield from _nights(known.nightly.get(site.name, ()), contract)


def run_events(site: str, asked: Asked, known: RunsKnown) -> Iterator[Event]:
    """The ends of inspections, which contracts hang reports on."""
    anyhow = [name for name in ("inspection.finished", "maintenance.done") if name in asked.events]
    onsite = [name for name in ("onsite_inspection.finished",) if name in asked.events]
    for head in known.heads.get(site, ()) if anyhow or onsite else ():
        looked = known.looked.get(head.id)
        if head.command != "inspect" or not looked or not looked.seen:
            continue
        at = head.finished_at or head.started_at
        for name in (*anyhow, *onsite) if _MODES.get(head.mode) == "onsite" else anyhow:
            yield Event(name, at, head.id)


def _acts(head: RunHead, known: RunsKnown) -> Iterator[str]:
    looked = known.looked.get(head.id)
    if head.command == "inspect" and looked and looked.seen:
        yield from _NARROW.get(head.playbook.rpartition("/")[2], ("inspection", "probe"))
        if head.id in known.with_backups:
            yield "backup_look"
    if head.command == "data-check" and looked and looked.seen:
        yield "data_check"
    if head.playbook == DRILL and head.level in _LOOKED:
        yield "restore"


def _nights(nights: Sequence[Nightly], contract: Contract) -> Iterator[Deed]:
    """Looks at backups: of each month no more than any duty counts, of contracts with a daily or weekly duty all.

    The level is that of the worst: unknown means that part of it, or all, could not be looked at; that is no look.
    """
    asked = [each for each in contract.obligations if each.kind in ("backup_check", "backup_run")]
    often = any(each.per in ("day", "week") for each in asked)
    most = max((each.min for each in asked), default=1)
    counted: dict[tuple[int, int, bool], int] = {}
    for record, _site, level, micros in nights:
        if level not in _LOOKED:
            continue
        day = _day_of((micros + _AHEAD) // _DAY)
        sound = level in _SOUND
        key = day.year, day.month, sound
        counted[key] = counted.get(key, 0) + 1
        if often or counted[key] <= most:
            yield Deed(record, _BOTH if sound else _LOOK, day, day, "backup-verify")


@cache  # twenty sites have the same nights
def _day_of(number: int) -> date:
    return date.fromordinal(_FIRST + number)


def _deed(head: RunHead, looked: Looked | None, acts: frozenset[str], expected: frozenset[str]) -> Deed:
    seen = looked.seen if looked and head.command == "inspect" else None
    missed = frozenset[str]() if looked is None or seen is None else (looked.missed | expected) - seen
    done = head.started_at.astimezone(CHINA).date()
    kept = (head.finished_at or head.started_at).astimezone(CHINA).date()
    return Deed(
        head.id, acts, done, kept, head.title or head.command, mode=_MODES.get(head.mode, ""), seen=seen, missed=missed
    )  # fmt: skip


def _targets(site: Site) -> frozenset[str]:
    kinds = (site.hosts, site.databases, site.endpoints, site.devices)
    return frozenset(each.name for kind in kinds for each in kind)


def _first_seen(heads: Sequence[RunHead], known: RunsKnown) -> Mapping[str, datetime]:
    """When each target stood in an inspection first."""
    found: dict[str, datetime] = {}
    for head in heads:
        looked = known.looked.get(head.id) if head.command == "inspect" else None
        for name in (looked.seen | looked.missed) if looked else ():
            found.setdefault(name, head.started_at)
    return found


def _expected(
    head: RunHead, wanted: frozenset[str], first: Mapping[str, datetime], today: date
) -> frozenset[str]:
    """The targets of the inventory that were there when a run was made, as far as runs tell."""
    recent = today - head.started_at.astimezone(CHINA).date() <= _NEW
    return frozenset(name for name in wanted if (first[name] <= head.started_at if name in first else recent))
