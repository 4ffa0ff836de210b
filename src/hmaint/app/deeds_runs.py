"""Runs as deeds: what was inspected, which backups were looked at or restored, and what nobody could examine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hmaint.app.world import World
from hmaint.kit.clock import CHINA
from hmaint.model.duty import Deed, Event
from hmaint.model.inventory import Site
from hmaint.store.heads import Looked, RunHead

_MODES = {"现场": "onsite", "远程": "remote", "onsite": "onsite", "remote": "remote"}
_NARROW = {"weekly": ("probe",), "security": ("probe",)}
"""Playbooks, by the last part of their name, that look at too little to be called an inspection."""
_BACKUPS = "备份"
DRILL = "restore-drill"
"""The playbook of restore drills; said here, as reading the drill's own module takes longer than all this."""
_NEW = timedelta(days=31)
"""A target no run has ever seen counts as left out only by runs since then: before, it may not have been there."""
_SOUND = ("ok", "warning")


@dataclass(frozen=True, slots=True)
class RunsKnown:
    """The runs of some sites since a day, with what lists need to know of each."""

    heads: Sequence[RunHead]
    looked: Mapping[str, Looked]
    with_backups: frozenset[str]


def read_runs(world: World, sites: Sequence[str], since: datetime) -> RunsKnown:
    """Read them in a few statements, whatever their number."""
    heads = world.records.heads
    looked = {**heads.looked(sites, since), **heads.looked(sites, since, "data-check")}
    return RunsKnown(
        heads.runs(sites, since),
        looked,
        heads.runs_with(sites, since, "inspect", _BACKUPS),
    )


def run_deeds(site: Site, known: RunsKnown, today: date) -> Iterator[Deed]:
    """What the runs of a site count as. One that is still going, or saw nothing at all, counts as nothing."""
    wanted = _targets(site)
    first = _first_seen(known, site.name)
    for head in known.heads:
        if head.site != site.name or head.state == "running":
            continue
        acts = frozenset(_acts(head, known))
        if acts:
            yield _deed(head, known.looked.get(head.id), acts, _expected(head, wanted, first, today))


def run_events(site: str, known: RunsKnown) -> Iterator[Event]:
    """The ends of inspections, which contracts hang reports on."""
    for head in known.heads:
        looked = known.looked.get(head.id)
        if head.site != site or head.command != "inspect" or not looked or not looked.seen:
            continue
        at = head.finished_at or head.started_at
        yield Event("inspection.finished", at, head.id)
        yield Event("maintenance.done", at, head.id)
        if _MODES.get(head.mode) == "onsite":
            yield Event("onsite_inspection.finished", at, head.id)


def _acts(head: RunHead, known: RunsKnown) -> Iterator[str]:
    looked = known.looked.get(head.id)
    if head.command == "inspect" and looked and looked.seen:
        yield from _NARROW.get(head.playbook.rpartition("/")[2], ("inspection", "probe"))
        if head.id in known.with_backups:
            yield "backup_look"
    if head.command == "data-check" and looked and looked.seen:
        yield "data_check"
    if head.command == "backup-verify":
        yield from _of_backups(head)


def _of_backups(head: RunHead) -> Iterator[str]:
    # The level is that of the worst: unknown means that part of it, or all, could not be looked at.
    if head.level not in (*_SOUND, "critical"):
        return
    if head.playbook == DRILL:
        yield "restore"
        return
    yield "backup_look"
    if head.level in _SOUND:
        yield "backup_sound"


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


def _first_seen(known: RunsKnown, site: str) -> Mapping[str, datetime]:
    """When each target stood in an inspection first."""
    found: dict[str, datetime] = {}
    for head in known.heads:
        looked = known.looked.get(head.id)
        if head.site == site and head.command == "inspect" and looked:
            for name in looked.seen | looked.missed:
                found.setdefault(name, head.started_at)
    return found


def _expected(
    head: RunHead, wanted: frozenset[str], first: Mapping[str, datetime], today: date
) -> frozenset[str]:
    """The targets of the inventory that were there when a run was made, as far as runs tell."""
    recent = today - head.started_at.astimezone(CHINA).date() <= _NEW
    return frozenset(name for name in wanted if (first[name] <= head.started_at if name in first else recent))
