"""Whoever sits at the laptop: how he is asked, what he has said, what he is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from hmaint.app.upgrade_laptop import Asked
from hmaint.app.upgrade_means import Answered, Hear, Signals
from hmaint.app.world import World


@dataclass(frozen=True)
class Person:
    """Whoever sits at the laptop: how he is asked, what he has said, what he is told."""

    ask: Asked
    confirm: Callable[[str], Answered]
    hear: Hear
    signals: Signals


def discreet(world: World, person: Person) -> Person:
    """The same person, who is told nothing that is secret: what hosts say may hold what they were given."""
    return replace(person, hear=lambda told: person.hear(world.redactor.redact(told)))
