"""What two runs of one site differ in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from hmaint.kit.frozen import dataclass
from hmaint.model.look import Observation
from hmaint.model.playbook import Level
from hmaint.model.run import Finding, Metric, RunRecord


@dataclass(frozen=True, slots=True)
class Kept:
    """A run as the records hold it: what it found, and what each step saw, by target."""

    run: RunRecord
    observations: Mapping[str, tuple[Observation, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """A finding that came, went, or changed its level.

    `before` is None for one that came, `after` for one that went. `blind` tells that the earlier run could not
    look at its check; `accepted` that it went because a person or a new baseline took for granted what is still there.
    """

    finding: Finding
    before: Level | None
    after: Level | None
    blind: bool = False
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Alteration:
    """A row of configuration that was added, is gone, or is another now; `level` is that of the finding it made."""

    how: Literal["added", "removed", "altered"]
    target: str
    check: str
    title: str
    subject: str
    before: str = ""
    after: str = ""
    level: Level | None = None
    finding: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """What one run looked at and the other did not; an empty `check` is all of a target, `count` checks."""

    target: str
    check: str
    title: str
    reason: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Shift:
    """A figure that moved by more than noise."""

    before: Metric
    after: Metric


@dataclass(frozen=True, slots=True)
class Difference:
    """All that two runs of one site differ in; the first is compared with, the second is told of."""

    before: RunRecord
    after: RunRecord
    new: tuple[Move, ...] = ()
    gone: tuple[Move, ...] = ()
    worse: tuple[Move, ...] = ()
    better: tuple[Move, ...] = ()
    configuration: tuple[Alteration, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unexamined: tuple[Gap, ...] = ()
    """Looked at by the first run, not by the second."""
    examined: tuple[Gap, ...] = ()
    """Looked at by the second run, not by the first."""
    undecided: tuple[Finding, ...] = ()
    """Findings of the first run at which the second could not look: neither gone nor still there."""
    figures: tuple[Shift, ...] = ()

    @property
    def count(self) -> int:
        """How many differences there are, figures apart."""
        parts = (self.new, self.gone, self.worse, self.better, self.configuration, self.added, self.removed)
        return sum(len(part) for part in parts) + len(self.unexamined) + len(self.examined)
