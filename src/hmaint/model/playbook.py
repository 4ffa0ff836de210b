"""A playbook as data: which steps, on what, and when what they read is bad."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import IntEnum, StrEnum
from typing import Literal

from hmaint.errors import Place
from hmaint.kit.frozen import dataclass
from hmaint.model.inventory import Scalar


class Risk(IntEnum):
    """How much a kind of step may disturb; a command refuses whole playbooks above its own."""

    READ = 0
    CHANGE = 1
    DISRUPT = 2


class Level(StrEnum):
    """How one thing that was looked at stands. Compare by `rank`, never by text."""

    OK = "ok"
    SKIPPED = "skipped"
    WARNING = "warning"
    UNKNOWN = "unknown"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Severity for the worst-of rule: critical > unknown > warning > ok; skipped counts as nothing."""
        return _RANK[self]


_RANK = {Level.SKIPPED: 0, Level.OK: 1, Level.WARNING: 2, Level.UNKNOWN: 3, Level.CRITICAL: 4}
_WORST_FIRST = sorted(_RANK, key=_RANK.__getitem__, reverse=True)


def worst(levels: tuple[Level, ...] | list[Level]) -> Level:
    """The level that decides; skipped when there is nothing to decide."""
    return next((level for level in _WORST_FIRST if level in levels), Level.SKIPPED)


@dataclass(frozen=True, slots=True)
class Matcher:
    """A condition on one value as data: an operator and its operand (`gt`, 80), or nested matchers.

    A string operand that is wholly `{{ … }}` is an expression over `vars` and the target.
    """

    op: str
    operand: object


@dataclass(frozen=True, slots=True)
class Rule:
    """When a column's value is bad: each level with the matcher that calls it, worst first.

    `must` is the other way round: anything it does not match is at `otherwise`.
    """

    column: str
    bad: tuple[tuple[Level, Matcher], ...] = ()
    must: Matcher | None = None
    otherwise: Level = Level.CRITICAL


@dataclass(frozen=True, slots=True)
class Expect:
    """Every row's columns are held against rules."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Every row that passes `where` is itself what is wrong, at this level."""

    level: Level


@dataclass(frozen=True, slots=True)
class Changed:
    """Rows are compared by key columns with the last run's, or with a list the inventory declares.

    `against` names a list of the target (`ports`) that wins over the last run when it is not empty. A change that
    is `lasting` is told until it is undone or a person closes it; else the next run takes it for granted.
    """

    key: tuple[str, ...]
    new: Level
    gone: Level
    against: str = ""
    lasting: bool = True


@dataclass(frozen=True, slots=True)
class Keep:
    """Nothing is judged: what was read is kept for the record and for people."""


Judgement = Expect | Found | Changed | Keep


@dataclass(frozen=True, slots=True)
class Selector:
    """Which targets a step is for; every condition must hold (lists: any of)."""

    kind: Literal["host", "database", "endpoint", "device"]
    match: Mapping[str, tuple[Scalar, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One check: how to look, and how to judge what was seen."""

    id: str
    title: str
    do: str
    on: Selector
    args: object
    judge: Judgement
    place: Place
    category: str = ""
    when: str = ""
    why: str = ""
    """What is said when `when` is false."""
    where: str = ""
    subject: str = ""
    empty: Level = Level.UNKNOWN
    missing: Level = Level.SKIPPED
    says: str = ""
    advice: str = ""
    source: str = ""
    """Where the threshold comes from."""
    privilege: str = ""
    """The right the account needs for this look, in the words of whoever grants it."""
    metrics: tuple[tuple[str, str, str], ...] = ()
    """(metric name, column, unit)"""
    delta: tuple[str, ...] = ()
    """Columns whose growth since the last run is what counts."""
    counter: bool = True
    """Whether these only ever grow, so that a smaller figure means a restart; a size may well shrink."""
    tags: tuple[str, ...] = ()
    risk: Risk = Risk.READ


@dataclass(frozen=True, slots=True)
class Playbook:
    """Steps in order, with the variables they were written against."""

    name: str
    title: str
    mode: str
    steps: tuple[Step, ...]
    vars: Mapping[str, object]
    digest: str
    place: Place
    forms: tuple[str, ...] = ()
    """The documents a run of it is told on; none named: its sheet alone."""
