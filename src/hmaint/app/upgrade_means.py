"""What a run works with: its site, its hosts, its hands, and whoever sits at the laptop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Literal

from hmaint.app.upgrade_hand import Hand
from hmaint.app.upgrade_holds import Holds
from hmaint.engine.trip import Tools
from hmaint.model.inventory import Site
from hmaint.transport.station import Station

Hear = Callable[[str], None]


Answered = bool | Literal["beforehand"] | None
"""`beforehand`: nobody was asked in the end, whoever began the run had said so then (`--yes`)."""


@dataclass
class Signals:
    """What the person at the keyboard has said: finish the running act and stop; or stop watching at once."""

    stop: Event = field(default_factory=Event)
    abandon: Event = field(default_factory=Event)


@dataclass(frozen=True)
class Means:
    """What a run works with."""

    site: Site
    tools: Tools
    stations: Mapping[str, Station]
    holds: Holds
    hands: Mapping[str, Hand]
    """By act id."""
    confirm: Callable[[str], Answered]
    """Asks the supervisor whether he was there; None where nobody can be asked."""
    signals: Signals
    hear: Hear
