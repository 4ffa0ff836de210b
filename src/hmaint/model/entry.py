"""What people put on record about a matter: an incident, a change, a training, a meeting; nothing is ever erased."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import datetime
from operator import attrgetter

from hmaint.kit.frozen import dataclass

WITHDRAWN = "withdrawn"
"""The event of an entry that takes another back and puts nothing in its place."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened to a matter, as one person told it once."""

    id: str
    """Unlike any other, so that an entry kept twice is one."""
    matter: str
    """The number of what it belongs to, such as I-20261125-001; empty until the records have given one."""
    kind: str
    """What the matter is: incident, change, training, …"""
    event: str
    """What happened: opened, acknowledged, resolved, …; whoever tells of a kind of matter knows its events."""
    site: str
    at: datetime
    """When it happened: decides periods and clocks."""
    recorded_at: datetime
    """When it was put on record."""
    operator: str
    body: Mapping[str, object] = field(default_factory=dict)
    """What else is known of it, as JSON can say it."""
    corrects: str = ""
    """The id of the entry that this one stands in place of; both stay on record."""


def standing(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries that hold, in the order they happened: without what was corrected or withdrawn.

    The same whatever order they come in, and however often each of them does.
    """
    known = {entry.id: entry for entry in entries}
    corrected = {entry.corrects for entry in known.values()}
    held = [each for each in known.values() if each.id not in corrected and each.event != WITHDRAWN]
    return tuple(sorted(held, key=attrgetter("at", "recorded_at", "id")))
