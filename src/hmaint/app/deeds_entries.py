"""What people put on record as deeds, as events that contracts hang duties on, and as counts under quotas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import TypeVar

from hmaint.app.world import World
from hmaint.duty.asked import Asked
from hmaint.duty.incident import courses
from hmaint.duty.incident_level import level_in_force
from hmaint.duty.quotas import Count
from hmaint.kit.clock import CHINA
from hmaint.kit.frozen import dataclass
from hmaint.model import incident
from hmaint.model.contract import Contract
from hmaint.model.duty import Deed, Event
from hmaint.model.entry import WITHDRAWN, Entry, standing
from hmaint.model.incident import Course
from hmaint.model.ledgers.all import LEDGERS
from hmaint.model.matter import Matter, fold_all

T = TypeVar("T")

_DONE = {
    "meeting": "met", "patch": "patched", "vuln": "checked", "drill": "drilled", "restart": "decided",
    "training": "attended", "performed": "performed", "log": "visited",
}  # fmt: skip
"""The event of each kind that says it was done."""
_AFTER = {
    "training": "training.done", "log": "maintenance.done", "change": "customization.done",
    "meeting": "quarterly_meeting.before",
}  # fmt: skip
"""What each kind is for duties that follow."""
_COUNTS = ("counted", WITHDRAWN)
_UPGRADES = ("ended", WITHDRAWN)
_INCIDENTS = (
    incident.Event.OPENED, incident.Event.CLASSIFIED, incident.Event.RESOLVED, incident.Event.CLOSED,
    incident.Event.REOPENED, WITHDRAWN,
)  # fmt: skip
_LONG = timedelta(days=365)
"""How long before the records that are asked for a matter may have begun that ends among them."""
_MARKS = {"incident.resolved": incident.Event.RESOLVED, "incident.closed": incident.Event.CLOSED}
_ATTACK, _UPGRADED = "security_event", "upgrade.done"
AFTER_INCIDENTS = frozenset({*_MARKS, _ATTACK})
"""What incidents are for duties that follow."""
_ATTACKS = ("病毒", "入侵", "攻击", "泄露")


@dataclass(frozen=True, slots=True)
class EntriesKnown:
    """What people told of some sites, folded."""

    matters: Sequence[Matter]
    incidents: Sequence[Course]
    """Those that were not taken back."""
    upgrades: Sequence[Entry] = ()
    """Ends of runs of upgrades."""
    withdrawn: frozenset[str] = frozenset()
    """Numbers of what was taken back: documents about nothing else tell of nothing."""

    def by_site(self, sites: Iterable[str]) -> Mapping[str, EntriesKnown]:
        """The same for each site, told apart once: looking through all for each of twenty takes twenty times that."""
        matters = grouped(self.matters, lambda each: each.site)
        incidents = grouped(self.incidents, lambda each: each.site)
        upgrades = grouped(self.upgrades, lambda each: each.site)
        return {
            site: EntriesKnown(
                matters.get(site, ()), incidents.get(site, ()), upgrades.get(site, ()), self.withdrawn
            )
            for site in sites
        }


def grouped(values: Iterable[T], of: Callable[[T], str]) -> Mapping[str, Sequence[T]]:
    """Values by what they are of, each in its order."""
    found: dict[str, list[T]] = {}
    for each in values:
        found.setdefault(of(each), []).append(each)
    return found


def read_entries(
    world: World,
    sites: Sequence[str],
    since: datetime,
    after_incidents: Sequence[str],
    *,
    settled: bool = False,
) -> EntriesKnown:
    """Read and fold what was put on record since a day; incidents of the sites where something is owed after them.

    Where it is `settled` that nothing from before that day counts, incidents of which all happened before are left out.
    """
    listed, begun = partial(world.records.entries.listed, sites=sites), since - _LONG
    told = [
        *listed(kinds=tuple(_DONE), since=since),
        *listed(kinds=("change",), since=begun),
        *listed(kinds=("count",), events=_COUNTS, since=since),
    ]
    by_kind = grouped(told, lambda each: each.kind)
    kinds = (*_DONE, "change", "count")
    matters = [one for kind in kinds for one in fold_all(LEDGERS[kind], by_kind.get(kind, ()))]
    lately = since if settled else None
    incidents = courses(
        listed(kinds=(incident.KIND,), events=_INCIDENTS, sites=after_incidents, since=begun, lately=lately)
    )
    gone = frozenset(one.id for one in matters if one.withdrawn)
    upgrades = standing(listed(kinds=("upgrade",), events=_UPGRADES, since=since))
    return EntriesKnown([one for one in matters if not one.withdrawn], incidents, upgrades, gone)


def entry_deeds(site: str, known: EntriesKnown) -> Iterator[Deed]:
    """What was done by hand: of a training every day of it, of everything else the day it was done."""
    for matter in known.matters:
        if matter.site == site and matter.kind in _DONE:
            yield from (_deed(matter, entry) for entry in matter.all(_DONE[matter.kind]))


def entry_events(site: str, asked: Asked, known: EntriesKnown, contract: Contract) -> Iterator[Event]:
    """What happened that the contract hangs duties on."""
    kinds = {kind for kind, name in _AFTER.items() if name in asked.events}
    for matter in known.matters:
        if matter.kind in kinds and matter.site == site and (done := _done(matter)):
            yield Event(_AFTER[matter.kind], done.at, matter.id)
    for one in known.incidents:
        if one.site == site:
            yield from _of_incident(one, asked, contract)
    for each in known.upgrades if _UPGRADED in asked.events else ():
        # Data put right is no upgrade, and what was put back did not happen.
        if each.site == site and (each.body.get("sort"), each.body.get("state")) == ("upgrade", "done"):
            yield Event(_UPGRADED, each.at, str(each.body.get("run", each.matter)))


def _done(matter: Matter) -> Entry | None:
    """The entry from which on something may be owed."""
    match matter.kind:
        case "change":
            return matter.first("debugged") or matter.first("delivered")
        case "meeting":
            return None if matter.text("sort") == "review" else matter.opening
        case kind:
            return matter.first(_DONE[kind])


def entry_counts(site: str, known: EntriesKnown) -> Iterator[Count]:
    """What people counted under quotas."""
    for matter in known.matters:
        if matter.site == site and matter.kind == "count":
            for entry in matter.all("counted"):
                yield from _count(
                    matter, str(entry.body.get("clause", "")), entry.body.get("quantity"), entry.at
                )


def _count(matter: Matter, clause: str, amount: object, at: datetime) -> Iterator[Count]:
    try:
        yield Count(clause, at.astimezone(CHINA).date(), Decimal(str(amount)), matter.id)
    except InvalidOperation:
        return  # nothing was said of how much: it cannot be added up


def _deed(matter: Matter, entry: Entry) -> Deed:
    named = {matter.text("clause"), str(entry.body.get("clause") or "")} - {""}
    about = {matter.text("about")} - {""}
    return Deed(
        matter.id,
        frozenset({matter.kind}),
        entry.at.astimezone(CHINA).date(),
        entry.recorded_at.astimezone(CHINA).date(),
        _title(matter),
        _day(matter.text("submitted")),
        _day(matter.text("signed")),
        matter.text("mode"),
        frozenset(named),
        None,
        matter.text("period"),
        frozenset(about),
    )


def _title(matter: Matter) -> str:
    names = ("what", "name", "topic", "target", "basis", "window", "servers")
    return next((text for name in names if (text := matter.text(name))), "")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _of_incident(one: Course, asked: Asked, contract: Contract) -> Iterator[Event]:
    found = {name: one.marks[mark] for name, mark in _MARKS.items() if mark in one.marks}
    if any(word in one.facts.type for word in _ATTACKS):
        found[_ATTACK] = one.reported
    # Proposing a level takes a while: it is done where a condition asks for it.
    facts = _facts(one, contract) if found.keys() & asked.judged else {}
    for name, at in found.items():
        if name in asked.events:
            yield Event(name, at, one.id, facts)


def _facts(one: Course, contract: Contract) -> Mapping[str, object]:
    level = level_in_force(one, contract.incident) if contract.incident else one.level
    return {"facts": one.facts, "level": level}
