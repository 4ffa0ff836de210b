"""Tuning that is applied: how the server is meanwhile, and what is known of a thing before and after."""

from __future__ import annotations

from hmaint.kit.frozen import dataclass
from hmaint.model.advice import Advice, Fix
from hmaint.model.inventory import Database

LOCK = 3
"""Seconds a statement of ours waits for a lock, and others at most wait behind it."""
Picture = tuple[str, ...]
"""A table or a parameter as its server describes it, in lines whose order does not count: two are compared as sets."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """How a server is at a moment, as far as it bears on changing something there. Seconds."""

    waiting: int = 0
    """Sessions of others that have waited for a lock for three seconds and more."""
    waited: float = 0.0
    """How long the longest of them has."""
    oldest: float = 0.0
    """How long the oldest open transaction of others has been open."""
    lag: float | None = None
    """How far the slowest replica is behind; None: there is none, or it cannot be seen from here."""
    replicas: int = 0
    blind: str = ""
    """What of this the account could not see, in Chinese; empty: nothing."""
    forbidden: str = ""
    """Why nothing may be changed on this server at all, in Chinese: it is a replica, or one of a cluster."""


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of advice that is to be applied to one database."""

    database: Database
    advice: Advice
    fix: Fix

    @property
    def name(self) -> str:
        """What the journal calls it."""
        return f"{self.database.name}/{self.advice.id}"

    @property
    def about(self) -> str:
        """What it changes, for people."""
        return self.advice.object


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured before and after; None: it could not be measured then, and `note` says why."""

    target: str
    name: str
    before: float | None
    after: float | None
    unit: str = ""
    note: str = ""
    plan_before: str = ""
    plan_after: str = ""
