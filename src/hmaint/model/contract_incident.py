"""What a contract says about faults: how they are classed, and the clocks that run for each class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from hmaint.kit.frozen import dataclass
from hmaint.model.limit import Limit
from hmaint.model.predicate import Predicate


@dataclass(frozen=True, slots=True)
class Clock:
    """One time limit: from one event until another.

    Compute its end with `hmaint.duty.clock.deadline(clock.limit, start, contract.calendar(clock.calendar), …)`.
    """

    id: str
    """What it is for within its class: response, onsite, restore, resolve, fix, deliver, …"""
    limit: Limit | None
    """None where the text has no figure: measure it, never judge it. `AGREED`: the date both sides named."""
    starts: str
    """The event it runs from, in the contract's terms: reported, notified, request_received, remote_failed,
    occurred, accepted, confirmed, raised, …"""
    ends: str
    """The event that meets it: responded, arrived, restored, restored_or_fallback, resolved, fixed, deployed, …"""
    calendar: str = ""
    """Id of the contract's calendar it runs in; empty: hours run always, days are statutory working days."""
    condition: str = ""
    """It only runs when this is so: onsite_needed, remote_or_phone_failed; empty: it always does."""
    immediate: bool = False
    """The contract says `at once`: the limit is zero, and minutes are told as measured."""
    best_effort: bool = False
    cap: Limit | None = None
    """The longest time that may be agreed, in principle."""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class FaultClass:
    """A level (P1, P2, …) or a class (simple, routine, …) of faults with its clocks."""

    id: str
    name: str
    criteria: Predicate | None
    """When a fault is of this level by the contract's words; None where the contract does not say: ask a person."""
    clocks: tuple[Clock, ...]
    clause: str = ""
    """The number of the clause it stands in; empty where the profile does not tell."""
    report: tuple[str, ...] = ()
    """What the hospital's own written report names, where one is agreed."""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class ClockRules:
    """How clocks are read in this contract."""

    starts: str
    """The event that starts the clocks of faults: notified, formally_reported, request_received."""
    via: str = ""
    """`accepted_channel`: only a report through one of the contract's channels starts them."""
    pause: Literal["none", "by_written_agreement"] = "none"
    """`none`: waiting is shown beside a clock and never subtracted."""
    combine: Literal["strictest"] = "strictest"
    on_reclassify: Literal["keep_start"] = "keep_start"
    quote: str = ""


@dataclass(frozen=True, slots=True)
class AlwaysDo:
    """What is done about every fault at an event: feedback to whoever reported it, progress told."""

    id: str
    act: str
    on: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Incidents:
    """All a contract says about faults; levels and classes may stand side by side, each a set of clocks of its own."""

    rules: ClockRules
    dimensions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By what faults are sorted (scope, type, severity, sudden, kind) and the words for each; no words: free text."""
    levels: tuple[FaultClass, ...] = ()
    """Gravest first."""
    classes: tuple[FaultClass, ...] = ()
    always_do: tuple[AlwaysDo, ...] = ()
