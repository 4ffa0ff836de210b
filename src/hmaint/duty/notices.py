"""Whether a channel must be told of a notice now, from what it was told before. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from hmaint.model.channel import Channel
from hmaint.model.entry import Entry
from hmaint.model.notice import Notice
from hmaint.model.playbook import Level

State = Literal["new", "again", "over", ""]

RETRY = 600.0
"""Seconds after a failed delivery before the same is tried again: a dead server must not slow every command."""
_NEARLY = 0.95
"""A nightly job that is told again each day begins some minutes earlier or later each night."""


def due(entries: Iterable[Entry], channel: Channel, notice: Notice, now: datetime, repeat: float) -> State:
    """What a channel is to be told: something `new`, the same `again`, that it is `over`, or nothing (empty).

    `entries` are those of the notice's matter, in the order they were kept; `repeat` is in seconds.
    """
    told = failed = None
    for entry in entries:
        if entry.body.get("channel") == channel.name:
            told, failed = (entry, None) if entry.event == "told" else (told, entry)
    state, before = _state(channel, notice.level, notice.mark), _told(channel, told)
    bad = state != (Level.OK, "")
    if failed and _told(channel, failed) == state and (now - failed.recorded_at).total_seconds() < RETRY:
        return ""
    if state != before:
        return "new" if bad else "over"
    lasting = told is not None and (now - told.recorded_at).total_seconds() >= repeat * _NEARLY
    return "again" if bad and lasting else ""


def _told(channel: Channel, entry: Entry | None) -> tuple[Level, str]:
    body: Mapping[str, object] = entry.body if entry else {}
    return _state(channel, Level(str(body.get("level", Level.OK))), str(body.get("mark", "")))


def _state(channel: Channel, level: Level, mark: str) -> tuple[Level, str]:
    """What a channel takes for the state: whatever is below its least level is all one, and fine."""
    return (level, mark) if level.rank >= Level(channel.least).rank else (Level.OK, "")
