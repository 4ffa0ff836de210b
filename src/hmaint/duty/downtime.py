"""For how long a system was not there, by its incidents and by windows told by hand, with planned ones and without."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from hmaint.kit.frozen import dataclass
from hmaint.model.entry import Entry, standing
from hmaint.model.incident import Event, Incident, State

NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Downtime:
    """A stretch of time in which the business stood still."""

    since: datetime
    until: datetime
    planned: bool = False
    source: str = ""
    """The number of the incident or of the window told by hand."""
    going_on: bool = False
    """Whether it had not ended when it was asked for: `until` is the moment of asking."""


@dataclass(frozen=True, slots=True)
class Availability:
    """What stretches of time amount to, once with planned windows and once without; overlaps count once."""

    unplanned: timedelta
    total: timedelta
    stretches: tuple[Downtime, ...] = ()


def downtimes(incident: Incident, now: datetime) -> tuple[Downtime, ...]:
    """When the business stood still for an incident, each time it did; nothing for one that never stopped it.

    From when it began (the report, where that is not known) until service was back: restored or resolved, whatever
    came first. A fallback does not end it: the system itself is still away. Opened anew, it stands still anew.
    """
    if incident.state is State.WITHDRAWN or incident.facts.interruption != "full":
        return ()
    found: list[Downtime] = []
    begun: datetime | None = min(incident.occurred or incident.reported, incident.reported)
    for entry in incident.events:
        if begun and entry.event in (Event.RESTORED, Event.RESOLVED) and entry.at >= begun:
            found.append(Downtime(begun, entry.at, source=incident.id))
            begun = None
        elif begun is None and entry.event == Event.REOPENED:
            begun = entry.at
    if begun:
        found.append(Downtime(begun, max(now, begun), source=incident.id, going_on=True))
    return tuple(found)


def windows(entries: Iterable[Entry]) -> tuple[Downtime, ...]:
    """Windows told by hand (entries of kind `downtime` with `until` and `planned` in their body)."""
    return tuple(
        Downtime(each.at, until, bool(each.body.get("planned")), each.matter)
        for each in standing(entries)
        if (until := _moment(each.body.get("until"))) is not None and until > each.at
    )


def upgrades(entries: Iterable[Entry]) -> tuple[Downtime, ...]:
    """What runs of upgrades kept the system down for: planned inside the window that was approved, not behind it."""
    found: list[Downtime] = []
    for each in standing(entries):
        told = each.body.get("outage")
        spans = [_moment(one) for one in told] if each.event == "ended" and isinstance(told, list) else []
        if len(spans) != 2 or spans[0] is None or spans[1] is None:  # noqa: PLR2004 - from and to
            continue
        since, until = spans[0], spans[1]
        source = str(each.body.get("run", each.matter))
        allowed = min(until, _moment(each.body.get("window_end")) or until)
        if allowed > since:
            found.append(Downtime(since, allowed, planned=True, source=source))
        if until > max(allowed, since):
            found.append(Downtime(max(allowed, since), until, source=source))
    return tuple(found)


def availability(stretches: Iterable[Downtime], since: datetime, until: datetime) -> Availability:
    """Add up what lies between two moments. Planned windows, and faults inside them, are not in `unplanned`."""
    cut = [_cut(each, since, until) for each in stretches]
    inside = tuple(
        sorted((each for each in cut if each.since < each.until), key=lambda each: (each.since, each.until))
    )
    total = _length([(each.since, each.until) for each in inside])
    planned = _length([(each.since, each.until) for each in inside if each.planned])
    return Availability(total - planned, total, inside)


def _cut(each: Downtime, since: datetime, until: datetime) -> Downtime:
    return Downtime(max(each.since, since), min(each.until, until), each.planned, each.source, each.going_on)


def _length(spans: Sequence[tuple[datetime, datetime]]) -> timedelta:
    """How long at least one of the spans lasts; `spans` by their beginnings."""
    total, reached = NOTHING, None
    for begun, ended in spans:
        begun = begun if reached is None else max(begun, reached)  # noqa: PLW2901 - what was counted is not counted twice
        if ended > begun:
            total, reached = total + (ended - begun), ended
    return total


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) and value else None
