"""The one place entries are written: masked, dated, and never said to have happened later than they were kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from hmaint.app.world import World
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _
from hmaint.model.entry import Entry


def draft(  # noqa: PLR0913 - what an entry is
    world: World,
    *,
    kind: str,
    event: str,
    site: str,
    body: Mapping[str, object],
    at: datetime | None = None,
    matter: str = "",
    corrects: str = "",
) -> Entry:
    """Make an entry of this operator, its words masked; `at` is when it happened, now where none is given.

    Raises WrongUsage for a time that has not come yet.
    """
    now = world.clock.now()
    if at is not None and at > now:
        words = _("{time} has not come yet; an entry tells what happened")
        raise WrongUsage(words.format(time=f"{at:%Y-%m-%d %H:%M}"))
    masked = world.redactor.redact_value(dict(body))
    assert isinstance(masked, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return Entry(
        uuid4().hex, matter, kind, event, site, at or now, now, world.operator, masked, corrects
    )  # fmt: skip


def begin(world: World, first: Entry, prefix: str) -> Entry:
    """Open a matter with its first entry; handed back with its number."""
    return world.records.entries.begin(first, prefix)


def begin_all(world: World, firsts: Sequence[Entry], prefix: str) -> tuple[Entry, ...]:
    """Open a matter with each of these entries, all of them or none; handed back with their numbers."""
    return world.records.entries.begin_all(firsts, prefix)


def add(world: World, *entries: Entry) -> None:
    """Keep entries of a matter; they are on the disk when this returns."""
    world.records.entries.add(entries)
