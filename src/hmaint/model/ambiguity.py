"""What a contract leaves open until both sides have confirmed in writing how to read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from hmaint.kit.frozen import dataclass
from hmaint.model.limit import Limit

CONFIRMATION = "written_confirmation"


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read an open question, as changes to the contract that can be computed with."""

    id: str
    title: str
    changes: Mapping[str, Mapping[str, str | Limit | None]] = field(default_factory=dict)
    """What is otherwise then: id of a clause, or CLASS.CLOCK, → limit, calendar, starts, ends, per, base."""


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """One open question, and how hmaint reads it meanwhile."""

    id: str
    question: str
    proposal: str
    needs: str = CONFIRMATION
    """`written_confirmation` from both sides, or `note`: only to be pointed out."""
    about: frozenset[str] = frozenset()
    """Ids of the clauses, classes and documents that depend on it, or term, availability, backup, assessment.

    None named: whatever the contract says may.
    """
    readings: tuple[Reading, ...] = ()
    """The ways it may be read, the one hmaint proposes first; none where they are only told in words."""
    quote: str = ""

    def bears_on(self, *ids: str) -> bool:
        """Whether something said about one of these depends on how it is read."""
        return not self.about or any(each in self.about for each in ids)
